"""The article's text in pieces, for a page that marks it: sentences, sources, quotations, words to watch, evidence."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer.records import Attribution, Extent, Report, Sentence
from analyzer.report import labels
from analyzer.report.overview import Overview, source_name, stance_with_probability

_LINE = re.compile(r"^(?=[^\w\n]*\w)", re.MULTILINE)  # a line without a word, a table's rule, stays with the one above
_GAP = re.compile(r"\n\s*\n")
_QUOTED = re.compile(r'"[^"]+"|“[^“”]+”|„[^„“”]+[“”]|«[^«»]+»')  # of what is quoted in part


class Piece(NamedTuple):
    """A stretch of text with the same marks all through, and what comes before it."""

    block: bool  # a line begins here that is in no sentence yet: a paragraph, a heading
    ends: bool  # a sentence
    begins: tuple[int, Sentence] | None  # with its place in ``Report.sentences``
    inside: bool  # a sentence
    evidence: list[tuple[int, int, bool]]  # number of the issue, number in its evidence, first of the issue here
    classes: list[str]
    level: int  # of the heading that this is, else 0
    text: str

    @property
    def outside(self) -> str:
        """What stands in no sentence: "gap" (blank lines), "rule" (signs without a word) or "prose"; "" for others."""
        if self.inside or not self.text:
            return ""
        if self.text.isspace():
            return "gap" if self.text.count("\n") > 1 else ""
        return "prose" if re.search(r"\w", self.text) else "rule"


def pieces(overview: Overview) -> Iterator[Piece]:
    """Yield the text in pieces.

    One sweep over the borders of all spans, so the time grows with the text and the number of spans, not their product.
    """
    report, text = overview.report, overview.report.article.text
    opens: defaultdict[int, list[str]] = defaultdict(list)
    closes: defaultdict[int, list[str]] = defaultdict(list)
    for start, end, name in _spans(report):
        if 0 <= start < end <= len(text):
            opens[start].append(name)
            closes[end].append(name)
    evidence: defaultdict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for number, issue in enumerate(report.issues):
        for place, item in enumerate(overview.all_evidence(issue)):
            if item.start is not None and 0 <= item.start <= len(text):
                here = evidence[item.start]
                here.append((number, place, not here or here[-1][0] != number))
    begins = {sentence.start: (number, sentence) for number, sentence in _apart(report.sentences)}
    ends = {sentence.end for _, sentence in begins.values()}
    levels = {section.start: section.level for section in report.article.sections}
    lines = {0, *(match.start() for match in _LINE.finditer(text))}
    gaps = {match.start() for match in _GAP.finditer(text)}
    borders = sorted({len(text)} | lines | gaps | opens.keys() | closes.keys() | evidence.keys() | begins.keys() | ends)
    active: Counter[str] = Counter()
    level, inside = 0, False
    for low, high in zip(borders, [*borders[1:], len(text)], strict=True):
        active.subtract(closes[low])
        active.update(opens[low])
        classes = sorted(+active)
        level = levels.get(low, level) if "head" in classes else 0
        inside = inside and low not in ends
        block = low in lines and not inside
        inside = inside or low in begins
        yield Piece(block, low in ends, begins.get(low), inside, evidence[low], classes, level, text[low:high])


def _spans(report: Report) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and class of everything that is marked inside the text."""
    article = report.article
    layers: tuple[tuple[str, Iterable[Extent]], ...] = (
        ("banner", report.banners),
        ("cite", article.citations),
        ("tag", article.inline_tags),
        ("mark", (mark for mark in report.marks if not mark.quoted)),
        ("cue", (item.cue for item in report.attributions if item.cue)),
    )
    for name, extents in layers:
        yield from ((extent.start, extent.end, name) for extent in extents)
    for item in report.attributions:
        if item.source.start is not None and item.source.end is not None:
            yield item.source.start, item.source.end, "src"
        yield from ((start, end, "quote") for start, end in _quotations(item, article.text))
    for section in article.sections:
        line_end = article.text.find("\n", section.start, section.end)
        yield section.start, line_end if line_end > 0 else section.end, "head"


def _quotations(item: Attribution, text: str) -> Iterator[tuple[int, int]]:
    """Yield what is quoted of what a source says: all of it, or what stands in quotation marks."""
    for extent in item.content if item.mode != "indirect" else ():
        if item.mode == "direct":
            yield extent.start, extent.end
        else:
            found = _QUOTED.finditer(text, max(extent.start, 0), max(extent.end, 0))
            yield from (match.span() for match in found)


def _apart(sentences: Iterable[Sentence]) -> Iterator[tuple[int, Sentence]]:
    """Yield the sentences that do not reach into the one before, with their place."""
    reached = 0
    for number, sentence in enumerate(sentences):
        if reached <= sentence.start < sentence.end:
            reached = sentence.end
            yield number, sentence


def tip(overview: Overview, sentence: Sentence) -> str:
    """Return what a sentence shows when it is pointed at: stance, who speaks, words to watch, citations."""
    lines = [f"{sentence.index + 1}. {stance_with_probability(sentence)}"]
    lines += [_speaker(item) for item in overview.attributions(sentence)] or ["the article's own voice"]
    marks = overview.marks(sentence)
    if marks:
        lines.append("words to watch: " + ", ".join(f"“{mark.text}” {mark.kind}" for mark in marks))
    if sentence.citations:
        lines.append("cited: " + ", ".join(sentence.citations))
    return "\n".join(lines)


def _speaker(item: Attribution) -> str:
    words = f"→ {source_name(item)} ({labels.source_type(item.source.type)}), {item.mode}"
    words += f", cue “{item.cue.text}”" if item.cue else ""
    return words + (", carried over" if item.carried else "")
