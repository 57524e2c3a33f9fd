"""Pairs of names as hashed features: the words and the parse around a source and a target, all pairs at once.

A feature is first a number blended from the hashes of what makes it; all are hashed together at the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from analyzer.annotate.stance.linear import CLEAR, positions
from analyzer.annotate.stance.masked import NAME, SUBJECT, MaskedWords
from analyzer.annotate.tokens import Flags, Ids, Ints, id_of
from analyzer.linear import bucket, mix

LABELS = ("critique", "endorsement", "neutral")  # of a direction
BITS = 22
AROUND = 60  # tokens before the first and after the last of the two names that are read
APART = 160  # names that stand further from one another than this are not judged
DEPTH = 10  # steps up the parse that are followed
SOURCE, TARGET, _NEG = id_of("<source>"), id_of("<target>"), id_of("neg")
_SUBJECTS = np.array([id_of("nsubj"), id_of("nsubjpass")])
WORD, PAIR, ZONE, GAP, BETWEEN, NEGATED, SIBLING, CHILD, TOP, RISE, FALL, PASSED, PATH, UNDER, PRAISE, ROLE, STRETCH = (
    range(0, 340, 20)
)
_ODD = tuple(np.uint64(value) for value in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_TEMPLATE = np.uint64(0xD6E8FEB86659FD93)

Direction = tuple[tuple[int, int], tuple[int, int]]  # source and target, each first token and the one after the last
Group = tuple[Ints, Ids]  # numbers of directions and, in parallel, what becomes a hash at the end


def judgeable(directions: Sequence[Direction]) -> Flags:
    """Tell which directions can be judged: names that do not overlap and stand near one another."""
    bounds = np.array(directions, dtype=np.int64).reshape(-1, 4)
    gap = np.maximum(bounds[:, 0], bounds[:, 2]) - np.minimum(bounds[:, 1], bounds[:, 3])
    apart: Flags = (gap >= 0) & (gap <= APART)
    return apart


def directed_features(words: MaskedWords, directions: Sequence[Direction]) -> tuple[Ints, Ints]:
    """Return numbers of directions and their features, each once a direction, ordered by both."""
    names = NamePairs.of(words, directions)
    groups = [*_words(words, names), *_roles(words, names), *_path(words, names), *_stretches(words, names)]
    pair = np.concatenate([group[0] for group in groups]).astype(np.int64)
    feature = bucket(mix(np.concatenate([group[1] for group in groups])), BITS)
    merged = np.unique((pair << BITS) | feature)
    return merged >> BITS, merged & ((1 << BITS) - 1)


def _blend(template: int, *parts: Ids | Ints | Flags) -> Ids:
    """Return one number for several in this order; numbers are made into hashes only once, all together."""
    total = np.array([template], dtype=np.uint64) * _TEMPLATE
    for part, odd in zip(parts, _ODD, strict=False):
        total = total + part.astype(np.uint64) * odd
    return total


def _sign(value: np.ndarray[Any, Any]) -> Ints:
    """Return 0 for blame, 1 for neither, 2 for praise."""
    return (value > CLEAR).astype(np.int64) - (value < -CLEAR) + 1


@dataclass(frozen=True)
class NamePairs:
    """Sources and targets as arrays: bounds of both names, the stretch that is read, and its tokens one after another.

    ``first``, ``last`` and ``root`` have a column for the source and one for the target. ``pair`` and ``token`` run in
    parallel over the tokens of all stretches, from ``low`` to ``high``; ``inside`` marks the names in them, ``word``
    holds the lemmas with both names masked.
    """

    first: Ints
    last: Ints  # the token after the last
    root: Ints  # the token of each name that the others hang on
    low: Ints
    high: Ints
    pair: Ints
    token: Ints
    word: Ids
    inside: Ints  # 0 elsewhere, 1 source, 2 target
    lemma: Ids  # of the whole Doc

    @classmethod
    def of(cls, words: MaskedWords, directions: Sequence[Direction]) -> Self:
        """Return the directions as arrays, each with the sentences that both names stand in."""
        bounds = np.array(directions, dtype=np.int64).reshape(-1, 2, 2)
        first, last = bounds[:, :, 0], bounds[:, :, 1]
        start, end = first.min(axis=1), last.max(axis=1)
        low = np.maximum(words.starts[words.sentence[start]], start - AROUND)
        high = np.minimum(words.ends[words.sentence[end - 1]], end + AROUND)
        pair, token = positions(low, high)
        inside = np.zeros(len(pair), dtype=np.int64)
        for side in (0, 1):
            inside[(token >= first[pair, side]) & (token < last[pair, side])] = side + 1
        lemma = np.where(words.lemma == SUBJECT, NAME, words.lemma)  # elsewhere than at the target: one name of many
        word = np.choose(inside, (lemma[token], SOURCE, TARGET))
        roots = [
            next((i for i in range(a, b) if not a <= words.head[i] < b or words.head[i] == i), b - 1)
            for a, b in bounds.reshape(-1, 2).tolist()
        ]
        root = np.array(roots, dtype=np.int64).reshape(-1, 2)
        return cls(first, last, root, low, high, pair, token, word, inside, lemma)

    @property
    def backward(self) -> Ints:
        """1 where the target stands before the source."""
        return (self.first[:, 1] < self.first[:, 0]).astype(np.int64)

    @cached_property
    def numbers(self) -> Ints:
        """The number of each pair."""
        return np.arange(len(self.root))

    def masked(self, at: Ints, pair: Ints | slice = slice(None)) -> Ids:
        """Return the lemmas of one token a pair, the names masked."""
        word = self.lemma[at]
        for side, mask in enumerate((SOURCE, TARGET)):
            word[(at >= self.first[pair, side]) & (at < self.last[pair, side])] = mask
        return word


def _words(words: MaskedWords, names: NamePairs) -> list[Group]:
    """Return words, neighbouring words, negated ones, and words by their place before, between and after the names."""
    same = (names.pair[1:] == names.pair[:-1]) & (names.word[1:] == names.word[:-1])
    masks = (names.inside > 0) | (names.word == NAME)
    kept = np.flatnonzero(~np.append(False, same & masks[1:]))  # a name of several words is one
    pair, word, token = names.pair[kept], names.word[kept], names.token[kept]
    real = np.flatnonzero(words.word[token])
    near = np.flatnonzero(pair[1:] == pair[:-1])
    begin, end = names.last.min(axis=1), names.first.max(axis=1)
    zone = (token >= begin[pair]).astype(np.int64) + (token >= end[pair]) + 3 * names.backward[pair]
    negated = real[words.negated[token[real]]]
    gap = np.clip((end - begin) // 3, 0, 6) + 10 * names.backward
    short = np.flatnonzero((end - begin >= 0) & (end - begin <= 4))
    chain = names.backward[short].astype(np.uint64)
    for step in range(4):
        at = np.minimum(begin[short] + step, len(words.lemma) - 1)
        chain = np.where(begin[short] + step < end[short], _blend(step, chain, names.lemma[at]), chain)
    return [
        (pair[real], _blend(WORD, word[real])),
        (pair[near], _blend(PAIR, word[near], word[near + 1])),
        (pair[negated], _blend(NEGATED, word[negated])),
        (pair[real], _blend(ZONE, word[real], zone[real])),
        (names.numbers, _blend(GAP, gap)),
        (short, _blend(BETWEEN, chain)),
    ]


def _roles(words: MaskedWords, names: NamePairs) -> list[Group]:
    """Return each name's role, what it hangs on, and what else hangs on that and on the name itself."""
    groups: list[Group] = []
    real = np.flatnonzero(words.word[names.token] & (names.inside == 0))
    pair, word, token = names.pair[real], names.word[real], names.token[real]
    hung, own = words.head[token], words.dep[token]
    for side in (0, 1):
        root = names.root[:, side]
        head, dep = words.head[root], words.dep[root]
        beside = np.flatnonzero(hung == head[pair])
        below = np.flatnonzero(hung == root[pair])
        over = _blend(0, names.masked(words.head[head]), words.dep[head])
        groups += [
            (names.numbers, _blend(ROLE + side, dep)),
            (names.numbers, _blend(ROLE + 2 + side, names.masked(head), dep)),
            (names.numbers, _blend(ROLE + 4 + side, over, dep)),
            (pair[beside], _blend(SIBLING + side, word[beside], own[beside], dep[pair[beside]])),
            (pair[below], _blend(CHILD + side, word[below], own[below])),
        ]
    return groups


