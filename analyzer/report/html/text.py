"""The article's text as HTML: each sentence tinted by its stance, with sources, cues and words to watch marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from analyzer.records import Attribution, Extent, Report, Sentence
from analyzer.report import overview
from analyzer.report.escape import for_html


def article_text(report: Report, prefix: str) -> str:
    """Return the text in ``<div class="text">``; sentence n has the id ``<prefix>s<n>``, evidence its anchor.

    One sweep over the borders of all spans, so the time grows with the text and the number of spans, not their product.
    """
    text = report.article.text
    opens: defaultdict[int, list[str]] = defaultdict(list)
    closes: defaultdict[int, list[str]] = defaultdict(list)
    for start, end, name in _spans(report):
        if 0 <= start < end <= len(text):
            opens[start].append(name)
            closes[end].append(name)
    anchors = _anchors(report, prefix)
    starts = {sentence.start: sentence for sentence in _apart(report.sentences)}
    ends = {sentence.end for sentence in starts.values()}
    borders = sorted({0, len(text)} | opens.keys() | closes.keys() | anchors.keys() | starts.keys() | ends)
    active: Counter[str] = Counter()
    parts: list[str] = []
    for low, high in zip(borders, [*borders[1:], len(text)], strict=True):
        active.subtract(closes[low])
        active.update(opens[low])
        if low in ends:
            parts.append("</span>")
        if low in starts:
            parts.append(_opening(report, starts[low], prefix))
        parts.append(anchors.get(low, ""))
        parts.append(_segment(text[low:high], sorted(+active)))
    return f'<div class="text">{"".join(parts)}</div>'


def evidence_id(prefix: str, issue: int, number: int) -> str:
    """Return the id of the place that a piece of evidence points to."""
    return f"{prefix}e{issue}-{number}"


def tip(report: Report, sentence: Sentence) -> str:
    """Return what a sentence shows when it is pointed at: stance and reasons, who speaks, words to watch, citations."""
    lines = [f"{sentence.index + 1}. {sentence.stance} {sentence.confidence:.2f}"]
    if sentence.reasons:
        lines[0] += f" ({', '.join(sentence.reasons[:3])})"
    attributions = overview.sentence_attributions(report, sentence)
    lines += [_speaker(item) for item in attributions] or ["the article's own voice"]
    marks = [report.marks[index] for index in sentence.marks if index < len(report.marks)]
    if marks:
        lines.append("words to watch: " + ", ".join(f"“{mark.text}” {mark.kind}" for mark in marks))
    if sentence.citations:
        lines.append("cited: " + ", ".join(sentence.citations))
    return "\n".join(lines)


def _speaker(item: Attribution) -> str:
    """Return who speaks and how."""
    words = f"→ {overview.source_name(item)} ({item.source.type}), {item.mode}"
    words += f", cue “{item.cue.text}”" if item.cue else ""
    return words + (", carried over" if item.carried else "")


def _spans(report: Report) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and class of everything that is marked inside the text."""
    article = report.article
    layers: tuple[tuple[str, tuple[Extent, ...]], ...] = (
        ("banner", report.banners),
        ("cite", article.citations),
        ("tag", article.inline_tags),
        ("mark", tuple(mark for mark in report.marks if not mark.quoted)),
        ("cue", tuple(item.cue for item in report.attributions if item.cue)),
    )
    for name, extents in layers:
        yield from ((extent.start, extent.end, name) for extent in extents)
    for item in report.attributions:
        if item.source.start is not None and item.source.end is not None:
            yield item.source.start, item.source.end, "src"
    for section in article.sections:
        line_end = article.text.find("\n", section.start, section.end)
        yield section.start, line_end if line_end > 0 else section.end, "head"


def _anchors(report: Report, prefix: str) -> dict[int, str]:
    """Return, for each offset that evidence points to, the empty links that mark the place."""
    found: defaultdict[int, str] = defaultdict(str)
    for issue_number, issue in enumerate(report.issues):
        for number, item in enumerate(issue.evidence):
            if item.start is not None and 0 <= item.start <= len(report.article.text):
                found[item.start] += f'<a class="hit" id="{evidence_id(prefix, issue_number, number)}"></a>'
    return dict(found)


def _apart(sentences: tuple[Sentence, ...]) -> Iterator[Sentence]:
    """Yield the sentences that do not reach into the one before."""
    reached = 0
    for sentence in sentences:
        if reached <= sentence.start < sentence.end:
            reached = sentence.end
            yield sentence


def _opening(report: Report, sentence: Sentence, prefix: str) -> str:
    """Return the start tag of a sentence."""
    shown = for_html(tip(report, sentence), lines=True).replace("\n", "&#10;")
    return f'<span class="s {sentence.stance}" id="{prefix}s{sentence.index}" tabindex="0" data-tip="{shown}">'


def _segment(text: str, classes: list[str]) -> str:
    """Return a stretch with the same marks all through."""
    if not text:
        return ""
    shown = for_html(text, lines=True)
    return f'<span class="{" ".join(classes)}">{shown}</span>' if classes else shown
