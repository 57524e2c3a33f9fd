"""Models of tagged articles: features of the chosen articles, one calibrated logistic regression an issue, figures.

Memory: an article is kept as the numbers of its words and figures, some 30 kB; words are numbered as they are met, at
most a million of them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues.tagged import Scale, figures_of
from analyzer.issues.tagged_features import CHANNELS, Outline, words
from analyzer.issues.view import View
from analyzer.train.fit import calibration_bins, calibration_error

FOLDS = 5
_MOST_WORDS = 1 << 20
_KNOTS = 33
_WIDEST = 2.5
Array = np.ndarray[Any, Any]
Matrix = Any  # a scipy sparse matrix


@dataclass
class Articles:
    """Articles as they are read: words by channel as numbers with counts, and the figures of their build."""

    signals: tuple[str, ...] = ()
    keys: list[str] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    counts: list[list[tuple[Array, Array]]] = field(default_factory=list)
    frequency: Counter[int] = field(default_factory=Counter)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, view: View) -> None:
        """Add an article."""
        outline = Outline(view.article)
        met = words(outline)
        self.keys.append(key)
        self.figures.append(figures_of(outline, met, view, self.signals))
        rows = [self._numbered(met[channel]) for channel in CHANNELS]
        self.counts.append(rows)
        self.frequency.update(np.unique(np.concatenate([numbers for numbers, _ in rows])).tolist())

    def _numbered(self, counts: Mapping[str, int]) -> tuple[Array, Array]:
        numbers, times = [], []
        for word, count in counts.items():
            number = self._numbers.get(word)
            if number is None and len(self._numbers) < _MOST_WORDS:
                number = self._numbers[word] = len(self._numbers)
            if number is not None:
                numbers.append(number)
                times.append(count)
        return np.array(numbers, dtype=np.int32), np.array(times, dtype=np.float32)

    def common(self, share: float) -> list[tuple[str, int]]:
        """Return the words that this share of the articles use, in alphabetic order, with their numbers."""
        least = max(3, share * len(self.keys))
        return sorted((word, n) for word, n in self._numbers.items() if self.frequency[n] >= least)


class Space(NamedTuple):
    """The columns that models weigh: terms with idf, and the scale of the figures."""

    terms: tuple[str, ...]
    idf: Array
    scale: Scale
    knots: list[list[tuple[float, float]]]


class Examples(NamedTuple):
    """Feature rows of articles, and where each stands."""

    matrix: Matrix
    at: dict[str, int]
    space: Space

    def sizes(self, settings: Mapping[str, Any]) -> Array:
        """Return what each column counts for an issue: channels that it does not look at count nothing."""
        words = [float(settings["words"]) * (channel in settings["channels"]) for channel in CHANNELS]
        figures = self.matrix.shape[1] - len(CHANNELS) * len(self.space.terms)
        return np.repeat([*words, float(settings["figures"])], [*[len(self.space.terms)] * len(CHANNELS), figures])

    def rows(self, keys: Sequence[str], settings: Mapping[str, Any]) -> Matrix:
        """Return the rows of these articles, their columns at the sizes that they have for an issue."""
        from scipy import sparse

        return self.matrix[[self.at[key] for key in keys]] @ sparse.diags(self.sizes(settings))


class Learnt(NamedTuple):
    """One issue's model, and what it is worth on articles that it has not seen."""

    weights: Array
    bias: float
    slope: float
    offset: float
    figures: dict[str, float]
    curve: list[dict[str, float]]


def examples(articles: Articles, common: float, known: frozenset[str] | None = None) -> Examples:
    """Return the rows of all articles; words and scale come from those in ``known`` only, where that is given."""
    terms = articles.common(common)
    at = {number: column for column, (_, number) in enumerate(terms)}
    rows = [[_columns(row, at) for row in channels] for channels in articles.counts]
    base = [i for i, key in enumerate(articles.keys) if known is None or key in known]
    idf = np.array([_idf([rows[i][c][0] for i in base], len(at)) for c in range(len(CHANNELS))])
    names = sorted(articles.figures[0]) if articles.figures else []
    knots = [_knots([articles.figures[i][name] for i in base]) for name in names]
    space = Space(tuple(word for word, _ in terms), idf, Scale(names, knots), knots)
    return Examples(_matrix(articles, rows, space), {key: i for i, key in enumerate(articles.keys)}, space)


def learn(found: Examples, keys: Sequence[str], gold: Sequence[int], settings: Mapping[str, Any], seed: int) -> Learnt:
    """Return the model of one issue; calibrated, and measured, on articles of folds that were left out."""
    from sklearn.linear_model import LogisticRegression

    y = np.array(gold)
    unseen = held_out(found, keys, gold, settings, seed)
    balanced = LogisticRegression(C=1e4, class_weight="balanced").fit(unseen[:, None], y)
    slope, offset = max(0.0, float(balanced.coef_[0, 0])), float(balanced.intercept_[0])
    model = _estimator(settings, seed).fit(found.rows(keys, settings), y)
    probabilities = 1 / (1 + np.exp(-np.clip(slope * unseen + offset, -30, 30)))
    curve = _balanced_curve(probabilities, y)
    measured = ranked(y, unseen) | {"ece": calibration_error(curve), "positives": float(y.sum()), "all": float(len(y))}
    weights = model.coef_[0] * found.sizes(settings)
    return Learnt(weights, float(model.intercept_[0]), slope, offset, measured, curve)


