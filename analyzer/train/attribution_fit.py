"""The attribution model from labelled examples: weights, held-out probabilities, thresholds, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from analyzer.annotate.attribution import choose
from analyzer.annotate.attribution_context import features
from analyzer.annotate.attribution_features import Featurizer
from analyzer.annotate.attribution_model import CLIP, sigmoid
from analyzer.annotate.attribution_pairs import Pair, pairs, trie
from analyzer.annotate.attribution_spans import source_span
from analyzer.train.attribution_examples import Example, Wanted, label, learn_tables, overlap, owners

PREPOSITION_CUES = frozenset({"according", "per", "under", "for", "to"})
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Settings:
    """What a recipe may set: hash bits, inverse regularisation, how often a path must occur, folds."""

    bits: int = 18
    c: float = 0.5
    min_path: int = 2
    folds: int = 5
    seed: int = 7
    hidden: int = 48
    alpha: float = 0.1
    epochs: int = 20
    members: int = 3


@dataclass(frozen=True)
class Tables:
    """What the candidate walk looks at: paths and cues seen in the training labels."""

    paths: tuple[str, ...]
    cues: tuple[str, ...]


def tables(examples: Sequence[Example], settings: Settings) -> Tables:
    """Return the paths and cues of the gold that occur often enough."""
    paths, cues = learn_tables(examples)
    return Tables(
        tuple(sorted(path for path, n in paths.items() if n >= settings.min_path)),
        # Prepositions are met in every sentence: only those that introduce a source by themselves are looked at.
        tuple(sorted(cue for cue in cues if not cue.startswith("P:") or cue[2:] in PREPOSITION_CUES)),
    )


def set_candidates(examples: Sequence[Example], found: Tables) -> None:
    """Set pairs and labels of all examples."""
    root, known = trie(found.paths), frozenset(found.cues)
    for example in examples:
        example.pairs = pairs(example.seen, root, known)
        label(example)


def matrix(examples: Sequence[Example], settings: Settings, domain: str = "wikipedia") -> Any:  # noqa: ANN401 - scipy
    """Return the hashed features of all pairs as a sparse matrix of ones."""
    from scipy import sparse

    mask = (1 << settings.bits) - 1
    buckets: list[int] = []
    ends = [0]
    for example in examples:
        featurizer = Featurizer(example.seen, example.title, domain)
        for pair in example.pairs:
            buckets.extend(sorted({crc32(name.encode()) & mask for name in featurizer.pair(pair)}))
            ends.append(len(buckets))
    ones = np.ones(len(buckets), dtype=np.float32)
    shape = (len(ends) - 1, 1 << settings.bits)
    return sparse.csr_matrix((ones, np.asarray(buckets, dtype=np.int32), np.asarray(ends)), shape=shape)


def fit_weights(x: Any, y: Array, settings: Settings) -> tuple[Array, float]:  # noqa: ANN401
    """Return weights and bias of a logistic regression on the pairs that may be judged."""
    from sklearn.linear_model import LogisticRegression

    judged = y >= 0
    model = LogisticRegression(C=settings.c, solver="liblinear", tol=1e-3, random_state=settings.seed)
    model.fit(x[judged], y[judged])
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def scores(x: Any, weights: Array, bias: float) -> Array:  # noqa: ANN401
    """Return the raw probabilities of all rows."""
    margin = x @ weights.astype(np.float64) + bias
    return np.asarray(1.0 / (1.0 + np.exp(-margin)))


def held_out(x: Any, examples: Sequence[Example], settings: Settings) -> Array:  # noqa: ANN401
    """Return for each pair the raw probability of a model that has not seen its passage."""
    y = labels(examples)
    fold = _folds(examples, settings)
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        weights, bias = fit_weights(x[fold != k], y[fold != k], settings)
        raw[fold == k] = scores(x[fold == k], weights, bias)
    return raw


def context_rows(examples: Sequence[Example], raw: Array) -> Array:
    """Return the second stage's features of all pairs, from the first stage's probabilities."""
    rows: list[list[float]] = []
    for example, first in zip(examples, by_example(raw, examples), strict=True):
        rows.extend(features(example.seen, example.pairs, first.tolist()))
    return np.asarray(rows, dtype=np.float32)


@dataclass(frozen=True)
class Second:
    """The second stage: scaling and the members of its ensemble."""

    mean: Array
    deviation: Array
    layers: tuple[tuple[Array, Array, Array, float], ...]

    def scores(self, rows: Array) -> Array:
        """Return the raw probabilities of the rows."""
        x = np.clip((rows - self.mean) / self.deviation, -CLIP, CLIP)
        found = [sigmoid(np.maximum(x @ a + b, 0.0) @ c + d) for a, b, c, d in self.layers]
        return np.asarray(np.mean(found, axis=0))


def fit_second(rows: Array, y: Array, settings: Settings) -> Second:
    """Return the second stage trained on the pairs that may be judged."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    judged = y >= 0
    mean, deviation = rows[judged].mean(axis=0), rows[judged].std(axis=0) + 1e-6
    x = np.clip((rows[judged] - mean) / deviation, -CLIP, CLIP)
    layers = []
    for member in range(settings.members):
        model = MLPClassifier(
            (settings.hidden,),
            alpha=settings.alpha,
            batch_size=256,
            learning_rate_init=2e-3,
            max_iter=settings.epochs,
            random_state=settings.seed + member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
            model.fit(x, y[judged])
        hidden, out = model.coefs_
        layers.append(
            (
                hidden.astype(np.float32),
                model.intercepts_[0].astype(np.float32),
                out[:, 0].astype(np.float32),
                float(model.intercepts_[1][0]),
            )
        )
    return Second(mean, deviation, tuple(layers))


def held_out_second(rows: Array, examples: Sequence[Example], settings: Settings) -> Array:
    """Return the second stage's raw probability for each pair, from members that have not seen its passage."""
    y = labels(examples)
    fold = _folds(examples, settings)
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        raw[fold == k] = fit_second(rows[fold != k], y[fold != k], settings).scores(rows[fold == k])
    return raw


def labels(examples: Sequence[Example]) -> Array:
    """Return the labels of all pairs."""
    return np.concatenate([np.asarray(example.labels) for example in examples])


def _folds(examples: Sequence[Example], settings: Settings) -> Array:
    """Return the fold of each pair; a passage lies in one fold."""
    rng = np.random.default_rng(settings.seed)
    fold_of = rng.permutation(len(examples)) % settings.folds
    return np.repeat(fold_of, [len(example.pairs) for example in examples])


def by_example(values: Array, examples: Sequence[Example]) -> list[Array]:
    """Return the values of all pairs cut into one array an example."""
    cuts = np.cumsum([len(example.pairs) for example in examples])[:-1]
    return list(np.split(values, cuts))


@dataclass
class Counts:
    """Matched, superfluous and missing sources, and the same for attributed sentences."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    sentence_tp: int = 0
    sentence_fp: int = 0
    sentence_fn: int = 0

    def f1(self) -> float:
        """Return the F1 of sources."""
        return 2 * self.tp / max(1, 2 * self.tp + self.fp + self.fn)

    def sentence_f1(self) -> float:
        """Return the F1 of attributed sentences."""
        return 2 * self.sentence_tp / max(1, 2 * self.sentence_tp + self.sentence_fp + self.sentence_fn)


def evaluate(examples: Sequence[Example], probabilities: Sequence[Array], limits: dict[str, float]) -> Counts:
    """Return the counts for the rows that the component would make; running quotations are left out on both sides."""
    counts = Counts()
    for example, found in zip(examples, probabilities, strict=True):
        owner = owners(example)
        kept: dict[int, list[Pair]] = {}
        for pair, _ in choose(example.seen, example.pairs, found.tolist(), limits):
            if pair.cue in owner:
                kept.setdefault(owner[pair.cue], []).append(pair)
        for index, (_, rows) in enumerate(example.gold):
            _count(example, rows, kept.get(index, []), counts)
    return counts


def _count(example: Example, rows: list[Wanted], found: list[Pair], counts: Counts) -> None:
    """Add one sentence to the counts."""
    asked = [row for row in rows if not row.disputed and (row.source or not row.carried)]
    rest = list(found)
    if not any(row.source is None and row.carried for row in rows) and (asked or not rows):
        counts.sentence_tp += bool(asked and rest)
        counts.sentence_fp += bool(rest and not asked)
        counts.sentence_fn += bool(asked and not rest)
    for row in asked:
        hit = next((pair for pair in rest if _same(example, row, pair)), None)
        if hit is None:
            counts.fn += 1
        else:
            counts.tp += 1
            rest.remove(hit)
    rest = [pair for pair in rest if not any(row.disputed and _same(example, row, pair) for row in rows)]
    counts.fp += len(rest)


def _same(example: Example, row: Wanted, pair: Pair) -> bool:
    """Tell whether a found pair names the wanted source."""
    if row.source is None or pair.source < 0:
        return row.source is None and pair.source < 0
    return overlap(row.source, source_span(example.seen, pair.source))


def best_limits(examples: Sequence[Example], probabilities: Sequence[Array]) -> dict[str, float]:
    """Return the thresholds with the best mean of source F1 and sentence F1 on held-out probabilities."""
    grid = [round(0.2 + 0.05 * k, 2) for k in range(9)]
    best: tuple[float, dict[str, float]] = (-1.0, {})
    limits = {"named": 0.35, "unnamed": 0.4}
    for name in ("named", "unnamed", "named"):
        for value in grid:
            trial = {**limits, name: value}
            counts = evaluate(examples, probabilities, trial)
            reached = counts.f1() + 0.5 * counts.sentence_f1()
            if reached > best[0]:
                best = (reached, trial)
        limits = best[1]
    return limits


def calibration(raw: Array, y: Array, bins: int = 12) -> dict[str, list[float]]:
    """Return a monotone table from raw to true probability, from held-out pairs (isotonic, thinned to knots)."""
    from sklearn.isotonic import IsotonicRegression

    judged = y >= 0
    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw[judged], y[judged])
    knots = np.linspace(0.0, 1.0, bins + 1)
    true = np.maximum.accumulate(np.clip(model.predict(knots), 0.001, 0.999))
    return {"raw": [round(float(v), 4) for v in knots], "true": [round(float(v), 4) for v in true]}
