"""No dead link: every relative link of a page of the repository leads to a file that is there, and to its heading."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from .pages import DOCS, ROOT

PAGES = [
    *ROOT.glob("*.md"),
    *DOCS.rglob("*.md"),
    *ROOT.glob("models/*/*.md"),
    *ROOT.glob("notebooks/**/*.md"),
    *ROOT.glob("tests/**/*.md"),
]
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s+\"[^\"]*\")?\)")
_FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


def links(page: Path) -> list[str]:
    """Return the targets of a page's links and pictures, without those in code."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    return _LINK.findall(_CODE.sub("code", text))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as viewers of Markdown and the site make them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.+?) *$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        found.append(re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"))
    return frozenset(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(page: Path):
    dead = []
    for link in links(page):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            dead.append(link)
    assert dead == []


def test_links_and_anchors_are_seen():
    assert "docs/batch.md" in links(ROOT / "README.md")
    assert "the-first-questions-in-duckdb" in anchors(DOCS / "batch.md")
    assert "attributions-none-one-or-several-for-each-sentence" in anchors(DOCS / "labels.md")
