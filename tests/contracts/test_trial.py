"""What broke when the analyzer was tried as newcomers would: each has a test here, named after it."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer import analyze, read
from analyzer.batch.inputs import Inputs
from analyzer.batch.work import read_item

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
