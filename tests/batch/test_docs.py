"""docs/batch.md: its queries run on what a batch writes, its recipes where the library is installed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from analyzer.batch import run
from analyzer.report.datasets import COLUMNS, FIRST

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


@pytest.mark.pipeline
def test_the_folders_are_read_by_polars_and_pandas_as_they_are(written: Path):
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    assert polars.scan_parquet(written / "out/articles/*.parquet").collect().height == 3
    assert len(pandas.read_parquet(written / "out/sentences")) == polars.read_parquet(written / "out/sentences").height


def test_the_page_has_five_queries_and_names_every_dataset():
    assert len(QUERIES) == 5
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
    assert len([line for line in code.splitlines() if line.strip()]) <= 16
    names: dict = {"rows": ROWS}
    exec(code, names)
    found = names["found"].sort_values("title")
    assert list(found.title) == [row["title"] for row in ROWS]
    assert all(Report.from_json(line).sentences for line in found.report)
