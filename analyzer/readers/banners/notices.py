"""Maintenance notices that no entry of the table explains, found by the help link that closes them."""

from __future__ import annotations

import re
from bisect import bisect_left

from analyzer.readers.banners.matching import Letters
from analyzer.readers.banners.openings import OPENING, SPEAKS_OF_ITSELF, STOP, boundary_at
from analyzer.records import Banner

_HELP_LINK = re.compile(
    r"\(?Learn[\s_]+how[\s_]+and[\s_]+when[\s_]+to[\s_]+remove[\s_]+th(?:is|ese)[\s_](?:template[\s_]+)?messages?\)?"
)


def find_notices(text: str, found: list[Banner]) -> list[tuple[int, int]]:
    """Return the extents of maintenance notices that no entry of the table explains: they end in the help link."""
    extents: list[tuple[int, int]] = []
    ends = [banner.end for banner in found]
    for match in _HELP_LINK.finditer(text):
        i = bisect_left(ends, match.end())
        if i < len(found) and found[i].start <= match.start():
            continue
        start = _notice_start(text, match.start(), extents[-1][1] if extents else 0)
        if start is not None:
            extents.append((start, match.end()))
    return extents


def _notice_start(text: str, at: int, floor: int) -> int | None:
    """Return where the notice that a help link at ``at`` closes begins: a line that opens as banners do."""
    low = max(floor, at - 1500)
    for stop in STOP.finditer(text, low, at):
        low = max(low, stop.end())
    for match in OPENING.finditer(text, low, at):
        if boundary_at(text, match.start()) and SPEAKS_OF_ITSELF.search(
            Letters.of(text[match.start() : match.start() + 300]).text
        ):
            return match.start()
    return None
