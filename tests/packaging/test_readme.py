"""What the README shows works from the built wheel, in an empty environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import readme
from .building import ROOT, VERSIONS, built, interpreter, registry_answers


@pytest.mark.integration
@pytest.mark.pipeline
@pytest.mark.parametrize("version", VERSIONS)
def test_everything_in_the_readme_works_from_the_wheel_in_an_empty_environment(version, tmp_path):
    pytest.importorskip("hatchling", reason="hatchling is not installed, so no wheel can be built")
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no python{version} that can make environments on this machine")
    (tmp_path / "asked").mkdir()
    if not registry_answers(tmp_path / "asked"):
        pytest.skip("pip reaches no package registry")
    wheel = built(ROOT, tmp_path / "dist")
    (tmp_path / "work").mkdir()
    readme.follow(python, wheel, tmp_path / "work")


def test_every_example_of_the_readme_is_in_a_language_that_is_run():
    found = [example.language for example in readme.examples(readme.README.read_text("utf-8"))]
    assert found and set(found) <= {*readme.SHELL, readme.CONSOLE, *readme.PYTHON}


def test_examples_are_found_with_their_lines_and_cut_into_commands():
    page = "# A\n\n```sh\n# first\nnpov check \\\n  a.txt\nnpov issues  # all\n```\n\n"
    page += "```console\n$ npov issues\nmany\n```\n"
    first, second = readme.examples(page)
    assert (first.language, first.line) == ("sh", 4)
    assert list(readme.commands(first)) == [(6, "npov check   a.txt"), (7, "npov issues  # all")]
    assert list(readme.commands(second)) == [(11, "npov issues")]


@pytest.mark.parametrize(
    ("command", "run"),
    [
        ("pip install npov-analyzer", "pip install /d/w.whl"),
        (
            ".venv/bin/pip install 'npov-analyzer[notebook]' jupyterlab",
            ".venv/bin/pip install '/d/w.whl[notebook]' jupyterlab",
        ),
        ("pip install npov-analyzer-large", "pip install npov-analyzer-large"),
        ("npov check npov-analyzer", "npov check npov-analyzer"),
    ],
)
def test_the_built_wheel_is_installed_where_the_readme_names_the_package(command, run):
    assert readme.from_wheel(command, Path("/d/w.whl")) == run


def test_a_command_that_fails_is_named_with_its_line(tmp_path, monkeypatch):
    with pytest.raises(readme.Failure, match=r"README\.md, line 7: .*nobody-made-this"):
        readme._do(7, "cat nobody-made-this", (), tmp_path / "w.whl", tmp_path, print)
    with pytest.raises(readme.Failure, match="printed nothing"):
        readme._do(8, "true", (), tmp_path / "w.whl", tmp_path, print)
