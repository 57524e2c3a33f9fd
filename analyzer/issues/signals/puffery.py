"""How likely a sentence is puffery: a small learned classifier over the word lists, weights in ``models/wording``.

Features are counts of words by list and level, the share of capitalised words, figures, quotation marks and length;
no parse is needed. Trained on sentences that editors tagged as peacock wording (Bertsch and Bethard 2021).
"""

import re
from collections.abc import Sequence
from functools import cache
from operator import mul

from analyzer import modelstore
from analyzer.lexicons import load_table
from analyzer.linear import NamedLinear, NamedTable, logistic

MODEL = "wording"
# From this probability on a sentence is counted.
PUFFED = 0.8
WORD_TABLES = ("words_own", "words_manual_of_style", "words_hedges", "words_linters")
_WORD = re.compile(r"[a-z'-]+")
_DIGIT = re.compile(r"\d")
_MOST = 3
_SHAPE = ("figures", "length", "quotation marks", "capitals")


@cache
def groups() -> tuple[str, ...]:
    """Return the names of the features, in order."""
    return (*sorted({name for names in _by_word().values() for name in names}), *_SHAPE)


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    """Return for each single word of the lists the groups it counts for."""
    found: dict[str, set[str]] = {}
    for table in WORD_TABLES:
        for row in load_table(table):
            if " " not in row["term"] and "<" not in row["term"]:
                found.setdefault(row["term"], set()).add(f"{row['kind']} {row['level']}")
    for row in load_table("words_classes"):
        found.setdefault(row["term"], set()).add(f"class {row['class']}")
    return {word: tuple(sorted(names)) for word, names in found.items()}


@cache
def _places() -> dict[str, list[int]]:
    """Return for each single word of the lists the features that it counts for, by their place."""
    place = {name: at for at, name in enumerate(groups())}
    return {word: [place[name] for name in names] for word, names in _by_word().items()}


def features(text: str) -> list[float]:
    """Return the features of a sentence, in the order of :func:`groups`."""
    places, row = _places(), [0.0] * len(groups())
    words = _WORD.findall(text.lower())
    for word in words:
        if word in places:
            for at in places[word]:
                if row[at] < _MOST:
                    row[at] += 1
    row[-4] = float(_DIGIT.search(text) is not None)
    row[-3] = min(3.0, len(words) / 30)
    row[-2] = float('"' in text or "“" in text)
    row[-1] = sum(map(str.isupper, [word[0] for word in text.split()])) / (len(words) + 1)
    return row


def probabilities(texts: Sequence[str]) -> list[float]:
    """Return for each sentence how likely it is puffery, if puffery and plain prose were equally frequent."""
    bias, weights = in_order("puffery.json", groups())
    return [probability(bias, weights, features(text)) for text in texts]


def probability(bias: float, weights: Sequence[float], row: Sequence[float]) -> float:
    """Return the probability of a row of features."""
    return logistic(bias + sum(map(mul, weights, row)))


@cache
def in_order(filename: str, names: tuple[str, ...]) -> tuple[float, list[float]]:
    """Return bias and weights of a model in the order of its features; a list that it does not know weighs nothing."""
    model = NamedLinear.of(modelstore.load(MODEL).json(filename, NamedTable))
    return model.bias, model.in_order(names)
