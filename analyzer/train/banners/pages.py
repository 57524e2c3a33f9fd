"""Which articles a model of tagged articles learns from: those with the banner, and untagged ones that resemble them.

They come from a dump, read twice as a stream, or from rows with their banners: the first reading only looks at each
page's templates, categories, length and date, the second reads the articles that were chosen; neither keeps more than
one page at a time. An untagged article resembles a tagged one by the words of its categories, its length and its date,
so that the model does not learn which topics editors tag. Choices depend on the pages alone, not on their order.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from analyzer.errors import UnreadableInput
from analyzer.issues import SCORERS
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
# Fewer positives than this teach nothing that could be measured; below some fifty the figures are rough.
FEWEST = 10
_POOL = 40_000
_LOOKED_AT = 300
# Families of banners as the issue whose model learns from them: a page without references lacks citations, too, and
# what is tagged for its tone teaches no model.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    scorer.banner_family: (scorer.issue,) for scorer in SCORERS if scorer.banner_family
} | {"unreferenced": (CITATIONS,), "tone": ()}


class PageFacts(NamedTuple):
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

    def scan(self) -> Iterator[PageFacts]:
        """Yield what is known of every article."""

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these keys."""


class Dump:
    """A dump of a wiki, in one file or several; a page with a banner of the issue among its templates is tagged."""

    def __init__(self, *files: Path) -> None:
        self.files = files

    def scan(self) -> Iterator[PageFacts]:
        """Yield what is known of every article of the dump."""
        return (facts_of_wikitext(page.title, page.text or "", page.timestamp or "") for page in self._pages())

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


class Rows:
    """Articles as rows: with ``wikitext``, or as in wiki_banners (labels beside the text); ``rows`` is read anew."""

    def __init__(self, rows: Callable[[], Iterable[tuple[str, Row]]]) -> None:
        self._rows = rows

    def scan(self) -> Iterator[PageFacts]:
        """Yield what is known of every row."""
        for key, row in self._rows():
            if "labels" in row and "text" in row:
                yield facts_of_row(key, row)
            else:
                yield facts_of_wikitext(key, row["wikitext"], str(row.get("timestamp") or row.get("date") or ""))

    def read(self, keys: Collection[str]) -> Iterator[tuple[str, Article]]:
        """Yield the articles with these keys; of a labelled row without its tags."""
        wanted = frozenset(keys)
        return ((key, article_of(row)) for key, row in self._rows() if key in wanted)


def _rows_of(files: Sequence[Path]) -> Iterator[tuple[str, Row]]:
    """Yield the rows of files of JSON Lines, each with its key."""
    for file in files:
        for number, row in enumerate(read_jsonl(file), 1):
            if not isinstance(row.get("wikitext"), str) and not ("labels" in row and "text" in row):
                raise UnreadableInput(
                    f"{file}:{number}: met a row with {', '.join(sorted(row))[:200]}; expected `wikitext`, or "
                    "`labels` and `text` as in wiki_banners."
                )
            yield f"{row.get('title') or row.get('id') or f'row {number}'}", row


def pages(path: Path) -> Dump | Rows:
    """Return the source that a path names: JSON Lines of articles, or a dump; a folder is read file by file."""
    if not path.exists():
        raise UnreadableInput(
            f"{path}: not there; expected a dump (.xml, .xml.bz2) or JSON Lines, or a folder of them."
        )
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    rows = [file for file in files if file.name.endswith((".jsonl", ".jsonl.xz"))]
    if rows:
        return Rows(lambda: _rows_of(rows))
    dumps = [file for file in files if ".xml" in file.suffixes[-2:]] if path.is_dir() else files
    if not dumps:
        raise UnreadableInput(
            f"{path}: met a folder of {len(files)} files, none of them a dump (.xml, .xml.bz2, .xml.gz, .xml.xz) or "
            "JSON Lines (.jsonl, .jsonl.xz); give the folder or the file that holds the articles."
        )
    return Dump(*dumps)


def facts_of_wikitext(key: str, wikitext: str, date: str) -> PageFacts:
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
    return PageFacts(key, *_settled(issues, doubtful), len(text), _topics(_CATEGORY.findall(text)), _dated(date))


def facts_of_row(key: str, row: Row) -> PageFacts:
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
    return PageFacts(key, *_settled(issues, doubtful), len(row["text"]), topics, _dated(date), tags)


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
        return frozenset(scorer.issue for scorer in SCORERS if banner.id in scorer.banners), False
    tag = banner_table.tag_by_template(name)
    return frozenset(tag.issues if tag is not None else ()), tag is not None


