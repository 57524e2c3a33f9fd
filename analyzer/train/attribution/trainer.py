"""The attribution model: rules propose candidates of cue and source, two trained looks tell which attribute.

First a linear model over the hashed features of a candidate by itself, then a small network over its probability beside
those of its rivals and neighbours. Thresholds and calibration come from held-out passages of the training set alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import spacy
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from analyzer.annotate.attribution.features import Featurizer, in_context
from analyzer.annotate.attribution.model import TABLES, WEIGHTS, WIKIPEDIA
from analyzer.annotate.networks import Networks
from analyzer.linear import Array, logistic_of
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution import scoring
from analyzer.train.attribution.examples import Example, Tables, examples, set_candidates, tables
from analyzer.train.attribution.scoring import best_limits, by_example, calibration, cautious
from analyzer.train.core.fit import Fit, table
from analyzer.train.core.measures import calibration_error
from analyzer.train.core.networks import fitted
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels import keyed

PARTS = 4

_SCOPE = """\
Gold dev, sources by extent, quotations that run on left out on both sides. Nothing in the training labels was changed,
but coordinated sources that a reader took as one are not judged.
"""


@dataclass(frozen=True)
class Settings:
    """What a recipe may set: hash bits, how often a feature or path must occur, and what the estimators take."""

    bits: int = 20
    min_feature: int = 2
    c: float = 0.5
    min_path: int = 2
    idle: int = 12  # how often a cue is a candidate and hardly ever right before it is excluded, and the share
    idle_share: float = 0.02
    folds: int = 5
    seed: int = 7
    hidden: int = 24
    alpha: float = 0.3
    epochs: int = 12
    members: int = 4
    own_weight: float = 1.0
    nested_weight: float = 1.0
    read_weight: float = 1.0
    caution: float | scoring.Limits = 0.0


@dataclass(frozen=True)
class Rows:
    """All candidates of some examples: hashed features (a sparse matrix of ones a part), labels (-1: none), weights.

    ``fold`` says by which held-out model a candidate is looked at; a passage lies in one fold.
    """

    parts: list[Any]
    y: Array
    weight: Array
    fold: Array

    @property
    def x(self) -> Any:  # noqa: ANN401 - a sparse matrix
        """The features of all parts together."""
        return sum(self.parts[1:], self.parts[0]).tocsr()


def rows_of(examples: Sequence[Example], settings: Settings) -> Rows:
    """Return the candidates of the examples in order."""
    mask = (1 << settings.bits) - 1
    buckets: list[list[int]] = [[] for _ in range(PARTS)]
    ends: list[list[int]] = [[0] for _ in range(PARTS)]
    for example in examples:
        featurizer = Featurizer(example.tokens, example.title)
        for candidate in example.candidates:
            for k, codes in enumerate(featurizer.parts(candidate)):
                buckets[k].extend(sorted({code & mask for code in codes}))
                ends[k].append(len(buckets[k]))
    sizes = [len(example.candidates) for example in examples]
    shape = (sum(sizes), mask + 1)
    parts = [
        sparse.csr_matrix(
            (np.ones(len(own), dtype=np.float32), np.asarray(own, dtype=np.int32), np.asarray(cuts)), shape
        )
        for own, cuts in zip(buckets, ends, strict=True)
    ]
    fold = np.random.default_rng(settings.seed).permutation(len(examples)) % settings.folds
    return Rows(
        parts,
        np.concatenate([np.asarray(example.labels) for example in examples]),
        np.repeat([example.weight for example in examples], sizes),
        np.repeat(fold, sizes),
    )


def fit_weights(x: Any, y: Array, weight: Array, settings: Settings) -> tuple[Array, float]:  # noqa: ANN401
    """Return weights and bias of a logistic regression on the candidates that may be judged."""
    judged = y >= 0
    used = np.flatnonzero(np.asarray(x[judged].sum(axis=0)).ravel() >= settings.min_feature)
    model = LogisticRegression(C=settings.c, solver="liblinear", tol=1e-3, random_state=settings.seed)
    model.fit(x[judged][:, used], y[judged], sample_weight=weight[judged])
    weights = np.zeros(x.shape[1], dtype=np.float32)
    weights[used] = model.coef_[0]
    return weights, float(model.intercept_[0])


def fit_second(rows: Array, y: Array, weight: Array, settings: Settings) -> Networks:
    """Return the second look trained on the candidates that may be judged."""
    judged = y >= 0
    return fitted(
        rows[judged],
        y[judged],
        weight[judged],
        hidden=settings.hidden,
        alpha=settings.alpha,
        epochs=settings.epochs,
        members=settings.members,
        seed=settings.seed,
    )


def part_scores(parts: Sequence[Any], weights: Array) -> Array:
    """Return the sums of weights of all candidates, one column for each part."""
    wide = weights.astype(np.float16).astype(np.float64)  # as they are stored
    return np.stack([part @ wide for part in parts], axis=1)


def _context(examples: Sequence[Example], raw: Array, parts: Array) -> Array:
    """Return the second look's figures of all candidates, from the first probabilities."""
    each = zip(examples, by_example(raw, examples), by_example(parts, examples), strict=True)
    return np.concatenate(
        [
            in_context(example.tokens, example.candidates, first.tolist(), part)
            for example, first, part in each
            if example.candidates
        ]
    )


