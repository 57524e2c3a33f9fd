"""The words of banners, compared without spaces: some text copies glue link texts to their neighbours.

:class:`Letters` is a text reduced to its letters, digits, full stops and brackets, with the way back; the wordings of
the table are reduced in the same manner, so that ``This articlecontainspromotional content`` is still found.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from analyzer.readers.banners.table import BannerEntry, banner_entries

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
# Left out of the comparison: alternative texts of images, targets of Markdown links, HTML tags, and the apostrophe as
# it looks when UTF-8 was read as Latin-1 or cp1252. Every repetition is bounded, so the scan is linear.
_TOKEN = re.compile(
    r"!?\[[^\[\]]{0,120}\.(?:svg|png|gif|jpe?g)\]"
    r"|\]\([^()\s]{0,400}(?:\([^()\s]{0,80}\)[^()\s]{0,80})?\)"
    r"|</?[A-Za-z][^<>]{0,200}>"
    r"|&(?:nbsp|\#160|quot|\#39|\#x27|thinsp);"
    r"|\u00e2(?:\u0080[\u0090-\u009f]|\u20ac[\u2122\u02dc\u0153\u009d])"
    r"|(?P<kept>[^\W_]+|[.!?()])"
)
DATE = re.compile(rf"\((?:since|asof|from|tagged|in)?(?:\d{{1,2}})?({_MONTHS})(\d{{4}})\)")
PROPOSED = re.compile(rf"proposedsince({_MONTHS})(\d{{4}})\.?")
HELP = re.compile(r"\(?learn(?:howandwhentoremove(?:this|these)(?:template)?messages?|more)\)?")
ASIDE = re.compile(
    r"\(youcanhelp[.!]?\)|\(discuss[.!]?\)|click(?:show)?forimportanttranslationinstructions\.?"
    r"|(?:view|google|machinetranslation|donottranslate|ifpossible|youmust|youshould|amodelattribution|contentinthisedit"
    r"|formoreguidance|consideraddingatopic)(?=\w{0,300}translat)[^.!?]{0,400}[.!?]"
)
# How a banner goes on after its first sentence.
GOES_ON = re.compile(
    r"(?:please|youcan|youmay|relevant|unsourced|findsources|consider|theremight|theremaybe|see(?:the|wiki|more|talk)"
    r"|statements|itmay|wikipedia|thespecific|thereason|noreason|nocleanup|material|unverified|contentiousmaterial"
    r"|editinghelp|thereadable|thepurpose|furtherdetails|whenyou|itshouldbe|thereferencesused|wikiproject|discuss"
    r"|inparticular|mergediscussion|relateddiscussion|thetalkpage|add(?:areason|ing)|toask|to(?:meet|comply)|ifyou"
    r"|copyedit|adding|poorlysourced|any|coverage|proposedsince)"
    r"[^.!?]{0,400}[.!?]\)?"
)


@dataclass(frozen=True)
class Letters:
    """A text's letters, digits and ``.!?()`` in lower case, and the place of each in the text."""

    text: str
    at: array[int]

    @classmethod
    def of(cls, text: str) -> Letters:
        """Return the letters of a text; linear in its length."""
        parts: list[str] = []
        at = array("l")
        for match in _TOKEN.finditer(text):
            token = match.group("kept")
            if token is None:
                continue
            lowered = token.lower()
            if len(lowered) != len(token):  # "İ" has two characters in lower case
                lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in token)
            parts.append(lowered)
            at.extend(range(match.start(), match.end()))
        return cls("".join(parts), at)

    def index(self, offset: int) -> int:
        """Return the place of the first letter at or after an offset of the original text."""
        return bisect_left(self.at, offset)

    def end(self, index: int) -> int:
        """Return the offset in the original text just past the letter before ``index``."""
        return self.at[index - 1] + 1 if index else 0


@dataclass(frozen=True)
class Wording:
    """One pattern of a banner: ``needle`` is a part that every match holds, found first because that is fast."""

    rank: int
    entry: BannerEntry
    needle: str
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled pattern; most texts hold the needles of few."""
        return re.compile(self.source)


@cache
def wordings() -> tuple[Wording, ...]:
    """Return every wording of the table, in its order of preference."""
    return tuple(
        Wording(rank, found, *_without_spaces(pattern))
        for rank, found in enumerate(banner_entries())
        if found.scope != "html-comment"
        for pattern in found.patterns
    )


def places(letters: Letters) -> Iterator[tuple[int, Wording]]:
    """Yield where in the letters the needle of a wording stands, for every wording that occurs at all."""
    for wording in wordings():
        at = letters.text.find(wording.needle)
        while at >= 0:
            yield at, wording
            at = letters.text.find(wording.needle, at + len(wording.needle))


def month(name: str, year: str) -> str:
    """Return ``YYYY-MM`` of an English month name and a year."""
    names = _MONTHS.split("|")[:12]
    number = next(i for i, full in enumerate(names, 1) if full[:3] == name[:3].lower())
    return f"{year}-{number:02d}"


def _without_spaces(pattern: str) -> tuple[str, str]:
    bare = pattern.replace(" ", "").replace("~", r"[^.!?]{0,140}?")
    return _needle(bare), bare


def _needle(pattern: str) -> str:
    """Return the longest run of plain letters that every match of a pattern holds."""
    runs, run, depth, at = [], "", 0, 0
    while at < len(pattern):
        char = pattern[at]
        if depth == 0 and char.isalnum():
            run += char
        else:
            if char in "?*{":
                run = run[:-1]
            depth += (char in "([{") - (char in ")]}")
            at += char == "\\"
            runs.append(run)
            run = ""
        at += 1
    longest = max([*runs, run], key=len)
    if len(longest) < 6:
        raise ValueError(f"banner pattern {pattern!r} has no plain run of 6 letters; split its alternatives")
    return longest
