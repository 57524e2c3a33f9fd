"""docs/batch.md: its queries run on what a batch writes, its recipes where the library is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from analyzer.batch import run
from analyzer.report.datasets import COLUMNS, FIRST, table_of

DOCS = (Path(__file__).parents[2] / "docs/batch.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCS, flags=re.DOTALL)
ARTICLE = """{{{{advert|date=March 2014}}}}
'''{title}''' is a water utility. Critics called its water "unsafe"; the mayor praised {title}.
The ministry said that the water of {title} is clean.<ref>https://blogspot.example.com/water</ref>
== References ==
<references />"""
PAGE = (
    "<page><title>{title}</title><ns>0</ns><id>{id}</id><revision><id>{id}</id>"
    "<timestamp>202{id}-05-06T07:08:09Z</timestamp><text>{text}</text></revision></page>"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``out/``, a batch of three articles."""
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("docs")
    pages = [
        PAGE.format(title=f"Works {n}", id=n, text=ARTICLE.format(title=f"Works {n}").replace("<", "&lt;"))
        for n in range(3)
    ]
    (folder / "dump.xml").write_text(f"<mediawiki>{''.join(pages)}</mediawiki>", "utf-8")
    run([folder / "dump.xml"], folder / "out", engine="fast", workers=1)
    return folder


@pytest.mark.pipeline
@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_every_query_of_the_page_runs_on_what_a_batch_writes(
    number: int, written: Path, monkeypatch: pytest.MonkeyPatch
):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(written)
    rows = duckdb.sql(QUERIES[number]).fetchall()
    if "content ILIKE" in QUERIES[number]:
        assert rows and rows[0][2] == 3  # somebody speaks of the water in each of the three articles
    if "AS year" in QUERIES[number]:
        assert {row[0] for row in rows} == {"2020", "2021", "2022"}


# Rows of three articles, and what each query of the page tells of them.
TITLES = ("Ardor", "Brill", "Calm")
TABLES: dict[str, list[dict]] = {
    "articles": [
        {"article": 0, "balance": -1.0, "critique": 12, "endorsement": 0, "spam_score": 0.9, "timestamp": "2019-05-06"},
        {"article": 1, "balance": 0.1, "critique": 9, "endorsement": 11, "spam_score": 0.3, "timestamp": "2021-05-06"},
        {"article": 2, "balance": -1.0, "critique": 1, "endorsement": 0, "spam_score": 0.2},
    ],
    "banners": [
        {"article": 0, "banner": "advert", "date": "2014-03", "score": 0.1, "verdict": "not supported", "stale": True},
        {"article": 1, "banner": "advert", "date": "2026-03", "score": 0.2, "verdict": "not supported", "stale": False},
        {"article": 2, "banner": "pov", "date": "2010-01", "score": 0.8, "verdict": "supported", "stale": False},
    ],
    "references": [
        {"article": 0, "domain": "ledger.example", "source_type": "media"},
        *[{"article": 1, "domain": "blog.example", "source_type": "person"}] * 2,
        {"article": 1, "domain": "acme.example", "source_type": "company"},
        {"article": 1},
        {"article": 2, "domain": "blog.example", "source_type": "person"},
    ],
    "attributions": [
        {"article": article, "source": source, "source_type": kind, "content": content, "stance": stance}
        for article, source, kind, content, stance in (
            (0, "Ministry", "government", "The water is clean.", "neutral"),
            (0, "Ministry", "government", "Water is wasted.", "critique"),
            (0, "critics", "unnamed", "The water is unsafe.", "critique"),
            (1, "Ministry", "government", "water was sold", "critique"),
            (1, "Ledger", "media", "The road is new.", "endorsement"),
            (2, "Anna Lund", "person", "The water is cold.", "neutral"),
        )
    ],
}
ANSWERS = (
    [("Ardor", -1.0, 12, 0, None), ("Brill", 0.1, 9, 11, None)],
    [("advert", "Ardor", "2014-03", 0.1)],
    [("blog.example", 2, "person"), ("acme.example", 1, "company")],
    [("Ministry", "government", 3, 2), ("Anna Lund", "person", 1, 1)],
    [
        ("2019", "unnamed", 1.0, 1),
        ("2019", "government", 0.5, 2),
        ("2021", "government", 1.0, 1),
        ("2021", "media", 0.0, 1),
    ],
)


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_every_query_of_the_page_answers_what_is_asked(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    duckdb, parquet = pytest.importorskip("duckdb"), pytest.importorskip("pyarrow.parquet")
    for dataset, rows in TABLES.items():
        names = [*FIRST, *COLUMNS[dataset]]
        titled = [{**row, "title": TITLES[row["article"]]} for row in rows]
        (tmp_path / "out" / dataset).mkdir(parents=True)
        table = table_of(dataset, [tuple(row.get(name) for name in names) for row in titled])
        parquet.write_table(table, tmp_path / "out" / dataset / "part-00000.parquet")
    monkeypatch.chdir(tmp_path)
    assert duckdb.sql(QUERIES[number]).fetchall() == ANSWERS[number]


@pytest.mark.pipeline
def test_the_folders_are_read_by_polars_and_pandas_as_they_are(written: Path):
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    assert polars.scan_parquet(written / "out/articles/*.parquet").collect().height == 3
    assert len(pandas.read_parquet(written / "out/sentences")) == polars.read_parquet(written / "out/sentences").height


@pytest.mark.integration
@pytest.mark.pipeline
def test_spark_reads_the_folders_as_they_are(written: Path):
    sql, parquet = pytest.importorskip("pyspark.sql"), pytest.importorskip("pyarrow.parquet")
    session = sql.SparkSession.builder.master("local[1]").getOrCreate()
    try:
        for dataset in COLUMNS:
            rows = parquet.read_table(written / "out" / dataset).num_rows
            assert session.read.parquet(str(written / "out" / dataset)).count() == rows
    finally:
        session.stop()


def test_the_page_has_five_queries_and_names_every_dataset():
    assert len(QUERIES) == len(ANSWERS) == 5
    for dataset in (*COLUMNS, "rejected", "reports"):
        assert f"`{dataset}/`" in DOCS
    for column in FIRST:
        assert f"`{column}`" in DOCS


def recipe(name: str) -> str:
    (code,) = re.findall(rf"```python\n# recipe: {name}\n(.*?)```", DOCS, flags=re.DOTALL)
    return code


ROWS = [{"title": f"Works {n}", "text": f"Works {n} is a water utility. Critics called it unsafe."} for n in range(4)]


@pytest.mark.integration
@pytest.mark.pipeline
@pytest.mark.parametrize(("name", "library"), [("spark", "pyspark"), ("ray", "ray.data")])
def test_a_recipe_gives_a_report_for_every_row(name: str, library: str, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip(library)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)  # it would take another that is found first
    from analyzer.records import Report

    code = recipe(name)
    assert len([line for line in code.splitlines() if line.strip()]) <= 15
    names: dict = {"rows": ROWS}
    exec(code, names)
    found = names["found"].sort_values("title")
    assert list(found.title) == [row["title"] for row in ROWS]
    assert all(Report.from_json(line).sentences for line in found.report)
