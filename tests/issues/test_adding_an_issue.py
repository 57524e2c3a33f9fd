"""An issue is added with its scorer and its examples: a package beside ours brings one, and it is found everywhere.

The scorer has no fitted weights; the titles, lists, documents and verdicts need no other edit.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer import issues
from analyzer.cli.app import app
from analyzer.pipeline import judge
from analyzer.records import Provenance, Report
from analyzer.report import json, markdown
from analyzer.report.compare import compare
from analyzer.report.html import page
from analyzer.report.issue_docs import text
from analyzer.report.terminal import report as terminal
from analyzer.report.terminal.compare import render_comparison

from .building import build

SCORER = """
from analyzer.issues.scorer import Weighed

SHOUTING = Weighed(
    issue="house.shouting",
    title="Shouts at its readers",
    policy="house style",
    summary="exclamation marks and words to the reader",
    banners=("fanpov",),
    banner_family="shouting",
    weights={"enthusiasm": 6.0, "reader-address": 1.0},
    minimum_words=20,
)
"""
LOUD = {
    "title": "Old Mill",
    "sentences": [{"text": f"The mill is a wonder to see, whatever the year {year}!"} for year in range(1901, 1909)],
    "banners": [{"id": "fanpov"}, {"id": "house-rule", "issue": "shouting"}, {"id": "peacock"}],
}


@pytest.fixture
def package(written_package: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with one scorer for the length of a test."""
    place = written_package("shouting_scorer", SCORER, issues.GROUP, "shouting = shouting_scorer:SHOUTING")
    monkeypatch.syspath_prepend(str(place))
    importlib.invalidate_caches()
    issues.scorers.cache_clear()
    yield
    sys.modules.pop("shouting_scorer", None)
    issues.scorers.cache_clear()


def report_on(example: dict) -> Report:
    return judge(build(example), Provenance(package="0", spacy_model="none"))


def test_the_lists_and_explanations_of_issues_tell_of_it(package: None) -> None:
    run = CliRunner().invoke
    listed = run(app, ["issues"]).output
    assert "house.shouting" in listed and "exclamation marks and words to the reader" in listed
    told = run(app, ["explain", "house.shouting"]).output
    assert "Shouts at its readers" in told and "enthusiasm" in told and "+6.00" in told
    section = text().split("### house.shouting\n")[1]
    assert "| `enthusiasm` | +6 |" in section and "| weights | set by hand |" in section


def test_it_is_scored_by_its_own_weights_and_set_against_its_banners(package: None) -> None:
    found = {row.issue: row for row in issues.score(build(LOUD))}["house.shouting"]
    assert found.score is not None and found.score >= 0.5
    assert found.claimed_by == (0, 1) and found.verdict == "supported"
    assert any("enthusiastic tone" in piece.reason for piece in found.evidence)
    calm = {row.issue: row for row in issues.score(build({**LOUD, "sentences": [], "neutral": 9}))}["house.shouting"]
    assert calm.score is not None and calm.score < 0.5 and calm.verdict == "not supported"


def test_reports_of_every_format_call_it_by_its_title(package: None) -> None:
    loud, calm = report_on(LOUD), report_on({**LOUD, "sentences": [], "neutral": 9})
    written = [
        terminal.render(loud),
        markdown.render(loud),
        page.render_page(loud),
        loud._repr_html_(),
        render_comparison(compare(calm, loud)),
    ]
    assert all("Shouts at its readers" in text for text in written)
    assert all("house.shouting" in text for text in (json.one_line(loud), json.pretty(loud)))
    assert Report.from_json(json.one_line(loud)) == loud


def test_without_its_package_nothing_of_it_is_left() -> None:
    assert "house.shouting" not in text() and "house.shouting" not in issues.titles()
