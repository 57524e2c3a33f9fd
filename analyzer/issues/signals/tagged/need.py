"""Which sentences need a source, by how writers of other articles cite, and what an article leaves unmet of that.

A logistic regression tells for each sentence how likely it carries a reference marker: words, the words of its heading,
its place, length, names, numbers and quotations. It learns from markers alone, which every article has, not from tags.
Figures then say how much of that need an article leaves without a marker.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from analyzer.issues.signals.tagged.words import Reading

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:1[5-9]|20[0-4])\d\d")
# What stands in a sentence, and what it is called.
_SIGNS: Mapping[str, str] = {'"': "#quotation", "“": "#quotation", "{math}": "#formula", "%": "#percent"}
_FEWEST_WORDS = 4
_MOST_NAMES, _MOST_LENGTH, _MOST_PLACE = 5, 8, 4
_LIKELY = (0.3, 0.5, 0.7)
_GREATEST = (1, 3, 10)
_BELOW = " below the lead"


class Claim(NamedTuple):
    """A sentence by what tells whether it needs a source; whether it has a marker, and stands below the lead."""

    features: tuple[str, ...]
    marked: bool
    below: bool


def claims(read: Reading) -> list[Claim]:
    """Return the sentences of paragraphs and lists."""
    found: list[Claim] = []
    for part, heading, texts, rows in read.claimed():
        around = ["#lead"] if heading is None else [f"heading {word}" for word in heading]
        around.append(f"#in a {part.block.kind}")
        last = len(rows) - 1
        for place, ((text, _), (words, marked)) in enumerate(zip(texts, rows, strict=True)):
            if len(words) < _FEWEST_WORDS:
                continue
            features = dict.fromkeys([*words, *around, *_signs(text, len(words)), f"#place {min(place, _MOST_PLACE)}"])
            if place == last:
                features["#last"] = None
            found.append(Claim(tuple(features), marked, heading is not None))
    return found


def _signs(text: str, words: int) -> list[str]:
    """Return the signs of a sentence besides its words: length, names, numbers, quotation marks, formulas."""
    found = [name for sign, name in _SIGNS.items() if sign in text]
    found.append(f"#length {min(_MOST_LENGTH, int(1.5 * math.log2(words)))}")
    found.append(f"#names {min(_MOST_NAMES, len(_NAME.findall(text)))}")
    found += ["#year" if _YEAR.fullmatch(number) else "#number" for number in _NUMBER.findall(text)]
    return found


class Need:
    """The model: how likely a sentence carries a marker, by tf-idf (of length 1) of its features."""

    def __init__(self, terms: Sequence[str], idf: Sequence[float], weights: Sequence[float], bias: float) -> None:
        rows = zip(terms, idf, weights, strict=True)
        self._known = {term: (rarity * rarity, rarity * weight) for term, rarity, weight in rows}
        self._bias = bias

    def __call__(self, features: Iterable[str]) -> float:
        """Return how likely a sentence with these features carries a marker."""
        size = total = 0.0
        for feature in features:
            known = self._known.get(feature)
            if known is not None:
                size += known[0]
                total += known[1]
        odds = self._bias + (total / math.sqrt(size) if size else 0.0)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def unmet(found: Sequence[Claim], needs: Sequence[float]) -> dict[str, float]:
    """Return figures of the need for markers that is not met, of all sentences and of those below the lead."""
    rows = [(need, claim.marked) for claim, need in zip(found, needs, strict=True)]
    below = [row for row, claim in zip(rows, found, strict=True) if claim.below]
    return _figures(rows, "") | _figures(below, _BELOW)


def figure_names() -> tuple[str, ...]:
    """Return the names of the figures of need."""
    return tuple(sorted(unmet([], [])))


def _figures(rows: Sequence[tuple[float, bool]], where: str) -> dict[str, float]:
    needs = [need for need, _ in rows]
    bare = sorted((need for need, marked in rows if not marked), reverse=True)
    marks, expected, lacking, each = len(rows) - len(bare), sum(needs), sum(bare), 1 + len(rows)
    surprise = -sum(math.log(1 - min(0.99, need)) for need in bare)
    found = {
        "markers expected": math.log1p(expected),
        "markers beyond those expected": (marks - expected) / math.sqrt(1 + sum(p * (1 - p) for p in needs)),
        "markers beyond those expected a sentence": (marks - expected) / each,
        "markers against those expected": math.log((1 + marks) / (1 + expected)),
        "need of markers a sentence": expected / max(1, len(needs)),
        "need of markers a sentence without one": lacking / max(1, len(bare)),
        "markers lacking": math.log1p(lacking),
        "share of markers lacking": lacking / (1 + expected),
        "longest run of need without a marker": math.log1p(_longest(rows)),
        "surprise at markers lacking": math.log1p(surprise),
        "surprise at markers lacking a sentence": surprise / each,
    }
    for count in _GREATEST:
        found[f"mean of the {count} greatest needs without a marker"] = sum(bare[:count]) / max(1, len(bare[:count]))
    for least in _LIKELY:
        likely = sum(need > least for need in bare)
        found[f"sentences without a marker that need one by {least}"] = math.log1p(likely)
        found[f"share of sentences without a marker that need one by {least}"] = likely / each
    return {name + where: value for name, value in found.items()}


def _longest(rows: Iterable[tuple[float, bool]]) -> float:
    run = best = 0.0
    for need, marked in rows:
        run = 0.0 if marked else run + need
        best = max(best, run)
    return best
