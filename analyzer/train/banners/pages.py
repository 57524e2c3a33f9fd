"""Where tagged articles come from: a dump, read twice as a stream, or a folder of articles with their banners as rows.

The first reading only looks at each page's templates, categories, length and date; the second reads the articles that
were chosen. Neither keeps more than one page at a time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from analyzer.errors import UnreadableInput
from analyzer.readers.banners import table as banner_table
from analyzer.readers.collections.dump import Page, read_pages
from analyzer.readers.collections.stream import Account
from analyzer.readers.wikitext.reader import disambiguates, read_wikitext, redirects
from analyzer.records import Article
from analyzer.train.core.recipe import read_jsonl

Row = dict[str, Any]
_TEMPLATE = re.compile(r"\{\{\s*([^{}|\n<>\[\]]{2,60}?)\s*[|}]")
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.S)
_CATEGORY = re.compile(r"\[\[\s*Category\s*:\s*([^\]|\n]{2,120})", re.I)
_TOPIC = re.compile(r"[a-z]{4,}")
_LONGEST_PAGE = 400_000
# Inline tags that stand on a large share of all articles: such a page is neither a positive nor a clean negative.
_EVERYWHERE = frozenset({"sourcing.unreferenced", "sourcing.citations-needed"})
CITATIONS = "sourcing.citations-needed"
# Families of banners as the issue whose model learns from them; a page without references lacks citations, too.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "unreferenced": (CITATIONS,),
    "footnotes": ("sourcing.footnotes",),
    "weasel": ("language.weasel",),
    "unreliable-sources": ("sourcing.unreliable",),
    "self-published": ("sourcing.self-published",),
    "one-source": ("sourcing.one-source",),
    "primary-sources": ("sourcing.primary",),
    "third-party": ("sourcing.third-party",),
    "advert": ("promotion.advert",),
    "peacock": ("promotion.peacock",),
    "paid": ("paid.undisclosed",),
    "coi": ("paid.coi",),
    "pov": ("balance.pov",),
    "quotation": ("quotation.over-quotation",),
    "citation-spam": ("spam.citation-spam",),
    "external-links": ("spam.external-links",),
}


class Seen(NamedTuple):
    """What is known of a page before it is read: what it is tagged for, and what it is matched by.

    ``doubtful`` are issues for which it is neither a positive nor a negative; ``date`` begins with a year, or is "".
    ``tags`` are the families of a labelled row's inline tags, one a tag; of a dump's page there are none.
    """

    key: str
    issues: frozenset[str]
    doubtful: frozenset[str]
    length: int
    topics: frozenset[str]
    date: str
    tags: tuple[str, ...] = ()


class Pages(Protocol):
    """A source of tagged articles."""

    def scan(self) -> Iterator[Seen]:
        """Yield what is known of every article."""

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these keys."""


class Dump:
    """A dump of a wiki, in one file or several; a page with a banner of the issue among its templates is tagged."""

    def __init__(self, *files: Path) -> None:
        self.files = files

    def scan(self) -> Iterator[Seen]:
        """Yield what is known of every article of the dump."""
        return (seen(page.title, page.text or "", page.timestamp or "") for page in self._pages())

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these titles, as the reader of wikitext makes them."""
        wanted = frozenset(keys)
        for page in self._pages():
            if page.title in wanted:
                yield page.title, read_wikitext(page.text or "", title=page.title, id=page.id, format="dump")

    def _pages(self) -> Iterator[Page]:
        for file in self.files:
            for page in read_pages(file, account=Account()):
                text = page.text or ""
                told = page.namespace == "0" and page.model == "wikitext" and not page.redirect
                if told and 0 < len(text) <= _LONGEST_PAGE and not (redirects(text) or disambiguates(text)):
                    yield page


class Corpus:
    """Files of JSON Lines: rows with ``wikitext``, or rows of wiki_banners (labels beside the text)."""

    def __init__(self, *files: Path) -> None:
        self.files = files

    def scan(self) -> Iterator[Seen]:
        """Yield what is known of every row."""
        for key, row in self._rows():
            if "labels" in row and "text" in row:
                yield labelled(key, row)
            else:
                yield seen(key, row["wikitext"], str(row.get("timestamp") or row.get("date") or ""))

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these keys; of a labelled row without its tags."""
        wanted = frozenset(keys)
        for key, row in self._rows():
            if key in wanted:
                yield key, article_of(row)

    def _rows(self) -> Iterator[tuple[str, Row]]:
        for file in self.files:
            for number, row in enumerate(read_jsonl(file), 1):
                if not isinstance(row.get("wikitext"), str) and not ("labels" in row and "text" in row):
                    raise UnreadableInput(
                        f"{file}:{number}: met a row with {', '.join(sorted(row))[:200]}; expected `wikitext`, or "
                        "`labels` and `text` as in wiki_banners."
                    )
                yield f"{row.get('title') or row.get('id') or f'row {number}'}", row


