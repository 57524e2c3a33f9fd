"""What the fast stance model reads of a stretch of text: words, pairs, negation, who does what, praise and blame.

Features are numbers below ``2**BITS`` (feature hashing, Weinberger et al. 2009), each with the tokens it came from, so
that a decision can be traced back to words. One function serves training and prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.annotate.stance.tokens import Flags, Ids, Ints, Reals, Table, ids_of

BITS = 20
(LEMMA, WORD, PAIR, NEGATED, AFTER_CONTRAST, SUBJECT_OF, BESIDE, VALENCE, VALENCE_ROLE, NEAR_SUBJECT, TOTAL, JUDGED) = (
    range(1, 13)
)
LEVELS = (-4.0, -2.0, -1.0, 1.0, 2.0, 4.0)  # sums of valence whose passing is a feature of its own
CLEAR = 0.4  # a valence that counts as praise or blame

# Verbs whose complement is a judgement: "described as poor", "considered a classic".
JUDGING = ids_of(
    "describe call consider regard rate deem judge label brand view see rank perceive characterise characterize find "
    "hail name dub term declare remember know think"
)

Spans = Sequence[tuple[int, int]]  # first token and the token after the last
Group = tuple[Ids, Ints, Ints, int]  # hashes, first and last tokens, template


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
    found = _gathered(_occurrences(tokens))
    unit = tokens.sentence[found.first]
    return _once(unit, found, _totals(tokens, tokens.starts, tokens.ends))


def span_features(tokens: Table, spans: Spans) -> Features:
    """Return the features of stretches of tokens; ``unit`` is the stretch's number. Stretches may overlap."""
    found = _gathered(_occurrences(tokens))
    found = found[np.argsort(found.first, kind="stable")]
    nothing = np.zeros(0, dtype=np.int64)
    parts, units = [nothing], [nothing]
    for unit, (start, end) in enumerate(spans):
        low, high = np.searchsorted(found.first, (start, end))
        inside = np.arange(low, high)
        early = (found.template[low:high] == AFTER_CONTRAST) & (found.first[low:high] < _split(tokens, start, end))
        inside = inside[(found.last[low:high] < end) & ~early]
        parts.append(inside)
        units.append(np.full(len(inside), unit))
    bounds = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return _once(np.concatenate(units), found[np.concatenate(parts)], _totals(tokens, bounds[:, 0], bounds[:, 1]))


def _occurrences(tokens: Table) -> list[Group]:
    """Return every occurrence of every feature that tokens give by themselves."""
    return [
        _single(tokens.lemma, LEMMA, tokens.word),
        _single(tokens.lower, WORD, tokens.word),
        _pairs(tokens),
        _single(tokens.lemma, NEGATED, tokens.word & tokens.negated),
        _single(tokens.lemma, AFTER_CONTRAST, tokens.word & tokens.after_contrast),
        *_roles(tokens),
        *_valences(tokens),
    ]


def _single(ids: Ids, template: int, wanted: Flags) -> Group:
    """Return one feature a wanted token."""
    kept = np.flatnonzero(wanted)
    return mix(ids[kept] + np.uint64(template)), kept, kept, template


def _pairs(tokens: Table) -> Group:
    """Return one feature for each two tokens that follow one another in a sentence."""
    left = np.flatnonzero(tokens.sentence[1:] == tokens.sentence[:-1])
    return join(tokens.lower[left], tokens.lower[left + 1], PAIR), left, left + 1, PAIR


def _roles(tokens: Table) -> list[Group]:
    """Return what the subject is the subject or object of, and the other words that hang on the same head.

    "Norvia condemned Estmark": about Norvia the one who condemns, about Estmark the one condemned.
    """
    head = tokens.head
    named = np.flatnonzero(tokens.speaks)
    top = named[~tokens.speaks[head[named]] | (head[named] == named)]
    over = head[top]
    role = np.zeros(len(head), dtype=np.uint64)
    role[over[::-1]] = tokens.dep[top[::-1]]  # of several, the first
    beside = np.flatnonzero((role[head] > 0) & tokens.word & ~tokens.speaks)
    ids = join(join(tokens.lemma[beside], role[head[beside]], BESIDE), tokens.dep[beside], BESIDE)
    return [
        (
            join(tokens.lemma[over], tokens.dep[top], SUBJECT_OF),
            np.minimum(top, over),
            np.maximum(top, over),
            SUBJECT_OF,
        ),
        (ids, beside, beside, BESIDE),
    ]


