"""The pages that are made from the code are current, and tell of everything."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import fields

from analyzer.issues import SCORERS, explain
from analyzer.records import Report
from analyzer.report import record_docs

from .pages import DOCS, ROOT
from .renew_pages import issues

ISSUES, REPORT = DOCS / "issues.md", DOCS / "report.md"


def test_the_page_on_issues_is_current():
    assert ISSUES.read_text("utf-8") == issues(), "run: make docs"


def test_the_page_on_the_report_is_current():
    assert REPORT.read_text("utf-8") == record_docs.text(), "run: make docs"


@pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.issue)
def test_every_issue_has_policy_needs_formula_examples_and_blind_spots(scorer):
    page = ISSUES.read_text("utf-8")
    section = re.split(r"^##", page.split(f"### {scorer.issue}\n")[1], flags=re.MULTILINE)[0]
    told = explain(scorer.issue)
    assert "https://en.wikipedia.org/wiki/" in section and "| needs | " in section
    assert told["blind_spots"] and f"| does not see | {told['blind_spots']} |" in section
    assert all(f"| `{row['name']}` | {row['weight']:+g} |" in section for row in told["signals"] if row["weight"])
    assert all(f"- *{kind}*, " in section for kind in ("Found", "Not found", "Not assessable"))


def test_every_field_of_a_report_is_on_its_page():
    page = REPORT.read_text("utf-8")
    for record in record_docs._met(Report):
        section = page.split(f"## {record.__name__}\n")[1].split("\n## ")[0]
        assert [field.name for field in fields(record) if f"| `{field.name}` |" not in section] == []


def test_every_model_is_on_the_page_on_models():
    page = (DOCS / "models.md").read_text("utf-8")
    models = [path.parent.name for path in ROOT.glob("models/*/manifest.json")]
    assert models
    assert [name for name in models if f"(../models/{name}/README.md)" not in page] == []
