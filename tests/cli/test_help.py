"""Help ends with an example that works, and what is shown fits the screen and wears colour only where it may."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from analyzer.cli.app import COMMANDS, app

NPOV = [sys.executable, "-m", "analyzer"]
ROOT = get_command(app)
EXAMPLES = {each.__name__: example for each, example in COMMANDS}
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


def help_of(*words: str, columns: int = 80) -> str:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, [*words, "--help"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_command_has_an_example():
    assert set(ROOT.commands) == set(EXAMPLES)


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("name", ["", *EXAMPLES])
def test_every_help_ends_with_an_example_and_fits_the_screen(name: str, columns: int):
    text = help_of(*filter(None, [name]), columns=columns)
    assert max(map(len, text.splitlines())) <= columns
    example = EXAMPLES.get(name, "npov check article.txt")
    assert "".join(text.split()).endswith("".join(f"Example: {example}".split()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_paragraphs_of_help_fill_the_screen(name: str):
    told = help_of(name).partition("╭")[0].splitlines()
    paragraph = [line.strip() for line in told]
    for line, below in pairwise(paragraph):
        if line and below and not line.startswith("Usage"):
            assert len(f"{line} {below.split()[0]}") > 78, line


@pytest.mark.parametrize("example", [*EXAMPLES.values(), "npov check article.txt"])
def test_every_example_is_a_call_that_the_command_understands(example: str):
    words = shlex.split(re.sub(r"^eval \"\$\((.*)\)\"$", r"\1", example))
    assert words[0] == "npov"
    command = ROOT.commands[words[1]]
    context = command.make_context(words[1], words[2:])
    assert all(context.get_parameter_source(each.name) is not None for each in command.params if each.required)


def shown(*words: str, terminal: bool = False, **variables: str) -> str:
    """Return what a command writes: into a pipe, or to a terminal of 80 columns."""
    env = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    env |= {"TERM": "xterm-256color", **variables}
    if not terminal:
        return subprocess.run([*NPOV, *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen([*NPOV, *words], env={**env, "COLUMNS": "80"}, stdin=theirs, stdout=theirs)
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 1 << 16):
            parts.append(part)
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    return b"".join(parts).decode()


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
@pytest.mark.parametrize("words", [("check", "--help"), ("issues",)])
def test_no_color_is_heeded_on_a_terminal(words: tuple[str, ...]):
    assert COLOUR.search(shown(*words, terminal=True))
    assert not COLOUR.search(shown(*words, terminal=True, NO_COLOR="1"))


@pytest.mark.parametrize("words", [("check", "--help"), ("explain", "balance.unbalanced"), ("issues",), ("config",)])
def test_without_a_terminal_there_are_eighty_columns_and_no_escapes(words: tuple[str, ...]):
    text = shown(*words)
    assert text and "\x1b" not in text and max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("words", [("issues",), ("explain", "balance.unbalanced"), ("explain", "spam.citation-spam")])
def test_what_is_told_of_issues_fits_the_screen(words: tuple[str, ...], columns: int):
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, list(words))
    assert result.exit_code == 0 and max(map(len, result.stdout.splitlines())) <= columns
