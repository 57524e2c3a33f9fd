"""The directed stance model: a linear one over hashed features of two names in a sentence, fitted on pairs in news."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate.stance.directed import BITS, LABELS, Direction, directed_features
from analyzer.annotate.stance.masked import masked_words
from analyzer.linear import Array, SparseLinear
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.stance.data import LabelledRows
from analyzer.train.stance.fast import held_out, logistic, packed, weighed
from analyzer.train.stance.figures import curve_of

FOLDS = 3
BATCH = 100  # sentences whose pairs are read at once


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its figures on the dev pairs."""
    nlp = spacy.load(DEFAULT_MODEL, exclude=["ner"])
    rows, dev = direction_rows(nlp, data.jsonl("dse-train")), direction_rows(nlp, data.jsonl("dse-dev"))
    model, scores = train(rows, recipe.estimator)
    curve = curve_of(dev.probabilities(replace(model, shift=0.0)), dev.label)
    found = dev.probabilities(model).argmax(1)
    metrics = {
        "dse_dev": {**named_f1(dev.label, found, LABELS), "ece": calibration_error(curve)},
        "dse_train_held_out": named_f1(rows.label, (scores + model.shift).argmax(1), LABELS),
        "features": len(model.coef),
    }
    return Fit({"linear.npz": asdict(model)}, metrics, curve)


def train(rows: LabelledRows, settings: dict[str, Any]) -> tuple[SparseLinear, Array]:
    """Return the model fitted on all rows, and what folds of it make of the sentences that they have not seen."""
    kept, idf, x = weighed(rows.matrix(), settings["min_count"])
    fold, y = rows.group % FOLDS, rows.label
    scores = held_out(x, fold, len(LABELS), lambda chosen: logistic(x[chosen], y[chosen], settings))
    return packed(kept, idf, logistic(x, y, settings), 1.0, leaning(scores, y)), scores


def direction_rows(nlp: Language, rows: list[Row]) -> LabelledRows:
    """Return features and labels of pairs of names; rows of one text are one group."""
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
        whole = Doc.from_docs([doc for _, doc in part], ensure_whitespace=True)
        pair, feature = directed_features(masked_words(whole, []), directions)
        owners.append(np.concatenate([numbers for numbers, _ in part])[pair])
        columns.append(feature)
    group = {text: number for number, text in enumerate(by_text)}
    return LabelledRows(
        np.concatenate(owners),
        np.concatenate(columns),
        np.array([LABELS.index(row["label"]) for row in rows]),
        np.array([group[row["text"]] for row in rows]),
        BITS,
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
