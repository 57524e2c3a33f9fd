"""Words of an article by where they stand, as models of tagged articles weigh them: the same word differs by place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from analyzer.issues.tagged_outline import Outline

WORD = re.compile(r"[^\W\d_]{2,24}")
_ADDRESS = re.compile(r"[a-z]{3,24}|~|(?<!\d)\d{4}(?!\d)|[?=]")
Words = Mapping[str, Counter[str]]
# Each channel with where its words stand, for evidence, and the share of the articles that must use a word of it.
CHANNELS: Mapping[str, tuple[str, float]] = {
    "prose": ("in the prose", 0.01),
    "uncited": ("in paragraphs without a marker", 0.01),
    "uncited pairs": ("in paragraphs without a marker", 0.02),
    "cited": ("in paragraphs with a marker", 0.01),
    "cited sentences": ("in sentences with a marker", 0.01),
    "references": ("in references", 0.01),
    "reference pairs": ("in references", 0.02),
    "headings": ("in headings", 0.005),
    "whole headings": ("as a heading", 0.005),
    "addresses": ("in addresses of references", 0.005),
    "other addresses": ("in addresses of other links", 0.005),
}


class _Reading:
    """An article's words in order, made once for all channels."""

    def __init__(self, outline: Outline) -> None:
        self.article = outline.article
        self.sentences = [[(WORD.findall(text.lower()), marked) for text, marked in rows] for rows in outline.sentences]
        self.bare = [part.bare for part in outline.parts]
        self.references = [WORD.findall(text.lower()) for text in outline.references]
        self.headings = [WORD.findall(section.title[:200].lower()) for section in outline.article.sections]

    def paragraphs(self, bare: bool | None = None) -> Iterable[list[str]]:
        """Yield the words of each block; only of those with or without a marker where ``bare`` says so."""
        for rows, without in zip(self.sentences, self.bare, strict=True):
            if bare is None or bare == without:
                yield [word for row, _ in rows for word in row]

    def addresses(self, wanted: Callable[[str], bool]) -> Iterable[list[str]]:
        return (_ADDRESS.findall(link.url[:300].lower()) for link in self.article.links if wanted(link.place))


_READ: Mapping[str, Callable[[_Reading], Iterable[Sequence[str]]]] = {
    "prose": lambda read: read.paragraphs(),
    "uncited": lambda read: read.paragraphs(bare=True),
    "uncited pairs": lambda read: map(_pairs, read.paragraphs(bare=True)),
    "cited": lambda read: read.paragraphs(bare=False),
    "cited sentences": lambda read: (row for rows in read.sentences for row, marked in rows if marked),
    "references": lambda read: read.references,
    "reference pairs": lambda read: map(_pairs, read.references),
    "headings": lambda read: read.headings,
    "whole headings": lambda read: ([" ".join(row)] for row in read.headings if row),
    "addresses": lambda read: read.addresses(lambda place: place == "reference"),
    "other addresses": lambda read: read.addresses(lambda place: place != "reference"),
}


def words(outline: Outline, channels: Collection[str] = tuple(CHANNELS)) -> Words:
    """Return how often each word, or pair of words, stands in each channel; the prose is always among them."""
    read = _Reading(outline)
    return {
        name: Counter(word for row in found(read) for word in row)
        for name, found in _READ.items()
        if name in channels or name == "prose"
    }


def _pairs(row: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in pairwise(row)]
