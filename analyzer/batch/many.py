"""Many articles to reports, in order: in this process, or in several."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import length_hint
from pathlib import Path
from typing import Literal, overload

from msgspec import msgpack
from msgspec.structs import replace

from analyzer.batch.inputs import Ended, Event, Passed
from analyzer.batch.items import ArticleItem, FileItem, Item, TextItem
from analyzer.batch.plan import Bundle
from analyzer.batch.pool import TIMEOUT, Pool
from analyzer.batch.progress import counted, displayed
from analyzer.batch.work import Analyst, Outcome, Settings, Task
from analyzer.errors import AnalyzerError, UnreadableInput, UsageError
from analyzer.limits import MAX_NAME
from analyzer.pipeline import Pipeline
from analyzer.readers import path_of, read
from analyzer.readers.sniff import shown
from analyzer.records import Article, Rejection, Report
from analyzer.vocabulary import LIKELY_ATTRIBUTION

Source = str | Path | bytes | Article
"""The text of an article, the path of a file that holds it, its bytes, or an Article that was read before."""


@overload
def analyze_many(
    sources: Iterable[Source],
    *,
    pipeline: Pipeline | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
    workers: int = 1,
    errors: Literal["raise"] = "raise",
    article_timeout: float = TIMEOUT,
    progress: bool = False,
) -> Iterator[Report]: ...
@overload
def analyze_many(
    sources: Iterable[Source],
    *,
    pipeline: Pipeline | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
    workers: int = 1,
    errors: Literal["record"],
    article_timeout: float = TIMEOUT,
    progress: bool = False,
) -> Iterator[Report | Rejection]: ...
def analyze_many(
    sources: Iterable[Source],
    *,
    pipeline: Pipeline | None = None,
    min_confidence: float = LIKELY_ATTRIBUTION,
    workers: int = 1,
    errors: Literal["raise", "record"] = "raise",
    article_timeout: float = TIMEOUT,
    progress: bool = False,
) -> Iterator[Report] | Iterator[Report | Rejection]:
    """Yield a report for each article, in order; paragraphs of several articles share parser batches.

    Args:
        sources: articles as :func:`analyzer.analyze` takes them; read as they are needed.
        pipeline: what :func:`analyzer.load_pipeline` returned; the default pipeline is loaded where none is given.
        min_confidence: attributions below this probability are left out; 0 keeps all.
        workers: processes to share the work; 1 is this process. Each loads the pipeline once, anew.
        errors: what becomes of an article that cannot be read or analysed: "raise" raises once the reports on those
            before it are out; "record" yields a :class:`Rejection` in its place.
        article_timeout: seconds that one article may take, where there are workers.
        progress: show how many are done and rejected, how fast, and the time to go where ``sources`` has a length: as a
            bar on a terminal (on standard error) or in a notebook, else as a line a minute.

    Raises:
        UsageError: one article is given in place of several.
        UnreadableInput: an article cannot be read; the message says what was met.
        AnalyzerError: the analysis of an article failed.
        ModelError: a model is missing or damaged.

    Examples:
        >>> pipeline = analyzer.load_pipeline(engine="fast")
        >>> found = analyzer.analyze_many(["article.txt", "no-such-file.txt"], pipeline=pipeline, errors="record")
        >>> [type(outcome).__name__ for outcome in found]
        ['Report', 'Rejection']
    """
    if errors not in ("raise", "record"):
        raise UsageError(f'met errors={errors!r}; expected "raise" or "record".')
    if isinstance(sources, str | bytes | Path | Article):
        raise UsageError(
            "met one article; expected several, as in analyze_many([article]), or analyze(article) for one."
        )
    settings = Settings(min_confidence=min_confidence, write=("records",))
    if pipeline is not None:
        settings = replace(settings, **pipeline.made_from._asdict())
    found = _reports(map(_item, sources), settings, pipeline, workers, article_timeout, record=errors == "record")
    return _displayed(found, length_hint(sources) or None) if progress else found


def _displayed(found: Iterator[Report | Rejection], total: int | None) -> Iterator[Report | Rejection]:
    with displayed(keep=True) as show:
        yield from counted(found, total, show)


def _reports(
    items: Iterator[Item],
    settings: Settings,
    pipeline: Pipeline | None,
    workers: int,
    timeout: float,
    *,
    record: bool,
) -> Iterator[Report | Rejection]:
    for _, outcome in in_order(items, settings, workers, pipeline=pipeline, article_timeout=timeout):
        if isinstance(outcome, Rejection):
            if not record:
                raise (UnreadableInput if outcome.kind == "unreadable" else AnalyzerError)(outcome.reason)
            yield outcome
        elif isinstance(outcome, Report):
            yield outcome


def in_order(
    events: Iterable[Event],
    settings: Settings,
    workers: int = 1,
    *,
    pipeline: Pipeline | None = None,
    article_timeout: float = TIMEOUT,
) -> Iterator[tuple[str, Outcome | Ended]]:
    """Yield what comes of each item, and what was passed over or ended between them, each with its input, in order.

    Memory does not grow with the number of articles: no more is read ahead than keeps the workers busy.
    """
    if workers == 1:
        yield from _here(events, settings, pipeline)
        return
    notes = _Notes(events)
    waiting: dict[int, list[Outcome]] = {}
    number = 0
    with Pool(settings, workers, article_timeout=article_timeout) as pool:
        for result in pool.run(notes.tasks(), ahead=4 * workers):
            reports = iter(result.reports)
            waiting[result.number] = [
                row.rejected or row.passed or msgpack.decode(next(reports), type=Report) for row in result.told
            ]
            while number in waiting:
                yield from notes.woven(number, waiting.pop(number))
                number += 1
    yield from notes.woven(number, [])


def _here(
    events: Iterable[Event], settings: Settings, pipeline: Pipeline | None
) -> Iterator[tuple[str, Outcome | Ended]]:
    """Yield the outcomes of items that this process analyses; what stands between them waits its turn."""
    waiting: deque[tuple[str, Passed | Ended | None]] = deque()  # None stands for an item

    def items() -> Iterator[Item]:
        for event in events:
            if isinstance(event, (Passed, Ended)):
                waiting.append((event.input, event))
            else:
                waiting.append((event.input, None))
                yield event

    def next_events() -> Iterator[tuple[str, Passed | Ended]]:
        while waiting and (event := waiting[0][1]) is not None:
            yield waiting.popleft()[0], event

    stream = items()
    first = next(stream, None)
    if first is not None:
        analyst = Analyst(settings, pipeline)
        try:
            for outcome in analyst.outcomes(chain([first], stream)):
                yield from next_events()
                yield waiting.popleft()[0], outcome
        finally:
            analyst.close()
    yield from next_events()


class _Notes:
    """Tasks out of a stream of events, and where what is no article stood between the articles."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = events
        self._notes: dict[int, list[tuple[int, Passed | Ended]]] = {}
        self._inputs: dict[int, list[str]] = {}

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks, numbered from 0."""
        number = first = 0
        bundle = Bundle()
        for event in self._events:
            if isinstance(event, (Passed, Ended)):
                self._notes.setdefault(number, []).append((len(bundle.items), event))
                continue
            if not bundle.has_room_for(event):
                yield self._task(number, first, bundle.items)
                number, first, bundle = number + 1, first + len(bundle.items), Bundle()
            bundle.add(event)
        if bundle.items:
            yield self._task(number, first, bundle.items)

    def _task(self, number: int, first: int, items: list[Item]) -> Task:
        self._inputs[number] = [item.input for item in items]
        return Task(number=number, first=first, items=items)

    def woven(self, number: int, outcomes: list[Outcome]) -> Iterator[tuple[str, Outcome | Ended]]:
        """Yield the outcomes of a task with the notes between them."""
        notes = self._notes.pop(number, [])
        told = list(zip(self._inputs.pop(number, []), outcomes, strict=True))
        for at in range(len(told) + 1):
            yield from ((event.input, event) for before, event in notes if before == at)
            yield from told[at : at + 1]


def _item(source: Source) -> Item:
    if isinstance(source, Article):
        name = source.title or source.id
        return ArticleItem(input=name, name=name, size=len(source.text), article=source)
    if isinstance(source, bytes):
        return TextItem(input="the input", name="the input", size=len(source), data=source)
    path = path_of(source)
    if path is None:
        assert isinstance(source, str)
        try:
            source.encode()
        except UnicodeEncodeError:  # a lone surrogate, which no other process can be sent
            return _item(read(source))
        return TextItem(input="the text", name="the text", size=len(source), text=source)
    size = path.stat().st_size if path.is_file() else 0
    name = shown(path, MAX_NAME)
    return FileItem(input=name, name=name, size=size, path=os.fsencode(path))
