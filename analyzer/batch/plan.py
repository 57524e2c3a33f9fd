"""The stream of inputs cut into tasks and shards: by the inputs alone, so that any number of workers gives the same.

A task is what a worker gets at a time: neighbours that share parser batches. A shard is what is written at a time: one
file in each dataset, and the unit in which a batch goes on after it was broken off.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from analyzer.batch.inputs import Ended, Event, Passed
from analyzer.batch.items import Item, WikiItem
from analyzer.batch.work import Result, Task

TASK_ARTICLES = 32
TASK_SIZE = 1 << 18  # characters; an article longer than that goes alone, so that no other waits for it
SHARD_ARTICLES = 1000
_SHARD_SIZE = 1 << 26  # characters


@dataclass
class Bundle:
    """Neighbours that become one task."""

    items: list[Item] = field(default_factory=list)
    size: int = 0

    def has_room_for(self, item: Item) -> bool:
        """Tell whether an article still goes with those that are here; an empty bundle takes any."""
        return not self.items or (len(self.items) < TASK_ARTICLES and self.size + item.size <= TASK_SIZE)

    def add(self, item: Item) -> None:
        """Take an article in."""
        self.items.append(item)
        self.size += item.size


@dataclass
class Shard:
    """A run of articles that is written as a whole: what is known of it so far."""

    number: int
    first: int
    articles: int = 0
    size: int = 0
    closed: bool = False  # no more articles come
    passed: Counter[str] = field(default_factory=Counter)
    damaged: list[str] = field(default_factory=list)
    open_tasks: set[int] = field(default_factory=set)
    results: dict[int, Result] = field(default_factory=dict)

    def take(self, result: Result) -> None:
        """Keep the result of one of its tasks."""
        self.open_tasks.remove(result.number)
        self.results[result.number] = result

    @property
    def is_done(self) -> bool:
        """Whether all its articles are."""
        return self.closed and not self.open_tasks

    def in_order(self) -> Iterator[Result]:
        """Yield the results in the order of the articles."""
        for number in sorted(self.results):
            yield self.results[number]


class Plan:
    """Tasks to give out, and the shards that their results belong to.

    Shards in ``done`` are passed over: their articles are counted and not given out. ``limit`` ends the stream after so
    many articles. ``articles`` counts those that were met, ``given`` those of them that were given out.
    """

    def __init__(
        self,
        events: Iterable[Event],
        *,
        per_shard: int = SHARD_ARTICLES,
        limit: int | None = None,
        done: Collection[int] = (),
    ) -> None:
        self._events, self._per_shard, self._limit, self._done = events, per_shard, limit, done
        self._tasks = 0
        self._shard_of: dict[int, Shard] = {}
        self._shard = Shard(0, 0)
        self.open_shards: dict[int, Shard] = {}
        self.articles = self.given = 0
        if 0 not in done:
            self.open_shards[0] = self._shard

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks of all shards that are not done."""
        bundle = Bundle()
        for event in self._events:
            if isinstance(event, Passed):
                self._shard.passed[event.reason] += 1
                continue
            if isinstance(event, Ended):
                if event.damage is not None:
                    self._shard.damaged.append(f"{event.input}: {event.damage}")
                continue
            if not bundle.has_room_for(event):
                yield from self._task(bundle.items)
                bundle = Bundle()
            bundle.add(event)
            self.articles += 1
            self._shard.articles += 1
            self._shard.size += event.size
            full = self._shard.articles >= self._per_shard or self._shard.size >= _SHARD_SIZE
            enough = self.articles == self._limit
            if full or enough:
                yield from self._task(bundle.items)
                bundle = Bundle()
            if enough:
                break
            if full:
                self._next_shard()
        yield from self._task(bundle.items)
        self._shard.closed = True

    def _task(self, items: list[Item]) -> Iterator[Task]:
        if not items:
            return
        self._tasks += 1
        if self._shard.number in self._done:
            return
        given: list[Item] = [item.fetched() if isinstance(item, WikiItem) else item for item in items]
        task = Task(number=self._tasks, first=self.articles - len(items), items=given)
        self._shard.open_tasks.add(task.number)
        self._shard_of[task.number] = self._shard
        self.given += len(items)
        yield task

    def _next_shard(self) -> None:
        self._shard.closed = True
        self._shard = Shard(self._shard.number + 1, self.articles)
        if self._shard.number not in self._done:
            self.open_shards[self._shard.number] = self._shard

    def take(self, result: Result) -> None:
        """Keep a result with its shard."""
        self._shard_of.pop(result.number).take(result)

    def done_shards(self) -> Iterator[Shard]:
        """Yield, and give up, the shards that are done now; the last one only where it holds anything."""
        for number, shard in list(self.open_shards.items()):
            if shard.is_done:
                del self.open_shards[number]
                if number == 0 or shard.articles or shard.passed or shard.damaged:
                    yield shard
