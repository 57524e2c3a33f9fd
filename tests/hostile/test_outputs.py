"""What is written, and where: nothing that was there is lost, and no failure to write goes untold."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app

from .running import run, told_in_order

pytestmark = pytest.mark.pipeline

PROSE = "The Ferry Company runs boats on Lake Sorrel. Its director, Ann Hale, said that the service was safe.\n"
FORMATS = ("terminal", "json", "html", "markdown", "csv", "wikitext", "lint", "sarif")
FAST = ("--engine", "fast")


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "Lake Sorrel.txt"
    path.write_text(PROSE)
    return path


def npov(*words, **options):
    result = CliRunner().invoke(app, [str(word) for word in words], **options)
    assert "Traceback" not in result.output and "bug" not in result.stderr
    assert isinstance(result.exception, SystemExit if result.exit_code else type(None))
    return result


def by_its_name(path: Path) -> Path:
    return path


def by_a_link(path: Path) -> Path:
    link = path.with_name("link.txt")
    link.symlink_to(path)
    return link


def by_another_name(path: Path) -> Path:
    other = path.with_name("other.txt")
    other.hardlink_to(path)
    return other


@pytest.mark.parametrize("named", [by_its_name, by_a_link, by_another_name])
def test_an_output_that_is_the_input_is_refused(article, named):
    result = npov("check", article, "--out", named(article), *FAST)
    assert result.exit_code == 2 and "is read and would be lost" in result.stderr
    assert article.read_text() == PROSE


def test_an_output_that_is_piped_in_is_refused(article):
    with article.open("rb") as piped:
        done = run(["check", "-", "--out", article, *FAST], stdin=piped)
    assert done.code == 2 and "would be lost" in done.err and article.read_text() == PROSE


@pytest.mark.parametrize("option", ["--gazetteer", "--sources"])
def test_an_output_that_is_a_table_of_ones_own_is_refused(article, option):
    table = article.with_name("own.tsv")
    table.write_text("name\ttype\n")
    result = npov("check", article, option, table, "--out", table, *FAST)
    assert result.exit_code == 2 and table.read_text() == "name\ttype\n"


def test_a_summary_is_not_written_over_what_it_sums_up(article):
    folder = article.with_name("reports")
    folder.mkdir()
    report = folder / "a.json"
    report.write_text(npov("check", article, "--format", "json", *FAST).stdout)
    before = report.read_bytes()
    assert npov("summary", folder, "--out", report).exit_code == 2 and report.read_bytes() == before
    assert npov("summary", folder, "--out", folder / "page.html").exit_code == 0


def test_through_a_link_its_target_is_written_and_the_link_stays(article, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / "report.json", tmp_path / "report.json"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)
    assert npov("check", article, "--out", link, *FAST).exit_code == 0
    assert link.is_symlink() and json.loads(target.read_text())["article"]["text"] == PROSE
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in target.parent.iterdir()) == ["report.json"]


def test_a_link_to_nothing_makes_its_target_and_one_in_a_circle_is_refused(article, tmp_path):
    link, circle = tmp_path / "new.json", tmp_path / "circle.json"
    link.symlink_to(tmp_path / "made.json")
    circle.symlink_to(circle)
    assert npov("check", article, "--out", link, *FAST).exit_code == 0
    assert link.is_symlink() and (tmp_path / "made.json").exists()
    result = npov("check", article, "--out", circle, *FAST)
    assert result.exit_code == 2 and "circle.json" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_told_in_every_format(article, format, monkeypatch, capsys):
    article.write_text(PROSE * 10 + "The legendary, world-class and stunning boats are renowned and superb.\n")
    words = ["check", article, "--format", format, "--all-issues", *FAST]
    result = npov(*words, "--out", "/dev/full")
    assert result.exit_code == 2 and "No space left" in result.stderr
    with open("/dev/full", "w") as full, monkeypatch.context() as patch:  # noqa: PTH123 - a device
        patch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as ended:
            app([str(word) for word in words])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "cannot be written" in told and "Traceback" not in told and told.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [["issues"], ["explain", "balance.unbalanced"], ["issues", "--json"]])
def test_a_full_disk_is_told_by_commands_without_articles(words):
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = run(words, stdout=full)
    assert done.code == 2 and told_in_order(done) and len(done.lines) == 1


def test_a_table_with_100_000_columns_and_a_name_of_120_kB_are_told_in_short(tmp_path):
    table = tmp_path / "wide.csv"
    table.write_text(",".join(f"column {n}" for n in range(100_000)) + "\n" + "," * 99_999 + "\n")
    wide = npov("check", table, *FAST)
    long = npov("check", "n" * 120_000, *FAST)
    explained = npov("explain", "x" * 100_000)
    for result, code in ((wide, 3), (long, 3), (explained, 2)):
        assert result.exit_code == code and 0 < len(result.stderr) < 5000, result.stderr[:200]
    option = CliRunner().invoke(app, ["check", "--" + "o" * 100_000])
    assert option.exit_code == 2 and len(option.output) < 8000


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_name_and_a_title_that_are_no_utf_8_are_shown_in_every_format(format, tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \xff.txt")
    Path(name).write_text(PROSE * 2)
    for words in ([name], [name, name], [name, "--title", "Caf\udce9"]):
        result = npov("check", *words, "--format", format, *FAST)
        assert result.exit_code == 0 and (result.stdout.encode("utf-8") or format == "lint")
    gone = npov("check", name + ".gone", "--format", format, *FAST)
    assert gone.exit_code == 3 and gone.stderr.encode("utf-8")


def test_a_batch_takes_a_file_name_and_a_title_that_are_no_utf_8(tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")
    Path(name).write_text(PROSE * 2)
    (tmp_path / "fine.txt").write_text(PROSE)
    for words in ([name], [name, str(tmp_path / "fine.txt")]):
        out = tmp_path / f"out{len(words)}"
        result = npov("batch", *words, "--out", out, "--write", "tables,reports", "--workers", 1, "--engine", "fast")
        assert result.exit_code == 0 and json.loads((out / "manifest.json").read_bytes())["complete"]


def test_a_deleted_working_directory_is_no_model_problem(article, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    program = [
        "sh",
        "-c",
        'cd "$1" && rmdir "$1" && shift && exec "$@"',
        "sh",
        place,
        sys.executable,
        "-m",
        "analyzer.cli",
    ]
    done = run(["check", article, *FAST], program=program)
    assert done.code == 2 and "working directory" in done.err and told_in_order(done)