def _held_out(rows: Rows, settings: Settings) -> tuple[Array, Array]:
    """Return for each candidate the part scores, and the probability, of a model that has not seen its passage."""
    x, found, raw = rows.x, np.zeros((len(rows.y), PARTS)), np.zeros(len(rows.y))
    for k in range(settings.folds):
        own, others = rows.fold == k, rows.fold != k
        weights, bias = fit_weights(x[others], rows.y[others], rows.weight[others], settings)
        found[own] = part_scores([part[own] for part in rows.parts], weights)
        raw[own] = logistic_of(found[own].sum(axis=1) + bias)
    return found, raw


def _held_out_second(context: Array, rows: Rows, settings: Settings) -> Array:
    """Return what the second look makes of each candidate, by members that have not seen its passage."""
    raw = np.zeros(len(rows.y))
    for k in range(settings.folds):
        own, others = rows.fold == k, rows.fold != k
        look = fit_second(context[others], rows.y[others], rows.weight[others], settings)
        raw[own] = look.probabilities(context[own], block=None)
    return raw


@dataclass(frozen=True)
class Fitted:
    """Both looks with their thresholds and calibration, and what they say of the passages they have not seen."""

    weights: Array
    bias: float
    second: Networks
    limits: dict[str, float]
    first_limits: dict[str, float]
    calibration: dict[str, list[float]]
    held_out: list[Array]

    def probabilities(self, examples: Sequence[Example], settings: Settings) -> tuple[list[Array], list[Array]]:
        """Return the probabilities of the first look, and the calibrated ones of both, one array an example each."""
        parts = part_scores(rows_of(examples, settings).parts, self.weights)
        raw = np.asarray(logistic_of(parts.sum(axis=1) + self.bias))
        second = self.second.probabilities(_context(examples, raw, parts), block=None)
        found = np.interp(second, self.calibration["raw"], self.calibration["true"])
        return by_example(raw, examples), by_example(found, examples)

    def artifacts(self, tables: Tables, scheme: str) -> dict[str, Any]:
        """Return the model's files for a scheme."""
        return stored(tables, self.weights, self.bias, {scheme: self.limits}, self.calibration, self.second)


def stored(
    tables: Tables,
    weights: Array,
    bias: float,
    thresholds: dict[str, scoring.Limits],
    calibration: dict[str, list[float]],
    second: Networks | None = None,
) -> dict[str, Any]:
    """Return a model's files for :mod:`analyzer.annotate.attribution.model`; ``thresholds`` go by scheme."""
    arrays = {"weights": weights.astype(np.float16)} | (second.arrays() if second else {})
    values: dict[str, Any] = {
        "bias": bias,
        "members": len(second.layers) if second else 0,
        "paths": list(tables.paths),
        "cues": list(tables.cues),
        "idle": list(tables.excluded),
        "thresholds": thresholds,
        "calibration": calibration,
    }
    return {WEIGHTS: arrays, TABLES: values}


