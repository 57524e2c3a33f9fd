"""The class of a source by a linear model with calibrated probabilities; :mod:`.rules` goes first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from analyzer import modelstore

MODEL = "sources"
WEIGHTS = "types.npz"
Array = np.ndarray[Any, Any]


class TypeModel:
    """Multinomial logistic regression over feature names; ``arrays`` as the trainer writes them.

    ``terms`` (sorted feature names), ``coef`` (terms x classes), ``intercept``, ``classes``, ``temperature``.
    """

    def __init__(self, arrays: dict[str, Array]) -> None:
        self.classes = [str(name) for name in arrays["classes"]]
        self.index = {str(term): i for i, term in enumerate(arrays["terms"])}
        self.coef = arrays["coef"].astype("float32")
        self.intercept = arrays["intercept"].astype("float32")
        self.temperature = float(arrays["temperature"][0])

    def log_probabilities(self, rows: Sequence[Sequence[str]]) -> Array:
        """Return the log probabilities, one row a source, one column a class."""
        logits = np.empty((len(rows), len(self.classes)), dtype="float64")
        for at, names in enumerate(rows):
            known = [self.index[name] for name in names if name in self.index]
            logits[at] = self.intercept + self.coef[known].sum(axis=0) if known else self.intercept
        logits /= self.temperature
        logits -= logits.max(axis=1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


@cache
def load_model(folder: str | None = None) -> TypeModel:
    """Return the installed model, or that of a folder; raises :class:`~analyzer.errors.ModelError` without one."""
    return TypeModel(modelstore.load(MODEL, folder).arrays(WEIGHTS))


def pooled(logs: Array, names: Sequence[str | None]) -> Array:
    """Return log probabilities with the mean over all sources of one name in place of each: one source, one class."""
    groups: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        groups.setdefault((name or f"\0{at}").lower(), []).append(at)
    result = logs.copy()
    for members in groups.values():
        if len(members) > 1:
            result[members] = logs[members].mean(axis=0)
    return result
