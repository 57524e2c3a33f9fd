"""Settings that are not the default ones: told in every report for people, and thresholds heeded by all of them."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.records import Report
from analyzer.report import lint, markdown, table
from analyzer.report.datasets import rows_of
from analyzer.report.html import page
from analyzer.report.terminal import report as terminal
from analyzer.report.verdict import verdict

from .example_report import build_report

SETTINGS = {"issues": ["promotion", "balance"], "thresholds": {"promotion.advert": 0.7}, "min_confidence": 0.25}


def with_threshold(least: float) -> Report:
    """The example with another threshold for its finding of .62, as a scorer would have judged it."""
    report = build_report()
    rows = tuple(
        replace(row, threshold=least, verdict="supported" if row.score >= least else "not supported", sections=())
        if row.issue == "promotion.advert"
        else row
        for row in report.issues
    )
    return replace(report, issues=rows, provenance=replace(report.provenance, settings=SETTINGS))


def test_reports_for_people_tell_the_settings():
    report = with_threshold(0.7)
    told = " ".join(terminal.render(report, width=120).split())
    assert "settings: issues promotion, balance; thresholds promotion.advert 0.70; min confidence 0.25" in told
    assert "- setting: thresholds promotion.advert 0.70" in markdown.render(report)
    html = page.render_page(report)
    assert "setting: min confidence" in html and "promotion.advert 0.70" in html
    for usual in (terminal.render(build_report()), markdown.render(build_report()), page.render_page(build_report())):
        assert "setting" not in usual


def test_a_threshold_moves_what_counts_as_found_in_every_form():
    found, not_found = with_threshold(0.6), with_threshold(0.7)
    assert {row.issue: row.found for row in found.issues}["promotion.advert"]
    assert not {row.issue: row.found for row in not_found.issues}["promotion.advert"]
    forms = {
        "lint": lambda report: lint.render(report, lint.Origin("a.txt")),
        "csv": lambda report: table.render([report], "articles"),
        "verdict": verdict,
    }
    for name, form in forms.items():
        assert form(found) != form(not_found), name
    assert "promotion.advert" in forms["lint"](found) and "promotion.advert" not in forms["lint"](not_found)
    assert "promotion.advert" in forms["csv"](found) and "promotion.advert" not in forms["csv"](not_found)
    column = [
        dict(zip(("issue", "family", "score", "found"), row[3:7], strict=True))
        for row in rows_of(not_found, 0, "")["issues"]
    ]
    assert {row["issue"]: row["found"] for row in column}["promotion.advert"] is False


def test_the_page_tells_from_which_score_on_an_issue_counts():
    html = page.render_page(with_threshold(0.7))
    assert "counts as found from 0.50 on" in html
    assert ">counts from 0.70 on<" in html and "of 1, counts from 0.70 on" in html
    assert '<rect class="cut" x="69.6"' in html
