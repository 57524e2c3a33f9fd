"""The sentence at the top of a report: what it says, how sure it is, and that it stays short and accuses nobody."""

import pytest
from msgspec.structs import replace

from analyzer.issues import SCORERS
from analyzer.records import Banner, Evidence, IssueScore, Section, SectionScore
from analyzer.report import json, markdown
from analyzer.report.compare import compare
from analyzer.report.html.page import render_page
from analyzer.report.notebook.shown import render_report
from analyzer.report.overview import Overview
from analyzer.report.terminal.compare import render_comparison
from analyzer.report.terminal.report import render
from analyzer.report.verdict import SAYS, verdict

from .example_report import build_report

SECTIONS = ("History", "Career", "Reception", "Legacy", "Later years")
WEASEL, PEACOCK, QUOTES = "language.weasel", "promotion.peacock", "quotation.over-quotation"
UNREFERENCED, LINKS = "sourcing.unreferenced", "spam.external-links"


def issue(name, score=None, **more):
    found = (score or 0) >= 0.5 or any(row.verdict == "missing banner" for row in more.get("sections", ()))
    more = {"verdict": "missing banner" if found else "not raised", **more}
    return IssueScore(issue=name, family=name.partition(".")[0], score=score, policy="", **more)


def found_in(*sections, score=0.8, **more):
    return tuple(
        SectionScore(section=SECTIONS.index(title), title=title, score=score, verdict="missing banner", **more)
        for title in sections
    )


def banner(title="advert", date="2020-10", **more):
    return Banner(start=0, end=0, id=title, issue="promotion", date=date, **more)


def claimed(verdict, *banners, name="promotion.advert", **more):
    score = more.pop("score", {"supported": 0.6, "not supported": 0.1}.get(verdict))
    return issue(name, score, claimed_by=banners, verdict=verdict, **more)


def said(*issues, banners=(), neutrality=0.9, sources=True):
    """Return the sentence for an article in which all else is clean."""
    report = build_report()
    sections = tuple(Section(start=0, end=0, title=title, level=2) for title in SECTIONS)
    clean = [issue("balance.pov", 0.1), issue("sourcing.primary", 0.1 if sources else None)]
    summary = replace(report.summary, neutrality_score=neutrality)
    article = replace(report.article, sections=sections)
    return verdict(replace(report, article=article, summary=summary, banners=banners, issues=(*clean, *issues)))


def test_a_clean_article_reads_neutral_without_an_issue():
    assert said() == "Reads neutral; no issue found."


def test_one_issue_is_named_with_how_sure_it_is():
    assert said(issue(WEASEL, 0.6)) == f"Reads mostly neutral: arguably {SAYS[WEASEL]}."
    assert said(issue(WEASEL, 0.8)) == f"Reads mostly neutral: {SAYS[WEASEL]}."


def test_what_is_clear_stands_before_what_is_arguable():
    assert said(issue(PEACOCK, 0.6), issue(WEASEL, 0.9), neutrality=0.5) == (
        f"Reads neutral in part: {SAYS[WEASEL]}, arguably {SAYS[PEACOCK]}."
    )


def test_a_low_score_is_said_without_softening_and_a_low_score_without_issue_is_not_made_more_of():
    assert said(issue(WEASEL, 0.9), neutrality=0.2).startswith(f"Does not read neutral: {SAYS[WEASEL]}")
    assert said(issue(WEASEL, 0.6), neutrality=0.5).startswith("Reads mostly neutral: arguably")
    assert said(neutrality=0.5) == "Reads mostly neutral; no issue found."


def test_of_many_issues_the_strongest_are_named_and_the_rest_counted():
    many = [issue(f"language.{letter}", 0.9 - number / 100) for number, letter in enumerate("abcde")]
    assert said(*many, neutrality=0.1) == "Does not read neutral: shows a, shows b, shows c and two more issues."


