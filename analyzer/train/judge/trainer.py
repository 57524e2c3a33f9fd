"""The judge's weights: from labelled articles, with real articles that nobody tagged as controls.

Composed articles alone would teach their writers' habits, so articles of Wikipedia without any banner stand beside them
as negatives. A fit starts from the weights that each scorer states; issues without labelled articles keep those. It is
a logistic regression that minimises the mean log loss plus a pull towards the weights it starts from; a weight may not
change its sign, so that a reader can still say what each signal does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues import SCORERS, SIGNALS
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scorer import THRESHOLD, Formula
from analyzer.records import Article
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.evaluate import composed as evaluate_composed
from analyzer.train.evaluate.banners import article_of
from analyzer.train.evaluate.composed import ISSUES as LABELS

Row = dict[str, Any]
Signals = Mapping[str, float]
Array = np.ndarray[Any, Any]
FOLDS = 5
_GREATEST = 12.0  # no weight weighs more
_FAILURES = """\
- The composed articles are invented, eight subjects on dev: figures near 1 are a matter of that set. docs/quality.md
  tells how each issue ranks real articles.
- A paid article that is written soberly, with newspapers as references, looks like any other.
- A commercial site that is cited once, or under names that share nothing, is not seen as one site.
- Issues without labelled articles keep weights set by hand; their scores rank and are no probabilities."""
_COMPOSED = "composed articles, with untagged Wikipedia articles as controls"
# Issues that the controls speak for: an untagged article may well lack references, but it is not promotion or spam.
_CONTROLLED = frozenset(LABELS) - {"unreferenced", "one-source", "primary-sources"}


class Sample(NamedTuple):
    """Measured signals of labelled articles, and of the controls beside them."""

    rows: Sequence[Signals]
    gold: Sequence[int]
    controls: Sequence[Signals] = ()

    def part(self, places: Sequence[int]) -> Sample:
        """Return the labelled articles at these places, beside the same controls."""
        return Sample([self.rows[i] for i in places], [self.gold[i] for i in places], self.controls)


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights of every issue, with figures on articles that the fit has not seen."""
    train, dev = data.jsonl("composed-train"), data.jsonl("composed-dev")
    longest = recipe.preprocessing["longest_control"]
    controls, unseen = (
        measured(article_of(row) for row in data.jsonl(name) if _is_control(row, longest))
        for name in ("banners-train", "banners-dev")
    )
    signals, dev_signals = measured(map(composed, train)), measured(map(composed, dev))
    starts = {scorer.issue: Formula(scorer.bias, _weighing(scorer.weights)) for scorer in SCORERS}
    weights = dict(starts)
    held_out: list[tuple[float, bool]] = []
    for label, issue in LABELS.items():
        sample = Sample(signals, [int(row["labels"][label]) for row in train], controls if label in _CONTROLLED else ())
        weights[issue] = fitted(sample, starts[issue], **recipe.estimator)._replace(calibrated_on=_COMPOSED)
        for rest, test in _by_subject(train):
            without = fitted(sample.part(rest), starts[issue], **recipe.estimator)
            held_out += zip(scores(sample.part(test).rows, without), map(bool, sample.part(test).gold), strict=True)
    curve = calibration_bins([p for p, _ in held_out], [right for _, right in held_out])
    metrics = {
        "composed_dev": _ranked(dev, weights, dev_signals),
        "composed_train_as_started": _ranked(train, starts, signals),
        "controls_dev": _untouched(weights, unseen),
        "held_out": {"ece": calibration_error(curve)},
    }
    table = {issue: found._asdict() for issue, found in weights.items()}
    return Fit({"weights.json": table}, metrics, curve, {"Known failures": _FAILURES})


def composed(row: Row) -> Article:
    """Return a composed article as read."""
    from analyzer.readers import read

    return read(row["wikitext"].encode("utf-8"), title=row["subject"], format="wikitext", id=row["id"])


