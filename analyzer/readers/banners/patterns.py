"""The words of banners, compared without spaces: some text copies glue link texts to their neighbours.

:class:`NormalisedText` is a text reduced to its letters, digits, full stops and brackets, with the way back; the
patterns of the table are reduced likewise, so that ``This articlecontainspromotional content`` is still found.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from analyzer.lexicons import load_patterns
from analyzer.readers.banners.table import MONTHS, BannerEntry, banner_entries

_MONTHS = "|".join([*MONTHS, "sept", *(name[:3] for name in MONTHS)])
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
GOES_ON = re.compile(rf"(?:{'|'.join(load_patterns('page_furniture', 'banner goes on'))})[^.!?]{{0,400}}[.!?]\)?")


@dataclass(frozen=True)
class NormalisedText:
    """A text's letters, digits and ``.!?()`` in lower case, and the place of each in the text."""

    text: str
    at: "array[int]"

    def index(self, offset: int) -> int:
        """Return the place of the first character at or after an offset of the original text."""
        return bisect_left(self.at, offset)

    def end(self, index: int) -> int:
        """Return the offset in the original text just past the character before ``index``."""
        return self.at[index - 1] + 1 if index else 0


def normalised(text: str) -> NormalisedText:
    """Return a text in the form in which banners are compared; linear in its length."""
    parts: list[str] = []
    at = array("l")
    for match in _TOKEN.finditer(text):
        token = match["kept"]
        if token is None:
            continue
        lowered = token.lower()
        if len(lowered) != len(token):  # "İ" has two characters in lower case
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in token)
        parts.append(lowered)
        at.extend(range(match.start(), match.end()))
    return NormalisedText("".join(parts), at)


@dataclass(frozen=True, eq=False)
class BannerPattern:
    """One pattern of a banner: ``needle`` is a part that every match holds, found first because that is fast."""

    rank: int
    entry: BannerEntry
    needle: str
    source: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern; most texts hold the needles of few."""
        return re.compile(self.source)


@cache
def banner_patterns() -> tuple[BannerPattern, ...]:
    """Return every pattern of the table, in its order of preference."""
    found = []
    for rank, entry in enumerate(banner_entries()):
        for pattern in entry.patterns if entry.scope != "html-comment" else ():
            bare = pattern.replace(" ", "").replace("~", r"[^.!?]{0,140}?")
            found.append(BannerPattern(rank, entry, _needle(bare), bare))
    return tuple(found)


def places(normal: NormalisedText) -> Iterator[tuple[int, BannerPattern]]:
    """Yield where the needle of a pattern stands, for every pattern that occurs at all."""
    for pattern in banner_patterns():
        at = normal.text.find(pattern.needle)
        while at >= 0:
            yield at, pattern
            at = normal.text.find(pattern.needle, at + len(pattern.needle))


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
