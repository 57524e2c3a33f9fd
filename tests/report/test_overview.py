import pytest
from msgspec.structs import replace

from analyzer import counting
from analyzer.records import Evidence, IssueScore, Section
from analyzer.report import labels, markdown
from analyzer.report.html import page as html
from analyzer.report.overview import Overview, found_at_or_above
from analyzer.report.terminal import report as terminal
from analyzer.vocabulary import FACETS, VERDICTS

from .example_report import TEXT, at, build_report


def test_every_facet_and_verdict_has_its_words():
    assert set(labels.FACET_NAMES) == set(FACETS)
    assert set(labels.VERDICT_NAMES) == set(VERDICTS)


def test_found_issues_stand_before_claimed_ones_and_clean_ones_stay_out():
    assert [issue.issue for issue in Overview(build_report()).found] == [
        "promotion.advert",
        "language.weasel",
        "sourcing.citations-needed",
    ]


def test_a_banner_that_no_issue_covers_is_kept_and_says_so():
    assert Overview(build_report(issues=())).banners[0].claims == []


def test_a_banner_that_the_judge_calls_stale_looks_stale_in_every_format():
    report = build_report()
    stale = Evidence(
        reason="the banner looks stale", rule="banner.stale", start=report.banners[1].start, end=report.banners[1].end
    )
    issues = tuple(
        replace(issue, evidence=(*issue.evidence, stale)) if 1 in issue.claimed_by else issue for issue in report.issues
    )
    report = build_report(issues=issues)
    assert [[claim.stale for claim in line.claims] for line in Overview(report).banners] == [[False], [True]]
    assert ", looks stale" in terminal.render(report, width=120)
    assert ", looks stale" in markdown.render(report)
    assert "not supported</b>, looks stale" in html.render_page(report)


def test_a_banner_that_only_holds_others_is_not_listed():
    report = build_report()
    container = replace(report.banners[0], id="multiple-issues", issue="container")
    report = build_report(banners=(*report.banners, container))
    assert [line.title for line in Overview(report).banners] == ["Advert", "More citations needed"]


def test_one_or_two_sentences_that_take_a_side_make_no_balance():
    summary = replace(build_report().summary, critique=2, endorsement=0, balance=-1.0)
    assert Overview(build_report(summary=summary)).balance is None


def test_the_threshold_itself_counts_as_found():
    assert [issue.issue for issue in found_at_or_above(build_report(), 0.54)] == [
        "promotion.advert",
        "language.weasel",
    ]
    assert found_at_or_above(build_report(issues=(IssueScore(issue="a", family="a", score=None, policy=""),)), 0) == []


def test_an_excerpt_shows_short_evidence_within_its_sentence():
    excerpt = Overview(build_report()).excerpt(Evidence(reason="", rule="", **at("must-see")))
    assert excerpt.focus == "must-see"
    assert excerpt.plain() == "Karelonia is home to a world-class media museum, a must-see for every visitor."


def test_an_excerpt_of_a_section_begins_after_its_heading():
    report = build_report()
    start = TEXT.index("Some say") - 1
    section = Section(start=start, end=len(TEXT), title="", level=2)
    overview = Overview(build_report(article=replace(report.article, sections=(section,))))
    item = Evidence(reason="", rule="", start=start, end=len(TEXT))
    assert overview.excerpt(item, 40).plain().startswith("Some say")


@pytest.mark.parametrize("length", [20, 40, 96])
def test_an_excerpt_keeps_to_its_length(length):
    overview = Overview(build_report())
    for start in range(0, len(TEXT) - 1, 7):
        for size in (1, 9, 60, 400):
            end = min(start + size, len(TEXT))
            excerpt = overview.excerpt(Evidence(reason="", rule="", start=start, end=end), length)
            assert len(excerpt.plain()) <= length + 2 and "\n" not in excerpt.plain()


def test_evidence_on_a_citation_quotes_the_reference_and_a_fact_of_the_whole_quotes_nothing():
    overview = Overview(build_report())
    assert overview.excerpt(Evidence(reason="", rule="", citation="1")).plain() == "The Daily Ledger, 4 May 2018"
    assert overview.excerpt(Evidence(reason="", rule="", citation="9")) is None
    assert overview.excerpt(Evidence(reason="", rule="")) is None


def test_dates_and_shares_read_well():
    assert [labels.month(date) for date in ("2020-10", "2020", None, "2020-13")] == [
        "Oct 2020",
        "2020",
        "no date",
        "2020-13",
    ]
    assert [counting.percent(share) for share in (0, 0.001, 0.314, 1)] == ["0 %", "<1 %", "31 %", "100 %"]
    summaries = [replace(build_report().summary, balance=number) for number in (None, 0.0, -0.004, 0.25, -0.5)]
    balances = [Overview(build_report(summary=summary)).balance for summary in summaries]
    assert balances == [None, "0.00", "0.00", "+0.25", "−0.50"]


def test_the_shares_of_the_attributions_are_told_apart_from_those_of_the_sentences():
    summary = replace(
        build_report().summary, attributed_share=0.5, subject_share=0.25, unnamed_share=0.1, cited_share=0
    )
    assert Overview(build_report(summary=summary)).voices() == (
        "50 % of sentences attributed; of the attributions 25 % to the subject, 10 % to unnamed sources; "
        "0 % of sentences with a citation"
    )
    silent = replace(summary, attributed_share=0)
    told = Overview(build_report(summary=silent)).voices()
    assert told == "0 % of sentences attributed; 0 % of sentences with a citation"
