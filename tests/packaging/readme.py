"""Does everything that README.md shows, from the built wheel, in an empty environment: ``make smoke``.

The environment is ``.venv`` in a folder of its own, as the README has it, filled by pip from the registry. Every line
of a shell example is run there and must succeed and say something; every Python example is run too, one after another
in one process, as in a notebook. For all of this the network is cut off, where the machine lets us. What can be done
elsewhere only stands in ``ELSEWHERE`` with the reason.
"""

from __future__ import annotations

import bz2
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

from .building import ROOT, Failure, run

README = ROOT / "README.md"
SHELL, CONSOLE, PYTHON = ("sh", "bash", "shell"), "console", ("python", "py")
ELSEWHERE = {
    r"^make ": "in a clone: CI makes `check` and `test` in one",
    r"^git clone": "there is no clone in reach, which is the point",
    r"-m venv": "this is how the environment came about",
    r"https?://|--wiki": "needs a wiki to answer",
    r"npov-analyzer-large|--engine large": "the weights are a wheel of their own (tests/contracts/test_wheel.py)",
    r"--on dask": "needs a cluster (tests/batch/test_cluster.py)",
}
# What the examples call by name, as they find it.
FILES: dict[str, Callable[[], bytes]] = {
    "article.txt": lambda: (ROOT / "seeds/human-rights-in-kazakhstan.txt").read_bytes(),
    "article.html": lambda: (ROOT / "tests/readers/fixtures/marlow.html").read_bytes(),
    "dump.xml.bz2": lambda: bz2.compress((ROOT / "tests/readers/fixtures/wiki.xml").read_bytes()),
}
_OFFLINE = ("unshare", "--net", "--map-root-user")


class Example(NamedTuple):
    """A fenced example: its language, the line of the file on which it begins (from 1), and what stands in it."""

    language: str
    line: int
    code: str


def examples(markdown: str) -> Iterator[Example]:
    """Yield the fenced examples of a page in order."""
    for token in MarkdownIt().parse(markdown):
        if token.type == "fence" and token.map:
            yield Example(token.info.split(" ")[0].strip(), token.map[0] + 2, token.content)


def commands(example: Example) -> Iterator[tuple[int, str]]:
    """Yield the commands of a shell example, each with its line; one that runs over lines is one."""
    whole = ""
    for number, line in enumerate(example.code.splitlines(), example.line):
        if example.language == CONSOLE and not whole:
            if not line.startswith("$ "):
                continue  # what a command prints
            line = line[2:]
        whole += line
        if whole.endswith("\\"):
            whole = whole[:-1]
            continue
        if whole.strip() and not whole.lstrip().startswith("#"):
            yield number, whole.strip()
        whole = ""


def reason_not_here(command: str) -> str | None:
    """Return why a command can only be done elsewhere; None where it can be done here."""
    return next((reason for pattern, reason in ELSEWHERE.items() if re.search(pattern, command)), None)


def from_wheel(command: str, wheel: Path) -> str:
    """Return a command with the built wheel where it names the package to install; any other as it is."""
    if not re.match(r"(\S*/)?(python\S* -m )?pip install ", command):
        return command
    return re.sub(r"npov-analyzer(?=[\[\s'\"]|$)", str(wheel), command)


def _one_after_another(markdown: str) -> str:
    """Return the Python examples as one program, each line where the page has it, so that a traceback names it."""
    lines = [""] * (markdown.count("\n") + 1)
    for example in examples(markdown):
        if example.language in PYTHON:
            code = example.code.splitlines()
            lines[example.line - 1 : example.line - 1 + len(code)] = code
    return "\n".join(lines)


def _cut_off() -> tuple[str, ...]:
    """Return what goes before a command so that it has no network; nothing where this machine cannot do that."""
    if shutil.which(_OFFLINE[0]) and not subprocess.run([*_OFFLINE, "true"], capture_output=True).returncode:
        return _OFFLINE
    return ()


def follow(python: str, wheel: Path, folder: Path) -> None:
    """Do what the README says in an empty environment of an interpreter; raises Failure where that does not work."""
    page, began = README.read_text("utf-8"), time.monotonic()

    def told(what: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {what}")

    environment = folder / ".venv"
    run([python, "-m", "venv", environment], folder)
    programs = environment / "bin"
    pip = (programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run([*pip, wheel], folder)
    told(f"installed {wheel.name}")
    printed = run([programs / "npov", "--version"], folder).split()
    if printed != ["npov-analyzer", wheel.name.split("-")[1]]:
        raise Failure(f"npov --version printed {printed}; expected the version of {wheel.name}")
    for name, content in FILES.items():
        (folder / name).write_bytes(content())
    cut_off = _cut_off()
    for example in examples(page):
        for line, command in commands(example) if example.language in (*SHELL, CONSOLE) else ():
            _do(line, command, cut_off, wheel, folder, told)
    run([*pip, f"{wheel}[notebook]"], folder)
    told("installed [notebook]")
    (folder / "README.py").write_text(_one_after_another(page), "utf-8")
    run([*cut_off, programs / "python", "README.py"], folder, shell_path=programs)
    told("Python examples")
    run([programs / "python", "-m", "pip", "check"], folder)


def _do(
    line: int, command: str, cut_off: tuple[str, ...], wheel: Path, folder: Path, told: Callable[[str], None]
) -> None:
    """Run one command of the README, as its reader would."""
    if reason := reason_not_here(command):
        told(f"line {line}: not here, {reason}: {command}")
        return
    installs = from_wheel(command, wheel)
    before = set(folder.iterdir())
    try:
        printed = run(
            [*(cut_off if installs == command else ()), "bash", "-euo", "pipefail", "-c", installs],
            folder,
            shell_path=folder / ".venv/bin",
        )
    except Failure as failure:
        raise Failure(
            f"README.md, line {line}: {failure}\n(A file that it names and nobody made belongs into FILES of "
            f"{Path(__file__).name}, a command that cannot be run here into ELSEWHERE.)"
        ) from None
    if installs == command and not printed.strip() and " --out " not in command and set(folder.iterdir()) == before:
        raise Failure(f"README.md, line {line}: {command}\nprinted nothing and made no file")
    told(f"line {line}: {command}")
