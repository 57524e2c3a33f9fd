"""How far a batch has come, and how people are shown it: a bar in a terminal or a notebook, else a line a minute."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from msgspec import Struct

from analyzer import counting
from analyzer.batch.account import REASONS, Account
from analyzer.records import Rejection, Report

_EVERY_LINE = 60.0  # seconds between two lines where there is no bar
_EVERY_DRAWING = 0.2  # seconds between two drawings of a bar
Outcome = TypeVar("Outcome")


class Progress(Struct, frozen=True, kw_only=True):
    """How far a batch has come: the account so far, how fast, and seconds to go where that can be told."""

    event: Literal["start", "progress", "end"]
    account: Account
    shards: int
    seconds: float
    articles_per_second: float
    words_per_second: float
    seconds_left: float | None = None


Show = Callable[[Progress], None]


def _write(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


@contextmanager
def displayed(*, keep: bool, write: Callable[[str], None] = _write) -> Iterator[Show]:
    """Give what shows progress to people for as long as the context lasts, on standard error or in the notebook.

    ``keep`` leaves the last state of a bar; ``write`` writes a line where there is no place for a bar.
    """
    if _in_notebook():
        yield _Cell()
    elif sys.stderr is not None and sys.stderr.isatty():
        with _bar(keep=keep) as show:
            yield show
    else:
        yield _Lines(write)


def counted(outcomes: Iterable[Outcome], total: int | None, show: Show) -> Iterator[Outcome]:
    """Yield the outcomes and show how many there were: reports, and rejections by reason."""
    meter = _Meter(total)
    show(meter.progress("start"))
    told = time.monotonic()
    for outcome in outcomes:
        meter.count(outcome)
        if time.monotonic() - told >= _EVERY_DRAWING:
            show(meter.progress("progress"))
            told = time.monotonic()
        yield outcome
    show(meter.progress("end"))


class _Meter:
    """Counts outcomes."""

    def __init__(self, total: int | None) -> None:
        self._total, self._began = total, time.monotonic()
        self._reported = self._words = 0
        self._rejected: Counter[str] = Counter()

    def count(self, outcome: object) -> None:
        if isinstance(outcome, Report):
            self._reported += 1
            self._words += outcome.summary.words
        elif isinstance(outcome, Rejection):
            self._rejected[REASONS[outcome.kind]] += 1

    def progress(self, event: Literal["start", "progress", "end"]) -> Progress:
        done = self._reported + self._rejected.total()
        seconds = max(time.monotonic() - self._began, 1e-6)
        left = seconds / done * max(self._total - done, 0) if self._total and done and event == "progress" else None
        return Progress(
            event=event,
            account=Account(all=done, reported=self._reported, words=self._words, rejected=dict(self._rejected)),
            shards=0,
            seconds=round(seconds, 1),
            articles_per_second=round(done / seconds, 2),
            words_per_second=round(self._words / seconds, 1),
            seconds_left=left if left is None else round(left, 1),
        )


def _in_notebook() -> bool:
    """Return whether a Jupyter kernel runs this, which is not asked to load where nobody has."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


class _Lines:
    """A line a minute, and none of a batch that takes less."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write, self._told = write, time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Tell, unless a line was told a moment ago."""
        if progress.event == "progress" and time.monotonic() - self._told >= _EVERY_LINE:
            self._told = time.monotonic()
            self._write(_in_words(progress))


class _Cell:
    """A bar below a notebook's cell: plain HTML, which needs no widgets and stays in the saved notebook."""

    def __init__(self) -> None:
        from importlib import import_module

        ipython: Any = import_module("IPython.display")
        self._html = ipython.HTML
        self._shown = ipython.display(ipython.HTML(""), display_id=True)

    def __call__(self, progress: Progress) -> None:
        """Draw the bar anew."""
        done = _share(progress)
        bar = "" if done is None else f'<progress value="{done:.3f}" max="1" style="vertical-align:middle"></progress> '
        self._shown.update(self._html(bar + _in_words(progress)))


@contextmanager
def _bar(*, keep: bool) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24))
    with Bar(*columns, console=Console(stderr=True), transient=not keep) as bar:
        task = bar.add_task("loading the models", total=None)

        def show(progress: Progress) -> None:
            done = _share(progress)
            completed, total = (0.0, None) if done is None else (done, 1.0)
            bar.update(task, description=_in_words(progress), completed=completed, total=total)

        yield show


def _share(progress: Progress) -> float | None:
    """Return how much is done of the whole, where that can be told."""
    if progress.event == "end":
        return 1.0
    if progress.seconds_left is None:
        return None
    return progress.seconds / max(progress.seconds + progress.seconds_left, 1e-6)


def _in_words(progress: Progress) -> str:
    account = progress.account
    if progress.event == "start" and not account.all:
        return "loading the models"
    parts = [counting.number(account.reported, "report"), f"{progress.articles_per_second:,.1f} articles/s"]
    parts.append(f"{progress.words_per_second:,.0f} words/s")
    for what, counts in (("rejected", account.rejected), ("skipped", account.skipped)):
        parts += [f"{sum(counts.values()):,} {what}"] if counts else []
    parts += [f"{_time(progress.seconds_left)} to go"] if progress.seconds_left is not None else []
    return ", ".join(parts)


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02} min"
