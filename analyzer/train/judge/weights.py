"""Weights of an issue's signals fitted on labelled articles: logistic regression that keeps the sense of each signal.

The fit minimises the mean log loss plus a pull towards the weights it starts from; a weight may not change its sign, so
that a reader can still say what each signal does. Deterministic; a handful of weights, so a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Start:
    """Bias and weights by signal that a fit starts from, and that stand where there is nothing to learn from."""

    bias: float
    weights: Mapping[str, float]


@dataclass
class Sample:
    """Rows of measured signals with labels; ``weight`` is what each row counts."""

    rows: list[Mapping[str, float]] = field(default_factory=list)
    gold: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add(self, rows: Sequence[Mapping[str, float]], gold: Sequence[int], weight: float = 1.0) -> None:
        """Add rows that count ``weight`` each."""
        self.rows.extend(rows)
        self.gold.extend(gold)
        self.weight.extend([weight] * len(rows))


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    """Return the signals named, a column each."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=float).reshape(
        len(rows), len(names)
    )


def fitted(sample: Sample, start: Start, *, pull: float = 0.02, most: float = 12.0) -> Start:
    """Return the weights that fit the sample best, each between 0 and ``most`` in the sense it started with.

    ``pull`` is the price of moving a weight by 1 from where it started, squared.
    """
    from scipy.optimize import minimize

    names = list(start.weights)
    signs = np.array([1.0 if start.weights[name] >= 0 else -1.0 for name in names])
    begin = np.array([abs(start.weights[name]) for name in names])
    x = matrix(sample.rows, names) * signs
    y = np.array(sample.gold, dtype=float)
    share = np.array(sample.weight) / sum(sample.weight)

    def loss(theta: Array) -> tuple[float, Array]:
        total = theta[0] + x @ theta[1:]
        probability = 1 / (1 + np.exp(-np.clip(total, -60, 60)))
        value = float(share @ (np.logaddexp(0, total) - y * total))
        residual = share * (probability - y)
        moved = theta[1:] - begin
        gradient = np.concatenate([[residual.sum()], x.T @ residual + 2 * pull / len(names) * moved])
        return value + pull / len(names) * float(moved @ moved), gradient

    bounds = [(-12.0, 4.0), *[(0.0, most)] * len(names)]
    found = minimize(loss, np.concatenate([[start.bias], begin]), jac=True, method="L-BFGS-B", bounds=bounds)
    weights = {name: round(float(w * s), 3) for name, w, s in zip(names, found.x[1:], signs, strict=True)}
    return Start(round(float(found.x[0]), 3), {name: weight for name, weight in weights.items() if weight})


def scores(rows: Sequence[Mapping[str, float]], weights: Start) -> list[float]:
    """Return the score of each row."""
    names = list(weights.weights)
    total = weights.bias + matrix(rows, names) @ np.array([weights.weights[name] for name in names])
    return [float(p) for p in 1 / (1 + np.exp(-np.clip(total, -60, 60)))]