def _valences(tokens: Table) -> list[Group]:
    """Return words of praise and blame by strength, by their place in the sentence, and whether near the subject."""
    at = np.flatnonzero(tokens.valence)
    strength = np.clip(np.round(tokens.valence[at]), -3, 3).astype(np.int64) + 10 + 100 * tokens.negated[at]
    sign = (np.sign(tokens.valence[at]).astype(np.int64) + 2).astype(np.uint64)
    heads = np.zeros(len(tokens.head), dtype=bool)
    heads[tokens.head[tokens.speaks]] = True
    near = heads[at] | heads[tokens.head[at]]
    over = tokens.head[at]
    judging = np.isin(tokens.lemma, JUDGING)
    judged = judging[over] | judging[tokens.head[over]]
    return [
        (mix(strength.astype(np.uint64) + np.uint64(VALENCE << 10)), at, at, VALENCE),
        (join(sign, tokens.dep[at], VALENCE_ROLE), at, at, VALENCE_ROLE),
        (mix(sign[near] + np.uint64(NEAR_SUBJECT << 10)), at[near], at[near], NEAR_SUBJECT),
        (mix(sign[judged] + np.uint64(JUDGED << 10)), at[judged], at[judged], JUDGED),
    ]


def _totals(tokens: Table, starts: Ints, ends: Ints) -> Features:
    """Return features of whole units: how much praise and blame, their sum, and how both lie around a contrast."""
    units = np.arange(len(starts))
    praise = _sums(tokens.valence > CLEAR, starts, ends).astype(np.int64).clip(0, 3)
    blame = _sums(tokens.valence < -CLEAR, starts, ends).astype(np.int64).clip(0, 3)
    total = _sums(tokens.valence, starts, ends)
    split = np.array(
        [_split(tokens, a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)], dtype=np.int64
    )
    before = np.sign(_sums(tokens.valence, starts, split)).astype(np.int64)
    after = np.sign(_sums(tokens.valence, split, ends)).astype(np.int64)
    whole = np.clip(np.round(total), -6, 6).astype(np.int64)
    values = [praise, 10 + blame, 20 + praise * 4 + blame, 50 + whole, 70 + 3 * (after + 1) + before + 1]
    unit = [units] * len(values)
    for number, level in enumerate(LEVELS):
        passed = units[total <= level] if level < 0 else units[total >= level]
        unit.append(passed)
        values.append(np.full(len(passed), 90 + number))
    owner = np.concatenate(unit)
    ids = mix(np.concatenate(values).astype(np.uint64) + np.uint64(TOTAL << 10))
    return Features(owner, _hashed(ids), starts[owner], ends[owner] - 1, np.full(len(owner), TOTAL))


def _split(tokens: Table, start: int, end: int) -> int:
    """Return where the first contrast within a stretch stands, or the stretch's end."""
    found = np.searchsorted(tokens.contrasts, start)
    return int(min(end, tokens.contrasts[found])) if found < len(tokens.contrasts) else end


def _sums(values: Reals | Flags, starts: Ints, ends: Ints) -> Reals:
    """Return the sums of values over stretches of tokens."""
    running = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    sums: Reals = np.round(running[ends] - running[starts], 4)
    return sums


def _gathered(groups: list[Group]) -> Features:
    """Return the groups in one; ``unit`` is not set."""
    ids, first, last = (np.concatenate([group[i] for group in groups]) for i in range(3))
    template = np.repeat([group[3] for group in groups], [len(group[0]) for group in groups])
    return Features(np.zeros(len(first), dtype=np.int64), _hashed(ids), first, last, template)


def _once(unit: Ints, found: Features, totals: Features) -> Features:
    """Return each feature's first occurrence in each unit, ordered by unit and feature."""
    merged = Features(
        np.concatenate([unit, totals.unit]),
        np.concatenate([found.feature, totals.feature]),
        np.concatenate([found.first, totals.first]),
        np.concatenate([found.last, totals.last]),
        np.concatenate([found.template, totals.template]),
    )
    _, kept = np.unique((merged.unit << BITS) | merged.feature, return_index=True)
    return merged[kept]


def _hashed(ids: Ids) -> Ints:
    """Return hashes as feature numbers."""
    return (ids & np.uint64((1 << BITS) - 1)).astype(np.int64)


def mix(ids: Ids) -> Ids:
    """Return well-spread hashes of 64-bit numbers (the finaliser of MurmurHash3, public domain)."""
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return ids ^ (ids >> np.uint64(33))


def join(left: Ids, right: Ids, template: int) -> Ids:
    """Return one hash for two in this order."""
    return mix(left * np.uint64(0x9E3779B97F4A7C15) + mix(right + np.uint64(template)))
