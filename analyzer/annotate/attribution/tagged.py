"""A third look at candidates, by a network that has read the sentence: whose words it takes for a source's or a cue's.

What both looks before it make of a candidate is weighed with the network's tags of its words, beside those of the rest
of the sentence (models/large/notes.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, NotRequired, TypedDict

import numpy as np
from msgspec import Meta

from analyzer import modelstore
from analyzer.annotate.attribution.candidates import Candidate
from analyzer.annotate.attribution.features import Floats
from analyzer.annotate.attribution.model import WIKIPEDIA, Calibration, Limits, check, name_of
from analyzer.annotate.attribution.spans import cue_span, source_span
from analyzer.annotate.encoder import TAGGER, WITHOUT_WORDS, WORDING, Reading, network_of
from analyzer.annotate.networks import Networks
from analyzer.annotate.tokens import QuotedTokens
from analyzer.errors import ModelError

WEIGHTS, TABLES = "attribution.npz", "attribution.json"
# A candidate as likely as this to both looks is worth reading its sentence: by a large network (models/large/notes.md),
# or by the layers on the small one, where from .05 to .1 nothing that is measured differs.
WORTH, WORTH_TAGGING = 0.05, 0.1
LEAST = 1e-3
_CARRIED, _AGENTLESS = (len(WORDING) + WITHOUT_WORDS.index(name) for name in ("carried", "agentless"))
_LOW = -8.0  # log odds below this say no more
FIGURES = 13  # columns of :func:`figures`


class Tables(TypedDict):
    """What stands beside the weights."""

    calibration: Calibration
    members: Annotated[int, Meta(ge=1)]
    thresholds: Limits
    share: NotRequired[float]  # this look's in what is chosen in articles on what has a name, where it is not all
    network: NotRequired[str]  # the hash of the network whose tags it has learnt from, where that has another folder


class ThirdLook:
    """The network over :func:`figures`, its calibration, and the thresholds of the attributions that are kept.

    ``reader`` is the model of the network whose tags it weighs.
    """

    def __init__(self, arrays: Mapping[str, Any], tables: Mapping[str, Any], reader: str) -> None:
        self.reader = reader
        self._look = Networks.of(arrays, int(tables["members"]))
        self._calibration = tables["calibration"]["raw"], tables["calibration"]["true"]
        self.thresholds: dict[str, float] = dict(tables["thresholds"])
        self._share = float(tables.get("share", 1.0))
        self._worth = WORTH_TAGGING if reader == TAGGER else WORTH

    def probabilities(
        self, tokens: QuotedTokens, candidates: Sequence[Candidate], before: Sequence[float], reading: Reading
    ) -> list[float]:
        """Return the probabilities of the candidates; of those not worth reading for, what they were ``before``."""
        reading.need(worth_reading(tokens, candidates, before, self._worth))
        found = np.array(before, dtype=np.float64)
        read = np.flatnonzero(reading.read[[tokens.sent[candidate.cue] for candidate in candidates]])
        if len(read):
            raw = self._look.probabilities(figures(tokens, candidates, before, reading)[read])
            found[read] = np.interp(raw, *self._calibration)
        return [float(p) for p in found]

    def chosen_by(self, found: list[float], before: list[float], *, of_thing: bool) -> list[float]:
        """Return by which probabilities candidates are chosen; how sure a chosen one is, :meth:`probabilities` tell.

        In articles on what has a name, which the looks before have learnt from most, these count for their share of the
        log odds.
        """
        if of_thing or self._share == 1.0:
            return found
        both = (np.clip(np.array(each), LEAST, 1 - LEAST) for each in (found, before))
        mine, theirs = (np.log(p / (1 - p)) for p in both)
        mixed = self._share * mine + (1 - self._share) * theirs
        return [float(p) for p in 1 / (1 + np.exp(-mixed))]


@cache
def load(reader: str, scheme: str = WIKIPEDIA, folder: str | None = None) -> ThirdLook | None:
    """Return the one over the network of the model ``reader`` for a scheme; None where there is none.

    That for an encyclopedia lies beside the network, those for other schemes beside the looks before them (in
    ``folder``, or in the installed model). Raises :class:`~analyzer.errors.ModelError` where it has learnt from another
    network.
    """
    own = scheme == WIKIPEDIA
    stored = modelstore.load(reader) if own else modelstore.load(name_of(scheme), folder)
    weights, file = (WEIGHTS, TABLES) if own else (f"{reader}.npz", f"{reader}.json")
    if file not in stored.files:
        return None
    tables = stored.json(file, Tables)
    check(tables["calibration"], [tables["thresholds"]], stored)
    if not own and tables.get("network") != network_of(reader):
        raise ModelError(
            f"{stored.folder / file}: learnt from another network than the installed {reader!r}; expected the one that "
            f"it names. Rebuild it with `npov train {stored.name}`, or install the models of one version."
        )
    return ThirdLook(stored.arrays(weights, Networks.shapes(FIGURES, tables["members"])), tables, reader)


def worth_reading(
    tokens: QuotedTokens, candidates: Sequence[Candidate], before: Sequence[float], least: float
) -> set[int]:
    """Return the sentences with a candidate at least so likely."""
    return {tokens.sent[candidate.cue] for candidate, p in zip(candidates, before, strict=True) if p >= least}


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
    return np.array(rows, dtype=np.float32).reshape(len(rows), FIGURES)


def _best_of_cue(candidates: Sequence[Candidate], before: Iterable[float]) -> dict[tuple[int, bool], float]:
    """Return for each cue, with a source or without, how likely the other kind's likeliest candidate is."""
    best: dict[tuple[int, bool], float] = {}
    for candidate, p in zip(candidates, before, strict=True):
        for kind in (True, False):
            key = candidate.cue, kind
            best[key] = max(best.get(key, 0.0), p if (candidate.source < 0) != kind else 0.0)
    return best
