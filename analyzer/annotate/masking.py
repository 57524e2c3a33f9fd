"""Passages for the parser: prose blocks with markers cut out, and the map back to ``Article.text``.

A marker glued to a full stop (``."[1]``) spoils sentence splitting, so the parser never sees one. Nor does it see what
would make it quadratic: runs of hundreds of characters without a blank, and passages of book length.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from msgspec.structs import replace

from analyzer.counting import number
from analyzer.limits import (
    MAX_BANNERS,
    MAX_CITATIONS,
    MAX_INLINE_TAGS,
    MAX_MARKS,
    MAX_PASSAGE,
    MAX_RUN,
    MAX_SECTIONS,
    MAX_WORDS,
)
from analyzer.records import Article, Extent

_UNBROKEN = re.compile(rf"\S{{{MAX_RUN + 1},}}|(?<!\w)[^\w\s](?:\s?[^\w\s]){{{MAX_MARKS},}}")
_WORDS = re.compile(r"\w+|[^\w\s]")
# Text browsers join the words of a link with underscores; to the parser they are words.
_BLANK = re.compile(r"\s|(?<=[^\W_])_(?=[^\W_])")
_BLANKS = re.compile(r"\s{2,}")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s")

# What a reader may have found, and how many of it are kept; links and references it bounds itself.
_KEPT = {
    "banners": (MAX_BANNERS, "banner"),
    "sections": (MAX_SECTIONS, "section"),
    "citations": (MAX_CITATIONS, "reference marker"),
    "inline_tags": (MAX_INLINE_TAGS, "inline tag"),
}

Piece = tuple[int, int, int]  # offset in the passage's text, offset in the article, length
Stretch = tuple[int, int]  # of the article's text


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

    def inverse(self, at: int) -> int:
        """Return the Doc offset of an article offset; inside a masked marker, that of the text before it."""
        i = max(0, bisect_right(self.to, at) - 1)
        return self.at[i] + min(max(0, at - self.to[i]), self.length[i])

    def extent(self, start: int, end: int) -> Extent:
        """Return the article extent of a stretch of the Doc."""
        first = self.start(start)
        return Extent(start=first, end=max(first, self.end(end)))


@dataclass(frozen=True)
class Passage:
    """One prose block as the parser sees it: its text, and the kept stretches of the article that it is made of.

    ``follows`` tells whether nothing but blanks stands between it and the block before.
    """

    text: str
    kept: tuple[Stretch, ...]
    kind: str
    source: str | None
    follows: bool = False

    @property
    def pieces(self) -> Iterator[Piece]:
        """What leads back to the article."""
        ends = accumulate(end - start for start, end in self.kept)
        return ((at - (end - start), start, end - start) for at, (start, end) in zip(ends, self.kept, strict=True))


def bounded(article: Article) -> Article:
    """Return an article with at most so many things of each kind, and a notice of what was left out; mostly itself."""
    cut, told = {}, []
    for name, (most, one) in _KEPT.items():
        found = getattr(article, name)
        if len(found) > most:
            cut[name] = found[:most]
            told.append(f"Only the first {number(most, one)} of {len(found):,} were looked at.")
    return replace(article, **cut, notices=(*article.notices, *told)) if cut else article


def mask(article: Article) -> tuple[list[Passage], list[str]]:
    """Return the article's prose passages, and notices on what had to be left out or cut to keep parsing bounded."""
    text = article.text
    markers = sorted((m.start, m.end) for m in (*article.citations, *article.inline_tags))
    passages: list[Passage] = []
    dropped = 0
    first = 0
    before = 0
    for block in article.blocks:
        follows = bool(passages) and not text[before : block.start].strip()
        before = block.end
        while first < len(markers) and markers[first][1] <= block.start:
            first += 1
        runs = [m.span() for m in _UNBROKEN.finditer(text, block.start, block.end)]
        dropped += len(runs)
        last = bisect_left(markers, (block.end,), lo=first)
        cuts = sorted([*runs, *markers[first:last]])
        for part in _grouped(text, _collapse(text, _cut(text, block.start, block.end, cuts))):
            words = "".join(text[start:end] for start, end in part)
            if words.strip():
                passages.append(Passage(_BLANK.sub(" ", words), tuple(part), block.kind, block.source, follows))
    notices = []
    if dropped:
        told = f"{dropped} runs of over {MAX_RUN} characters without a blank, or of over {MAX_MARKS} marks,"
        notices.append(f"{told} were left out of the analysis")
    if len(text) > MAX_WORDS and (kept := _within(passages)) < len(passages):
        notices.append(f"The article has over {MAX_WORDS:,} words; those behind them were left out of the analysis")
        del passages[kept:]
    return passages, notices


def _within(passages: list[Passage]) -> int:
    """Return how many of the passages have MAX_WORDS words together, marks among them."""
    words = accumulate(sum(1 for _ in _WORDS.finditer(passage.text)) for passage in passages)
    return sum(count <= MAX_WORDS for count in words)


def _cut(text: str, start: int, end: int, cuts: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield what of ``text[start:end]`` no cut covers; a blank before a cut marker goes with it."""
    at = start
    for cut_start, cut_end in cuts:
        stop = max(cut_start, at)
        while stop > at and text[stop - 1] in " \t" and (cut_end >= end or text[cut_end] in " \t\n.,;:"):
            stop -= 1
        if stop > at:
            yield at, stop
        at = max(at, min(cut_end, end))
    if end > at:
        yield at, end


def _collapse(text: str, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches with runs of blanks shortened to one, so that no tokens are made of indentation."""
    for start, end in stretches:
        for blanks in _BLANKS.finditer(text, start, end):
            yield start, blanks.start() + 1
            start = blanks.end()
        if end > start:
            yield start, end


def _grouped(text: str, stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """Yield the stretches in groups of at most MAX_PASSAGE characters, cut at a sentence end or else a blank."""
    group: list[Stretch] = []
    size = 0
    for start, end in stretches:
        while size + end - start > MAX_PASSAGE:
            stop = _last_break(text, start, start + MAX_PASSAGE - size)
            if stop > start:
                group.append((start, stop))
            yield group
            group, size, start = [], 0, stop
        group.append((start, end))
        size += end - start
    if group:
        yield group


def _last_break(text: str, start: int, end: int) -> int:
    """Return where to cut ``text[start:end]``: after its last sentence end, else its last blank, else at its end."""
    window = max(start, end - 4000)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, window, end)]
    if ends:
        return ends[-1]
    blank = max(text.rfind(" ", window, end), text.rfind("\n", window, end))
    return blank + 1 if blank >= window else end
