"""Worker processes on one machine: tasks in, results out, and nothing lost when one of them dies or hangs.

What kills a worker is found by trying again: a task whose worker died is given out a second time as it was, since it
may have been no fault of the articles; then its articles one by one; the one that takes a worker with it again is
rejected with its reason and never tried again. A worker that gives no sign of life for ``article_timeout`` seconds is
ended, and its articles are taken one by one at once. One that ran out of memory over an article is replaced, since
the next would not find all of it free again; that article's neighbours are taken one by one, too.
"""

import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from types import TracebackType
from typing import IO, Self

from msgspec import msgpack

from analyzer import counting
from analyzer.batch.plan import TASK_SIZE
from analyzer.batch.work import Result, Settings, Task, given_up
from analyzer.batch.worker import ENVIRONMENT, Beat, Done, Message, Ready, Unfit, receive, send
from analyzer.errors import AnalyzerError, ModelError, UnreadableInput, UsageError
from analyzer.plugins import notice
from analyzer.records import Provenance

TIMEOUT = 600.0  # seconds that one article may take
_TOGETHER = 2  # times that a task is given out whole
_ALONE = 3  # times that an article is given out alone
_TICK = 0.5
# spaCy's tables of words keep a place for each word that was ever in them, and so grow though the words are forgotten:
# a worker that has done so many tasks, and holds so much more than the least that one held when it had settled, is
# replaced by a fresh one.
_SETTLED, _SEASONED, _GROWN = 32, 64, 1.02
_STARTS = 3  # workers in a row that may die before any of them is ready
_ERRORS: dict[int, type[AnalyzerError]] = {2: UsageError, 3: UnreadableInput, 4: ModelError}


@dataclass
class _Job:
    """A task, or one article of it, and how often it was given out."""

    task: Task
    tries: int = 0
    part_of: "Parts | None" = None
    at: int = 0

    @property
    def is_long(self) -> bool:
        """Whether this is an article so long that it was given a task of its own."""
        return sum(item.size for item in self.task.items) > TASK_SIZE


@dataclass
class Parts:
    """A task that is done article by article: the results so far."""

    whole: Task
    results: list[Result | None]

    def singles(self) -> list[Task]:
        """Return a task for each article."""
        first, number = self.whole.first, self.whole.number
        return [Task(number=number, first=first + at, items=[item]) for at, item in enumerate(self.whole.items)]

    def put(self, at: int, result: Result) -> Iterator[Result]:
        """Keep the result of an article, and yield that of the task when all are there."""
        self.results[at] = result
        results = [result for result in self.results if result is not None]
        if len(results) < len(self.results):
            return
        tables: dict[str, list[bytes]] = {}
        for part in results:
            for name, streams in part.tables.items():
                tables.setdefault(name, []).extend(streams)
        yield Result(
            number=self.whole.number,
            told=[row for part in results for row in part.told],
            reports=[row for part in results for row in part.reports],
            tables=tables,
        )


@dataclass(eq=False)
class _Worker:
    """A process and what it has been given; the first job is the one that it works on."""

    process: "subprocess.Popen[bytes]"
    errors: IO[bytes]
    jobs: deque[_Job] = field(default_factory=deque)
    ready: bool = False
    leaving: bool = False
    heard: float = 0.0
    hung: bool = False
    done: int = 0  # tasks

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()

    def last_words(self) -> str:
        """Return the last line that it wrote to its standard error."""
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


