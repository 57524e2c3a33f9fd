"""How much an article reads like those that editors tagged with a banner: linear models, ``models/banners``.

Each issue has a logistic regression over words by where they stand (tf-idf, only words that many articles use) and
figures of the article's build, and, where the models were made from a dump, over the report's own signals. The
probability is calibrated on articles that the fit had not seen, as if tagged and untagged articles were equally many.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from analyzer import modelstore
from analyzer.issues.tagged_features import CHANNELS, Outline, Words, build, words
from analyzer.issues.view import View

MODEL = "banners"
_WEIGHTS = "banners.npz"
_SETTINGS = "banners.json"
_WHERE = {
    "prose": "in the prose",
    "uncited": "in prose without a marker",
    "references": "in references",
    "headings": "in headings",
}
_PREFIX = "signal "
Array = np.ndarray[Any, Any]


class Features(NamedTuple):
    """An article as the models see it: columns and values of its words, and the figures of its build, spread out."""

    columns: Array
    values: Array
    figures: Array


class Scale:
    """Figures made comparable: each becomes the normal score of its rank among the training articles."""

    def __init__(self, names: Sequence[str], knots: Sequence[Sequence[tuple[float, float]]]) -> None:
        self.names = tuple(names)
        self._knots = [([x for x, _ in row], [z for _, z in row]) for row in knots]
        self._products = np.triu_indices(len(self.names))

    def __call__(self, figures: Mapping[str, float]) -> Array:
        """Return the figures spread out, in the order of ``names``, then their products two by two.

        A figure that is not there counts as 0.
        """
        rows = zip(self.names, self._knots, strict=True)
        single = np.array([_between(figures.get(name, 0.0), *row) for name, row in rows])
        first, second = self._products
        products = single[first] * single[second] * np.where(first == second, 0.5, math.sqrt(0.5))
        return np.concatenate([single / math.sqrt(2 * len(single)), products / len(single)])

    def shared_out(self, parts: Array) -> Array:
        """Return for each figure the sum of its columns' parts, of a product half to each of its two figures."""
        count = len(self.names)
        first, second = self._products
        whole = np.bincount(first, parts[count:], count) + np.bincount(second, parts[count:], count)
        return parts[:count] + whole / 2


def _between(value: float, xs: list[float], zs: list[float]) -> float:
    """Return the linear interpolation, flat outside the knots."""
    at = bisect_right(xs, value)
    if at == 0 or at == len(xs):
        return zs[min(at, len(zs) - 1)]
    share = (value - xs[at - 1]) / (xs[at] - xs[at - 1])
    return zs[at - 1] + share * (zs[at] - zs[at - 1])


class Vocabulary:
    """The words that count, with the weight of their rarity in each channel."""

    def __init__(self, terms: Sequence[str], idf: Array) -> None:
        self.terms = terms
        self.idf = idf
        self._at = {term: at for at, term in enumerate(terms)}

    def __call__(self, met: Words) -> tuple[Array, Array]:
        """Return columns (channel by channel) and tf-idf of an article's words; each channel has length 1."""
        columns: list[Array] = []
        values: list[Array] = []
        for channel, counts in enumerate(met[name] for name in CHANNELS):
            found = [(self._at[word], count) for word, count in counts.items() if word in self._at]
            if found:
                found.sort()
                at = np.array([column for column, _ in found], dtype=np.int64)
                tf = 1 + np.log(np.array([count for _, count in found], dtype=np.float64))
                weighted = tf * self.idf[channel, at]
                columns.append(at + channel * len(self.terms))
                values.append(weighted / math.sqrt(float(weighted @ weighted)))
        if not columns:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        return np.concatenate(columns), np.concatenate(values)


def figures_of(outline: Outline, met: Words, view: View | None, signals: Sequence[str]) -> dict[str, float]:
    """Return the build of an article, with the report's signals of these names beside it."""
    found = build(outline, met["prose"])
    if signals and view is not None:
        from analyzer.issues.scorer import signals as known

        for name in signals:
            signal = known().get(name)
            found[_PREFIX + name] = signal.measure(view) if signal is not None else 0.0
    return found


class Tagged:
    """The models of a folder, one an issue."""

    def __init__(self, model: modelstore.Model) -> None:
        settings: dict[str, Any] = model.json(_SETTINGS)
        arrays = model.arrays(_WEIGHTS)
        self.issues: dict[str, dict[str, Any]] = settings["issues"]
        self.signals: tuple[str, ...] = tuple(settings["signals"])
        self.scale = Scale(settings["figures"], settings["knots"])
        self.vocabulary = Vocabulary(arrays["terms"].tolist(), arrays["idf"])
        self._words, self._figures = arrays["words"], arrays["figures"]

    def features(self, view: View) -> Features:
        """Return the features of an article, made once."""
        return view.once("tagged", lambda: self._features(view))

    def _features(self, view: View) -> Features:
        outline = Outline(view.article)
        met = words(outline)
        columns, values = self.vocabulary(met)
        return Features(columns, values, self.scale(figures_of(outline, met, view, self.signals)))

    def probability(self, issue: str, view: View) -> float:
        """Return how likely such an article is tagged, if half of all articles were."""
        row, found = self.issues[issue], self.features(view)
        place = row["row"]
        total = row["bias"] + float(self._words[place, found.columns] @ found.values)
        total += float(self._figures[place] @ found.figures)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, row["slope"] * total + row["offset"]))))

    def reasons(self, issue: str, view: View, *, most: int = 5) -> list[str]:
        """Return the words and figures that spoke most for a tag, words first."""
        found, place = self.features(view), self.issues[issue]["row"]
        parts = self._words[place, found.columns] * found.values
        told = []
        for at in np.argsort(-parts, kind="stable")[:most]:
            if parts[at] > 0:
                channel, term = divmod(int(found.columns[at]), len(self.vocabulary.terms))
                told.append(f"“{self.vocabulary.terms[term]}” {_WHERE[CHANNELS[channel]]}")
        return told + self._built(found.figures, self._figures[place] * found.figures, most)

    def _built(self, figures: Array, parts: Array, most: int) -> list[str]:
        """Return the figures of the build that raised the probability most."""
        raised = self.scale.shared_out(np.maximum(parts, 0))
        best = [int(at) for at in np.argsort(-raised, kind="stable")[:most] if raised[at] > 0]
        names = self.scale.names
        return [f"{'high' if figures[at] > 0 else 'low'}: {names[at].removeprefix(_PREFIX)}" for at in best]


@cache
def tagged() -> Tagged | None:
    """Return the models in use, your own where $NPOV_MODELS has them; None where none are installed."""
    return Tagged(modelstore.load(MODEL)) if MODEL in modelstore.installed() else None


def knows(issue: str) -> bool:
    """Return whether there is a model of an issue."""
    models = tagged()
    return models is not None and issue in models.issues


def probability(issue: str, view: View) -> float | None:
    """Return how likely such an article is tagged for an issue, if half of all were; None without a model of it."""
    models = tagged()
    return models.probability(issue, view) if models is not None and issue in models.issues else None


def reasons(issue: str, view: View) -> list[str]:
    """Return what spoke most for a tag; nothing without a model of the issue."""
    models = tagged()
    return models.reasons(issue, view) if models is not None and issue in models.issues else []
