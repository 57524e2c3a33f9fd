"""What made readers hang, swell or break: each ends in bounded time, is read or refused, and harms no other."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import threading
import time
from pathlib import Path

import pytest

from analyzer import limits
from analyzer.batch.inputs import Ended, Inputs, Reading
from analyzer.batch.work import read_item
from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_LINKS, MAX_REFERENCES, MAX_TITLE
from analyzer.readers import read, sniff
from analyzer.readers.collections import tables
from analyzer.readers.collections.dump import read_dump
from analyzer.readers.collections.enterprise import read_enterprise
from analyzer.readers.collections.stream import Account
from analyzer.readers.collections.tables import read_table
from analyzer.readers.html.reader import read_html
from analyzer.readers.html.tamed import tamed
from analyzer.readers.markup.inline import plain, unescape
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Rejection
from analyzer.vocabulary import REFUSALS

SECONDS = 3.0
DIGITS = "9" * 5000  # Python makes no number of more than 4,300
PROSE = "The mill opened in 1911. Its owner said that it was safe."
SIZE = 300_000  # of hostile texts; the time that each may take is that of a linear reader with room to spare


def of_size(unit: str, size: int = SIZE) -> str:
    return unit * (size // len(unit))


WIKITEXT = {
    "open external links": of_size("[http://a.example b "),
    "open external links that a far bracket closes": of_size("[http://a.example b ") + "]",
    "addresses in open brackets": of_size("[//a"),
    "one line of external links": of_size("[http://a.example b] "),
    "numbers without end": "&#9; {{date|9|9}} {{convert|9|km}} {{nts|9}}".replace("9", DIGITS),
    "numbers that are no figures": "{{date|²|³|¹}} {{pop density|²|³|km2|prec=²}} {{start date|²|²}}",
    "a density of numbers without end": f"{{{{pop density|{DIGITS}|{DIGITS}|km2|prec={DIGITS}}}}}",
    "an entity of zeros": "&#" + "0" * 5000 + "65; " + PROSE,
}
HTML = {
    "open formatting with attributes": of_size("<p><b class='a' title='b'>x"),
    "open formatting, each of its own": "".join(f"<p><b a{n}=1>x" for n in range(20_000)),
    "formatting whose ends are comments": of_size("<p><i a=1>x<!--</i>-->"),
    "formatting open around a table": of_size("<b><table><tr><td></b>x</table>"),
    "a tag of many attributes": "<p><b " + " ".join(f"a{n}=1" for n in range(30_000)) + ">" + "<p>x" * 10_000,
    "a tag of many attributes with signs in them": "<p><b " + " ".join(f"a{n}='>'" for n in range(25_000)) + ">x",
    "tags of many attributes": of_size("<p><i " + " ".join(f"a{n}" for n in range(3000)) + ">x"),
    "a tag of one huge attribute": f"<p><b title='{'a' * 100_000}'>" + "<p>x" * 40_000,
    "a link that is left open": f"<p><a href='//x/{'a' * 50_000}'>" + "<p>x" * 40_000,
    "nested message boxes": of_size("<table class='ambox box-POV'><tr><td>This article"),
    "nested message boxes of blocks": of_size("<div class='ambox box-POV'>This article"),
    "nested quotations": of_size("<blockquote>x", 100_000) + "<b>x</b>" * 20_000,
    "open blocks": of_size("<div>"),
    "open elements of no kind": of_size("<x>"),
    "open spans before blocks": "<span>" * 30_000 + "<hr>" * 30_000,
    "blocks whose ends are others'": of_size("<div></section>"),
    "an open title": "<html><head><title>" + of_size("The mill "),
    "a huge title": f"<html><head><title>{of_size('The mill ')}</title></head><body><p>{PROSE}</p></body></html>",
    "a huge heading": f"<html><body><h1>{of_size('The mill ')}</h1><p>{PROSE}</p></body></html>",
    "open comments": of_size("<!--"),
    "open scripts": of_size("<script>"),
    "nested roots": of_size("<div class='mw-parser-output'>x"),
    "a number without end": f"<p>&#{DIGITS}; {PROSE}</p>",
}


@pytest.mark.parametrize("name", WIKITEXT)
def test_hostile_wikitext_is_read_in_seconds(name: str) -> None:
    begun = time.process_time()
    article = read_wikitext(WIKITEXT[name], title="T")
    assert time.process_time() - begun < SECONDS
    assert all(0 <= block.start <= block.end <= len(article.text) for block in article.blocks)


@pytest.mark.parametrize("name", HTML)
def test_hostile_html_is_read_in_seconds(name: str) -> None:
    begun = time.process_time()
    article = read_html(HTML[name])
    assert time.process_time() - begun < 2 * SECONDS
    assert len(article.title) <= MAX_TITLE
    assert all(0 <= block.start <= block.end <= len(article.text) for block in article.blocks)


def test_an_external_link_is_one_only_where_its_line_closes_it() -> None:
    found: list[tuple[str, str]] = []
    shown = plain("[http://a.example one] two [http://b.example three\nfour] http://c.example/x, [//d.example]", found)
    assert shown == "one two [http://b.example three four] http://c.example/x,"
    assert found == [
        ("http://a.example", "one"),
        ("http://b.example", ""),
        ("http://c.example/x", ""),
        ("//d.example", ""),
    ]


def test_entities_are_resolved_whatever_their_number() -> None:
    assert unescape("&#65;&#x42;&amp;&#0000000067;") == "AB&C"
    assert unescape(f"&#{DIGITS};&#99999999;x") == "\ufffd\ufffdx"


def test_what_stands_around_broken_html_is_kept() -> None:
    article = read_html(
        "<html><body><h1>Mill</h1><p>The mill opened.</p>" + "<x>" * 30_000 + "<p>It closed in 1920.</p></body></html>"
    )
    assert [article.text[block.start : block.end] for block in article.blocks] == [
        "The mill opened.",
        "It closed in 1920.",
    ]
    assert any("flattened" in notice for notice in article.notices)


def test_no_page_is_deeper_than_the_limit_after_it_was_tamed() -> None:
    for unit in ("<div>", "<x>", "<table><tr><td>", "<div></section>"):
        depth = deepest = 0
        for piece in tamed(unit * (100_000 // len(unit)))[0].split("<")[1:]:
            name = piece.partition(">")[0]
            if name.strip("/") not in ("p", "tr", "td"):
                depth += -1 if name[0] == "/" else 1
            deepest = max(deepest, depth)
        assert deepest <= MAX_DEPTH


def test_a_tag_has_its_first_attributes_alone_where_they_are_too_many() -> None:
    many = " ".join(f"a{n}='>'" for n in range(3000))
    page = f"<p>One.</p><p class='noprint' {many}>Two.</p><p>Three.</p>"
    assert tamed(page)[0].count("='>'") == MAX_ATTRIBUTES - 1
    assert read_html(page).text == "One.\n\nThree."
    data = f"<p id='a' data-mw='{'x' * 50_000}' class='b'>Four.</p>"
    assert tamed(data) == (data, 0)


def test_a_marker_within_another_mark_is_no_part_of_its_words() -> None:
    marker = '<sup class="reference">[1]</sup>'
    article = read_html(f"<p>It is deep <a href=#cite_note-2>[{marker}2]</a> here.</p>")
    assert article.text == "It is deep [2] here." and [mark.label for mark in article.citations] == ["2"]
    article = read_html(f"<p>It is deep <sup class=Inline-Template>[citation needed{marker}]</sup> here.</p>")
    assert article.text == "It is deep [citation needed] here."
    assert [tag.id for tag in article.inline_tags] == ["citation-needed"]


def test_ordinary_html_is_left_as_it_is_but_for_its_formatting() -> None:
    page = (
        "<!DOCTYPE html><html><body><p class='a'>A <b>mill</b> <i id='x'>is</i><br/> here.<!-- no --></p></body></html>"
    )
    assert tamed(page) == (
        "<!DOCTYPE html><html><body><p class='a'>A <span>mill</span> <span id='x'>is</span><br/> here.<!-- no --></p>"
        "</body></html>",
        0,
    )


def test_links_and_references_of_an_article_have_an_end_that_is_told() -> None:
    text = "".join(f"[http://x{n}.example a] " for n in range(MAX_LINKS + 10))
    article = read_wikitext(text, title="T")
    assert len(article.links) == MAX_LINKS
    assert any("links beyond" in notice for notice in article.notices)
    noted = read_wikitext(PROSE + "".join(f"<ref>Note {n}</ref>" for n in range(MAX_REFERENCES + 10)), title="T")
    assert len(noted.references) == MAX_REFERENCES
    assert any("references beyond" in notice for notice in noted.notices)


@pytest.mark.parametrize("form", ["plaintext", "wikitext", "html"])
def test_a_title_has_an_end_and_no_character_that_a_record_cannot_hold(form: str) -> None:
    article = read(f"<p>{PROSE}</p>" if form == "html" else PROSE, title="\udcff\x00" + "a" * SIZE, format=form)
    assert article.title.startswith("\ufffd\ufffdaaa") and len(article.title) == MAX_TITLE
    assert any("title was cut" in notice for notice in article.notices)


# Dumps


def page(title: str, text: str = "A mill.", more: str = "") -> str:
    return (
        f"<page><title>{title}</title><ns>0</ns><id>7</id>{more}"
        f"<revision><id>9</id><model>wikitext</model><text>{text}</text></revision></page>"
    )


def dump(*pages: str, head: str = "") -> bytes:
    return (head + "<mediawiki>" + "".join(pages) + "</mediawiki>").encode()


def test_a_dumps_title_of_a_megabyte_costs_that_page_alone(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(dump(page("A"), page("b" * SIZE), page("C")))
    account = Account()
    begun = time.process_time()
    assert [article.title for article in read_dump(path, account=account)] == ["A", "C"]
    assert time.process_time() - begun < SECONDS
    assert dict(account.rejected) == {"title over 2,000 characters": 1} and account.balanced()


def test_an_earlier_revision_that_is_too_large_does_not_cost_the_last(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    early = f"<revision><id>8</id><text>{'x' * (limits.MAX_TEXT + 10)}</text></revision>"
    path.write_bytes(dump(page("A", more=early)))
    assert [article.text for article in read_dump(path)] == ["A mill."]


@pytest.mark.parametrize("encoding", ["no-such-encoding", "utf-7", "cp037", "big5", "idna", "hex", "x" * 5000])
def test_an_encoding_that_xml_cannot_have_is_damage_and_no_failure(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(dump(page("A"), head=f"<?xml version='1.0' encoding='{encoding}'?>"))
    account = Account()
    try:
        assert [article.title for article in read_dump(path, account=account)] in ([], ["A"])
    except UnreadableInput as error:
        assert error.code in REFUSALS


def test_elements_inside_each_other_without_end_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "dump.xml"
    path.write_bytes(b"<mediawiki>" + page("A").encode() + b"<a>" * 300_000)
    account = Account()
    assert [article.title for article in read_dump(path, account=account)] == ["A"]
    assert "nested" in (account.damage or "")


# Tables and snapshots


def packed(head: bytes, rest: bytes, times: int) -> bytes:
    """Return gzip of a beginning and of a text that is repeated after it."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(rest)
    return out.getvalue()


