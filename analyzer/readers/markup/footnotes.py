"""Footnotes of a page: names, groups, reuse and the labels that Cite gives their markers."""

from collections import Counter
from dataclasses import dataclass, field

_LATIN, _GREEK = "abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


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
