"""Features of tagged and untagged articles as a trainer needs them: tf-idf by channel, scaled figures, likeness.

The need for sources is learnt here as well, from the markers of the articles at hand, without any tag; an article's own
figures of it come from a model that was fitted without it: articles are split in five, by their keys.

Memory: an article is kept as the numbers of its words and figures, some 60 kB, and 200 bytes a sentence; words are
numbered as they are met, at most four million of them and pairs of them.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.tagged.build import Prose
from analyzer.issues.signals.tagged.model import Scale, figures_of
from analyzer.issues.signals.tagged.words import CHANNELS, NEEDS, Claim, Reading, claims, unmet, words

FIGURES = "figures"
FOLDS = 5
_MOST_WORDS = 1 << 22
_MOST_FEATURES = 1 << 20
# Sentences that teach the need for sources, at most: more cost time and bring nothing.
_MOST_SENTENCES = 200_000
_LEAST_SENTENCES = 20
_KNOTS = 33
_WIDEST = 2.5
_MEASURED = 2000  # rows that tell how far apart articles are in a block
Array = np.ndarray[Any, Any]
Matrix = Any  # a scipy sparse matrix
Settings = Mapping[str, Any]


class Numbers(dict[str, int]):
    """Names numbered as they are met, up to ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most

    def of(self, names: Iterable[str]) -> list[int | None]:
        """Return the number of each name; None for a new one when there are too many."""
        for name in names:
            if name not in self and len(self) < self.most:
                self[name] = len(self)
        return [self.get(name) for name in names]


@dataclass
class Articles:
    """Articles as they are read: words by channel as numbers with counts, figures of their build, and sentences."""

    channels: tuple[str, ...] = tuple(CHANNELS)
    signals: tuple[str, ...] = ()
    keys: list[str] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    counts: dict[str, list[tuple[Array, Array]]] = field(default_factory=dict)
    frequency: dict[str, Counter[int]] = field(default_factory=dict)
    sentences: Sentences = field(default_factory=lambda: Sentences())
    _numbers: Numbers = field(default_factory=lambda: Numbers(_MOST_WORDS))

    def add(self, key: str, view: ArticleView) -> None:
        """Add an article."""
        prose = Prose(view.article)
        read = Reading(prose)
        met = words(read, self.channels)
        self.sentences.add(claims(read))
        self.keys.append(key)
        self.figures.append(figures_of(prose, met, view, self.signals))
        for channel in self.channels:
            found = zip(self._numbers.of(met[channel]), met[channel].values(), strict=True)
            kept = [(number, count) for number, count in found if number is not None]
            row = np.array([n for n, _ in kept], dtype=np.int32), np.array([c for _, c in kept], dtype=np.float32)
            self.counts.setdefault(channel, []).append(row)
            self.frequency.setdefault(channel, Counter()).update(row[0].tolist())

    def common(self) -> dict[str, list[tuple[str, int]]]:
        """Return for each channel the words that enough articles use in it, in alphabetic order, with their numbers."""
        found = {}
        for channel in self.channels:
            least, times = max(3, CHANNELS[channel].share * len(self.keys)), self.frequency[channel]
            found[channel] = sorted((word, n) for word, n in self._numbers.items() if times[n] >= least)
        return found


class Needs(NamedTuple):
    """The weights of the need for sources, as :class:`analyzer.issues.signals.tagged.words.Need` takes them."""

    terms: tuple[str, ...]
    idf: Array
    weights: Array
    bias: float


