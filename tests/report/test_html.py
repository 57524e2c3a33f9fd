import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from msgspec.structs import replace

from analyzer.records import Evidence, Extent, Mark, Section, SectionScore, Source
from analyzer.report import pictures
from analyzer.report.html import page as html
from analyzer.report.survey import ORDERS

from .example_report import LINES, TEXT, at, build_report
from .large_report import copied


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.inside = [], 0

    def handle_starttag(self, tag, attrs):
        self.inside += dict(attrs).get("class") == "text" or (self.inside > 0 and tag not in ("br", "a"))

    def handle_endtag(self, tag):
        self.inside -= self.inside > 0 and tag != "a"

    def handle_data(self, data):
        if self.inside:
            self.words.append(data)


def shown_text(page):
    words = Words()
    words.feed(page)
    return "".join(words.words)


def placed_report():
    """Return the report with the evidence of its first issue placed in the fourth sentence."""
    first, *rest = build_report().issues
    evidence = tuple(replace(item, sentence=3) for item in first.evidence)
    return build_report(issues=(replace(first, evidence=evidence), *rest))


def test_the_page_holds_the_article_word_for_word():
    assert shown_text(html.render_page(build_report())) == TEXT


def test_every_sentence_is_tinted_by_its_stance_and_tells_its_source():
    page = html.render_page(build_report())
    for sentence in build_report().sentences:
        assert f'class="s {sentence.stance}" id="r0-s{sentence.index}"' in page
    assert re.search(r'id="r0-s2"[^>]*data-tip="3\. critique 0\.73&#10;→ The Lantern Institute \(NGO\)', page)


def test_every_sentence_shows_its_number_and_names_its_speakers_for_the_filters():
    page = html.render_page(build_report())
    assert re.search(r'id="r0-s2"[^>]*data-n="3" data-who="any 0"', page)
    assert re.search(r'id="r0-s3"[^>]*data-n="4" data-who="own"', page)
    assert '<option value="0">The Lantern Institute (2)</option>' in page
    assert '<option value="own">the article&#x27;s own voice (2)</option>' in page


def test_the_page_tells_who_is_on_which_side_and_in_which_sentences():
    page = html.render_page(build_report())
    card = re.search(r'<section class="critique">(.*?)</section>', page).group(1)
    assert re.search(r'data-stance="critique" data-who="0">The Lantern Institute</a> <small>NGO</small>', card)
    assert re.findall(r'href="#r0-s(\d)"', card) == ["1", "2", "0"]
    own = re.search(r"<section><h2>The article's own voice (.*?)</section>", page).group(1)
    assert "25 % of the sentences (2 of 8), 25 % of the words" in own
    assert re.findall(r'href="#r0-s(\d)"', own) == ["7", "3"]


def test_an_unsure_sentence_is_on_no_side_of_the_page():
    report = build_report()
    doubted = replace(report.sentences[1], unsure=True)
    page = html.render_page(build_report(sentences=(report.sentences[0], doubted, *report.sentences[2:])))
    card = re.search(r'<section class="critique">(.*?)</section>', page).group(1)
    assert 'href="#r0-s2"' in card and 'href="#r0-s1"' not in card
    assert 'class="s unsure" id="r0-s1"' in page


def test_a_banner_stands_beside_what_was_found_with_the_sentences():
    page = html.render_page(placed_report())
    pair = re.search(r'<div class="pair">(.*?)all of Reads like', page).group(1)
    assert "written like an advertisement" in pair
    assert '<b class="v-supported">supported</b>: score 0.62 of 1' in pair
    assert re.search(r'<a href="#r0-e0-0">sentence 4</a>: promotional word', pair)


