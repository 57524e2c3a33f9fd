"""Small networks of one hidden layer, several of which are fitted alike but for their seed."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

Array = np.ndarray[Any, Any]
Layers = tuple[Array, Array, Array, Array]  # weights and bias of the hidden units (ReLU) and of what they give


def networks(
    x: Array,
    y: Array,
    weight: Array | None = None,
    *,
    hidden: int,
    alpha: float,
    epochs: int,
    members: int,
    seed: int,
) -> Iterator[Layers]:
    """Yield the layers of each of the members, in single precision.

    Of two classes there is one output, the log odds of the second (its bias in double precision); of more one a class.
    """
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
        (first, out), (first_bias, out_bias) = model.coefs_, model.intercepts_
        yield first.astype(np.float32), first_bias.astype(np.float32), out.astype(np.float32), out_bias