@dataclass
class Sentences:
    """Sentences of articles, as they are read: each as its features' numbers, and what it claims."""

    rows: list[Array] = field(default_factory=list)
    claims: list[list[Claim]] = field(default_factory=list)
    _numbers: Numbers = field(default_factory=lambda: Numbers(_MOST_FEATURES))

    def add(self, found: Sequence[Claim]) -> None:
        """Add an article's sentences."""
        for claim in found:
            numbers = [number for number in self._numbers.of(claim.features) if number is not None]
            self.rows.append(np.array(numbers, dtype=np.int32))
        self.claims.append([claim._replace(features=()) for claim in found])

    def learn(self, keys: Sequence[str], base: Sequence[int]) -> tuple[Needs, list[dict[str, float]]]:
        """Return the model, learnt from the articles at ``base``, and the figures of every article."""
        folds = np.array([int(hashlib.sha256(f"need {key}".encode()).hexdigest(), 16) % FOLDS for key in keys])
        owner = np.repeat(np.arange(len(keys)), [len(rows) for rows in self.claims])
        marked = np.array([claim.marked for rows in self.claims for claim in rows], dtype=int)
        teaches = np.isin(owner, self._learning(keys, base))
        rows = sparse_rows(self.rows, [np.ones(len(row)) for row in self.rows], max(1, len(self._numbers)))
        often = np.asarray(rows[teaches].sum(axis=0)).ravel() >= _LEAST_SENTENCES
        terms = sorted((name, at) for name, at in self._numbers.items() if often[at])
        rows, idf = _weighed(rows[:, [at for _, at in terms]], teaches)
        weights, bias = _fitted(rows[teaches], marked[teaches])
        odds = rows @ weights + bias
        for fold in range(FOLDS):
            out = teaches & (folds[owner] == fold)
            without = teaches & ~out
            if out.any() and without.any():
                own, own_bias = _fitted(rows[without], marked[without])
                odds[out] = rows[out] @ own + own_bias
        needs = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        each = np.split(needs, np.cumsum([len(rows) for rows in self.claims])[:-1])
        figures = [unmet(rows, row.tolist()) for rows, row in zip(self.claims, each, strict=True)]
        return Needs(tuple(name for name, _ in terms), idf, weights, bias), figures

    def _learning(self, keys: Sequence[str], base: Sequence[int]) -> list[int]:
        """Return the articles that teach: those of the smallest hashes, up to so many sentences."""
        chosen: list[int] = []
        count = 0
        for at in sorted(base, key=lambda at: hashlib.sha256(keys[at].encode()).digest()):
            count += len(self.claims[at])
            if count > _MOST_SENTENCES and chosen:
                break
            chosen.append(at)
        return chosen


def _weighed(rows: Matrix, teaches: Array) -> tuple[Matrix, Array]:
    """Return tf-idf rows of length 1, and the rarity of each feature among the sentences that teach."""
    from scipy import sparse

    frequency = np.asarray(rows[teaches].sum(axis=0)).ravel()
    idf = np.round(np.log((1 + teaches.sum()) / (1 + frequency)) + 1, 4)
    rows = rows @ sparse.diags(idf)
    sizes = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(1e-9, sizes)) @ rows).tocsr(), idf


def _fitted(rows: Matrix, marked: Array) -> tuple[Array, float]:
    """Return weights and bias; where all or none are marked, or no feature is shared, only how common markers are."""
    if not rows.shape[1] or not 0 < marked.sum() < len(marked):
        share = (marked.sum() + 1) / (len(marked) + 2)
        return np.zeros(rows.shape[1]), float(np.log(share / (1 - share)))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=200).fit(rows, marked)
    return np.round(model.coef_[0], 4), float(np.round(model.intercept_[0], 4))


class Columns(NamedTuple):
    """The columns that models weigh: terms with idf by channel, the scale of the figures, and the need for sources."""

    terms: Mapping[str, tuple[str, ...]]
    idf: Mapping[str, Array]
    scale: Scale
    knots: list[list[tuple[float, float]]]
    needs: Needs

    def figures(self, settings: Settings) -> Array:
        """Return the figures that an issue looks at: those of need only where its settings say so."""
        kept = [at for at, name in enumerate(self.scale.names) if settings.get("need") or name not in NEEDS]
        return np.array(kept, dtype=np.int64)


class Weights(NamedTuple):
    """What a model adds up: for each channel the weights of its words, weights of figures, and of their products."""

    words: Mapping[str, Array]
    figures: Array
    products: Array


