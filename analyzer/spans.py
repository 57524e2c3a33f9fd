"""Stretches of characters: joined, and asked whether one holds an offset."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Begins(Protocol):
    """Whatever begins at an offset."""

    @property
    def start(self) -> int:
        """The offset."""


T = TypeVar("T", bound=Begins)


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans sorted, with those that overlap or touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def covered(offset: int, spans: list[tuple[int, int]]) -> bool:
    """Return whether one of the merged spans holds the offset."""
    at = bisect_right(spans, (offset, float("inf"))) - 1
    return at >= 0 and spans[at][0] <= offset < spans[at][1]


def last_begun(rows: Sequence[T], offset: int) -> T | None:
    """Return the last of the rows, sorted by where they begin, that begins at the offset or before it."""
    at = bisect_right(rows, offset, key=lambda row: row.start)
    return rows[at - 1] if at else None
