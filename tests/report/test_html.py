import re
from html.parser import HTMLParser

from msgspec.structs import replace

from analyzer.records import Evidence, Extent, Mark
from analyzer.report.html import page as html

from .example_report import TEXT, build_report


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


def test_the_page_holds_the_article_word_for_word():
    assert shown_text(html.render_page(build_report())) == TEXT


def test_every_sentence_is_tinted_by_its_stance_and_tells_its_source():
    page = html.render_page(build_report())
    for sentence in build_report().sentences:
        assert f'class="s {sentence.stance}" id="r0-s{sentence.index}"' in page
    assert re.search(r'id="r0-s2"[^>]*data-tip="3\. critique 0\.73&#10;→ The Lantern Institute \(ngo\)', page)


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


def test_several_articles_share_a_page_without_sharing_ids():
    page = html.render_pages([build_report(), build_report()])
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and "r1-s0" in ids
    assert "<title>2 articles: neutrality report</title>" in page


def test_the_page_needs_nothing_from_outside_and_forbids_scripts():
    page = html.render_page(build_report())
    assert "<script" not in page and "default-src 'none'" in page
    assert not re.search(r'(?:src|@import|url)\s*[=(]\s*["\']?http', page)


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
