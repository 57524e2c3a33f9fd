"""The attribution model from labelled examples: weights, held-out probabilities, the two stages together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analyzer.annotate.attribution.candidates import cue_key, pairs, trie
from analyzer.annotate.attribution.context import features
from analyzer.annotate.attribution.features import Featurizer
from analyzer.annotate.attribution.lexicon import cue_classes
from analyzer.annotate.attribution.model import DISCOURSE, TABLES, WEIGHTS, sigmoid
from analyzer.train.attribution.examples import Example, label, learn_tables
from analyzer.train.attribution.scoring import best_limits, by_example, calibration, cautious
from analyzer.train.attribution.second import Second, fit_second

PARTS = 4
# Found on the dev sets of news and of discourse relations.
NEWS_LIMITS = {"named": 0.37, "unnamed": 0.4}
DISCOURSE_LIMITS = {"named": 0.4, "unnamed": 2.0}
PREPOSITION_CUES = frozenset({"according", "per", "under", "for", "to"})
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Settings:
    """What a recipe may set: hash bits, how often a feature or path must occur, and what the estimators take."""

    bits: int = 20
    min_feature: int = 2
    c: float = 0.5
    min_path: int = 2
    idle: int = 12
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
    caution: float = 0.0


@dataclass(frozen=True)
class Tables:
    """What the candidate walk looks at: paths and cues seen in the training labels, and cues that never attribute."""

    paths: tuple[str, ...]
    cues: tuple[str, ...]
    idle: tuple[str, ...] = ()


def tables(examples: Sequence[Example], settings: Settings) -> Tables:
    """Return the paths and cues of the labels that occur often enough."""
    paths, cues = learn_tables(examples)
    found = Tables(
        tuple(sorted(path for path, n in paths.items() if n >= settings.min_path)),
        # Prepositions are met in every sentence: only those that introduce a source by themselves are looked at.
        tuple(sorted(cue for cue in cues if not cue.startswith("P:") or cue[2:] in PREPOSITION_CUES)),
    )
    set_candidates(examples, found)
    return replace(found, idle=_idle(examples, settings))


def set_candidates(examples: Sequence[Example], found: Tables) -> None:
    """Set pairs and labels of all examples."""
    root, known, idle = trie(found.paths), frozenset(found.cues), frozenset(found.idle)
    for example in examples:
        example.pairs = pairs(example.seen, root, known, idle)
        label(example)


def _idle(examples: Sequence[Example], settings: Settings) -> tuple[str, ...]:
    """Return the cues that were candidates often enough and hardly ever right; those known as strong never are."""
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for example in examples:
        met.update(cue_key(example.seen, cue) for cue in {pair.cue for pair in example.pairs})
        pairs_and_labels = zip(example.pairs, example.labels, strict=True)
        right.update(cue_key(example.seen, cue) for cue in {pair.cue for pair, good in pairs_and_labels if good == 1})
    strong = {f"{kind}:{lemma}" for (kind, lemma), classes in cue_classes().items() if "strong" in classes}
    often = {key for key, n in met.items() if n >= settings.idle and right[key] < settings.idle_share * n}
    return tuple(sorted(often - strong))


def matrices(examples: Sequence[Example], settings: Settings) -> list[Any]:
    """Return the hashed features of all pairs as sparse matrices of ones, one for each part of a pair's features."""
    from scipy import sparse

    mask = (1 << settings.bits) - 1
    buckets: list[list[int]] = [[] for _ in range(PARTS)]
    ends: list[list[int]] = [[0] for _ in range(PARTS)]
    for example in examples:
        featurizer = Featurizer(example.seen, example.title)
        for pair in example.pairs:
            for k, codes in enumerate(featurizer.parts(pair)):
                buckets[k].extend(sorted({code & mask for code in codes}))
                ends[k].append(len(buckets[k]))
    shape = (len(ends[0]) - 1, 1 << settings.bits)
    return [
        sparse.csr_matrix(
            (np.ones(len(own), dtype=np.float32), np.asarray(own, dtype=np.int32), np.asarray(cuts)), shape
        )
        for own, cuts in zip(buckets, ends, strict=True)
    ]


