"""How much an article reads like those that editors tagged with a banner: one signal an issue, ``models/banners``.

Each issue has a ridge regression over words by where they stand (tf-idf, only words that several articles use),
figures of the article's build and, for some issues, of its need for sources and of the products of figures; where the
models were made from a dump, over the report's own signals as well. The probability is calibrated on articles that the
fit had not seen, as if tagged and untagged articles were equally many.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from analyzer import modelstore
from analyzer.errors import ModelError
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals import SIGNALS
from analyzer.issues.signals.signal import Signal, fact
from analyzer.issues.signals.tagged.build import Prose, build
from analyzer.issues.signals.tagged.words import CHANNELS, Need, Reading, Words, claims, unmet, words
from analyzer.linear import Array, Platt, Vocabulary
from analyzer.records import Evidence
from analyzer.vocabulary import Facet

MODEL = "banners"
_WEIGHTS = "banners.npz"
_SETTINGS = "banners.json"
_SIGNAL = "signal "  # before the name of a report's signal among the figures
PREFIX = "like-"
# What the signal weighs where models of your own know an issue and the judge's weights do not: as much as one strong
# signal, and nothing where the model is undecided.
WEIGHT = 3.0
# The signal's value without a model of the issue, and where the input lacks what the models look at.
UNDECIDED = 0.5
_SHOWN: frozenset[Facet] = frozenset({"text", "citations", "references"})


class Features(NamedTuple):
    """An article as the models see it: columns and values of its words by channel, and the figures of its build."""

    words: Mapping[str, tuple[Array, Array]]
    figures: Array


class Scale:
    """Figures made comparable: each becomes the normal score of its rank among the training articles."""

    def __init__(self, names: Sequence[str], knots: Sequence[Sequence[tuple[float, float]]]) -> None:
        self.names = tuple(names)
        self._knots = [([x for x, _ in row], [z for _, z in row]) for row in knots]

    def __call__(self, figures: Mapping[str, float]) -> Array:
        """Return the scaled figures in the order of ``names``; a figure that is not there counts as 0."""
        rows = zip(self.names, self._knots, strict=True)
        return np.array([_between(figures.get(name, 0.0), *row) for name, row in rows])


def _between(value: float, xs: list[float], zs: list[float]) -> float:
    """Return the linear interpolation, flat outside the knots."""
    at = bisect_right(xs, value)
    if at == 0 or at == len(xs):
        return zs[min(at, len(zs) - 1)]
    share = (value - xs[at - 1]) / (xs[at] - xs[at - 1])
    return zs[at - 1] + share * (zs[at] - zs[at - 1])


def figures_of(prose: Prose, met: Words, view: ArticleView, signals: Sequence[str]) -> dict[str, float]:
    """Return the build of an article, with the report's signals of these names beside it."""
    measured = {_SIGNAL + name: SIGNALS[name].measure(view) if name in SIGNALS else 0.0 for name in signals}
    return build(prose, met["prose"]) | measured