def _path(words: MaskedWords, names: NamePairs) -> Iterator[Group]:
    """Yield features of the dependency path from the source up to what both names hang on and down to the target."""
    chains = [_climb(words, names.root[:, side]) for side in (0, 1)]
    meets = (chains[0][:, :, None] == chains[1][:, None, :]).reshape(len(names.root), -1)
    flat = meets.argmax(axis=1)
    met = np.flatnonzero(meets[names.numbers, flat])
    lost = np.setdiff1d(names.numbers, met)
    yield lost, _blend(PATH + 2, lost * 0)
    up, down = (chain[met] for chain in chains)
    steps = flat[met] // DEPTH, flat[met] % DEPTH  # how far up each chain the meeting point is
    rows = np.arange(len(met))
    below = [chain[rows, np.maximum(count - 1, 0)] for chain, count in zip((up, down), steps, strict=True)]
    # What each side is to the meeting point; 1 where the name itself is that point.
    left, right = (np.where(n > 0, words.dep[at], np.uint64(1)) for n, at in zip(steps, below, strict=True))
    top = up[rows, steps[0]]
    value, negated = words.valence[top], np.zeros(len(words.head), dtype=bool)
    negated[words.head[words.dep == _NEG]] = True
    denied, links, passed = negated[top], np.zeros((2, len(met)), dtype=np.uint64), np.zeros(len(met), dtype=np.uint64)
    for side, chain in enumerate((up, down)):
        for step in range(int(np.max(steps[side], initial=0))):
            on = np.flatnonzero(step < steps[side])
            at = chain[on, step]
            links[side, on] = _blend(side, links[side, on], words.dep[at])
            if step == 0:
                continue
            passed[on] = _blend(side, passed[on], words.lemma[at])
            value[on] += words.valence[at]
            denied[on] |= negated[at]
            yield met[on], _blend(PASSED + side, words.lemma[at], left[on])
            if side:
                yield met[on], _blend(PASSED + 2, words.lemma[at], words.dep[at])
    word = names.masked(top, met)
    for ids in (
        _blend(TOP, word, left, right),
        _blend(TOP + 1, left, right),
        _blend(RISE, word, left),
        _blend(FALL, word, right),
        _blend(PATH, *(np.minimum(count, 4) for count in steps)),
        _blend(PATH + 1, _blend(0, links[0], links[1])),
        _blend(PATH + 3, passed, word),
        _blend(NEGATED + 1, denied),
        _blend(PRAISE, _sign(value), left, right),
        _blend(PRAISE + 1, _sign(value), names.backward[met]),
        _blend(PRAISE + 2, _sign(words.valence[top]), left, right),
    ):
        yield met, ids
    yield from _under(words, names, met, below[1], left, right)


