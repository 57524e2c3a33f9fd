"""Where a stretch of an article stands in the file that it was read from: line and column, as editors count them.

Plain text is read character for character. Of markup a report has what a reader sees: its words are matched with those
of the source, by groups of three that stand once in both, in order (as patience diff does), and from those on word by
word.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_GROUP = 3  # words that tell a place
_NEAR = 60  # words of the source that may stand between two neighbours: a footnote, a template


class Place(NamedTuple):
    """A line and a column, both from 1; columns count code points."""

    line: int
    column: int


class Places:
    """The places of an article's text in its source, or in itself where there is none to match."""

    def __init__(self, text: str, source: str | None = None) -> None:
        self._text = text
        self._source = source if source is not None and source != text else None
        self._lines = [0, *(match.end() for match in re.finditer("\n", source if source is not None else text))]

    def of(self, start: int, end: int) -> tuple[Place, Place]:
        """Return where a stretch of the text begins and ends (exclusive)."""
        if self._source is None:
            return self._place(start), self._place(max(start, end))
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end) - 1
        begins = self._in_source(min(first, len(self._starts) - 1))
        ends = self._in_source(max(first, last)) if last >= first else begins
        return self._place(begins[0]), self._place(max(begins[1], ends[1]))

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset) - 1
        return Place(line + 1, offset - self._lines[line] + 1)

    @cached_property
    def _words(self) -> list[str]:
        return _WORD.findall(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in _WORD.finditer(self._text)]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self._source or "")]

    @cached_property
    def _source_words(self) -> list[str]:
        return _WORD.findall(self._source or "")

    @cached_property
    def _anchors(self) -> list[tuple[int, int]]:
        """Pairs of words of the text and of the source that are the same one, in the order of both."""
        here, there = _single(self._words), _single(self._source_words)
        return _increasing(sorted((here[group], there[group]) for group in here.keys() & there.keys()))

    def _in_source(self, word: int) -> tuple[int, int]:
        """Return the characters of the source that a word of the text is; its start where nothing matches."""
        at = bisect_right(self._anchors, (word, len(self._spans))) - 1
        known, place = self._anchors[at] if at >= 0 else (-1, -1)
        for number in range(known + 1, word + 1):
            ahead = self._source_words[place + 1 : place + 1 + _NEAR]
            if self._words[number] in ahead:
                place += 1 + ahead.index(self._words[number])
        return self._spans[place] if 0 <= place < len(self._spans) else (0, 0)


def _single(words: list[str]) -> dict[tuple[str, ...], int]:
    """Return the places of groups of words that stand once only."""
    groups = list(zip(*(words[shift:] for shift in range(_GROUP)), strict=False))
    counts = Counter(groups)
    return {group: place for place, group in enumerate(groups) if counts[group] == 1}


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most of the pairs, sorted by the first number, whose second ones increase."""
    tops: list[int] = []  # second numbers that end runs of each length
    ends: list[int] = []  # and the pairs that they are of
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [place]
        ends[length : length + 1] = [number]
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
