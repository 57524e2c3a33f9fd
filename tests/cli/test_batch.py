"""``npov batch`` and the many inputs of ``npov check``: what they say and write, and how they end, by a stand-in."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.batch import work
from analyzer.cli.app import app

HERE = Path(__file__).parent
PAGE = "<page><title>Page {n}</title><ns>0</ns><id>{n}</id><revision><id>{n}</id><text>{text}</text></revision></page>"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers analyse by the stand-in of tests/batch."""
    monkeypatch.syspath_prepend(str(HERE.parent / "batch"))
    settings = functools.partial(work.Settings, analyst="stand_in:StandIn")
    monkeypatch.setattr("analyzer.batch.compose.Settings", settings)
    monkeypatch.setattr("analyzer.batch.work.Settings", settings)


def npov(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def dump(path: Path, count: int = 6) -> Path:
    pages = [PAGE.format(n=n, text=" " if n == 1 else f"The lake {n} is deep.") for n in range(count)]
    path.write_text(f"<mediawiki>{''.join(pages)}</mediawiki>")
    return path


def test_a_batch_tells_its_account_and_exits_with_0(tmp_path: Path):
    result = npov("batch", dump(tmp_path / "w.xml"), "--out", tmp_path / "out", "--write", "reports", "--workers", 2)
    assert result.exit_code == 0, result.stderr
    assert "6 pages in: 5 reports, 1 rejected (cannot be read 1), 0 skipped" in result.stderr
    assert result.stdout == ""


def test_quiet_says_nothing_and_json_says_it_to_programs(tmp_path: Path):
    source = dump(tmp_path / "w.xml")
    common = ("batch", source, "--write", "reports", "--workers", 1)
    assert npov(*common, "--out", tmp_path / "a", "--quiet").stderr == ""
    lines = npov(*common, "--out", tmp_path / "b", "--progress", "json").stderr.splitlines()
    events = [json.loads(line) for line in lines]
    assert [events[0]["event"], events[-1]["event"]] == ["start", "end"]
    assert events[-1]["account"]["out"] == 5 and events[-1]["account"]["in"] == 6


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("none.xml",), 3, "does not exist"),
        (("w.xml", "--write", "pictures"), 2, "expected tables, reports"),
        (("w.xml", "--on", "dask"), 2, "--scheduler"),
        (("w.xml", "--scheduler", "tcp://x:1"), 2, "--on dask"),
        (("w.xml", "--workers", "0"), 2, "workers"),
        (("w.xml", "--engine", "dask"), 2, "engine"),
        (("-",), 2, "standard input"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_leaves_nothing(words, code, told, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dump(tmp_path / "w.xml")
    result = npov("batch", *words, "--out", "out", *(() if "--write" in words else ("--write", "reports")))
    assert result.exit_code == code and told in result.stderr
    assert not list(Path("out").glob("*"))


def test_a_memory_limit_is_in_megabytes_and_one_that_no_worker_can_keep_is_refused(tmp_path: Path):
    common = ("batch", dump(tmp_path / "w.xml"), "--write", "reports", "--workers", 1)
    result = npov(*common, "--out", tmp_path / "out", "--memory-limit", 1)
    assert result.exit_code == 2 and "a memory limit of 1 MB; a worker needs" in result.stderr
    assert npov(*common, "--out", tmp_path / "out", "--memory-limit", 2000).exit_code == 0


def test_a_damaged_dump_exits_with_3_and_keeps_what_came_before(tmp_path: Path):
    source = dump(tmp_path / "w.xml")
    source.write_text(source.read_text()[:-60])
    result = npov("batch", source, "--out", tmp_path / "out", "--write", "reports", "--workers", 1)
    assert result.exit_code == 3 and "ends in damage" in result.stderr
    assert (tmp_path / "out/manifest.json").exists()


@pytest.mark.parametrize("write", ["tables", "reports"])
def test_a_batch_that_was_broken_off_is_summarised_as_far_as_it_has_come(write: str, tmp_path: Path):
    pytest.importorskip("pyarrow")
    out = tmp_path / "out"
    words = ("batch", dump(tmp_path / "w.xml", 9), "--out", out, "--write", write, "--workers", 1, "--shard-size", 3)
    assert npov(*words).exit_code == 0
    whole = npov("summary", out).stdout
    assert "8 articles" in whole and "1 rejected" in whole
    assert "9 pages in: 8 reports, 1 rejected (cannot be read 1), 0 skipped" in " ".join(whole.split())
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"complete": False, "account": None}))
    (out / "shards/00001.json").unlink()
    next((out / ("banners" if write == "tables" else "reports")).glob("part-00001*")).write_bytes(b"half")
    part = npov("summary", out)
    assert part.exit_code == 0 and "5 articles" in part.stdout
    assert "not complete, so far 6 pages in: 5 reports" in " ".join(part.stdout.split())
    for record in (out / "shards").iterdir():
        record.unlink()
    nothing = npov("summary", out)
    assert nothing.exit_code == 3 and "first shard is not written yet" in nothing.stderr


def test_check_picks_pages_of_a_dump_and_names_those_that_it_lacks(tmp_path: Path):
    source = dump(tmp_path / "w.xml")
    result = npov("check", source, "--pages", "Page 2", "--format", "json", "--workers", 2)
    assert json.loads(result.stdout)["article"]["title"] == "Page 2" and result.exit_code == 0
    result = npov("check", source, "--pages", "Page 2", "--pages", "Nowhere", "--format", "json", "--workers", 2)
    assert result.exit_code == 3 and "met no page 'Nowhere'" in result.stderr


def test_check_with_workers_keeps_the_order_and_complains_in_its_place(tmp_path: Path):
    names = []
    for n in range(70):
        (tmp_path / f"{n}.txt").write_text(f"SLEEP {70 - n} The lake {n}." if n != 40 else " ")
        names.append(tmp_path / f"{n}.txt")
    result = npov("check", *names, "--format", "json", "--workers", 3)
    texts = [json.loads(line)["article"]["text"] for line in result.stdout.splitlines()]
    assert texts == [f"SLEEP {70 - n} The lake {n}." for n in range(70) if n != 40]
    assert result.exit_code == 3 and result.stderr.count("\n") == 1 and "40.txt" in result.stderr


def test_interrupted_check_leaves_what_was_there_and_keeps_the_reports_beside_it(tmp_path: Path, monkeypatch):
    target = tmp_path / "reports.jsonl"
    target.write_text("before")
    seen = []

    def reaches(label, report, threshold, *, quiet):
        seen.append(label)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr("analyzer.cli.check._reaches", reaches)
    words = ("check", dump(tmp_path / "w.xml"), "--format", "json", "--workers", 2, "--fail-at", 1, "--out", target)
    result = npov(*words)
    assert result.exit_code == 130 and "reports.jsonl.partial" in result.stderr
    assert target.read_text() == "before"
    assert len((tmp_path / "reports.jsonl.partial").read_text().splitlines()) == 3


def test_a_table_without_its_library_leaves_the_other_inputs_unharmed(tmp_path: Path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "t.parquet").write_bytes(b"PAR1....PAR1")
    (tmp_path / "a.txt").write_text("The lake is deep.")
    result = npov("check", tmp_path / "t.parquet", tmp_path / "a.txt", "--format", "json", "--workers", 2)
    assert result.exit_code == 3 and "npov-analyzer[batch]" in result.stderr
    assert json.loads(result.stdout)["article"]["text"] == "The lake is deep."
