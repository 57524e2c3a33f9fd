"""What the documentation and the messages say of the command line is there."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer.cli.app import app
from analyzer.cli.reference import reference

ROOT = Path(__file__).parents[2]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
OTHERS = {"--help", "--version"}  # of every command; and what other programs take:
OTHERS |= {"--strict", "--user", "--hook-stage", "--port", "--nworkers", "--nthreads"}
OTHERS |= {"--cases", "--array", "--cpus-per-task", "--mem", "--no-index", "--find-links"}
COMMAND = re.compile(r"\bnpov ([a-z]+)\b")


def told() -> dict[str, str]:
    """Every page and module, the generated reference apart."""
    pages = [
        *ROOT.glob("docs/*.md"),
        ROOT / "README.md",
        *ROOT.glob("analyzer/**/*.py"),
        *ROOT.glob("analyzer/**/*.md"),
    ]
    return {str(path): path.read_text("utf-8") for path in pages if path.name != "cli.md"}


def test_options_are_named_as_they_are():
    known = set(OPTION.findall(reference())) | OTHERS
    wrong = {(Path(name).name, each) for name, text in told().items() for each in OPTION.findall(text)}
    assert {row for row in wrong if row[1] not in known} == set()


def test_what_overrules_the_format_of_an_input_is_named_so():
    wrong = [
        name for name, text in told().items() if re.search(r"--format (?:plain)?text\b|--format wikitext over", text)
    ]
    assert wrong == []


def test_commands_are_named_as_they_are():
    known = {each.callback.__name__ for each in app.registered_commands}
    named = {each for text in told().values() for each in re.findall(r"[`$\n/] ?npov ([a-z]+)\b", text)}
    assert named - known == set()
