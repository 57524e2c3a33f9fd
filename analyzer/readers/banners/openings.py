"""Where a banner's sentence may open in plain text: not in quotation marks, not in a comment, not within a sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from analyzer.readers.banners.matching import Letters

OPENING = re.compile(
    r"This|These|The|There|Some|All(?![\s_]*(?:articles|pages|Wikipedia))|Many|Most|Several|Much|Parts?|Portions"
    r"|(?:An?|In|As|To|You|Use|One|Its)(?=[\s_])|It[\s_]*(?:has|is|was)|Editors?|Please|References?|Sources"
    r"|Citations|External|Under|Lead|Various|Certain|Material|Content"
)
SPEAKS_OF_ITSELF = re.compile(
    r"(?:this|the|these|its|following|of)\w{0,60}?(?:article|section|list|page|biograph|paragraph|lead|introduction|table"
    r"|template|infobox|timeline|glossary|subject|title|map|sources|references|contributor|editor|summary|draft|passage"
    r"|gallery|links|heading|text|topic|portal)|wikipedia|ithasbeensuggested|itisproposed"
)
# A banner ends before a blank line, a heading, a list item or a table rule.
STOP = re.compile(
    r"\n[ \t|\r]*(?=\n)|\n(?=[ \t]*(?:={2,}|\*{1,6}[ \t]|•|[-#o][ \t]|#{2,6}[ \t]|\|?[ \t]*-{3}))"
    r"|\n[^\n]{1,100}\[[ ]?edit[ ]?\]"
)
_ADJACENT = frozenset(".!?)]|*=}")
_CLOSING = frozenset("\"”’'»")
_GLUE = (".svg", ".png", ".gif", ".jpg", "message", "messages", "more", "[hide]")
_OPEN_QUOTES = {"“": "”", "«": "»", "„": "“"}


@dataclass(frozen=True)
class Opening:
    """The place where a banner may open; ``alone`` is true at the start of a line or behind a heading."""

    start: int  # in the text
    index: int  # in the letters
    alone: bool  # first on its line, or after a heading or another banner


def find_openings(text: str, letters: Letters) -> list[Opening]:
    """Return where a banner's sentence may open: a fitting capital word at a boundary, not quoted, not in a comment."""
    comments = _comments(text)
    starts = [start for start, _ in comments]
    found = []
    for match in OPENING.finditer(text):
        at = match.start()
        boundary = boundary_at(text, at)
        i = bisect_right(starts, at) - 1
        if boundary is None or (i >= 0 and at < comments[i][1]):
            continue
        found.append(Opening(at, bisect_left(letters.at, at), boundary))
    return found


def _comments(text: str) -> list[tuple[int, int]]:
    """Return the extents of HTML comments; one that is never closed hides nothing."""
    found = []
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at)
        if end < 0:
            break
        found.append((at, end + 3))
        at = text.find("<!--", end)
    return found


def boundary_at(text: str, at: int) -> bool | None:
    """Return None where no sentence can open at ``at``, else whether a line (or a heading before it) does."""
    i = at
    while i and text[i - 1] in " \t_|\u00a0*":
        i -= 1
    if i == 0 or text[i - 1] in "\n\r\u2028\ufeff":
        return text[i:at].count("*") != 1  # an item of a list is a banner only with a date
    before = text[max(0, i - 10) : i].lower()
    previous = text[i - 1]
    if before.endswith(_GLUE):
        return True
    if previous in "=]|" or text[i:at].strip(" \t_\u00a0"):
        return None if _quoted(text, at) else True
    if previous in _ADJACENT or (previous == ">" and i >= 2 and (text[i - 2].isalpha() or text[i - 2] in "\"'/")):
        return None if _quoted(text, at) else False
    if i < at and previous in _CLOSING and i >= 2 and text[i - 2] in ".!?":
        return None if _quoted(text, at) else False
    return None


def _quoted(text: str, at: int) -> bool:
    """Tell whether a quotation that opened on this line is still open at ``at``."""
    low = max(0, at - 600)
    start = max(text.rfind("\n", low, at) + 1, low)
    return open_quotation(text[start:at])


def open_quotation(words: str) -> bool:
    """Tell whether a quotation that opens in some words is not closed in them."""
    if words.count('"') % 2:
        return True
    return any(words.rfind(left) > words.rfind(right) for left, right in _OPEN_QUOTES.items())
