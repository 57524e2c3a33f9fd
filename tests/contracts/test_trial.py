"""What broke when the analyzer was tried as newcomers would: each has a test here, named after it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import analyzer
from analyzer import analyze, read
from analyzer.batch.inputs import Inputs
from analyzer.batch.work import read_item

from ..report.example_report import build_report

SEED = Path(__file__).parents[2] / "seeds/human-rights-in-kazakhstan.txt"


@pytest.mark.pipeline
def test_the_name_of_a_file_does_not_decide_stance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = SEED.read_bytes()
    articles = [read(SEED)]
    for name in ("article.txt", "export.txt"):
        (tmp_path / name).write_bytes(text)
        articles.append(read(tmp_path / name))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    articles.append(read_item(next(Inputs(("-",)).events())))
    assert {article.title for article in articles} == {"Human rights in Kazakhstan"}
    reports = [analyze(article) for article in articles]
    labels = [[(sentence.stance, sentence.confidence) for sentence in report.sentences] for report in reports]
    assert labels[1:] == labels[:1] * 3
    assert all("guessed" in report.article.notices[-1] for report in reports)
    assert {report.article.title_origin for report in reports} == {"first sentence"}


def test_a_shell_offers_the_public_names_and_nothing_else():
    assert dir(analyzer) == sorted(analyzer.__all__)
    assert set(analyzer.__all__) == set(analyzer._HOMES)


def test_a_report_shows_itself_in_one_line():
    report = build_report()
    assert repr(report).count("\n") == 0 and len(repr(report)) < 400
    assert report.article.title in repr(report) and f"{report.summary.critique} critique" in repr(report)
    assert repr(read("# T\n\nThe mill is old.")) == "<Article 'T' (plaintext): 21 characters, 0 banners>"


def test_the_package_runs_as_a_module():
    told = subprocess.run([sys.executable, "-m", "analyzer", "--version"], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, f"npov-analyzer {analyzer.__version__}\n")
