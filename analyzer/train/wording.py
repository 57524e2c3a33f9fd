"""Learned classifiers of single sentences: puffery, which is shipped, and four others that are measured only.

The shipped one sees word lists and shape alone (:mod:`analyzer.issues.puffery`), so that its weights can be read. The
measured ones add words in runs of one to three; the licences of their corpora (weasel and hedge labels, biased
statements) allow no weights to be handed on, so they are fitted, measured on dev and thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.issues.puffery import features, groups
from analyzer.train.fit import Fit, calibration_bins
from analyzer.train.measures import binary_figures
from analyzer.train.recipe import Data, Recipe

Row = dict[str, Any]
MEASURED = ("wnc", "weasel", "szeged", "hube")
_FAILURES = """\
- A superlative that is a fact ("the highest dam of the country") looks like praise; a plain sentence with many
  capitalised names can reach .6.
- Praise without a word of the lists ("customers keep coming back") is missed.
- The corpora are small (750 and 197 sentences): the dev figures move by several hundredths between samples.
- Weasel and biased-statement classifiers stay below what was hoped for (F1 .66, macro-F1 .68); they are not shipped."""


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the puffery weights, with figures of every classifier on its dev set."""
    train, dev = data.jsonl("puffery-train"), data.jsonl("puffery-dev")
    model = _logistic(recipe.estimator["C"], recipe.seed).fit(_shapes(train), _gold(train))
    weights = {name: round(float(w), 4) for name, w in zip(groups(), model.coef_[0], strict=True) if w}
    found = [float(p) for p in model.predict_proba(_shapes(dev))[:, 1]]
    metrics: dict[str, Any] = {"puffery_dev": binary_figures(_gold(dev), found)}
    for name in MEASURED:
        metrics[f"{name}_dev"] = _measured(data, name, recipe)
    curve = calibration_bins(found, [bool(label) for label in _gold(dev)])
    artifact = {"bias": round(float(model.intercept_[0]), 4), "weights": weights}
    return Fit({"puffery.json": artifact}, metrics, curve, {"Known failures": _FAILURES})


def _measured(data: Data, name: str, recipe: Recipe) -> dict[str, float]:
    """Return dev figures of a classifier that is fitted for this only."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    train, dev = _hard(data.jsonl(f"{name}-train")), _hard(data.jsonl(f"{name}-dev"))
    words = TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|[\"“”]")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    for vectorizer in (words, letters):
        vectorizer.fit([row["text"] for row in train])

    def encoded(rows: Sequence[Row]) -> Any:  # noqa: ANN401 - a sparse matrix
        texts = [row["text"] for row in rows]
        lists = csr_matrix(_shapes(rows) * recipe.estimator["lists"])
        return hstack([words.transform(texts), letters.transform(texts), lists]).tocsr()

    model = _logistic(recipe.estimator["measured"][name], recipe.seed).fit(encoded(train), _gold(train))
    found = model.predict_proba(encoded(dev))[:, 1]
    return dict(binary_figures(_gold(dev), [float(p) for p in found]))


def _hard(rows: Sequence[Row]) -> list[Row]:
    """Return the rows to use; of Hube and Fetahu the biased ones and those of the hard neutral set."""
    return [row for row in rows if row["label"] or row.get("neutral_set") in (None, "cw-hard")]


def _logistic(c: float, seed: int) -> Any:  # noqa: ANN401 - a scikit-learn estimator
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, class_weight="balanced", solver="liblinear", max_iter=400, random_state=seed)


def _shapes(rows: Sequence[Row]) -> np.ndarray[Any, Any]:
    return np.array([features(row["text"]) for row in rows])


def _gold(rows: Sequence[Row]) -> list[int]:
    return [int(row["label"]) for row in rows]
