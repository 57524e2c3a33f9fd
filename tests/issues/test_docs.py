"""docs/scores.md is current and tells of every signal; ``tests/docs`` looks at docs/issues.md."""

from __future__ import annotations

from pathlib import Path

from analyzer.issues import SIGNALS
from analyzer.issues.score_docs import text

PAGE = Path(__file__).parents[2] / "docs/scores.md"


def test_the_page_on_scores_is_current() -> None:
    assert PAGE.read_text("utf-8") == text(), "run: python -m analyzer.issues.score_docs > docs/scores.md"


def test_the_page_on_scores_tells_of_every_signal() -> None:
    page = text()
    assert all(f"| `{name}` |" in page for name in SIGNALS)
