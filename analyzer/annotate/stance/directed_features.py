"""What the directed stance model reads of a sentence that names a source and a target: who does what to whom.

All pairs of a document are read at once, as in :mod:`.features`: words with both names masked,
where they stand, the roles of both names and of what hangs beside them, the way from one to the other over the parse,
and praise and blame along it. Features are numbers below ``2**BITS``, a row of them for each pair.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.annotate.stance.dependency_path import ways
from analyzer.annotate.stance.directed_pairs import (
    BETWEEN,
    CHILD,
    GAP,
    NEGATED,
    PAIR,
    ROLE,
    SIBLING,
    STRETCH,
    WORD,
    ZONE,
    Direction,
    Group,
    Pairs,
    blend,
    pairs_of,
    sign,
)
from analyzer.annotate.stance.features import mix
from analyzer.annotate.stance.tokens import NAME, Ints, Table

BITS = 22


def directed_features(tokens: Table, directions: Sequence[Direction]) -> tuple[Ints, Ints]:
    """Return pairs' numbers and their features, each once a pair, ordered by both."""
    pairs = pairs_of(tokens, directions)
    groups = [*_words(tokens, pairs), *_roles(tokens, pairs), *ways(tokens, pairs), *_stretches(tokens, pairs)]
    pair = np.concatenate([group[0] for group in groups]).astype(np.int64)
    ids = np.concatenate([group[1] for group in groups])
    feature = (mix(ids) & np.uint64((1 << BITS) - 1)).astype(np.int64)
    merged = np.unique((pair << BITS) | feature)
    return merged >> BITS, merged & ((1 << BITS) - 1)


def _words(tokens: Table, pairs: Pairs) -> list[Group]:
    """Return words, neighbouring words, negated ones, and words by their place before, between and after the names."""
    same = (pairs.pair[1:] == pairs.pair[:-1]) & (pairs.word[1:] == pairs.word[:-1])
    masks = (pairs.inside > 0) | (pairs.word == NAME)
    kept = np.flatnonzero(~np.append(False, same & masks[1:]))  # a name of several words is one
    pair, word, token = pairs.pair[kept], pairs.word[kept], pairs.token[kept]
    real = np.flatnonzero(tokens.word[token])
    near = np.flatnonzero(pair[1:] == pair[:-1])
    begin, end = pairs.last.min(axis=1), pairs.first.max(axis=1)
    zone = (token >= begin[pair]).astype(np.int64) + (token >= end[pair]) + 3 * pairs.backward[pair]
    negated = real[tokens.negated[token[real]]]
    gap = np.clip((end - begin) // 3, 0, 6) + 10 * pairs.backward
    short = np.flatnonzero((end - begin >= 0) & (end - begin <= 4))
    chain = pairs.backward[short].astype(np.uint64)
    for step in range(4):
        at = np.minimum(begin[short] + step, len(tokens.lemma) - 1)
        chain = np.where(begin[short] + step < end[short], blend(step, chain, pairs.lemma[at]), chain)
    return [
        (pair[real], blend(WORD, word[real])),
        (pair[near], blend(PAIR, word[near], word[near + 1])),
        (pair[negated], blend(NEGATED, word[negated])),
        (pair[real], blend(ZONE, word[real], zone[real])),
        (np.arange(len(gap)), blend(GAP, gap)),
        (short, blend(BETWEEN, chain)),
    ]


def _roles(tokens: Table, pairs: Pairs) -> list[Group]:
    """Return each name's role, what it hangs on, and what else hangs on that and on the name itself."""
    groups: list[Group] = []
    everyone = np.arange(len(pairs.root))
    real = np.flatnonzero(tokens.word[pairs.token] & (pairs.inside == 0))
    pair, word, token = pairs.pair[real], pairs.word[real], pairs.token[real]
    hung, own = tokens.head[token], tokens.dep[token]
    for side in (0, 1):
        root = pairs.root[:, side]
        head = tokens.head[root]
        dep = tokens.dep[root]
        beside = np.flatnonzero(hung == head[pair])
        below = np.flatnonzero(hung == root[pair])
        over = blend(0, pairs.masked(tokens.head[head]), tokens.dep[head])
        groups += [
            (everyone, blend(ROLE + side, dep)),
            (everyone, blend(ROLE + 2 + side, pairs.masked(head), dep)),
            (everyone, blend(ROLE + 4 + side, over, dep)),
            (pair[beside], blend(SIBLING + side, word[beside], own[beside], dep[pair[beside]])),
            (pair[below], blend(CHILD + side, word[below], own[below])),
        ]
    return groups


def _stretches(tokens: Table, pairs: Pairs) -> list[Group]:
    """Return praise and blame before, between and after the names, close to each, at their heads, and in all."""
    rows = np.arange(len(pairs.root))
    running = np.concatenate(([0.0], np.cumsum(tokens.valence, dtype=np.float64)))
    begin, end = pairs.last.min(axis=1), np.maximum(pairs.first.max(axis=1), pairs.last.min(axis=1))
    stretches = [(pairs.low, pairs.first.min(axis=1)), (begin, end), (pairs.last.max(axis=1), pairs.high)]
    for side in (0, 1):
        start, stop = np.maximum(pairs.low, pairs.first[:, side] - 4), np.minimum(pairs.high, pairs.last[:, side] + 4)
        stretches.append((start, stop))
    sums = np.array([np.round(running[stop] - running[start], 4) for start, stop in stretches])
    total = np.clip(np.round(running[pairs.high] - running[pairs.low]), -5, 5).astype(np.int64)
    groups = [(rows, blend(STRETCH + 2 + k, sign(value), pairs.backward)) for k, value in enumerate(sums)]
    for side in (0, 1):
        root = pairs.root[:, side]
        at_head = sign(tokens.valence[tokens.head[root]])
        groups.append((rows, blend(STRETCH + 10 + side, at_head, tokens.dep[root])))
    crossing = np.flatnonzero(tokens.sentence[pairs.first[:, 0]] != tokens.sentence[pairs.first[:, 1]])
    return [*groups, (rows, blend(STRETCH, total + 5)), (crossing, blend(STRETCH + 1, crossing * 0))]
