"""Batches with the real pipeline: in this process, in workers and through files the reports are the same."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import analyzer
from analyzer.batch import run
from analyzer.batch.items import TextItem
from analyzer.batch.many import in_order
from analyzer.batch.pool import Pool
from analyzer.batch.work import Analyst, Settings, Task
from analyzer.errors import AnalyzerError, UnreadableInput, UsageError
from analyzer.records import Rejection, Report

pytestmark = pytest.mark.pipeline

TEXTS = [
    "Halden Bridge\n\nThe Halden Bridge is a road bridge in Norvia.[1] Critics called it a costly mistake.[2]\n",
    'Lake Sorrel\n\nLake Sorrel is deep. "It is the finest lake," said the Norvian Tourist Board.[1]\n',
    "Orme\n\nThis article contains content that is written like an advertisement. (March 2021)\n\nOrme is a town.\n",
    "Hale\n\nHale is a hill.\n",
]


@pytest.fixture(scope="module")
def fast():
    return analyzer.load_pipeline(engine="fast")


def named(texts):
    return [analyzer.read(text, title=text.partition("\n")[0]) for text in texts]


def test_workers_give_the_reports_of_this_process_in_the_same_order(fast):
    articles = named(TEXTS)
    here = [report.to_json() for report in analyzer.analyze_many(articles, pipeline=fast)]
    there = [report.to_json() for report in analyzer.analyze_many(articles, pipeline=fast, workers=2)]
    assert here == there
    assert here == [analyzer.analyze(article, pipeline=fast).to_json() for article in articles]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux what each thread has done")
def test_a_worker_works_on_one_thread_whatever_its_libraries_would_start():
    def ticks(thread: Path) -> int:
        return sum(map(int, (thread / "stat").read_text().rpartition(")")[2].split()[11:13]))

    with Pool(Settings(engine="accurate", write=("tables",)), 1) as pool:
        items = [TextItem(input="t", name="t", text=text * 20) for text in TEXTS]
        list(pool.run([Task(number=number, first=0, items=items) for number in range(3)]))
        threads = list(Path(f"/proc/{pool._workers[0].process.pid}/task").iterdir())
        most, *others = sorted(map(ticks, threads), reverse=True)
    assert most > 50 and sum(others) <= 0.02 * most


def test_forgetting_words_between_tasks_changes_no_report(fast):
    analyst = Analyst(Settings(engine="fast", write=("reports",)), fast)
    items = [TextItem(input="t", name="t", text=text) for text in TEXTS]
    first = analyst.work(Task(number=0, first=0, items=items), lambda: None)
    second = analyst.work(Task(number=1, first=0, items=items[::-1]), lambda: None)
    plain = [report.to_json().encode() for report in analyzer.analyze_many(TEXTS, pipeline=fast)]
    assert first.reports == plain and second.reports[::-1] == plain


def test_what_cannot_be_read_is_recorded_in_its_place_where_that_is_asked(fast):
    sources = [TEXTS[0], Path("nowhere.txt"), " \n", TEXTS[3]]
    found = list(analyzer.analyze_many(sources, pipeline=fast, errors="record"))
    assert [type(each) for each in found] == [Report, Rejection, Rejection, Report]
    assert found[1].kind == "unreadable" and "nowhere.txt" in found[1].reason
    reports = analyzer.analyze_many(sources, pipeline=fast)
    assert next(reports).article.title
    with pytest.raises(UnreadableInput, match="nowhere"):
        next(reports)
    with pytest.raises(UsageError, match="record"):
        analyzer.analyze_many([], errors="ignore")


@pytest.mark.parametrize("source", [TEXTS[0], TEXTS[0].encode(), Path("a.txt"), analyzer.read(TEXTS[0])])
def test_one_article_in_place_of_several_is_refused_and_not_taken_letter_by_letter(source):
    with pytest.raises(UsageError, match=r"analyze_many\(\[article\]\)"):
        analyzer.analyze_many(source)


def test_an_article_that_the_analysis_fails_on_costs_no_other(fast, monkeypatch):
    import analyzer.pipeline as pipeline

    judge = pipeline.judge

    def fragile(annotated, *more):
        if annotated.article.title == "Lake Sorrel":
            raise ZeroDivisionError("oh")
        return judge(annotated, *more)

    monkeypatch.setattr(pipeline, "judge", fragile)
    found = list(analyzer.analyze_many(named(TEXTS), pipeline=fast, errors="record"))
    assert [isinstance(each, Report) for each in found] == [True, False, True, True]
    assert found[1].kind == "failed" and "ZeroDivisionError: oh" in found[1].reason
    with pytest.raises(AnalyzerError, match="ZeroDivisionError"):
        list(analyzer.analyze_many(named(TEXTS), pipeline=fast))


def test_reports_come_while_articles_are_still_to_be_read(fast):
    taken = []

    def items():
        for n in range(200):
            taken.append(n)
            yield TextItem(input="t", name="t", text=TEXTS[n % 4])

    stream = in_order(items(), Settings(engine="fast"), pipeline=fast)
    next(stream)
    assert len(taken) < 80
    stream.close()


def test_a_batch_holds_the_reports_that_the_front_door_gives(fast, tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"id": str(n), "title": text.partition("\n")[0], "text": text} for n, text in enumerate(TEXTS)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "out"
    account = run([tmp_path / "t.jsonl"], out, write=["tables", "reports"], engine="fast", workers=1)
    assert account.reported == 4 and account.words > 20
    lines = gzip.decompress((out / "reports/part-00000.jsonl.gz").read_bytes()).decode().splitlines()
    expected = [analyzer.analyze(text, title=text.partition("\n")[0], pipeline=fast) for text in TEXTS]
    for line, report in zip(lines, expected, strict=True):
        told = Report.from_json(line)
        assert (told.sentences, told.issues, told.summary) == (report.sentences, report.issues, report.summary)
    tables = {
        path.name: parquet.read_table(path).to_pylist()
        for path in out.iterdir()
        if path.is_dir()
        if path.name not in ("shards", "reports")
    }
    assert len(tables["sentences"]) == sum(len(report.sentences) for report in expected)
    assert len(tables["attributions"]) == sum(len(report.attributions) for report in expected)
    assert [row["verdict"] for row in tables["articles"]] == [report.summary.verdict for report in expected]
    assert [row["text"] for row in tables["sentences"] if row["title"] == "Hale"] == ["Hale is a hill."]
    assert tables["banners"][0]["banner"] == "promotional" and tables["banners"][0]["verdict"]
    critique = [row for row in tables["attributions"] if row["source_words"] == "Critics"]
    assert critique and "mistake" in critique[0]["content"]


def test_from_python_one_input_and_one_thing_to_write_need_no_list(tmp_path: Path):
    (tmp_path / "Hale.txt").write_text(TEXTS[3])
    account = run(tmp_path / "Hale.txt", tmp_path / "out", write="reports", engine="fast", workers=1)
    assert account.reported == 1 and (tmp_path / "out/reports/part-00000.jsonl.gz").exists()


def test_screening_tells_of_every_article_and_analyses_those_in_need_in_full(fast, tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"id": str(n), "title": text.partition("\n")[0], "text": text} for n, text in enumerate(TEXTS)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"title": "None"}\n')
    account = run([tmp_path / "t.jsonl"], tmp_path / "out", engine="fast", workers=1, screen=1.0)
    assert account.is_exact and account.reported == 1  # the article with a banner
    assert account.skipped == {"articles that screening found little in": 3}
    screened = parquet.read_table(tmp_path / "out/screened").to_pylist()
    assert [row["title"] for row in screened] == [text.partition("\n")[0] for text in TEXTS]
    assert [row["analysed"] for row in screened] == [False, False, True, False]
    metadata = parquet.read_schema(tmp_path / "out/screened/part-00000.parquet").metadata
    assert {b"npov_tables_schema", b"npov_provenance"} <= metadata.keys()
    (article,) = parquet.read_table(tmp_path / "out/articles").to_pylist()
    assert article["title"] == "Orme" and article["article"] == 2