def _under(words: MaskedWords, names: NamePairs, met: Ints, part: Ints, left: Ids, right: Ids) -> list[Group]:
    """Return the words under the part of the sentence that holds the target, and whether they praise or blame."""
    wanted = np.full(len(names.root), -1)
    wanted[met] = part
    under, at = np.zeros(len(names.token), dtype=bool), names.token
    for _ in range(DEPTH + 1):
        under |= at == wanted[names.pair]
        at = words.head[at]
    chosen = np.flatnonzero(under & (names.inside == 0))
    does = np.zeros(len(wanted), dtype=bool)
    does[met] = np.isin(left, _SUBJECTS)
    owner = names.pair[chosen]
    total = np.bincount(owner, weights=words.valence[names.token[chosen]], minlength=len(wanted))
    return [
        (owner, _blend(UNDER, names.word[chosen], does[owner])),
        (met, _blend(UNDER + 1, _sign(total[met]), left, right)),
    ]


def _climb(words: MaskedWords, start: Ints) -> Ints:
    """Return each token and what it hangs on, step by step up to ``DEPTH``."""
    chain = [start]
    for _ in range(DEPTH - 1):
        chain.append(words.head[chain[-1]])
    return np.stack(chain, axis=1)


def _stretches(words: MaskedWords, names: NamePairs) -> list[Group]:
    """Return praise and blame before, between and after the names, close to each, at their heads, and in all."""
    running = np.concatenate(([0.0], np.cumsum(words.valence, dtype=np.float64)))
    begin, end = names.last.min(axis=1), np.maximum(names.first.max(axis=1), names.last.min(axis=1))
    stretches = [(names.low, names.first.min(axis=1)), (begin, end), (names.last.max(axis=1), names.high)]
    for first, last in zip(names.first.T, names.last.T, strict=True):
        stretches.append((np.maximum(names.low, first - 4), np.minimum(names.high, last + 4)))
    groups = [
        (names.numbers, _blend(STRETCH + 2 + k, _sign(np.round(running[b] - running[a], 4)), names.backward))
        for k, (a, b) in enumerate(stretches)
    ]
    for side, root in enumerate(names.root.T):
        at_head = _sign(words.valence[words.head[root]])
        groups.append((names.numbers, _blend(STRETCH + 10 + side, at_head, words.dep[root])))
    total = np.clip(np.round(running[names.high] - running[names.low]), -5, 5).astype(np.int64)
    crossing = np.flatnonzero(words.sentence[names.first[:, 0]] != words.sentence[names.first[:, 1]])
    return [*groups, (names.numbers, _blend(STRETCH, total + 5)), (crossing, _blend(STRETCH + 1, crossing * 0))]
