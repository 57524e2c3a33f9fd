"""What a model of tagged articles looks at besides words: the article's build, figure by figure. Needs no parse."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from analyzer.issues.signals.tagged.layout import layout
from analyzer.issues.signals.tagged.outline import Outline, Part
from analyzer.issues.signals.tagged.references import sources
from analyzer.issues.signals.tagged.words import WORD
from analyzer.lexicons import load_table

_YEAR = re.compile(r"\b(?:19[5-9]|20[0-4])\d\b")
_TIERS = re.compile(r"^(references|notes|external links|see also|further reading|bibliography|sources)$", re.I)
_DIGITS = re.compile(r"[0-9]+")
_NAME = re.compile(r"[a-z,] [A-Z][a-z]")
_SIGNS = "=≤≥±∑∫√∂∞≈"
_GENERAL = ("example", "such", "usually", "often", "typically", "generally", "commonly")
_READER = ("you", "your", "we", "our", "us")
_COMMERCIAL = (".com", ".net", ".info", ".biz")
# What a reference of a kind has in its text.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "book": ("ISBN", "Press"),
    "journal": ("doi", "ISSN", "Journal", "et al"),
    "medical": ("PMID", "PMC"),
    "retrieved": ("Retrieved", "Accessed"),
    "archived": ("Archived",),
    "paged": (" pp. ", " p. ", "pp.\xa0", "p.\xa0"),
}
_TABLES = ("words_own", "words_manual_of_style", "words_hedges", "words_linters")
_WATCHED = ("weasel", "hedge", "peacock", "editorializing", "promotional", "loaded")


def build(outline: Outline, prose: Mapping[str, int]) -> dict[str, float]:
    """Return the figures of an article's build by name: length, sections, markers, references, links, wording.

    ``prose`` counts its words, as :func:`words` does.
    """
    return (
        _length(outline)
        | _sections(outline)
        | _references(outline)
        | _wording(outline, prose)
        | _watched(outline, prose)
        | layout(outline, prose)
        | sources(outline)
    )


def _watched(outline: Outline, prose: Mapping[str, int]) -> dict[str, float]:
    """Return how many words to watch there are of each kind: single words, whatever their context."""
    counts = dict.fromkeys(_WATCHED, 0)
    kinds = _kinds()
    for word in prose.keys() & kinds.keys():
        for kind in kinds[word]:
            counts[kind] += prose[word]
    each = 1000 / (200 + outline.words)
    rates = {f"{kind} words per 1,000 words": min(60.0, each * count) for kind, count in counts.items()}
    return rates | {f"{kind} words": math.log1p(count) for kind, count in counts.items()}


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """Return for each single word of the lists the kinds of words to watch that it is of."""
    found: dict[str, set[str]] = {}
    for table in _TABLES:
        for row in load_table(table):
            if row["kind"] in _WATCHED and WORD.fullmatch(row["term"]):
                found.setdefault(row["term"], set()).add(row["kind"])
    return {word: tuple(sorted(kinds)) for word, kinds in sorted(found.items())}


def _length(outline: Outline) -> dict[str, float]:
    paragraphs = [part for part in outline.parts if part.block.kind == "paragraph" and part.words >= 20]
    bare = [part.words for part in paragraphs if part.bare]
    lists = [part.words for part in outline.parts if part.block.kind == "list"]
    return {
        "words": math.log1p(outline.words),
        "words a paragraph": outline.words / (1 + len(paragraphs)),
        "share of paragraphs without a marker": len(bare) / (1 + len(paragraphs)),
        "paragraphs without a marker": math.log1p(len(bare)),
        "words without a marker": math.log1p(sum(bare)),
        "longest run without a marker": math.log1p(_longest_run(paragraphs)),
        "share of lists": sum(lists) / (1 + outline.words),
        "lists": math.log1p(len(lists)),
    }


def _longest_run(paragraphs: Iterable[Part]) -> int:
    run = best = 0
    for part in paragraphs:
        run = run + part.words if part.bare else 0
        best = max(best, run)
    return best


def _sections(outline: Outline) -> dict[str, float]:
    article = outline.article
    first = article.sections[0].start if article.sections else len(article.text)
    lead = [part for part in outline.parts if part.block.start < first]
    body = [outline.within(s.start, s.end) for s in article.sections if not _TIERS.match(s.title.strip())]
    sizes = [(sum(part.words for part in parts), all(part.bare for part in parts)) for parts in body]
    bare = [size for size, without in sizes if size > 30 and without]
    return {
        "sections": math.log1p(len(article.sections)),
        "sections without a marker": math.log1p(len(bare)),
        "share of sections without a marker": len(bare) / (1 + len(sizes)),
        "longest section without a marker": math.log1p(max(bare, default=0)),
        "share of words in sections without a marker": sum(bare) / (1 + outline.words),
        "markers in the lead": math.log1p(sum(outline.markers_in(p.block.start, p.block.end) for p in lead)),
        "words in the lead": math.log1p(sum(part.words for part in lead)),
    }


def _references(outline: Outline) -> dict[str, float]:
    article, texts = outline.article, outline.references
    markers, each = len(outline.markers), 1 + len(article.references)
    pointed = {citation.label for citation in article.citations}
    general = sum(r.label is None or r.label not in pointed for r in article.references)
    per_thousand = 1000 / (200 + outline.words)
    hosts = [link.domain for link in article.links if link.place == "reference"]
    years = [int(year) for text in texts for year in _YEAR.findall(text)]
    return {
        "references": math.log1p(len(texts)),
        "references per 1,000 words": min(60.0, len(texts) * per_thousand),
        "markers": math.log1p(markers),
        "markers per 1,000 words": min(60.0, markers * per_thousand),
        "markers a reference": min(6.0, markers / each),
        "works without a marker": math.log1p(general),
        "share of works without a marker": general / each,
        "share of references with a link": sum(bool(r.urls) for r in article.references) / each,
        "length of references": sum(map(len, texts)) / each,
        "sites": math.log1p(len(set(hosts))),
        "commercial sites": math.log1p(len({h for h in hosts if h.endswith(_COMMERCIAL)})),
        "share of commercial sites": _share(hosts, lambda h: h.endswith(_COMMERCIAL)),
        "share of learned sites": _share(hosts, lambda h: ".edu" in h or ".ac." in h or ".gov" in h),
        "latest year cited": max(years, default=1990),
        "share of years since 2010": sum(year >= 2010 for year in years) / (1 + len(years)),
        "external links": math.log1p(sum(link.place == "external" for link in article.links)),
        "links in the prose": math.log1p(sum(link.place == "body" for link in article.links)),
    } | {f"share of references: {kind}": _kind(texts, signs) for kind, signs in _KINDS.items()}


def _kind(texts: Sequence[str], signs: tuple[str, ...]) -> float:
    return sum(any(sign in text for sign in signs) for text in texts) / (1 + len(texts))


def _share(rows: list[str], wanted: Callable[[str], bool]) -> float:
    return sum(map(wanted, rows)) / (1 + len(rows))


def _wording(outline: Outline, prose: Mapping[str, int]) -> dict[str, float]:
    text = outline.text
    each = 1000 / (200 + outline.words)
    return {
        "formulas": min(40.0, each * (text.count("{math}") + sum(map(text.count, _SIGNS)))),
        "figures": len(_DIGITS.findall(text)) / (1 + outline.words),
        "years": min(60.0, each * len(_YEAR.findall(text))),
        "names": min(200.0, each * len(_NAME.findall(text))),
        "examples and generalities": min(40.0, each * sum(prose.get(word, 0) for word in _GENERAL)),
        "reader addressed": min(40.0, each * sum(prose.get(word, 0) for word in _READER)),
        "brackets": min(60.0, each * text.count("(")),
        "quotation marks": min(60.0, each * (text.count('"') + text.count("“"))),
        "colons": min(60.0, each * text.count(":")),
        "characters a word": len(text) / (1 + outline.words),
        "words a sentence": outline.words / (1 + text.count(". ") + text.count(".\n") + text.count(".[")),
    }
