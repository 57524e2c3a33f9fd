"""Figures of an article's references and links for models of tagged articles: kinds, dates, hosts, addresses."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, median

from analyzer.issues.signals.tagged.outline import Outline

_YEAR = re.compile(r"\b(?:1[89]\d\d|20[0-4]\d)\b")
_READ = re.compile(r"(?:Retrieved|[Aa]ccessed)[^.\n]{0,25}?\b(20[0-4]\d)\b")
_SHORT, _LONG = 7, 40
# What a reference of a kind has in its lower-cased text.
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "blog": ("blog", "wordpress", "tumblr"),
    "forum": ("forum", "thread", "message board"),
    "video": ("youtube", "video", "vimeo"),
    "wiki": ("wiki",),
    "document": ("(pdf)", ".pdf"),
    "title in quotation marks": ('"', "“"),
    "month": ("january", "february", "march", "april", "june", "july", "august", "september", "october", "november"),
    "ISBN": ("isbn",),
    "identifier": ("doi",),
    "publisher": ("press", "springer", "elsevier", "wiley", "academic"),
    "news": ("news", "times", "guardian", "bbc", "magazine", "daily"),
    "institute": ("university", "institute", "department", "nasa", "nist"),
    "read online": ("retrieved", "accessed"),
    "company": (" inc", " ltd", " corp", " llc", " gmbh", " co."),
    "site by name": (".com", ".net", ".org", ".co.uk", ".de"),
    "patent": ("patent",),
}
_COUNTED = ("blog", "forum", "video", "wiki", "news", "company", "site by name", "read online")
# What an address of a kind has in it.
_ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "secure": ("https:",),
    "book search": ("books.google",),
    "archive": ("archive.",),
    "home page": ("~",),
    "page": (".html", ".htm"),
    "document": (".pdf",),
    "query": ("?",),
    "blog": ("blog", "wordpress"),
    "learned": (".edu", ".ac."),
    "state": (".gov",),
    "organisation": (".org",),
    "commerce": (".com",),
    "network": (".net", ".info", ".biz"),
    "journal": ("doi.org", "ncbi", "jstor", "springer", "sciencedirect", "wiley", "adsabs", "arxiv"),
    "catalogue": ("worldcat",),
}
_COUNTED_ADDRESSES = ("commerce", "network", "organisation", "home page", "page", "blog", "learned")


def sources(outline: Outline) -> dict[str, float]:
    """Return figures of references, works without a marker, dates, hosts and addresses by name."""
    texts = [text.lower() for text in outline.references]
    links = outline.article.links
    cited = [link.url.lower() for link in links if link.place == "reference"]
    other = [link.url.lower() for link in links if link.place == "external"]
    return (
        _shares("references", _SIGNS, texts, _COUNTED)
        | _shares("addresses", _ADDRESSES, cited, _COUNTED_ADDRESSES)
        | _length(outline.references)
        | _dates(outline.references)
        | _works(outline)
        | _hosts(outline, cited)
        | {
            "other links to commerce": _counted(other, _ADDRESSES["commerce"]),
            "other links to learned sites": _counted(other, _ADDRESSES["learned"]),
            "other links to front pages": math.log1p(sum(_front(url) for url in other)),
        }
    )


def _shares(
    what: str, signs: Mapping[str, tuple[str, ...]], rows: Sequence[str], counted: Sequence[str]
) -> dict[str, float]:
    """Return for each kind the share of the rows that are of it, and of some kinds their number."""
    numbers = {kind: sum(any(sign in row for sign in wanted) for row in rows) for kind, wanted in signs.items()}
    shares = {f"share of {what} with: {kind}": number / (1 + len(rows)) for kind, number in numbers.items()}
    return shares | {f"{what} with: {kind}": math.log1p(numbers[kind]) for kind in counted}


def _counted(rows: Sequence[str], signs: tuple[str, ...]) -> float:
    return math.log1p(sum(any(sign in row for sign in signs) for row in rows))


def _front(url: str) -> bool:
    """Return whether an address is a site's front page."""
    return url.rstrip("/").count("/") == 2


def _length(texts: Sequence[str]) -> dict[str, float]:
    sizes = [len(text.split()) for text in texts]
    short = sum(size < _SHORT for size in sizes)
    return {
        "words a reference": mean(sizes) if sizes else 0.0,
        "short references": math.log1p(short),
        "share of short references": short / (1 + len(sizes)),
        "share of long references": sum(size > _LONG for size in sizes) / (1 + len(sizes)),
    }


def _dates(texts: Sequence[str]) -> dict[str, float]:
    found = [[int(year) for year in _YEAR.findall(text)] for text in texts]
    years = [year for row in found for year in row]
    read = [int(year) for text in texts for year in _READ.findall(text)]
    undated = sum(not row for row in found)
    each = 1 + len(years)
    return {
        "references without a year": math.log1p(undated),
        "share of references without a year": undated / (1 + len(texts)),
        "years of reading": math.log1p(len(read)),
        "latest year of reading": max(read, default=2004),
        "earliest year of reading": min(read, default=2019),
        "median year of reading": median(read) if read else 2008,
        "median year cited": median(years) if years else 1990,
        "earliest year cited": min(years, default=2000),
        "share of years since 2015": sum(year >= 2015 for year in years) / each,
        "share of years from 2005 to 2014": sum(2005 <= year < 2015 for year in years) / each,
        "share of years before 1980": sum(year < 1980 for year in years) / each,
        "years since 2015": math.log1p(sum(year >= 2015 for year in years)),
    }


def _works(outline: Outline) -> dict[str, float]:
    """Return figures of works that no marker points to, and of how often the others are cited."""
    article = outline.article
    pointed = {citation.label for citation in article.citations}
    general = [row for row in article.references if row.label is None or row.label not in pointed]
    uses = [row.uses or 0 for row in article.references if row.label in pointed]
    each = 1 + len(general)
    return {
        "works without a marker against markers": math.log1p(len(general)) - math.log1p(len(outline.markers)),
        "words a work without a marker": mean(len(row.text.split()) for row in general) if general else 0.0,
        "share of works without a marker with ISBN": sum("ISBN" in row.text for row in general) / each,
        "share of works without a marker with a link": sum(bool(row.urls) for row in general) / each,
        "most uses of a reference": math.log1p(max(uses, default=0)),
        "share of uses of the most used reference": max(uses, default=0) / (1 + sum(uses)),
        "share of references used again": sum(count > 1 for count in uses) / (1 + len(uses)),
    }


def _hosts(outline: Outline, cited: Sequence[str]) -> dict[str, float]:
    links = outline.article.links
    hosts = Counter(link.domain for link in links if link.place == "reference" and link.domain)
    once = sum(count == 1 for count in hosts.values())
    return {
        "share of the most cited site": max(hosts.values(), default=0) / (1 + hosts.total()),
        "sites cited once": math.log1p(once),
        "share of sites cited once": once / (1 + len(hosts)),
        "links in references": math.log1p(len(cited)),
        "letters an address": mean(map(len, cited)) if cited else 0.0,
        "slashes an address": mean(url.count("/") for url in cited) if cited else 0.0,
        "links in references to front pages": math.log1p(sum(map(_front, cited))),
    }
