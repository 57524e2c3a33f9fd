"""Which of the judged pairs become rows: one for each source of a sentence, one sourceless row at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.annotate.attribution.candidates import Pair
from analyzer.annotate.attribution.groups import is_vague
from analyzer.annotate.attribution.spans import source_span
from analyzer.annotate.attribution.view import View

Judged = tuple[Pair, float]
_PRONOUNS = frozenset({"he", "she", "they", "it", "him", "her", "them"})
# "Leonard wrote ... which he called": the pronoun mostly stands for the source that the sentence has named.
PRONOUN_LIMIT = 0.6


def choose(
    seen: View, candidates: Sequence[Pair], probabilities: Sequence[float], thresholds: Mapping[str, float]
) -> list[Judged]:
    """Return the pairs to keep with their probabilities, in text order.

    Where two candidate sources share words, the likelier stays; a cue with a source makes no sourceless row, and one
    that likelier has none names none ("he is said to have left"). Two more thresholds where they are given: "vague",
    for groups that nobody names, and "quoted", for cues inside a quotation, whose words are mostly somebody else's.
    """
    best = _best(seen, candidates, probabilities, thresholds)
    ranked = sorted(best.values(), key=lambda item: (-item[1], item[0].cue, item[0].source))
    named = _named(seen, [item for item in ranked if item[0].source >= 0])
    first: dict[int, int] = {}
    for pair, p in named:
        if seen.lower[pair.source] not in _PRONOUNS and p >= thresholds["named"]:
            sentence = seen.sent[pair.cue]
            first[sentence] = min(first.get(sentence, pair.source), pair.source)
    named = [item for item in named if not _repeats(seen, item, first)]
    spoken = {pair.cue for pair, _ in named}
    alone = [item for item in ranked if item[0].source < 0 and item[0].cue not in spoken]
    return sorted([*named, *alone], key=lambda item: (seen.sent[item[0].cue], item[0].cue, item[0].source))


def _best(
    seen: View, candidates: Sequence[Pair], probabilities: Sequence[float], thresholds: Mapping[str, float]
) -> dict[tuple[int, int], Judged]:
    """Return the likeliest pair of each source (-1: none) of each sentence, where it reaches its threshold."""
    best: dict[tuple[int, int], Judged] = {}
    lowest = min(thresholds.values())
    judged = [(pair, p) for pair, p in zip(candidates, probabilities, strict=True) if p >= lowest]
    alone = {pair.cue: p for pair, p in judged if pair.source < 0 and p >= thresholds["unnamed"]}
    for pair, p in judged:
        if p < _limit(seen, pair, p, thresholds) or (pair.source >= 0 and p < alone.get(pair.cue, 0.0)):
            continue
        key = (seen.sent[pair.cue], pair.source)
        if key not in best or p > best[key][1]:
            best[key] = (pair, p)
    return best


def _limit(seen: View, pair: Pair, p: float, thresholds: Mapping[str, float]) -> float:
    """Return the threshold of a pair; ``p`` saves asking what makes no difference."""
    limit = thresholds["unnamed" if pair.source < 0 else "named"]
    vague = thresholds.get("vague", limit)
    if pair.source >= 0 and vague <= p < limit and is_vague(seen, pair.source):
        limit = vague
    return max(limit, thresholds.get("quoted", 0.0)) if seen.quoted[pair.cue] >= 0 else limit


def _named(seen: View, ranked: Sequence[Judged]) -> list[Judged]:
    """Return the pairs whose source words no likelier one has taken."""
    kept: list[Judged] = []
    taken: set[int] = set()
    for pair, p in ranked:
        words = range(*source_span(seen, pair.source))
        if not any(word in taken for word in words):
            taken.update(words)
            kept.append((pair, p))
    return kept


def _repeats(seen: View, item: Judged, first: Mapping[int, int]) -> bool:
    """Tell whether a doubtful pronoun follows a source of its sentence, for which it is likely to stand."""
    pair, p = item
    if p >= PRONOUN_LIMIT or seen.lower[pair.source] not in _PRONOUNS:
        return False
    return first.get(seen.sent[pair.cue], pair.source) < pair.source
