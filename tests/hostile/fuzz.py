"""Fuzzes the targets for a time or a number of cases, and keeps what breaks one in ``tests/hostile/found``.

    python tests/hostile/fuzz.py                        every target, ten minutes each
    python tests/hostile/fuzz.py --seconds 5 masks      one target for five seconds
    python tests/hostile/fuzz.py --cases 1000000        so many cases over all targets but the slow one

Cases are mutations of what has reached new lines of the analyzer (Python 3.12 and later tell which, and at no
cost; before that, of what it began with). They run in a process of its own, so that crashes and hangs are found, too. A
target takes bytes and raises, as those of libFuzzer and atheris do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mmap
import os
import random
import signal
import struct
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from targets import SLOW, TARGETS, TOKENS, seed_of
from watching import state_of

HERE = Path(__file__).parent
FOUND = HERE / "found"
HANG = 10.0  # CPU seconds that a case may take
LONGEST = 400  # bytes of a case
KEPT = 2000  # cases that reached something new
_HEAD = struct.Struct("<QI")


@dataclass
class Fuzzed:
    """What came of fuzzing a target: cases, CPU seconds, lines reached after the first case, findings."""

    target: str
    cases: int = 0
    seconds: float = 0.0
    lines: int = 0
    findings: dict[str, bytes] = field(default_factory=dict)  # by what went wrong and where


def fuzz(target: str, seconds: float, cases: int = 1 << 62, seed: int = 0) -> Fuzzed:
    """Fuzz a target for so many CPU seconds, or for so many cases, with our own driver."""
    done = Fuzzed(target)
    while done.seconds < seconds and done.cases < cases:
        _round(done, seconds - done.seconds, cases - done.cases, seed)
        seed += 1
    return done


def _round(done: Fuzzed, seconds: float, cases: int, seed: int) -> None:
    """Fuzz in a process of its own until the time is over or it dies; add to what is done."""
    shared = mmap.mmap(-1, _HEAD.size + (1 << 20))
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        _Driver(done.target, seed, shared, set(done.findings)).drive(seconds, cases, writer)
    os.close(writer)
    used, died = _watch(pid, shared)
    with os.fdopen(reader, "rb") as told:
        last = told.read()
    count, length = _HEAD.unpack_from(shared)
    done.cases += count
    done.seconds += max(used, 0.01)
    for line in last.splitlines():
        row = json.loads(line)
        done.lines = max(done.lines, row.get("lines", 0))
        if "what" in row:
            done.findings.setdefault(row["what"], bytes.fromhex(row["data"]))
    if died:
        done.findings.setdefault(died, shared[_HEAD.size : _HEAD.size + length])


def _watch(pid: int, shared: mmap.mmap) -> tuple[float, str | None]:
    """Wait for the process, and end it where it hangs; return its CPU seconds, and how it died, if it did."""
    count, since = -1, 0.0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        if ended:
            seconds = usage.ru_utime + usage.ru_stime
            return seconds, None if status == 0 else f"died with {os.waitstatus_to_exitcode(status)}"
        now, used = _HEAD.unpack_from(shared)[0], state_of(pid)[1]
        if now != count:
            count, since = now, used
        elif used - since > HANG:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return used, "hung"
        time.sleep(0.05)


class _Driver:
    """Makes cases out of those that reached something new, and runs them."""

    def __init__(self, target: str, seed: int, shared: mmap.mmap, known: set[str]) -> None:
        self._run, self._known, self._shared = TARGETS[target], known, shared
        self._pick = random.Random(f"{target} {seed}")
        self._kept = [seed_of(target), *(path.read_bytes() for path in FOUND.glob(f"{_slug(target)}-*"))]
        self._tokens = [token.encode("utf-8", "surrogatepass") for token in TOKENS if token]
        self.lines = 0

    def drive(self, seconds: float, cases: int, told: int) -> None:
        """Run cases and tell findings; never returns."""
        try:
            for case in list(self._kept):
                self._one(case, told)
            self._look_out()
            until = time.process_time() + seconds
            count = 0
            while count < cases and (count % 8 or time.process_time() < until):
                data = self._changed()
                count += 1
                _HEAD.pack_into(self._shared, 0, count, len(data))
                self._shared[_HEAD.size : _HEAD.size + len(data)] = data
                before = self.lines
                self._one(data, told)
                if self.lines > before and len(self._kept) < KEPT:
                    self._kept.append(data)
            _tell(told, {"lines": self.lines})
        except BaseException:
            traceback.print_exc()
            os._exit(70)
        os._exit(0)

    def _one(self, data: bytes, told: int) -> None:
        try:
            self._run(data)
        except Exception as error:
            what = _what(error)
            if what not in self._known:
                self._known.add(what)
                _tell(told, {"what": what, "data": self._smaller(data, what).hex()})

    def _smaller(self, data: bytes, what: str) -> bytes:
        """Return a part of the data that breaks in the same way."""
        step = max(1, len(data) // 2)
        while step:
            at = 0
            while at < len(data):
                less = data[:at] + data[at + step :]
                try:
                    self._run(less)
                except Exception as error:
                    if _what(error) == what:
                        data = less
                        continue
                at += step
            step //= 2
        return data

    def _changed(self) -> bytes:
        data = bytearray(self._pick.choice(self._kept))
        for _ in range(1 + int(self._pick.expovariate(0.5))):
            at = self._pick.randrange(len(data) + 1)
            end = min(len(data), at + 1 + int(self._pick.expovariate(0.1)))
            kind = self._pick.random()
            if kind < 0.45:
                data[at:at] = self._pick.choice(self._tokens)
            elif kind < 0.6:
                del data[at:end]
            elif kind < 0.7:
                data[at:at] = data[at:end] * self._pick.choice((1, 1, 2, 8))
            elif kind < 0.8:
                other = self._pick.choice(self._kept)
                start = self._pick.randrange(len(other) + 1)
                data[at:end] = other[start : start + 60]
            elif kind < 0.9 and data:
                data[at - 1 if at else 0] = self._pick.randrange(256)
            else:
                data[at:end] = chr(self._pick.choice((0x2019, 0xA0, self._pick.randrange(1, 0xD800)))).encode()
        if len(data) > LONGEST:
            at = self._pick.randrange(len(data) - LONGEST + 1)
            data = data[at : at + LONGEST] if self._pick.random() < 0.5 else data[:LONGEST]
        return bytes(data)

    def _look_out(self) -> None:
        """Count lines of the analyzer as they are reached for the first time; each costs nothing after that."""
        watch = getattr(sys, "monitoring", None)
        if watch is None:
            return
        ours = str(HERE.parents[1] / "analyzer")

        def reached(code: Any, line: int) -> Any:
            if code.co_filename.startswith(ours):
                self.lines += 1
            return watch.DISABLE

        watch.use_tool_id(watch.COVERAGE_ID, "fuzz")
        watch.register_callback(watch.COVERAGE_ID, watch.events.LINE, reached)
        watch.set_events(watch.COVERAGE_ID, watch.events.LINE)


def _what(error: BaseException) -> str:
    """Return what went wrong and where in our code, so that the same is told once."""
    places = traceback.extract_tb(error.__traceback__)
    ours = [place for place in places if "analyzer" in place.filename or "hostile" in place.filename]
    last = (ours or list(places))[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} in {last.name}"


def _tell(told: int, row: dict[str, Any]) -> None:
    os.write(told, json.dumps(row).encode() + b"\n")


def _slug(target: str) -> str:
    return target.replace(" ", "-")


def keep(done: Fuzzed, folder: Path = FOUND) -> None:
    """Write the findings as cases, which tests run from then on."""
    folder.mkdir(exist_ok=True)
    for data in done.findings.values():
        (folder / f"{_slug(done.target)}-{hashlib.sha256(data).hexdigest()[:10]}").write_bytes(data)


def main() -> int:
    """Fuzz what is asked for; print a line a target; return 1 where something was found."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("targets", nargs="*", help="targets; all if not given")
    asked.add_argument("--seconds", type=float, default=600, help="CPU seconds for each target")
    asked.add_argument("--cases", type=int, default=1 << 62, help="over all targets; the slow one is left out then")
    asked.add_argument("--seed", type=int, default=int(time.time()), help="the same seed makes the same cases")
    given = asked.parse_args()
    counted = given.cases < 1 << 62
    names = given.targets or [name for name in TARGETS if not (counted and name in SLOW)]
    print(f"seed {given.seed}", flush=True)
    total = found = 0
    for left, name in zip(range(len(names), 0, -1), names, strict=True):
        done = fuzz(name, given.seconds, -(-(given.cases - total) // left), given.seed)
        keep(done)
        total, found = total + done.cases, found + len(done.findings)
        rate, told = done.cases / max(done.seconds, 0.01), f"{done.lines} new lines, {len(done.findings)} findings"
        print(f"{name:16} {done.cases:9,} cases {rate:7,.0f}/s {told}", flush=True)
        for what in done.findings:
            print(f"    {what}", flush=True)
    print(f"{'all':16} {total:9,} cases, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
