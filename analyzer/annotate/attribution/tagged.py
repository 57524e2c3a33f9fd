"""A third look at candidates, by a network that has read the sentence: whose words it takes for a source's or a cue's.

What both looks before it make of a candidate is weighed with the network's tags of its words, beside those of the rest
of the sentence (models/large/notes.md). Where the small network's look leaves a candidate open, the large one looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from analyzer import modelstore
from analyzer.annotate.attribution.candidates import Candidate
from analyzer.annotate.attribution.features import Floats
from analyzer.annotate.attribution.model import SecondLook
from analyzer.annotate.attribution.spans import cue_span, source_span
from analyzer.annotate.encoder import WITHOUT_WORDS, WORDING, Reading
from analyzer.annotate.tokens import QuotedTokens

WEIGHTS, TABLES = "attribution.npz", "attribution.json"
LEAST = 1e-3
_CARRIED, _AGENTLESS = (len(WORDING) + WITHOUT_WORDS.index(name) for name in ("carried", "agentless"))
_LOW = -8.0  # log odds below this say no more


class ThirdLook:
    """The network over :func:`figures`, its calibration, and the thresholds of the attributions that are kept."""

    def __init__(self, arrays: Mapping[str, Any], tables: Mapping[str, Any]) -> None:
        self._look = SecondLook.of(arrays, int(tables["members"]))
        self._calibration = tables["calibration"]["raw"], tables["calibration"]["true"]
        self.thresholds: dict[str, float] = dict(tables["thresholds"])
        self._open: tuple[float, float] = tuple(tables["open"])

    def probabilities(
        self,
        tokens: QuotedTokens,
        candidates: Sequence[Candidate],
        looks: Sequence[float],
        before: Sequence[float],
        reading: Reading,
    ) -> list[float]:
        """Return the probabilities of the candidates; of those that were clear ``before``, what they were.

        ``looks`` are those of the two looks without a network, which this one was fitted to weigh.
        """
        reading.need(self._unclear(tokens, candidates, before))
        found = np.array(before, dtype=np.float64)
        read = np.flatnonzero(reading.read[[tokens.sent[candidate.cue] for candidate in candidates]])
        if len(read):
            raw = self._look.probabilities(figures(tokens, candidates, looks, reading)[read])
            found[read] = np.interp(raw, *self._calibration)
        return [float(p) for p in found]

    def _unclear(self, tokens: QuotedTokens, candidates: Sequence[Candidate], before: Sequence[float]) -> set[int]:
        """Return the sentences with a candidate that may be right or wrong."""
        least, most = self._open
        return {
            tokens.sent[candidate.cue] for candidate, p in zip(candidates, before, strict=True) if least <= p <= most
        }


@cache
def load(name: str) -> ThirdLook:
    """Return the one that belongs to the network of that name."""
    stored = modelstore.load(name)
    return ThirdLook(stored.arrays(WEIGHTS), stored.json(TABLES))


def figures(tokens: QuotedTokens, candidates: Sequence[Candidate], before: Sequence[float], reading: Reading) -> Floats:
    """Return a row of numbers for each candidate: how likely it was, and the network's tags of its words and others."""
    source, cue = np.maximum(reading.source, _LOW), np.maximum(reading.cue, _LOW)
    spans = {i: source_span(tokens, i) for i in {candidate.source for candidate in candidates} if i >= 0}
    best = _best_of_cue(candidates, before)
    rows = []
    for candidate, p in zip(candidates, before, strict=True):
        sentence = tokens.sent[candidate.cue]
        first, last = tokens.bounds[sentence]
        said = source[first:last]
        cued = cue[slice(*cue_span(tokens, candidate.cue))].max()
        own = [float(said.max()), _LOW, _LOW, _LOW, 1.0]
        if candidate.source >= 0:
            start, end = spans[candidate.source]
            others = np.concatenate([source[first:start], source[end:last]])
            mine = source[start:end]
            own = [
                float(others.max(initial=_LOW)),
                float(mine.max(initial=_LOW)),
                float(mine.mean()) if end > start else _LOW,
                float(source[candidate.source]),
                0.0,
            ]
        likely = min(max(p, LEAST), 1 - LEAST)
        rows.append(
            [
                float(np.log(likely / (1 - likely))),
                *own,
                float(cued),
                float(cue[first:last].max()),
                *(float(max(reading.sentence[sentence, k], _LOW)) for k in (_CARRIED, _AGENTLESS)),
                best[candidate.cue, candidate.source < 0],
                float(tokens.quoted[candidate.cue] >= 0),
                float(candidate.path.endswith("&")),
            ]
        )
    return np.array(rows, dtype=np.float32).reshape(len(rows), -1)


def _best_of_cue(candidates: Sequence[Candidate], before: Iterable[float]) -> dict[tuple[int, bool], float]:
    """Return for each cue, with a source or without, how likely the other kind's likeliest candidate is."""
    best: dict[tuple[int, bool], float] = {}
    for candidate, p in zip(candidates, before, strict=True):
        for kind in (True, False):
            key = candidate.cue, kind
            best[key] = max(best.get(key, 0.0), p if (candidate.source < 0) != kind else 0.0)
    return best
