"""What is not prose while text is put together: markers, tags, banners and stray links by number, and the footnotes.

A placeholder is ``U+FDD0 number U+FDD1``. Both are Unicode noncharacters, which no interchanged text may contain; a
reader replaces any that its input holds before it starts (:func:`scrub`). Footnotes have the labels that Cite gives.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from analyzer.readers.markup.marks import BannerMark, LinkMark, Mark, TagMark

_M = TypeVar("_M")
_LATIN, _GREEK = "abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
OPEN, CLOSE = "\ufdd0", "\ufdd1"
PLACEHOLDER = re.compile("\ufdd0(\\d+)\ufdd1")
# Block signs inside flat text: start and end of a quotation, start and end of a table written in HTML.
QUOTE_OPEN, QUOTE_CLOSE, TABLE_OPEN, TABLE_CLOSE = "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
BLOCK_OPEN, BLOCK_CLOSE = "\ufdd8", "\ufdd9"  # HTML: a block of the kind that the next letter tells, and its end
_BLOCK_SIGN = re.compile("\ufdd8[a-z0-9]?(?:\\d*\ufdda)?|\ufdd9")
EQUALS = "\ufdd6"  # an equals sign that does not name a template argument
NEWLINE = "\ufdd7"  # a line break inside a paragraph (<br>)
_CLEAN_BYTES = bytes(byte for byte in range(256) if byte in b"\t\n\r" or (byte > 31 and byte != 127))
_NONCHARACTER_LEAD = "\ufdd0".encode()[:2]
_FORBIDDEN = re.compile("[\ufdd0-\ufdef\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    out = ""
    for value, sign in _ROMAN:
        out += sign * (number // value)
        number %= value
    return out


def letters(number: int, alphabet: str = _LATIN) -> str:
    """Return a, b ... z, aa, ab for 1, 2 ...: bijective numeration over an alphabet."""
    out, base = "", len(alphabet)
    while number:
        number, digit = divmod(number - 1, base)
        out = alphabet[digit] + out
    return out


def label_of(group: str, number: int) -> str:
    """Return what stands between the brackets of the marker, by the group's predefined style (mw:Help:Cite)."""
    case, _, script = group.partition("-")
    if not group or group == "decimal":
        return str(number)
    if group == "lower-greek":
        return letters(number, _GREEK)
    if case not in ("lower", "upper") or script not in ("alpha", "roman"):
        return f"{group} {number}"
    label = letters(number) if script == "alpha" else roman(number)
    return label if case == "lower" else label.upper()


@dataclass(slots=True)
class Footnote:
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
class Footnotes:
    """The footnotes met so far. Labels are given at first use, as Cite does."""

    entries: list[Footnote] = field(default_factory=list)
    _by_name: dict[tuple[str, str], Footnote] = field(default_factory=dict)
    _count: Counter[str] = field(default_factory=Counter)

    def define(self, group: str, name: str, content: str) -> Footnote:
        """Return the footnote of a name in a group, filled in where it was empty; a new one where it is not known."""
        entry = self._by_name.get((group, name)) if name else None
        if entry is None:
            entry = Footnote(group=group, name=name)
            self.entries.append(entry)
            if name:
                self._by_name[group, name] = entry
        entry.content = entry.content or content
        return entry

    def use(self, group: str, name: str, content: str = "") -> str:
        """Count one marker and return its label."""
        entry = self.define(group, name, content)
        if entry.label is None:
            self._count[group] += 1
            entry.label = label_of(group, self._count[group])
        entry.uses += 1
        return entry.label


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
class Placeholders:
    """All marks of one page, in the order in which they were met, and what had to be repaired."""

    marks: list[Mark] = field(default_factory=list)
    notices: dict[str, int] = field(default_factory=dict)

    def put(self, mark: Mark) -> str:
        """Return the placeholder of a mark."""
        self.marks.append(mark)
        return f"{OPEN}{len(self.marks) - 1}{CLOSE}"

    def note(self, what: str) -> None:
        """Count one repair of a kind; ``what`` may hold ``{n}`` for the count."""
        self.notices[what] = self.notices.get(what, 0) + 1

    def found(self, text: str) -> list[Mark]:
        """Return the marks whose placeholders occur in a text, in order."""
        return [self.marks[int(number)] for number in PLACEHOLDER.findall(text)] if OPEN in text else []

    def of_kind(self, text: str, kind: type[_M]) -> list[_M]:
        """Return the marks of one kind whose placeholders occur in a text, in order."""
        return [mark for mark in self.found(text) if isinstance(mark, kind)]

    def keep(self, text: str) -> str:
        """Return the placeholders that count although the text around them is left out: banners and links."""
        if OPEN not in text:
            return ""
        found = PLACEHOLDER.finditer(text)
        return "".join(m.group() for m in found if isinstance(self.marks[int(m[1])], BannerMark | LinkMark))

    def with_tags(self, text: str, before: str = "", *, repeated: bool = True) -> str:
        """Return a text with its tags' words, ``before`` before each (``repeated`` ones too), without other marks."""

        def words(m: re.Match[str]) -> str:
            mark = self.marks[int(m[1])]
            if isinstance(mark, TagMark) and (repeated or self.marks.index(mark) == int(m[1])):
                return before + mark.shown
            return ""

        return drop_marks(PLACEHOLDER.sub(words, text))

    def told(self) -> tuple[str, ...]:
        """Return the notices for people."""
        return tuple(what.replace("{n}", str(n)) for what, n in sorted(self.notices.items()))


def drop_marks(text: str) -> str:
    """Return a text without its placeholders and without the signs of blocks."""
    text = PLACEHOLDER.sub("", text) if OPEN in text else text
    return _BLOCK_SIGN.sub("", text) if BLOCK_OPEN in text or BLOCK_CLOSE in text else text
