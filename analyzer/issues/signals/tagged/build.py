"""An article's build as models of tagged articles see it: its prose without tags, and figures of it. Needs no parse.

Banners and inline tags are left out, so that a model cannot learn an editor's claim from the claim itself.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Sized
from functools import cache
from itertools import groupby
from statistics import mean, median, pstdev
from typing import NamedTuple

from analyzer.issues.evidence.view import BACK_MATTER
from analyzer.issues.signals.puffery import WORD_TABLES
from analyzer.lexicons import load_table
from analyzer.records import Article, Block

WORD = re.compile(r"[^\W\d_]{2,24}")
Figures = dict[str, float]
# A sentence without its markers, and whether it has one.
Sentence = tuple[str, bool]

# Addresses, and whatever stands in square brackets: editors' tags ("[unreliable source?]") give the label away.
_ASIDE = re.compile(r"https?://\S+|\[[^\[\]\n]{3,60}\]")
# Where a sentence ends, with the markers behind it; no parse is at hand when a model learns from a dump.
_END = re.compile(r"(?<=[.!?\]])\s+(?=[A-Z\"“(])")
_MARKER = re.compile(r"\[(?:\d{1,4}|[a-z]|[ivx]{1,5}|(?:note|nb|N|n|Note) ?\d{1,3})\]")
_MOST_TEXT = 400_000
_YEAR_IN_TEXT = re.compile(r"\b(?:19[5-9]|20[0-4])\d\b")
_YEAR_CITED = re.compile(r"\b(?:1[89]\d\d|20[0-4]\d)\b")
_YEAR_READ = re.compile(r"(?:Retrieved|[Aa]ccessed)[^.\n]{0,25}?\b(20[0-4]\d)\b")
_DIGITS = re.compile(r"[0-9]+")
_NAME = re.compile(r"[a-z,] [A-Z][a-z]")
_SIGNS = "=≤≥±∑∫√∂∞≈"
# "(Lund 1990)" and "Lund (1990)": works named in the text instead of by a marker.
_HARVARD = re.compile(
    r"\([A-Z][a-z]{1,30}[^()\n]{0,40}\b(?:1[89]|20)\d\d[a-z]?(?:[:,][^()\n]{0,20})?\)"
    r"|[A-Z][a-z]{1,30} \((?:1[89]|20)\d\d[a-z]?\)"
)
_WATCHED = ("weasel", "hedge", "peacock", "editorializing", "promotional", "loaded")


class ProseBlock(NamedTuple):
    """A block of prose: its text without tags, its words, and whether it is bare of reference markers."""

    block: Block
    text: str
    words: int
    bare: bool

    def sentences(self) -> list[Sentence]:
        """Return its sentences without their markers, and whether each has one; split by a rule, not a parse."""
        if self.bare:
            return [(row, False) for row in _END.split(self.text)]
        return [(_MARKER.sub(" ", row), _MARKER.search(row) is not None) for row in _END.split(self.text)]


class Prose:
    """The prose of an article without tags, block by block, and where its markers stand."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.markers = sorted(citation.start for citation in article.citations)
        tags = sorted((tag.start, tag.end) for tag in article.inline_tags)
        blocks = sorted((b for b in article.blocks if b.start < _MOST_TEXT), key=lambda b: b.start)
        texts = [_without(article.text, block, tags) for block in blocks]
        sizes = [len(text.split()) for text in texts]
        self.text = "\n".join(texts)
        self.words = sum(sizes)
        self.parts = [
            ProseBlock(block, text, size, not self.markers_in(block.start, block.end))
            for block, text, size in zip(blocks, texts, sizes, strict=True)
        ]
        self.sentences = [part.sentences() for part in self.parts]
        self.references = [" ".join(_ASIDE.sub(" ", row.text[:1000]).split()) for row in article.references]
        self._starts = [block.start for block in blocks]

    def markers_in(self, start: int, end: int) -> int:
        """Return the reference markers in a stretch; one just behind it counts."""
        return bisect_right(self.markers, end + 3) - bisect_left(self.markers, start)

    def marked(self, part: ProseBlock) -> int:
        """Return the reference markers of a part."""
        return self.markers_in(part.block.start, part.block.end)

    def within(self, start: int, end: int) -> list[ProseBlock]:
        """Return the parts that begin in a stretch."""
        return self.parts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def rate(self, count: float, most: float) -> float:
        """Return a count per 1,000 words (+200), at most ``most``."""
        return min(most, 1000 / (200 + self.words) * count)


