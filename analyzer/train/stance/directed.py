"""The directed stance model: a linear one over hashed features of two names in a sentence, fitted on pairs in news.

Beside it small networks over what it makes of a pair and what the large network makes of the sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import numpy as np
import spacy
from spacy.tokens import Doc

from analyzer.annotate.encoder import LARGE, InContext, Reader, network_of
from analyzer.annotate.encoder.reading import load
from analyzer.annotate.stance import heard
from analyzer.annotate.stance.directions import BITS, LABELS, Direction, directed_features
from analyzer.annotate.stance.heard import Heard
from analyzer.annotate.stance.masked import masked_words
from analyzer.linear import LEAST, Array, Matrix, SparseLinear, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.networks import fitted
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.stance.data import LabelledRows
from analyzer.train.stance.fast import held_out, logistic, packed, weighed
from analyzer.train.stance.figures import curve_of

FOLDS = 3
RESAMPLES = 100  # of the texts, over which what is added to the labels is averaged
BATCH = 100  # sentences whose pairs are read at once

Docs = Mapping[str, Doc]  # by their text


class Joined(NamedTuple):
    """Some Docs as one: the rows (by number) whose pairs are in it, and these pairs."""

    doc: Doc
    numbers: list[int]
    directions: list[Direction]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its figures on the dev pairs."""
    nlp = spacy.load(DEFAULT_MODEL, exclude=["ner"])
    pairs, dev_pairs = data.jsonl("dse-train"), data.jsonl("dse-dev")
    texts = dict.fromkeys(row["text"] for row in (*pairs, *dev_pairs))
    docs = dict(zip(texts, nlp.pipe(texts, batch_size=BATCH), strict=True))
    rows, dev = direction_rows(pairs, docs), direction_rows(dev_pairs, docs)
    model, scores = train(rows, recipe.estimator)
    curve = curve_of(dev.probabilities(replace(model, shift=0.0)), dev.label)
    before, dev_before = softmax(scores + model.shift), dev.probabilities(model)
    reader = load(LARGE)
    look, held, files = train_heard(heard_rows(pairs, docs, before, reader), rows, recipe)
    dev_heard = look.probabilities(heard_rows(dev_pairs, docs, dev_before, reader))
    metrics = {
        "dse_dev": {**named_f1(dev.label, dev_before.argmax(1), LABELS), "ece": calibration_error(curve)},
        "dse_train_held_out": named_f1(rows.label, before.argmax(1), LABELS),
        "dse_dev_with_large": named_f1(dev.label, dev_heard.argmax(1), LABELS),
        "dse_train_held_out_with_large": named_f1(rows.label, held.argmax(1), LABELS),
        "features": len(model.coef),
    }
    return Fit({"linear.npz": asdict(model), **files}, metrics, curve)


def train(rows: LabelledRows, settings: dict[str, Any]) -> tuple[SparseLinear, Array]:
    """Return the model fitted on all rows, and what folds of it make of the sentences that they have not seen."""
    kept, idf, x = weighed(rows.matrix(), settings["min_count"])
    fold, y = rows.group % FOLDS, rows.label
    scores = held_out(x, fold, len(LABELS), lambda chosen: logistic(x[chosen], y[chosen], settings))
    return packed(kept, idf, logistic(x, y, settings), 1.0, leaning(scores, y)), scores


def train_heard(x: Matrix, rows: LabelledRows, recipe: Recipe) -> tuple[Heard, Array, dict[str, Any]]:
    """Return what is fitted on all rows of :func:`.heard.figures`, held-out scores of them, and the model's files."""
    settings = {name: recipe.estimator[name] for name in ("hidden", "alpha", "epochs", "members")}
    settings |= {"seed": recipe.seed, "clip": heard.CLIP}
    fold, scores = rows.group % FOLDS, np.zeros((len(x), len(LABELS)))
    for k in range(FOLDS):
        look = Heard(fitted(x[fold != k], rows.label[fold != k], **settings))
        scores[fold == k] = np.log(look.probabilities(x[fold == k]) + LEAST)
    shift = steady_leaning(scores, rows, recipe.seed).tolist()
    networks = fitted(x, rows.label, **settings)
    tables = {"members": settings["members"], "shift": shift, "network": network_of(LARGE)}
    files = {f"{LARGE}.npz": networks.arrays(), f"{LARGE}.json": tables}
    return Heard(networks, shift), scores + shift, files


def direction_rows(rows: Sequence[Row], docs: Docs) -> LabelledRows:
    """Return features and labels of pairs of names; rows of one text are one group."""
    by_text: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        by_text.setdefault(row["text"], []).append(number)
    owners, columns = [], []
    for joined in _joined(rows, list(by_text.values()), docs):
        pair, feature = directed_features(masked_words(joined.doc, []), joined.directions)
        owners.append(np.array(joined.numbers)[pair])
        columns.append(feature)
    group = {text: number for number, text in enumerate(by_text)}
    return LabelledRows(
        np.concatenate(owners),
        np.concatenate(columns),
        np.array([LABELS.index(row["label"]) for row in rows]),
        np.array([group[row["text"]] for row in rows]),
        BITS,
    )


def heard_rows(rows: Sequence[Row], docs: Docs, before: Matrix, reader: Reader) -> Matrix:
    """Return what a network makes of pairs of names, each text read beside the target, with what was made before."""
    found = []
    for joined in _joined(rows, [[number] for number in range(len(rows))], docs):
        beside = [rows[number]["target"]["text"] for number in joined.numbers for _ in docs[rows[number]["text"]].sents]
        reading = InContext(joined.doc, reader, beside)
        words = masked_words(joined.doc, [])
        found.append(heard.figures(words, joined.directions, before[joined.numbers], reading))
    return np.concatenate(found)


def _joined(rows: Sequence[Row], groups: Sequence[list[int]], docs: Docs) -> Iterator[Joined]:
    """Yield the texts of groups of rows, each group of one text, some joined at a time."""
    for start in range(0, len(groups), BATCH):
        parts, numbers, directions, base = [], [], [], 0
        for group in groups[start : start + BATCH]:
            doc = docs[rows[group[0]]["text"]]
            directions += [_direction(doc, rows[number], base) for number in group]
            numbers += group
            parts.append(doc)
            base += len(doc)
        yield Joined(Doc.from_docs(parts, ensure_whitespace=True), numbers, directions)


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


def steady_leaning(scores: Array, rows: LabelledRows, seed: int) -> Array:
    """Return the mean of what is best to add over resamples of the texts: that of one sample hangs on a few pairs."""
    rng = np.random.default_rng(seed)
    by_text = [np.flatnonzero(rows.group == text) for text in np.unique(rows.group)]
    drawn = (
        np.concatenate([by_text[i] for i in rng.integers(len(by_text), size=len(by_text))]) for _ in range(RESAMPLES)
    )
    found: Array = np.mean([leaning(scores[own], rows.label[own]) for own in drawn], axis=0)
    return found
