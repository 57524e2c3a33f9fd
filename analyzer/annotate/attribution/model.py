"""The trained attribution model as arrays: probabilities for candidate pairs, a document at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from analyzer import modelstore
from analyzer.annotate.attribution.candidates import Pair, Trie, trie
from analyzer.annotate.attribution.context import features
from analyzer.annotate.attribution.features import Featurizer
from analyzer.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float32]]
    Layer = tuple[Floats, Floats, Floats, float]

NAME = "attribution"
WEIGHTS = "attribution.npz"
TABLES = "attribution.json"
CLIP = 5.0
BLOCK = 256  # rows multiplied at once: few enough that no BLAS starts threads, which cost more than they save here
DISCOURSE = "discourse"


@dataclass(frozen=True)
class AttributionModel:
    """Weights over hashed features, the paths and cues to look at, and the thresholds found on held-out passages."""

    weights: Floats
    bias: float
    paths: Trie
    cues: frozenset[str]
    idle: frozenset[str]
    thresholds: dict[str, dict[str, float]]  # by scheme
    calibration: tuple[tuple[float, ...], tuple[float, ...]]
    layers: tuple[Layer, ...] = ()
    scale: tuple[Floats, Floats] | None = None
    discourse: tuple[Floats, float] | None = None  # weights and bias of the scheme of that name
    digest: str = ""

    def probabilities(self, featurizer: Featurizer, pairs: Sequence[Pair], scheme: str = "wikipedia") -> list[float]:
        """Return the probability that each pair is an attribution, calibrated on held-out passages."""
        import numpy as np

        if not pairs:
            return []
        if scheme == DISCOURSE and self.discourse is not None:
            weights, bias = self.discourse
            sums = replace(self, weights=weights).parts(featurizer, pairs).sum(axis=1)
            clausal: list[float] = sigmoid(sums + bias).tolist()
            return clausal
        parts = self.parts(featurizer, pairs)
        raw = sigmoid(parts.sum(axis=1) + self.bias)
        if self.scale is not None:
            raw = self.second(features(featurizer.seen, pairs, raw.tolist(), parts))
        known, true = self.calibration
        found: list[float] = np.interp(raw, known, true).tolist()
        return found

    def parts(self, featurizer: Featurizer, pairs: Sequence[Pair]) -> Floats:
        """Return what the linear model says of each pair by itself, by part: together, cue, source, sentence.

        A part that many pairs share (a cue's own features) is summed once.
        """
        import numpy as np

        mask = len(self.weights) - 1
        buckets = array("I")
        starts: list[int] = []
        rows: dict[int, int] = {}
        keep: list[list[int]] = []  # keeps the lists alive: they are told apart by identity
        table: list[list[int]] = []
        for pair in pairs:
            places = []
            for codes in featurizer.parts(pair):
                row = rows.get(id(codes))
                if row is None:
                    row = rows[id(codes)] = len(starts)
                    keep.append(codes)
                    starts.append(len(buckets))
                    buckets.extend(codes)
                places.append(row)
            table.append(places)
        sums = np.add.reduceat(self.weights[np.frombuffer(buckets, dtype=np.uint32) & mask], np.asarray(starts))
        found: Floats = sums[np.asarray(table)]
        return found

    def second(self, rows: Floats) -> Floats:
        """Return what the small network says of each pair in its context: the mean of its members."""
        import numpy as np

        if self.scale is None:
            raise ModelError("the attribution model has no second stage; rebuild it with `npov train attribution`.")
        mean, deviation = self.scale
        scaled = np.clip((rows - mean) / deviation, -CLIP, CLIP)
        blocks = [scaled[at : at + BLOCK] for at in range(0, len(scaled), BLOCK)]
        found = [
            np.concatenate([sigmoid(np.maximum(x @ a + b, 0.0) @ c + d) for x in blocks]) for a, b, c, d in self.layers
        ]
        mixed: Floats = np.mean(found, axis=0)
        return mixed


def sigmoid(scores: np.ndarray[Any, Any]) -> Floats:
    """Return the logistic function of the scores."""
    import numpy as np

    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores.astype(np.float32), -30.0, 30.0)))
    return found


@cache
def load(folder: str | None = None) -> AttributionModel:
    """Return the model in the folder, or the installed one."""
    stored = modelstore.load(NAME, folder)
    arrays, tables = stored.arrays(WEIGHTS), stored.json(TABLES)
    return AttributionModel(
        weights=arrays["weights"].astype("float32"),
        bias=float(tables["bias"]),
        paths=trie(tables["paths"]),
        cues=frozenset(tables["cues"]),
        idle=frozenset(tables["idle"]),
        thresholds={name: dict(limits) for name, limits in tables["thresholds"].items()},
        calibration=(tuple(tables["calibration"]["raw"]), tuple(tables["calibration"]["true"])),
        layers=tuple(
            (arrays[f"hidden{k}"], arrays[f"hidden_bias{k}"], arrays[f"out{k}"], float(arrays[f"out_bias{k}"].item()))
            for k in range(int(tables["members"]))
        ),
        scale=(arrays["mean"], arrays["deviation"]) if "mean" in arrays else None,
        discourse=(
            (arrays["discourse"].astype("float32"), float(tables["discourse_bias"])) if "discourse" in arrays else None
        ),
        digest=stored.digest,
    )