def fit_both(gold: Sequence[Example], own: Sequence[Example], settings: Settings) -> Fitted:
    """Return both looks, fitted on examples whose candidates are set.

    ``own`` examples count what their ``weight`` says; thresholds and calibration are those of the gold passages alone.
    """
    examples = [*gold, *own]
    rows = rows_of(examples, settings)
    part_sums, raw = _held_out(rows, settings)
    weights, bias = fit_weights(rows.x, rows.y, rows.weight, settings)
    context = _context(examples, raw, part_sums)
    second_raw = _held_out_second(context, rows, settings)
    real = sum(len(example.candidates) for example in gold)
    table = calibration(second_raw[:real], rows.y[:real])
    kept = by_example(np.interp(second_raw[:real], table["raw"], table["true"]), gold)
    return Fitted(
        weights=weights,
        bias=bias,
        second=fit_second(context, rows.y, rows.weight, settings),
        limits=cautious(best_limits(gold, kept), settings.caution),
        first_limits=best_limits(gold, by_example(raw[:real], gold)),
        calibration=table,
        held_out=kept,
    )


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its held-out figures and those on the dev passages."""
    nlp = spacy.load(DEFAULT_MODEL)
    settings = Settings(**recipe.estimator, seed=recipe.seed)
    train = list(examples(nlp, data.passages("gold-train")))
    composed, nested, read = [], [], []
    if not data.labels_only:  # the project's own passages: composed, composed with nested sources, real
        composed = list(examples(nlp, data.jsonl("own-labels"), settings.own_weight))
        nested = list(examples(nlp, data.jsonl("nested"), settings.nested_weight))
        read = list(examples(nlp, keyed.passages(data), settings.read_weight))
    dev = list(examples(nlp, data.jsonl("gold-dev")))
    # Paths and cues of the nested sources alone would make candidates that are hardly ever right elsewhere.
    made = tables(
        [*train, *composed, *read],
        min_path=settings.min_path,
        excluded=settings.idle,
        excluded_share=settings.idle_share,
    )
    own = [*composed, *nested, *read]
    for each in (train, own, dev):
        set_candidates(each, made)
    model = fit_both(train, own, settings)
    first, found = model.probabilities(dev, settings)
    rules, rule_limits = scoring.rule_scores(dev), scoring.best_limits(train, scoring.rule_scores(train))
    metrics: dict[str, Any] = {
        "held_out": scoring.evaluate(train, model.held_out, model.limits).figures(),
        "gold_dev": scoring.evaluate(dev, found, model.limits).figures(),
        "gold_dev_first_stage": scoring.evaluate(dev, first, model.first_limits).figures(),
        "gold_dev_rules": scoring.evaluate(dev, rules, rule_limits).figures(),
        "pairs": sum(len(example.candidates) for example in train),
    }
    curve = scoring.curve(dev, found, model.limits)
    metrics["gold_dev"]["ece"] = calibration_error(curve)
    files = model.artifacts(made, WIKIPEDIA)
    return Fit(files, metrics, curve, {"Comparison": _comparison(metrics)})


def _comparison(metrics: dict[str, Any]) -> str:
    rows = (
        ("(a) rules over the dependency parse", "gold_dev_rules"),
        ("(b) linear model over candidates, by itself", "gold_dev_first_stage"),
        ("(d) both looks (shipped)", "gold_dev"),
    )
    figures = ("source_f1", "attributed_sentence_f1")
    cells = ([name, *(metrics[key][figure] for figure in figures)] for name, key in rows)
    return table(["system", "source F1", "attributed-sentence F1"], cells) + "\n\n" + _SCOPE