def test_where_there_is_no_room_for_names_the_kinds_of_issues_are_counted_apart():
    long = "-".join(["tediousness"] * 20)
    text = said(*(issue(f"language.{letter}-{long}", 0.8) for letter in "ab"), issue(f"sourcing.{long}", 0.8))
    assert text == ("Reads mostly neutral: two issues of tone or balance found; one issue of sources or links found.")


def test_issues_of_sources_and_links_do_not_bear_on_how_it_reads():
    assert said(issue("sourcing.one-source", 0.6), issue(LINKS, 0.8)) == (
        f"Reads neutral; {SAYS[LINKS]}, arguably {SAYS['sourcing.one-source']}."
    )


@pytest.mark.parametrize(
    ("sections", "clause"),
    [
        (SECTIONS[:1], "the section “History” lacks sources"),
        (SECTIONS[:2], "the sections “History” and “Career” lack sources"),
        (SECTIONS[:3], "three sections lack sources"),
    ],
)
def test_sections_without_sources_are_named_where_they_are_one_or_two(sections, clause):
    assert said(issue(UNREFERENCED, 0.2, sections=found_in(*sections))) == f"Reads neutral; {clause}."


def test_a_section_within_one_that_lacks_sources_is_told_by_that_one():
    report = build_report()
    levels = zip(SECTIONS, (2, 3, 4, 2, 3), strict=True)
    sections = tuple(Section(start=0, end=0, title=title, level=level) for title, level in levels)
    row = issue(UNREFERENCED, 0.2, sections=found_in("History", "Reception", "Later years"))
    overview = Overview(replace(report, article=replace(report.article, sections=sections), issues=(row,)))
    assert [section.title for section in overview.found_sections(row)] == ["History", "Later years"]


def test_sections_that_arguably_lack_sources_are_told_only_where_none_does_clearly():
    one, other = found_in("History", score=0.9), found_in("Career", score=0.6)
    assert said(issue(UNREFERENCED, 0.2, sections=one + other)) == "Reads neutral; the section “History” lacks sources."
    assert said(issue(UNREFERENCED, 0.2, sections=other)) == (
        "Reads neutral; the section “Career” arguably lacks sources."
    )


def test_the_lead_is_called_so():
    lead = SectionScore(section=None, title="", score=0.9, verdict="missing banner")
    assert said(issue(UNREFERENCED, 0.2, sections=(lead,))) == "Reads neutral; the lead lacks sources."


def test_an_article_without_sources_is_not_told_section_by_section():
    text = said(issue(UNREFERENCED, 0.9, sections=found_in(*SECTIONS)))
    assert text == "Reads neutral; lacks sources."


def test_an_issue_of_sections_alone_is_told_with_the_section():
    assert said(issue(WEASEL, 0.3, sections=found_in("Reception", score=0.6))) == (
        f"Reads mostly neutral: arguably {SAYS[WEASEL]} in “Reception”."
    )
    assert f"{SAYS[WEASEL]} in two sections" in said(issue(WEASEL, 0.3, sections=found_in("Career", "Legacy")))


def test_sections_that_do_not_make_an_issue_stay_out():
    row = issue(WEASEL, 0.2, sections=found_in("Career"), verdict="not raised")
    assert said(row) == "Reads neutral; no issue found."
    assert Overview(build_report(issues=(row,))).found == []


def test_a_section_that_a_banner_claims_in_vain_is_not_found():
    row = SectionScore(section=0, title="History", score=0.2, claimed_by=(0,), verdict="not supported")
    over = banner("unreferenced-section", scope="section", section="History")
    text = said(claimed("not supported", 0, name=UNREFERENCED, sections=(row,)), banners=(over,))
    assert text == "Reads neutral; the 2020 banner over “History” is not borne out."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("supported", "is supported"),
        ("not supported", "is not borne out"),
        ("not assessable", "cannot be assessed here"),
    ],
)
def test_one_banner_is_told_with_its_year(state, words):
    assert said(claimed(state, 0), banners=(banner(),)).endswith(f"; the 2020 banner {words}.")
    assert said(claimed(state, 0), banners=(banner(date=None),)).endswith(f"; the banner {words}.")


