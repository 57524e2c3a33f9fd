"""Package data: word lists, gazetteers and tables, one TSV or JSON file each, and the one loader for them.

Each file opens with ``#`` lines that state source, licence and date; the first other line of a TSV names the columns.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of ``<name>.tsv`` as dicts from column to cell; blank and ``#`` lines are skipped."""
    lines = (files(__package__) / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip() and not line.startswith("#"))
    header = next(rows)
    for row in rows:
        yield dict(zip(header, row + [""] * (len(header) - len(row)), strict=False))


@cache
def load_table(name: str) -> tuple[dict[str, str], ...]:
    """Return all rows of :func:`read_table`, and keep them."""
    return tuple(read_table(name))


@cache
def load_terms(name: str, kind: str, column: str = "kind") -> frozenset[str]:
    """Return the terms of one kind in a table with ``term`` and ``kind`` (or ``column``), where commas part several."""
    return frozenset(row["term"] for row in load_table(name) if kind in row[column].split(","))


@cache
def load_kinds(name: str, column: str = "kind") -> dict[str, tuple[str, ...]]:
    """Return the kinds of each term of such a table in the table's order; ``column`` names another column for them."""
    found: dict[str, list[str]] = {}
    for row in load_table(name):
        found.setdefault(row["term"], []).append(row[column])
    return {term: tuple(kinds) for term, kinds in found.items()}


@cache
def load_patterns(name: str, kind: str) -> tuple[str, ...]:
    """Return the patterns of one kind in a table with the columns ``pattern`` and ``kind``, in its order."""
    return tuple(row["pattern"] for row in load_table(name) if row["kind"] == kind)


@cache
def load_json(name: str) -> Any:  # noqa: ANN401 - the shape is the file's own
    """Return the content of ``<name>.json``."""
    return json.loads((files(__package__) / f"{name}.json").read_text("utf-8"))
