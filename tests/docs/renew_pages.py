"""Writes docs/issues.md, which needs the examples of the tests: ``make docs`` calls it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from analyzer.report.issue_docs import text

ROOT = Path(__file__).parents[2]


def issues() -> str:
    """Return the page on issues."""
    families = sorted((ROOT / "tests/examples").glob("*.toml"))
    return text(row for family in families for row in tomllib.loads(family.read_text("utf-8")).get("example", ()))


if __name__ == "__main__":
    sys.stdout.write(issues())