class Rows:
    """Rows of wiki_banners that are in memory already."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = {row["title"]: row for row in rows}

    def scan(self) -> Iterator[Seen]:
        """Yield what is known of every row."""
        return (labelled(key, row) for key, row in self._rows.items())

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these titles."""
        wanted = frozenset(keys)
        return ((key, article_of(row)) for key, row in self._rows.items() if key in wanted)


def pages(path: Path) -> Dump | Corpus:
    """Return the source that a path names: JSON Lines of articles, or a dump; a folder is read file by file."""
    if not path.exists():
        raise UnreadableInput(
            f"{path}: not there; expected a dump (.xml, .xml.bz2) or JSON Lines, or a folder of them."
        )
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    rows = [file for file in files if file.name.endswith((".jsonl", ".jsonl.xz"))]
    if rows:
        return Corpus(*rows)
    dumps = [file for file in files if ".xml" in file.suffixes[-2:]] if path.is_dir() else files
    if not dumps:
        raise UnreadableInput(
            f"{path}: met a folder of {len(files)} files, none of them a dump (.xml, .xml.bz2, .xml.gz, .xml.xz) or "
            "JSON Lines (.jsonl, .jsonl.xz); give the folder or the file that holds the articles."
        )
    return Dump(*dumps)


def seen(key: str, wikitext: str, date: str) -> Seen:
    """Return what a page's wikitext tells at a glance: its banner templates, categories and length."""
    text = _COMMENT.sub("", wikitext)
    issues: set[str] = set()
    doubtful: set[str] = set()
    for name in {match[1] for match in _TEMPLATE.finditer(text)}:
        claimed, tag = _claims(name)
        if tag:
            doubtful |= claimed & _EVERYWHERE
            claimed -= _EVERYWHERE
        issues |= claimed
    return Seen(key, *_settled(issues, doubtful), len(text), _topics(_CATEGORY.findall(text)), _dated(date))


def labelled(key: str, row: Row) -> Seen:
    """Return what a row of wiki_banners tells: families labelled, and those known from a hidden category only."""
    issues: set[str] = set()
    doubtful: set[str] = set()
    for family, level in row["labels"].items():
        common = level == "inline" and FAMILIES.get(family) == (CITATIONS,)
        (doubtful if common else issues).update(FAMILIES.get(family, ()))
    for family in row.get("labels_unplaced", ()):
        doubtful.update(FAMILIES.get(family, ()))
    date = str(row.get("retrieved") or "")
    tags = tuple(str(tag["family"]) for tag in row.get("inline_tags", ()))
    topics = _topics(row.get("categories", ()))
    return Seen(key, *_settled(issues, doubtful), len(row["text"]), topics, _dated(date), tags)


def article_of(row: Row) -> Article:
    """Return the article of a row; of a labelled one without its banners and inline tags."""
    from analyzer.train.evaluate.banners import wikitext

    text = row["wikitext"] if isinstance(row.get("wikitext"), str) else wikitext(row)
    title = row.get("title")
    return read_wikitext(text, title=title, id=str(row.get("id") or title or ""))


def _settled(issues: set[str], doubtful: set[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return issues and doubtful ones; a page without references lacks citations."""
    if "sourcing.unreferenced" in issues:
        issues.add(CITATIONS)
    if doubtful & _EVERYWHERE:
        doubtful |= _EVERYWHERE
    return frozenset(issues), frozenset(doubtful - issues)


@cache
def _claims(name: str) -> tuple[frozenset[str], bool]:
    """Return the issues that a template claims, and whether it is an inline tag."""
    banner = banner_table.by_template(name)
    if banner is not None:
        return frozenset(banner.issues), False
    tag = banner_table.tag_by_template(name)
    return frozenset(tag.issues if tag is not None else ()), tag is not None


def _dated(date: str) -> str:
    """Return a date that begins with a year, else nothing."""
    return date[:10] if date[:4].isdigit() and len(date) >= 4 else ""


def _topics(categories: Collection[str]) -> frozenset[str]:
    """Return the words of the categories, by which articles on like topics are found."""
    return frozenset(word.removesuffix("s") for name in categories for word in _TOPIC.findall(name.lower()))
