"""All evaluations in one run: which sets, on two processes, and the result as data or as a table.

``npov evaluate gold|attribution|stance|wording|banners|all [FILE] [--data DIR] [--out REPORTS] [--json]
[--raise-floors]``: the command calls :func:`run`, then prints :func:`table` or the mapping as JSON.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.train.core.measures import Measured
from analyzer.train.core.recipe import CHECKOUT, DataMissing, data_root

# Group to the modules that measure it: each has measure(root) -> list[Measured]. Longest first, for two processes.
GROUPS: dict[str, tuple[str, ...]] = {
    "banners": ("banners", "composed"),
    "wording": ("wording",),
    "stance": ("stance",),
    "attribution": ("attribution",),
    "gold": ("gold",),
}
WHICH = ("gold", "attribution", "stance", "wording", "banners", "all")
Result = dict[str, Any]
Done = tuple[str, list[Measured] | str, float, float]


def run(
    which: str = "all",
    data: Path | str | None = None,
    *,
    file: Path | str | None = None,
    out: Path | str | None = None,
    stance: str = "fast",
    workers: int | None = None,
) -> Result:
    """Return what was measured: ``sets`` by name, ``skipped`` (what and why), ``slowest``, ``seconds``, ``models``.

    Args:
        which: a group of :data:`WHICH`.
        data: the folder of the corpora; ``shared`` beside the checkout by default.
        file: for "gold": another file in the gold format (JSON Lines or CSV), such as one's own labels.
        out: for "gold": where to write the reports, one a line.
        stance: for "gold": the stance engine.
        workers: processes; two by default for "all", one otherwise.

    Raises:
        UsageError: an unknown group, or an option that does not go with it.
        DataMissing: the data folder, or all of the group's data, is not there.
    """
    if which not in WHICH:
        raise UsageError(f"nothing is called {which!r} here; expected one of {', '.join(WHICH)}.")
    if (file or out) and which != "gold":
        raise UsageError("a file and --out go with `evaluate gold` only.")
    root = CHECKOUT.parent / "shared" if file is not None and data is None else data_root(data)
    began = time.perf_counter()
    names = [name for group, modules in GROUPS.items() if which in (group, "all") for name in modules]
    options: dict[str, dict[str, Any]] = {}
    if which == "gold":
        options["gold"] = {
            "file": Path(file) if file else None,
            "out": Path(out) if out else None,
            "stance": stance,
        }
    jobs = [(name, root, options.get(name, {})) for name in names]
    workers = workers or (2 if len(jobs) > 2 else 1)
    results = [_job(job) for job in jobs] if workers == 1 else _in_processes(jobs, workers)
    return _result(results, time.perf_counter() - began)


def _job(job: tuple[str, Path, dict[str, Any]]) -> Done:
    """Return one module's name, what it measured (or why it did not), and the wall and CPU seconds it took."""
    name, root, options = job
    began, cpu = time.perf_counter(), time.process_time()
    measure: Callable[..., list[Measured]] = importlib.import_module(f"analyzer.train.evaluate.{name}").measure
    try:
        found: list[Measured] | str = measure(root, **options)
    except DataMissing as error:
        found = str(error)
    return name, found, time.perf_counter() - began, time.process_time() - cpu


def _in_processes(jobs: Sequence[tuple[str, Path, dict[str, Any]]], workers: int) -> list[Done]:
    """Return the jobs' results from fresh processes of one thread each."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_job, jobs))


def _result(results: Sequence[Done], seconds: float) -> Result:
    """Return the whole run as plain data."""
    import analyzer
    from analyzer.modelstore import installed, load

    skipped = {name: found for name, found, *_ in results if isinstance(found, str)}
    sets = {m.name: m.to_dict() for _, found, *_ in results if not isinstance(found, str) for m in found}
    if skipped and not sets:
        raise DataMissing("; ".join(skipped.values()))
    parts = {name: round(took, 1) for name, _, took, _ in results}
    return {
        "package": analyzer.__version__,
        "models": {name: load(name).digest for name in installed()},
        "sets": dict(sorted(sets.items())),
        "skipped": skipped,
        "parts": parts,
        "cpu": {name: round(cpu, 1) for name, _, _, cpu in results},
        "slowest": max(parts, key=lambda name: parts[name]),
        "seconds": round(seconds, 1),
    }


def table(result: Result, *, full: bool = False) -> str:
    """Return the run as a plain text table: figure, value, 95 % interval, baselines; all figures where ``full``."""
    lines = []
    for name, found in result["sets"].items():
        others = list(found["baselines"])
        lines += ["", f"{name} ({found['documents']:,} documents)"]
        lines.append(f"  {'figure':34}{'value':>7}  {'95 %':13}" + "".join(f"{other:>12}" for other in others))
        lines += [f"  {line}" for line in _lines(found, others, full)]
        lines += [f"  note: {note}" for note in found["notes"]]
    lines += [f"\nskipped {name}: {why}" for name, why in result["skipped"].items()]
    lines.append(
        f"\n{result['seconds']:.0f} s; slowest part: {result['slowest']} ({result['parts'][result['slowest']]} s)"
    )
    return "\n".join(lines).lstrip("\n")


def _lines(found: Mapping[str, Any], others: Sequence[str], full: bool) -> Iterator[str]:
    """Yield a table line for each figure."""
    for figure in found["figures"] if full else found["chief"]:
        if figure not in found["figures"]:
            continue
        interval = found["intervals"].get(figure)
        span = f"{interval[0]:.3f}-{interval[1]:.3f}" if interval else ""
        cells = (found["baselines"][other].get(figure) for other in others)
        shown = "".join(f"{'-' if cell is None else format(cell, '.3f'):>12}" for cell in cells)
        yield f"{figure:34}{found['figures'][figure]:>7.3f}  {span:13}{shown}"
