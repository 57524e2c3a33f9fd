"""Real pages, from the samples that lie beside the repository: what each reader must find in them.

``fixtures/samples.jsonl`` holds banners, number of markers, section titles and the opening words of 40 samples, checked
against the pages: marker counts by counting ``<ref`` and ``class="reference"`` (less those in infoboxes and tables),
banners of HTML pages against the class names, the rest by reading.
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analyzer.readers.banners.table import month_of
from analyzer.readers.collections.dump import read_dump, read_pages
from analyzer.readers.collections.enterprise import article_of, read_enterprise
from analyzer.readers.collections.stream import Account
from analyzer.readers.html.reader import read_html
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Article

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
DUMP = SAMPLES / "dump" / "enwiki_2016_half_a.xml.bz2"
TABLE = [json.loads(line) for line in (FIXTURES / "samples.jsonl").read_text("utf-8").splitlines()]

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="no ../shared/samples beside the repository"),
]


@cache
def _dump() -> dict[str, Article]:
    return {article.title: article for article in read_dump(DUMP)}


@cache
def _enterprise() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / "enterprise" / "articles.ndjson").read_text("utf-8").splitlines()]


def _article(sample: str) -> Article:
    name, _, part = sample.partition("#")
    path = SAMPLES / name
    if name.startswith("dump/"):
        return _dump()[part]
    if name.startswith("enterprise/"):
        return read_html(_enterprise()[int(part)]["article_body"]["html"])
    data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    text = data.decode("utf-8")
    return read_wikitext(text) if path.suffix == ".wikitext" else read_html(text)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["sample"])
def test_a_real_page_gives_its_banners_markers_sections_and_opening(row: dict[str, Any]) -> None:
    article = _article(row["sample"])
    titles = [section.title for section in article.sections]
    first = article.blocks[0]
    assert article.title == row["title"]
    assert [[b.id, b.date, b.scope, b.section] for b in article.banners] == row["banners"]
    assert len(article.citations) == row["citations"]
    assert (len(titles), titles[:4]) == (row["sections"], row["first_sections"])
    assert titles[-1:] == ([] if row["last_section"] is None else [row["last_section"]])
    assert article.text[first.start : first.end].startswith(row["opening"])


def test_the_table_has_enough_samples() -> None:
    assert len(TABLE) >= 30


def test_every_page_of_the_samples_is_read_and_none_raises() -> None:
    read = 0
    for path in sorted((SAMPLES / "html_skin").glob("*.html.xz")):
        article = read_html(lzma.decompress(path.read_bytes()).decode("utf-8"))
        read += bool(article.blocks and article.title and article.sections)
    assert read == 48
    account = Account()
    assert sum(1 for _ in read_dump(DUMP, account=account)) == 45
    assert (account.pages, account.read) == (103, 45)
    assert dict(account.skipped) == {"redirect": 54, "disambiguation": 4}
    account = Account()
    assert len(list(read_enterprise(SAMPLES / "enterprise" / "articles.ndjson", account=account))) == 2
    assert account.skipped["disambiguation"] == 1
    (structured,) = read_enterprise(SAMPLES / "enterprise" / "structured_contents_sections.json")
    assert len(structured.blocks) > 100


def test_banners_and_dates_of_the_skin_pages_are_those_of_their_classes() -> None:
    right = dates = expected = 0
    extra = []
    for line in (SAMPLES / "html_skin" / "expected.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        page = lzma.decompress((SAMPLES / "html_skin" / row["file"]).read_bytes()).decode("utf-8")
        found = [(b.id, b.section, b.date) for b in read_html(page).banners]
        wanted = [
            (b["id"], b.get("section"), month_of(b["date"] or "")) for b in row["lead_banners"] + row["section_banners"]
        ]
        unnamed = [(section, date) for banner_id, section, date in wanted if banner_id is None]
        for banner_id, section, date in wanted:
            if banner_id is None:
                continue
            expected += 1
            same = next((b for b in found if b[:2] == (banner_id, section) and b[2] == date), None)
            same = same or next((b for b in found if b[:2] == (banner_id, section)), None)
            if same is not None:
                right += 1
                dates += same[2] == date
                found.remove(same)
        extra += [b for b in found if (b[1], b[2]) not in unnamed]
    assert expected == 93
    assert right / expected >= 0.99
    assert dates / expected >= 0.98
    assert len(extra) <= 0.01 * expected


def test_footnotes_of_the_skin_pages_are_all_found() -> None:
    for line in (SAMPLES / "html_skin" / "expected.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        page = lzma.decompress((SAMPLES / "html_skin" / row["file"]).read_bytes()).decode("utf-8")
        assert sum(r.label is not None for r in read_html(page).references) == row["references"], row["file"]


def test_the_html_and_the_wikitext_of_a_snapshot_agree() -> None:
    body = _enterprise()[1]["article_body"]
    source, shown = read_wikitext(body["wikitext"], title="Squirrel"), read_html(body["html"], title="Squirrel")
    assert [(b.id, b.date, b.scope, b.section) for b in source.banners] == [
        (b.id, b.date, b.scope, b.section) for b in shown.banners
    ]
    assert [c.label for c in source.citations] == [c.label for c in shown.citations]
    assert [s.title for s in source.sections] == [s.title for s in shown.sections]
    assert len(source.references) == len(shown.references)
    same = {source.text[b.start : b.end] for b in source.blocks} & {shown.text[b.start : b.end] for b in shown.blocks}
    assert len(same) / len(shown.blocks) > 0.9  # the rest hold sums of {{convert}} or sounds of {{IPAc-en}}
    assert article_of(_enterprise()[1]) is not None


def test_mwparserfromhell_finds_the_same_templates_and_links() -> None:
    """The reader's own tokens are held against a parser of another hand, on every article of the sample dump."""
    mwparserfromhell = pytest.importorskip("mwparserfromhell")
    from analyzer.readers.wikitext import reader as module
    from analyzer.readers.wikitext.expand import Expander
    from analyzer.readers.wikitext.templates import resolve

    ours_total = theirs_total = shared = 0
    for page in list(read_pages(DUMP, account=Account()))[:60]:
        if page.redirect or not page.text:
            continue
        names: list[str] = []

        def record(expander: Expander, parts: list[str], names: list[str] = names) -> str:
            names.append(parts[0].strip().lower())
            return resolve(expander, parts)

        Expander(record, module._link, module._tag, title=page.title).expand(page.text)
        ours = [
            name for name in names if name and "\ufdd0" not in name and not name.startswith("#") and ":" not in name
        ]
        tree = mwparserfromhell.parse(page.text, skip_style_tags=True)
        theirs = [str(t.name.strip_code()).strip().lower() for t in tree.filter_templates()]
        theirs = [name for name in theirs if name and not name.startswith("#") and ":" not in name]
        ours_total += len(ours)
        theirs_total += len(theirs)
        left = list(theirs)
        for name in ours:
            if name in left:
                left.remove(name)
                shared += 1
    assert theirs_total > 1500
    assert shared / theirs_total > 0.99
    assert shared / ours_total > 0.99


def test_the_words_of_a_banner_tell_the_same_as_its_class() -> None:
    """Two readers of different make: the HTML reader goes by class names, the text reader by the wording."""
    from analyzer.readers.banners.detect import find_banners

    same = total = 0
    for path in sorted((SAMPLES / "html_skin").glob("*.html.xz")):
        for banner in read_html(lzma.decompress(path.read_bytes()).decode("utf-8")).banners:
            told = find_banners(banner.text)
            total += 1
            same += bool(told) and (told[0].issue, told[0].scope, told[0].date) == (
                banner.issue,
                banner.scope,
                banner.date,
            )
    assert total >= 93
    assert same / total > 0.97
