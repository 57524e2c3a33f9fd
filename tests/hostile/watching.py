"""Whether another process hangs, told without a clock on the wall, which says nothing on a busy machine."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_STEP = 0.5


def state_of(pid: int) -> tuple[str, float]:
    """Return the state of a process (R runs or waits for a core, S sleeps ...) and its CPU seconds so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], (int(fields[11]) + int(fields[12])) / _TICKS


def wait_for(pid: int, patience: float) -> bool:
    """Wait until a process ends; return whether it had to be killed since it slept for so many seconds on end."""
    ended = os.pidfd_open(pid)
    asleep = 0.0
    try:
        while not select.select([ended], [], [], _STEP)[0]:
            asleep = asleep + _STEP if state_of(pid)[0] in "SD" else 0.0
            if asleep > patience:
                os.kill(pid, signal.SIGKILL)
                return True
    finally:
        os.close(ended)
    return False
