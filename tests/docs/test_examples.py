"""Every shell and Python example of the README, the pages and the public docstrings runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .files import lay_out
from .pages import PAGES, README, ROOT, RUN, RUN_ELSEWHERE, examples, prose
from .runner import SHIM, ask
from .shown import COLUMNS, not_printed, renewed, shown, wrong

OTHERS = {"", "json", "yaml", "toml", "sql", "text"}  # "": a formula, or how a command is called
SHOWS_CALLS = "cli.md"
HERE = [page for page in PAGES if page.name not in RUN_ELSEWHERE]
WITH_EXAMPLES = [page for page in HERE if any(example.is_run for example in examples(page))]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A process with the pipelines loaded; gives its address."""
    folder = tmp_path_factory.mktemp("d")
    address = str(folder / "s")
    (folder / "bin").mkdir()
    shim = folder / "bin/npov"
    shim.write_text(SHIM.format(python=sys.executable, address=address), "utf-8")
    shim.chmod(0o755)
    command = [sys.executable, str(Path(__file__).parent / "runner.py"), address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield address
        process.kill()


def done(server: str, kind: str, words: list[str], folder: Path) -> tuple[int, str]:
    """Return the exit code and the output of what was asked of the server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("NPOV", "COV_"))}
    path = f"{Path(server).parent / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    # No address can be reached through this, and columns do not depend on who runs the tests.
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    output = folder.parent / "output.txt"
    with output.open("wb") as stream:
        code = ask(server, kind, words, folder, kept | closed | {"PATH": path, "COLUMNS": COLUMNS}, stream.fileno())
    return code, output.read_text("utf-8", errors="replace")


@pytest.mark.integration
@pytest.mark.pipeline
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
def test_every_example_of_a_page_runs_and_prints_what_is_shown(page: Path, server: str, tmp_path: Path):
    for library in ("polars", "pyarrow", "altair"):
        pytest.importorskip(library, reason=f"no {library}: pip install -e .[notebook]")
    folder = tmp_path / "work"
    folder.mkdir()
    lay_out(folder, page.read_text("utf-8"))
    code, output = done(server, "page", [str(page)], folder)
    assert code == 0, output[-4000:]
    assert "Traceback" not in output
    assert wrong(page, output) == [], f"python tests/docs/renew_shown.py {page.stem}, and read the diff"


def test_what_a_page_shows_is_looked_for_in_order_and_as_a_whole():
    output = ["A mill.", "It is old.", "It is red.", "A lake."]
    assert not_printed("A mill.\nIt is old.\n...\nA lake.\n", output) == []
    assert not_printed("A mill.\nIt is red.\n", output) == ["A mill.", "It is red."]
    assert not_printed("A lake.\n...\nA mill.\n", output) == ["A mill."]
    assert renewed("A mil.\nIt was old.\n...\nThe lake.\n", output) == "A mill.\nIt is old.\n...\nA lake.\n"


def test_the_tutorial_shows_what_each_of_its_steps_prints():
    printing = [example for example in examples(ROOT / "docs/tutorial.md") if example.is_run]
    seen = {line for line, _, _ in shown(ROOT / "docs/tutorial.md")}
    silent = [example.code for example in printing if example.line not in seen]
    assert len(seen) >= 5 and all("--out" in code for code in silent)


@pytest.mark.integration
@pytest.mark.pipeline
def test_the_examples_in_the_docstrings_of_public_names_run(server: str, tmp_path: Path):
    pytest.importorskip("altair", reason="no altair: pip install -e .[notebook]")
    folder = tmp_path / "work"
    folder.mkdir()
    lay_out(folder, "article.txt article.wikitext")
    code, output = done(server, "docstrings", [], folder)
    assert code == 0, output[-4000:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_example_of_a_page_escapes(page: Path):
    found = examples(page)
    strange = {example.language for example in found} - {*RUN, *OTHERS}
    assert not strange, f"write them as one of {RUN}, which are run, or of {sorted(OTHERS)}"
    if page.name != SHOWS_CALLS:
        bare = [example.line for example in found if not example.language and re.search(r"^npov ", example.code, re.M)]
        assert bare == []
    assert re.findall(r"^    (?:npov|python) .*", prose(page), re.MULTILINE) == [], "put it into a fence"


def test_what_is_not_run_says_why_and_is_the_smaller_part():
    every = [(page, example) for page in HERE for example in examples(page) if example.language in RUN]
    left_out = [(page.name, example.line, example.why_not) for page, example in every if example.why_not]
    assert all(len(why.split()) >= 3 for _, _, why in left_out)
    assert len(left_out) < len(every) / 3
    marks = sum(page.read_text("utf-8").count("<!-- not run:") for page in HERE)
    assert marks == len(left_out), "a mark stands in the line above its fence"


def test_the_readme_and_most_pages_have_examples():
    assert any(example.is_run for example in examples(README))
    assert len(WITH_EXAMPLES) >= 12


def test_a_page_that_is_run_elsewhere_is_named_by_the_test_that_runs_it():
    for page in (page for page in PAGES if page.name in RUN_ELSEWHERE):
        assert f"docs/{page.name}" in (ROOT / RUN_ELSEWHERE[page.name]).read_text("utf-8")
