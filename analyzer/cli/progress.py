"""How ``npov batch`` tells how far it has come: a bar or lines for people, JSON for programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from analyzer.cli import heed_signals
from analyzer.cli.output import tell

if TYPE_CHECKING:
    from analyzer.batch.progress import Progress


@contextmanager
def shown(*, quiet: bool, form: Literal["auto", "json"]) -> "Iterator[Callable[[Progress], None]]":
    """Give what shows progress on standard error, if it is to be shown, for as long as the context lasts.

    While the work goes on it heeds a signal that was lost, too.
    """
    from analyzer.batch.progress import displayed

    if form == "json":
        yield _heeding(_as_json)
    elif quiet or sys.stderr is None:
        yield _heeding(lambda progress: None)
    else:
        with displayed(keep=False, write=tell) as show:
            yield _heeding(show)


def _heeding(show: "Callable[[Progress], None]") -> "Callable[[Progress], None]":
    def heed(progress: "Progress") -> None:
        if progress.event == "progress":
            heed_signals()
        show(progress)

    return heed


def _as_json(progress: "Progress") -> None:
    """Write one line of JSON."""
    from msgspec import json

    if sys.stderr is not None:
        sys.stderr.write(json.encode(progress).decode() + "\n")
        sys.stderr.flush()
