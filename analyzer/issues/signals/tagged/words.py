"""Words of an article by where they stand, and which of its sentences need a source, for models of tagged articles.

The same word differs by place. The need for a source is a logistic regression that tells for each sentence how likely
it carries a reference marker: words, the words of its heading, its place, length, names, numbers and quotations. It
learns from markers alone, which every article has, not from tags. Figures then say how much of that need an article
leaves without a marker.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from analyzer.issues.signals.tagged.build import WORD, Prose, ProseBlock, Sentence
from analyzer.linear import logistic

# What follows the first letter of a word, or digit of a number, where letters are N or w and digits 0.
_REST = re.compile(r"(?<=[Nw])[Nw]+|(?<=0)0+")
_ADDRESS = re.compile(r"[a-z]{3,24}|~|(?<!\d)\d{4}(?!\d)|[?=]")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:1[5-9]|20[0-4])\d\d")
# What stands in a sentence, and what it is called.
_SIGNS: Mapping[str, str] = {'"': "#quotation", "“": "#quotation", "{math}": "#formula", "%": "#percent"}
_FEWEST_WORDS = 4
_MOST_NAMES, _MOST_LENGTH, _MOST_PLACE = 5, 8, 4
Words = Mapping[str, Counter[str]]


class _CharacterSigns(dict[int, str]):
    """The sign of a character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isalpha():
            sign = "N" if char.isupper() else "w"
        else:
            sign = "0" if char.isdigit() else " " if char.isspace() or char == "_" else char
        self[code] = sign
        return sign


_CHARACTERS = _CharacterSigns()


class Reading:
    """An article's words in order, made once for all channels."""

    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        self.article = prose.article
        self.sentences = [[(WORD.findall(text.lower()), marked) for text, marked in rows] for rows in prose.sentences]
        self.references = [WORD.findall(text.lower()) for text in prose.references]
        self.headings = [WORD.findall(section.title[:200].lower()) for section in prose.article.sections]

    def paragraphs(self, wanted: Callable[[ProseBlock], bool] = lambda part: True) -> Iterator[list[str]]:
        """Yield the words of each block that is wanted."""
        for part, rows in zip(self.prose.parts, self.sentences, strict=True):
            if wanted(part):
                yield [word for row, _ in rows for word in row]

    def bare(self) -> Iterator[list[str]]:
        """Yield the words of each block without a marker."""
        return self.paragraphs(lambda part: part.bare)

    def lead(self) -> Iterator[list[str]]:
        """Yield the words of each block before the first heading."""
        first = min((section.start for section in self.article.sections), default=len(self.article.text))
        return self.paragraphs(lambda part: part.block.start < first)

    def signs(self) -> Iterator[list[str]]:
        """Yield each three signs in a row of each block: punctuation as it is, a word w, a name N, a number 0."""
        for rows in self.prose.sentences:
            signs = "".join(_REST.sub("", text.translate(_CHARACTERS)) for text, _ in rows).replace(" ", "")
            yield [signs[at : at + 3] for at in range(len(signs) - 2)]

    def sites(self) -> Iterator[list[str]]:
        """Yield the host of each link in references, and its top domain."""
        for link in self.article.links:
            if link.place == "reference" and link.domain:
                yield [link.domain, "." + link.domain.rsplit(".", 1)[-1]]

    def claimed(self) -> Iterator[tuple[ProseBlock, list[str] | None, list[Sentence], list[tuple[list[str], bool]]]]:
        """Yield each paragraph and list: words of its heading (None in the lead), sentences, and words of each."""
        starts = [section.start for section in self.article.sections]
        for part, texts, rows in zip(self.prose.parts, self.prose.sentences, self.sentences, strict=True):
            if part.block.kind in ("paragraph", "list"):
                at = bisect_right(starts, part.block.start) - 1
                yield part, self.headings[at] if at >= 0 else None, texts, rows

    def addresses(self, *, cited: bool) -> Iterator[list[str]]:
        """Yield the words of the address of each link in references, or of each other link."""
        rows = (link for link in self.article.links if (link.place == "reference") == cited)
        return (_ADDRESS.findall(link.url[:300].lower()) for link in rows)


class Channel(NamedTuple):
    """A place where words stand: told as ``where``, with the share of the articles that must use a word of it there."""

    where: str
    share: float
    read: Callable[[Reading], Iterable[Sequence[str]]]


CHANNELS: Mapping[str, Channel] = {
    "prose": Channel("in the prose", 0.01, Reading.paragraphs),
    "uncited": Channel("in paragraphs without a marker", 0.01, Reading.bare),
    "uncited pairs": Channel("in paragraphs without a marker", 0.02, lambda read: map(_pairs, read.bare())),
    "lead": Channel("in the lead", 0.005, Reading.lead),
    "signs": Channel("in the order of words (w), names (N), numbers (0) and punctuation", 0.02, Reading.signs),
    "cited": Channel("in paragraphs with a marker", 0.01, lambda read: read.paragraphs(lambda part: not part.bare)),
    "cited sentences": Channel(
        "in sentences with a marker",
        0.01,
        lambda read: (row for rows in read.sentences for row, marked in rows if marked),
    ),
    "references": Channel("in references", 0.01, lambda read: read.references),
    "reference pairs": Channel("in references", 0.02, lambda read: map(_pairs, read.references)),
    "headings": Channel("in headings", 0.005, lambda read: read.headings),
    "whole headings": Channel("as a heading", 0.005, lambda read: ([" ".join(row)] for row in read.headings if row)),
    "sites": Channel("as a site of references", 0.005, Reading.sites),
    "addresses": Channel("in addresses of references", 0.005, lambda read: read.addresses(cited=True)),
    "other addresses": Channel("in addresses of other links", 0.005, lambda read: read.addresses(cited=False)),
}


def words(read: Reading, channels: Collection[str] = tuple(CHANNELS)) -> Words:
    """Return how often each word, or pair of words, stands in each channel; the prose is always among them."""
    return {
        name: Counter(word for row in channel.read(read) for word in row)
        for name, channel in CHANNELS.items()
        if name in channels or name == "prose"
    }


def _pairs(row: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in pairwise(row)]


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
        return logistic(odds)


def unmet(found: Sequence[Claim], needs: Sequence[float]) -> dict[str, float]:
    """Return figures of the need for markers that is not met, of all sentences and of those below the lead."""
    rows = [(need, claim.marked) for claim, need in zip(found, needs, strict=True)]
    below = [row for row, claim in zip(rows, found, strict=True) if claim.below]
    return _figures(rows, "") | _figures(below, " below the lead")


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
    for count in (1, 3, 10):
        found[f"mean of the {count} greatest needs without a marker"] = sum(bare[:count]) / max(1, len(bare[:count]))
    for least in (0.3, 0.5, 0.7):
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


# The names of the figures of need.
NEEDS: tuple[str, ...] = tuple(sorted(unmet([], [])))