def _dated(date: str) -> str:
    """Return a date that begins with a year, else nothing."""
    return date[:10] if date[:4].isdigit() and len(date) >= 4 else ""


def _topics(categories: Collection[str]) -> frozenset[str]:
    """Return the words of the categories, by which articles on like topics are found."""
    return frozenset(word.removesuffix("s") for name in categories for word in _TOPIC.findall(name.lower()))


@dataclass(frozen=True)
class Chosen:
    """The articles of one issue; ``pairs`` gives each positive with the untagged article most like it."""

    issue: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass
class Choice:
    """What came of looking through the pages."""

    chosen: list[Chosen] = field(default_factory=list)
    too_few: dict[str, int] = field(default_factory=dict)
    pages: int = 0
    untagged: int = 0

    def keys(self) -> frozenset[str]:
        """Return the keys of all articles that are to be read."""
        return frozenset(key for one in self.chosen for key in (*one.positives, *one.negatives))


class _Sample:
    """A sample of at most ``most`` pages that depends on their keys alone: those with the smallest hashes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self._heap: list[tuple[int, str, PageFacts]] = []

    def add(self, page: PageFacts) -> None:
        self.count += 1
        item = (-_hash(page.key), page.key, page)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, item)
        elif item > self._heap[0]:
            heapq.heapreplace(self._heap, item)

    def pages(self) -> list[PageFacts]:
        return [page for _, _, page in sorted(self._heap, reverse=True)]


def choose(
    scanned: Iterable[PageFacts], issues: Sequence[str], *, most: int = 400, ratio: int = 3, fewest: int = FEWEST
) -> Choice:
    """Return for each issue at most ``most`` tagged articles with ``ratio`` untagged ones each."""
    tagged = {issue: _Sample(most) for issue in issues}
    clean = _Sample(_POOL)
    choice = Choice()
    for page in scanned:
        choice.pages += 1
        for issue in page.issues & tagged.keys():
            tagged[issue].add(page)
        if not page.issues and not page.doubtful:
            clean.add(page)
    pool = Pool(clean.pages())
    choice.untagged = clean.count
    for issue in issues:
        positives = tagged[issue].pages()
        if len(positives) < fewest or not pool.pages:
            choice.too_few[issue] = len(positives)
            continue
        matches = [pool.nearest(page, ratio) for page in positives]
        pairs = tuple((page.key, found[0].key) for page, found in zip(positives, matches, strict=True) if found)
        negatives = dict.fromkeys(page.key for found in matches for page in found)
        choice.chosen.append(Chosen(issue, tuple(page.key for page in positives), tuple(negatives), pairs))
    return choice


class Pool:
    """Untagged articles, found by the words of their categories."""

    def __init__(self, pages: Sequence[PageFacts]) -> None:
        self.pages = pages
        self._by_topic: dict[str, list[int]] = defaultdict(list)
        for at, page in enumerate(pages):
            for topic in page.topics:
                self._by_topic[topic].append(at)
        self._by_length = sorted(range(len(pages)), key=lambda at: (pages[at].length, pages[at].key))

    def nearest(self, page: PageFacts, count: int) -> list[PageFacts]:
        """Return the ``count`` articles most like a page: shared topics first, then length, then date."""
        near = sorted(self._candidates(page), key=lambda at: (self._distance(page, self.pages[at]), self.pages[at].key))
        return [self.pages[at] for at in near[:count]]

    def _candidates(self, page: PageFacts) -> set[int]:
        """Return articles of like topics, the rarest topics first, and those of like length."""
        found: set[int] = set()
        for topic in sorted(page.topics, key=lambda t: (len(self._by_topic.get(t, ())), t)):
            found.update(self._by_topic.get(topic, ())[:_LOOKED_AT])
            if len(found) >= _LOOKED_AT:
                break
        at = bisect_left(self._by_length, page.length, key=lambda at: self.pages[at].length)
        return found | set(self._by_length[max(0, at - 20) : at + 20])

    @staticmethod
    def _distance(page: PageFacts, other: PageFacts) -> float:
        shared = len(page.topics & other.topics) / (1 + math.sqrt(len(page.topics) * len(other.topics)))
        length = abs(math.log1p(page.length) - math.log1p(other.length))
        dated = bool(page.date and other.date)
        years = abs(int(page.date[:4]) - int(other.date[:4])) if dated else 0
        return round(length + 0.1 * years - 2 * shared, 6)


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big")