def fit_weights(x: Any, y: Array, weight: Array, settings: Settings) -> tuple[Array, float]:  # noqa: ANN401
    """Return weights and bias of a logistic regression on the pairs that may be judged."""
    from sklearn.linear_model import LogisticRegression

    judged = y >= 0
    used = np.flatnonzero(np.asarray(x[judged].sum(axis=0)).ravel() >= settings.min_feature)
    model = LogisticRegression(C=settings.c, solver="liblinear", tol=1e-3, random_state=settings.seed)
    model.fit(x[judged][:, used], y[judged], sample_weight=weight[judged])
    weights = np.zeros(x.shape[1], dtype=np.float32)
    weights[used] = model.coef_[0]
    return weights, float(model.intercept_[0])


def part_scores(parts: Sequence[Any], weights: Array) -> Array:
    """Return the sums of weights of all pairs, one column for each part."""
    wide = weights.astype(np.float16).astype(np.float64)  # as they are stored
    return np.stack([part @ wide for part in parts], axis=1)


def held_out(parts: Sequence[Any], examples: Sequence[Example], settings: Settings) -> tuple[Array, Array]:
    """Return for each pair the part scores, and the probability, of a model that has not seen its passage."""
    y, weight = labels(examples), weights_of(examples)
    fold = _folds(examples, settings)
    x = sum(parts[1:], parts[0]).tocsr()
    found = np.zeros((len(y), len(parts)))
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        weights, bias = fit_weights(x[fold != k], y[fold != k], weight[fold != k], settings)
        found[fold == k] = part_scores([part[fold == k] for part in parts], weights)
        raw[fold == k] = sigmoid(found[fold == k].sum(axis=1) + bias)
    return found, raw


def context_rows(examples: Sequence[Example], raw: Array, parts: Array) -> Array:
    """Return the second stage's features of all pairs, from the first stage's probabilities."""
    by_part = by_example(parts, examples)
    return np.concatenate(
        [
            features(example.seen, example.pairs, first.tolist(), part)
            for example, first, part in zip(examples, by_example(raw, examples), by_part, strict=True)
            if example.pairs
        ]
    )


def held_out_second(rows: Array, examples: Sequence[Example], settings: Settings) -> Array:
    """Return the second stage's raw probability for each pair, from members that have not seen its passage."""
    y, weight = labels(examples), weights_of(examples)
    fold = _folds(examples, settings)
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        others = fold != k
        raw[fold == k] = fit_second(rows[others], y[others], weight[others], settings).scores(rows[fold == k])
    return raw


def labels(examples: Sequence[Example]) -> Array:
    """Return the labels of all pairs."""
    return np.concatenate([np.asarray(example.labels) for example in examples])


def weights_of(examples: Sequence[Example]) -> Array:
    """Return the weights of all pairs in training, those of their passages."""
    return np.repeat([example.weight for example in examples], [len(example.pairs) for example in examples])


def _folds(examples: Sequence[Example], settings: Settings) -> Array:
    """Return the fold of each pair; a passage lies in one fold."""
    rng = np.random.default_rng(settings.seed)
    fold_of = rng.permutation(len(examples)) % settings.folds
    return np.repeat(fold_of, [len(example.pairs) for example in examples])


