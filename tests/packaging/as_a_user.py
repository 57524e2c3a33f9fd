"""Tries the wheel as a new user does, step by step, with what each took: ``make trial``.

A clean environment, ``pip install`` of the wheel, ``npov check``; then the extra for notebooks, and each of them by
``jupyter execute`` in a copy of their folder. Needs a package registry; the tests try the same with libraries lent from
their own environment. Exits with 1 where a step fails or a notebook takes two minutes by the clock; seconds of
a processor are told beside, by which other work on the machine is known.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
import venv
from pathlib import Path

from building import ROOT, Failure, built, run

FOLDER = ROOT / "notebooks"
MOST = 120  # seconds for a notebook


def main() -> int:
    """Return 0 where all went well."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        wheel, home = built(ROOT, folder / "dist"), folder / "env"
        venv.create(home, with_pip=True)
        work = shutil.copytree(FOLDER, folder / "elsewhere")
        step(home, work, "pip", "install", "--quiet", str(wheel))
        step(home, work, "npov", "check", "data/human-rights-in-kazakhstan.txt")
        step(home, work, "npov", "check", "data/human-rights-in-kazakhstan.txt", "--out", "report.html")
        step(home, work, "pip", "install", "--quiet", f"{wheel}[notebook]")
        took = [step(home, work, "jupyter", "execute", path.name) for path in sorted(FOLDER.glob("*.ipynb"))]
    return int(max(took) >= MOST)


def step(home: Path, work: Path, command: str, *arguments: str) -> float:
    """Return the seconds that a command of the environment took; ends the trial where it fails."""
    began, before = time.monotonic(), used()
    try:
        run([home / "bin" / command, *arguments], work, shell_path=home / "bin")
    except Failure as failure:
        sys.exit(str(failure))
    took, processor = time.monotonic() - began, used() - before
    shown = " ".join(argument.replace(str(home.parent), "...") for argument in (command, *arguments))
    print(f"{took:6.1f} s, {processor:6.1f} s of a processor  {shown}", flush=True)
    return took


def used() -> float:
    """Return the seconds of a processor of all commands that have ended, and of what they started."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


if __name__ == "__main__":
    sys.exit(main())
