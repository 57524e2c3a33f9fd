"""The fast stance model: a linear one over hashed words, fitted on the gold passages and on targeted news sentences.

Classes are weighed as if equally frequent while fitting; probabilities are then calibrated on held-out passages, for
the mix of stances in ``[estimator] prior`` (vector scaling, Guo et al. 2017; prior shift, Saerens et al. 2002).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import spacy
from scipy.sparse import csr_matrix, diags, hstack, vstack
from sklearn.linear_model import LogisticRegression

from analyzer.linear import Array, SparseLinear
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.stance import own
from analyzer.train.stance.data import LabelledRows, gold_rows, target_rows
from analyzer.train.stance.figures import calibrate, curve_of, without_mixed
from analyzer.vocabulary import STANCES

Fitted = tuple[Array, Array]  # coefficients (features x labels) and intercepts
FOLDS = 5


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its figures on the dev sets; labels of the user's alone are :mod:`.own`'s."""
    nlp = spacy.load(DEFAULT_MODEL)
    if data.labels and (data.labels_only or data.root is None):
        return own.fit(nlp, recipe, data)
    gold = gold_rows(nlp, data.passages("gold-train"))
    news = target_rows(nlp, data.jsonl("newsmtsc-train"))
    dev = gold_rows(nlp, data.jsonl("gold-dev"))
    news_dev = target_rows(nlp, data.jsonl("newsmtsc-dev"))
    model = train(gold, news, recipe.estimator)
    probabilities = dev.probabilities(model)
    curve = curve_of(probabilities, dev.label)
    metrics = {
        "gold_dev": {**named_f1(dev.label, probabilities.argmax(1), STANCES), "ece": calibration_error(curve)},
        "newsmtsc_dev": named_f1(news_dev.label, without_mixed(news_dev.probabilities(model)), STANCES),
        "features": len(model.coef),
    }
    return Fit({"linear.npz": asdict(model)}, metrics, curve)


def train(gold: LabelledRows, news: LabelledRows, settings: dict[str, Any]) -> SparseLinear:
    """Return the model fitted on all rows, calibrated on held-out gold passages."""
    kept, idf, x = weighed(vstack([gold.matrix(), news.matrix()]).tocsr(), settings["min_count"])
    y = np.concatenate([gold.label, news.label])
    is_news = np.repeat([0.0, 1.0], [len(gold.label), len(news.label)])
    fold = np.append(gold.group % FOLDS, np.full(len(news.label), -1))  # news is learnt from only
    scores = held_out(x, fold, len(STANCES), lambda rows: _fit(x[rows], y[rows], is_news[rows], settings))
    scale, shift = calibrate(scores[: len(gold.label)], gold.label, np.array(settings["prior"]))
    caution = settings["caution"]  # held-out passages are still more like those it learnt from than new articles are
    return packed(kept, idf, _fit(x, y, is_news, settings), caution * scale, caution * shift)


def _fit(x: Any, y: Array, is_news: Array, settings: dict[str, Any]) -> Fitted:  # noqa: ANN401
    """Return what is fitted for article prose; news has intercepts of its own."""
    weight = np.ones(len(y))
    for register in (0, 1):
        rows = is_news == register
        counts = np.bincount(y[rows], minlength=len(STANCES))
        weight[rows] = rows.sum() / ((counts > 0).sum() * np.maximum(counts, 1))[y[rows]]
    weight[is_news == 1] *= settings["news_weight"]
    coef, intercept = logistic(hstack([x, csr_matrix(is_news[:, None] * 2.0)]).tocsr(), y, settings, weight)
    return coef[:-1], intercept


def weighed(matrix: Any, least: int) -> tuple[Array, Array, Any]:  # noqa: ANN401 - scipy has no types
    """Return the columns that this many rows have, their smoothed idf, and rows that hold it, scaled to length 1."""
    counts = np.asarray((matrix > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(counts >= least)
    idf = np.log((1 + matrix.shape[0]) / (1 + counts[kept])) + 1
    x = matrix[:, kept].multiply(idf).tocsr()
    length = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    return kept, idf, (diags(1 / np.maximum(length, 1e-9)) @ x).tocsr()


def logistic(x: Any, y: Array, settings: Mapping[str, Any], weight: Array | None = None) -> Fitted:  # noqa: ANN401
    """Return what a logistic regression fits."""
    estimator = LogisticRegression(C=settings["C"], max_iter=settings["max_iter"], tol=1e-3)
    estimator.fit(x, y, sample_weight=weight)
    return estimator.coef_.T, estimator.intercept_


def held_out(x: Any, fold: Array, classes: int, fitted: Callable[[Array], Fitted]) -> Array:  # noqa: ANN401
    """Return the scores that each row gets from what is ``fitted`` on the other folds; 0 for those of fold -1."""
    found = np.zeros((x.shape[0], classes))
    for number in range(fold.max() + 1):
        coef, intercept = fitted(fold != number)
        found[fold == number] = x[fold == number] @ coef + intercept
    return found


def packed(kept: Array, idf: Array, fitted: Fitted, scale: float, shift: Array) -> SparseLinear:
    """Return the model as it is shipped: weights in half precision."""
    return SparseLinear(
        feature=kept.astype(np.uint32),
        idf=idf.astype(np.float16),
        coef=fitted[0].astype(np.float16),
        intercept=fitted[1].astype(np.float32),
        scale=np.array(scale, dtype=np.float32),
        shift=shift.astype(np.float32),
    )