@dataclass(frozen=True)
class Trained:
    """Both stages with their thresholds and calibration, and what they say of the passages they have not seen."""

    weights: Array
    bias: float
    second: Second
    limits: dict[str, float]
    first_limits: dict[str, float]
    calibration: dict[str, list[float]]
    held_out: list[Array]
    discourse: tuple[Array, float] | None = None

    def first(self, examples: Sequence[Example], settings: Settings) -> tuple[Array, Array]:
        """Return the first stage's part scores and probabilities of all pairs."""
        parts = part_scores(matrices(examples, settings), self.weights)
        return parts, np.asarray(sigmoid(parts.sum(axis=1) + self.bias))

    def probabilities(self, examples: Sequence[Example], settings: Settings) -> list[Array]:
        """Return the calibrated probabilities of both stages, one array an example."""
        parts, raw = self.first(examples, settings)
        second = self.second.scores(context_rows(examples, raw, parts))
        return by_example(np.interp(second, self.calibration["raw"], self.calibration["true"]), examples)

    def artifacts(self, found: Tables, settings: Settings) -> dict[str, Any]:
        """Return the model's files for :mod:`analyzer.annotate.attribution.model`."""
        arrays: dict[str, Array] = {
            "weights": self.weights.astype(np.float16),
            "mean": self.second.mean,
            "deviation": self.second.deviation,
        }
        for k, (hidden, hidden_bias, out, out_bias) in enumerate(self.second.layers):
            arrays |= {f"hidden{k}": hidden, f"hidden_bias{k}": hidden_bias, f"out{k}": out}
            arrays[f"out_bias{k}"] = np.asarray(out_bias, dtype=np.float32)
        plain_values: dict[str, Any] = {
            "bias": self.bias,
            "members": settings.members,
            "paths": list(found.paths),
            "cues": list(found.cues),
            "idle": list(found.idle),
            "thresholds": {"wikipedia": self.limits, "news": NEWS_LIMITS, DISCOURSE: DISCOURSE_LIMITS},
            "calibration": self.calibration,
        }
        if self.discourse is not None:
            arrays["discourse"] = self.discourse[0].astype(np.float16)
            plain_values["discourse_bias"] = self.discourse[1]
        return {WEIGHTS: arrays, TABLES: plain_values}


def fit_discourse(gold: Sequence[Example], discourse: Sequence[Example], settings: Settings) -> tuple[Array, float]:
    """Return the weights of the scheme "discourse": what both corpora share plus what its own adds.

    Each feature has a copy that only the second corpus uses (Daume 2007); the two weights are added up.
    """
    from scipy import sparse

    both = [matrices(examples, settings) for examples in (gold, discourse)]
    first, second = (sum(parts[1:], parts[0]).tocsr() for parts in both)
    empty = sparse.csr_matrix(first.shape, dtype=np.float32)
    x = sparse.vstack([sparse.hstack([first, empty]), sparse.hstack([second, second])]).tocsr()
    y, weight = (np.concatenate([of(gold), of(discourse)]) for of in (labels, weights_of))
    weights, bias = fit_weights(x, y, weight, settings)
    return weights[: first.shape[1]] + weights[first.shape[1] :], bias


def train(gold: Sequence[Example], own: Sequence[Example], settings: Settings) -> Trained:
    """Return both stages, fitted on examples whose candidates are set.

    ``own`` examples count what their ``weight`` says; thresholds and calibration are those of the gold passages alone.
    """
    examples = [*gold, *own]
    parts, y, weight = matrices(examples, settings), labels(examples), weights_of(examples)
    part_sums, raw = held_out(parts, examples, settings)
    weights, bias = fit_weights(sum(parts[1:], parts[0]).tocsr(), y, weight, settings)
    rows = context_rows(examples, raw, part_sums)
    second_raw = held_out_second(rows, examples, settings)
    real = len(labels(gold))
    table = calibration(second_raw[:real], y[:real])
    kept = by_example(np.interp(second_raw[:real], table["raw"], table["true"]), gold)
    return Trained(
        weights=weights,
        bias=bias,
        second=fit_second(rows, y, weight, settings),
        limits=cautious(best_limits(gold, kept), settings.caution),
        first_limits=best_limits(gold, by_example(raw[:real], gold)),
        calibration=table,
        held_out=kept,
    )
