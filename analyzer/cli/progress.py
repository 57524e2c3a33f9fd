"""How a batch tells how far it has come: a bar on a terminal, a line now and then elsewhere, JSON for programs."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from analyzer.cli.output import tell

if TYPE_CHECKING:
    from analyzer.batch.compose import Progress

_EVERY = 60.0  # seconds between two lines where there is no terminal


@contextmanager
def shown(*, quiet: bool, form: Literal["auto", "json"]) -> "Iterator[Callable[[Progress], None] | None]":
    """Give what shows progress on standard error for as long as the context lasts; None where nothing is shown."""
    if form == "json":
        yield _as_json
    elif quiet or sys.stderr is None:
        yield None
    elif sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _Lines()


def _as_json(progress: "Progress") -> None:
    """Write one line of JSON."""
    from msgspec import json

    if sys.stderr is not None:
        sys.stderr.write(json.encode(progress).decode() + "\n")
        sys.stderr.flush()


class _Lines:
    """A line a minute, and none of a batch that takes less."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, progress: "Progress") -> None:
        """Tell, unless a line was told a moment ago."""
        if progress.event == "progress" and time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            tell(_in_words(progress))


@contextmanager
def _bar() -> "Iterator[Callable[[Progress], None]]":
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading the models", total=None)

        def show(progress: "Progress") -> None:
            left = progress.seconds_left
            total = progress.seconds + left if left is not None else None
            bar.update(task, description=_in_words(progress), completed=progress.seconds, total=total)

        yield show


def _in_words(progress: "Progress") -> str:
    account = progress.account
    parts = [f"{account.reported:,} reports", f"{progress.articles_per_second:,.1f} articles/s"]
    parts.append(f"{progress.words_per_second:,.0f} words/s")
    rejected = sum(account.rejected.values())
    parts += [f"{rejected:,} rejected"] if rejected else []
    parts += [f"{_time(progress.seconds_left)} to go"] if progress.seconds_left is not None else []
    return ", ".join(parts)


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"
