"""Which candidates become rows: one for each source of a sentence, one sourceless row at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analyzer.annotate.attribution.candidates import Candidate
from analyzer.annotate.attribution.lexicon import is_vague
from analyzer.annotate.attribution.spans import source_span
from analyzer.annotate.quotes.membership import QuotedTokens

Likely = tuple[Candidate, float]  # with its probability
_PRONOUNS = frozenset({"he", "she", "they", "it", "him", "her", "them"})
# "Leonard wrote ... which he called": the pronoun mostly stands for the source that the sentence has named.
PRONOUN_LIMIT = 0.6


def choose(
    tokens: QuotedTokens,
    candidates: Sequence[Candidate],
    probabilities: Sequence[float],
    thresholds: Mapping[str, float],
) -> list[Likely]:
    """Return the candidates to keep with their probabilities, in text order.

    Where two candidate sources share words, the likelier stays; a cue with a source makes no sourceless row, and one
    that likelier has none names none ("he is said to have left"). Two more thresholds where they are given: "vague",
    for groups that nobody names, and "quoted", for cues inside a quotation, whose words are mostly somebody else's.
    """
    lowest = min(thresholds.values())
    likely = [(candidate, p) for candidate, p in zip(candidates, probabilities, strict=True) if p >= lowest]
    best = _best(tokens, likely, thresholds)
    ranked = sorted(best.values(), key=lambda item: (-item[1], item[0].cue, item[0].source))
    named = _disjoint(tokens, [item for item in ranked if item[0].source >= 0])
    named = _without_repeats(tokens, named, thresholds["named"])
    spoken = {candidate.cue for candidate, _ in named}
    alone = [item for item in ranked if item[0].source < 0 and item[0].cue not in spoken]
    return sorted([*named, *alone], key=lambda item: (tokens.sent[item[0].cue], item[0].cue, item[0].source))


def _best(tokens: QuotedTokens, likely: Iterable[Likely], thresholds: Mapping[str, float]) -> Mapping[object, Likely]:
    """Return the likeliest candidate of each source (-1: none) of each sentence, where it reaches its threshold."""
    best: dict[object, Likely] = {}
    alone = {candidate.cue: p for candidate, p in likely if candidate.source < 0 and p >= thresholds["unnamed"]}
    for candidate, p in likely:
        named = candidate.source >= 0
        if p < _limit(tokens, candidate, p, thresholds) or (named and p < alone.get(candidate.cue, 0.0)):
            continue
        key = (tokens.sent[candidate.cue], candidate.source)
        if key not in best or p > best[key][1]:
            best[key] = (candidate, p)
    return best


def _limit(tokens: QuotedTokens, candidate: Candidate, p: float, thresholds: Mapping[str, float]) -> float:
    """Return the threshold of a candidate; ``p`` saves asking what makes no difference."""
    limit = thresholds["unnamed" if candidate.source < 0 else "named"]
    vague = thresholds.get("vague", limit)
    if candidate.source >= 0 and vague <= p < limit and is_vague(tokens, candidate.source):
        limit = vague
    return max(limit, thresholds.get("quoted", 0.0)) if tokens.quoted[candidate.cue] >= 0 else limit


def _disjoint(tokens: QuotedTokens, ranked: Iterable[Likely]) -> list[Likely]:
    """Return the candidates whose source words no likelier one has taken."""
    kept: list[Likely] = []
    taken: set[int] = set()
    for candidate, p in ranked:
        words = range(*source_span(tokens, candidate.source))
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append((candidate, p))
    return kept


def _without_repeats(tokens: QuotedTokens, named: list[Likely], limit: float) -> list[Likely]:
    """Return the candidates without doubtful pronouns behind a source of their sentence: they likely stand for it."""
    first: dict[int, int] = {}
    for candidate, p in named:
        if tokens.lower[candidate.source] not in _PRONOUNS and p >= limit:
            sentence = tokens.sent[candidate.cue]
            first[sentence] = min(first.get(sentence, candidate.source), candidate.source)
    return [
        (candidate, p)
        for candidate, p in named
        if p >= PRONOUN_LIMIT
        or tokens.lower[candidate.source] not in _PRONOUNS
        or first.get(tokens.sent[candidate.cue], candidate.source) >= candidate.source
    ]
