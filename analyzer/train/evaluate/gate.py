"""The quality gate: a floor for every figure, which only rises; and the page of results made from the same run.

``floors.toml`` has ``[floors.SET]`` with a floor by figure, the ``tolerance`` by which one may fall below it, and the
``[tolerances]`` of single ones, by "set.figure". Figures whose name ends in ``_error`` are better when lower: their
floor is a ceiling.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.train.core.recipe import CHECKOUT
from analyzer.train.evaluate.run import count_rows, described, figure_rows
from analyzer.vocabulary import DEFAULT_ENGINE

FLOORS = CHECKOUT / "tests" / "quality" / "floors.toml"
PAGE = CHECKOUT / "docs" / "quality.md"
_HEAD = """# The floor of every figure on the dev sets. One that falls further below than its tolerance fails the tests.
# `npov evaluate all --raise-floors` raises them after an improvement; they are never lowered. Sets are measured with
# the default stance engine, those with "-fast" behind their name with the fast one.
"""


@dataclass(frozen=True)
class Floors:
    """The floors as written."""

    floors: dict[str, dict[str, float]]
    tolerances: dict[str, float]
    tolerance: float = 0.01

    @classmethod
    def load(cls, path: Path = FLOORS) -> "Floors":
        """Return the floors of the file; none where there is no file yet."""
        if not path.is_file():
            return cls({}, {})
        try:
            raw = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path}: not TOML: {error}") from error
        return cls(raw.get("floors", {}), raw.get("tolerances", {}), raw.get("tolerance", 0.01))

    def dump(self) -> str:
        """Return the file's text."""
        parts = [_HEAD, f"tolerance = {self.tolerance}\n"]
        if self.tolerances:
            parts.append("\n[tolerances]\n" + "".join(f'"{k}" = {v}\n' for k, v in sorted(self.tolerances.items())))
        for name, figures in sorted(self.floors.items()):
            parts.append(f'\n[floors."{name}"]\n' + "".join(f'"{k}" = {v:.3f}\n' for k, v in sorted(figures.items())))
        return "".join(parts)


@dataclass(frozen=True)
class Move:
    """A figure that left its floor: ``met`` is None where it was not measured at all."""

    name: str
    figure: str
    floor: float
    met: float | None
    tolerance: float

    def __str__(self) -> str:
        met = "not measured" if self.met is None else f"{self.met:.4f} ({self.met - self.floor:+.4f})"
        return f"{self.name}: {self.figure} {met}, floor {self.floor:.3f}, tolerance {self.tolerance:g}"


def _sense(figure: str) -> int:
    """Return 1 where a figure is better when higher, -1 for an error rate."""
    return -1 if figure.endswith("_error") else 1


def fallen(result: Mapping[str, Any], floors: Floors) -> Iterator[Move]:
    """Yield every figure that fell below its floor by more than its tolerance; sets that were skipped are left out."""
    for name in (name for name in floors.floors if name in result["sets"]):
        for figure, floor in floors.floors[name].items():
            met = result["sets"][name]["figures"].get(figure)
            tolerance = floors.tolerances.get(f"{name}.{figure}", floors.tolerance)
            if met is None or _sense(figure) * (met - floor) < -tolerance:
                yield Move(name, figure, floor, met, tolerance)


def raised(result: Mapping[str, Any], floors: Floors) -> tuple[Floors, list[str]]:
    """Return the floors after this run, and a line for each that is new or rises; none is lowered or dropped."""
    lines = []
    new = {name: dict(figures) for name, figures in floors.floors.items()}
    for name, found in result["sets"].items():
        for figure, met in found["figures"].items():
            sense = _sense(figure)
            value = sense * math.floor(sense * met * 1000 + 1e-9) / 1000
            old = new.setdefault(name, {}).get(figure)
            if old is None or sense * (value - old) > 0:
                new[name][figure] = value
                lines.append(f"{name}: {figure} {'new' if old is None else f'{old:.3f}'} -> {value:.3f}")
    return Floors(new, floors.tolerances, floors.tolerance), lines


def raise_floors(result: Mapping[str, Any], path: Path = FLOORS, page: Path | None = PAGE) -> list[str]:
    """Write the raised floors and the page of results; returns what changed, a line each, for review with git."""
    floors, lines = raised(result, Floors.load(path))
    path.write_text(floors.dump(), "utf-8")
    if page is not None:
        page.write_text(quality_page(result), "utf-8")
    return lines


def quality_page(result: Mapping[str, Any]) -> str:
    """Return ``docs/quality.md``: every chief figure with its interval and the baselines of the same run."""
    models = "\n".join(f"- `{name}`: `{digest[:19]}...`" for name, digest in result["models"].items())
    parts = [
        "# Quality\n\nWritten by `npov evaluate all --raise-floors`; do not edit. Figures are on the **dev** sets, "
        "which were used for tuning: expect a little less on text never seen. They are those of the default stance "
        f'engine ({DEFAULT_ENGINE}), which users get; a set with "-fast" behind its name has those of the fast engine, '
        'and where "any engine" stands none has a say. Ranges are 95 % bootstrap intervals over documents. Baselines '
        "were fitted and measured in the same run. A test keeps every figure above its floor "
        "(`tests/quality/floors.toml`).",
        f"npov-analyzer {result['package']}, with these weights:\n\n{models}",
    ]
    parts += [_section(name, found) for name, found in result["sets"].items()]
    parts += [f"Not measured in this run: {name} ({why})" for name, why in result["skipped"].items()]
    took = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in result["parts"].items())
    parts.append(f"## Time\n\nThe run took {result['seconds']:.0f} s; by part: {took}.")
    return "\n\n".join(parts) + "\n"


def _section(name: str, found: Mapping[str, Any]) -> str:
    others = found["baselines"]
    lines = [f"## {name}\n", f"{described(found)}.\n".replace(";", ",")]
    lines += ["| figure | value | 95 % | " + "".join(f"{o} | " for o in others), "|---" * (3 + len(others)) + "|"]
    for figure, value, interval, cells in figure_rows(found, full=True):
        span = f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
        shown = "".join(f" {'' if cell is None else f'{cell:.3f}'} |" for cell in cells)
        lines.append(f"| {figure} | **{value:.3f}** | {span} |{shown}")
    counted = [f"- `{label}`: {', '.join(cells)}" for label, cells in count_rows(found)]
    return "\n".join([*lines, *([""] if counted else []), *counted, *(f"\n{note}" for note in found["notes"])])
