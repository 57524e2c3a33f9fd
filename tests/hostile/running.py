"""npov as a process of its own, measured from outside: what it wrote, how it ended, CPU seconds and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
NPOV = (sys.executable, "-m", "analyzer.cli")


# A process is charged with the memory of the one that it was forked from: to be weighed it needs a small one.
WEIGHER = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
with open(sys.argv[1], "w") as told:
    told.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


class Done(NamedTuple):
    """How a process ended; ``peak`` is in bytes, 0 where it was not weighed."""

    code: int
    out: bytes
    err: str
    seconds: float
    peak: int

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def run(
    words: Sequence[object],
    *,
    program: Sequence[object] = NPOV,
    during: Callable[[subprocess.Popen[bytes]], None] | None = None,
    timeout: float = 300,
    weighed: bool = False,
    **options: Any,
) -> Done:
    """Run the program to its end (or for so many seconds); ``during`` may do something to it meanwhile.

    Where it is ``weighed`` a small process stands between, so that no signal reaches it.
    """
    options["env"] = {**os.environ, "PYTHONPATH": str(ROOT)} | (options.get("env") or {})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile("r") as weight:
        if weighed:
            program = (sys.executable, "-S", "-c", WEIGHER, weight.name, *program)
        options = {"stdout": out, "stderr": err, "stdin": subprocess.DEVNULL} | options
        process = subprocess.Popen([str(word) for word in (*program, *words)], **options)
        if during is not None:
            during(process)
        end = time.monotonic() + timeout
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        while not pid:
            if time.monotonic() > end:
                process.kill()
            time.sleep(0.02)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        told = err.read().decode("utf-8", "replace")
        peak = int(weight.read() or 0) * (1 if sys.platform == "darwin" else 1024)
        return Done(process.returncode, out.read(), told, usage.ru_utime + usage.ru_stime, peak)


def told_in_order(done: Done) -> bool:
    """Tell whether standard error holds what a user should see: short lines of npov, no traceback, no "bug"."""
    return all(line.startswith("npov: ") and len(line) < 2200 for line in done.lines) and "bug" not in done.err
