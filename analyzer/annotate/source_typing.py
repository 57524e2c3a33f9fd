"""The class of each source: certain cases by rule, the rest by a linear model with calibrated probabilities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from analyzer import modelstore
from analyzer.annotate.source_gazetteer import Gazetteer, affiliated, normal, people
from analyzer.annotate.source_names import plain
from analyzer.annotate.source_reference import Reference
from analyzer.annotate.store import Row

MODEL = "sources"
WEIGHTS = "types.npz"
_UNNAMED = "unnamed"
_SUBJECT_SURE = 0.95
_KNOWN = frozenset(["igo", "ngo", "media", "academic", "company"])  # a state's bodies depend on the subject
_KNOWN_SURE = 0.97
_TIED_SURE = 0.9
_PERSON_SURE = 0.92
_STATES = re.compile(
    r"(?:(?:national|state|government|member.state) (?:representatives|delegations|delegates|envoys)|"
    r"(?:many|some|several|other|all|member|\w+teen|\w+ty|\d+)? ?(?:states|governments|delegations))$",
    re.IGNORECASE,
)
_STATES_SURE = 0.85
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


def by_rule(row: Row, reference: Reference, gazetteer: Gazetteer) -> tuple[str, float] | None:
    """Return (type, confidence) where no model is needed: nobody named, a user's own entry, states, the subject."""
    if reference.how == "none":
        return _UNNAMED, 1.0
    for text in (reference.name or "", row["source_text"] or ""):
        own = gazetteer.own_type(text)
        if own:
            return own, 1.0
    if _STATES.match(plain(row["source_text"] or "")):
        return "government", _STATES_SURE
    if reference.subject and not reference.possessed:
        return "subject", _SUBJECT_SURE
    if reference.possessed:
        return None
    return _known(row, reference, gazetteer)


def _known(row: Row, reference: Reference, gazetteer: Gazetteer) -> tuple[str, float] | None:
    """Return (type, confidence) of a name in the tables: a body, somebody of a body, a person often quoted."""
    name = reference.name or ""
    body = gazetteer.type_of(name)
    if body in _KNOWN:
        return body, _KNOWN_SURE
    tied = affiliated(plain(row["source_text"] or ""), gazetteer) if body is None and reference.how == "named" else None
    if tied:
        return tied, _TIED_SURE
    person = people().get(normal(name)) if " " in name else None
    return (person, _PERSON_SURE) if person and person != "government" else None