@pytest.mark.parametrize(
    ("state", "count", "words"),
    [
        ("supported", 2, "both banners of 2020 are supported"),
        ("supported", 3, "all three banners of 2020 are supported"),
        ("not supported", 2, "neither banner of 2020 is borne out"),
        ("not supported", 4, "none of the four banners of 2020 is borne out"),
        ("not assessable", 2, "neither banner of 2020 can be assessed here"),
    ],
)
def test_banners_of_one_verdict_are_told_together(state, count, words):
    text = said(claimed(state, *range(count)), banners=(banner(),) * count)
    assert text.endswith(f"; {words}.")


def test_two_banners_of_different_verdicts_are_named():
    text = said(
        claimed("not supported", 0),
        claimed("not assessable", 1, name="spam.citation-spam"),
        banners=(banner("undisclosed-paid"), banner("citation-spam")),
    )
    assert text == (
        "Reads neutral; of the 2020 banners, “Undisclosed paid” is not borne out and “Citation spam” cannot be "
        "assessed here."
    )


def test_more_banners_of_different_verdicts_are_counted():
    banners = (banner(date="2011-01"), banner("coi"), banner("tone"), banner("unknown-to-us"))
    text = said(
        claimed("supported", 0),
        claimed("not supported", 1, name="paid.coi"),
        claimed("not supported", 2, name="language.editorializing"),
        banners=banners,
    )
    assert text.endswith("; of four banners, one is supported, two are not borne out and one is not judged.")


def test_banners_that_no_issue_covers_are_not_counted_among_those_that_fail():
    text = said(claimed("not supported", 0), banners=(banner("pov"), banner("how-to")))
    assert text == "Reads neutral; of the 2020 banners, “POV” is not borne out and “How to” is not judged."
    assert said(banners=(banner("how-to"),)) == "Reads neutral; no issue found."


def test_a_banner_over_a_section_is_judged_on_that_section_and_one_over_the_article_on_the_article():
    rows = tuple(
        SectionScore(section=number, title=SECTIONS[number], score=score, claimed_by=(number,), verdict=state)
        for number, (score, state) in enumerate(((0.9, "supported"), (0.1, "not supported")))
    )
    banners = tuple(banner("unreferenced-section", scope="section", section=name) for name in SECTIONS[:2])
    text = said(claimed("supported", 0, 1, name=UNREFERENCED, score=0.2, sections=rows), banners=banners)
    assert text == (
        "Reads neutral; the section “History” lacks sources; of two banners of 2020, one is supported and one is not "
        "borne out."
    )


def test_paid_editing_is_told_by_its_signs_and_nobody_is_accused():
    paid = [issue(scorer.issue, 0.9) for scorer in SCORERS if scorer.family == "paid"]
    assert said(paid[0], neutrality=0.3) == "Does not read neutral: shows promotional signs."
    assert not any(word in said(*paid) for word in ("paid", "undisclosed", "conflict"))


def test_every_issue_of_the_package_has_its_words():
    assert set(SAYS) == {scorer.issue for scorer in SCORERS}


def test_what_a_graver_finding_implies_is_not_said_beside_it():
    needed = issue("sourcing.citations-needed", 0.95)
    assert said(issue(UNREFERENCED, 0.9), needed) == "Reads neutral; lacks sources."
    assert said(issue(UNREFERENCED, 0.6), needed) == "Reads neutral; needs more citations, arguably lacks sources."
    assert said(issue(UNREFERENCED, 0.1), needed) == "Reads neutral; needs more citations."


def test_where_nothing_can_be_judged_the_reason_is_told():
    few = "20 words of prose; at least 60 are needed to judge"
    rows = (issue(WEASEL, why_null=few), issue(PEACOCK, why_null=few), issue(LINKS, why_null="no link targets (x)"))
    report = build_report(issues=rows, banners=())
    assert verdict(report) == f"Not assessable: {few}."


