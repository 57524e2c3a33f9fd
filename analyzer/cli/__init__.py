"""The command line: parse, call, print, exit code; nothing else."""

import signal
import sys
import threading
from typing import NoReturn

INTERRUPTED = 130
_SOON = 0.05  # seconds after which a signal is sent again


class Terminated(KeyboardInterrupt):
    """Somebody asked the process to end (SIGTERM): it ends as on Ctrl-C, with an exit code of its own."""


_asked: KeyboardInterrupt | None = None  # the latest signal that asked this process to end


def ask_to_end(number: int, frame: object) -> NoReturn:
    """Raise what ends the process in order; the handler of SIGINT and SIGTERM."""
    global _asked
    _asked = Terminated() if number == signal.SIGTERM else KeyboardInterrupt()
    raise _asked


def heed_signals() -> None:
    """Raise once more what a signal raised: compiled code that loads a module may have dropped it without a word."""
    if _asked is not None:
        raise _asked


def main() -> None:
    """Run the command line; what ``npov`` calls. Ctrl-C ends it quietly while its modules load, too."""
    sys.unraisablehook = _not_lost
    try:
        from analyzer.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _not_lost(ignored: "sys.UnraisableHookArgs") -> None:
    """Send a signal again that came while a finaliser or a callback ran: Python ignores what is raised there."""
    if not isinstance(ignored.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(ignored)
        return
    number = signal.SIGTERM if isinstance(ignored.exc_value, Terminated) else signal.SIGINT
    if hasattr(signal, "pthread_kill"):  # wakes the main thread where it waits; Windows has no such call
        again = threading.Timer(_SOON, signal.pthread_kill, [threading.main_thread().ident, number])
    else:
        again = threading.Timer(_SOON, signal.raise_signal, [number])
    again.daemon = True
    again.start()