ROW = json.dumps({"text": PROSE}).encode() + b"\n"
BOMBS = {
    "rows.jsonl.gz": (ROW, b"{}\n" * 100_000),
    "rows.csv.gz": (b"title,text\n", b",\n" * 150_000),
    "pages.xml.gz": (b"<mediawiki>", b"<page>" + b" " * 300_000 + b"</page>"),
    "blanks.jsonl.gz": (ROW, b"\n" * 300_000),
    "a line.jsonl.gz": (ROW + b'{"text": "', b"a" * 300_000),
    "a cell.csv.gz": (b'title,text\nA,"', b"a" * 300_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_packed_bomb_is_not_read_on(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(packed(*BOMBS[name], 80))  # 24 MB
    begun = time.process_time()
    events = list(Inputs((str(path),)).events())
    assert time.process_time() - begun < 4 * SECONDS
    ended = events[-1]
    assert isinstance(ended, Ended) and ended.damage is not None


def test_rows_without_text_are_given_up_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_EMPTY", 50)
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"text": PROSE}) + "\n" + "{}\n" * 49 + json.dumps({"text": PROSE}) + "\n" + "{}\n" * 80)
    account = Account()
    assert len(list(read_table(path, account=account))) == 2
    assert "hold no text" in (account.damage or "") and account.balanced()


