"""Enterprise snapshots and tables of articles; all examples are invented."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from pathlib import Path

import pytest

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.collections.enterprise import read_enterprise
from analyzer.readers.collections.stream import Account
from analyzer.readers.collections.tables import read_table
from analyzer.readers.rows import table_kind

HTML = '<html><body><div class="mw-parser-output"><p>The mill turns.</p></div></body></html>'


def item(name: str, *, html: str | None = HTML, wikitext: str = "The '''mill''' turns.", **more: object) -> dict:
    body = {"wikitext": wikitext} | ({"html": html} if html else {})
    return {
        "name": name,
        "identifier": 9,
        "version": {"identifier": 55},
        "date_modified": "2024-05-06T07:08:09Z",
        "in_language": {"identifier": "en"},
        "namespace": {"identifier": 0},
        "article_body": body,
        **more,
    }


def lines(*items: object) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in items)


def test_objects_become_articles_from_html_or_else_from_wikitext() -> None:
    one, two = read_enterprise(io.BytesIO(lines(item("Mill"), item("Old Mill", html=None))))
    assert (one.title, one.id, one.revision, one.timestamp) == ("Mill", "9", "55", "2024-05-06T07:08:09Z")
    assert one.format == two.format == "enterprise"
    assert one.text == two.text == "The mill turns."


def test_every_object_is_accounted_for() -> None:
    account = Account()
    data = lines(
        item("A"),
        item("B", namespace={"identifier": 1}),
        item("C", html=None, wikitext="#REDIRECT [[A]]"),
        item("D", templates=[{"name": "Template:Disambiguation"}]),
        item("E", html=None, wikitext=" "),
        {"name": "F"},
        ["no object"],
    )
    found = [a.title for a in read_enterprise(io.BytesIO(data + b"{broken\n\n"), account=account)]
    assert found == ["A"]
    assert dict(account.skipped) == {"namespace 1": 1, "redirect": 1, "disambiguation": 1}
    assert dict(account.rejected) == {"no text": 1, "no article object": 3}
    assert account.balanced()
    assert account.pages == 8


def test_a_tar_archive_of_snapshots_is_read_as_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for number in range(2):
            data = lines(item(f"A{number}"), item(f"B{number}"), item("Noise", wikitext=secrets.token_hex(300_000)))
            info = tarfile.TarInfo(f"part_{number}.ndjson")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    assert [a.title for a in read_enterprise(path)] == ["A0", "B0", "Noise", "A1", "B1", "Noise"]
    path.write_bytes(path.read_bytes()[:-300_000])
    account = Account()
    assert [a.title for a in read_enterprise(path, account=account)][:2] == ["A0", "B0"]
    assert account.damage is not None
    assert account.balanced()


def test_structured_contents_give_text_and_sections_and_no_more() -> None:
    sections = [
        {"type": "section", "name": "Abstract", "has_parts": [{"type": "paragraph", "value": "The mill turns."}]},
        {
            "type": "section",
            "name": "History",
            "has_parts": [
                {"type": "paragraph", "value": "It was built."},
                {"type": "list", "has_parts": [{"type": "list_item", "value": "In stone."}]},
                {"type": "section", "name": "Fire", "has_parts": [{"type": "paragraph", "value": "It burnt."}]},
            ],
        },
    ]
    document = json.dumps([{"name": "Mill", "article_sections": sections}], indent=1).encode()
    (article,) = read_enterprise(io.BytesIO(document))
    assert article.text == "The mill turns.\n\nHistory\n\nIt was built.\n\nIn stone.\n\nFire\n\nIt burnt."
    assert [(s.title, s.level) for s in article.sections] == [("History", 2), ("Fire", 3)]
    assert article.facets == ("text", "sections")


def test_objects_of_any_shape_are_counted_and_harm_nothing() -> None:
    nested: dict = {"type": "list", "has_parts": [{"type": "list_item", "value": "deep"}]}
    for _ in range(100):
        nested = {"type": "list", "has_parts": [nested]}
    odd = [
        {"name": 5, "article_body": "text", "sections": [nested, 3, None]},
        {"name": None, "article_body": {"html": 7, "wikitext": ["x"]}, "namespace": "x", "templates": {"a": 1}},
        {"article_body": {"html": "<p>Only this.</p>"}, "version": 3, "date_modified": 12, "in_language": []},
    ]
    account = Account()
    found = list(read_enterprise(io.BytesIO(lines(*odd)), account=account))
    assert [a.text for a in found] == ["Only this."]
    assert found[0].timestamp == "12"
    assert account.rejected == {"no text": 2}
    assert account.balanced()


def test_a_file_without_any_article_object_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="NDJSON"):
        list(read_enterprise(io.BytesIO(b"first line\nsecond line\n")))


def test_json_lines_use_the_column_that_is_named_or_known() -> None:
    rows = lines(
        {"id": 1, "title": "Mill", "wikitext": "A '''mill'''.{{POV}}"}, {"id": 2, "title": "Hut", "wikitext": ""}, 3
    )
    account = Account()
    (article,) = read_table(io.BytesIO(rows), kind="jsonl", account=account)
    assert (article.id, article.title, article.text, article.format) == ("1", "Mill", "A mill.", "wikitext")
    assert [b.id for b in article.banners] == ["pov"]
    assert dict(account.rejected) == {"no text": 1, "no row": 1}
    assert account.balanced()
    named = lines({"page": "A [[mill]].", "subject": "mills", "revision": 12})
    (article,) = read_table(io.BytesIO(named), kind="jsonl", text_column="page", content="wikitext")
    assert (article.text, article.subject, article.revision, article.id) == ("A mill.", "mills", "12", "row 1")


def test_csv_is_read_with_quotes_breaks_and_a_byte_order_mark() -> None:
    data = '\ufefftitle,text\nMill,"It turns, and\nit ""sings""."\nHut,\n'.encode()
    account = Account()
    (article,) = read_table(io.BytesIO(data), kind="csv", account=account)
    assert article.title == "Mill"
    assert article.text == 'It turns, and\nit "sings".'
    assert account.rejected["no text"] == 1


def test_csv_with_semicolons_is_read_as_spreadsheets_write_it_where_numbers_have_commas(tmp_path: Path) -> None:
    data = 'title;text;share\nMill;"It turns, and sings; it is old.";1,5\n'
    (tmp_path / "a.csv").write_text(data, "utf-8")
    for source in (io.BytesIO(data.encode()), tmp_path / "a.csv"):
        (article,) = read_table(source, kind="csv")
        assert (article.title, article.text) == ("Mill", "It turns, and sings; it is old.")
    assert table_kind(data) == "csv"


def test_a_table_without_text_says_what_it_has() -> None:
    with pytest.raises(UnreadableInput, match="name, size"):
        list(read_table(io.BytesIO(b"name,size\na,1\n"), kind="csv"))
    with pytest.raises(UnreadableInput, match="no column 'body'"):
        list(read_table(io.BytesIO(b"name,size\na,1\n"), kind="csv", text_column="body"))


def test_parquet_is_read_where_pyarrow_is_there_and_refused_with_a_reason_where_not(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        with pytest.raises(UsageError, match="pyarrow"):
            list(read_table(path, kind="parquet"))
        return
    parquet.write_table(pyarrow.table({"title": ["Mill"], "html": [HTML]}), path)
    assert [(a.title, a.text) for a in read_table(path, kind="parquet")] == [("Mill", "The mill turns.")]
