"""Words of an article by where they stand, as models of tagged articles weigh them: the same word differs by place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from analyzer.issues.signals.tagged.outline import Outline, Part, Sentence

WORD = re.compile(r"[^\W\d_]{2,24}")
# What follows the first letter of a word, or digit of a number, where letters are N or w and digits 0.
_REST = re.compile(r"(?<=[Nw])[Nw]+|(?<=0)0+")
_ADDRESS = re.compile(r"[a-z]{3,24}|~|(?<!\d)\d{4}(?!\d)|[?=]")
Words = Mapping[str, Counter[str]]
# Each channel with where its words stand, for evidence, and the share of the articles that must use a word of it.
CHANNELS: Mapping[str, tuple[str, float]] = {
    "prose": ("in the prose", 0.01),
    "uncited": ("in paragraphs without a marker", 0.01),
    "uncited pairs": ("in paragraphs without a marker", 0.02),
    "lead": ("in the lead", 0.005),
    "signs": ("in the order of words (w), names (N), numbers (0) and punctuation", 0.02),
    "cited": ("in paragraphs with a marker", 0.01),
    "cited sentences": ("in sentences with a marker", 0.01),
    "references": ("in references", 0.01),
    "reference pairs": ("in references", 0.02),
    "headings": ("in headings", 0.005),
    "whole headings": ("as a heading", 0.005),
    "sites": ("as a site of references", 0.005),
    "addresses": ("in addresses of references", 0.005),
    "other addresses": ("in addresses of other links", 0.005),
}


class _Signs(dict[int, str]):
    """The sign of a character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isalpha():
            sign = "N" if char.isupper() else "w"
        else:
            sign = "0" if char.isdigit() else " " if char.isspace() or char == "_" else char
        self[code] = sign
        return sign


_SIGNS = _Signs()


class Reading:
    """An article's words in order, made once for all channels."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
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

    def lead(self) -> Iterable[list[str]]:
        """Yield the words of each block before the first heading."""
        first = min((section.start for section in self.article.sections), default=len(self.article.text))
        for part, rows in zip(self.outline.parts, self.sentences, strict=True):
            if part.block.start < first:
                yield [word for row, _ in rows for word in row]

    def signs(self) -> Iterable[list[str]]:
        """Yield each three signs in a row of each block: punctuation as it is, a word w, a name N, a number 0."""
        for rows in self.outline.sentences:
            signs = "".join(_REST.sub("", text.translate(_SIGNS)) for text, _ in rows).replace(" ", "")
            yield [signs[at : at + 3] for at in range(len(signs) - 2)]

    def sites(self) -> Iterable[list[str]]:
        """Yield the host of each link in references, and its top domain."""
        for link in self.article.links:
            if link.place == "reference" and link.domain:
                yield [link.domain, "." + link.domain.rsplit(".", 1)[-1]]

    def claimed(self) -> Iterator[tuple[Part, list[str] | None, list[Sentence], list[tuple[list[str], bool]]]]:
        """Yield each paragraph and list: words of its heading (None in the lead), sentences, and words of each."""
        starts = [section.start for section in self.article.sections]
        for part, texts, rows in zip(self.outline.parts, self.outline.sentences, self.sentences, strict=True):
            if part.block.kind in ("paragraph", "list"):
                at = bisect_right(starts, part.block.start) - 1
                yield part, self.headings[at] if at >= 0 else None, texts, rows

    def addresses(self, wanted: Callable[[str], bool]) -> Iterable[list[str]]:
        """Yield the words of the address of each link in a place that is wanted."""
        return (_ADDRESS.findall(link.url[:300].lower()) for link in self.article.links if wanted(link.place))


_READ: Mapping[str, Callable[[Reading], Iterable[Sequence[str]]]] = {
    "prose": lambda read: read.paragraphs(),
    "uncited": lambda read: read.paragraphs(bare=True),
    "uncited pairs": lambda read: map(_pairs, read.paragraphs(bare=True)),
    "lead": lambda read: read.lead(),
    "signs": lambda read: read.signs(),
    "cited": lambda read: read.paragraphs(bare=False),
    "cited sentences": lambda read: (row for rows in read.sentences for row, marked in rows if marked),
    "references": lambda read: read.references,
    "reference pairs": lambda read: map(_pairs, read.references),
    "headings": lambda read: read.headings,
    "whole headings": lambda read: ([" ".join(row)] for row in read.headings if row),
    "sites": lambda read: read.sites(),
    "addresses": lambda read: read.addresses(lambda place: place == "reference"),
    "other addresses": lambda read: read.addresses(lambda place: place != "reference"),
}


def words(read: Reading, channels: Collection[str] = tuple(CHANNELS)) -> Words:
    """Return how often each word, or pair of words, stands in each channel; the prose is always among them."""
    return {
        name: Counter(word for row in found(read) for word in row)
        for name, found in _READ.items()
        if name in channels or name == "prose"
    }


def _pairs(row: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in pairwise(row)]