def _without(text: str, block: Block, tags: list[tuple[int, int]]) -> str:
    """Return the text of a block, its inline tags cut out."""
    pieces, at = [], block.start
    for start, end in tags[bisect_left(tags, (block.start, 0)) : bisect_left(tags, (block.end, 0))]:
        pieces.append(text[at:start])
        at = max(at, end)
    pieces.append(text[at : block.end])
    return "".join(pieces)


def build(prose: Prose, words: Mapping[str, int]) -> Figures:
    """Return the figures of an article's build by name: parts, markers, references, links, wording.

    ``words`` counts those of its prose.
    """
    return (
        _paragraphs(prose)
        | _markers(prose)
        | _sentences(prose)
        | _lists(prose)
        | _sections(prose)
        | _references(prose)
        | _dates(prose.references)
        | _works(prose)
        | _links(prose)
        | _wording(prose, words)
        | _watched(prose, words)
    )


def _share(count: float, rows: Sized) -> float:
    """Return a count as a share of rows and one more, so that few rows give no large share."""
    return count / (1 + len(rows))


def _kept(prose: Prose, least: int) -> list[ProseBlock]:
    """Return the paragraphs of so many words or more."""
    return [part for part in prose.parts if part.block.kind == "paragraph" and part.words >= least]


def _paragraphs(prose: Prose) -> Figures:
    all_, long = _kept(prose, 15), _kept(prose, 20)
    sizes = [part.words for part in all_] or [0]
    bare, long_bare = ([part.words for part in rows if part.bare] for rows in (all_, long))
    later = all_[len(all_) // 2 :]
    return {
        "words": math.log1p(prose.words),
        "words a paragraph": _share(prose.words, long),
        "share of paragraphs without a marker": _share(len(long_bare), long),
        "paragraphs without a marker": math.log1p(len(long_bare)),
        "words without a marker": math.log1p(sum(long_bare)),
        "longest run without a marker": math.log1p(_longest_run(long)),
        "paragraphs": math.log1p(len(all_)),
        "spread of paragraph lengths": pstdev(sizes),
        "longest paragraph": math.log1p(max(sizes)),
        "share of short paragraphs": _share(sum(part.words < 30 for part in all_), all_),
        "median paragraph without a marker": median(bare) if bare else 0.0,
        "longest paragraph without a marker": math.log1p(max(bare, default=0)),
        "long paragraphs without a marker": math.log1p(sum(size > 80 for size in bare)),
        "share of words in paragraphs without a marker": sum(bare) / (1 + prose.words),
        "share of later paragraphs without a marker": _share(sum(part.bare for part in later), later),
    }


def _longest_run(paragraphs: Iterable[ProseBlock]) -> int:
    """Return the words of the longest run of paragraphs without a marker."""
    runs = (sum(part.words for part in run) for bare, run in groupby(paragraphs, lambda part: part.bare) if bare)
    return max(runs, default=0)


def _markers(prose: Prose) -> Figures:
    paragraphs = _kept(prose, 15)
    counts = [prose.marked(part) for part in paragraphs]
    marked = [count for count in counts if count]
    total = sum(marked)
    spread = math.exp(-sum(n / total * math.log(n / total) for n in marked)) if total else 0.0
    places = _places(prose)
    return {
        "markers": math.log1p(len(prose.markers)),
        "markers per 1,000 words": prose.rate(len(prose.markers), 60.0),
        "markers a reference": min(6.0, _share(len(prose.markers), prose.references)),
        "markers a marked paragraph": mean(marked) if marked else 0.0,
        "most markers in a paragraph": math.log1p(max(marked, default=0)),
        "paragraphs that share the markers": spread,
        "share of paragraphs that share the markers": _share(spread, paragraphs),
        "mean place of markers": mean(places) if places else 0.5,
        "place of the first marker": places[0] if places else 1.0,
        "place of the last marker": places[-1] if places else 0.0,
        "share of markers in the first third": _share(sum(at < 1 / 3 for at in places), places),
        "share of markers in the last third": _share(sum(at > 2 / 3 for at in places), places),
        "marker in the first paragraph": float(bool(counts and counts[0])),
    }


def _places(prose: Prose) -> list[float]:
    """Return how far into the words of the article the paragraph of each marker begins, from 0 to 1."""
    places: list[float] = []
    before = 0
    for part in prose.parts:
        places += [before / max(1, prose.words)] * (0 if part.bare else prose.marked(part))
        before += part.words
    return places


def _sentences(prose: Prose) -> Figures:
    paragraphs = [
        rows
        for part, rows in zip(prose.parts, prose.sentences, strict=True)
        if part.block.kind == "paragraph" and part.words >= 15
    ]
    rows = [row for found in paragraphs for row in found]
    marked = [mark for _, mark in rows]
    sizes = [len(text.split()) for text, _ in rows] or [0]
    ends = [found[-1][1] for found in paragraphs]
    inside = [any(mark for _, mark in found) and not found[-1][1] for found in paragraphs]
    runs = [sum(1 for _ in run) for mark, run in groupby(marked) if not mark]
    return {
        "sentences": math.log1p(len(rows)),
        "words a sentence by rule": mean(sizes),
        "spread of sentence lengths": pstdev(sizes),
        "share of sentences with a marker": _share(sum(marked), marked),
        "longest run of sentences without a marker": math.log1p(max(runs, default=0)),
        "share of paragraphs with a marker in the last sentence": _share(sum(ends), ends),
        "share of paragraphs with markers in earlier sentences only": _share(sum(inside), ends),
    }


def _lists(prose: Prose) -> Figures:
    lists = [part for part in prose.parts if part.block.kind == "list"]
    bare, words = sum(part.bare for part in lists), sum(part.words for part in lists)
    return {
        "lists": math.log1p(len(lists)),
        "share of lists": words / (1 + prose.words),
        "words in lists": math.log1p(words),
        "lists without a marker": math.log1p(bare),
        "share of lists without a marker": _share(bare, lists),
        "kinds of blocks": float(len({part.block.kind for part in prose.parts})),
    }


def _sections(prose: Prose) -> Figures:
    sections = prose.article.sections
    titles = [section.title.strip()[:200] for section in sections]
    first = sections[0].start if sections else len(prose.article.text)
    lead = [part for part in prose.parts if part.block.start < first]
    body = [prose.within(s.start, s.end) for s in sections if not BACK_MATTER.match(s.title.strip())]
    sizes = [sum(part.words for part in parts) for parts in body if all(part.bare for part in parts)]
    bare = [size for size in sizes if size > 30]
    return {
        "sections": math.log1p(len(sections)),
        "sections without a marker": math.log1p(len(bare)),
        "share of sections without a marker": _share(len(bare), body),
        "longest section without a marker": math.log1p(max(bare, default=0)),
        "share of words in sections without a marker": sum(bare) / (1 + prose.words),
        "markers in the lead": math.log1p(sum(map(prose.marked, lead))),
        "words in the lead": math.log1p(sum(part.words for part in lead)),
        "lower headings": math.log1p(sum(section.level > 2 for section in sections)),
        "words a heading": mean(len(title.split()) for title in titles) if titles else 0.0,
    } | {f"heading: {kind}": float(any(map(pattern.match, titles))) for kind, pattern in _headings().items()}


def _references(prose: Prose) -> Figures:
    """Return figures of the references' number, length and kinds, as written and in lower case."""
    texts = prose.references
    sizes = [len(text.split()) for text in texts]
    short = sum(size < 7 for size in sizes)
    kinds = {f"share of references: {kind}": _share(n, texts) for kind, n in _counts("reference", texts).items()}
    return (
        kinds
        | _shares("reference in lower case", "references", [text.lower() for text in texts])
        | {
            "references": math.log1p(len(texts)),
            "references per 1,000 words": prose.rate(len(texts), 60.0),
            "share of references with a link": _share(sum(bool(r.urls) for r in prose.article.references), texts),
            "length of references": _share(sum(map(len, texts)), texts),
            "words a reference": mean(sizes) if sizes else 0.0,
            "short references": math.log1p(short),
            "share of short references": _share(short, sizes),
            "share of long references": _share(sum(size > 40 for size in sizes), sizes),
        }
    )


@cache
def _signs(what: str) -> Mapping[str, tuple[str, ...]]:
    """Return what references, addresses, headings or prose of each kind have in them."""
    found: dict[str, list[str]] = {}
    for row in load_table("tagged_signs"):
        if row["of"] == what:
            found.setdefault(row["kind"], []).append(row["sign"])
    return {kind: tuple(signs) for kind, signs in found.items()}


@cache
def _headings() -> Mapping[str, re.Pattern[str]]:
    """Return the pattern of the headings of each kind."""
    return {kind: re.compile("|".join(signs), re.I) for kind, signs in _signs("heading").items()}


@cache
def _numbered(what: str) -> frozenset[str]:
    """Return the kinds that are counted beside their share."""
    return frozenset(row["kind"] for row in load_table("tagged_signs") if row["of"] == what and row["numbered"])


def _counts(what: str, rows: Sequence[str]) -> dict[str, int]:
    """Return how many rows are of each kind."""
    return {kind: sum(any(sign in row for sign in signs) for row in rows) for kind, signs in _signs(what).items()}


def _shares(what: str, named: str, rows: Sequence[str]) -> Figures:
    """Return for each kind the share of the rows that are of it, and of some kinds their number."""
    counts = _counts(what, rows)
    shares = {f"share of {named} with: {kind}": _share(count, rows) for kind, count in counts.items()}
    return shares | {f"{named} with: {kind}": math.log1p(counts[kind]) for kind in _numbered(what)}


def _dates(texts: Sequence[str]) -> Figures:
    found = [[int(year) for year in _YEAR_CITED.findall(text)] for text in texts]
    years = [year for row in found for year in row]
    recent = [int(year) for text in texts for year in _YEAR_IN_TEXT.findall(text)]
    read = [int(year) for text in texts for year in _YEAR_READ.findall(text)]
    undated = sum(not row for row in found)
    return {
        "latest year cited": max(recent, default=1990),
        "share of years since 2010": _share(sum(year >= 2010 for year in recent), recent),
        "references without a year": math.log1p(undated),
        "share of references without a year": _share(undated, texts),
        "years of reading": math.log1p(len(read)),
        "latest year of reading": max(read, default=2004),
        "earliest year of reading": min(read, default=2019),
        "median year of reading": median(read) if read else 2008,
        "median year cited": median(years) if years else 1990,
        "earliest year cited": min(years, default=2000),
        "share of years since 2015": _share(sum(year >= 2015 for year in years), years),
        "share of years from 2005 to 2014": _share(sum(2005 <= year < 2015 for year in years), years),
        "share of years before 1980": _share(sum(year < 1980 for year in years), years),
        "years since 2015": math.log1p(sum(year >= 2015 for year in years)),
    }


def _works(prose: Prose) -> Figures:
    """Return figures of works that no marker points to, and of how often the others are cited."""
    article = prose.article
    pointed = {citation.label for citation in article.citations}
    general = [row for row in article.references if row.label is None or row.label not in pointed]
    uses = [row.uses or 0 for row in article.references if row.label in pointed]
    return {
        "works without a marker": math.log1p(len(general)),
        "share of works without a marker": _share(len(general), article.references),
        "works without a marker against markers": math.log1p(len(general)) - math.log1p(len(prose.markers)),
        "words a work without a marker": mean(len(row.text.split()) for row in general) if general else 0.0,
        "share of works without a marker with ISBN": _share(sum("ISBN" in row.text for row in general), general),
        "share of works without a marker with a link": _share(sum(bool(row.urls) for row in general), general),
        "most uses of a reference": math.log1p(max(uses, default=0)),
        "share of uses of the most used reference": max(uses, default=0) / (1 + sum(uses)),
        "share of references used again": _share(sum(count > 1 for count in uses), uses),
    }


def _links(prose: Prose) -> Figures:
    links = prose.article.links
    hosts = [link.domain for link in links if link.place == "reference"]
    sites = Counter(filter(None, hosts))
    once = sum(count == 1 for count in sites.values())
    cited, other = ([link.url.lower() for link in links if link.place == place] for place in ("reference", "external"))
    commercial = [host for host in hosts if host.endswith((".com", ".net", ".info", ".biz"))]
    learned = sum(any(sign in host for sign in (".edu", ".ac.", ".gov")) for host in hosts)
    others = _counts("address", other)
    return _shares("address", "addresses", cited) | {
        "sites": math.log1p(len(set(hosts))),
        "commercial sites": math.log1p(len(set(commercial))),
        "share of commercial sites": _share(len(commercial), hosts),
        "share of learned sites": _share(learned, hosts),
        "share of the most cited site": max(sites.values(), default=0) / (1 + sites.total()),
        "sites cited once": math.log1p(once),
        "share of sites cited once": _share(once, sites),
        "links in references": math.log1p(len(cited)),
        "letters an address": mean(map(len, cited)) if cited else 0.0,
        "slashes an address": mean(url.count("/") for url in cited) if cited else 0.0,
        "links in references to front pages": math.log1p(sum(map(_front, cited))),
        "external links": math.log1p(len(other)),
        "links in the prose": math.log1p(sum(link.place == "body" for link in links)),
        "other links to commerce": math.log1p(others["commerce"]),
        "other links to learned sites": math.log1p(others["learned"]),
        "other links to front pages": math.log1p(sum(map(_front, other))),
    }


def _front(url: str) -> bool:
    """Return whether an address is a site's front page."""
    return url.rstrip("/").count("/") == 2


def _wording(prose: Prose, words: Mapping[str, int]) -> Figures:
    text, total = prose.text, 1 + sum(words.values())
    general, reader = (sum(words.get(word, 0) for word in _signs("prose")[kind]) for kind in ("generality", "reader"))
    return {
        "formulas": prose.rate(text.count("{math}") + sum(map(text.count, _SIGNS)), 40.0),
        "formulas in all": math.log1p(text.count("{math}")),
        "figures": len(_DIGITS.findall(text)) / (1 + prose.words),
        "years": prose.rate(len(_YEAR_IN_TEXT.findall(text)), 60.0),
        "names": prose.rate(len(_NAME.findall(text)), 200.0),
        "works named in the text": prose.rate(len(_HARVARD.findall(text)), 60.0),
        "examples and generalities": prose.rate(general, 40.0),
        "reader addressed": prose.rate(reader, 40.0),
        "brackets": prose.rate(text.count("("), 60.0),
        "quotation marks": prose.rate(text.count('"') + text.count("“"), 60.0),
        "colons": prose.rate(text.count(":"), 60.0),
        "characters a word": len(text) / (1 + prose.words),
        "words a sentence": prose.words / (1 + text.count(". ") + text.count(".\n") + text.count(".[")),
        "letters a word": sum(len(word) * count for word, count in words.items()) / total,
        "share of long words": sum(count for word, count in words.items() if len(word) > 9) / total,
    }


def _watched(prose: Prose, words: Mapping[str, int]) -> Figures:
    """Return how many words to watch there are of each kind: single words, whatever their context."""
    counts = dict.fromkeys(_WATCHED, 0)
    kinds = _kinds()
    for word in words.keys() & kinds.keys():
        for kind in kinds[word]:
            counts[kind] += words[word]
    rates = {f"{kind} words per 1,000 words": prose.rate(count, 60.0) for kind, count in counts.items()}
    return rates | {f"{kind} words": math.log1p(count) for kind, count in counts.items()}


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Return for each single word of the lists the kinds of words to watch that it is of."""
    found: dict[str, set[str]] = {}
    for table in WORD_TABLES:
        for row in load_table(table):
            if row["kind"] in _WATCHED and WORD.fullmatch(row["term"]):
                found.setdefault(row["term"], set()).add(row["kind"])
    return {word: frozenset(kinds) for word, kinds in found.items()}
