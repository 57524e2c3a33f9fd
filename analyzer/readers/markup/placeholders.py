"""Stand-ins for what is not prose: markers, tags, banners and stray links, kept by number while text is put together.

A stand-in is ``U+FDD0 number U+FDD1``. Both are Unicode noncharacters, which no interchanged text may contain; a reader
replaces any that its input holds before it starts (:func:`scrub`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OPEN, CLOSE = "\ufdd0", "\ufdd1"
STAND_IN = re.compile("\ufdd0(\\d+)\ufdd1")
# Block signs inside flat text: start and end of a quotation, start and end of a table written in HTML.
QUOTE_OPEN, QUOTE_CLOSE, TABLE_OPEN, TABLE_CLOSE = "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
BLOCK_OPEN, BLOCK_CLOSE = "\ufdd8", "\ufdd9"  # HTML: a block of the kind that the next letter tells, and its end
_BLOCK_SIGN = re.compile("\ufdd8[a-z0-9]?(?:\\d*\ufdda)?|\ufdd9")
EQUALS = "\ufdd6"  # an equals sign that does not name a template argument
NEWLINE = "\ufdd7"  # a line break inside a paragraph (<br>)
_CLEAN_BYTES = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte > 31 and byte != 127))
_NONCHARACTER_LEAD = "\ufdd0".encode()[:2]
_FORBIDDEN = re.compile("[\ufdd0-\ufdef\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def scrub(text: str) -> str:
    """Return the text with one kind of line end and without control characters, noncharacters or lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _is_clean(text) else _FORBIDDEN.sub("\ufffd", text)


def _is_clean(text: str) -> bool:
    """Tell whether a text needs no scrubbing; on bytes, which is ten times as fast as the expression on characters."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    return not data.translate(None, _CLEAN_BYTES) and _NONCHARACTER_LEAD not in data


@dataclass(slots=True)
class Entry:
    """One footnote: what its markers show, what it says (still as flat text), and how often it is used."""

    group: str
    name: str
    label: str | None = None
    content: str = ""
    uses: int = 0
    urls: tuple[str, ...] = ()
    text: str | None = None  # plain text, where the reader has it already
    work: str | None = None
    publisher: str | None = None


@dataclass(slots=True)
class CitationMark:
    """A reference marker with what stands in its brackets."""

    label: str


@dataclass(slots=True)
class TagMark:
    """An inline maintenance tag, with the words in brackets that a reader sees."""

    id: str
    date: str | None
    shown: str


@dataclass(slots=True)
class BannerMark:
    """A maintenance banner where it stands; ``shown`` is text that belongs to the page (HTML), or empty (wikitext)."""

    id: str
    issue: str
    date: str | None
    scope: str
    template: str | None
    text: str
    shown: str = ""


@dataclass(slots=True)
class LinkMark:
    """External links in matter that is left out of the prose; ``place`` is None where the section decides."""

    links: list[tuple[str, str]]
    place: str | None = None


@dataclass(slots=True)
class WorkMark:
    """What a citation template says of its source, beside the text that it shows."""

    work: str
    publisher: str


Mark = CitationMark | TagMark | BannerMark | LinkMark | WorkMark


@dataclass(slots=True)
class Ledger:
    """All marks of one page, in the order in which they were met, and what had to be repaired."""

    marks: list[Mark] = field(default_factory=list)
    notices: dict[str, int] = field(default_factory=dict)

    def put(self, mark: Mark) -> str:
        """Return the stand-in for a mark."""
        self.marks.append(mark)
        return f"{OPEN}{len(self.marks) - 1}{CLOSE}"

    def note(self, what: str) -> None:
        """Count one repair of a kind; ``what`` may hold ``{n}`` for the count."""
        self.notices[what] = self.notices.get(what, 0) + 1

    def found(self, text: str) -> list[Mark]:
        """Return the marks whose stand-ins occur in a text, in order."""
        return [self.marks[int(number)] for number in STAND_IN.findall(text)] if OPEN in text else []

    def keep(self, text: str) -> str:
        """Return the stand-ins of a text that count although the text around them is left out: banners and links."""
        if OPEN not in text:
            return ""
        kept = (m.group() for m in STAND_IN.finditer(text) if isinstance(self.marks[int(m[1])], BannerMark | LinkMark))
        return "".join(kept)

    def told(self) -> tuple[str, ...]:
        """Return the notices for people."""
        return tuple(what.replace("{n}", str(n)) for what, n in sorted(self.notices.items()))


def drop_marks(text: str) -> str:
    """Return a text without its stand-ins and without the signs of blocks."""
    text = STAND_IN.sub("", text) if OPEN in text else text
    return _BLOCK_SIGN.sub("", text) if BLOCK_OPEN in text or BLOCK_CLOSE in text else text