def test_an_article_whose_sources_are_not_shown_says_so():
    assert said(sources=False) == "Reads neutral; sources cannot be assessed here."


def test_an_article_whose_tone_cannot_be_judged_says_so():
    assert said(issue(LINKS, 0.9), neutrality=None).startswith(f"Neutrality cannot be assessed here; {SAYS[LINKS]}")


def test_the_sentence_stays_short_whatever_is_found():
    report = build_report()
    long = "A title of a section that goes on and on and never comes to an end " * 3
    sections = tuple(Section(start=0, end=0, title=long, level=2) for _ in range(40))
    rows = tuple(SectionScore(section=number, title=long, score=0.9, verdict="missing banner") for number in range(2))
    banners = tuple(banner(f"banner-number-{number}-with-a-long-name", f"20{number:02}-01") for number in range(12))
    found = [issue(scorer.issue, 0.9 if number % 2 else 0.6) for number, scorer in enumerate(SCORERS)]
    for number, state in enumerate(("supported", "not supported", "not assessable")):
        found.append(claimed(state, *range(number, 12, 3), name=f"a.{state}", score=0.6))
    for some in (found, [issue(UNREFERENCED, 0.2, sections=rows)], [issue(WEASEL, 0.2, sections=rows), *found[5:]]):
        article = replace(report.article, sections=sections)
        assert len(verdict(replace(report, article=article, issues=tuple(some), banners=banners))) <= 220


def test_the_sentence_stands_at_the_top_of_every_format_for_people():
    report = build_report()
    sentence = verdict(report)
    report = replace(report, summary=replace(report.summary, verdict=sentence))
    assert f'"verdict":"{sentence}"' in json.one_line(report)
    for text in (render(report, width=120), markdown.render(report), render_report(report), render_page(report)):
        words = " ".join(text.split())
        assert sentence in words and 0 < words.index(sentence) < words.index("2021")
    later = replace(report, summary=replace(report.summary, verdict="Reads otherwise."))
    compared = render_comparison(compare(report, later), width=120)
    assert "Reads otherwise." in compared and sentence in " ".join(compared.split())


def test_evidence_is_told_with_section_and_sentence_in_every_format():
    report = build_report()
    item = replace(report.issues[0].evidence[0], section="History", sentence=11)
    article = replace(report.article, sections=(Section(start=0, end=0, title="History", level=2),))
    report = replace(report, article=article, issues=(replace(report.issues[0], evidence=(item,)),))
    for text in (render(report, width=120), markdown.render(report), render_report(report)):
        assert "(in “History”, sentence 12)" in " ".join(text.split())
    assert 'sentence 12</a> <span class="dim">in “History”</span>: promotional word' in render_page(report)
    places = [(None, 2), ("History", None), (None, None)]
    told = [Overview(report).place(replace(item, section=section, sentence=sentence)) for section, sentence in places]
    assert told == ["in the lead, sentence 3", "in “History”", ""]


def test_sections_that_carry_an_issue_are_listed_and_their_evidence_comes_first():
    report = build_report()
    article = replace(report.article, sections=tuple(Section(start=0, end=0, title=t, level=2) for t in SECTIONS))
    rows = found_in(*SECTIONS, evidence=(Evidence(reason="no marker in it", rule="x", section="History"),))
    rows = (replace(rows[0], score=0.9, claimed_by=(0,), verdict="supported"), *rows[1:])
    whole = Evidence(reason="most paragraphs have one", rule="x")
    row = claimed("supported", 0, name=UNREFERENCED, score=0.2, sections=rows, evidence=(whole,))
    report = replace(report, article=article, issues=(row,))
    listed = "not as a whole, but in “History” 0.90, banner supported; “Career” 0.80; “Reception” 0.80; "
    listed += "“Legacy” 0.80; one more"
    for text in (render(report, width=120), markdown.render(report), render_page(report), render_report(report)):
        assert listed in " ".join(text.split())
        assert text.index("no marker in it") < text.index("most paragraphs have one")
