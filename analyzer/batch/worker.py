"""The process that analyses: ``python -m analyzer.batch.worker``, with frames on its standard input and output.

It is started afresh, neither forked nor given pickles, so that it is the same on every system, in a notebook and in a
script without a guard. It loads the models once, takes tasks until its input ends, and ends at once where whoever
started it is gone.
"""

import os
import signal
import sys
import threading
import warnings
from pkgutil import resolve_name
from queue import Queue
from typing import IO, Any

from msgspec import Struct, msgpack

from analyzer.batch.work import Result, Settings, Task
from analyzer.errors import AnalyzerError, AnalyzerWarning
from analyzer.lexicons import domains
from analyzer.memory import give_back, memory_used
from analyzer.records import Provenance

# One worker a core: a library that started threads of its own would only take them from the others. Arrow takes its
# memory where all else does, so that what it leaves is given back with the rest.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "BLIS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
_SIZE = 8  # bytes that tell the length of a frame


class Ready(Struct, frozen=True, kw_only=True, tag="ready"):
    """The models are loaded."""

    provenance: Provenance
    memory: int  # bytes that the worker holds
    notices: list[str] = []  # what other packages fail in


class Unfit(Struct, frozen=True, kw_only=True, tag="unfit"):
    """The worker cannot work at all: what :class:`AnalyzerError` said, and the exit code that goes with it."""

    reason: str
    exit_code: int


class Beat(Struct, frozen=True, tag="beat"):
    """One more article is done."""


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """A task is done."""

    result: Result
    memory: int
    notices: list[str] = []


Message = Ready | Unfit | Beat | Done


def send(stream: IO[bytes], what: Struct) -> None:
    """Write one frame: its length, and the record as MessagePack."""
    data = msgpack.encode(what)
    stream.write(len(data).to_bytes(_SIZE, "big") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next frame; None where the stream ends, be it in the middle of one."""
    head = stream.read(_SIZE)
    if len(head) < _SIZE:
        return None
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    return data if len(data) == size else None


def main() -> None:
    """Answer each task with its result until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever started it decides
    tasks = sys.stdin.buffer
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints gets between the frames
    first = receive(tasks)
    if first is None:
        return
    notices = Notices()
    try:
        settings = msgpack.decode(first, type=Settings)
        analyst = resolve_name(settings.analyst)(settings)
        domains.load()  # megabytes: loaded with the first link, they would look like growth
        send(results, Ready(provenance=analyst.provenance, memory=memory_used(), notices=notices.new()))
        waiting: Queue[bytes] = Queue()
        threading.Thread(target=_listen, args=(tasks, waiting), daemon=True).start()
        while task := waiting.get():
            result = analyst.work(msgpack.decode(task, type=Task), lambda: send(results, Beat()))
            give_back()
            send(results, Done(result=result, memory=memory_used(), notices=notices.new()))
    except AnalyzerError as error:
        send(results, Unfit(reason=str(error), exit_code=error.exit_code))
    except BrokenPipeError:
        os._exit(1)


class Notices:
    """The warnings of the analyzer, kept for whoever started this process."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._shown = warnings.showwarning
        warnings.showwarning = self._take

    def _take(self, message: Warning | str, category: type[Warning], *more: Any, **named: Any) -> None:  # noqa: ANN401
        if issubclass(category, AnalyzerWarning):
            self._kept.append(str(message))
        else:
            self._shown(message, category, *more, **named)

    def new(self) -> list[str]:
        """Return what has come since the last call."""
        kept, self._kept = self._kept, []
        return kept


def _listen(tasks: IO[bytes], waiting: "Queue[bytes]") -> None:
    """Hand tasks on; an empty one ends the worker in order, the end of the stream at once."""
    while (task := receive(tasks)) is not None:
        waiting.put(task)
        if not task:
            return
    os._exit(1)


if __name__ == "__main__":
    main()
