"""Word lists: each states where it comes from, and is read by the one loader."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from analyzer.lexicons import load_kinds, load_table, load_terms

FOLDER = files("analyzer.lexicons")
TABLES = sorted(path.name.removesuffix(".tsv") for path in FOLDER.iterdir() if path.name.endswith(".tsv"))


@pytest.mark.parametrize("name", TABLES)
def test_every_table_states_source_licence_and_date(name: str) -> None:
    lines = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    head = " ".join(line for line in lines if line.startswith("#")).lower()
    for field in ("source", "licence", "date"):
        assert re.search(rf"(?:# |[;.] ){field}: \S", head), field


@pytest.mark.parametrize("name", TABLES)
def test_no_row_of_a_table_has_more_cells_than_the_table_has_columns(name: str) -> None:
    lines = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    cells = [line.count("\t") for line in lines if line.strip() and not line.startswith("#")]
    assert max(cells) == cells[0]
    assert len(load_table(name)) == len(cells) - 1 > 0


def test_terms_are_found_by_their_kind_and_kinds_by_their_term() -> None:
    assert "university" in load_terms("source_words", "school")
    assert load_terms("source_words", "no such kind") == frozenset()
    assert load_kinds("source_bodies", "type")["organisation"] == ("ngo", "igo", "government")
    assert {"school", "academic body"} <= set(load_kinds("source_words")["university"])
