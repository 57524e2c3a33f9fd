"""What a worker does: items in, one report an item out, or the reason why there is none; nothing here is lost."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, msgpack
from msgspec.structs import replace

from analyzer.batch.inputs import Passed
from analyzer.batch.items import Item
from analyzer.errors import AnalyzerError, UnreadableInput
from analyzer.lexicons.domains import user_table
from analyzer.messages import shortened
from analyzer.pipeline import Pipeline, analyze, load_pipeline, provenance_of, reports
from analyzer.readers.collections.stream import Rejected, Skipped
from analyzer.records import Article, Provenance, Rejection, Report
from analyzer.report import json
from analyzer.vocabulary import LIKELY_ATTRIBUTION, Engine, RejectionKind

if TYPE_CHECKING:
    from analyzer.batch.tables import Tables

Outcome = Report | Passed | Rejection
NO_MEMORY = "there was not enough memory for this article; allow more, or split it."


class Settings(Struct, frozen=True, kw_only=True):
    """What reports depend on apart from the articles, and what is to be sent back of them; the same for all workers.

    ``write`` names what results carry: "tables" (rows as Arrow), "reports" (JSON), "records" (MessagePack).
    """

    model: str | None = None
    engine: Engine | None = None  # the best that is installed
    gazetteer: str | None = None
    sources: str | None = None
    lexicons: tuple[str, ...] | None = None
    issues: tuple[str, ...] | None = None  # all
    ignore: tuple[str, ...] | None = None
    thresholds: tuple[tuple[str, float], ...] | None = None
    min_confidence: float = LIKELY_ATTRIBUTION
    screen: float | None = None  # the need from which on an article is analysed in full; None for all
    write: tuple[str, ...] = ()
    analyst: str = "analyzer.batch.work:Analyst"  # whose ``work`` turns tasks to results

    def loaded(self) -> Pipeline:
        """Return the pipeline that these settings ask for; raises as :func:`load_pipeline` does."""
        return load_pipeline(
            self.model,
            engine=self.engine,
            gazetteer=self.gazetteer,
            lexicons=self.lexicons or (),
            issues=self.issues,
            ignore=self.ignore or (),
            thresholds=dict(self.thresholds or ()),
        )


class Task(Struct, frozen=True, kw_only=True):
    """Articles to be analysed together; ``first`` is the number of the first of them in the whole batch."""

    number: int
    first: int
    items: list[Item]


class Told(Struct, frozen=True, kw_only=True):
    """What came of one item, apart from its report: its name, the words in it, or why it has no report."""

    name: str
    words: int = 0
    passed: Passed | None = None
    rejected: Rejection | None = None


class Result(Struct, frozen=True, kw_only=True):
    """What came of a task: a row an item, and of those with a report the reports and the rows of tables."""

    number: int
    told: list[Told]
    reports: list[bytes] = []
    tables: dict[str, list[bytes]] = {}  # Arrow streams by dataset

    @property
    def ran_out_of_memory(self) -> bool:
        """Whether an article took all the memory there was, so that others may have lacked it."""
        return any(row.rejected is not None and row.rejected.reason == NO_MEMORY for row in self.told)


def given_up(task: Task, kind: RejectionKind, reason: str) -> Result:
    """Return the result of a task of one article that no process brought to its end."""
    item = task.items[0]
    rejection = Rejection(input=item.input, name=item.name, kind=kind, reason=reason)
    return Result(number=task.number, told=[Told(name=item.name, rejected=rejection)])


class Analyst:
    """Whoever analyses: the pipeline loaded once, and the user's own tables in force for as long as it lives."""

    def __init__(self, settings: Settings, pipeline: Pipeline | None = None) -> None:
        """Load what the settings name, unless it is given; raises ModelError as :func:`load_pipeline` does."""
        self.settings = settings
        self._open = ExitStack()
        self._open.enter_context(user_table(settings.sources))
        self.pipeline = pipeline or settings.loaded()

    @property
    def provenance(self) -> Provenance:
        """What makes the reports."""
        return provenance_of(self.pipeline, self.settings.min_confidence)

    def close(self) -> None:
        """Put the user's tables out of force."""
        self._open.close()

    def work(self, task: Task, beat: Callable[[], None]) -> Result:
        """Return the result of a task; ``beat`` is called after each article.

        Words that spaCy meets are forgotten afterwards, so that a worker does not grow with the articles it has seen.
        """
        write = self.settings.write
        told, kept = [], list[bytes]()
        tables = _tables(screened=self.settings.screen is not None) if "tables" in write else None
        screen = Screen(self.settings.screen, task.first, tables) if self.settings.screen is not None else None
        with self.pipeline.nlp.memory_zone():
            outcomes = self.outcomes(task.items, screen)
            for offset, (item, outcome) in enumerate(zip(task.items, outcomes, strict=True)):
                if isinstance(outcome, Report):
                    told.append(Told(name=outcome.article.title or item.name, words=outcome.summary.words))
                    if tables is not None:
                        tables.add(outcome, task.first + offset, item.input)
                    if "reports" in write:
                        kept.append(json.one_line(outcome).encode())
                    elif "records" in write:
                        kept.append(msgpack.encode(outcome))
                elif isinstance(outcome, Passed):
                    told.append(Told(name=outcome.name, passed=outcome))
                else:
                    told.append(Told(name=outcome.name, rejected=outcome))
                beat()
        return Result(number=task.number, told=told, reports=kept, tables=tables.encoded() if tables else {})

    def outcomes(self, items: Iterable[Item], screen: "Screen | None" = None) -> Iterator[Outcome]:
        """Yield what comes of each item, in order; paragraphs of neighbours share parser batches.

        Where the analysis fails on what it has in hand, the articles in hand are taken one by one, so that only the one
        that it fails on has no report. With NPOV_DEBUG set it raises instead.
        """
        hand = _Hand(items, screen)
        again: list[Article] = []
        while True:
            together = chain(again, hand.articles())
            least = self.settings.min_confidence
            try:
                for report in reports(together, self.pipeline, min_confidence=least):
                    yield from hand.without_report()
                    hand.next()
                    yield report
                yield from hand.without_report()
                hand.check()
                return
            except Exception as error:
                if hand.broken or isinstance(error, AnalyzerError) or os.environ.get("NPOV_DEBUG"):
                    raise
            yield from hand.without_report()
            if hand.waiting:
                yield self._alone(*hand.next())
            again = [got for _, got in hand.waiting if isinstance(got, Article)]

    def _alone(self, item: Item, article: Article) -> Report | Rejection:
        try:
            return analyze(article, pipeline=self.pipeline, min_confidence=self.settings.min_confidence)
        except AnalyzerError:
            raise
        except Exception as error:
            return _failed(item, "on this article", error)


