"""The phrase lists of ``issue_patterns.tsv``, a compiled pattern a set, those of the prose in one pass; word lists."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from analyzer.lexicons import load_table

# Sets of names, written as they stand; sets that are looked for in the prose. Others: for addresses and references.
NAMES = ("reference-rule",)
IN_PROSE = ("reader-address", "sales-talk", "resume-phrases", "release-phrases", "enthusiasm")
_BORDERS = {
    "": "{}",
    "word": r"\b(?:{})\b",
    "start": r"\b(?:{})",
    "path": r"(?:^|[/._-])(?:{})(?:[/._?=-]|$)",
    "whole": r"^(?:{})$",
}
_OPENING = re.compile(r"(?:\\b)?([a-z]{2,3}|!)", re.I)


@cache
def words_of(name: str) -> frozenset[str]:
    """Return a set of words of ``issue_words.tsv``. Raises KeyError where the table has no such set."""
    found = frozenset(row["term"] for row in load_table("issue_words") if row["set"] == name)
    if not found:
        raise KeyError(name)
    return found


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of a set, for small letters but in :data:`NAMES`. Raises KeyError if there is no such set."""
    borders: dict[str, list[str]] = {}
    for row in load_table("issue_patterns"):
        if row["set"] == name:
            borders.setdefault(row["border"], []).append(row["pattern"])
    if not borders:
        raise KeyError(name)
    return re.compile("|".join(_BORDERS[b].format("|".join(found)) for b, found in borders.items()))


def holds(text: str, name: str) -> bool:
    """Return whether something of a set stands in a text; case is ignored, but for names."""
    return pattern(name).search(text if name in NAMES else text.lower()) is not None


def scan(text: str, start: int, end: int) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield (set, match) for the prose sets in a stretch of text; only words that may open a phrase cost."""
    until = dict.fromkeys(IN_PROSE, 0)
    small = text[start:end].replace("İ", "i").lower()  # the one letter that is two when made small
    for opening in _openings().finditer(small):
        at = start + opening.start()
        for name, compiled in _opened(small[opening.start() : opening.start() + 3]):
            match = compiled.match(text, at, end) if at >= until[name] else None
            if match:
                until[name] = match.end()
                yield name, match


@lru_cache(20_000)
def _opened(letters: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the prose sets' patterns that may match where a text goes on with these three small letters."""
    found = _by_opening()
    return tuple(entry for key in (letters, letters[:2], letters[:1]) for entry in found.get(key, ()))


@cache
def _openings() -> re.Pattern[str]:
    """Return the pattern of the letters with which the prose sets' patterns open, by the first of them."""
    rests: dict[str, list[str]] = {}
    for key in _by_opening().keys() - {"!"}:
        rests.setdefault(key[0], []).append(key[1:])
    branches = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(rests.items()))
    return re.compile(rf"\b(?:{branches})|!")


@cache
def _by_opening() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    """Return the prose sets' patterns by the letters (two, three, or a mark) with which they open."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in load_table("issue_patterns"):
        if row["set"] not in IN_PROSE:
            continue
        opening = _OPENING.match(row["pattern"])
        if opening is None:
            raise ValueError(f"issue_patterns.tsv: {row['pattern']!r} must open with two letters, or with '!'")
        literal = _literal(opening[1], row["pattern"][opening.end() :])
        bordered = _BORDERS[row["border"]].format(row["pattern"])
        found.setdefault(literal.lower(), {}).setdefault(row["set"], []).append(bordered)
    return {
        key: tuple((name, re.compile("|".join(rows), re.I)) for name, rows in sets.items())
        for key, sets in found.items()
    }


def _literal(letters: str, rest: str) -> str:
    """Return the letters that are sure: the last one may be optional ("us?")."""
    return letters[:-1] if rest[:1] in ("?", "*", "{") and len(letters) > 2 else letters
