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


class Done(NamedTuple):
    """How a process ended; ``peak`` is in bytes."""

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
    **options: Any,
) -> Done:
    """Run the program to its end (or for so many seconds); ``during`` may do something to it meanwhile."""
    options["env"] = {**os.environ, "PYTHONPATH": str(ROOT)} | (options.get("env") or {})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
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
        peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return Done(process.returncode, out.read(), told, usage.ru_utime + usage.ru_stime, peak)


def told_in_order(done: Done) -> bool:
    """Tell whether standard error holds what a user should see: short lines of npov, no traceback, no "bug"."""
    return all(line.startswith("npov: ") and len(line) < 2200 for line in done.lines) and "bug" not in done.err
