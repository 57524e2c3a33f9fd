"""Training: from a recipe to weights, manifest, metrics and card; the same data and seed give the same bytes.

A model's own code is one function, ``fit(recipe, data) -> Fit``, in ``analyzer/train/<module>.py``; everything else
(finding data, writing weights, checking metrics, the card) is done here for all models alike. Weights are bytes that
depend on their content alone (no time stamps, fixed order), which is what lets a rebuild be compared by hash.
"""

import hashlib
import importlib
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Template

from analyzer import modelstore
from analyzer.errors import ModelError, UsageError
from analyzer.modelstore import FORMAT, MANIFEST
from analyzer.train.core.measures import calibration_error
from analyzer.train.core.recipe import PACKAGED, Data, DataMissing, Recipe, Row, data_root, find_recipe, in_order

NOTES = "notes.md"  # what was tried, written by people beside the card
_EPOCH = (1980, 1, 1, 0, 0, 0)
_USES = {"train": "trained on", "dev": "tuned and measured on", "evaluate": "measured on only"}


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
class Rebuilt:
    """What rebuilding a model came to; ``moved`` tells each figure that fell below what the recipe expects."""

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
    labels: Sequence[Row] | None = None,
    labels_only: bool = False,
    out: Path | str | None = None,
    check: bool = False,
    root: Path | None = None,
) -> Rebuilt:
    """Return what rebuilding the model gave; its folder then holds weights, manifest, metrics.json and README.md.

    ``data`` is the folder of the corpora; ``labels`` are the user's own passages, beside the recipe's or, with
    ``labels_only``, instead of them; with labels, a model that can do without the corpora is trained where there are
    none. ``out`` is a folder for model folders (use it through ``$NPOV_MODELS``), by
    default the checkout's ``models/``; own labels need one, so that they never replace ours unnoticed, and expected
    figures are not held against them. ``check`` writes nothing and compares with what is there. Raises
    :class:`~analyzer.errors.ModelError` where data is missing or altered.
    """
    if labels_only and labels is None:
        raise UsageError("--labels-only needs --labels FILE.")
    if labels is not None and out is None and not check:
        raise UsageError("--labels needs --out DIR, so that the shipped weights stay as they are.")
    recipe = find_recipe(name, root)
    if out is None and not check and recipe.folder.parent == PACKAGED:
        raise UsageError("an installed package's own weights stay as they are; expected --out DIR.")
    own = tuple(labels or ())
    began = time.perf_counter()
    fit = _run(recipe, Data(recipe, _corpora(data, needed=not own), own, labels_only))
    seconds = time.perf_counter() - began
    moved = () if own else tuple(compare(recipe, fit.metrics))
    if check:
        with tempfile.TemporaryDirectory() as scratch:
            changed = tuple(_differences(write_fit(recipe, fit, Path(scratch) / name), recipe.folder))
        return Rebuilt(name, recipe.folder, fit.metrics, seconds, moved, changed)
    folder = write_fit(recipe, fit, Path(out) / name if out is not None else recipe.folder)
    return Rebuilt(name, folder, fit.metrics, seconds, moved)


def _corpora(given: Path | str | None, *, needed: bool) -> Path | None:
    """Return the folder of the corpora; None where there is none, none was named and labels of one's own may do."""
    try:
        return data_root(given)
    except DataMissing:
        if needed or given is not None:
            raise
        return None


def train_all(data: Path | str | None = None, *, slow: bool = False, **options: Any) -> Iterator[Rebuilt]:  # noqa: ANN401
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
        elif _is_number(value):
            flat[f"{prefix}{key}"] = float(value)
    return flat


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
    sizes = {filename: len(blob) for filename, blob in files.items()}
    card = render_card(recipe, fit, sizes, notes=(folder / NOTES).is_file())
    (folder / "README.md").write_text(card, "utf-8")
    return folder


