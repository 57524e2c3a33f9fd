"""Figures of the stance models, and the calibration that both engines share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar

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


def sharpness(calibrated: Sequence[tuple[Array, Array, float]]) -> float:
    """Return the power of calibrated probabilities at which the sides that they give are as often right as they say.

    Each triple has scores whose softmax is calibrated, the labels, and the weight of its sides in all. Labels stay.
    """
    sides = [
        (scores[given], labels[given], weight)
        for scores, labels, weight in calibrated
        if (given := scores.argmax(axis=1) != STANCES.index("neutral")).any()
    ]

    def loss(power: float) -> float:
        likely = [(softmax(scores * power)[np.arange(len(labels)), labels], weight) for scores, labels, weight in sides]
        return -sum(weight * float(np.log(np.maximum(own, 1e-9)).mean()) for own, weight in likely)

    return float(minimize_scalar(loss, bounds=(0.5, 2.0), method="bounded").x)


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
