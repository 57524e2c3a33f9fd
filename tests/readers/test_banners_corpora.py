"""The figures that banner reading must reach on real pages; the corpora lie beside the repository."""

from __future__ import annotations

import json
import lzma
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.banners.detect import find_banners
from analyzer.readers.banners.table import by_template, entry
from analyzer.readers.plaintext.reader import read_plaintext
from analyzer.readers.sniff import decode
from analyzer.records import Banner

SHARED = Path(__file__).parents[2] / ".." / "shared"
WIKI_BANNERS = SHARED / "corpora" / "wiki_banners"
pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not WIKI_BANNERS.is_dir(), reason="needs ../shared/corpora/wiki_banners"),
]
MONTHS = "January February March April May June July August September October November December".split()
Row = dict[str, Any]


def iso(date: str | None) -> str | None:
    if not date:
        return None
    month, year = date.split()
    return f"{year}-{MONTHS.index(month) + 1:02d}"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    found = []
    for split in ("train", "dev"):
        with lzma.open(WIKI_BANNERS / f"{split}.jsonl.xz", "rt", encoding="utf-8") as lines:
            found.extend(json.loads(line) for line in lines)
    return found


def banners_of(row: Row) -> Iterator[Row]:
    return (b for b in (*row["lead_banners"], *row["section_banners"]) if b["template"])


def is_right(expected: Row, got: Banner) -> bool:
    """The template's own id; where a section form shares the wording, the scope of the words decides."""
    template = by_template(expected["template"])
    if template is None:
        return False
    found = entry(got.id)
    assert found is not None
    if got.id == template.id:
        return True
    if template.section_form == got.id:
        return got.scope == "section"
    return found.section_form == template.id and got.scope != "section"


def visible_date(banner: Row) -> str | None:
    found = re.search(rf"({'|'.join(MONTHS)}) (\d{{4}})", banner["text"]) if not banner["date"] else None
    return iso(banner["date"]) or (iso(found.group()) if found else None)


def as_found(text: str) -> str:
    return text


def table_residue(text: str) -> str:
    return f"| {text} |\n|\n---|\n|\n"


def text_browser(text: str) -> str:
    linked = re.sub(r"\b(reliable|neutral|talk|inline|quality) (\w+)", r"\1_\2", text)
    return textwrap.indent(textwrap.fill(linked, 78, break_on_hyphens=False), " ")


def lost_spaces(text: str) -> str:
    return re.sub(r"\b(article|section|not|any|multiple|to|be|additional|contains|for) (?=\w)", r"\1", text)


def markdown_row(text: str) -> str:
    linked = re.sub(
        r"\b(citations|sources|improve|content|quality)\b", r"[\1](/wiki/Some:\1 \"x\")".replace(' \\"x\\"', ""), text
    )
    return f"| ![](//upload.example.org/50px-Ambox.svg.png) | {linked} |"


def glued_to_prose(text: str) -> str:
    return f"The old town has a centre.{text}dramatic landscape rises behind it, and the river turns east there."


@pytest.mark.parametrize(
    "render",
    [as_found, table_residue, text_browser, lost_spaces, markdown_row, glued_to_prose],
    ids=lambda f: f.__name__,
)
def test_every_rendering_of_the_banners_is_read_right(rows: list[Row], render: Callable[[str], str]) -> None:
    total = right = dated = 0
    missed = []
    for banner in (b for row in rows for b in banners_of(row)):
        if render is glued_to_prose and not banner["date"]:
            continue  # nothing sets an undated banner apart within a paragraph
        got = find_banners(render(banner["text"]))
        total += 1
        if len(got) == 1 and is_right(banner, got[0]):
            right += 1
        else:
            missed.append((banner["template"], [g.id for g in got]))
        dated += bool(got) and got[0].date == visible_date(banner)
    assert total > 500
    assert right / total >= 0.99, missed
    assert dated / total >= 0.98


def test_pages_with_their_banners_in_place_give_exactly_those(rows: list[Row]) -> None:
    total = right = dated = wrong = 0
    for row in rows:
        page, expected = assembled(row)
        got = list(read_plaintext(page, title=row["title"]).banners)
        total += len(expected)
        for banner in expected:
            match = next((g for g in got if is_right(banner, g) and g.date == visible_date(banner)), None)
            match_id = match or next((g for g in got if is_right(banner, g)), None)
            right += match_id is not None
            dated += match is not None
            if match_id is not None:
                got.remove(match_id)
        wrong += len(got)
    assert total > 400
    assert right / total >= 0.99
    assert dated / total >= 0.98
    assert wrong <= 0.005 * total


