"""Footnotes of a page: names, groups, reuse and the labels that Cite gives their markers."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.readers.markup.placeholders import Entry

_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"))
_ROMAN_LOW = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    out = ""
    for value, sign in (*_ROMAN, *_ROMAN_LOW):
        out += sign * (number // value)
        number %= value
    return out


def letters(number: int, alphabet: str = "abcdefghijklmnopqrstuvwxyz") -> str:
    """Return a, b ... z, aa, ab for 1, 2 ...: bijective numeration over an alphabet."""
    out, base = "", len(alphabet)
    while number:
        number, digit = divmod(number - 1, base)
        out = alphabet[digit] + out
    return out


def label_of(group: str, number: int) -> str:
    """Return what stands between the brackets of the marker, by the group's predefined style (mw:Help:Cite)."""
    if not group or group == "decimal":
        return str(number)
    if group == "lower-alpha":
        return letters(number)
    if group == "upper-alpha":
        return letters(number).upper()
    if group == "lower-roman":
        return roman(number)
    if group == "upper-roman":
        return roman(number).upper()
    if group == "lower-greek":
        return letters(number, _GREEK)
    return f"{group} {number}"


@dataclass(slots=True)
class Notes:
    """The footnotes met so far. Labels are given at first use, as Cite does."""

    entries: list[Entry] = field(default_factory=list)
    _by_name: dict[tuple[str, str], Entry] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)

    def _entry(self, group: str, name: str) -> Entry:
        """Return the footnote of a name in a group; a new one where it has no name or is not known."""
        entry = self._by_name.get((group, name)) if name else None
        if entry is None:
            entry = Entry(group=group, name=name)
            self.entries.append(entry)
            if name:
                self._by_name[group, name] = entry
        return entry

    def use(self, group: str, name: str, content: str = "") -> str:
        """Count one marker and return its label."""
        entry = self._entry(group, name)
        if content and not entry.content:
            entry.content = content
        if entry.label is None:
            self._count[group] = self._count.get(group, 0) + 1
            entry.label = label_of(group, self._count[group])
        entry.uses += 1
        return entry.label

    def define(self, group: str, name: str, content: str) -> None:
        """Fill in a footnote that is written in the reference list and used elsewhere."""
        entry = self._entry(group, name)
        if content and not entry.content:
            entry.content = content
