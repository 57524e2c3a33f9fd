"""The trained attribution model as arrays: probabilities for candidate pairs, a document at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from analyzer import modelstore
from analyzer.annotate.attribution_features import Featurizer
from analyzer.annotate.attribution_pairs import Pair, Trie, trie

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float32]]

NAME = "attribution"
WEIGHTS = "attribution.npz"
TABLES = "attribution.json"


@dataclass(frozen=True)
class AttributionModel:
    """Weights over hashed features, the paths and cues to look at, and the thresholds found on held-out passages."""

    weights: Floats
    bias: float
    paths: Trie
    cues: frozenset[str]
    thresholds: dict[str, float]
    calibration: tuple[tuple[float, ...], tuple[float, ...]]
    digest: str = ""

    def probabilities(self, featurizer: Featurizer, pairs: Sequence[Pair]) -> list[float]:
        """Return the probability that each pair is an attribution, calibrated on held-out passages."""
        import numpy as np

        if not pairs:
            return []
        mask = len(self.weights) - 1
        buckets: list[int] = []
        at: list[int] = []
        for pair in pairs:
            at.append(len(buckets))
            # A feature named twice counts once, as in training.
            buckets.extend({crc32(name.encode()) & mask for name in featurizer.pair(pair)})
        scores = np.add.reduceat(self.weights[np.asarray(buckets)], np.asarray(at)) + self.bias
        raw = 1.0 / (1.0 + np.exp(-scores.astype(np.float64)))
        known, true = self.calibration
        found: list[float] = np.interp(raw, known, true).tolist()
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
        thresholds=dict(tables["thresholds"]),
        calibration=(tuple(tables["calibration"]["raw"]), tuple(tables["calibration"]["true"])),
        digest=stored.digest,
    )
