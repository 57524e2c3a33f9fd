"""Features of tagged and untagged articles as a trainer needs them: tf-idf by channel, scaled figures, likeness.

Memory: an article is kept as the numbers of its words and figures, some 60 kB; words are numbered as they are met, at
most four million of them and pairs of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.tagged.build import Prose
from analyzer.issues.signals.tagged.model import Scale, figures_of, tfidf
from analyzer.issues.signals.tagged.words import CHANNELS, NEEDS, Reading, claims, words
from analyzer.train.banners.need import Needs, Sentences

FIGURES = "figures"
_MOST_WORDS = 1 << 22
_KNOTS = 33
_WIDEST = 2.5
_MEASURED = 2000  # rows that tell how far apart articles are in a block
Array = np.ndarray[Any, Any]
Matrix = Any  # a scipy sparse matrix
Settings = Mapping[str, Any]


@dataclass
class Articles:
    """Articles as they are read: words by channel as numbers with counts, and the figures of their build."""

    channels: tuple[str, ...] = tuple(CHANNELS)
    signals: tuple[str, ...] = ()
    keys: list[str] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    counts: dict[str, list[tuple[Array, Array]]] = field(default_factory=dict)
    frequency: dict[str, Counter[int]] = field(default_factory=dict)
    sentences: Sentences = field(default_factory=Sentences)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, view: ArticleView) -> None:
        """Add an article."""
        prose = Prose(view.article)
        read = Reading(prose)
        met = words(read, self.channels)
        self.sentences.add(claims(read))
        self.keys.append(key)
        self.figures.append(figures_of(prose, met, view, self.signals))
        for channel in self.channels:
            row = self._numbered(met[channel])
            self.counts.setdefault(channel, []).append(row)
            self.frequency.setdefault(channel, Counter()).update(row[0].tolist())

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

    def common(self) -> dict[str, list[tuple[str, int]]]:
        """Return for each channel the words that enough articles use in it, in alphabetic order, with their numbers."""
        found = {}
        for channel in self.channels:
            least, times = max(3, CHANNELS[channel].share * len(self.keys)), self.frequency[channel]
            found[channel] = sorted((word, n) for word, n in self._numbers.items() if times[n] >= least)
        return found


class Space(NamedTuple):
    """The columns that models weigh: terms with idf by channel, and the scale of the figures."""

    terms: Mapping[str, tuple[str, ...]]
    idf: Mapping[str, Array]
    scale: Scale
    knots: list[list[tuple[float, float]]]
    needs: Needs

    def columns(self, settings: Settings) -> Array:
        """Return the figures that an issue looks at: those of need only where its settings say so."""
        needs = frozenset(NEEDS)
        kept = [at for at, name in enumerate(self.scale.names) if settings.get("need") or name not in needs]
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
    space: Space

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
            rows = self.figures[at][:, self.space.columns(settings)]
            linear = rows @ rows.T / rows.shape[1]
            return np.asarray(2 * linear + linear**2 if settings["products"] else 2 * linear)
        chosen = self.rows[block][at]
        return np.asarray((chosen @ chosen.T).toarray())

    def weights(self, keys: Sequence[str], dual: Array, settings: Settings) -> Weights:
        """Return the weights of the columns from those of the articles."""
        at, sizes = self.places(keys), self.sizes(settings)
        words = {name: size * (self.rows[name][at].T @ dual) for name, size in sizes.items() if name != FIGURES}
        columns, size = self.space.columns(settings), sizes.get(FIGURES, 0.0)
        rows, each, width = self.figures[at][:, columns], len(columns), len(self.space.scale.names)
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
        idf[channel] = _idf([found[i][0] for i in base], len(at))
        rows[channel] = _matrix(found, idf[channel])
    needs, unmet = articles.sentences.learn(articles.keys, base.tolist())
    built = [figures | more for figures, more in zip(articles.figures, unmet, strict=True)]
    names = sorted(built[0]) if built else []
    knots = [_knots([built[i][name] for i in base]) for name in names]
    scale = Scale(names, knots)
    figures = np.array([scale(row) for row in built])
    at_key = {key: i for i, key in enumerate(articles.keys)}
    return Examples(rows, figures, at_key, base, Space(terms, idf, scale, knots, needs))


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


def _matrix(found: Sequence[tuple[Array, Array]], idf: Array) -> Matrix:
    """Return tf-idf rows of length 1."""
    from scipy import sparse

    indptr = np.cumsum([0, *(len(columns) for columns, _ in found)])
    columns = np.concatenate([columns for columns, _ in found])
    values = np.concatenate([tfidf(times, idf[columns]) for columns, times in found])
    return sparse.csr_matrix((values, columns, indptr), shape=(len(found), len(idf)))