def test_a_banner_over_a_section_stands_beside_the_evidence_of_that_section():
    report = placed_report()
    own = Evidence(reason="only here", rule="x", **at("The media museum"), sentence=7, section="Museum")
    row = SectionScore(section=0, title="Museum", score=0.31, claimed_by=(0,), verdict="not supported", evidence=(own,))
    section = Section(start=TEXT.index(LINES[-1]), end=len(TEXT), title="Museum", level=2)
    issues = (replace(report.issues[0], sections=(row,)), *report.issues[1:])
    banner = replace(report.banners[0], scope="section", section="Museum")
    article = replace(report.article, sections=(section,))
    page = html.render_page(replace(report, article=article, issues=issues, banners=(banner, *report.banners[1:])))
    pair = re.search(r'<div class="pair">(.*?)all of Reads like', page).group(1)
    assert "over “Museum”" in pair and "not supported</b>: score 0.31" in pair
    assert "only here" in pair and "promotional word" not in pair
    assert re.search(r'signs of it, too few, in sentence <span class="nums"><a href="#r0-e0-3">8</a>', pair)


def test_evidence_leads_to_its_sentence_and_the_letter_there_leads_back():
    page = html.render_page(placed_report())
    assert re.search(r'<li id="r0-i0-0"><a href="#r0-e0-0">sentence 4</a>', page)
    assert re.search(r'<a class="e" id="r0-e0-0" href="#r0-i0-0" data-l="A"', page)
    assert re.search(r'<h3><i class="letter">A</i> Reads like an advertisement</h3>', page)


def test_evidence_on_a_reference_leads_to_it():
    page = html.render_page(build_report())
    assert '<a href="#r0-ref1">[2]</a>' in page and 'id="r0-ref1">[2] Lantern Institute' in page


def test_evidence_of_several_sections_stands_under_their_titles():
    report = build_report()
    section = Section(start=TEXT.index(LINES[4]), end=len(TEXT), title="Museum", level=2)
    issue = report.issues[0]
    evidence = tuple(replace(item, section="Museum", sentence=3) for item in issue.evidence)
    more = tuple(replace(item, reason=f"more {number}") for number in range(3) for item in evidence)
    row = SectionScore(section=0, title="Museum", score=0.81, verdict="supported", evidence=more)
    issues = (replace(issue, evidence=evidence, sections=(row,)), *report.issues[1:])
    page = html.render_page(build_report(article=replace(report.article, sections=(section,)), issues=issues))
    assert re.search(r'<p class="where">in “Museum” <b>0\.81</b></p><ul class="ev"><li id="r0-i0-3">', page)


def test_the_bars_of_who_is_heard_are_as_wide_as_their_shares():
    page = html.render_page(build_report())
    row = re.search(r'data-who="0">The Lantern Institute</a></span>.*?</svg>', page).group(0)
    widths = [float(width) for width in re.findall(r'<rect class="critique" x="[\d.]+" width="([\d.]+)"', row)]
    heard = pictures.heard(build_report())
    share = sum(row.share for row in heard if row.source == "The Lantern Institute")
    widest = sum(row.share for row in heard if row.source == pictures.OWN_VOICE)
    assert sum(widths) == pytest.approx(100 * share / widest, abs=0.02)


def test_each_sentence_has_a_stroke_in_the_lane_of_its_voice_on_the_side_of_its_stance():
    page = html.render_page(build_report())
    own, reported = re.findall(r'role="img" aria-label="([^"]+)">(.*?)</svg>', page)
    assert own[0] == "own voice: ○\xa0neutral 1, +\xa0endorsement 1"
    assert re.findall(r'data-s="(\d)"', own[1]) == ["3", "7"]
    assert reported[0] == "reported: −\xa0critique 3, ±\xa0mixed 1, +\xa0endorsement 2"
    assert '<rect class="critique" x="0" y="6" width=".9" height="6" data-s="0"/>' in reported[1]
    assert '<rect class="endorsement" x="3" y="0"' in own[1]


def test_the_pictures_have_the_colours_of_the_charts():
    style = (files("analyzer.report.html") / "templates/page.css").read_text("utf-8")
    for name, colour in pictures.COLOURS.items():
        assert colour == "#ffffff" or f"--{name}:{colour}" in style