class Examples(NamedTuple):
    """Feature rows of articles, and where each stands; ``base`` are those that words and scale come from."""

    rows: Mapping[str, Matrix]
    figures: Array
    at: Mapping[str, int]
    base: Array
    columns: Columns

    def places(self, keys: Sequence[str]) -> list[int]:
        """Return where these articles stand."""
        return [self.at[key] for key in keys]

    def likeness(self, keys: Sequence[str], settings: Settings) -> Array:
        """Return how alike each two articles are: the kernel of a regression on the blocks, each at its weight."""
        at = self.places(keys)
        total = np.zeros((len(at), len(at)))
        for block, size in self.sizes(settings).items():
            total += size * self._inner(block, at, settings)
        return total

    def sizes(self, settings: Settings) -> dict[str, float]:
        """Return what each block counts for an issue, so that its variance over the base articles is its weight."""
        blocks: Mapping[str, float] = settings["blocks"]
        whole, at = sum(blocks.values()), self.base[:_MEASURED].tolist()
        return {block: weight / whole / self._variance(block, at, settings) for block, weight in blocks.items()}

    def _variance(self, block: str, at: Sequence[int], settings: Settings) -> float:
        if block == FIGURES:
            inner = self._inner(block, at, settings)
            return max(1e-9, float(np.trace(inner)) / len(at) - float(inner.mean()))
        rows = self.rows[block][at]
        mean = np.asarray(rows.mean(axis=0)).ravel()
        return max(1e-9, float(rows.multiply(rows).sum()) / len(at) - float(mean @ mean))

    def _inner(self, block: str, at: Sequence[int], settings: Settings) -> Array:
        if block == FIGURES:
            rows = self.figures[at][:, self.columns.figures(settings)]
            linear = rows @ rows.T / rows.shape[1]
            return np.asarray(2 * linear + linear**2 if settings["products"] else 2 * linear)
        chosen = self.rows[block][at]
        return np.asarray((chosen @ chosen.T).toarray())

    def weights(self, keys: Sequence[str], dual: Array, settings: Settings) -> Weights:
        """Return the weights of the columns from those of the articles."""
        at, sizes = self.places(keys), self.sizes(settings)
        words = {name: size * (self.rows[name][at].T @ dual) for name, size in sizes.items() if name != FIGURES}
        columns, size = self.columns.figures(settings), sizes.get(FIGURES, 0.0)
        rows, each, width = self.figures[at][:, columns], len(columns), len(self.columns.scale.names)
        figures, products = np.zeros(width), np.zeros((width, width))
        figures[columns] = size * 2 / each * (rows.T @ dual)
        if settings["products"]:
            products[np.ix_(columns, columns)] = size / each**2 * (rows.T * dual) @ rows
        return Weights(words, figures, products)

    def scores(self, keys: Sequence[str], weights: Weights) -> Array:
        """Return what weights say of these articles, without the bias."""
        at = self.places(keys)
        rows = self.figures[at]
        total = rows @ weights.figures + ((rows @ weights.products) * rows).sum(axis=1)
        return np.asarray(total + sum(self.rows[name][at] @ row for name, row in weights.words.items()))


def examples(articles: Articles, known: Collection[str] | None = None) -> Examples:
    """Return the rows of all articles; words, need and scale come from those in ``known`` only, where that is given."""
    base = np.array([i for i, key in enumerate(articles.keys) if known is None or key in known])
    rows, terms, idf = {}, {}, {}
    for channel, common in articles.common().items():
        at = {number: column for column, (_, number) in enumerate(common)}
        found = [_columns(row, at) for row in articles.counts[channel]]
        terms[channel] = tuple(word for word, _ in common)
        rarity = idf[channel] = _idf([found[i][0] for i in base], len(at))
        values = [tfidf(times, rarity[columns]) for columns, times in found]
        rows[channel] = sparse_rows([columns for columns, _ in found], values, len(at))
    needs, lacking = articles.sentences.learn(articles.keys, base.tolist())
    built = [figures | more for figures, more in zip(articles.figures, lacking, strict=True)]
    names = sorted(built[0]) if built else []
    knots = [_knots([built[i][name] for i in base]) for name in names]
    scale = Scale(names, knots)
    at_key = {key: i for i, key in enumerate(articles.keys)}
    figures = np.array([scale(row) for row in built])
    return Examples(rows, figures, at_key, base, Columns(terms, idf, scale, knots, needs))


def tfidf(times: Array, idf: Array) -> Array:
    """Return the weights of words met so many times, of length 1, as :meth:`analyzer.linear.Vocabulary.tfidf` does."""
    values = (1 + np.log(times)) * idf
    return np.asarray(values / max(1e-9, math.sqrt(float(values @ values))))


def _columns(row: tuple[Array, Array], at: Mapping[int, int]) -> tuple[Array, Array]:
    """Return the columns and counts of the words that count, in order of columns."""
    numbers, times = row
    kept = sorted((at[int(n)], float(t)) for n, t in zip(numbers, times, strict=True) if int(n) in at)
    return np.array([c for c, _ in kept], dtype=np.int64), np.array([t for _, t in kept])


def _idf(columns: Sequence[Array], width: int) -> Array:
    """Return the smoothed inverse document frequency of each column."""
    frequency = np.bincount(np.concatenate(columns), minlength=width)
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


def sparse_rows(columns: Sequence[Array], values: Sequence[Array], width: int) -> Matrix:
    """Return the rows of these columns and values as a sparse matrix."""
    from scipy import sparse

    ends = np.cumsum([0, *map(len, columns)])
    return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(columns), width))
