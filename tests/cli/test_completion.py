"""Shells complete what is typed behind npov: each that is installed reads its script, and is typed to."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

BASH, ZSH, FISH = map(shutil.which, ("bash", "zsh", "fish"))
SECONDS = 120  # for a shell to show what it completes, on a machine that does other things as well
TRY = r"""
eval "$(npov completion bash)"
complete -p npov
try() {
    COMP_WORDS=(npov "$@"); COMP_CWORD=$#; COMPREPLY=()
    _npov_completion npov
    printf '%s: %s\n' "$*" "$(printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' ')"
}
try co
try check --for
try check --format s
try completion ''
try explain balance.un
try check --issues balance,promotion.adv
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with npov on its own, as an installation puts it on the path."""
    program = tmp_path / "npov"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from analyzer.cli.app import main; main()" "$@"\n')
    program.chmod(0o755)
    return tmp_path


def run(place: Path, *words: str, **variables: str) -> str:
    env = {**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", **variables}
    done = subprocess.run(words, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
def test_bash_completes_commands_options_and_values(place: Path):
    told = run(place, str(BASH), "--noprofile", "--norc", "-c", TRY).splitlines()
    assert told[0].startswith("complete ") and told[0].endswith("-F _npov_completion npov")
    assert dict(line.split(": ", 1) for line in told[1:]) == {
        "co": "compare completion config",
        "check --for": "--format",
        "check --format s": "sarif",
        "completion ": "bash fish zsh",
        "explain balance.un": "balance.unbalanced balance.undue",
        "check --issues balance,promotion.adv": "balance,promotion.advert",
    }


@pytest.mark.skipif(FISH is None, reason="fish is not installed")
def test_fish_completes_commands_options_and_values(place: Path):
    told = run(place, str(FISH), "--no-config", "-c", "npov completion fish | source; complete -C 'npov co'")
    assert {line.partition("\t")[0] for line in told.splitlines()} == {"compare", "completion", "config"}
    asked = "npov completion fish | source; complete -C 'npov check --format s'; complete -C 'npov check --for'"
    assert [line.split("\t")[0] for line in run(place, str(FISH), "--no-config", "-c", asked).split("\n") if line] == [
        "sarif",
        "--format",
    ]


@pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
def test_zsh_completes_commands_options_and_values(place: Path):
    typed = {"npov comple": "npov completion ", "npov check --for": "--format ", "npov check --format sa": "sarif "}
    with Typing(place, str(ZSH), "-f", "-i") as zsh:
        zsh.type("PS1=; autoload -U compinit; compinit -u -D; eval \"$(npov completion zsh)\"; echo rea''dy\n", "ready")
        for line, completed in typed.items():
            zsh.type(f"{line}\t", completed)
            zsh.type("\x15", "")  # the line is given up


class Typing:
    """A program at a terminal of its own, to which keys are typed until something is seen."""

    def __init__(self, place: Path, *words: str) -> None:
        self._ours, theirs = os.openpty()
        env = {**os.environ, "PATH": f"{place}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb", "HOME": str(place)}
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self._process = subprocess.Popen(words, env=env, start_new_session=True, **streams)
        os.close(theirs)

    def __enter__(self) -> Typing:
        return self

    def __exit__(self, *problem: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def type(self, keys: str, wanted: str) -> None:
        """Type keys, and wait until what is wanted is shown."""
        os.write(self._ours, keys.encode())
        shown, until = "", time.monotonic() + SECONDS
        while wanted not in shown:
            left = until - time.monotonic()
            assert left > 0 and select.select([self._ours], [], [], left)[0], f"{keys!r} showed {shown!r}"
            shown += os.read(self._ours, 1 << 12).decode(errors="replace")


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "npov comp"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "npov comp", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_zsh_and_fish_get_their_script_and_their_answers(place: Path, shell: str, asked: dict[str, str]):
    script = run(place, "npov", "completion", shell)
    assert f"_NPOV_COMPLETE=complete_{shell}" in script and "_TYPER_COMPLETE_ARGS" in script
    told = run(place, "npov", **asked, _NPOV_COMPLETE=f"complete_{shell}")
    assert "compare" in told and "completion" in told and "batch" not in told