def test_rows_before_damage_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl.gz"
    rows = "".join(json.dumps({"title": f"T{n}", "text": f"{os.urandom(40).hex()} {PROSE}"}) + "\n" for n in range(500))
    path.write_bytes(gzip.compress(rows.encode())[:-2000])
    events = list(Inputs((str(path),)).events())
    assert len(events) > 300
    assert "damage" in (getattr(events[-1], "damage", None) or "")


@pytest.mark.parametrize(
    "row",
    [
        f'{{"text": "{PROSE}", "id": {DIGITS}, "title": {DIGITS}}}',
        f'{{"text": "{PROSE}", "id": 1e{DIGITS}, "title": [[[["a"]]]]}}',
        f'{{"text": "{PROSE}", "id": "{"x" * 100_000}", "title": "{"y" * 100_000}", "date": {{"a": "b"}}}}',
        f'{{"text": "{PROSE}\\u0000\\u0001", "title": "a\\u0000b"}}',
        f'{{"text": "{PROSE}\\ud800"}}',
        '{"text": ' + "[" * 200_000,
    ],
)
def test_an_odd_row_makes_an_article_or_is_rejected(row: str, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps({"title": "Good", "text": PROSE}) + "\n" + row + "\n")
    account = Account()
    articles = list(read_table(path, account=account))
    assert articles[0].title == "Good" and account.pages == 2 and account.balanced()
    assert all(len(article.id) <= MAX_TITLE and "\x00" not in article.text for article in articles)


