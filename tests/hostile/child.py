"""The process that runs hostile cases: it loads the fast pipeline once, and forks for each case that it is told of.

One JSON object a line comes in (what to run, and what the process is to be like), one goes out (how it ended, its CPU
seconds and peak memory by ``wait4``). Run it by its path; :mod:`measure` does.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from watching import state_of, wait_for

ROOM = 4 << 30  # bytes of address space that a case may take more: protects the machine, the promise is 1 GB
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn", "webbrowser.open")
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate")
TEXT = (
    "The Ferry Company runs boats on Lake Sorrel. Its director, Ann Hale, said that the service was safe. "
    "Critics called the fares unfair.\n"
)
Spec = dict[str, Any]


def main() -> None:
    """Load, tell what that took, and serve."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    pipeline, seconds = load()
    gc.collect()
    gc.freeze()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds_a_mb": seconds, "memory": held}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), pipeline)), file=answers, flush=True)


def load() -> tuple[Any, float]:
    """Return the pipeline, all that a case may use imported, and the seconds that 1 MB of plain prose takes here."""
    import looking

    from analyzer import Report, analyze, load_pipeline
    from analyzer.annotate import english

    english.LEAST = 0.0  # texts in no language are to reach the parser, too
    pipeline = load_pipeline(engine="fast")
    with tempfile.TemporaryDirectory() as folder:
        report = analyze(TEXT, title="Lake", pipeline=pipeline)
        looking.rendered(Report.from_json(report.to_json()), Path(folder))
        looking.BASELINE.update(looking.tags_of((Path(folder) / "report.html").read_text()))
    text = TEXT * (50_000 // len(TEXT))
    begun = time.process_time()
    analyze(text, title="Lake", pipeline=pipeline)
    return pipeline, (time.process_time() - begun) / len(text) * 1_000_000


def run(spec: Spec, pipeline: Any) -> dict[str, Any]:
    """Run a case in a fork; return how it ended."""
    pid = os.fork()
    if not pid:
        _live(spec, pipeline)
    for number, after in ((signal.SIGINT, spec.get("interrupt")), (signal.SIGTERM, spec.get("terminate"))):
        if after:
            _send(pid, number, after)
    hung = wait_for(pid, spec["patience"])
    _, status, usage = os.wait4(pid, 0)
    return {
        "code": os.waitstatus_to_exitcode(status), "hung": hung,
        "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024,
    }  # fmt: skip


def _send(pid: int, number: int, after: float) -> None:
    """Send a signal to a process once it has worked for so many CPU seconds, if it has not ended by then."""
    while (state := state_of(pid))[0] != "Z":
        if state[1] >= after:
            os.kill(pid, number)
            return
        time.sleep(0.01)


def _live(spec: Spec, pipeline: Any) -> None:
    """Be the process of a case; never returns."""
    code = 70
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _dress(spec)
        if spec.get("fresh"):
            os.execve(sys.executable, [sys.executable, *spec["fresh"], *spec["argv"]], {**os.environ, **spec["env"]})
        if spec["way"] == "api":
            import looking

            code = looking.look(spec, pipeline)
        else:
            code = _command(spec["argv"])
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            try:
                stream.flush()
            except (OSError, ValueError):
                code = code or 74  # what was to be written is lost, and nobody has said so
        os._exit(code)


def _command(argv: list[str]) -> int:
    """Run the command line as ``npov`` does; return its exit code."""
    from analyzer.cli.app import main as npov

    sys.argv = ["npov", *argv]
    try:
        npov()
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    return 0


def _dress(spec: Spec) -> None:
    """Give the process its streams, folders and limits, and have it watched."""
    folder = Path(spec["folder"])
    os.environ.update(spec.get("env", {}), TMPDIR=str(folder / "tmp"))
    tempfile.tempdir = None
    sys.dont_write_bytecode = True
    os.chdir(folder / "cwd")
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_WRONLY), (2, "stderr", os.O_WRONLY)):
        _connect(number, spec[name], flags)
    if "wiki" in spec:
        import odd_wiki

        port = str(odd_wiki.serve(spec["wiki"]))
        spec["argv"] = [word.replace("{port}", port) for word in spec["argv"]]
    if spec.get("gone"):
        (folder / "cwd").rmdir()
    _limit(spec)
    for number in spec.get("closed", ()):
        os.close(number)
        setattr(sys, ("stdin", "stdout", "stderr")[number], None)
    if not spec.get("fresh"):
        sys.addaudithook(_Watch(spec))


def _connect(number: int, place: str, flags: int) -> None:
    if place == "gone":  # a pipe that nobody reads any more
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(place, flags | (os.O_CREAT | os.O_TRUNC if flags and not place.startswith("/dev/") else 0))
    os.dup2(writer, number)
    os.close(writer)


def _limit(spec: Spec) -> None:
    seconds = int(spec["cpu"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    room = held + (spec["memory"] << 20 if spec.get("memory") else ROOM)
    resource.setrlimit(resource.RLIMIT_AS, (room, room))


class _Watch:
    """Tells what a case must not do: it goes into a file beside the case's own, for the parent to read."""

    def __init__(self, spec: Spec) -> None:
        folder = os.path.realpath(spec["folder"])
        self._allowed = (f"{folder}/out/", f"{folder}/tmp/", "/dev/", "/proc/self/fd/")
        self._loopback = "wiki" in spec
        self._asked = "address" in spec  # an address was named: it is asked for, and there is no network
        self._told = os.open(f"{folder}/watched", os.O_WRONLY | os.O_CREAT)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event in NETWORK:
            where = args[1] if event == "socket.connect" else args[0]
            if self._loopback and "127.0.0.1" in repr(where):
                return
            if not self._asked:
                self._tell(f"network: {event} {where!r}")
            raise PermissionError("no network in a hostile case")
        if event in PROGRAMS:
            self._tell(f"program: {event} {args[:1]!r}")
        elif event in CHANGES or (event == "open" and isinstance(args[2], int) and args[2] & WRITES):
            self._look(event, args[0])

    def _look(self, event: str, path: Any) -> None:
        if path is None or isinstance(path, int):
            return
        place = Path(os.fsdecode(path))
        with suppress(OSError, RuntimeError):
            place = place.absolute().parent.resolve() / place.name
        if not f"{place}/".startswith(self._allowed):
            self._tell(f"outside the output: {event} {str(place)[-300:]!a}")

    def _tell(self, what: str) -> None:
        os.write(self._told, f"{what[:500]}\n".encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
