"""One page in three forms - wikitext, the HTML of a skin, and a text copy - gives the same banners and the same prose.

``fixtures/marlow.*`` is the fixture wiki's page as MediaWiki 1.43 gave it; the text copy is w3m's of the same HTML.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.readers import read
from analyzer.records import Article

FIXTURES = Path(__file__).parent / "fixtures"


def _prose(article: Article) -> list[str]:
    """Return the prose blocks without markers."""
    marks = sorted((m.start, m.end) for m in (*article.citations, *article.inline_tags))
    found = []
    for block in article.blocks:
        text, at = "", block.start
        for start, end in marks:
            if block.start <= start < block.end:
                text, at = text + article.text[at:start], end
        found.append(" ".join((text + article.text[at : block.end]).split()))
    return found


@pytest.fixture(scope="module")
def forms() -> dict[str, Article]:
    return {end: read(FIXTURES / f"marlow.{end}", title="Marlow Instruments") for end in ("wikitext", "html", "txt")}


def test_the_forms_are_told_apart_by_content(forms: dict[str, Article]) -> None:
    assert [forms[end].format for end in ("wikitext", "html", "txt")] == ["wikitext", "html", "plaintext"]


def test_the_banners_are_the_same(forms: dict[str, Article]) -> None:
    told = {end: [(b.issue, b.date, b.scope) for b in article.banners] for end, article in forms.items()}
    assert told["wikitext"] == told["html"] == told["txt"]
    assert len(told["html"]) == 6


def test_the_prose_is_the_same_up_to_markers(forms: dict[str, Article]) -> None:
    prose = {end: _prose(article) for end, article in forms.items()}
    assert prose["wikitext"] == prose["html"] == prose["txt"]
    assert len(prose["html"]) == 7  # an item of its list is no sentence


def test_markers_and_tags_are_the_same(forms: dict[str, Article]) -> None:
    labels = {end: [c.label for c in article.citations] for end, article in forms.items()}
    assert labels["wikitext"] == labels["html"]
    assert set(labels["txt"]) == set(labels["html"])
    tags = {end: [t.id for t in article.inline_tags] for end, article in forms.items()}
    assert tags["wikitext"] == tags["html"] == tags["txt"] == ["citation-needed", "who"]


def test_the_sections_are_the_same(forms: dict[str, Article]) -> None:
    titles = {end: [s.title for s in article.sections] for end, article in forms.items()}
    assert titles["wikitext"] == titles["html"]
    assert set(titles["txt"]) <= set(titles["html"])  # in a text copy a heading is a line like any other
