"""The prose of an article as models of tagged articles see it: blocks and sentences without tags, and the markers.

Banners and inline tags are left out, so that a model cannot learn an editor's claim from the claim itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from analyzer.records import Article, Block

# Addresses, and whatever stands in square brackets: editors' tags ("[unreliable source?]") give the label away.
_ASIDE = re.compile(r"https?://\S+|\[[^\[\]\n]{3,60}\]")
# Where a sentence ends, with the markers behind it; no parse is at hand when a model learns from a dump.
_END = re.compile(r"(?<=[.!?\]])\s+(?=[A-Z\"“(])")
_MARKER = re.compile(r"\[(?:\d{1,4}|[a-z]|[ivx]{1,5}|(?:note|nb|N|n|Note) ?\d{1,3})\]")
_MOST_TEXT = 400_000
# A sentence without its markers, and whether it has one.
Sentence = tuple[str, bool]


class Part(NamedTuple):
    """A block of prose: its text without tags, its words, and whether it is bare of reference markers."""

    block: Block
    text: str
    words: int
    bare: bool

    def sentences(self) -> list[Sentence]:
        """Return its sentences without their markers, and whether each has one; split by a rule, not a parse."""
        if self.bare:
            return [(row, False) for row in _END.split(self.text)]
        return [(_MARKER.sub(" ", row), _MARKER.search(row) is not None) for row in _END.split(self.text)]


class Outline:
    """The prose of an article without tags, block by block, and where its markers stand."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.markers = sorted(citation.start for citation in article.citations)
        tags = sorted((tag.start, tag.end) for tag in article.inline_tags)
        blocks = sorted((b for b in article.blocks if b.start < _MOST_TEXT), key=lambda b: b.start)
        texts = [_without(article.text, block, tags) for block in blocks]
        sizes = [len(text.split()) for text in texts]
        self.text = "\n".join(texts)
        self.words = sum(sizes)
        self.parts = [
            Part(block, text, size, not self.markers_in(block.start, block.end))
            for block, text, size in zip(blocks, texts, sizes, strict=True)
        ]
        self.sentences = [part.sentences() for part in self.parts]
        self.references = [" ".join(_ASIDE.sub(" ", row.text[:1000]).split()) for row in article.references]
        self._starts = [block.start for block in blocks]

    def markers_in(self, start: int, end: int) -> int:
        """Return the reference markers in a stretch; one just behind it counts."""
        return bisect_right(self.markers, end + 3) - bisect_left(self.markers, start)

    def within(self, start: int, end: int) -> list[Part]:
        """Return the parts that begin in a stretch."""
        return self.parts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def _without(text: str, block: Block, tags: list[tuple[int, int]]) -> str:
    """Return the text of a block, its inline tags cut out."""
    pieces, at = [], block.start
    for start, end in tags[bisect_left(tags, (block.start, 0)) : bisect_left(tags, (block.end, 0))]:
        pieces.append(text[at:start])
        at = max(at, end)
    pieces.append(text[at : block.end])
    return "".join(pieces)
