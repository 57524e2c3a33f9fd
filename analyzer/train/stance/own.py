"""The fast stance model for labels of the user's own, where the corpora are not: an installed package is enough.

Beside ours means: the shipped weights stay, and what the user's labels say against them is added, drawn to nothing by
as much as the recipe draws weights (a Gaussian prior around the shipped ones; Chelba and Acero 2006). Alone means the
same from no weights at all. Figures are those on passages that a fit has not seen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from spacy.language import Language

from analyzer.annotate.stance.linear import Fast
from analyzer.errors import UnreadableInput
from analyzer.linear import Array, Ints, SparseLinear, log_softmax, softmax
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.stance.data import LabelledRows, gold_rows
from analyzer.train.stance.figures import calibrate, curve_of
from analyzer.vocabulary import STANCES

FEWEST = 10  # labels of each stance to train on alone
FEWEST_BESIDE = 20  # labels in all, to be set beside ours
FOLDS = 5


def fit(nlp: Language, recipe: Recipe, data: Data) -> Fit:
    """Return the model fitted to the user's labels, with its figures on those that it had not seen.

    Raises :class:`UnreadableInput` where they are too few to learn anything from.
    """
    _check_enough(Counter(row["stance"] for passage in data.labels for row in passage["sentences"]), data.labels_only)
    rows = gold_rows(nlp, data.labels)
    model = None if data.labels_only else Fast().model
    start = _started(rows, recipe.estimator["min_count"], model)
    fold = _folds(rows)
    held_out = np.zeros((len(rows.label), len(STANCES)), dtype=np.float32)
    for number in range(FOLDS):
        chosen = np.flatnonzero(fold != number)
        held_out[fold == number] = _fitted(start, rows, chosen, recipe.estimator).probabilities(
            *_of(rows, np.flatnonzero(fold == number))
        )
    fitted = _fitted(start, rows, np.arange(len(rows.label)), recipe.estimator)
    if model is None:  # ours has been calibrated; what is learnt from nothing must be
        caution = recipe.estimator["caution"]
        scale, shift = calibrate(np.log(held_out), rows.label, np.array(recipe.estimator["prior"]))
        held_out = softmax(np.log(held_out) * scale + shift)
        fitted = replace(
            fitted, scale=np.array(caution * scale, dtype=np.float32), shift=(caution * shift).astype(np.float32)
        )
    curve = curve_of(held_out, rows.label)
    metrics: dict[str, Any] = {"own_held_out": named_f1(rows.label, held_out.argmax(1), STANCES)}
    metrics["own_held_out"]["ece"] = calibration_error(curve)
    if model is not None:
        metrics["own_by_ours"] = named_f1(rows.label, rows.probabilities(model).argmax(1), STANCES)
    metrics["sentences"] = len(rows.label)
    return Fit({"linear.npz": asdict(fitted)}, metrics, curve)


def _check_enough(counts: Mapping[str, int], alone: bool) -> None:
    met = ", ".join(f"{counts.get(stance, 0)} {stance}" for stance in STANCES)
    if alone and min(counts.get(stance, 0) for stance in STANCES) < FEWEST:
        raise UnreadableInput(
            f"too few labels to train on alone: {met}; expected at least {FEWEST} sentences of each stance, better "
            "some hundred. Label more, or leave --labels-only out to set them beside ours."
        )
    if sum(counts.values()) < FEWEST_BESIDE or sum(map(bool, counts.values())) < 2:
        raise UnreadableInput(
            f"too few labels to learn from: {met}; expected at least {FEWEST_BESIDE} sentences, of two stances or "
            "more. Label more."
        )


def _folds(rows: LabelledRows) -> Ints:
    """Return the fold of each row: passages stay whole, unless they are fewer than folds."""
    passages = len(set(rows.group.tolist()))
    return (rows.group if passages >= FOLDS else np.arange(len(rows.label))) % FOLDS


def _of(rows: LabelledRows, chosen: Ints) -> tuple[Ints, Ints, int]:
    """Return the features of the chosen rows, as a model takes them."""
    place = np.full(len(rows.label), -1)
    place[chosen] = np.arange(len(chosen))
    kept = np.flatnonzero(place[rows.row] >= 0)
    return place[rows.row[kept]], rows.column[kept], len(chosen)


def _started(rows: LabelledRows, least: int, model: SparseLinear | None) -> SparseLinear:
    """Return the model that learning starts from: ours, or nothing, and in both the features of the user's rows.

    A feature that ours lacks is as rare as the rarest that it has.
    """
    counts = np.bincount(rows.column, minlength=1 << rows.bits)
    new = np.flatnonzero(counts >= least)
    if model is None or model.feature is None or model.idf is None:
        idf = np.log((1 + len(rows.label)) / (1 + counts[new])) + 1
        return SparseLinear(np.zeros((len(new), len(STANCES))), np.zeros(len(STANCES)), new, idf)
    new = np.setdiff1d(new, model.feature)
    feature = np.concatenate([model.feature.astype(np.int64), new])
    order = np.argsort(feature)
    idf = np.concatenate([model.idf.astype(np.float64), np.full(len(new), model.idf.max())])
    coef = np.concatenate([model.coef * np.float64(model.scale), np.zeros((len(new), len(STANCES)))])
    intercept = model.intercept * np.float64(model.scale) + model.shift
    return SparseLinear(coef[order], intercept, feature[order], idf[order])


def _fitted(start: SparseLinear, rows: LabelledRows, chosen: Ints, settings: Mapping[str, Any]) -> SparseLinear:
    """Return the model with what the chosen rows say against it; each stance weighs as often as it is in articles."""
    unit, column, units = _of(rows, chosen)
    known, at = start.rows(column)
    used, place = np.unique(at, return_inverse=True)  # only what the rows have can change
    x = csr_matrix((start.idf[at], (unit[known], place)), shape=(units, len(used)))  # type: ignore[index]
    length = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    x = diags(1 / np.maximum(length, 1e-9)) @ x
    label, prior = rows.label[chosen], np.array(settings["prior"])
    weight = (prior / np.maximum(np.bincount(label, minlength=len(prior)), 1) * units)[label]
    base = x @ start.coef[used] + start.intercept
    truth = np.eye(len(prior))[label]

    def loss(values: Array) -> tuple[float, Array]:
        table = values.reshape(-1, len(prior))
        scores = base + x @ table[:-1] + table[-1]
        error = (softmax(scores) - truth) * weight[:, None] * settings["C"]
        missed = -(weight * log_softmax(scores)[np.arange(units), label]).sum() * settings["C"]
        slope = np.vstack([x.T @ error + table[:-1], error.sum(axis=0, keepdims=True)])
        return float(missed + (table[:-1] ** 2).sum() / 2), slope.ravel()

    begin = np.zeros((len(used) + 1) * len(prior))
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": settings["max_iter"]}).x
    learnt = found.reshape(-1, len(prior))
    coef = start.coef.copy()
    coef[used] += learnt[:-1]
    return SparseLinear(
        feature=None if start.feature is None else start.feature.astype(np.uint32),
        idf=None if start.idf is None else start.idf.astype(np.float16),
        coef=coef.astype(np.float16),
        intercept=(start.intercept + learnt[-1]).astype(np.float32),
        scale=np.array(1.0, dtype=np.float32),
        shift=np.zeros(len(prior), dtype=np.float32),
    )
