"""Learned classifiers of single sentences: two that are shipped (puffery, biased wording), four measured only.

The shipped ones see word lists, valences and shape alone (``puffery`` and ``bias`` of :mod:`analyzer.issues.signals`),
so that their weights can be read. The measured ones add words in runs of one to three and letters; the licences of most
of their corpora allow no weights to be handed on, so they are fitted, measured on dev and thrown away.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from analyzer.issues.signals import bias, puffery
from analyzer.linear import Array, NamedLinear, logistic
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import binary_figures, calibration_bins
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.evaluate.wording import hard_rows

MEASURED = ("wnc", "weasel", "szeged", "hube")


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights of both shipped classifiers, with figures of every classifier on its dev set."""
    train, dev = data.jsonl("puffery-train"), data.jsonl("puffery-dev")
    model = _logistic(recipe.estimator["C"], recipe.seed).fit(_shapes(train), _gold(train))
    puffed = _table(puffery.groups(), model.coef_[0], model.intercept_[0], 4)
    found = model.predict_proba(_shapes(dev))[:, 1].tolist()
    biased = _biased(recipe, data.jsonl("wnc-train"))
    wnc, hube = data.jsonl("wnc-dev"), hard_rows(data.jsonl("hube-dev"))
    metrics: dict[str, Any] = {
        "puffery_dev": binary_figures(_gold(dev), found),
        "wnc_dev": binary_figures(_gold(wnc), _probabilities(biased, wnc)),
        "hube_dev": binary_figures(_gold(hube), _probabilities(biased, hube)),
        "hube_dev_charged": binary_figures(_gold(hube), bias.charged([row["text"] for row in hube])),
        **{f"{name}_dev_not_shipped": _measured(data, name, recipe) for name in MEASURED},
    }
    curve = calibration_bins(found, [bool(label) for label in _gold(dev)])
    return Fit({"puffery.json": puffed, "biased.json": biased}, metrics, curve)


def _biased(recipe: Recipe, rows: Sequence[Row]) -> dict[str, Any]:
    """Return bias and weights by feature; scaled for fitting, the scale is folded into the weights afterwards."""
    matrix = _biases(rows)
    mean, scale = _scaling(matrix)
    model = _logistic(recipe.estimator["biased"], recipe.seed).fit((matrix - mean) / scale, _gold(rows))
    raw = model.coef_[0] / scale
    return _table(bias.names(), raw, model.intercept_[0] - (raw * mean).sum(), 5)


def _table(names: Sequence[str], weights: Array, intercept: float, digits: int) -> dict[str, Any]:
    """Return a model as it is shipped: a weight for each feature by name, those of 0 left out."""
    kept = {name: round(float(w), digits) for name, w in zip(names, weights, strict=True) if w}
    return {"bias": round(float(intercept), digits), "weights": kept}


def _probabilities(model: Row, rows: Sequence[Row]) -> list[float]:
    scores: Array = _biases(rows) @ np.array(NamedLinear.of(model).in_order(bias.names())) + model["bias"]
    return [logistic(score) for score in scores.tolist()]


def _measured(data: Data, name: str, recipe: Recipe) -> dict[str, float]:
    """Return dev figures of two classifiers joined, words and letters beside lists, fitted for this only."""
    train, dev = hard_rows(data.jsonl(f"{name}-train")), hard_rows(data.jsonl(f"{name}-dev"))
    given, gold = recipe.estimator, _gold(train)
    words, words_dev = _words(train, dev, given["lists"])
    first = _logistic(given["measured"][name], recipe.seed).fit(words, gold).decision_function(words_dev)
    lists = _biases(train)
    mean, scale = _scaling(lists)
    second = _logistic(given["biased"], recipe.seed).fit((lists - mean) / scale, gold)
    joined = first + given["joined"][name] * second.decision_function((_biases(dev) - mean) / scale)
    return binary_figures(_gold(dev), [logistic(score) for score in joined.tolist()])


def _words(train: Sequence[Row], dev: Sequence[Row], share: float) -> tuple[Any, Any]:
    """Return both sets as sparse rows: runs of words, letters, and the lists at ``share`` of their weight."""
    words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|[\"“”]")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    for vectorizer in (words, letters):
        vectorizer.fit([row["text"] for row in train])

    def encoded(rows: Sequence[Row]) -> Any:  # noqa: ANN401 - a sparse matrix
        texts = [row["text"] for row in rows]
        return hstack([words.transform(texts), letters.transform(texts), csr_matrix(_shapes(rows) * share)]).tocsr()

    return encoded(train), encoded(dev)


def _scaling(matrix: Array) -> tuple[Array, Array]:
    """Return the mean and the standard deviation of each column; 1 for one that never varies."""
    scale = matrix.std(axis=0)
    return matrix.mean(axis=0), np.where(scale == 0, 1.0, scale)


def _logistic(c: float, seed: int) -> Any:  # noqa: ANN401 - a scikit-learn estimator
    return LogisticRegression(C=c, class_weight="balanced", solver="liblinear", max_iter=400, random_state=seed)


def _shapes(rows: Sequence[Row]) -> Array:
    return np.array([puffery.features(row["text"]) for row in rows])


def _biases(rows: Sequence[Row]) -> Array:
    return np.array([bias.features(row["text"]) for row in rows])


def _gold(rows: Sequence[Row]) -> list[int]:
    return [int(row["label"]) for row in rows]