class Screen:
    """Lets through the articles that deserve a full analysis, and keeps what it found of each."""

    def __init__(self, threshold: float, first: int, tables: "Tables | None") -> None:
        self._threshold, self._first, self._tables = threshold, first, tables

    def passed(self, article: Article, at: int, item: Item) -> Article | Passed:
        """Return the article, or that it was screened out."""
        from analyzer.batch.screen import need_of

        need = need_of(article)
        analysed = need.passes(self._threshold)
        if self._tables is not None:
            self._tables.add_screened(article, self._first + at, item.input, need, analysed=analysed)
        return article if analysed else Passed(input=item.input, name=item.name, reason="screened out")


class _Hand:
    """What has been taken of a stream of items and is not done yet, in order."""

    def __init__(self, items: Iterable[Item], screen: "Screen | None") -> None:
        self._feed, self._screen = iter(items), screen
        self.waiting: deque[tuple[Item, Article | Passed | Rejection]] = deque()
        self.broken: Exception | None = None

    def articles(self) -> Iterator[Article]:
        """Take items as they are asked for, and yield the articles among them."""
        try:
            for at, item in enumerate(self._feed):
                got = read_item(item)
                if self._screen is not None and isinstance(got, Article):
                    got = self._screen.passed(got, at, item)
                self.waiting.append((item, got))
                if isinstance(got, Article):
                    yield got
        except Exception as error:  # of whoever gives the items: kept back, articles before it wait in a batch
            self.broken = error

    def check(self) -> None:
        """Raise what broke the stream off, if anything did."""
        if self.broken is not None:
            raise self.broken

    def next(self) -> tuple[Item, Article]:
        """Give up the article that is next."""
        item, got = self.waiting.popleft()
        assert isinstance(got, Article)
        return item, got

    def without_report(self) -> Iterator[Passed | Rejection]:
        """Yield, and give up, what stands before the next article."""
        while self.waiting and not isinstance(got := self.waiting[0][1], Article):
            self.waiting.popleft()
            yield got


def read_item(item: Item) -> Article | Passed | Rejection:
    """Return the article that an item makes, or why there is none. With NPOV_DEBUG set a bug raises."""
    told = _named(item)
    try:
        got = item.read()
    except UnreadableInput as error:
        return Rejection(**told, kind="unreadable", reason=str(error), code=error.code)
    except AnalyzerError as error:  # a file of many articles where one is expected
        return Rejection(**told, kind="unreadable", reason=str(error), code="no article")
    except OSError as error:
        reason = shortened(f"cannot be read: {error.strerror or error}. Check the name and its permissions.")
        return Rejection(**told, kind="unreadable", reason=reason, code="missing")
    except Exception as error:
        if os.environ.get("NPOV_DEBUG"):
            raise
        return _failed(item, "to read it", error)
    if isinstance(got, Skipped):
        return Passed(**told, reason=str(got))
    if isinstance(got, Rejected):
        return Rejection(**told, kind="unreadable", reason=str(got), code=got.code)
    return replace(got, subject=item.subject) if item.subject and not got.subject else got


def _failed(item: Item, at: str, error: Exception) -> Rejection:
    if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):  # out of a sort comes a SystemError
        reason = NO_MEMORY
    else:
        reason = f"the analyzer failed {at} ({type(error).__name__}: {error}). That is a bug; "
        reason = shortened(reason + "with NPOV_DEBUG=1 the full trace is shown.")
    return Rejection(**_named(item), kind="failed", reason=reason)


def _named(item: Item) -> dict[str, str]:
    """Return what tables and messages call an item's input and article, whatever these chose to be called."""
    return {"input": shortened(item.input), "name": shortened(item.name)}


def _tables(*, screened: bool) -> "Tables":
    from analyzer.batch.tables import Tables

    return Tables(screened=screened)