def _differences(new: Path, shipped: Path) -> Iterator[str]:
    """Yield the names of weights files whose bytes differ from the shipped ones."""
    made = modelstore.Model(new, shipped.name).files
    there = modelstore.Model(shipped, shipped.name).files
    for filename in sorted(made.keys() | there.keys()):
        if made.get(filename) != there.get(filename):
            yield filename


def encode(filename: str, artifact: object) -> bytes:
    """Return the bytes of an artifact by the kind of its file name: .npz, .json, or bytes and text as they are."""
    if filename.endswith(".npz"):
        if not isinstance(artifact, Mapping):
            raise ModelError(f"{filename}: expected a mapping of arrays, got {type(artifact).__name__}.")
        return npz_bytes(artifact)
    if isinstance(artifact, bytes):
        return artifact
    if filename.endswith(".json"):
        return (json.dumps(artifact, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    if isinstance(artifact, str):
        return artifact.encode()
    raise ModelError(
        f"{filename}: a fit returns mappings of arrays for .npz, plain values for .json, text or bytes for the rest; "
        f"got {type(artifact).__name__}."
    )


def npz_bytes(arrays: Mapping[str, Any]) -> bytes:
    """Return an ``.npz`` of the arrays in the order of their names; raises on arrays of Python objects."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in sorted(arrays):
            buffer, array = io.BytesIO(), np.asarray(arrays[name], order="C")
            try:
                np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            except ValueError as error:
                raise ModelError(f"array {name!r} of {array.dtype} cannot be stored without pickle: {error}") from error
            info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return whole.getvalue()


def write_model(folder: Path, name: str, version: str, files: Mapping[str, bytes]) -> None:
    """Write the files and their manifest into the folder (made where missing)."""
    import sklearn

    listing = {}
    for filename, blob in sorted(files.items()):
        target = folder / filename
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(blob)
        listing[filename] = {"sha256": hashlib.sha256(blob).hexdigest(), "size": len(blob)}
    manifest = {"name": name, "version": version, "format": FORMAT, "sklearn": sklearn.__version__, "files": listing}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def render_card(recipe: Recipe, fit: Fit, sizes: Mapping[str, int], *, notes: bool = False) -> str:
    """Return the card as markdown; ``notes``: what people tried and wrote down lies beside it."""
    template = Template((files(__package__) / "card.md.j2").read_text("utf-8"), keep_trailing_newline=True)
    return str(
        template.render(
            recipe=recipe,
            uses=_USES,
            figures="\n\n".join(_tables(fit.metrics)),
            curve=fit.calibration,
            error=calibration_error(fit.calibration),
            told={**fit.card, "Known failures": fit.card.get("Known failures") or recipe.known_failures},
            notes=NOTES if notes else "",
            sizes=sizes,
        )
    )


def _tables(metrics: Mapping[str, Any], title: str = "") -> Iterator[str]:
    """Yield a table for the numbers of each level; mappings of equal keys become one table with columns."""
    heading = f"### {title}\n\n" if title else ""
    numbers = {key: value for key, value in metrics.items() if _is_number(value)}
    if numbers:
        yield heading + table(["figure", "value"], ([key, value] for key, value in numbers.items()))
    nested = {key: value for key, value in metrics.items() if isinstance(value, Mapping)}
    grids = {key: value for key, value in nested.items() if value and all(map(_is_number, value.values()))}
    columns = list(dict.fromkeys(column for row in grids.values() for column in row))
    if len(grids) > 1 and len(columns) <= 8:
        rows = ([key, *map(row.get, columns)] for key, row in grids.items())
        yield ("" if numbers else heading) + table([title or "set", *columns], rows)
        nested = {key: value for key, value in nested.items() if key not in grids}
    for key, value in nested.items():
        yield from _tables(value, f"{title}, {key}" if title else key)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in markdown."""
    lines = [head, *([_number(cell) for cell in row] for row in rows)]
    shown = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([shown[0], "|" + "---|" * len(head), *shown[1:]])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> str:
    """Return a figure as people read it: three decimals, counts as they are."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) > 1 else f"{value:.3f}"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
