"""The second stage of the attribution model: a small ensemble over what the first stage found around a pair."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.annotate.attribution.model import CLIP, sigmoid

if TYPE_CHECKING:
    from analyzer.train.attribution.fitting import Settings

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Second:
    """The second stage: scaling and the members of its ensemble."""

    mean: Array
    deviation: Array
    layers: tuple[tuple[Array, Array, Array, float], ...]

    def scores(self, rows: Array) -> Array:
        """Return the raw probabilities of the rows."""
        x = np.clip((rows - self.mean) / self.deviation, -CLIP, CLIP)
        found = [sigmoid(np.maximum(x @ a + b, 0.0) @ c + d) for a, b, c, d in self.layers]
        return np.asarray(np.mean(found, axis=0))


def fit_second(rows: Array, y: Array, weight: Array, settings: Settings) -> Second:
    """Return the second stage trained on the pairs that may be judged."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    judged = y >= 0
    mean, deviation = rows[judged].mean(axis=0), rows[judged].std(axis=0) + 1e-6
    x = np.clip((rows[judged] - mean) / deviation, -CLIP, CLIP)
    layers = []
    for member in range(settings.members):
        model = MLPClassifier(
            (settings.hidden,),
            alpha=settings.alpha,
            batch_size=256,
            learning_rate_init=2e-3,
            max_iter=settings.epochs,
            random_state=settings.seed + member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
            model.fit(x, y[judged], sample_weight=weight[judged])
        hidden, out = model.coefs_
        first, last = model.intercepts_
        layers.append(
            (hidden.astype(np.float32), first.astype(np.float32), out[:, 0].astype(np.float32), float(last[0]))
        )
    return Second(mean, deviation, tuple(layers))