class Pool:
    """Workers that load the models once; use it as a context manager, which ends them all.

    Args:
        settings: what each worker loads and gives back.
        workers: how many; by default one for each core that this process may use.
        article_timeout: seconds that one article may take.
        memory_limit: bytes; a worker that holds more after a task is replaced by a fresh one, as is one that has grown
            by some hundredths in thousands of articles.
    """

    def __init__(
        self,
        settings: Settings,
        workers: int | None = None,
        *,
        article_timeout: float = TIMEOUT,
        memory_limit: int | None = None,
    ) -> None:
        self._settings = settings
        self._size = workers or cores()
        self._timeout, self._memory = article_timeout, memory_limit
        self._workers: list[_Worker] = []
        self._messages: Queue[tuple[_Worker, Message | Exception | None]] = Queue()
        self._jobs: deque[_Job] = deque()
        self._provenance: Provenance | None = None
        self._failed_starts = 0
        self._looked = 0.0
        self._settled = math.inf  # the least bytes that a worker held when it had done the first few tasks
        self.memory = 0  # bytes that the worker held that was heard last, after its task

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.process.wait()
            _close(worker)
        self._workers = []

    def provenance(self) -> Provenance:
        """Return what makes the reports, once a worker is ready; raises what keeps it from being ready."""
        while self._provenance is None:
            self._keep_staffed(self._size)
            list(self._heard())
        return self._provenance

    def run(self, tasks: Iterable[Task], *, ahead: int = 1 << 30) -> Iterator[Result]:
        """Yield the result of each task, in the order in which they are done.

        A task is taken from ``tasks`` only when a worker is free for it, and at most ``ahead`` tasks after the oldest
        that is not done yet, so that what waits to be put in order stays small.
        """
        feed = iter(tasks)
        open_tasks: dict[int, int] = {}  # number of a task: how many were taken before it; the oldest first
        taken, more = 0, True
        while True:
            while more and len(self._jobs) < self._free() and taken - next(iter(open_tasks.values()), taken) < ahead:
                task = next(feed, None)
                if task is None:
                    more = False
                else:
                    open_tasks[task.number] = taken
                    taken += 1
                    self._jobs.append(_Job(task))
            if not open_tasks:
                return
            self._keep_staffed(min(self._size, len(open_tasks)))
            self._hand_out()
            for result in self._heard():
                del open_tasks[result.number]
                yield result

    def _free(self) -> int:
        """Return how many more jobs the workers can take: one to do and one to go on with for each."""
        return 2 * self._size - sum(len(worker.jobs) for worker in self._workers)

    def _keep_staffed(self, wanted: int) -> None:
        while sum(not worker.leaving for worker in self._workers) < wanted:
            self._start()

    def _start(self) -> None:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        paths = os.pathsep.join(path for path in sys.path if path)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "analyzer.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": paths},
        )
        worker = _Worker(process, errors, heard=time.monotonic())
        self._workers.append(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        self._tell(worker, self._settings)

    def _listen(self, worker: _Worker) -> None:
        """Queue what a worker says; None when it is gone. Runs in a thread of its own."""
        assert worker.process.stdout is not None
        try:
            while (frame := receive(worker.process.stdout)) is not None:
                self._messages.put((worker, msgpack.decode(frame, type=Message)))
        except OSError:
            pass  # it is gone
        except Exception as error:
            self._messages.put((worker, error))
        self._messages.put((worker, None))

    @staticmethod
    def _tell(worker: _Worker, what: Settings | Task) -> None:
        assert worker.process.stdin is not None
        with suppress(OSError):  # it is gone, which is heard of soon
            send(worker.process.stdin, what)

    def _hand_out(self) -> None:
        """Give each worker that is ready a job, then each a second one to go on with: not behind a long article."""
        staff = [worker for worker in self._workers if worker.ready and not worker.leaving and not worker.hung]
        for depth in (0, 1):
            for worker in staff:
                if self._jobs and len(worker.jobs) == depth and not any(job.is_long for job in worker.jobs):
                    self._give(worker, self._jobs.popleft())

    def _give(self, worker: _Worker, job: _Job) -> None:
        if not worker.jobs:
            worker.heard = time.monotonic()
        worker.jobs.append(job)
        self._tell(worker, job.task)

    def _heard(self) -> Iterator[Result]:
        """Wait for news and yield the results among them; whoever has been silent for too long is ended."""
        if time.monotonic() - self._looked > _TICK:
            self._end_the_silent()
        try:
            worker, message = self._messages.get(timeout=_TICK)
        except Empty:
            return
        if isinstance(message, Beat):
            worker.heard = time.monotonic()
        elif isinstance(message, Ready):
            self._is_ready(worker, message)
        elif isinstance(message, Unfit):
            raise _ERRORS.get(message.exit_code, AnalyzerError)(message.reason)
        elif isinstance(message, Done):
            yield from self._is_done(worker, message)
        elif message is not None:
            raise message
        else:
            yield from self._is_gone(worker)

    def _is_ready(self, worker: _Worker, told: Ready) -> None:
        worker.ready, worker.heard = True, time.monotonic()
        self._failed_starts = 0
        self._provenance = told.provenance
        self._pass_on(told.notices)
        if self._memory is not None and told.memory > self._memory:
            raise UsageError(
                f"met a memory limit of {self._memory >> 20} MB; a worker needs {told.memory >> 20} MB before its "
                "first article. Allow more."
            )

    def _is_done(self, worker: _Worker, told: Done) -> Iterator[Result]:
        if not worker.jobs:
            return  # it was taken back meanwhile
        job = worker.jobs.popleft()
        worker.heard, self.memory = time.monotonic(), told.memory
        self._pass_on(told.notices)
        ran_out = told.result.ran_out_of_memory
        if ran_out and len(job.task.items) > 1:
            self._jobs.extend(_apart(job))
        else:
            yield from self._put_together(job, told.result)
        too_much = self._memory is not None and told.memory > self._memory
        if self._has_grown(worker, told.memory) or ran_out or too_much or worker.hung:
            worker.hung, worker.leaving = False, True
            self._jobs.extendleft(reversed(worker.jobs))
            worker.jobs.clear()
            worker.end()

    def _has_grown(self, worker: _Worker, memory: int) -> bool:
        """Take in that another task is done, and tell whether the worker holds so much that a fresh one is due."""
        worker.done += 1
        if worker.done == _SETTLED:
            self._settled = min(memory, self._settled)
        return worker.done >= _SEASONED and memory > _GROWN * self._settled

    @staticmethod
    def _pass_on(notices: list[str]) -> None:
        for text in notices:
            notice(text)

    def _put_together(self, job: _Job, result: Result) -> Iterator[Result]:
        if job.part_of is None:
            yield result
        else:
            yield from job.part_of.put(job.at, result)

    def _end_the_silent(self) -> None:
        now = self._looked = time.monotonic()
        for worker in self._workers:
            if worker.jobs and worker.ready and now - worker.heard > self._timeout and not worker.hung:
                worker.hung = True
                worker.end()

    def _is_gone(self, worker: _Worker) -> Iterator[Result]:
        """Take back what a worker was given that is gone, and decide what becomes of the job that it was at."""
        worker.process.wait()
        self._workers.remove(worker)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise AnalyzerError(
                    f"{counting.in_words(_STARTS)} workers in a row ended before they could begin ({_how(worker)}). "
                    "Look at the memory that is free, or take fewer with --workers."
                )
        jobs, worker.jobs = worker.jobs, deque()
        if jobs:
            job = jobs.popleft()
            self._jobs.extendleft(reversed(jobs))
            yield from self._try_again(job, worker)
        _close(worker)

    def _try_again(self, job: _Job, worker: _Worker) -> Iterator[Result]:
        """Put a job that took its worker with it behind the others, in pieces if need be, or give its article up."""
        job.tries += 1
        items = job.task.items
        if len(items) > 1:
            if worker.hung or job.tries >= _TOGETHER:
                self._jobs.extend(_apart(job))
            else:
                self._jobs.append(job)
        elif worker.hung or job.tries >= _ALONE + (job.part_of is None):
            yield from self._put_together(job, self._rejection(job.task, worker))
        else:
            self._jobs.append(job)

    def _rejection(self, task: Task, worker: _Worker) -> Result:
        if worker.hung:
            return given_up(task, "hung", f"took longer than {self._timeout:g} seconds (--article-timeout).")
        return given_up(task, "died", f"the process that analysed it ended, each time anew ({_how(worker)}).")


def _apart(job: _Job) -> list[_Job]:
    """Return a job for each article of one, whose results become its own."""
    parts = Parts(job.task, [None] * len(job.task.items))
    return [_Job(task, part_of=parts, at=at) for at, task in enumerate(parts.singles())]


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _how(worker: _Worker) -> str:
    """Return how a worker ended, and its last words."""
    code = worker.process.returncode
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    said = worker.last_words()
    return f"{how}: {said}" if said else how


def _close(worker: _Worker) -> None:
    for stream in (worker.process.stdin, worker.process.stdout, worker.errors):
        if stream is not None:
            with suppress(OSError):  # what was not sent is of no use to a process that is gone
                stream.close()
