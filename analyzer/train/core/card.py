"""Model cards: ``models/<name>/README.md`` from the recipe, the figures and what the model's own code has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.train.core.recipe import Recipe

RETRAIN = "Retrain on your own data"
_USES = {"train": "trained on", "dev": "tuned and measured on", "evaluate": "measured on only"}


def render(
    recipe: Recipe,
    metrics: Mapping[str, Any],
    calibration: Sequence[Mapping[str, float]],
    sections: Mapping[str, str],
    sizes: Mapping[str, int],
) -> str:
    """Return the card as markdown."""
    parts = [
        f"# {recipe.name}\n\n{recipe.summary}\n\n*Version {recipe.version}. Written by `npov train {recipe.name}`; "
        "edit the recipe or the trainer, not this page.*",
        _section("Intended use", recipe.intended_use),
        _section("Out of scope", recipe.out_of_scope),
        _section("Data", _data(recipe)),
        _section("How it is made", _settings(recipe)),
        _section("Figures", "\n\n".join(_tables(metrics))),
        _section("Calibration", _calibration(calibration)),
        *(_section(title, text) for title, text in sections.items()),
        "" if "Known failures" in sections else _section("Known failures", recipe.known_failures),
        _section("Files", "\n".join(f"- `{fn}`: {size:,} bytes" for fn, size in sorted(sizes.items()))),
        "" if RETRAIN in sections else _section(RETRAIN, _retrain(recipe.name)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, text: str) -> str:
    """Return a section, or nothing where it would be empty."""
    return f"## {title}\n\n{text.strip()}" if text.strip() else ""


def _data(recipe: Recipe) -> str:
    """Return the table of corpora, or nothing; own labels need not be named by hash."""
    if not recipe.data:
        return ""
    rows = [f"| `{f.path}` | {_USES[f.use]} | {f.licence} | {f.origin} | `{f.sha256[:12]}...` |" for f in recipe.data]
    head = "| file | use | licence | origin | sha256 |\n|---|---|---|---|---|\n"
    return head + "\n".join(rows) + "\n\nNo text of these corpora is part of the weights' folder."


def _settings(recipe: Recipe) -> str:
    """Return the recipe's settings as a list; texts of several lines have sections of their own."""
    lines = [f"- seed: {recipe.seed}"]
    for title in ("preprocessing", "features", "estimator"):
        table: Mapping[str, Any] = getattr(recipe, title)
        lines += [f"- {title}, {key}: {value}" for key, value in table.items() if "\n" not in str(value)]
    return "\n".join(lines)


def _tables(metrics: Mapping[str, Any], title: str = "") -> Iterator[str]:
    """Yield a table for the numbers of each level; mappings of equal keys become one table with columns."""
    numbers = {k: v for k, v in metrics.items() if _is_number(v)}
    if numbers:
        yield (
            _heading(title)
            + "| figure | value |\n|---|---|\n"
            + "\n".join(f"| {k} | {_number(v)} |" for k, v in numbers.items())
        )
    nested = {k: v for k, v in metrics.items() if isinstance(v, Mapping)}
    grids = {k: v for k, v in nested.items() if v and all(_is_number(x) for x in v.values())}
    columns = list(dict.fromkeys(c for row in grids.values() for c in row))
    if len(grids) > 1 and len(columns) <= 8:
        head = f"| {title or 'set'} | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1) + "\n"
        yield (
            ("" if numbers else _heading(title))
            + head
            + "\n".join(
                f"| {k} | " + " | ".join(_number(row.get(c)) for c in columns) + " |" for k, row in grids.items()
            )
        )
        nested = {k: v for k, v in nested.items() if k not in grids}
    for key, value in nested.items():
        yield from _tables(value, f"{title}, {key}" if title else key)


def _heading(title: str) -> str:
    """Return a small heading, or nothing."""
    return f"### {title}\n\n" if title else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> str:
    """Return a figure as people read it: three decimals, counts as they are."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) > 1 else f"{value:.3f}"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _calibration(curve: Sequence[Mapping[str, float]]) -> str:
    """Return the calibration curve as a table with a bar for what was observed."""
    if not curve:
        return ""
    total = sum(row["count"] for row in curve)
    error = sum(row["count"] * abs(row["predicted"] - row["observed"]) for row in curve) / total
    lines = [
        f"| {r['predicted']:.2f} | {r['observed']:.2f} | {r['count']:,.0f} | {'█' * round(20 * r['observed'])} |"
        for r in curve
    ]
    return (
        "| predicted | observed | count | |\n|---|---|---|---|\n"
        + "\n".join(lines)
        + f"\n\nExpected calibration error: {error:.3f} over {total:,.0f} predictions."
    )


def _retrain(name: str) -> str:
    """Return how to rebuild the model and how to make one's own."""
    return f"""Rebuild these weights (same data and seed give the same bytes on one machine):

    npov train {name} --data ../shared

Make your own from your own labels (docs/labels.md), beside ours or instead of ours:

    npov annotate article.txt --out labels.jsonl      # then correct the labels by hand
    npov train {name} --labels labels.jsonl --out my-models
    npov train {name} --labels labels.jsonl --labels-only --out my-models
    NPOV_MODELS=my-models npov check article.txt"""