def held_out(
    found: Examples, keys: Sequence[str], gold: Sequence[int], settings: Mapping[str, Any], seed: int
) -> Array:
    """Return for each article what a model says that was fitted without its fold."""
    rows = found.rows(keys, settings)
    y, folds = np.array(gold), folds_of(keys, gold)
    unseen = np.zeros(len(y))
    for fold in range(FOLDS):
        test = folds == fold
        if test.any() and 0 < y[~test].sum() < (~test).sum():
            model = _estimator(settings, seed).fit(rows[~test], y[~test])
            unseen[test] = model.decision_function(rows[test])
    return unseen


def folds_of(keys: Sequence[str], gold: Sequence[int]) -> Array:
    """Return a fold for each article by the hash of its key; tagged and untagged ones are spread alike."""
    folds = np.zeros(len(keys), dtype=int)
    for label in (0, 1):
        members = sorted((hashlib.sha256(keys[i].encode()).digest(), i) for i, y in enumerate(gold) if y == label)
        for place, (_, i) in enumerate(members):
            folds[i] = place % FOLDS
    return folds


def ranked(gold: Array, scores: Array) -> dict[str, float]:
    """Return AUROC and average precision."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    return {
        "auroc": float(roc_auc_score(gold, scores)),
        "average_precision": float(average_precision_score(gold, scores)),
    }


def pairs_right(pairs: Iterable[tuple[str, str]], keys: Sequence[str], scores: Array) -> float:
    """Return how often a tagged article scores above the untagged one most like it; a tie is half right."""
    at = {key: i for i, key in enumerate(keys)}
    values = scores.tolist()
    both = [(values[at[one]], values[at[other]]) for one, other in pairs if one in at and other in at]
    right = [0.5 * ((one > other) + (one >= other)) for one, other in both]
    return float(np.mean(right)) if right else 0.0


def artifacts(space: Space, learnt: Mapping[str, Learnt], signals: Sequence[str], told: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the files of the model folder by name."""
    width = len(space.terms) * len(CHANNELS)
    weights = np.array([row.weights for row in learnt.values()], dtype=np.float32)
    settings = {
        "issues": {
            issue: {
                "row": at,
                "bias": round(row.bias, 5),
                "slope": round(row.slope, 5),
                "offset": round(row.offset, 5),
                "positives": int(row.figures["positives"]),
                "auroc": round(row.figures["auroc"], 4),
                **told,
            }
            for at, (issue, row) in enumerate(learnt.items())
        },
        "figures": list(space.scale.names),
        "knots": [[[round(x, 6), round(z, 4)] for x, z in row] for row in space.knots],
        "signals": list(signals),
    }
    arrays = {
        "terms": np.array(space.terms, dtype=np.str_),
        "idf": space.idf.astype(np.float32),
        "words": weights[:, :width],
        "figures": weights[:, width:],
    }
    return {"banners.json": settings, "banners.npz": arrays}


def _estimator(settings: Mapping[str, Any], seed: int) -> Any:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=settings["C"], class_weight="balanced", max_iter=400, random_state=seed)


def _columns(row: tuple[Array, Array], at: Mapping[int, int]) -> tuple[Array, Array]:
    """Return the columns and counts of the words that count, in order of columns."""
    numbers, times = row
    kept = sorted((at[int(n)], float(t)) for n, t in zip(numbers, times, strict=True) if int(n) in at)
    return np.array([c for c, _ in kept], dtype=np.int64), np.array([t for _, t in kept])


def _idf(columns: Sequence[Array], width: int) -> Array:
    """Return the smoothed inverse document frequency of each column."""
    frequency = np.zeros(width)
    for row in columns:
        frequency[row] += 1
    return np.round(np.log((1 + len(columns)) / (1 + frequency)) + 1, 5)


def _knots(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return (value, normal score of its rank) at evenly spaced ranks; equal values share their mean score."""
    normal = NormalDist()
    ordered = np.sort(np.array(values))
    scores: dict[float, list[float]] = {}
    for at in range(_KNOTS):
        rank = at / (_KNOTS - 1)
        value = float(np.quantile(ordered, rank, method="nearest"))
        score = normal.inv_cdf(min(0.9999, max(0.0001, rank)))
        scores.setdefault(round(value, 6), []).append(min(_WIDEST, max(-_WIDEST, score)))
    return [(value, round(sum(found) / len(found), 4)) for value, found in sorted(scores.items())]


def _matrix(articles: Articles, rows: Sequence[Sequence[tuple[Array, Array]]], space: Space) -> Matrix:
    """Return the features: tf-idf, each channel of length 1, then the figures."""
    from scipy import sparse

    blocks = []
    for channel in range(len(CHANNELS)):
        indptr = np.cumsum([0, *(len(row[channel][0]) for row in rows)])
        columns = np.concatenate([row[channel][0] for row in rows])
        values = np.concatenate([_tfidf(row[channel], space.idf[channel]) for row in rows])
        blocks.append(sparse.csr_matrix((values, columns, indptr), shape=(len(rows), len(space.terms))))
    built = np.array([space.scale(figures) for figures in articles.figures])
    return sparse.hstack([*blocks, sparse.csr_matrix(built)]).tocsr()


def _tfidf(row: tuple[Array, Array], idf: Array) -> Array:
    columns, times = row
    values = (1 + np.log(times)) * idf[columns] if len(columns) else times
    return values / max(1e-9, float(np.sqrt(values @ values)))


def _balanced_curve(probabilities: Array, gold: Array) -> list[dict[str, float]]:
    """Return the calibration curve as if both classes were equally many: the rarer one counts as often as it must."""
    times = max(1, round(float((gold == 0).sum()) / max(1, int(gold.sum()))))
    repeated = np.concatenate([probabilities, *[probabilities[gold == 1]] * (times - 1)])
    right = np.concatenate([gold, np.ones(int(gold.sum()) * (times - 1), dtype=int)])
    return calibration_bins(repeated.tolist(), [bool(y) for y in right])
