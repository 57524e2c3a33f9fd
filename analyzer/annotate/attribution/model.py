"""The trained attribution model: a calibrated probability for each candidate, a document at a time.

A linear model says what it makes of a candidate by itself; a small network looks a second time, at that beside what was
made of its rivals and neighbours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypedDict

import numpy as np
from msgspec import Meta

from analyzer import modelstore
from analyzer.annotate.attribution.candidates import Candidate, Trie, trie
from analyzer.annotate.attribution.features import FIGURES, Featurizer, Floats, in_context
from analyzer.annotate.networks import Networks
from analyzer.annotate.tokens import QuotedTokens
from analyzer.errors import ModelError
from analyzer.linear import logistic_of, shared_sums

NAME = "attribution"
WEIGHTS = "attribution.npz"
TABLES = "attribution.json"
WIKIPEDIA, NEWS, DISCOURSE = SCHEMES = ("wikipedia", "news", "discourse")
_TOGETHER = 2048  # candidates whose features are held at a time


Limits = dict[str, float]  # the least probabilities that are kept: of "named" and "unnamed" sources, and of others


class Calibration(TypedDict):
    """Raw probabilities, rising, and what they are worth."""

    raw: Annotated[list[float], Meta(min_length=1)]
    true: Annotated[list[float], Meta(min_length=1)]


class Tables(TypedDict):
    """What stands beside the weights."""

    bias: float
    calibration: Calibration
    members: Annotated[int, Meta(ge=0)]  # of the second look; 0: the first decides
    thresholds: dict[str, Limits]  # by scheme
    paths: list[str]
    cues: list[str]
    idle: list[str]


@dataclass(frozen=True)
class AttributionModel:
    """What judges by one scheme: weights over hashed features, the paths and cues to look at, and the thresholds.

    Without a ``second`` look the first one's probabilities are taken as they are.
    """

    scheme: str
    weights: Floats
    bias: float
    second: Networks | None
    calibration: tuple[tuple[float, ...], tuple[float, ...]]
    thresholds: dict[str, float]
    paths: Trie
    path_names: tuple[str, ...]
    cues: frozenset[str]
    excluded: frozenset[str]

    def probabilities(self, tokens: QuotedTokens, candidates: Sequence[Candidate], title: str) -> list[float]:
        """Return the probability that each candidate is an attribution, calibrated on held-out passages."""
        if not candidates:
            return []
        parts = part_sums(Featurizer(tokens, title), candidates, self.weights)
        raw: np.ndarray[Any, Any] = logistic_of(parts.sum(axis=1) + self.bias)
        if self.second is not None:
            raw = self.second.probabilities(in_context(tokens, candidates, raw.tolist(), parts))
            raw = np.interp(raw, *self.calibration)
        found: list[float] = raw.tolist()
        return found


def part_sums(featurizer: Featurizer, candidates: Sequence[Candidate], weights: Floats) -> Floats:
    """Return what the linear model says of each candidate by part: both sides together, cue, source, sentence."""
    sums = []
    for at in range(0, len(candidates), _TOGETHER):
        sums.append(shared_sums(weights, map(featurizer.parts, candidates[at : at + _TOGETHER])))
        featurizer.forget()
    return np.concatenate(sums)


def check(calibration: Calibration, thresholds: Iterable[Limits], stored: modelstore.Model) -> None:
    """Raise ModelError where a calibration does not lead from each probability to one, or a threshold is missing."""
    raw, true = calibration["raw"], calibration["true"]
    if len(raw) != len(true) or sorted(raw) != raw:
        raise ModelError(f"{stored.folder}: a calibration from {len(raw)} figures to {len(true)}, or out of order.")
    if not all({"named", "unnamed"} <= limits.keys() for limits in thresholds):
        raise ModelError(f"{stored.folder}: thresholds that do not tell of named and unnamed sources.")


def name_of(scheme: str) -> str:
    """Return the name of the model that judges by a scheme."""
    return NAME if scheme == WIKIPEDIA else f"{NAME}-{scheme}"


@cache
def load(folder: str | None = None, scheme: str = WIKIPEDIA) -> AttributionModel:
    """Return the model that judges by this scheme, the one in the folder or the installed one.

    Raises :class:`~analyzer.errors.ModelError` where it does not fit together or has nothing for the scheme.
    """
    stored = modelstore.load(name_of(scheme), folder)
    tables = stored.json(TABLES, Tables)
    members = tables["members"]
    shapes = {"weights": ("buckets",)} | (Networks.shapes(FIGURES, members) if members else {})
    arrays = stored.arrays(WEIGHTS, shapes)
    check(tables["calibration"], tables["thresholds"].values(), stored)
    if scheme not in tables["thresholds"]:
        raise ModelError(f"{stored.folder}: a model without thresholds for the scheme {scheme!r}.")
    if len(arrays["weights"]).bit_count() != 1:
        raise ModelError(f"{stored.folder}: weights of an odd number; expected a power of two.")
    return AttributionModel(
        scheme=scheme,
        weights=arrays["weights"].astype("float32"),
        bias=float(tables["bias"]),
        second=Networks.of(arrays, members) if members else None,
        calibration=(tuple(tables["calibration"]["raw"]), tuple(tables["calibration"]["true"])),
        thresholds=dict(tables["thresholds"][scheme]),
        paths=trie(tables["paths"]),
        path_names=tuple(tables["paths"]),
        cues=frozenset(tables["cues"]),
        excluded=frozenset(tables["idle"]),
    )
