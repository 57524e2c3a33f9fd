"""The way over the parse from one name to another: what both hang on, the words passed, praise and blame there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from spacy.strings import get_string_id

from analyzer.annotate.stance.directed_pairs import (
    FALL,
    NEGATED,
    PASSED,
    PRAISE,
    RISE,
    TOP,
    UNDER,
    WAY,
    Group,
    Pairs,
    blend,
    sign,
)
from analyzer.annotate.stance.tokens import Flags, Ids, Ints, Reals, Table

DEPTH = 10  # steps up the parse that are followed
SUBJECTS = np.array([get_string_id(role) for role in ("nsubj", "nsubjpass")], dtype=np.uint64)
NEG = np.uint64(get_string_id("neg"))


def ways(tokens: Table, pairs: Pairs) -> list[Group]:
    """Return the way over the parse from the source up to what both names hang on and down to the target."""
    up, down = (_climb(tokens, pairs.root[:, side]) for side in (0, 1))
    meets = (up[:, :, None] == down[:, None, :]).reshape(len(up), -1)
    flat = meets.argmax(axis=1)
    met = np.flatnonzero(meets[np.arange(len(up)), flat])
    lost = np.setdiff1d(np.arange(len(up)), met)
    way = _Way(tokens, pairs, met, (up[met], down[met]), (flat[met] // DEPTH, flat[met] % DEPTH))
    return [*way.groups(), *way.below(), (lost, blend(WAY + 2, lost * 0))]


@dataclass(frozen=True)
class _Way:
    """Where the ways from both names up the parse meet; a row for each pair in which they do."""

    tokens: Table
    pairs: Pairs
    pair: Ints
    chains: tuple[Ints, Ints]  # source and what it hangs on, target and what it hangs on
    steps: tuple[Ints, Ints]  # how far up each chain the meeting point is

    @cached_property
    def roles(self) -> tuple[Ids, Ids]:
        """What each side is to the meeting point; 1 where the name itself is that point."""
        found = []
        for chain, steps in zip(self.chains, self.steps, strict=True):
            last = chain[np.arange(len(chain)), np.maximum(steps - 1, 0)]
            found.append(np.where(steps > 0, self.tokens.dep[last], np.uint64(1)))
        return found[0], found[1]

    @cached_property
    def top(self) -> Ints:
        """The token that both names hang on."""
        return self.chains[0][np.arange(len(self.pair)), self.steps[0]]

    def groups(self) -> list[Group]:
        """Return the meeting point with the roles of both sides, the words on the way, and praise and blame there."""
        tokens, (left, right) = self.tokens, self.roles
        word = self.pairs.masked(self.top, self.pair)
        rises, falls = (np.minimum(steps, 4) for steps in self.steps)
        value, negated, links, words, passed = self._passed()
        backward = self.pairs.backward[self.pair]
        top = sign(tokens.valence[self.top])
        rows = [
            blend(TOP, word, left, right),
            blend(TOP + 1, left, right),
            blend(RISE, word, left),
            blend(FALL, word, right),
            blend(WAY, rises, falls),
            blend(WAY + 1, links),
            blend(WAY + 3, words, word),
            blend(NEGATED + 1, negated),
            blend(PRAISE, sign(value), left, right),
            blend(PRAISE + 1, sign(value), backward),
            blend(PRAISE + 2, top, left, right),
        ]
        return passed + [(self.pair, ids) for ids in rows]

    def _passed(self) -> tuple[Reals, Flags, Ids, Ids, list[Group]]:
        """Return valence, negation, links and words along the way, and features of the words passed."""
        tokens = self.tokens
        count = len(self.pair)
        value, links = tokens.valence[self.top], np.zeros((2, count), dtype=np.uint64)
        words = np.zeros(count, dtype=np.uint64)
        no = np.zeros(len(tokens.head), dtype=bool)
        no[tokens.head[tokens.dep == NEG]] = True
        negated = no[self.top]
        groups: list[Group] = []
        for side, (chain, steps) in enumerate(zip(self.chains, self.steps, strict=True)):
            for step in range(int(np.max(steps, initial=0))):
                on = np.flatnonzero(step < steps)
                at = chain[on, step]
                links[side, on] = blend(side, links[side, on], tokens.dep[at])
                if step == 0:
                    continue
                words[on] = blend(side, words[on], tokens.lemma[at])
                value[on] += tokens.valence[at]
                negated[on] |= no[at]
                groups.append((self.pair[on], blend(PASSED + side, tokens.lemma[at], self.roles[0][on])))
                if side:
                    groups.append((self.pair[on], blend(PASSED + 2, tokens.lemma[at], tokens.dep[at])))
        return value, negated, blend(0, links[0], links[1]), words, groups

    def below(self) -> list[Group]:
        """Return the words under the part of the sentence that holds the target, and whether they praise or blame."""
        pairs, tokens = self.pairs, self.tokens
        part = np.full(len(pairs.root), -1)
        rows = np.arange(len(self.pair))
        part[self.pair] = self.chains[1][rows, np.maximum(self.steps[1] - 1, 0)]
        at, wanted = pairs.token, part[pairs.pair]
        under = at == wanted
        for _ in range(DEPTH):
            at = tokens.head[at]
            under |= at == wanted
        chosen = np.flatnonzero(under & (pairs.inside == 0))
        left, right = self.roles
        does = np.zeros(len(part), dtype=bool)
        does[self.pair] = np.isin(left, SUBJECTS)
        owner = pairs.pair[chosen]
        total = np.bincount(owner, weights=tokens.valence[pairs.token[chosen]], minlength=len(part))
        return [
            (owner, blend(UNDER, pairs.word[chosen], does[owner])),
            (self.pair, blend(UNDER + 1, sign(total[self.pair]), left, right)),
        ]


def _climb(tokens: Table, start: Ints) -> Ints:
    """Return each token and what it hangs on, step by step up to ``DEPTH``."""
    chain = [start]
    for _ in range(DEPTH - 1):
        chain.append(tokens.head[chain[-1]])
    return np.stack(chain, axis=1)
