"""What can be named or piped in: files and standard input alike, one bad input harming no other."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer import read
from analyzer.batch.inputs import Ended, Inputs, Passed, Reading
from analyzer.batch.work import read_item
from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.collections.tables import Columns
from analyzer.records import Article, Rejection

ROWS = [{"title": name, "text": f"The {name} is old. It stands by a lake."} for name in ("Mill", "Dam")]
JSON_LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
CSV = b'id,title,text\r\n7,Mill,"The mill is old, and it turns."\r\n8,Dam,The dam is new.\r\n'
PAGE = "<page><title>{}</title><ns>0</ns><id>{}</id><revision><id>1</id><text>It is '''so'''.</text></revision></page>"
DUMP = f"<mediawiki>{PAGE.format('Mill', 7)}{PAGE.format('Dam', 8)}</mediawiki>".encode()
OBJECT = {"name": "Mill", "identifier": 7, "article_body": {"wikitext": "It is '''so'''."}}


def read_all(*names: str | Path, **reading) -> list[Article | Rejection | Passed | Ended]:
    events = Inputs(tuple(map(str, names)), Reading(**reading)).events()
    return [event if isinstance(event, (Passed, Ended)) else read_item(event) for event in events]


def titles(events) -> list[str]:
    return [event.title for event in events if isinstance(event, Article)]


@pytest.fixture
def piped(monkeypatch):
    """Pipe bytes in."""

    def pipe(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(data))))

    return pipe


@pytest.mark.parametrize(
    "data",
    [
        JSON_LINES,
        CSV,
        CSV.replace(b",", b"\t").replace(b"\told\t", b"\told,"),
        DUMP,
        json.dumps([OBJECT, {**OBJECT, "name": "Dam"}]).encode(),
        b"".join(json.dumps({**OBJECT, "name": name}).encode() + b"\n" for name in ("Mill", "Dam")),
        CSV.replace(b"\r\n", b"\r"),
        CSV.replace(b"id,title,text", b'"id","title","text"'),
        gzip.compress(JSON_LINES),
        gzip.compress(DUMP),
    ],
    ids=[
        "rows",
        "csv",
        "tsv",
        "dump",
        "list of objects",
        "objects",
        "old line ends",
        "quoted names",
        "packed rows",
        "packed dump",
    ],
)
def test_many_articles_are_read_from_standard_input_as_from_a_file(piped, tmp_path, data):
    piped(data)
    told = read_all("-")
    assert titles(told) == ["Mill", "Dam"]
    assert told[-1] == Ended(input="standard input", many=True)
    path = tmp_path / "data"
    path.write_bytes(data)
    assert titles(read_all(path)) == ["Mill", "Dam"]


def test_a_parquet_table_is_read_from_standard_input(piped):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    sink = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), sink)
    piped(sink.getvalue())
    assert titles(read_all("-")) == ["Mill", "Dam"]


def test_a_dump_that_is_piped_in_is_streamed(piped):
    pages = "".join(PAGE.format(f"Mill {number}", number) for number in range(5000))
    data = f"<mediawiki>{pages}</mediawiki>".encode()
    piped(data)
    events = Inputs(("-",)).events()
    assert next(events).name == "Mill 0"
    assert sys.stdin.buffer.tell() < len(data) / 2
    assert [event.name for event in events if not isinstance(event, Ended)][-1] == "Mill 4999"


def test_one_article_is_read_from_standard_input_packed_or_not(piped):
    text = b"The Halden Bridge is old. It stands by a lake."
    for data in (text, gzip.compress(text)):
        piped(data)
        article, end = read_all("-")
        assert (article.title, article.text.encode(), end.damage) == ("Halden Bridge", text, None)


def test_a_column_that_is_named_makes_a_table_of_standard_input(piped):
    piped(b'{"title": "Mill", "words": "The mill is old."}\n')
    assert titles(read_all("-", columns=Columns(text="words"))) == ["Mill"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ('[{"name": "Mill", "words": "It is so."}]', "with the keys name, words"),
        ('{"name": "Mill",\n "words": "It is so."}', "with the keys name, words"),
        ('{"name": "Mill", "words": "It is', "with the keys name"),
        ('["It is so.", "It is not."]', "JSON and"),
        ("[]", "JSON and"),
        ("{}", "JSON and"),
        ("[1, 2, 3]", "JSON and"),
        ('{"name": "Mill"}\n{"name": "Dam"}\n', "with the keys name"),
    ],
)
def test_json_that_is_no_known_snapshot_is_refused_with_what_was_expected(piped, tmp_path, data, told):
    path = tmp_path / "data.json"
    path.write_text(data, "utf-8")
    piped(data.encode())
    for found in (*read_all(path, "-"),):
        assert isinstance(found, Ended) or (
            isinstance(found, Rejection) and told in found.reason and "expected a text" in found.reason
        )
    with pytest.raises(UnreadableInput, match="--text-column"):
        read(data)
    assert read(data, format="plaintext").text == data


def test_a_report_is_no_article(tmp_path):
    with pytest.raises(UnreadableInput, match="report of npov"):
        read('{"article": {"id": "x", "text": "It is so."}}')


@pytest.mark.parametrize("text", ["[1] It is so.", '["It" is a word.]', "{It} is so.", "[[Mill]] and so on."])
def test_prose_that_begins_with_a_bracket_is_prose(text):
    assert read(text, title="T").text


def test_a_missing_library_costs_the_file_that_needs_it_alone(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.txt").write_text("The Halden Bridge is old.")
    (tmp_path / "b.parquet").write_bytes(b"PAR1....PAR1")
    (tmp_path / "c.jsonl").write_bytes(JSON_LINES)
    told = read_all(*sorted(tmp_path.iterdir()))
    assert titles(told) == ["Halden Bridge", "Mill", "Dam"]
    (damage,) = [event.damage for event in told if isinstance(event, Ended) and event.damage]
    assert "pyarrow" in damage and "npov-analyzer[batch]" in damage


@pytest.mark.parametrize("data", [DUMP, JSON_LINES, CSV], ids=["dump", "rows", "csv"])
def test_a_title_picks_the_page_of_a_file_of_many_and_takes_a_subject(tmp_path, data):
    path = tmp_path / "data"
    path.write_bytes(data)
    told = read_all(path, title="dam", subject="the water works")
    assert [(event.title, event.subject) for event in told if isinstance(event, Article)] == [
        ("Dam", "the water works")
    ]
    inputs = Inputs((str(path),), Reading(title="Castle"))
    assert [type(event) for event in inputs.events()] == [Passed, Passed, Ended]
    assert inputs.missing_pages() == ["Castle"]
    with pytest.raises(UsageError, match="--title"):
        read_all(path, subject="the water works")


def test_pages_are_not_picked_of_a_wiki_whose_titles_are_the_inputs():
    with pytest.raises(UsageError, match="--wiki"):
        Inputs(("Mill",), Reading(wiki="https://wiki.example/w/api.php", pages=("Dam",)))
