"""How likely a sentence's wording is biased: what editors of neutrality change, and words of blame.

Two scores, each from the words alone, no parse needed. :func:`biased` is learned, weights in ``models/wording``: the
features of :mod:`.puffery` and the valence of the words, trained on sentences before and after edits for
neutrality (Wiki Neutrality Corpus) and on tagged puffery. :func:`charged` is a formula: the strongest word of blame.
"""

import re
from collections.abc import Sequence
from functools import cache

from analyzer.issues.evidence.patterns import words_of
from analyzer.issues.signals import puffery
from analyzer.lexicons import load_table
from analyzer.linear import logistic

# Just below the table's ordinary words of blame (-1.5). The best threshold on the train part of Hube and Fetahu, whose
# dev part had been seen as well: no weights are fitted, but this one number is tuned.
CHARGED_AT = 1.4
_STEEPNESS = 4.0
_WORD = re.compile(r"[a-z'-]+")
_SINGLE = ("not", "even", "only", "very", "also", "but", "which")
_PERSONS = frozenset(("he", "she", "his", "her", "him"))


@cache
def valences() -> dict[str, float]:
    """Return the valence of the words that praise or blame."""
    return {row["term"]: float(row["valence"]) for row in load_table("stance_words")}


@cache
def names() -> tuple[str, ...]:
    """Return the names of the features, in order."""
    return (*puffery.groups(), *_of_words(""))


def features(text: str) -> list[float]:
    """Return the features of a sentence, in the order of :func:`names`."""
    return [*puffery.features(text), *_of_words(text).values()]


def _of_words(text: str) -> dict[str, float]:
    """Return the features beside those of puffery: praise and blame of the words, and some words and signs."""
    words = _WORD.findall(text.lower())
    known, connectives = valences(), words_of("connectives")
    found = [known[word] for word in words if word in known]
    praise, blame = [v for v in found if v > 0], [-v for v in found if v < 0]
    present = set(words)
    size = len(words) + 1
    return {
        "praising words": len(praise),
        "blaming words": len(blame),
        "praise": sum(praise) / 4,
        "blame": sum(blame) / 4,
        "strongest praise": max(praise, default=0.0) / 4,
        "strongest blame": max(blame, default=0.0) / 4,
        "valence a word": (sum(praise) + sum(blame)) / size,
        "adverbs in -ly": sum(len(word) > 4 and word.endswith("ly") for word in words),
        "connectives": sum(word in connectives for word in words),
        "words in -est": sum(word.endswith("est") for word in words),
        "persons": float(not present.isdisjoint(_PERSONS)),
        "exclamation": float("!" in text),
        "question": float("?" in text),
        "length of words": sum(map(len, words)) / size / 5,
        **{f"word {word}": float(word in present) for word in _SINGLE},
    }


def biased(texts: Sequence[str]) -> list[float]:
    """Return for each sentence how likely an editor would reword it, if both kinds were equally frequent."""
    bias, weights = puffery.in_order("biased.json", names())
    return [puffery.probability(bias, weights, features(text)) for text in texts]


def charged(texts: Sequence[str]) -> list[float]:
    """Return for each sentence 1 / (1 + exp(-4 (b - 1.4))), b the strongest blame (0 to 4) of a word in it."""
    known = valences()
    found = []
    for text in texts:
        blame = max((-known.get(word, 0.0) for word in _WORD.findall(text.lower())), default=0.0)
        found.append(logistic(_STEEPNESS * (blame - CHARGED_AT)))
    return found