class Tagged:
    """The models of a folder, one an issue."""

    def __init__(self, model: modelstore.Model) -> None:
        settings: dict[str, Any] = model.json(_SETTINGS)
        if "need" not in settings:
            raise ModelError(
                f"{model.folder}: models of tagged articles in the form of an older version; expected {_SETTINGS} with "
                "`need`. Make them again: npov train banners --dump FILE --out DIR."
            )
        arrays = model.arrays(_WEIGHTS)
        self.issues: dict[str, dict[str, Any]] = settings["issues"]
        self.signals: tuple[str, ...] = tuple(settings["signals"])
        self.scale = Scale(settings["figures"], settings["knots"])
        named = list(enumerate(settings["channels"]))
        self.vocabularies = {name: Vocabulary(arrays[f"terms{n}"].tolist(), arrays[f"idf{n}"]) for n, name in named}
        self._words = {name: arrays[f"words{n}"] for n, name in named}
        self._figures, self._products = arrays["figures"], arrays["products"]
        terms, idf, weights = (arrays[f"need_{part}"].tolist() for part in ("terms", "idf", "weights"))
        self.need = Need(terms, idf, weights, settings["need"])

    def features(self, view: ArticleView) -> Features:
        """Return the features of an article, made once."""
        return view.once("tagged", lambda: self._features(view))

    def _features(self, view: ArticleView) -> Features:
        prose = Prose(view.article)
        read = Reading(prose)
        met, claimed = words(read, tuple(self.vocabularies)), claims(read)
        found = {name: vocabulary.tfidf(met[name]) for name, vocabulary in self.vocabularies.items()}
        needs = unmet(claimed, [self.need(claim.features) for claim in claimed])
        return Features(found, self.scale(figures_of(prose, met, view, self.signals) | needs))

    def probability(self, issue: str, view: ArticleView) -> float:
        """Return how likely such an article is tagged, if half of all articles were."""
        row, found = self.issues[issue], self.features(view)
        total = row["bias"] + float(self._parts(row["row"], found.figures).sum())
        for name, (columns, values) in found.words.items():
            total += float(self._words[name][row["row"], columns] @ values)
        return Platt(row["slope"], row["offset"])(total)

    def _parts(self, place: int, figures: Array) -> Array:
        """Return what each figure adds; of a product, half goes to each of its two figures."""
        return np.asarray(figures * (self._figures[place] + self._products[place] @ figures))

    def reasons(self, issue: str, view: ArticleView, *, most: int = 5) -> list[str]:
        """Return the words and figures that spoke most for a tag, words first."""
        found, place = self.features(view), self.issues[issue]["row"]
        told: list[tuple[float, str]] = []
        for name, (columns, values) in found.words.items():
            parts, terms = self._words[name][place, columns] * values, self.vocabularies[name].terms
            for at in np.argsort(-parts, kind="stable")[:most]:
                told.append((float(parts[at]), f"“{terms[columns[at]]}” {CHANNELS[name].where}"))
        told.sort(key=lambda row: -row[0])
        return [text for part, text in told[:most] if part > 0] + self._built(place, found.figures, most)

    def _built(self, place: int, figures: Array, most: int) -> list[str]:
        """Return the figures of the build that raised the probability most."""
        raised = self._parts(place, figures)
        best = [int(at) for at in np.argsort(-raised, kind="stable")[:most] if raised[at] > 0]
        names = self.scale.names
        return [f"{'high' if figures[at] > 0 else 'low'}: {names[at].removeprefix(_SIGNAL)}" for at in best]


@cache
def tagged() -> Tagged | None:
    """Return the models in use, your own where $NPOV_MODELS has them; None where none are installed."""
    return Tagged(modelstore.load(MODEL)) if MODEL in modelstore.installed() else None


def knows(issue: str) -> bool:
    """Return whether there is a model of an issue."""
    models = tagged()
    return models is not None and issue in models.issues


@cache
def like(issue: str) -> Signal:
    """Return an issue's signal: "like-" and the last part of its id."""

    def value(view: ArticleView) -> float:
        return UNDECIDED if (models := _of(issue, view)) is None else models.probability(issue, view)

    def evidence(view: ArticleView) -> list[Evidence]:
        if (models := _of(issue, view)) is None:
            return []
        told = "; ".join(models.reasons(issue, view))
        sure = f"{models.probability(issue, view):.2f}"
        return [fact(f"reads like tagged articles ({sure}, where half of them are): {told}", "tagged.like")]

    says = f"probability that articles like this one are tagged for {issue}, by a model of tagged articles (below)"
    return Signal(PREFIX + issue.rsplit(".", maxsplit=1)[-1], says, value, evidence)


def _of(issue: str, view: ArticleView) -> Tagged | None:
    """Return the models where they know the issue, and the article shows what they look at."""
    return tagged() if view.facets >= _SHOWN and knows(issue) else None