def test_words_inside_quotation_marks_are_set_off_where_the_rest_is_reported():
    report = build_report()
    item = replace(report.attributions[3], mode="mixed", content=(Extent(start=0, end=len(TEXT)),))
    page = html.render_page(build_report(attributions=(*report.attributions[:3], item, *report.attributions[4:])))
    assert '<span class="quote">&quot;editors are summoned' in page
    assert "quote" not in re.search(r'id="r0-s7".*', page).group(0).split("</div>")[0]


def test_sources_cues_and_words_to_watch_are_marked():
    page = html.render_page(build_report())
    assert '<span class="src">The Lantern Institute</span>' in page
    assert '<span class="cue">wrote</span>' in page
    assert '<span class="mark">world-class</span>' in page


def test_a_quoted_word_is_not_held_against_the_article():
    mark = build_report().marks[0]
    quoted = Mark(start=mark.start, end=mark.end, text=mark.text, kind=mark.kind, lexicon=mark.lexicon, quoted=True)
    assert '<span class="mark">world-class' not in html.render_page(build_report(marks=(quoted,)))


def test_every_link_inside_the_page_has_its_place():
    page = html.render_page(build_report())
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets and set(targets) <= set(ids)


def test_what_would_be_left_alone_is_shown_and_not_counted():
    assert [len(html.at_most(range(count), 4)) for count in (3, 4, 5, 6)] == [3, 4, 5, 4]


def test_the_findings_of_a_long_article_stay_in_sight_and_those_of_a_short_one_are_whole():
    assert 'class="findings"' in html.render_page(build_report())
    assert 'class="findings beside"' in html.render_page(copied(build_report(), 9))


def test_several_articles_share_a_page_without_sharing_ids():
    page = html.render_pages([build_report(), build_report()])
    assert [f"#r{number}-" in page for number in range(3)] == [True, True, False]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and "r1-s0" in ids
    assert "<title>2 articles: neutrality report</title>" in page


def test_several_articles_have_an_index_with_the_one_in_most_need_first():
    good = build_report(summary=replace(build_report().summary, neutrality_score=0.9, verdict="Reads neutral."))
    page = html.render_pages([good, build_report()])
    index = page[page.index('class="rows"') : page.index("<article")]
    assert re.findall(r'<a href="#(r\d-)">', index) == ["r1-", "r0-"] and "Reads neutral." in index
    assert all(f"#by-{name}:checked" in page for name, *_ in ORDERS)
    assert "order:var" not in html.render_page(good) and 'class="rows"' not in html.render_page(good)


def test_the_page_needs_nothing_from_outside_and_allows_its_own_script_alone():
    page = html.render_page(build_report())
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + digest
    assert f'content="{policy}' in page
    assert not re.search(r'(?:src|@import|url)\s*[=(]\s*["\']?http', page)
    assert not re.search(r"fetch|XMLHttpRequest|WebSocket|import\(|eval|innerHTML|localStorage|cookie", script)


def test_extents_that_reach_out_of_the_text_or_into_each_other_do_no_harm():
    report = build_report()
    wild = Evidence(reason="far off", rule="x", start=10**6, end=10**6 + 5)
    issues = (
        type(report.issues[0])(issue="a.b", family="a", score=1.0, policy="", verdict="supported", evidence=(wild,)),
    )
    marks = tuple(
        Mark(start=s, end=e, text="x", kind="peacock", lexicon="x") for s, e in ((160, 320), (200, 260), (5, 3))
    )
    page = html.render_page(build_report(issues=issues, marks=marks))
    assert shown_text(page) == TEXT


