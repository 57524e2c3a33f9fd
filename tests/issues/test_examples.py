"""Every issue on the examples of its family: flagged, not flagged, not assessable."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analyzer import issues
from analyzer.issues.scorer import THRESHOLD
from analyzer.vocabulary import FAMILIES

from .building import build

EXAMPLES = Path(__file__).parents[1] / "examples"
IDS = [scorer.issue for scorer in issues.SCORERS]
KINDS = ("flag", "clean", "not assessable")


def examples() -> list[dict]:
    found = []
    for family in FAMILIES:
        path = EXAMPLES / f"{family}.toml"
        if path.exists():
            found += tomllib.loads(path.read_text("utf-8"))["example"]
    return found


def scorer_of(issue: str) -> issues.Scorer:
    return next(scorer for scorer in issues.SCORERS if scorer.issue == issue)


@pytest.mark.parametrize("example", examples(), ids=lambda e: f"{e['issue']}-{e['expect']}-{e.get('why', '')}")
def test_example_is_judged_as_its_line_says(example: dict) -> None:
    annotated = build(example)
    finding = scorer_of(example["issue"]).score(annotated)
    if example["expect"] == "not assessable":
        assert finding.score is None
        assert finding.why_null and example.get("because", "") in finding.why_null
        return
    assert finding.score is not None, finding.why_null
    assert (finding.score >= THRESHOLD) == (example["expect"] == "flag"), finding
    assert finding.evidence
    for phrase in example.get("evidence", ()):
        assert any(phrase in piece.reason for piece in finding.evidence), finding.evidence
    for piece in finding.evidence:
        if piece.start is not None:
            assert 0 <= piece.start <= piece.end <= len(annotated.article.text)


def test_every_issue_has_an_example_of_each_kind() -> None:
    have = {(e["issue"], e["expect"]) for e in examples()}
    missing = [(issue, kind) for issue in IDS for kind in KINDS if (issue, kind) not in have]
    assert not missing


def test_every_issue_has_one_scorer_with_a_title_in_a_family_of_the_vocabulary() -> None:
    assert len(IDS) == len(set(IDS))
    assert list(issues.titles()) == IDS and len(set(issues.titles().values())) == len(IDS)
    assert {scorer.family for scorer in issues.SCORERS} == set(FAMILIES)


def test_every_weight_belongs_to_a_signal_of_its_scorer() -> None:
    for scorer in issues.SCORERS:
        told = issues.explain(scorer.issue)
        assert {s["name"] for s in told["signals"]} >= set(scorer.formula().weights)
        assert any(s["weight"] > 0 for s in told["signals"])