def test_a_table_of_many_columns_is_refused_in_a_line(tmp_path: Path) -> None:
    wide, unnamed = tmp_path / "wide.csv", tmp_path / "unnamed.csv"
    wide.write_text(",".join(f"c{n}" for n in range(100_000)) + "\n" + "," * 99_999 + "\n")
    unnamed.write_text(",".join(f"c{n}" for n in range(5000)) + "\n" + "," * 4999 + "\n")
    for path in (wide, unnamed):
        with pytest.raises(UnreadableInput, match="columns") as caught:
            list(read_table(path))
        assert len(str(caught.value)) < 500


def test_a_cell_of_a_megabyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('title,text\nA,"' + of_size(PROSE + " ", 1_000_000) + '"\nB,"' + PROSE + '"\n')
    begun = time.process_time()
    assert [len(article.text) > 900_000 for article in read_table(path)] == [True, False]
    assert time.process_time() - begun < SECONDS


def test_an_article_that_cannot_be_read_ends_no_table(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps({"title": t, "text": x}) + "\n" for t, x in (("A", "\u200b"), ("B", PROSE))))
    account = Account()
    assert [article.title for article in read_table(path, account=account)] == ["B"]
    assert account.balanced() and account.rejected.total() == 1


@pytest.mark.parametrize(
    "line",
    [
        '{"article_body": {"wikitext": 5}, "name": {"a": []}, "namespace": {"identifier": ' + DIGITS + "}}",
        '{"article_body": null, "sections": {"a": 1}, "identifier": ' + DIGITS + "}",
        '{"article_body": {"html": "<frameset>"}, "name": "A"}',
        '{"article_body": {"wikitext": "A mill."}, "name": ' + DIGITS + ', "templates": [{"name": [1]}, 5, null]}',
        '{"article_body": ' + "[" * 100_000,
    ],
)
def test_an_odd_object_of_a_snapshot_makes_an_article_or_is_rejected(line: str, tmp_path: Path) -> None:
    path = tmp_path / "s.ndjson"
    good = json.dumps({"name": "Good", "article_body": {"wikitext": "A mill."}})
    path.write_text(f"{good}\n{line}\n{good}\n")
    account = Account()
    titles = [article.title for article in read_enterprise(path, account=account)]
    assert titles[0] == titles[-1] == "Good" and account.pages == 3 and account.balanced()


def test_an_archive_with_holes_or_headers_without_end_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "s.tar"
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        held = tarfile.TarInfo("a.ndjson")
        held.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40)}
        data = b"1\n0\n0\n".ljust(512, b"\0")
        held.size = len(data)
        archive.addfile(held, io.BytesIO(data))
    account = Account()
    begun = time.process_time()
    assert list(read_enterprise(path, account=account)) == []
    assert time.process_time() - begun < SECONDS and account.damage


def parquet_of(path: Path, **columns: object) -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(arrow.table(columns), path, use_dictionary=True)


