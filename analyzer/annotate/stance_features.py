"""What the fast stance model reads of a stretch of text: hashed words, word pairs, negated and contrasted words.

Features are numbers below ``2**BITS`` (feature hashing, Weinberger et al. 2009), each with the tokens it came from, so
that a decision can be traced back to words. One function serves training and prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.annotate.stance_tokens import Flags, Ids, Ints, Table

BITS = 20
LEMMA, WORD, PAIR, NEGATED, AFTER_CONTRAST = range(1, 6)

Spans = Sequence[tuple[int, int]]  # first token and the token after the last


@dataclass(frozen=True)
class Features:
    """Parallel arrays: a feature of a unit (a sentence, a clause) and the tokens ``first`` to ``last`` that gave it."""

    unit: Ints
    feature: Ints
    first: Ints
    last: Ints
    template: Ints

    def __getitem__(self, chosen: Ints | slice) -> Features:
        return Features(
            self.unit[chosen], self.feature[chosen], self.first[chosen], self.last[chosen], self.template[chosen]
        )


def sentence_features(tokens: Table) -> Features:
    """Return the features of all sentences, each once a sentence; ``unit`` is the sentence's number."""
    return _once(_occurrences(tokens))


def span_features(tokens: Table, spans: Spans) -> Features:
    """Return the features of stretches of tokens; ``unit`` is the stretch's number. Stretches may overlap."""
    found = _occurrences(tokens)
    order = np.argsort(found.first, kind="stable")
    found = found[order]
    parts, units = [], []
    for unit, (start, end) in enumerate(spans):
        low, high = np.searchsorted(found.first, (start, end))
        inside = np.arange(low, high)[found.last[low:high] < end]
        parts.append(inside)
        units.append(np.full(len(inside), unit))
    chosen = found[np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)]
    unit_of = np.concatenate(units) if units else np.zeros(0, dtype=np.int64)
    return _once(Features(unit_of, chosen.feature, chosen.first, chosen.last, chosen.template))


def _occurrences(tokens: Table) -> Features:
    """Return every occurrence of every feature; ``unit`` is the sentence."""
    at = np.arange(len(tokens.lower))
    groups = [
        _single(tokens.lemma, LEMMA, tokens.word, at),
        _single(tokens.lower, WORD, tokens.word, at),
        _pairs(tokens),
        _single(tokens.lemma, NEGATED, tokens.word & tokens.negated, at),
        _single(tokens.lemma, AFTER_CONTRAST, tokens.word & tokens.after_contrast, at),
    ]
    ids, first, last = (np.concatenate(column) for column in zip(*groups, strict=True))
    template = np.repeat(np.arange(1, 6), [len(group[0]) for group in groups])
    feature = (ids & np.uint64((1 << BITS) - 1)).astype(np.int64)
    return Features(tokens.sentence[first], feature, first, last, template)


def _once(found: Features) -> Features:
    """Return each feature's first occurrence in each unit, ordered by unit and feature."""
    _, kept = np.unique((found.unit << BITS) | found.feature, return_index=True)
    return found[kept]


def _single(ids: Ids, template: int, wanted: Flags, at: Ints) -> tuple[Ids, Ints, Ints]:
    """Return one feature a wanted token."""
    kept = at[wanted]
    return mix(ids[wanted] + np.uint64(template)), kept, kept


def _pairs(tokens: Table) -> tuple[Ids, Ints, Ints]:
    """Return one feature for each two tokens that follow one another in a sentence."""
    left = np.flatnonzero(tokens.sentence[1:] == tokens.sentence[:-1])
    return join(tokens.lower[left], tokens.lower[left + 1], PAIR), left, left + 1


def mix(ids: Ids) -> Ids:
    """Return well-spread hashes of 64-bit numbers (the finaliser of MurmurHash3, public domain)."""
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return ids ^ (ids >> np.uint64(33))


def join(left: Ids, right: Ids, template: int) -> Ids:
    """Return one hash for two in this order."""
    return mix(left * np.uint64(0x9E3779B97F4A7C15) + mix(right + np.uint64(template)))
