"""The fast stance model: a linear one over hashed words, fitted on the gold passages and on targeted news sentences.

Classes are weighed as if equally frequent while fitting; probabilities are then calibrated on held-out passages, for
the mix of stances in ``[estimator] prior`` (vector scaling, Guo et al. 2017; prior shift, Saerens et al. 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.annotate.stance.fast import Linear, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.stance import card as stance_card
from analyzer.train.stance.data import Rows, gold_rows, target_rows
from analyzer.train.stance.figures import calibrate, without_mixed
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
FOLDS = 5


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its figures on the dev sets."""
    import spacy

    nlp = spacy.load(DEFAULT_MODEL)
    gold = gold_rows(nlp, data.passages("gold-train"))
    news = target_rows(nlp, data.jsonl("newsmtsc-train"))
    dev = gold_rows(nlp, data.jsonl("gold-dev"))
    news_dev = target_rows(nlp, data.jsonl("newsmtsc-dev"))
    model = train(gold, news, recipe.estimator)
    arrays = {name: getattr(model, name) for name in Linear.__dataclass_fields__}
    probabilities = predict(model, dev)
    right = probabilities.argmax(1) == dev.label
    curve = calibration_bins(probabilities.max(1).tolist(), right.tolist())
    metrics = {
        "gold_dev": {**named_f1(dev.label, probabilities.argmax(1), STANCES), "ece": calibration_error(curve)},
        "newsmtsc_dev": named_f1(news_dev.label, without_mixed(predict(model, news_dev)), STANCES),
        "features": len(model.feature),
    }
    return Fit({"linear.npz": arrays}, metrics, curve, stance_card.FAST)


def train(gold: Rows, news: Rows, settings: dict[str, Any]) -> Linear:
    """Return the model fitted on all rows, calibrated on held-out gold passages."""
    from scipy.sparse import vstack

    matrix = vstack([gold.matrix(), news.matrix()]).tocsr()
    kept, idf = frequent(matrix, settings["min_count"])
    x = weighed(matrix[:, kept], idf)
    y = np.concatenate([gold.label, news.label])
    is_news = np.repeat([0.0, 1.0], [len(gold.label), len(news.label)])
    held_out = np.zeros((len(gold.label), len(STANCES)))
    for test in _folds(gold.group):
        rest = np.setdiff1d(np.arange(len(y)), test)
        coef, intercept = _fit(x[rest], y[rest], is_news[rest], settings)
        held_out[test] = x[test] @ coef + intercept
    coef, intercept = _fit(x, y, is_news, settings)
    scale, shift = calibrate(held_out, gold.label, np.array(settings["prior"]))
    caution = settings["caution"]  # held-out passages are still more like those it learnt from than new articles are
    return Linear(
        feature=kept.astype(np.uint32),
        idf=idf.astype(np.float16),
        coef=coef.astype(np.float16),
        intercept=intercept.astype(np.float32),
        scale=np.array(caution * scale, dtype=np.float32),
        shift=(caution * shift).astype(np.float32),
    )


def _fit(x: Any, y: Array, is_news: Array, settings: dict[str, Any]) -> tuple[Array, Array]:  # noqa: ANN401
    """Return coefficients (features x stances) and intercepts for article prose; news has intercepts of its own."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    weight = np.ones(len(y))
    for register in (0, 1):
        rows = is_news == register
        counts = np.bincount(y[rows], minlength=len(STANCES))
        present = counts > 0
        weight[rows] = rows.sum() / (present.sum() * np.maximum(counts, 1))[y[rows]]
    weight[is_news == 1] *= settings["news_weight"]
    estimator = LogisticRegression(C=settings["C"], max_iter=settings["max_iter"], tol=1e-3)
    estimator.fit(hstack([x, csr_matrix(is_news[:, None] * 2.0)]).tocsr(), y, sample_weight=weight)
    return estimator.coef_[:, :-1].T, estimator.intercept_


def predict(model: Linear, rows: Rows) -> Array:
    """Return the model's probabilities for each row."""
    return softmax(uncalibrated(model, rows.matrix()) * model.scale + model.shift)


def uncalibrated(model: Linear, matrix: Any) -> Array:  # noqa: ANN401 - scipy has no types
    """Return the model's scores for each row of ones, before scale and shift."""
    x = weighed(matrix[:, model.feature.astype(np.int64)], model.idf.astype(np.float32))
    scores: Array = x @ model.coef.astype(np.float32) + model.intercept
    return scores


def frequent(matrix: Any, least: int) -> tuple[Array, Array]:  # noqa: ANN401 - scipy has no types
    """Return the columns that this many rows have, and their smoothed inverse document frequency."""
    counts = np.asarray((matrix > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(counts >= least)
    return kept, np.log((1 + matrix.shape[0]) / (1 + counts[kept])) + 1


def weighed(matrix: Any, idf: Array) -> Any:  # noqa: ANN401 - scipy has no types
    """Return rows that hold ``idf`` where they hold anything, scaled to length 1."""
    from scipy.sparse import diags

    x = matrix.multiply(idf).tocsr()
    length = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(length, 1e-9)) @ x).tocsr()


def _folds(group: Array) -> Sequence[Array]:
    """Return the rows of each fold; rows of one group stay together."""
    return [np.flatnonzero(group % FOLDS == fold) for fold in range(FOLDS)]
