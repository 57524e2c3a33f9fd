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
from analyzer.annotate.stance.features import TOTAL, Features, Spans, sentence_features, span_features
from analyzer.annotate.stance.tokens import Table
from analyzer.vocabulary import STANCES

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Words = tuple[int, int]  # first token, last token
MOST_REASONS = 3
LEAST_SHARE = 0.1  # a reason carries at least this part of all that speaks for the label


@dataclass(frozen=True)
class Judged:
    """Probabilities, one row a unit and one column a stance, and for each unit the features that decided it.

    ``wording`` has a column for each head of :mod:`analyzer.annotate.encoder.wording`, nan where nothing has read.
    """

    probabilities: Matrix
    reasons: list[list[Words]]
    wording: Matrix | None = None


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

    def judge(self, found: Features, units: int, labels: np.ndarray[Any, Any] | None = None) -> Judged:
        """Return what the model makes of each unit; ``labels`` asks for reasons for these, not for its own labels."""
        known, parts, probabilities = self._scored(found, units)
        asked = probabilities.argmax(axis=1) if labels is None else labels
        return Judged(probabilities, _reasons(known, parts, asked))

    def probabilities(self, found: Features, units: int) -> Matrix:
        """Return the probabilities alone."""
        return self._scored(found, units)[2]

    def _scored(self, found: Features, units: int) -> tuple[Features, np.ndarray[Any, Any], Matrix]:
        """Return the features that the model knows, what each adds to each stance, and the units' probabilities."""
        idf, coef = self._weights
        at = np.minimum(np.searchsorted(self.feature, found.feature), len(self.feature) - 1)
        known = np.flatnonzero(self.feature[at] == found.feature)
        at, unit = at[known], found.unit[known]
        length = np.sqrt(np.bincount(unit, weights=idf[at] ** 2, minlength=units))
        parts = coef[at] * (idf[at] / length[unit])[:, None]
        scores = np.stack([np.bincount(unit, weights=column, minlength=units) for column in parts.T], axis=1)
        return found[known], parts, softmax((scores + self.intercept) * self.scale + self.shift)


class Fast:
    """The engine of that name: the linear model, loaded at first use."""

    def __init__(self) -> None:
        self._model: Linear | None = None

    @property
    def model(self) -> Linear:
        """The weights."""
        if self._model is None:
            self._model = Linear.load()
        return self._model

    @property
    def models(self) -> dict[str, str]:
        """The model's name and digest, for a report's provenance."""
        return {"stance": modelstore.load("stance").digest}

    def sentences(self, doc: Doc, tokens: Table) -> Judged:
        """Return what the model makes of every sentence."""
        return self.model.judge(sentence_features(tokens), len(tokens.starts))

    def spans(self, doc: Doc, tokens: Table, spans: Spans) -> Judged:
        """Return what the model makes of stretches of tokens."""
        return self.model.judge(span_features(tokens, spans), len(spans))


def softmax(scores: np.ndarray[Any, Any]) -> Matrix:
    """Return probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows: Matrix = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return rows


def _reasons(found: Features, parts: np.ndarray[Any, Any], label: np.ndarray[Any, Any]) -> list[list[Words]]:
    """Return for each unit the words that spoke most for its label against the mean of all labels.

    What a feature contributes is shared by the first and the last of its tokens; features of a whole unit, such as
    its sum of praise and blame, have no words of their own.
    """
    kept = np.flatnonzero(found.template != TOTAL)
    unit, first, last = found.unit[kept], found.first[kept], found.last[kept]
    weight = (parts[kept, label[unit]] - parts[kept].mean(axis=1)) / 2
    width = int(np.max(last, initial=0)) + 1
    key = np.concatenate([unit * width + first, unit * width + last])
    keys, place = np.unique(key, return_inverse=True)
    share = np.bincount(place, weights=np.concatenate([weight, weight]), minlength=len(keys))
    owner, token = keys // width, keys % width
    total = np.bincount(owner, weights=np.maximum(share, 0), minlength=len(label))
    strong = np.flatnonzero(share > LEAST_SHARE * total[owner])
    reasons: list[list[Words]] = [[] for _ in label]
    for i in strong[np.argsort(-share[strong], kind="stable")].tolist():
        _add(reasons[owner[i]], int(token[i]))
    return reasons


def _add(chosen: list[Words], token: int) -> None:
    """Add a token to the reasons: to one it stands beside, or as one of its own where there is room."""
    for i, (first, last) in enumerate(chosen):
        if first - 1 <= token <= last + 1:
            chosen[i] = (min(first, token), max(last, token))
            return
    if len(chosen) < MOST_REASONS:
        chosen.append((token, token))


def reason_texts(doc: Doc, tokens: Table, reasons: list[Words]) -> list[str]:
    """Return reasons for people: the words, with "not" before those that a negation reaches; no bare punctuation."""
    texts = []
    for first, last in reasons:
        if tokens.word[first : last + 1].any():
            words = doc[first : last + 1].text.strip(" \"'“”‘’.,;:()")
            texts.append(f"not … {words}" if tokens.negated[first : last + 1].all() else words)
    return texts


def label_of(probabilities: Matrix) -> tuple[str, float]:
    """Return the likeliest stance and its probability."""
    best = int(np.argmax(probabilities))
    return STANCES[best], float(probabilities[best])
