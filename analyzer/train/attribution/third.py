"""The third look of the attribution model, fitted on articles that the network whose tags it weighs has not seen."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from analyzer.annotate.attribution import tagged
from analyzer.annotate.encoder import Reading
from analyzer.train.attribution import scoring
from analyzer.train.attribution.examples import Example
from analyzer.train.attribution.trainer import Settings, fit_second

Array = np.ndarray[Any, Any]


class Seen(NamedTuple):
    """An article: its labelled candidates, how likely the looks before make them, and the third look's figures."""

    example: Example
    before: list[float]
    figures: Array


def look_at(example: Example, before: list[float], reading: Reading) -> Seen:
    """Return an article, its candidates set, as the network reads it; sentences without labels are not read for it."""
    owner = example.owner
    reading.need({example.tokens.sent[candidate.cue] for candidate in example.candidates if candidate.cue in owner})
    return Seen(example, before, tagged.figures(example.tokens, example.candidates, before, reading))


def fit_third(
    articles: Sequence[Seen], settings: Settings, before_limits: Mapping[str, float]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the third look's arrays, its tables and its figures; each article is measured by one fitted on the others.

    ``before_limits`` are the thresholds of the looks before it, whose figures stand beside its own.
    """
    examples = [article.example for article in articles]
    rows = np.concatenate([article.figures for article in articles if len(article.figures)])
    y = np.concatenate([np.asarray(example.labels) for example in examples])
    weight = np.ones(len(y))
    fold = np.repeat(np.arange(len(examples)) % settings.folds, [len(example.labels) for example in examples])
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        raw[fold == k] = fit_second(rows[fold != k], y[fold != k], weight[fold != k], settings).probabilities(
            rows[fold == k], block=None
        )
    table = scoring.calibration(raw, y)
    kept = scoring.by_example(np.interp(raw, table["raw"], table["true"]), examples)
    limits = scoring.cautious(scoring.best_limits(examples, kept), settings.caution)
    before = [np.asarray(article.before) for article in articles]
    metrics: dict[str, Mapping[str, float]] = {"third": scoring.evaluate(examples, kept, limits).figures()}
    metrics["both_looks"] = scoring.evaluate(examples, before, dict(before_limits)).figures()
    look = fit_second(rows, y, weight, settings)
    tables = {"members": settings.members, "calibration": table, "thresholds": limits}
    return look.arrays(), tables, metrics
