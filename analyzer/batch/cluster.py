"""Workers of a Dask cluster that is there already: the same tasks, the same results, no engine of our own.

The cluster's workers need npov-analyzer of the same version and models. Each of their threads keeps one worker process
(``pool``), so that an article that kills or hangs its process costs itself there as it does here; a task whose machine
goes away is given to another one by Dask. Tasks and results travel as MessagePack.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct, msgpack

from analyzer.batch.pool import TIMEOUT, Parts, Pool
from analyzer.batch.work import Result, Settings, Task, given_up
from analyzer.errors import AnalyzerError, ModelError, UsageError
from analyzer.records import Provenance

if TYPE_CHECKING:
    from distributed import Client

_PATIENCE = "30s"  # for the scheduler to answer


class _Order(Struct, frozen=True, kw_only=True):
    """A task as a worker of the cluster gets it; without one, what makes the reports is asked for."""

    settings: Settings
    article_timeout: float
    memory_limit: int | None
    task: Task | None


class _Answer(Struct, frozen=True, kw_only=True):
    """What a worker of the cluster gives back; ``problem`` is what keeps it from working, with its exit code."""

    provenance: Provenance | None = None
    result: Result | None = None
    problem: tuple[str, int] | None = None


class Cluster:
    """The workers of the cluster behind a scheduler; use it as a context manager, which leaves the cluster running.

    Raises UsageError where Dask is not installed or the scheduler does not answer.
    """

    def __init__(
        self, settings: Settings, scheduler: str, *, article_timeout: float = TIMEOUT, memory_limit: int | None = None
    ) -> None:
        self._settings, self._scheduler = settings, scheduler
        self._timeout, self._memory = article_timeout, memory_limit
        self._provenance: Provenance | None = None
        self._client: Client | None = None

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError(
                "a cluster is reached through Dask, which is not installed here. Install npov-analyzer[dask]."
            ) from error
        try:
            self._client = Client(self._scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"no Dask scheduler answers at {self._scheduler!r} ({error}); expected an address such as "
                "tcp://host:8786. Start one, or check the address."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            with suppress(Exception):  # it may be gone
                self._client.run(_forget)
            self._client.close()

    @property
    def _connected(self) -> "Client":
        assert self._client is not None
        return self._client

    def provenance(self) -> Provenance:
        """Return what makes the reports on the first worker that answers."""
        if self._provenance is None:
            with self._reached():
                answer = self._answered(self._submit(None))
                if answer.provenance is None:
                    raise ConnectionError("each worker was lost that was to load the models")
            self._provenance = answer.provenance
        return self._provenance

    def run(self, tasks: Iterator[Task]) -> Iterator[Result]:
        """Yield the result of each task, in the order in which they are done; see :meth:`Pool.run`."""
        from distributed import as_completed

        self.provenance()
        feed = iter(tasks)
        jobs: dict[str, tuple[Task, Parts | None, int]] = {}  # key of a future: the task, what it is part of, where
        done = as_completed(loop=self._connected.loop)

        def give(task: Task, parts: Parts | None = None, at: int = 0) -> None:
            future = self._submit(task)
            jobs[future.key] = (task, parts, at)
            done.add(future)

        def feed_more() -> None:
            with self._reached():
                room = 2 * max(1, sum(self._connected.nthreads().values()))
            while len(jobs) < room and (task := next(feed, None)) is not None:
                give(task)

        feed_more()
        while jobs:
            with self._reached():
                future = next(done)
                answer = self._answered(future)
            task, parts, at = jobs.pop(future.key)
            result = answer.result
            if result is None and len(task.items) > 1:
                whole = Parts(task, [None] * len(task.items))
                for place, single in enumerate(whole.singles()):
                    give(single, whole, place)
                continue
            if result is None:
                reason = "the workers of the cluster that analysed it were lost, each time anew (KilledWorker)."
                result = given_up(task, "died", reason)
            yield from [result] if parts is None else parts.put(at, result)
            feed_more()

    def _submit(self, task: Task | None) -> Any:  # noqa: ANN401 - a future of Dask
        order = _Order(settings=self._settings, article_timeout=self._timeout, memory_limit=self._memory, task=task)
        return self._connected.submit(_answer, msgpack.encode(order), pure=False)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn what the connection raises into an AnalyzerError that says what is left to do."""
        try:
            yield
        except AnalyzerError:
            raise
        except Exception as error:
            how = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise AnalyzerError(
                f"the cluster at {self._scheduler} fails ({how}); expected a scheduler that stays, and that it and the "
                "workers have the same npov-analyzer. What is done is kept: the same command goes on."
            ) from error

    def _answered(self, future: Any) -> _Answer:  # noqa: ANN401 - a future of Dask
        """Return what a worker answered; an empty answer where all that were given the task were lost."""
        from distributed import KilledWorker

        if future.cancelled():
            raise ConnectionError("the scheduler is gone")
        try:
            return self._checked(msgpack.decode(future.result(), type=_Answer))
        except KilledWorker:
            return _Answer()

    def _checked(self, answer: _Answer) -> _Answer:
        """Return an answer; raises what kept a worker from it, and ModelError where its models are others."""
        if answer.problem is not None:
            reason, code = answer.problem
            raise (ModelError if code == ModelError.exit_code else AnalyzerError)(f"on the cluster: {reason}")
        if self._provenance is not None and answer.provenance != self._provenance:
            raise ModelError(
                "workers of the cluster have different models or versions; expected the same on all. Install the same "
                "npov-analyzer on each."
            )
        return answer


_pools: dict[tuple[int, Settings], Pool] = {}
_guard = threading.Lock()


def _answer(order: bytes) -> bytes:
    """Do a task on a worker of the cluster, in the process that this thread keeps for it."""
    asked = msgpack.decode(order, type=_Order)
    key = (threading.get_ident(), asked.settings)
    with _guard:
        if key not in _pools:
            limits = {"article_timeout": asked.article_timeout, "memory_limit": asked.memory_limit}
            _pools[key] = Pool(asked.settings, 1, **limits)  # type: ignore[arg-type]
        pool = _pools[key]
    try:
        made_by = pool.provenance()
        result = next(pool.run([asked.task])) if asked.task is not None else None
    except AnalyzerError as error:
        return msgpack.encode(_Answer(problem=(str(error), error.exit_code)))
    return msgpack.encode(_Answer(provenance=made_by, result=result))


def _forget() -> None:
    """End the processes that a worker of the cluster keeps."""
    with _guard:
        for pool in _pools.values():
            pool.close()
        _pools.clear()
