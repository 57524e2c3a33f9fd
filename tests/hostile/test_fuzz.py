"""Each target holds on mutated input for a while, and on everything that has ever broken it (``found/``)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .loading import fuzz, targets

# CPU seconds for all targets together, and cases of each: what is new is looked for by `make fuzz`, not by every run.
SECONDS = float(os.environ.get("NPOV_FUZZ_SECONDS", "45"))
CASES = int(os.environ.get("NPOV_FUZZ_CASES", "300"))
FOUND = sorted(path for path in (Path(__file__).parent / "found").iterdir() if not path.name.startswith("."))


@pytest.mark.pipeline
@pytest.mark.parametrize("target", targets.TARGETS)
def test_nothing_breaks_a_target_for_a_while(target: str) -> None:
    done = fuzz.fuzz(target, SECONDS / len(targets.TARGETS), CASES, seed=19)
    assert done.cases > 0
    assert {what: data for what, data in done.findings.items()} == {}


@pytest.mark.pipeline
@pytest.mark.parametrize("path", FOUND, ids=[path.name for path in FOUND])
def test_what_once_broke_a_target_does_so_no_more(path: Path) -> None:
    name = next(name for name in targets.TARGETS if path.name.startswith(fuzz._slug(name)))
    targets.TARGETS[name](path.read_bytes())


def test_the_fuzzer_finds_a_break_a_crash_and_a_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes) -> None:
        if b"{{" in data:
            raise ValueError(data)

    def crashing(data: bytes) -> None:
        if b"{{" in data:
            os._exit(9)

    def hanging(data: bytes) -> None:
        while b"{{" in data:
            pass

    monkeypatch.setattr(fuzz, "HANG", 1.0)
    monkeypatch.setattr(fuzz, "seed_of", lambda target: b"a lake")
    for run in (broken, crashing, hanging):
        monkeypatch.setitem(targets.TARGETS, "planted", run)
        done = fuzz.fuzz("planted", 2.0, 5000)
        assert any(b"{{" in data for data in done.findings.values()), run
