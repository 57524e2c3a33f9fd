"""Figures of the stance models, and the calibration that both engines share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from analyzer.linear import Array, softmax
from analyzer.train.core.measures import calibration_bins
from analyzer.vocabulary import STANCES


def curve_of(probabilities: Array, label: Array) -> list[dict[str, float]]:
    """Return the calibration curve of the likeliest labels."""
    return calibration_bins(probabilities.max(1).tolist(), (probabilities.argmax(1) == label).tolist())


def without_mixed(probabilities: Array) -> Array:
    """Return the likeliest stance of three: news is labelled without "mixed"."""
    probabilities = probabilities.copy()
    probabilities[:, STANCES.index("mixed")] = 0
    best: Array = probabilities.argmax(1)
    return best


def calibrate(scores: Array, label: Array, prior: Array) -> tuple[float, Array]:
    """Return the scale and the shifts that make the scores' softmax likeliest, stances being as in prior."""
    weight = (prior / np.bincount(label, minlength=len(prior)) * len(label))[label]
    rows = np.arange(len(label))

    def loss(values: Array) -> float:
        found = softmax(scores * np.exp(values[0]) + np.append(values[1:], 0.0))
        return float(-(weight * np.log(np.maximum(found[rows, label], 1e-9))).mean())

    values = minimize(loss, np.zeros(len(prior)), method="Nelder-Mead", options={"maxiter": 2000}).x
    return float(np.exp(values[0])), np.append(values[1:], 0.0)


def calibrate_each(scores: Array, label: Array) -> tuple[Array, Array]:
    """Return a scale and a shift of each stance that make the scores' softmax likeliest (Guo et al. 2017)."""
    stances, rows = scores.shape[1], np.arange(len(label))

    def loss(values: Array) -> float:
        found = scores * values[:stances] + np.append(values[stances:], 0.0)
        return float((np.logaddexp.reduce(found, axis=1) - found[rows, label]).mean())

    begin = np.append(np.ones(stances), np.zeros(stances - 1))
    values = minimize(loss, begin, method="BFGS").x
    return values[:stances], np.append(values[stances:], 0.0)


def crosswise(found: Array, labels: Array, half: Array, prior: Array) -> Array:
    """Return probabilities, those of each half of the rows calibrated on the other half."""
    crossed = np.zeros_like(found)
    for side in (0, 1):
        scale, shift = calibrate(found[half != side], labels[half != side], prior)
        crossed[half == side] = softmax(found[half == side] * scale + shift)
    return crossed


def halves(passages: Sequence[dict[str, Any]]) -> Array:
    """Return for each sentence of passages in the gold format which half it is of, passage by passage."""
    return np.array([i % 2 for i, passage in enumerate(passages) for _ in passage["sentences"]])