def measured(articles: Iterable[Article]) -> list[Signals]:
    """Return the signals of each article by name."""
    from analyzer.pipeline import load_pipeline

    return [
        {name: signal.measure(view) for name, signal in SIGNALS.items()}
        for view in map(ArticleView, load_pipeline().annotate(articles))
    ]


def _is_control(row: Row, longest: int) -> bool:
    return bool(row["role"] == "control" and row["prose_chars"] <= longest)


def _weighing(weights: Signals) -> Signals:
    return {name: weight for name, weight in weights.items() if weight}


def _by_subject(rows: Sequence[Row]) -> Iterable[tuple[list[int], list[int]]]:
    """Yield the places of the articles to learn from and of those to predict, by subject in turns."""
    subjects = sorted({row["subject"] for row in rows})
    folds = [subjects.index(row["subject"]) % FOLDS for row in rows]
    for fold in range(FOLDS):
        yield [i for i, at in enumerate(folds) if at != fold], [i for i, at in enumerate(folds) if at == fold]


def _ranked(rows: Sequence[Row], weights: Mapping[str, Formula], signals: Sequence[Signals]) -> dict[str, float]:
    """Return the figures of ``npov evaluate banners`` on composed articles."""
    columns = {label: scores(signals, weights[issue]) for label, issue in LABELS.items()}
    found = [{label: column[i] for label, column in columns.items()} for i in range(len(rows))]
    return dict(evaluate_composed.figures(rows, found, range(len(rows))))


def _untouched(weights: Mapping[str, Formula], signals: Sequence[Signals]) -> dict[str, float]:
    """Return the share of controls below the threshold, mean and least over the issues they speak for."""
    shares = [
        sum(p < THRESHOLD for p in scores(signals, weights[LABELS[label]])) / len(signals)
        for label in sorted(_CONTROLLED)
    ]
    return {"not_flagged": sum(shares) / len(shares), "least": min(shares)}


def fitted(sample: Sample, start: Formula, *, pull: float, control_share: float) -> Formula:
    """Return the weights that fit the sample best, each in the sense it started with.

    ``pull`` is the price of moving a weight by 1 from where it started, squared; ``control_share`` what all controls
    count, beside the labelled articles.
    """
    from scipy.optimize import minimize

    names = list(start.weights)
    begin = np.array(list(start.weights.values()))
    signs = np.where(begin >= 0, 1.0, -1.0)
    begin = np.abs(begin)
    x = matrix([*sample.rows, *sample.controls], names) * signs
    y = np.array([*sample.gold, *[0] * len(sample.controls)], dtype=float)
    each = control_share * len(sample.rows) / max(1, len(sample.controls))
    counts = [*[1.0] * len(sample.rows), *[each] * len(sample.controls)]
    share = np.array(counts) / sum(counts)

    def loss(theta: Array) -> tuple[float, Array]:
        total = theta[0] + x @ theta[1:]
        probability = 1 / (1 + np.exp(-np.clip(total, -60, 60)))
        value = float(share @ (np.logaddexp(0, total) - y * total))
        residual = share * (probability - y)
        moved = theta[1:] - begin
        gradient = np.concatenate([[residual.sum()], x.T @ residual + 2 * pull / len(names) * moved])
        return value + pull / len(names) * float(moved @ moved), gradient

    bounds = [(-12.0, 4.0), *[(0.0, _GREATEST)] * len(names)]
    found = minimize(loss, np.concatenate([[start.bias], begin]), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = {name: round(float(w * s), 3) for name, w, s in zip(names, found.x[1:], signs, strict=True)}
    return Formula(round(float(found.x[0]), 3), _weighing(weights))


def matrix(rows: Sequence[Signals], names: Sequence[str]) -> Array:
    """Return the signals named, a column each."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=float).reshape(-1, len(names))


def scores(rows: Sequence[Signals], weights: Formula) -> list[float]:
    """Return the score of each row."""
    total = weights.bias + matrix(rows, list(weights.weights)) @ np.array(list(weights.weights.values()))
    return [float(p) for p in 1 / (1 + np.exp(-np.clip(total, -60, 60)))]
