"""Runs a case in a process of its own and measures it from outside: CPU seconds, peak memory, what it said and did."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .corpus import SMALL, Case, read_as
from .damaged_models import damaged

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MEMORY = 1_000_000_000  # bytes: the promise
START = 3.0  # CPU seconds that any case may take, whatever its size
TIMES = 4.0  # plain prose: hostile text may have so many times more tokens a character
PATIENCE = 60.0  # seconds on end that a case may sleep
LONGEST_LINE = 4000
_BAD = re.compile(r"Traceback \(most recent|That is a bug|Fatal Python error|Segmentation fault|MemoryError")


@dataclass
class Ran:
    """How a case went one way; ``complaints`` are the broken promises."""

    case: Case
    way: str
    cpu: float
    memory: int
    complaints: list[str] = field(default_factory=list)


class Bench:
    """The process that has the pipeline loaded, and forks for each case."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        self.env = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "NO_COLOR": "1", "OMP_NUM_THREADS": "1"}
        for name in ("NPOV_DEBUG", "NPOV_MODELS", "COLUMNS"):
            self.env.pop(name, None)
        command = [sys.executable, str(HERE / "child.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.env, text=True
        )
        told = self._answer()
        self.seconds_a_mb: float = told["seconds_a_mb"]
        self.held: int = told["memory"]

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(30)

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the process that runs the cases has died"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def allowed(self, size: int) -> float:
        """Return the CPU seconds that an input of so many bytes may take: linear in its size."""
        return START + TIMES * self.seconds_a_mb * size / 1_000_000

    def run(self, case: Case, folder: Path) -> list[Ran]:
        """Run a case as a command and through Python; its files are in ``folder``."""
        argv = case.place(folder)
        for name in ("cwd", "tmp", "streams"):
            (folder / name).mkdir(exist_ok=True)
        size = _size(case, folder)
        before = _state(folder / "in")
        child = dict(case.child)
        env = {**self.env, "NPOV_CONTACT": "tests"}
        if "model" in child:
            env["NPOV_MODELS"] = str(damaged(*child.pop("model"), folder / "models"))  # type: ignore[misc]
            child["fresh"] = ["-m", "analyzer.cli"]
        spec = {
            "way": "cli", "argv": argv, "folder": str(folder), "env": env, "cpu": self.allowed(size) + 5,
            "patience": PATIENCE,
            "stdin": "/dev/null", "stdout": str(folder / "streams/out"), "stderr": str(folder / "streams/err"),
        } | child  # fmt: skip
        if case.child.get("stdin"):
            spec["stdin"] = str(folder / "in" / case.file)
        ran = [self._measured(case, "command", spec, size)]
        ran[0].complaints += _said(folder / "streams")
        if _state(folder / "in") != before:
            ran[0].complaints.append("changed the files that it was to read")
        if not case.alone and not child:
            ran.append(self._through_python(case, folder, spec, size))
        return ran

    def _through_python(self, case: Case, folder: Path, spec: dict[str, Any], size: int) -> Ran:
        """Read a case in every format, and show what the command found in every format."""
        read = [("plaintext", folder / "in" / case.file)] if case.formats and case.content else []
        text = case.bytes().decode("utf-8", "replace") if case.formats else ""
        for form, held in read_as(text).items() if case.formats else ():
            path = folder / "in" / f"as.{form}"
            path.write_bytes(held)
            read.append((form, path))
        again = str(folder / "in" / case.file) if case.is_small and "--input-format" not in case.argv else ""
        more = {
            "way": "api", "read": [(form, str(path)) for form, path in read if path.exists()], "again": again,
            "report": str(folder / "streams/out"), "stdout": str(folder / "streams/complaints"),
        }  # fmt: skip
        found = self._measured(case, "Python", {**spec, **more}, size * (1 + len(read) // 3), ends=frozenset(range(61)))
        found.complaints += (folder / "streams/complaints").read_text("utf-8", "replace").splitlines()
        found.complaints += _said(folder / "streams")
        return found

    def _measured(
        self, case: Case, way: str, spec: dict[str, Any], size: int, ends: frozenset[int] | None = None
    ) -> Ran:
        assert self._process.stdin
        print(json.dumps(spec), file=self._process.stdin, flush=True)
        told = self._answer()
        ran = Ran(case, way, told["cpu"], told["memory"])
        if told["hung"]:
            if not (spec.get("may_wait") and Path(spec["stderr"]).stat().st_size):
                ran.complaints.append("hung: slept and said nothing of it")
        elif told["code"] not in (ends if ends is not None else case.ends):
            ran.complaints.append(f"exit code {told['code']}")
        start = START if spec.get("fresh") else 0.0  # loading, which forks need not
        if told["cpu"] > self.allowed(size) + start:
            ran.complaints.append(f"{told['cpu']:.1f} CPU seconds for {size:,} bytes")
        if told["memory"] > MEMORY:
            ran.complaints.append(f"{told['memory'] / 1e6:,.0f} MB")
        watched = Path(spec["folder"]) / "watched"
        if watched.exists():
            ran.complaints += watched.read_text("utf-8").splitlines()[:5]
            watched.unlink()
        return ran


@contextmanager
def bench() -> Iterator[Bench]:
    """Give a bench and close it."""
    made = Bench()
    try:
        yield made
    finally:
        made.close()


def _size(case: Case, folder: Path) -> int:
    """Return the bytes that a case may be charged for: what it holds, and at least a small case's."""
    held = sum(path.stat().st_size for path in (folder / "in").rglob("*") if path.is_file() and not path.is_symlink())
    return max(SMALL, held)


def _state(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (os.fsdecode(path), status.st_size, status.st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("as.") and (status := path.lstat())
    )


def _said(streams: Path) -> list[str]:
    """Return what is wrong with what was written to standard output and error."""
    texts = {
        name: (streams / name).read_text("utf-8", "replace") for name in ("out", "err") if (streams / name).exists()
    }
    return [*said(texts.get("err", "")), *_broken(texts.get("out", ""))]


def said(text: str) -> list[str]:
    """Return what is wrong with messages."""
    complaints = _broken(text)
    if (longest := max(map(len, text.splitlines()), default=0)) > LONGEST_LINE:
        complaints.append(f"a message of {longest:,} characters")
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text):
        complaints.append("a message that steers the terminal")
    return complaints


def _broken(text: str) -> list[str]:
    """Return what tells of a failure that nobody meant."""
    if not (found := _BAD.search(text)):
        return []
    line = next(line for line in text[found.start() :].splitlines() if line)
    last = text.strip().splitlines()[-1] if found[0].startswith("Trace") else line
    return [f"says {found[0]!r}: {last[:300]}"]
