"""How the need for a source is learnt: from the markers of the articles at hand, without any tag.

An article's own figures come from a model that was fitted without it: articles are split in five, by their keys.
Memory: a sentence is kept as the numbers of its features, some 100 bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues.signals.tagged.words import Claim, unmet

FOLDS = 5
# Sentences that teach, at most: more cost time and bring nothing.
_MOST = 200_000
_LEAST_SENTENCES = 20
_MOST_FEATURES = 1 << 20
Array = np.ndarray[Any, Any]
Matrix = Any  # a scipy sparse matrix


class Needs(NamedTuple):
    """The weights of the model, as :class:`analyzer.issues.signals.tagged.words.Need` takes them."""

    terms: tuple[str, ...]
    idf: Array
    weights: Array
    bias: float


class _Article(NamedTuple):
    """An article's sentences: the numbers of their features in a row, and where each sentence begins."""

    numbers: Array
    starts: Array
    claims: tuple[Claim, ...]


@dataclass
class Sentences:
    """Sentences of articles, as they are read."""

    articles: list[_Article] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, found: Sequence[Claim]) -> None:
        """Add an article's sentences."""
        numbers: list[int] = []
        starts = [0]
        for claim in found:
            for feature in claim.features:
                number = self._numbers.get(feature)
                if number is None and len(self._numbers) < _MOST_FEATURES:
                    number = self._numbers[feature] = len(self._numbers)
                if number is not None:
                    numbers.append(number)
            starts.append(len(numbers))
        bare = tuple(claim._replace(features=()) for claim in found)
        self.articles.append(_Article(np.array(numbers, dtype=np.int32), np.array(starts, dtype=np.int32), bare))

    def learn(self, keys: Sequence[str], base: Sequence[int]) -> tuple[Needs, list[dict[str, float]]]:
        """Return the model, learnt from the articles at ``base``, and the figures of every article."""
        folds = np.array([int(hashlib.sha256(f"need {key}".encode()).hexdigest(), 16) % FOLDS for key in keys])
        learning = self._learning(keys, base)
        owner = np.repeat(np.arange(len(keys)), [len(article.claims) for article in self.articles])
        marked = np.array([claim.marked for article in self.articles for claim in article.claims], dtype=int)
        teaches = np.isin(owner, learning)
        rows = self._counts()
        kept = np.flatnonzero(np.asarray(rows[teaches].sum(axis=0)).ravel() >= _LEAST_SENTENCES)
        names = list(self._numbers)
        kept = np.array(sorted(kept.tolist(), key=lambda at: names[at]), dtype=np.int64)
        rows, idf = _weighed(rows[:, kept], teaches)
        weights, bias = _fitted(rows[teaches], marked[teaches])
        odds = rows @ weights + bias
        for fold in range(FOLDS):
            out = teaches & (folds[owner] == fold)
            without = teaches & ~out
            if out.any() and without.any():
                own, own_bias = _fitted(rows[without], marked[without])
                odds[out] = rows[out] @ own + own_bias
        needs = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        ends = np.cumsum([len(article.claims) for article in self.articles])[:-1]
        each = np.split(needs, ends)
        figures = [unmet(article.claims, row.tolist()) for article, row in zip(self.articles, each, strict=True)]
        return Needs(tuple(names[at] for at in kept.tolist()), idf, weights, bias), figures

    def _learning(self, keys: Sequence[str], base: Sequence[int]) -> list[int]:
        """Return the articles that teach: those of the smallest hashes, up to so many sentences."""
        chosen: list[int] = []
        count = 0
        for at in sorted(base, key=lambda at: hashlib.sha256(keys[at].encode()).digest()):
            count += len(self.articles[at].claims)
            if count > _MOST and chosen:
                break
            chosen.append(at)
        return chosen

    def _counts(self) -> Matrix:
        """Return which sentence has which features."""
        from scipy import sparse

        sizes = [np.diff(article.starts) for article in self.articles]
        indptr = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]) if sizes else np.zeros(1)
        columns = np.concatenate([article.numbers for article in self.articles])
        shape = (len(indptr) - 1, max(1, len(self._numbers)))
        return sparse.csr_matrix((np.ones(len(columns)), columns, indptr), shape=shape)


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
