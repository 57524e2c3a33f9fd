"""Every hostile case keeps the promise of docs/reliability.md; CI runs the small ones, ``make hostile`` all of them."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .corpus import LAKE, Case, corpus, share
from .figures import written
from .measure import MEMORY, Bench, Ran, bench, said
from .running import run

ALL = os.environ.get("NPOV_HOSTILE") == "all"
pytestmark = pytest.mark.pipeline
CASES = list(corpus()) if ALL else share()
RAN: list[Ran] = []


@pytest.fixture(scope="module")
def measuring() -> Iterator[Bench]:
    with bench() as made:
        yield made
        if ALL:
            written(RAN, made)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_hostile_case_keeps_the_promise(case: Case, measuring: Bench, tmp_path: Path) -> None:
    ran = measuring.run(case, tmp_path)
    RAN.extend(ran)
    assert [f"{each.way}: {complaint}" for each in ran for complaint in each.complaints] == []


def folders(root: Path, count: int) -> None:
    """Write a folder of good articles, and one of them with the hostile files among them."""
    for name in ("good", "mixed"):
        (root / name).mkdir()
        for number in range(count):
            (root / name / f"{number:05}-good.txt").write_text(f"Lake {number} is deep. {LAKE}")
    hostile = [case for case in CASES if case.content is not None and not case.alone]
    for number, case in enumerate(hostile if ALL else hostile[::3]):
        place = root / "mixed" / f"{number * 7:05}-hostile"
        place.mkdir()
        (place / case.file).write_bytes(case.bytes())


def batch(root: Path, name: str) -> tuple[list[str], dict[str, Any]]:
    """Return the reports of a batch, and its account; its messages and memory are looked at."""
    out = root / f"out-{name}"
    words = ["batch", root / name, "--out", out, "--quiet", "--write", "reports", "--engine", "fast", "--workers", "1"]
    done = run(words, env={"PYTHONUTF8": "1"}, timeout=3600, weighed=True)
    assert said(done.err) == []
    assert done.code in (0, 3)
    assert done.peak < MEMORY
    parts = sorted((out / "reports").iterdir())
    # A hostile text holds characters that end a line for str.splitlines, not in JSON Lines.
    reports = [line for part in parts for line in gzip.decompress(part.read_bytes()).decode().split("\n") if line]
    account: dict[str, Any] = json.loads((out / "manifest.json").read_text())["account"]
    return reports, account


def test_hostile_files_in_a_batch_leave_the_good_ones_as_they_were(tmp_path: Path) -> None:
    count = 2000 if ALL else 60
    folders(tmp_path, count)
    alone, _ = batch(tmp_path, "good")
    among, account = batch(tmp_path, "mixed")
    assert len(alone) == count
    assert set(alone) <= set(among)
    assert account["in"] == account["out"] + sum(account["rejected"].values()) + sum(account["skipped"].values())
    assert account["out"] == len(among) > count
    assert set(account["rejected"]) <= {"cannot be read"}


def test_the_corpus_has_at_least_250_cases_of_every_class() -> None:
    kinds = {case.kind for case in corpus()}
    assert len(corpus()) >= 250
    assert {case.kind for case in share()} == kinds
