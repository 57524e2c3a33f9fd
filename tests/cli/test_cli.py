"""The command line around the pipeline: what it writes, where, how it exits. Reader and pipeline are stand-ins."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

import analyzer
from analyzer.cli.app import app
from analyzer.errors import ModelError, UnreadableInput
from analyzer.records import Article

from ..report.example_report import build_report

NPOV = [sys.executable, "-m", "analyzer.cli"]
HEAVY = ("spacy", "sklearn", "numpy", "textstat", "rich", "mwparserfromhell", "selectolax", "msgspec", "json")


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch):
    """A reader that refuses "missing", and a pipeline that makes the same report of every article but "broken"."""

    def read(source, *, title=None, subject=None, format=None):
        name = source.name if isinstance(source, Path) else "stdin"
        if "missing" in name:
            raise UnreadableInput(f"{source}: no such file; expected the name of a file.")
        header = build_report().article
        return Article(
            id=name, title=title or header.title, subject=subject or "", format=format or "plaintext", text=name
        )

    def analyze(article, *, pipeline, min_confidence=0.0):
        assert pipeline == "loaded"
        if "broken" in article.id:
            raise ZeroDivisionError("oh")
        header = replace(build_report().article, id=article.id, title=article.title, subject=article.subject)
        return build_report(article=header)

    def load_pipeline(model=None, **asked):
        if model == "absent":
            raise ModelError("spaCy pipeline 'absent' was not found; install it with pip.")
        return "loaded"

    monkeypatch.setattr(import_module("analyzer.readers"), "read", read)

    def reports(articles, pipeline, *, min_confidence):
        return (analyze(article, pipeline=pipeline, min_confidence=min_confidence) for article in articles)

    monkeypatch.setattr("analyzer.batch.work.analyze", analyze)
    monkeypatch.setattr("analyzer.batch.work.reports", reports)
    for place in ("analyzer.pipeline", "analyzer.batch.work"):
        monkeypatch.setattr(f"{place}.load_pipeline", load_pipeline)


def npov(*words, **options):
    return CliRunner().invoke(app, [str(word) for word in words], **options)


def run(*words, **options):
    return subprocess.run([*NPOV, *map(str, words)], capture_output=True, text=True, timeout=60, **options)


def test_one_article_gets_the_terminal_report():
    result = npov("check", "a.txt")
    assert result.exit_code == 0
    assert result.stdout.startswith("Press freedom in Karelonia") and "WHO is heard" in result.stdout
    assert "\x1b" not in result.stdout and result.stderr == ""


def test_title_and_subject_reach_the_article():
    assert "subject: the weather" in npov("check", "a.txt", "--title", "T", "--subject", "the weather").stdout


def test_json_of_one_article_is_indented_and_of_several_is_one_line_each():
    assert json.loads(npov("check", "a.txt", "--format", "json").stdout)["article"]["id"] == "a.txt"
    lines = npov("check", "a.txt", "b.txt", "--format", "json").stdout.splitlines()
    assert [json.loads(line)["article"]["id"] for line in lines] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("bad", ["missing.txt", "broken.txt"])
def test_one_bad_file_leaves_the_others_unharmed(bad):
    result = npov("check", "a.txt", bad, "c.txt", "--format", "json")
    assert [json.loads(line)["article"]["id"] for line in result.stdout.splitlines()] == ["a.txt", "c.txt"]
    assert result.exit_code == 3 and bad in result.stderr and "Traceback" not in result.stderr


def test_a_failure_of_our_own_says_that_it_is_a_bug():
    result = npov("check", "broken.txt")
    assert result.exit_code == 3
    assert "ZeroDivisionError: oh" in result.stderr and "bug" in result.stderr


@pytest.mark.parametrize(
    ("format", "once", "each"),
    [
        ("html", "<!doctype html>", "<article "),
        ("csv", "article,title,subject", "Press freedom in Karelonia"),
        ("wikitext", "~~~~\n\n==", "please look at each passage"),
        ("markdown", "\n---\n\n#", "# Press freedom in Karelonia"),
    ],
)
def test_several_articles_make_one_document(format, once, each):
    result = npov("check", "a.txt", "b.txt", "--format", format)
    assert result.exit_code == 0
    assert result.stdout.count(once) == 1 and result.stdout.count(each) == 2


@pytest.mark.parametrize(
    ("name", "column"), [("articles", "verdict"), ("sentences", "stance"), ("sources", "share"), ("issues", "policy")]
)
def test_a_table_is_picked_by_name_and_means_csv(name, column):
    header, *rows = csv.reader(npov("check", "a.txt", "b.txt", "--table", name).stdout.splitlines())
    assert column in header and {row[0] for row in rows} == {"a.txt", "b.txt"}
    assert (len(rows) == 2) == (name == "articles")
    assert npov("check", "a.txt", "--table", name, "--format", "html").exit_code == 2


def test_code_scanning_gets_one_log_of_all_articles():
    (run,) = json.loads(npov("check", "a.txt", "b.txt", "--format", "sarif").stdout)["runs"]
    places = [row["locations"][0]["physicalLocation"] for row in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["a.txt"] * 4 + ["b.txt"] * 4


def test_a_linter_is_told_the_file_and_the_line(tmp_path):
    lines = npov("check", "a.txt", "--format", "lint").stdout.splitlines()
    assert lines and all(re.match(r"a\.txt:\d+:\d+: [a-z-]+\.[a-z-]+: ", line) for line in lines)


@pytest.mark.parametrize(("threshold", "code"), [("0.62", 1), ("0.63", 0), ("0", 1), ("1", 0)])
def test_fail_at_decides_the_exit_code(threshold, code):
    result = npov("check", "a.txt", "--fail-at", threshold)
    assert result.exit_code == code
    assert ("promotion.advert 0.62" in result.stderr) == (code == 1)


def test_an_unreadable_file_outranks_a_finding():
    assert npov("check", "a.txt", "missing.txt", "--fail-at", "0.1").exit_code == 3


def test_quiet_prints_nothing_but_errors():
    result = npov("check", "a.txt", "--quiet", "--fail-at", "0.5")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "")
    assert npov("check", "missing.txt", "--quiet").stderr != ""


def test_out_takes_the_report_and_quiet_does_not_stop_it(tmp_path):
    for words in ((), ("--quiet",)):
        target = tmp_path / "report.json"
        result = npov("check", "a.txt", "--format", "json", "--out", target, *words)
        assert result.exit_code == 0 and result.stdout == ""
        assert json.loads(target.read_text("utf-8"))["article"]["id"] == "a.txt"
        target.unlink()
    assert list(tmp_path.iterdir()) == []


def test_out_stays_as_it_was_where_nothing_could_be_read(tmp_path):
    target = tmp_path / "report.txt"
    target.write_text("before")
    assert npov("check", "missing.txt", "--out", target).exit_code == 3
    assert target.read_text() == "before"


def test_an_impossible_out_is_a_usage_error_before_any_work(tmp_path):
    for target in (tmp_path, tmp_path / "no" / "where.txt"):
        result = npov("check", "a.txt", "--out", target)
        assert result.exit_code == 2 and str(target) in result.stderr


def test_a_missing_model_exits_with_4_and_a_sentence():
    result = npov("check", "a.txt", "--model", "absent")
    assert result.exit_code == 4 and "'absent' was not found" in result.stderr


def test_a_table_of_domains_that_is_none_is_refused(tmp_path):
    table = tmp_path / "mine.tsv"
    table.write_text("site\tgood\n")
    result = npov("check", "a.txt", "--sources", table)
    assert result.exit_code == 3 and "'domain' and 'verdict'" in result.stderr
    table.write_text("domain\tverdict\nledger.example\tunreliable\n")
    assert npov("check", "a.txt", "--sources", table).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "a", "b", "--title", "x"),
        ("check", "-", "-"),
        ("check", "a", "--fail-at", "2"),
        ("check", "a", "--format", "pdf"),
        ("check", "a", "--width", "3"),
        ("check", "a", "--nonsense"),
        ("nonsense",),
        ("explain", "no.such-issue"),
        ("agreement", "a"),
        ("evaluate", "nonsense"),
        ("train", "../../etc"),
    ],
)
def test_a_wrong_call_exits_with_2_and_no_traceback(words):
    result = npov(*words)
    assert result.exit_code == 2, result.output
    assert result.stderr.strip() and "Traceback" not in result.output


def test_standard_input_is_read_as_bytes():
    result = npov("check", "-", "--format", "json", "--title", "T", input=b"\xff\xfe text")
    assert json.loads(result.stdout)["article"]["id"] == "stdin"


def test_a_file_name_cannot_steer_the_terminal():
    result = npov("check", "missing\x1b[2J\n.txt")
    assert "\x1b" not in result.stderr and result.stderr.count("\n") == 1


def test_a_narrow_width_is_kept():
    assert max(map(len, npov("check", "a.txt", "--width", "60").stdout.splitlines())) <= 60


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_report_fits_the_screen_and_no_more_than_120_of_it(columns, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", str(columns))
    paths = [tmp_path / "before.json", tmp_path / "after.json"]
    for path, report in zip(paths, (build_report(), build_report(banners=())), strict=True):
        path.write_text(report.to_json(), "utf-8")
    for words in (("check", "a.txt", "--sentences", "--all-issues"), ("compare", *paths)):
        told = npov(*words)
        assert told.exit_code == 0 and max(map(len, told.stdout.splitlines())) <= min(columns, 120)


def test_version_prints_the_version():
    assert npov("--version").stdout.strip() == f"npov-analyzer {analyzer.__version__}"


def test_start_up_loads_typer_and_nothing_heavy():
    code = f"import sys, analyzer.cli.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_a_live_wiki_is_asked_only_where_an_address_or_wiki_is_named(monkeypatch):
    asked = []

    def page(*words, revision=None):
        asked.append((*words, revision))
        return Article(id=words[-1], title=words[-1], subject="", format="mediawiki", text="x")

    monkeypatch.setattr("analyzer.readers.mediawiki.read_url", page)
    monkeypatch.setattr("analyzer.readers.mediawiki.read_wiki", page)
    assert npov("check", "https://wiki.example/wiki/Lake").exit_code == 0
    assert npov("check", "--wiki", "https://wiki.example/w/api.php", "Lake", "--revision", "7").exit_code == 0
    assert npov("check", "Lake").exit_code == 0
    assert asked == [("https://wiki.example/wiki/Lake", None), ("https://wiki.example/w/api.php", "Lake", "7")]
    assert npov("check", "Lake", "--revision", "7").exit_code == 2


def test_a_subject_goes_with_one_article_of_a_file_of_many(tmp_path):
    path = tmp_path / "dump.xml"
    path.write_text("<mediawiki><page><title>Lake</title><ns>0</ns></page></mediawiki>")
    result = npov("check", path, "--subject", "the lake")
    assert result.exit_code == 2 and "--title" in result.stderr


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.html", "<!doctype html>"),
        ("a.json", "{\n"),
        ("a.md", "# Press"),
        ("a.csv", "article,"),
        ("a.sarif", "{\n"),
        ("a.wikitext", "== "),
    ],
)
def test_the_ending_of_out_tells_the_format_unless_it_is_named(tmp_path, name, begins):
    assert npov("check", "a.txt", "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_text("utf-8").startswith(begins)
    assert npov("check", "a.txt", "--out", tmp_path / name, "--format", "terminal").exit_code == 0
    assert (tmp_path / name).read_text("utf-8").startswith("Press freedom in Karelonia")


def test_an_ending_that_tells_no_format_is_refused_before_any_work(tmp_path):
    result = npov("check", "a.txt", "--out", tmp_path / "a.pdf")
    assert result.exit_code == 2 and ".pdf tells no format; expected .html" in result.stderr
    assert not (tmp_path / "a.pdf").exists()
    assert npov("check", "a.txt", "--out", tmp_path / "a.pdf", "--format", "html").exit_code == 0
    for plain in ("a.txt", "a"):
        assert npov("check", "a.txt", "--out", tmp_path / plain).exit_code == 0


def test_what_is_wrong_with_an_option_is_told_without_the_names_of_libraries():
    result = npov("check", "a.txt", "--format", "jsn")
    assert result.exit_code == 2 and "'jsn' is not one of 'terminal'" in result.stderr
    assert "Value error" not in result.stderr


@pytest.mark.parametrize("option", ["--config", "--isolated", "--version"])
def test_an_option_that_stands_before_the_command_says_so_behind_it(option):
    result = npov("check", option, "a.txt")
    assert result.exit_code == 2 and f"{option} stands before the command: npov {option} ..." in result.stderr


def test_two_stored_reports_are_compared(tmp_path):
    paths = [tmp_path / "before.json", tmp_path / "after.json"]
    for path, report in zip(paths, (build_report(), build_report(banners=())), strict=True):
        path.write_text(report.to_json(), "utf-8")
    assert "more-citations-needed" in npov("compare", *paths).stdout
    assert json.loads(npov("compare", *paths, "--json").stdout)["banners_removed"] == [
        "advert",
        "more-citations-needed",
    ]
    paths[1].write_text("{}")
    result = npov("compare", *paths)
    assert result.exit_code == 3 and "after.json" in result.stderr
    assert npov("compare", paths[0], "missing.txt").exit_code == 3


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals and pipes")
class TestTheEndOfTheProcess:
    def test_a_closed_standard_output_is_a_sentence_not_a_traceback(self):
        result = subprocess.run(
            ["/bin/sh", "-c", '"$0" -m analyzer.cli check x.txt >&-', sys.executable],
            capture_output=True,
            text=True,
        )
        assert result.returncode == 2 and "standard output is closed" in result.stderr
        assert "Traceback" not in result.stderr

    def test_a_reader_that_goes_away_ends_it_without_a_word(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        with os.fdopen(write_end, "wb") as stdout:
            done = subprocess.run([*NPOV, "issues"], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 141 and done.stderr == ""

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    def test_a_full_disk_is_a_sentence_not_a_traceback(self):
        with Path("/dev/full").open("wb") as stdout:
            done = subprocess.run([*NPOV, "issues"], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 2 and "No space left" in done.stderr and "Traceback" not in done.stderr

    def test_interrupting_ends_it_with_130(self):
        process = subprocess.Popen([*NPOV, "check", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            # More than a pipe holds: once this returns, the command is reading.
            process.stdin.write(b"A town. " * 100_000)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
        assert process.returncode == 130 and b"Traceback" not in errors
