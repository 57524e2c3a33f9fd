"""Figures and their uncertainty: what every evaluation counts with.

Intervals are percentile bootstrap intervals (95 %) over documents: Efron & Tibshirani 1993, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ROUNDS = 200
LEVEL = 0.95

Figures = dict[str, float]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """What was measured on one dev set.

    ``figures``: name to value (higher is better, except ``*_error``). ``intervals``: 95 % over documents.
    ``baselines``: baseline to its figures, measured in the same run. ``chief``: the figures a table shows first.
    """

    name: str
    documents: int
    figures: Figures
    chief: tuple[str, ...]
    intervals: dict[str, Interval] = field(default_factory=dict)
    baselines: dict[str, Figures] = field(default_factory=dict)
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "documents": self.documents,
            "figures": self.figures,
            "intervals": {name: list(pair) for name, pair in self.intervals.items()},
            "baselines": self.baselines,
            "chief": list(self.chief),
            "seconds": round(self.seconds, 1),
            "notes": list(self.notes),
        }


def bootstrap(
    documents: int,
    figures: Callable[[Sequence[int]], Mapping[str, float]],
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return a 95 % interval for each figure: ``figures`` is called with the indexes of each resample of documents."""
    import numpy as np

    if documents < 2:
        return {}
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, value in figures(rng.integers(0, documents, documents).tolist()).items():
            drawn.setdefault(name, []).append(value)
    tail = 100 * (1 - LEVEL) / 2
    return {
        name: (float(np.percentile(values, tail)), float(np.percentile(values, 100 - tail)))
        for name, values in drawn.items()
        if len(values) > rounds // 2
    }


def grouped(keys: Sequence[str]) -> list[list[int]]:
    """Return the positions of each distinct key, in order of first appearance: the rows of each document."""
    groups: dict[str, list[int]] = {}
    for position, key in enumerate(keys):
        groups.setdefault(key, []).append(position)
    return list(groups.values())


def over_groups(
    groups: Sequence[Sequence[int]], figures: Callable[[Sequence[int]], Mapping[str, float]]
) -> Callable[[Sequence[int]], Mapping[str, float]]:
    """Return ``figures`` of rows as a function of drawn groups."""
    return lambda drawn: figures([row for group in drawn for row in groups[group]])


def f1(tp: float, fp: float, fn: float) -> float:
    """Return F1 from counts; 0 where nothing was found or asked for."""
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def macro_f1(gold: Sequence[object], found: Sequence[object], labels: Sequence[object]) -> float:
    """Return the mean F1 over the labels that occur in the gold."""
    values = []
    for label in labels:
        tp = sum(g == f == label for g, f in zip(gold, found, strict=True))
        n_gold, n_found = sum(g == label for g in gold), sum(f == label for f in found)
        if n_gold:
            values.append(f1(tp, n_found - tp, n_gold - tp))
    return sum(values) / len(values) if values else 0.0


def binary_figures(gold: Sequence[int], scores: Sequence[float], threshold: float = 0.5) -> Figures:
    """Return AUROC, average precision and, at the threshold, precision, recall and F1 of the positive class.

    Empty where the rows hold one class only (a resample may).
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    if not 0 < sum(gold) < len(gold):
        return {}
    found = [score >= threshold for score in scores]
    tp = sum(bool(g) and f for g, f in zip(gold, found, strict=True))
    return {
        "auroc": float(roc_auc_score(gold, scores)),
        "average_precision": float(average_precision_score(gold, scores)),
        "f1": f1(tp, sum(found) - tp, sum(gold) - tp),
        "precision": tp / sum(found) if any(found) else 0.0,
        "recall": tp / sum(gold),
        "macro_f1": macro_f1([bool(g) for g in gold], found, (True, False)),
    }


def pick(rows: Sequence[Any], positions: Sequence[int]) -> list[Any]:
    """Return the rows at the positions."""
    return [rows[position] for position in positions]
