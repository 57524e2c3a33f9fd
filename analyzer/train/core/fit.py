"""Training: from a recipe to weights, manifest, metrics and card; the same data and seed give the same bytes.

A model's own code is one function, ``fit(recipe, data) -> Fit``, in ``analyzer/train/<module>.py``; everything else
(finding data, writing weights, checking metrics, the card) is done here for all models alike.
"""

from __future__ import annotations

import importlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analyzer import modelstore
from analyzer.errors import ModelError, UsageError
from analyzer.train.core import card
from analyzer.train.core.recipe import Data, Recipe, data_root, find_recipe, in_order
from analyzer.train.core.weights import encode, write_model
from analyzer.train.labels.passages import read_labels


@dataclass(frozen=True)
class Fit:
    """What a model's ``fit`` returns.

    ``artifacts``: file name to content: a mapping of arrays for ``x.npz`` (no object dtype: keep strings in ``x.json``
    or as ``U`` arrays), a plain value for ``x.json``, text or bytes else.
    ``metrics``: nested mappings with numbers at the leaves; ``[expected]`` of the recipe points into it by dotted path
    (``{"dev": {"macro_f1": .6}}`` is ``dev.macro_f1``). ``calibration``: rows with ``predicted`` (mean probability),
    ``observed`` (share that was right) and ``count``, one a bin (:func:`calibration_bins` makes them).
    ``card``: markdown by section title, placed after the metrics ("Comparison", "Known failures" ...); examples in it
    must be of our own making.
    """

    artifacts: Mapping[str, Any]
    metrics: Mapping[str, Any]
    calibration: Sequence[Mapping[str, float]] = ()
    card: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trained:
    """What training a model came to; ``moved`` tells each figure that fell below what the recipe expects."""

    name: str
    folder: Path
    metrics: Mapping[str, Any]
    seconds: float
    moved: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # files that differ from the shipped ones, for ``check``

    @property
    def ok(self) -> bool:
        """Tell whether every expected figure was reached."""
        return not self.moved


def train(
    name: str,
    data: Path | str | None = None,
    *,
    labels: Path | str | None = None,
    labels_only: bool = False,
    out: Path | str | None = None,
    check: bool = False,
    root: Path | None = None,
) -> Trained:
    """Return what rebuilding the model gave; its folder then holds weights, manifest, metrics.json and README.md.

    ``npov train NAME [--data DIR] [--labels FILE [--labels-only]] [--out DIR] [--check]``. ``data`` is the folder of
    the corpora; ``labels`` a file of the user's own (JSON Lines or CSV, :mod:`analyzer.train.labels.passages`),
    beside the recipe's training passages or, with ``labels_only``, instead of them. ``out`` is a folder for
    model folders (use it afterwards through ``$NPOV_MODELS``); by default the checkout's own ``models/`` is written.
    ``check`` writes nothing and compares with the model that is there. Own labels need ``out``, so that they never
    replace ours unnoticed; the recipe's expected figures are not held against them.

    Raises :class:`~analyzer.errors.ModelError` where data is missing or altered.
    """
    if labels_only and labels is None:
        raise UsageError("--labels-only needs --labels FILE.")
    if labels is not None and out is None and not check:
        raise UsageError("--labels needs --out DIR, so that the shipped weights stay as they are.")
    recipe = find_recipe(name, root)
    own = tuple(read_labels(Path(labels))) if labels is not None else ()
    began = time.perf_counter()
    fit = _run(recipe, Data(recipe, data_root(data), own, labels_only))
    seconds = time.perf_counter() - began
    moved = () if own else tuple(compare(recipe, fit.metrics))
    if check:
        with tempfile.TemporaryDirectory() as scratch:
            changed = tuple(_differences(write_fit(recipe, fit, Path(scratch) / name), recipe.folder))
        return Trained(name, recipe.folder, fit.metrics, seconds, moved, changed)
    folder = write_fit(recipe, fit, Path(out) / name if out is not None else recipe.folder)
    return Trained(name, folder, fit.metrics, seconds, moved)


def train_all(data: Path | str | None = None, *, slow: bool = False, **options: Any) -> Iterator[Trained]:  # noqa: ANN401
    """Yield each model as it is rebuilt, after those it needs; recipes with ``ci = false`` only where ``slow``."""
    for recipe in in_order(options.get("root")):
        if slow or recipe.ci:
            yield train(recipe.name, data, **options)


def compare(recipe: Recipe, metrics: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each expected figure that is missing or lower than tolerated."""
    flat = flatten(metrics)
    for figure, expected in recipe.expected.items():
        met = flat.get(figure)
        if met is None:
            yield f"{recipe.name}: {figure} expected {expected:.4f}, not among the metrics"
        elif met < expected - recipe.allowed(figure):
            yield f"{recipe.name}: {figure} {met:.4f}, expected {expected:.4f} - {recipe.allowed(figure):.4f}"


def flatten(metrics: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return the numbers of nested mappings by dotted path."""
    flat: dict[str, float] = {}
    for key, value in metrics.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat[f"{prefix}{key}"] = float(value)
    return flat


def calibration_bins(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[dict[str, float]]:
    """Return the calibration curve: mean probability and share that was right, for each bin that has members."""
    sums: dict[int, list[float]] = {}
    for p, good in zip(probabilities, right, strict=True):
        total = sums.setdefault(min(bins - 1, int(p * bins)), [0.0, 0.0, 0.0])
        total[0] += p
        total[1] += bool(good)
        total[2] += 1
    return [{"predicted": p / n, "observed": good / n, "count": n} for _, (p, good, n) in sorted(sums.items())]


def calibration_error(curve: Sequence[Mapping[str, float]]) -> float:
    """Return the expected calibration error: the bins' mean |predicted - observed|, weighted by their members."""
    total = sum(row["count"] for row in curve)
    return sum(row["count"] * abs(row["predicted"] - row["observed"]) for row in curve) / total if total else 0.0


def _run(recipe: Recipe, data: Data) -> Fit:
    """Return what the recipe's module makes of the data, on one thread: several would sum in varying order."""
    import sklearn.ensemble  # noqa: F401 - only libraries that are loaded by now can be held to one thread
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    module = importlib.import_module(f"analyzer.train.{recipe.module}")
    function: Callable[[Recipe, Data], Fit] | None = getattr(module, "fit", None)
    if function is None:
        raise ModelError(
            f"analyzer/train/{recipe.module}.py has no fit(recipe, data); recipe {recipe.name!r} needs it."
        )
    with threadpool_limits(1):
        return function(recipe, data)


def write_fit(recipe: Recipe, fit: Fit, folder: Path) -> Path:
    """Write weights, manifest, metrics and card; returns the folder."""
    files = {filename: encode(filename, artifact) for filename, artifact in fit.artifacts.items()}
    write_model(folder, recipe.name, recipe.version, files)
    metrics = json.dumps(fit.metrics, indent=1, ensure_ascii=False, default=float)
    (folder / "metrics.json").write_text(metrics + "\n", "utf-8")
    text = card.render(recipe, fit.metrics, fit.calibration, fit.card, {fn: len(blob) for fn, blob in files.items()})
    (folder / "README.md").write_text(text, "utf-8")
    return folder


def _differences(new: Path, shipped: Path) -> Iterator[str]:
    """Yield the names of weights files whose bytes differ from the shipped ones."""
    made = modelstore.Model(new, shipped.name).files
    there = modelstore.Model(shipped, shipped.name).files
    for filename in sorted(made.keys() | there.keys()):
        if made.get(filename) != there.get(filename):
            yield filename
