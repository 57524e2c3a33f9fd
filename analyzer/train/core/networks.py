"""Fitting small networks of one hidden layer, several alike but for their seed."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from analyzer.annotate.networks import CLIP, Networks

Array = np.ndarray[Any, Any]


def fitted(
    rows: Array,
    y: Array,
    weight: Array | None = None,
    *,
    hidden: int,
    alpha: float,
    epochs: int,
    members: int,
    seed: int,
    clip: float = CLIP,
) -> Networks:
    """Return the networks; of two classes they tell the second alone, of more each."""
    blank = Networks(rows.mean(axis=0), rows.std(axis=0) + 1e-6, (), clip)
    x, layers = blank.scaled(rows), []
    for member in range(members):
        model = MLPClassifier(
            (hidden,),
            alpha=alpha,
            batch_size=256,
            learning_rate_init=2e-3,
            max_iter=epochs,
            random_state=seed + member,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose
            model.fit(x, y, sample_weight=weight)
        units, out = (weights.astype(np.float32) for weights in model.coefs_)
        first, last = model.intercepts_
        given = (out[:, 0], float(last[0])) if len(last) == 1 else (out, last.astype(np.float32))
        layers.append((units, first.astype(np.float32), *given))
    return Networks(blank.mean, blank.deviation, tuple(layers), clip)
