"""Shells complete what is typed behind npov: the script is really read by bash, and asked as zsh and fish ask it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")
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
    if program := shutil.which(shell):  # does it understand the script at all?
        (place / "script").write_text(script)
        run(place, program, "-n", str(place / "script"))