def assembled(row: Row) -> tuple[str, list[Row]]:
    """Return the page's text with its banners where they stood, one to a line, and those banners."""
    expected = [b for b in row["lead_banners"] if b["template"]]
    lines = [b["text"] for b in expected]
    waiting = [b for b in row["section_banners"] if b["template"]]
    for line in row["text"].split("\n"):
        lines.append(line)
        heading = re.fullmatch(r"=+ (.*?) =+", line)
        here = [b for b in waiting if heading and b["section"] == heading.group(1)]
        waiting = [b for b in waiting if b not in here]
        lines.extend(b["text"] for b in here)
        expected.extend(here)
    return "\n".join(lines), expected


def test_pages_without_banners_raise_no_alarm(rows: list[Row]) -> None:
    alarms = [(row["title"], b.text[:80]) for row in rows for b in find_banners(row["text"])]
    assert alarms == []


def test_gold_passages_raise_no_alarm() -> None:
    texts = [
        json.loads(line)["text"]
        for name in ("train", "dev")
        for line in (SHARED / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(texts) > 700
    assert [b.text for text in texts for b in find_banners(text)] == []


def test_text_browser_blocks_give_their_banners_and_dates() -> None:
    lines = (SHARED / "samples" / "banner_blocks_w3m.jsonl").read_text("utf-8").splitlines()
    total = found = dates = dates_found = 0
    for block in map(json.loads, lines):
        got = find_banners(block["text"])
        ids = {b.id for b in got}
        for wanted in block["auto_ids"]:  # machine-made: the article's and the section's id together
            known = entry(wanted)
            assert known is not None
            total += 1
            found += (
                wanted in ids
                or known.section_form in ids
                or any(
                    (entry(i) is not None and entry(i).section_form == wanted)
                    for i in ids  # type: ignore[union-attr]
                )
            )
        stamps = [b.date for b in got]
        for date in block["dates"]:
            dates += 1
            dates_found += iso(date.strip("()")) in stamps
    assert total > 100 and dates > 90
    assert found / total >= 0.99
    assert dates_found / dates >= 0.98


def test_text_browser_pages_give_the_banners_that_their_html_has(rows: list[Row]) -> None:
    by_title = {row["title"]: row for row in rows}
    total = right = dated = 0
    extra = []
    pages = 0
    for path in sorted((SHARED / "samples" / "plaintext_w3m").glob("*.txt")):
        article = read_plaintext(decode(path.read_bytes())[0], name=path.name)
        row = by_title.get(article.title)
        if row is None:
            continue
        pages += 1
        got = list(article.banners)
        for banner in banners_of(row):
            total += 1
            match = next((g for g in got if is_right(banner, g) and g.date == visible_date(banner)), None)
            match_id = match or next((g for g in got if is_right(banner, g)), None)
            right += match_id is not None
            dated += match is not None
            if match_id is not None:
                got.remove(match_id)
        extra.extend((article.title, g.id, g.text[:60]) for g in got)
    assert pages >= 30 and total >= 50
    assert right / total >= 0.99
    assert dated / total >= 0.98
    assert extra == []


def test_the_prose_of_gold_passages_is_kept() -> None:
    kept = total = 0
    for name in ("train", "dev"):
        for line in (SHARED / "gold" / f"{name}.jsonl").read_text("utf-8").splitlines():
            passage = json.loads(line)
            blocks = read_plaintext(passage["text"], title=passage["title"]).blocks
            for sentence in passage["sentences"]:
                total += 1
                kept += any(b.start <= sentence["start"] and sentence["end"] <= b.end + 1 for b in blocks)
    assert kept / total >= 0.999


BLOCK_TAGS = frozenset("p div table tr td th li ul ol h1 h2 h3 h4 h5 blockquote dl dd dt br caption figure".split())


def browser_text(html: str) -> str:
    """Return a page's words about as a browser copies them: block elements on lines of their own, no bullets."""
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, noscript"):
        node.decompose()
    out: list[str] = []

    def walk(node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                out.append(re.sub(r"\s+", " ", child.text(deep=False) or child.text_content or ""))
                continue
            edge = "\n" if child.tag in BLOCK_TAGS else ""
            out.append(edge)
            walk(child)
            out.append(edge)

    root = tree.css_first("#content") or tree.body
    assert root is not None
    walk(root)
    return re.sub(r"\n\s*\n+", "\n", "".join(out))


def test_browser_copies_of_skin_pages_give_their_banners_and_no_others() -> None:
    root = SHARED / "samples" / "html_skin"
    total = right = 0
    extra = []
    for line in (root / "expected.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        with lzma.open(root / row["file"], "rt", encoding="utf-8") as page:
            article = read_plaintext(browser_text(page.read()), title=row["title"])
        got = list(article.banners)
        for banner in (b for b in (*row["lead_banners"], *row["section_banners"]) if b["template"]):
            total += 1
            match = next((g for g in got if is_right(banner, g) and (g.date == iso(banner["date"]))), None)
            match = match or next((g for g in got if is_right(banner, g) and not banner["date"]), None)
            if match is not None:
                right += 1
                got.remove(match)
        extra.extend((row["title"], g.id, g.text[:60]) for g in got)
    assert total >= 90
    assert right / total >= 0.99
    assert extra == []
