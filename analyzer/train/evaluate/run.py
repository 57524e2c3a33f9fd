"""All evaluations in one run: which sets, on two processes, and the result as data or as a table."""

import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.modelstore import installed, load
from analyzer.train.core.measures import Evaluation
from analyzer.train.core.recipe import CHECKOUT, DataMissing, data_root
from analyzer.train.evaluate import EVALUATIONS, RESTED, WHICH
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

Result = dict[str, Any]
Job = tuple[str, Path, dict[str, Any]]
Done = tuple[str, list[Evaluation] | str, float, float]


def run(
    which: str = "all",
    data: Path | str | None = None,
    *,
    file: Path | str | None = None,
    out: Path | str | None = None,
    engine: Engine = DEFAULT_ENGINE,
    workers: int | None = None,
) -> Result:
    """Return what was measured: ``sets`` by name, ``skipped`` (what and why), ``slowest``, ``seconds``, ``models``.

    ``which`` is one of :data:`WHICH`, ``data`` the folder of the corpora (``shared`` beside the checkout), ``workers``
    how many processes. For "gold" alone: ``file`` with labels of one's own in place of the dev set, ``out`` for the
    reports, one a line, and ``engine``, the one whose figures come first. Raises :class:`UsageError` for what does
    not go together, :class:`DataMissing` where the data folder, or all of the data asked for, is not there.
    """
    if which not in WHICH:
        raise UsageError(f"nothing is called {which!r} here; expected one of {', '.join(WHICH)}.")
    if (file or out) and which != "gold":
        raise UsageError("a file and --out go with `evaluate gold` only.")
    root = CHECKOUT.parent / "shared" if file is not None and data is None else data_root(data)
    began = time.perf_counter()
    options: dict[str, Any] = {}
    if which == "gold":
        options = {"file": Path(file) if file else None, "out": Path(out) if out else None, "engine": engine}
    asked = EVALUATIONS.values() if which == "all" else [{**EVALUATIONS, **RESTED}[which]]
    jobs: list[Job] = [(name, root, options) for modules in asked for name in modules]
    workers = workers or (2 if len(jobs) > 2 else 1)
    if workers == 1:
        results = [_measured(job) for job in jobs]
    else:  # fresh processes of one thread each
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(_measured, jobs))
    return _result(results, time.perf_counter() - began)


def _measured(job: Job) -> Done:
    """Return one module's name, what it measured (or why it did not), and the wall and CPU seconds it took."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    name, root, options = job
    began, cpu = time.perf_counter(), time.process_time()
    measure: Callable[..., list[Evaluation]] = importlib.import_module(f"analyzer.train.evaluate.{name}").measure
    try:
        with threadpool_limits(1):  # a second thread of the baselines' arithmetic would wait more than it works
            found: list[Evaluation] | str = measure(root, **options)
    except DataMissing as error:
        found = str(error)
    return name, found, time.perf_counter() - began, time.process_time() - cpu


def _result(results: Sequence[Done], seconds: float) -> Result:
    import analyzer

    skipped = {name: found for name, found, *_ in results if isinstance(found, str)}
    sets = {one.name: one.to_dict() for _, found, *_ in results if not isinstance(found, str) for one in found}
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
        lines += ["", f"{name} ({described(found)})"]
        lines.append(f"  {'figure':34}{'value':>7}  {'95 %':13}" + "".join(f"{o:>12}" for o in found["baselines"]))
        for figure, value, interval, others in figure_rows(found, full=full):
            span = f"{interval[0]:.3f}-{interval[1]:.3f}" if interval else ""
            cells = "".join(f"{'-' if cell is None else format(cell, '.3f'):>12}" for cell in others)
            lines.append(f"  {figure:34}{value:>7.3f}  {span:13}{cells}")
        if full:
            lines += [f"  {label:34}" + ", ".join(cells) for label, cells in count_rows(found)]
        lines += [f"  note: {note}" for note in found["notes"]]
    lines += [f"\nskipped {name}: {why}" for name, why in result["skipped"].items()]
    slowest = result["slowest"]
    lines.append(f"\n{result['seconds']:.0f} s; slowest part: {slowest} ({result['parts'][slowest]} s)")
    return "\n".join(lines).lstrip("\n")


def described(found: Mapping[str, Any]) -> str:
    """Return how large a set is, and whose figures these are: the default engine's are those that users get."""
    engine = found["engine"]
    whose = f"{engine} engine{', the default' if engine == DEFAULT_ENGINE else ''}" if engine else "any engine"
    return f"{found['documents']:,} documents; {whose}"


def figure_rows(
    found: Mapping[str, Any], *, full: bool
) -> Iterator[tuple[str, float, Sequence[float] | None, list[float | None]]]:
    """Yield figure, value, interval and the baselines' values: the chief figures first, or alone."""
    names = dict.fromkeys([*found["chief"], *(found["figures"] if full else ())])
    for name in names:
        if name in found["figures"]:
            others = [figures.get(name) for figures in found["baselines"].values()]
            yield name, found["figures"][name], found["intervals"].get(name), others


def count_rows(found: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield each label with its counts, in words."""
    for label, counts in found["counts"].items():
        yield label, [f"{name} {value if isinstance(value, int) else f'{value:.3f}'}" for name, value in counts.items()]
