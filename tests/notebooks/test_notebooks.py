"""The notebooks: clean as they stand in git, and run by the installed wheel from a copy of their folder."""

from __future__ import annotations

import json
import re
import resource
from pathlib import Path

import pytest

from .installed import FOLDER, NOTEBOOKS, PAGES, ROOT, executed, with_kernel

MOST_CPU = 120  # seconds, kernel and workers together
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path, kind: str = "code") -> list[dict]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_there_are_six_and_the_readme_names_each():
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert len(NOTEBOOKS) == 6
    assert [name for path in NOTEBOOKS if (name := path.name) not in readme] == []


@every
def test_it_stands_in_git_without_outputs(path: Path):
    assert [cell for cell in cells(path) if cell["outputs"] or cell["execution_count"] is not None] == []
    notebook = json.loads(path.read_text("utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}  # no version of whoever ran it last
    assert {tuple(cell["metadata"]) for cell in notebook["cells"]} == {()}


@every
def test_it_explains_more_than_half_of_its_cells(path: Path):
    assert len(cells(path, "markdown")) >= len(cells(path)) / 2


@every
def test_it_needs_nothing_of_the_checkout_or_the_network(path: Path):
    code = "\n".join(map(source, cells(path)))
    assert not re.search(r"\.\./|/shared|/seeds|models/own-labels", code)
    for named in re.findall(r"\"(data/[^\"{}]+)\"", code):
        assert (FOLDER / named).exists(), named


def test_the_seed_beside_them_is_the_seed():
    name = "human-rights-in-kazakhstan.txt"
    assert (FOLDER / "data" / name).read_bytes() == (ROOT / "seeds" / name).read_bytes()


@every
def test_its_page_in_the_docs_shows_it_as_it_is_now(path: Path):
    page = (PAGES / f"{path.stem}.md").read_text("utf-8")
    assert [code for cell in cells(path) if (code := source(cell)) not in page] == [], "run `make notebooks`"
    assert [text for cell in cells(path, "markdown") if (text := source(cell)) not in page] == []
    pictures = re.findall(r"!\[svg\]\((.+?)\)", page)
    assert pictures and all((PAGES / picture).stat().st_size for picture in pictures)


def test_what_stands_above_a_text_has_a_line_of_its_own_on_the_page():
    page = (PAGES / "01-the-seed.md").read_text("utf-8")
    assert "; ? means unsure: it counts for no side.\n>\n> This article may have been created" in page


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel and what its extra for notebooks asks for, no more."""
    return with_kernel(tmp_path_factory.mktemp("env"), wheel)


@pytest.mark.integration
@pytest.mark.pipeline
@every
def test_it_runs_within_two_minutes_says_nothing_in_red_and_ends_in_a_picture(path: Path, python: Path, tmp_path: Path):
    before = used()
    notebook = executed(path, python, tmp_path)
    assert used() - before < MOST_CPU
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    assert "<svg" in notebook.cells[-1].outputs[-1].data["image/svg+xml"]
    assert len([output for output in outputs if "data" in output]) >= 6


def used() -> float:
    """Return the CPU seconds of processes that have ended and were waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime
