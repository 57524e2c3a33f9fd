"""The directed stance model: a linear one over hashed features of two names in a sentence, fitted on pairs in news."""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate.stance.directed import LABELS
from analyzer.annotate.stance.directed_features import BITS, directed_features
from analyzer.annotate.stance.directed_pairs import Direction
from analyzer.annotate.stance.fast import Linear, softmax
from analyzer.annotate.stance.tokens import table
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.stance import card as stance_card
from analyzer.train.stance.fast import Array, frequent, uncalibrated, weighed

Row = dict[str, Any]
FOLDS = 3
BATCH = 100  # sentences whose pairs are read at once


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its figures on the dev pairs."""
    import spacy

    nlp = spacy.load(DEFAULT_MODEL, exclude=["ner"])
    x, label, group = matrix(nlp, data.jsonl("dse-train"))
    x_dev, label_dev, _ = matrix(nlp, data.jsonl("dse-dev"))
    model, held_out = train(x, label, group, recipe.estimator)
    plain = uncalibrated(model, x_dev)
    unshifted = softmax(plain)
    curve = calibration_bins(unshifted.max(1).tolist(), (unshifted.argmax(1) == label_dev).tolist())
    metrics = {
        "dse_dev": {**named_f1(label_dev, (plain + model.shift).argmax(1), LABELS), "ece": calibration_error(curve)},
        "dse_train_held_out": named_f1(label, (held_out + model.shift).argmax(1), LABELS),
        "features": len(model.feature),
    }
    arrays = {name: getattr(model, name) for name in Linear.__dataclass_fields__}
    return Fit({"linear.npz": arrays}, metrics, curve, stance_card.DIRECTED)


def train(x: Any, label: Array, group: Array, settings: dict[str, Any]) -> tuple[Linear, Array]:  # noqa: ANN401
    """Return the model fitted on all rows, and what folds of it make of the sentences that they have not seen."""
    kept, idf = frequent(x, settings["min_count"])
    ready = weighed(x[:, kept], idf)
    held_out = np.zeros((len(label), len(LABELS)))
    for fold in range(FOLDS):
        test = group % FOLDS == fold
        coef, intercept = _fitted(ready[~test], label[~test], settings)
        held_out[test] = ready[test] @ coef + intercept
    coef, intercept = _fitted(ready, label, settings)
    model = Linear(
        feature=kept.astype(np.uint32),
        idf=idf.astype(np.float16),
        coef=coef.astype(np.float16),
        intercept=intercept.astype(np.float32),
        scale=np.array(1.0, dtype=np.float32),
        shift=leaning(held_out, label).astype(np.float32),
    )
    return model, held_out


def matrix(nlp: Language, rows: list[Row]) -> tuple[Any, Array, Array]:
    """Return features, labels, and a number for each text: rows of one text are one group."""
    from scipy.sparse import csr_matrix

    by_text: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        by_text.setdefault(row["text"], []).append(number)
    parsed = list(zip(by_text.values(), nlp.pipe(by_text, batch_size=BATCH), strict=True))
    owners, columns = [], []
    for start in range(0, len(parsed), BATCH):
        part = parsed[start : start + BATCH]
        base, directions = 0, []
        for numbers, doc in part:
            directions += [_direction(doc, rows[number], base) for number in numbers]
            base += len(doc)
        tokens = table(Doc.from_docs([doc for _, doc in part], ensure_whitespace=True), [])
        pair, feature = directed_features(tokens, directions)
        owners.append(np.concatenate([numbers for numbers, _ in part])[pair])
        columns.append(feature)
    owner, column = np.concatenate(owners), np.concatenate(columns)
    group = {text: number for number, text in enumerate(by_text)}
    return (
        csr_matrix((np.ones(len(owner), dtype=np.float32), (owner, column)), shape=(len(rows), 1 << BITS)),
        np.array([LABELS.index(row["label"]) for row in rows]),
        np.array([group[row["text"]] for row in rows]),
    )


def _direction(doc: Doc, row: Row, base: int) -> Direction:
    """Return the tokens of source and target, counted from ``base``."""
    bounds = []
    for name in (row["source"], row["target"]):
        span = doc.char_span(name["start"], name["end"], alignment_mode="expand")
        if span is None:
            raise ValueError(f"{name['text']!r} is not at {name['start']} of {doc.text[:80]!r}")
        bounds.append((span.start + base, span.end + base))
    return bounds[0], bounds[1]


def _fitted(x: Any, y: Array, settings: dict[str, Any]) -> tuple[Array, Array]:  # noqa: ANN401 - scipy has no types
    """Return coefficients (features x labels) and intercepts."""
    from sklearn.linear_model import LogisticRegression

    estimator = LogisticRegression(C=settings["C"], max_iter=settings["max_iter"], tol=1e-3)
    estimator.fit(x, y)
    return estimator.coef_.T, estimator.intercept_


def leaning(scores: Array, label: Array) -> Array:
    """Return what to add to the labels' scores so that macro-F1 is best; of equals the least."""
    best, chosen = 0.0, np.zeros(len(LABELS))
    for neutral in np.arange(0, 3.01, 0.15):
        for praise in (-0.3, -0.15, 0.0, 0.15, 0.3):
            shift = np.array([-praise, praise, -neutral])
            figure = named_f1(label, (scores + shift).argmax(1), LABELS)["macro_f1"]
            if figure > best + 1e-9:
                best, chosen = figure, shift
    return chosen
