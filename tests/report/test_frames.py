"""Reports as data frames: the tables of a batch, whatever the library."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import analyzer
from analyzer.errors import UsageError
from analyzer.records import Rejection
from analyzer.report.datasets import COLUMNS, FIRST, REJECTED, schema

from .example_report import build_report

polars = pytest.importorskip("polars")
pandas = pytest.importorskip("pandas")
REJECTION = Rejection(input="b.txt", name="b.txt", kind="unreadable", reason="it is empty", code="empty")
DOCS = (Path(__file__).parents[2] / "docs/notebooks.md").read_text("utf-8")


def test_a_report_gives_the_tables_of_a_batch_with_their_columns_and_types():
    frames = build_report().to_frames()
    assert set(frames) == set(COLUMNS)
    for dataset, frame in frames.items():
        empty = polars.from_arrow(schema(dataset).empty_table())
        assert frame.schema == empty.schema, dataset
        assert frame.columns == [*FIRST, *COLUMNS[dataset]]


def test_frames_hold_what_the_report_says():
    report = build_report()
    frames = report.to_frames()
    sentences = frames["sentences"]
    assert sentences["text"].to_list() == [item.text for item in report.sentences]
    assert sentences["attributions"].to_list() == [list(item.attributions) for item in report.sentences]
    assert frames["sources"]["words"].to_list() == [row.words for row in report.sources]
    assert frames["issues"]["score"].to_list() == [row.score for row in report.issues]
    assert frames["articles"]["verdict"].to_list() == [report.summary.verdict]
    joined = frames["attributions"].join(sentences, on=["article", "sentence"])
    assert joined.height == len(report.attributions)


def test_frames_equal_the_parquet_that_a_batch_writes(tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow as pa

    from analyzer.batch.tables import Tables

    tables = Tables()
    for number, report in enumerate(two()):
        tables.add(report, number, None)
    frames = analyzer.frames(two())
    for dataset, (stream,) in tables.encoded().items():
        parquet.write_table(pa.ipc.open_stream(stream).read_all(), tmp_path / f"{dataset}.parquet")
        assert frames[dataset].equals(polars.read_parquet(tmp_path / f"{dataset}.parquet")), dataset


def two():
    report = build_report()
    return [report, replace(report, article=replace(report.article, title="Another", id="another"))]


def test_pandas_keeps_whole_numbers_and_flags_that_may_be_missing():
    frames = build_report().to_frames(backend="pandas")
    assert set(frames) == set(COLUMNS)
    sentences, references = frames["sentences"], frames["references"]
    assert list(sentences.columns) == [*FIRST, *COLUMNS["sentences"]]
    assert (sentences.dtypes["sentence"], references.dtypes["uses"]) == (pandas.Int32Dtype(), pandas.Int32Dtype())
    assert references["uses"].isna().all() and frames["banners"].dtypes["stale"] == pandas.BooleanDtype()
    assert sentences.dtypes["confidence"] == "float64"
    assert sentences.text.to_list() == build_report().to_frames()["sentences"]["text"].to_list()


def test_many_reports_are_numbered_and_what_was_rejected_keeps_its_place():
    first, second = two()
    frames = analyzer.frames(iter([first, REJECTION, second]))
    assert frames["articles"]["article"].to_list() == [0, 2]
    assert frames["articles"]["title"].to_list() == [first.article.title, "Another"]
    told = {"input": "b.txt", "name": "b.txt", "kind": "unreadable", "reason": "it is empty", "code": "empty"}
    assert frames["rejected"].to_dicts() == [{"article": 1, **told}]
    assert analyzer.frames(analyzer.Reports([first, REJECTION, second]))["rejected"].equals(frames["rejected"])


def test_no_reports_give_empty_frames_of_the_same_types():
    for backend in ("polars", "pandas"):
        empty, full = analyzer.frames([], backend=backend), analyzer.frames([build_report()], backend=backend)
        for dataset, frame in empty.items():
            assert len(frame) == 0 and list(frame.columns) == list(full[dataset].columns)
    assert analyzer.frames([])["sentences"].schema == analyzer.frames([build_report()])["sentences"].schema


def test_a_lone_surrogate_becomes_a_replacement_character():
    report = build_report()
    odd = replace(report.sentences[0], text="a\ud800b")
    frames = replace(report, sentences=(odd, *report.sentences[1:])).to_frames()
    assert frames["sentences"]["text"][0] == "a\ufffdb"


def test_an_unknown_backend_is_refused_by_name():
    with pytest.raises(UsageError, match="met backend='spark'"):
        build_report().to_frames(backend="spark")


@pytest.mark.parametrize(
    ("missing", "call", "extra"),
    [
        ("polars", "report.to_frames()", "notebook"),
        ("pandas", "report.to_frames(backend='pandas')", "pandas"),
        ("pyarrow", "report.to_frames()", "notebook"),
        ("altair", "report.plot_stance()", "notebook"),
        ("altair", "analyzer.plot_compare([report])", "notebook"),
    ],
)
def test_a_missing_library_is_named_with_the_extra_that_holds_it(missing: str, call: str, extra: str, tmp_path: Path):
    (tmp_path / "report.json").write_text(build_report().to_json(), "utf-8")
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "import analyzer, pathlib\n"
        "report = analyzer.Report.from_json(pathlib.Path('report.json').read_bytes())\n"
        "assert report._repr_html_() and report.render(style='stance')\n"
        f"try:\n    {call}\nexcept analyzer.AnalyzerError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert missing in done.stdout and f"pip install 'npov-analyzer[{extra}]'" in done.stdout


def test_every_column_is_documented():
    for dataset, columns in {**COLUMNS, "rejected": REJECTED}.items():
        section = DOCS.partition(f"### `{dataset}`\n")[2].partition("\n### ")[0]
        told = set(section.replace("`", " ").replace(",", " ").split())
        assert set(columns) <= told, (dataset, set(columns) - told)


@pytest.mark.pipeline
def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("altair")
    monkeypatch.chdir(tmp_path)
    load = analyzer.load_pipeline
    monkeypatch.setattr("analyzer.pipeline.load_pipeline", lambda *args, **kwargs: load(engine="fast"))
    text = "Orme\n\nOrme is a town. Critics called it dull. The mayor said that Orme was the finest of towns.\n"
    (tmp_path / "article.txt").write_text(text, "utf-8")
    (tmp_path / "articles.csv").write_text("title,text\nOrme,Orme is a town. Critics called it dull.\n", "utf-8")
    names = {"paths": ["article.txt", "nowhere.txt"]}
    for block in re.findall(r"```python\n(.*?)```", DOCS, flags=re.DOTALL):
        exec(block, names)
    assert (tmp_path / "stance.svg").read_text("utf-8").startswith("<svg")
    assert (len(names["reports"]), len(names["reports"].rejected)) == (1, 1)
    assert set(names["frames"]) == {*COLUMNS, "rejected"}