def test_the_text_of_a_large_article_is_marked_in_linear_time():
    import gc
    import time

    from msgspec.structs import replace

    report = build_report()

    def seconds(copies):
        step = len(TEXT) + 1
        sentences = tuple(
            replace(item, start=item.start + n * step, end=item.end + n * step, index=item.index + n * 8)
            for n in range(copies)
            for item in report.sentences
        )
        header = replace(report.article, text="\n".join([TEXT] * copies))
        large = build_report(article=header, sentences=sentences)
        gc.disable()  # a collection costs what all tests before left in memory
        try:
            begin = time.process_time()
            html.render_page(large)
            return time.process_time() - begin
        finally:
            gc.enable()

    seconds(50)
    # Eight times the text; quadratic work would take 64 times as long.
    assert seconds(1600) < 32 * max(seconds(200), 0.005)


def test_the_extent_record_is_what_layers_share():
    assert all(isinstance(item, Extent) for item in (*build_report().marks, *build_report().banners))


def test_the_words_by_which_a_model_told_a_stance_stay_out():
    first = build_report().sentences[0]
    report = build_report(sentences=(replace(first, reasons=("weighty", "or")), *build_report().sentences[1:]))
    assert "weighty" not in html.render_page(report) + report._repr_html_()


def test_blank_lines_are_a_gap_and_lines_without_a_word_make_no_paragraph_of_their_own():
    first, *rest = LINES
    text = f"{first}\n|\n---|\n\n|\n" + "\n\n".join(rest)
    moved = {number: text.index(line) - TEXT.index(line) for number, line in enumerate(LINES)}
    sentences = tuple(
        replace(one, start=one.start + by, end=one.end + by)
        for one in build_report().sentences
        for by in [next(moved[number] for number in reversed(moved) if TEXT.index(LINES[number]) <= one.start)]
    )
    article = replace(build_report().article, text=text, citations=(), inline_tags=(), sections=())
    page = html.render_page(build_report(article=article, sentences=sentences, banners=(), marks=(), attributions=()))
    assert shown_text(page) == text
    assert page.count('<div class="p">') == len(LINES)
    assert '<span class="rule">' in page and page.count('<span class="gap">\n\n</span>') == len(LINES) - 2


def test_many_neutral_sentences_of_the_articles_own_voice_are_counted_not_listed():
    page = html.render_page(copied(build_report(), 8))
    own = re.search(r"<section><h2>The article's own voice (.*?)</section>", page).group(1)
    assert re.search(r'neutral</span> <a [^>]*data-stance="neutral" data-who="own">all 8</a></li>', own)
    assert own.count('href="#r0-s') == 6  # of the endorsement, which has a side
    few = re.search(r"<section><h2>The article's own voice (.*?)</section>", html.render_page(build_report())).group(1)
    assert "neutral</span> 1:" in few


def test_an_issue_that_only_sections_carry_is_not_drawn_as_one_of_the_article():
    first, *rest = build_report().issues
    row = SectionScore(section=0, title="Museum", score=0.8, claimed_by=(), verdict="missing banner", evidence=())
    section = Section(start=TEXT.index(LINES[-1]), end=len(TEXT), title="Museum", level=2)
    issue = replace(first, score=0.1, verdict="missing banner", claimed_by=(), sections=(row,))
    article = replace(build_report().article, sections=(section,))
    page = html.render_page(build_report(issues=(issue, *rest), article=article))
    shown = re.search(r'<div class="issue" id="r0-i0">(.*?)</div>', page).group(1)
    assert 'class="absent" width="10.0"' in shown and "in sections: no banner for it" in shown
    whole = re.search(r'<div class="issue" id="r0-i0">(.*?)</div>', html.render_page(build_report())).group(1)
    assert 'class="there"' in whole and "in sections" not in whole


def test_a_type_that_the_name_says_is_not_told_twice():
    every = enumerate(build_report().attributions)
    sources = [replace(unit, source=Source(type="unnamed", text=f"critics {number}")) for number, unit in every]
    report = build_report(attributions=tuple(sources))
    page = html.render_page(report)
    assert ">unnamed sources</a>" in page and ">unnamed sources</a> <small>unnamed</small>" not in page
