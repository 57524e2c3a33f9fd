"""Passages for the parser: prose blocks with markers cut out, and the map back to ``Article.text``.

A marker glued to a full stop (``."[1]``) spoils sentence splitting, so the parser never sees one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from analyzer.records import Article, Extent


@dataclass
class OffsetMap:
    """Maps offsets of the joined passages (``Doc.text``) to offsets of ``Article.text``; pieces are added in order."""

    at: list[int] = field(default_factory=list)
    to: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)

    def add(self, doc_start: int, article_start: int, length: int) -> None:
        """Say that ``length`` characters from ``doc_start`` on are those from ``article_start`` on."""
        if length:
            self.at.append(doc_start)
            self.to.append(article_start)
            self.length.append(length)

    def start(self, offset: int) -> int:
        """Return the article offset of the character at ``offset``."""
        i = max(0, bisect_right(self.at, offset) - 1)
        return self.to[i] + min(offset - self.at[i], self.length[i])

    def end(self, offset: int) -> int:
        """Return the article offset just past the character before ``offset``."""
        return self.start(offset - 1) + 1 if offset else self.start(0)

    def extent(self, start: int, end: int) -> Extent:
        """Return the article extent of a stretch of the Doc."""
        first = self.start(start)
        return Extent(start=first, end=max(first, self.end(end)))


@dataclass(frozen=True)
class Passage:
    """One prose block as the parser sees it: its text and the kept pieces as (offset in text, offset in article, length)."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]
    kind: str
    source: str | None


def mask(article: Article) -> list[Passage]:
    """Return the article's prose blocks, without reference markers and inline tags; blank blocks are left out."""
    markers = sorted((m.start, m.end) for m in (*article.citations, *article.inline_tags))
    passages = []
    first = 0
    for block in article.blocks:
        while first < len(markers) and markers[first][1] <= block.start:
            first += 1
        passage = _cut(article.text, block.start, block.end, islice(markers, first, None))
        text = "".join(article.text[a : a + n] for _, a, n in passage)
        if text.strip():
            passages.append(Passage(text, tuple(passage), block.kind, block.source))
    return passages


def _cut(text: str, start: int, end: int, markers: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return the pieces of ``text[start:end]`` that no marker covers; a blank before a cut marker goes with it."""
    pieces: list[tuple[int, int, int]] = []
    at, offset = start, 0
    for m_start, m_end in markers:
        if m_start >= end:
            break
        stop = max(m_start, at)
        while stop > at and text[stop - 1] in " \t" and (m_end >= end or text[m_end] in " \t\n.,;:"):
            stop -= 1
        if stop > at:
            pieces.append((offset, at, stop - at))
            offset += stop - at
        at = max(at, min(m_end, end))
    if end > at:
        pieces.append((offset, at, end - at))
    return pieces
