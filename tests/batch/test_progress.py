"""Progress as people see it: on a terminal, in a notebook, and where there is neither."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types

import pytest
from msgspec.structs import replace

import analyzer
from analyzer.batch import progress
from analyzer.records import Provenance, Rejection, Report, Summary

ARTICLE = analyzer.Article(id="a", title="a", subject="a", format="plaintext")
REPORT = Report(
    article=ARTICLE.header(),
    banners=(),
    sentences=(),
    attributions=(),
    marks=(),
    sources=(),
    issues=(),
    summary=Summary(words=50),
    provenance=Provenance(package="0", spacy_model="none"),
)
REJECTION = Rejection(input="x", name="x", kind="unreadable", reason="it is empty")


@pytest.fixture
def every_step(monkeypatch):
    """Have every outcome shown, on a clock on which each takes a second."""
    seconds = iter(range(1000))
    monkeypatch.setattr(progress, "_EVERY_DRAWING", 0)
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(seconds)))


def test_what_was_done_and_rejected_is_counted_and_nothing_is_lost(every_step):
    told = []
    outcomes = [REPORT, REJECTION, REPORT]
    assert list(progress.counted(outcomes, 3, told.append)) == outcomes
    assert [each.event for each in told] == ["start", "progress", "progress", "progress", "end"]
    last = told[-1]
    assert (last.account.reported, last.account.words, last.account.all) == (2, 100, 3)
    assert last.account.rejected == {"cannot be read": 1} and last.account.is_exact
    assert last.articles_per_second > 0 and last.seconds_left is None


def test_the_time_to_go_is_told_where_the_number_of_articles_is_known(every_step):
    known, unknown = [], []
    list(progress.counted([REPORT] * 2, 4, known.append))
    list(progress.counted([REPORT] * 2, None, unknown.append))
    half = known[2]  # two of four
    assert half.seconds_left == half.seconds
    assert {each.seconds_left for each in unknown} == {None}


def test_progress_in_words_has_rate_and_rejected_count(every_step):
    told = []
    list(progress.counted([REPORT, REJECTION], 4, told.append))
    words = progress._in_words(told[2])
    assert re.fullmatch(r"1 report, 0\.\d articles/s, \d+ words/s, 1 rejected, \d+ s to go", words)
    assert progress._in_words(told[0]) == "loading the models"


class Cell:
    """What IPython's ``display`` hands out: a place that can be drawn anew."""

    def __init__(self):
        self.drawn = []

    def update(self, html):
        self.drawn.append(html)


def test_a_notebook_gets_a_bar_of_plain_html_that_ends_full(every_step, monkeypatch):
    cell = Cell()
    shell = types.SimpleNamespace(kernel=object())
    shown = types.SimpleNamespace(HTML=str, display=lambda html, display_id: cell)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell, display=shown))
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    with progress.displayed(keep=True) as show:
        list(progress.counted([REPORT, REJECTION], 2, show))
    assert cell.drawn[0] == "loading the models"
    assert '<progress value="0.500"' in cell.drawn[1]
    assert '<progress value="1.000"' in cell.drawn[-1] and "1 rejected" in cell.drawn[-1]


def test_without_a_terminal_or_notebook_a_line_a_minute_is_written(monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: seconds[0])
    lines = []
    with progress.displayed(keep=True, write=lines.append) as show:
        for _ in progress.counted([REPORT] * 5, None, show):
            seconds[0] += 35
    assert [line.split(",")[0] for line in lines] == ["3 reports", "5 reports"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_bar_on_standard_error_and_nothing_on_standard_output():
    import pty

    code = (
        "import time\nfrom analyzer.batch import progress\nfrom analyzer.records import Rejection\n"
        "each = Rejection(input='x', name='x', kind='failed', reason='y')\n"
        "def slowly():\n    for _ in range(3):\n        time.sleep(.25)\n        yield each\n"
        "with progress.displayed(keep=True) as show:\n    list(progress.counted(slowly(), 3, show))\n"
    )
    above, below = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=below, env=env, check=True)
    os.close(below)
    seen = b""
    while True:
        try:
            piece = os.read(above, 65536)
        except OSError:  # the other end is closed, and all is read
            break
        if not piece:
            break
        seen += piece
    os.close(above)
    assert done.stdout == b""
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen.decode())
    assert "loading the models" in text and "3 rejected" in text and "articles/s" in text and "━" in text


@pytest.mark.pipeline
def test_reports_are_the_same_with_progress_and_nothing_is_printed(capfd):
    pipeline = analyzer.load_pipeline(engine="fast")
    texts = ["Orme\n\nOrme is a town. Critics called it dull.\n", "\n", "Hale\n\nHale is a hill.\n"]

    def found(**more):
        outcomes = analyzer.analyze_many(texts, pipeline=pipeline, errors="record", **more)
        return [replace(each) for each in outcomes]

    assert found(progress=True) == found()
    printed = capfd.readouterr()
    assert printed.out == printed.err == ""
