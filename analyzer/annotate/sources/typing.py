"""The class of a source by a linear model with calibrated probabilities; :mod:`.rules` goes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from analyzer import modelstore
from analyzer.linear import Array, SparseLinear, Vocabulary, log_softmax

MODEL = "sources"
WEIGHTS = "types.npz"


class TypeModel:
    """Multinomial logistic regression over feature names; ``arrays`` as the trainer writes them.

    ``terms`` (sorted feature names), ``coef`` (terms x classes), ``intercept``, ``classes``, ``temperature``.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.classes = [str(name) for name in arrays["classes"]]
        self._vocabulary = Vocabulary(arrays["terms"].tolist())
        scale = 1 / float(arrays["temperature"][0])
        self._linear = SparseLinear(arrays["coef"], arrays["intercept"], scale=scale)

    def log_probabilities(self, sources: Sequence[Sequence[str]]) -> Array:
        """Return the log probabilities by each source's features: one row a source, one column a class."""
        unit, row = self._vocabulary.rows(sources)
        return log_softmax(self._linear.scores(unit, self._linear.parts(unit, row, len(sources)), len(sources)))


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
