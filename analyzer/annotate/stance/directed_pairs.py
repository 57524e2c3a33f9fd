"""Pairs of names in a sentence as arrays: which stretch is read, its words with both names masked, where the names are.

A feature is first a number blended from the hashes of what makes it; :mod:`.directed_features`
hashes all numbers at once at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from spacy.strings import get_string_id

from analyzer.annotate.stance.features import CLEAR
from analyzer.annotate.stance.tokens import NAME, SUBJECT, Flags, Ids, Ints, Table

AROUND = 60  # tokens before the first and after the last of the two names that are read
APART = 160  # names that stand further from one another than this are not judged
SOURCE, TARGET = (np.uint64(get_string_id(word)) for word in ("<source>", "<target>"))
WORD, PAIR, ZONE, GAP, BETWEEN, NEGATED, SIBLING, CHILD, TOP, RISE, FALL, PASSED, WAY, UNDER, PRAISE, ROLE, STRETCH = (
    range(0, 340, 20)
)

Span = tuple[int, int]  # first token and the token after the last
Direction = tuple[Span, Span]  # source, target
Group = tuple[Ints, Ids]  # pairs' numbers and, in parallel, what becomes a hash at the end

_ODD = tuple(np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_TEMPLATE = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True)
class Pairs:
    """Pairs as arrays: bounds of both names, the stretch that is read, and its tokens one after another.

    ``pair`` and ``token`` run in parallel over the tokens of all stretches; ``source`` and ``target`` mark the names'
    tokens in them, ``word`` holds the lemmas with both names masked.
    """

    first: Ints  # (pairs, 2): first token of source and target
    last: Ints  # the token after the last
    root: Ints  # the token of each name that the others hang on
    low: Ints
    high: Ints
    pair: Ints
    token: Ints
    word: Ids
    inside: Ints  # 0 elsewhere, 1 source, 2 target
    lemma: Ids  # of the whole Doc

    @property
    def backward(self) -> Ints:
        """1 where the target stands before the source."""
        return (self.first[:, 1] < self.first[:, 0]).astype(np.int64)

    def masked(self, at: Ints, pair: Ints | None = None) -> Ids:
        """Return the lemmas of one token a pair, the names masked."""
        first, last = (self.first, self.last) if pair is None else (self.first[pair], self.last[pair])
        word = self.lemma[at]
        for side, mask in enumerate((SOURCE, TARGET)):
            word[(at >= first[:, side]) & (at < last[:, side])] = mask
        return word


def judgeable(directions: Sequence[Direction]) -> Flags:
    """Tell which directions can be judged: names that do not overlap and stand near one another."""
    bounds = np.array(directions, dtype=np.int64).reshape(-1, 4)
    gap = np.maximum(bounds[:, 0], bounds[:, 2]) - np.minimum(bounds[:, 1], bounds[:, 3])
    apart: Flags = (gap >= 0) & (gap <= APART)
    return apart


def pairs_of(tokens: Table, directions: Sequence[Direction]) -> Pairs:
    """Return the directions as arrays, each with the sentences that both names stand in."""
    bounds = np.array(directions, dtype=np.int64).reshape(-1, 2, 2)
    first, last = bounds[:, :, 0], bounds[:, :, 1]
    start, end = first.min(axis=1), last.max(axis=1)
    low = np.maximum(tokens.starts[tokens.sentence[start]], start - AROUND)
    high = np.minimum(tokens.ends[tokens.sentence[end - 1]], end + AROUND)
    pair = np.repeat(np.arange(len(bounds)), high - low)
    token = np.arange(len(pair)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[pair]
    inside = np.zeros(len(pair), dtype=np.int64)
    for side in (0, 1):
        inside[(token >= first[pair, side]) & (token < last[pair, side])] = side + 1
    lemma = np.where(tokens.lemma == SUBJECT, NAME, tokens.lemma)  # elsewhere than at the target: one name of many
    word = lemma[token]
    word[inside == 1], word[inside == 2] = SOURCE, TARGET
    return Pairs(first, last, _roots(tokens, bounds), low, high, pair, token, word, inside, lemma)


def _roots(tokens: Table, bounds: Ints) -> Ints:
    """Return the token of each name whose head lies outside it."""
    roots = [
        next((i for i in range(a, b) if not a <= tokens.head[i] < b or tokens.head[i] == i), b - 1)
        for a, b in bounds.reshape(-1, 2).tolist()
    ]
    return np.array(roots, dtype=np.int64).reshape(-1, 2)


def blend(template: int, *parts: Ids | Ints | Flags) -> Ids:
    """Return one number for several in this order; numbers are made into hashes only once, all together."""
    total = np.array([template], dtype=np.uint64) * _TEMPLATE
    for part, odd in zip(parts, _ODD, strict=False):
        total = total + part.astype(np.uint64) * odd
    return total


def sign(value: np.ndarray[Any, Any]) -> Ints:
    """Return 0 for blame, 1 for neither, 2 for praise."""
    return (value > CLEAR).astype(np.int64) - (value < -CLEAR) + 1
