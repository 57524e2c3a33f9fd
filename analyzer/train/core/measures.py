"""Figures and their uncertainty: what every evaluation counts with.

Intervals are percentile bootstrap intervals (95 %) over documents: Efron & Tibshirani 1993, chapter 13.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support, roc_auc_score

from analyzer.vocabulary import DEFAULT_ENGINE, Engine

Figures = dict[str, float]
Interval = tuple[float, float]
Values = Any  # a sequence or an array of labels or scores


@dataclass(frozen=True)
class Evaluation:
    """What was measured on one dev set.

    ``figures``: name to value (higher is better, except ``*_error``). ``intervals``: 95 % over documents.
    ``baselines``: baseline to its figures, measured in the same run. ``chief``: the figures a table shows first.
    ``engine``: the stance engine; None where none has a say in these figures. ``counts``: what is shown label by label,
    and has no floor.
    """

    name: str
    documents: int
    figures: Figures
    chief: tuple[str, ...]
    intervals: dict[str, Interval] = field(default_factory=dict)
    baselines: dict[str, Figures] = field(default_factory=dict)
    engine: Engine | None = None
    notes: tuple[str, ...] = ()
    counts: dict[str, Figures] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, without the name."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        del plain["name"]
        return plain


def set_name(name: str, engine: Engine) -> str:
    """Return the name of a set of figures: by itself for the default engine, with the engine's behind it for others."""
    return name if engine == DEFAULT_ENGINE else f"{name}-{engine}"


def bootstrap(
    documents: int, figures: Callable[[Sequence[int]], Mapping[str, float]], *, rounds: int = 200, seed: int = 0
) -> dict[str, Interval]:
    """Return a 95 % interval for each figure: ``figures`` is called with the indexes of each resample of documents.

    Not scipy's, which wants every figure of every resample: one may hold no row of a rare label.
    """
    if documents < 2:
        return {}
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, value in figures(rng.integers(0, documents, documents).tolist()).items():
            drawn.setdefault(name, []).append(value)
    kept = {name: values for name, values in drawn.items() if len(values) > rounds // 2}
    return {name: (float(np.percentile(v, 2.5)), float(np.percentile(v, 97.5))) for name, v in kept.items()}


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


def f1_by_label(gold: Values, found: Values, labels: Sequence[Any]) -> dict[Any, float]:
    """Return the F1 of each of the labels that occurs in the gold."""
    present = set(gold)
    kept = [label for label in labels if label in present]
    return dict(zip(kept, f1_score(gold, found, labels=kept, average=None).tolist(), strict=True)) if kept else {}


def named_f1(gold: Values, found: Values, names: Sequence[str]) -> Figures:
    """Return ``macro_f1`` and the F1 of each label that occurs, as ``<name>_f1``; labels are numbers of the names."""
    each = f1_by_label(gold, found, range(len(names)))
    return {"macro_f1": mean(each.values()), **{f"{names[label]}_f1": value for label, value in each.items()}}


def ranking_figures(gold: Values, scores: Values) -> Figures:
    """Return AUROC and average precision; empty where the rows hold one class only (a resample may)."""
    if not 0 < sum(gold) < len(gold):
        return {}
    return {
        "auroc": float(roc_auc_score(gold, scores)),
        "average_precision": float(average_precision_score(gold, scores)),
    }


def binary_figures(gold: Sequence[int], scores: Sequence[float], threshold: float = 0.5) -> Figures:
    """Return AUROC, average precision, and P, R and F1 at the threshold; empty where the rows hold one class only."""
    ranking = ranking_figures(gold, scores)
    if not ranking:
        return {}
    found = [int(score >= threshold) for score in scores]
    precision, recall, each, _ = precision_recall_fscore_support(gold, found, labels=[1, 0], zero_division=0.0)
    return ranking | {
        "f1": float(each[0]),
        "precision": float(precision[0]),
        "recall": float(recall[0]),
        "macro_f1": mean(each.tolist()),
    }


def mean(values: Collection[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def calibration_sums(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> Counter[Any]:
    """Return for each bin the sum of its probabilities and how many there are and were right, to be added to others."""
    sums: Counter[Any] = Counter()
    for p, good in zip(probabilities, right, strict=True):
        at = min(bins - 1, int(p * bins))
        sums[at, "predicted"] += p  # type: ignore[assignment]  # a Counter adds what numbers there are
        sums[at, "observed"] += bool(good)
        sums[at, "count"] += 1
    return sums


def calibration_curve(sums: Mapping[Any, float], bins: int = 10) -> list[dict[str, float]]:
    """Return the calibration curve: mean probability and share that was right, for each bin that has members."""
    members = ((at, sums.get((at, "count"), 0)) for at in range(bins))
    return [
        {"predicted": sums[at, "predicted"] / n, "observed": sums[at, "observed"] / n, "count": n}
        for at, n in members
        if n
    ]


def calibration_bins(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[dict[str, float]]:
    """Return the calibration curve of these probabilities."""
    return calibration_curve(calibration_sums(probabilities, right, bins), bins)


def calibration_error(curve: Sequence[Mapping[str, float]]) -> float:
    """Return the expected calibration error: the bins' mean |predicted - observed|, weighted by their members."""
    total = sum(row["count"] for row in curve)
    return sum(row["count"] * abs(row["predicted"] - row["observed"]) for row in curve) / total if total else 0.0


def pick(rows: Sequence[Any], positions: Sequence[int]) -> list[Any]:
    """Return the rows at the positions."""
    return [rows[position] for position in positions]


def ties_half(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the share of pairs whose first is the greater; a tie is half right, and 0 is the share of no pair."""
    return mean([0.5 * ((first > second) + (first >= second)) for first, second in pairs])