def test_a_parquet_bomb_is_refused(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / "t.parquet"
    text = arrow.DictionaryArray.from_arrays(arrow.array([0] * 3_000_000, arrow.int32()), arrow.array([PROSE]))
    parquet_of(path, text=text.cast(arrow.string()))
    with pytest.raises(UnreadableInput, match="rows") as caught:
        list(read_table(path))
    assert caught.value.code == "bomb"


def test_a_parquet_cell_that_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / "t.parquet"
    broken = arrow.array([b"The mill \xff opened.", b"The mill closed."]).cast(arrow.binary()).view(arrow.string())
    far = arrow.array([1 << 62, 0], arrow.timestamp("us"))
    parquet_of(path, text=broken, date=far, title=arrow.array(["A", "B"]))
    articles = list(read_table(path))
    assert [article.text for article in articles] == ["The mill \ufffd opened.", "The mill closed."]
    assert [article.timestamp is None for article in articles] == [True, False]


# Files


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_that_nobody_feeds_is_given_up_and_one_that_is_fed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sniff, "WAIT", 0.3)
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with pytest.raises(UnreadableInput, match="silent") as caught:
        read(path)
    assert caught.value.code == "silent"
    (ended,) = Inputs((str(path),)).events()
    assert isinstance(ended, Ended) and "silent" in (ended.damage or "")
    monkeypatch.setattr(sniff, "WAIT", 30.0)
    threading.Thread(target=path.write_text, args=(PROSE,), daemon=True).start()
    assert read(path, title="T").text == PROSE
    threading.Thread(target=path.write_text, args=(PROSE,), daemon=True).start()
    item = next(iter(Inputs((str(path),)).events()))
    assert read_item(item).text == PROSE  # type: ignore[arg-type, union-attr]


def test_a_file_name_that_is_no_utf_8_is_shown_and_recorded(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    path = tmp_path / name
    try:
        path.write_text(PROSE)
    except OSError:
        pytest.skip("this file system has no such names")
    article = read(path)
    assert article.id == "caf\ufffd" and article.text == PROSE
    for event in Inputs((str(path),)).events():
        assert "caf\ufffd" in event.input
        event.input.encode()
    (tmp_path / name).write_bytes(b"")
    item = next(iter(Inputs((str(path),)).events()))
    got = read_item(item)  # type: ignore[arg-type]
    assert isinstance(got, Rejection) and got.code == "empty"
    got.reason.encode()


@pytest.mark.parametrize("name", ["a" * 120_000, "a\0b", "\ud800", "x/" * 3000])
def test_a_name_that_no_file_can_have_is_refused_in_a_line(name: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(Path(name))
    assert caught.value.code == "missing" and len(str(caught.value)) < 1000
    events = list(Inputs((name,)).events())
    for event in events:
        told = event.damage if isinstance(event, Ended) else getattr(read_item(event), "reason", "")  # type: ignore[arg-type]
        assert len(told or "") < 10_000


def test_a_title_or_subject_of_the_caller_that_is_no_utf_8_can_be_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PROSE)
    reading = Reading(title="mill \udcff", subject="\udcff")
    item = next(iter(Inputs((str(path),), reading).events()))
    article = read_item(item)  # type: ignore[arg-type]
    assert (article.title, article.subject) == ("mill \ufffd", "\ufffd")


# Reasons


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7", "binary"),
        (b'{"a": 1, "b": [2]}', "no article"),
        (gzip.compress(PROSE.encode() * 100)[:-20], "damaged"),
        (packed(PROSE.encode(), b"a" * 300_000, 80), "bomb"),
    ],
)
def test_a_refusal_has_a_reason_code(data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableInput) as caught:
        read(path)
    assert caught.value.code == code and code in REFUSALS
    item = next(iter(Inputs((str(path),)).events()))
    got = read_item(item)  # type: ignore[arg-type]
    assert isinstance(got, Rejection) and (got.kind, got.code) == ("unreadable", code)


DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"


def test_every_reason_for_refusal_is_documented_as_the_code_has_it() -> None:
    text = DOCS.read_text("utf-8")
    for code, when in REFUSALS.items():
        assert f"| `{code}` | {when} |\n" in text


def test_every_limit_is_documented_with_its_number() -> None:
    text = DOCS.read_text("utf-8")
    for name, value in vars(limits).items():
        if name.isupper():
            assert f"| `{name}` | {value:,} |" in text, name
