"""Figures of an article's layout for models of tagged articles: where markers stand, its parts and headings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from statistics import mean, median, pstdev

from analyzer.issues.signals.tagged.outline import Outline, Part, Sentence

_LEAST_WORDS = 15
_LONG_PARAGRAPH = 80
_SHORT_PARAGRAPH = 30
_LONG_WORD = 9
# "(Lund 1990)" and "Lund (1990)": works named in the text instead of by a marker.
_HARVARD = re.compile(
    r"\([A-Z][a-z]{1,30}[^()\n]{0,40}\b(?:1[89]|20)\d\d[a-z]?(?:[:,][^()\n]{0,20})?\)"
    r"|[A-Z][a-z]{1,30} \((?:1[89]|20)\d\d[a-z]?\)"
)
_HEADINGS = {
    "references": r"references?$|notes and ref",
    "notes": r"(?:foot)?notes",
    "bibliography": r"bibliograph|literature|sources$|works cited",
    "further reading": r"further reading",
    "external links": r"external links",
    "see also": r"see also",
    "history": r".*histor",
    "uses": r".*applic|uses?$|.*usage",
    "kinds": r".*(?:types|kinds|classif|variants)",
    "examples": r".*example",
    "criticism": r".*(?:critic|controvers|advantage|disadvant|limit)",
    "products": r".*(?:product|manufact|market|commerc|model)",
}
_PATTERNS = {name: re.compile(pattern, re.I) for name, pattern in _HEADINGS.items()}


def layout(outline: Outline, prose: Mapping[str, int]) -> dict[str, float]:
    """Return figures of paragraphs, sentences, markers, lists and headings by name; ``prose`` counts the words."""
    kept = [
        (part, rows)
        for part, rows in zip(outline.parts, outline.sentences, strict=True)
        if part.block.kind == "paragraph" and part.words >= _LEAST_WORDS
    ]
    paragraphs = [part for part, _ in kept]
    return (
        _paragraphs(outline, paragraphs)
        | _marked(outline, paragraphs)
        | _sentences([rows for _, rows in kept])
        | _lists(outline)
        | _headings(outline)
        | _words(outline, prose)
    )


def _paragraphs(outline: Outline, paragraphs: Sequence[Part]) -> dict[str, float]:
    sizes = [part.words for part in paragraphs] or [0]
    bare = [part.words for part in paragraphs if part.bare]
    later = paragraphs[len(paragraphs) // 2 :]
    return {
        "paragraphs": math.log1p(len(paragraphs)),
        "spread of paragraph lengths": pstdev(sizes),
        "longest paragraph": math.log1p(max(sizes)),
        "share of short paragraphs": sum(part.words < _SHORT_PARAGRAPH for part in paragraphs) / (1 + len(paragraphs)),
        "median paragraph without a marker": median(bare) if bare else 0.0,
        "longest paragraph without a marker": math.log1p(max(bare, default=0)),
        "long paragraphs without a marker": math.log1p(sum(size > _LONG_PARAGRAPH for size in bare)),
        "share of words in paragraphs without a marker": sum(bare) / (1 + outline.words),
        "share of later paragraphs without a marker": sum(part.bare for part in later) / (1 + len(later)),
    }


def _marked(outline: Outline, paragraphs: Sequence[Part]) -> dict[str, float]:
    counts = [outline.markers_in(part.block.start, part.block.end) for part in paragraphs]
    marked = [count for count in counts if count]
    total = sum(marked)
    spread = math.exp(-sum(n / total * math.log(n / total) for n in marked)) if total else 0.0
    places = _places(outline)
    return {
        "markers a marked paragraph": mean(marked) if marked else 0.0,
        "most markers in a paragraph": math.log1p(max(marked, default=0)),
        "paragraphs that share the markers": spread,
        "share of paragraphs that share the markers": spread / (1 + len(paragraphs)),
        "mean place of markers": mean(places) if places else 0.5,
        "place of the first marker": places[0] if places else 1.0,
        "place of the last marker": places[-1] if places else 0.0,
        "share of markers in the first third": sum(at < 1 / 3 for at in places) / (1 + len(places)),
        "share of markers in the last third": sum(at > 2 / 3 for at in places) / (1 + len(places)),
        "marker in the first paragraph": float(bool(counts and counts[0])),
    }


def _places(outline: Outline) -> list[float]:
    """Return how far into the words of the article the paragraph of each marker begins, from 0 to 1."""
    places: list[float] = []
    before = 0
    for part in outline.parts:
        count = 0 if part.bare else outline.markers_in(part.block.start, part.block.end)
        places += [before / max(1, outline.words)] * count
        before += part.words
    return places


def _sentences(kept: Sequence[Sequence[Sentence]]) -> dict[str, float]:
    rows = [row for found in kept for row in found]
    marked = [mark for _, mark in rows]
    sizes = [len(text.split()) for text, _ in rows] or [0]
    ends = [found[-1][1] for found in kept]
    inside = [any(mark for _, mark in found) and not found[-1][1] for found in kept]
    runs = [sum(1 for _ in run) for mark, run in groupby(marked) if not mark]
    return {
        "sentences": math.log1p(len(rows)),
        "words a sentence by rule": mean(sizes),
        "spread of sentence lengths": pstdev(sizes),
        "share of sentences with a marker": sum(marked) / (1 + len(marked)),
        "longest run of sentences without a marker": math.log1p(max(runs, default=0)),
        "share of paragraphs with a marker in the last sentence": sum(ends) / (1 + len(ends)),
        "share of paragraphs with markers in earlier sentences only": sum(inside) / (1 + len(ends)),
    }


def _lists(outline: Outline) -> dict[str, float]:
    lists = [part for part in outline.parts if part.block.kind == "list"]
    bare = sum(part.bare for part in lists)
    return {
        "lists without a marker": math.log1p(bare),
        "share of lists without a marker": bare / (1 + len(lists)),
        "words in lists": math.log1p(sum(part.words for part in lists)),
        "kinds of blocks": float(len({part.block.kind for part in outline.parts})),
    }


def _headings(outline: Outline) -> dict[str, float]:
    titles = [section.title.strip()[:200] for section in outline.article.sections]
    told = {
        f"heading: {name}": float(any(pattern.match(title) for title in titles)) for name, pattern in _PATTERNS.items()
    }
    return told | {
        "lower headings": math.log1p(sum(section.level > 2 for section in outline.article.sections)),
        "words a heading": mean(len(title.split()) for title in titles) if titles else 0.0,
    }


def _words(outline: Outline, prose: Mapping[str, int]) -> dict[str, float]:
    total = 1 + sum(prose.values())
    each = 1000 / (200 + outline.words)
    return {
        "letters a word": sum(len(word) * count for word, count in prose.items()) / total,
        "share of long words": sum(count for word, count in prose.items() if len(word) > _LONG_WORD) / total,
        "works named in the text": min(60.0, each * len(_HARVARD.findall(outline.text))),
        "formulas in all": math.log1p(outline.text.count("{math}")),
    }
