"""The fast stance model: a linear one over hashed words, in plain numpy; microseconds a sentence.

A unit's vector holds ``idf`` for each of its features, scaled to length 1; its scores are that vector times ``coef``
plus ``intercept``, and its probabilities the softmax of ``scale * scores + shift`` (vector scaling, Guo et al. 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.stance_features import NEGATED, Features
from analyzer.vocabulary import STANCES

Matrix = np.ndarray[Any, np.dtype[np.float32]]
MOST_REASONS = 3
LEAST_SHARE = 0.08  # a reason carries at least this part of all that speaks for the label


@dataclass(frozen=True)
class Judged:
    """Probabilities, one row a unit and one column a stance, and for each unit the features that decided it."""

    probabilities: Matrix
    reasons: list[list[tuple[int, int, int]]]  # first token, last token, template


@dataclass(frozen=True)
class Linear:
    """The weights; ``feature`` is sorted, ``coef`` has a row for each feature and a column for each stance."""

    feature: np.ndarray[Any, Any]
    idf: np.ndarray[Any, Any]
    coef: np.ndarray[Any, Any]
    intercept: np.ndarray[Any, Any]
    scale: np.ndarray[Any, Any]
    shift: np.ndarray[Any, Any]

    @classmethod
    def load(cls) -> Linear:
        """Return the shipped weights."""
        return cls.of(modelstore.load("stance").arrays("linear.npz"))

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Linear:
        """Return the model from its arrays."""
        return cls(**{name: arrays[name] for name in cls.__dataclass_fields__})

    @cached_property
    def _weights(self) -> tuple[Matrix, Matrix]:
        return self.idf.astype(np.float32), self.coef.astype(np.float32)

    def judge(self, found: Features, units: int) -> Judged:
        """Return what the model makes of each unit."""
        idf, coef = self._weights
        at = np.minimum(np.searchsorted(self.feature, found.feature), len(self.feature) - 1)
        known = np.flatnonzero(self.feature[at] == found.feature)
        at, unit = at[known], found.unit[known]
        length = np.sqrt(np.bincount(unit, weights=idf[at] ** 2, minlength=units))
        parts = coef[at] * (idf[at] / length[unit])[:, None]
        scores = np.stack([np.bincount(unit, weights=column, minlength=units) for column in parts.T], axis=1)
        probabilities = softmax((scores + self.intercept) * self.scale + self.shift)
        return Judged(probabilities, _reasons(found[known], parts, probabilities.argmax(1)))


def softmax(scores: np.ndarray[Any, Any]) -> Matrix:
    """Return probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows: Matrix = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return rows


def _reasons(
    found: Features, parts: np.ndarray[Any, Any], label: np.ndarray[Any, Any]
) -> list[list[tuple[int, int, int]]]:
    """Return for each unit the stretches of words that spoke most for its label against the mean of all labels."""
    rows = np.arange(len(parts))
    weight = parts[rows, label[found.unit]] - parts.mean(axis=1)
    reasons: list[list[tuple[int, int, int]]] = [[] for _ in label]
    total = np.bincount(found.unit, weights=np.maximum(weight, 0), minlength=len(label))
    strong = np.flatnonzero(weight > LEAST_SHARE * total[found.unit])
    for i in strong[np.argsort(-weight[strong], kind="stable")].tolist():
        chosen = reasons[found.unit[i]]
        first, last = int(found.first[i]), int(found.last[i])
        if len(chosen) < MOST_REASONS and all(last < a or first > b for a, b, _ in chosen):
            chosen.append((first, last, int(found.template[i])))
    return reasons


def reason_texts(doc: Doc, reasons: list[tuple[int, int, int]]) -> list[str]:
    """Return reasons for people: the words, and "not" before those that a negation reaches."""
    texts = []
    for first, last, template in reasons:
        words = doc[first : last + 1].text
        texts.append(f"not … {words}" if template == NEGATED else words)
    return texts


def label_of(probabilities: Matrix) -> tuple[str, float]:
    """Return the likeliest stance and its probability."""
    best = int(np.argmax(probabilities))
    return STANCES[best], float(probabilities[best])
