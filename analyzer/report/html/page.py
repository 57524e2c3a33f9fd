"""The report as HTML: a page with the article's text beside its findings.

No script, no outside resource; everything that the article chose is escaped, and the page forbids scripts besides.
What is shown stands in ``templates/``; here is what the templates are given.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from analyzer import counting
from analyzer.records import Attribution, Extent, Report, Sentence
from analyzer.report import labels
from analyzer.report.escape import for_html, web_address
from analyzer.report.overview import Overview, brief, source_name, stance_with_probability
from analyzer.vocabulary import STANCES

_PLACES = 12  # of one source in the table of sources


def render_page(report: Report) -> str:
    """Return a whole page on one article: findings, and the text with every sentence marked."""
    return render_pages([report])


def render_pages(reports: Iterable[Report]) -> str:
    """Return one page on several articles, one after the other."""
    listed = list(reports)
    return "".join(stream_pages(listed, len(listed)))


def stream_pages(reports: Iterable[Report], count: int) -> Iterator[str]:
    """Yield the page on ``count`` articles piece by piece; the reports are gone through twice, one at a time."""
    one = next(iter(reports)).article.title or "Article" if count == 1 else None
    title = one or counting.number(count, "article")
    yield from templates().get_template("page.html.jinja").generate(overviews=map(Overview, reports), title=title)


@cache
def templates() -> Environment:
    """Return the templates; whatever a template shows passes through :func:`for_html`."""
    made = Environment(  # without line breaks and indents: white space in HTML is seen
        loader=FunctionLoader(lambda name: "".join(map(str.strip, _template(name).splitlines()))),
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    words = (brief, counting.number, counting.percent, labels.clip, labels.issue_title, labels.level, labels.plain_id)
    made.filters |= {function.__name__: function for function in (*words, labels.score)}
    made.filters |= {
        "lines": lambda text: Markup(for_html(text, lines=True)),
        "lines_of_attribute": lambda text: Markup(for_html(text, lines=True).replace("\n", "&#10;")),
    }
    made.tests["web_address"] = web_address
    made.globals |= {
        "STANCES": STANCES,
        "VERDICT_NAMES": labels.VERDICT_NAMES,
        "evidence_id": lambda prefix, issue, place: f"{prefix}e{issue}-{place}",
        "pieces": pieces,
        "spoken_sentences": spoken_sentences,
        "style": lambda name: Markup("\n" + _template(name)),
        "tip": tip,
    }
    return made


def _template(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text("utf-8")


def _escaped(value: object) -> Markup:
    """Return what a template shows, escaped unless a template or this module made it."""
    return value if isinstance(value, Markup) else Markup(for_html(str(value)))


def spoken_sentences(overview: Overview) -> dict[str, list[int]]:
    """Return, for each source, its first sentences."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for item in overview.report.attributions:
        names = {source_name(item)}
        if item.source.type == "unnamed" or not item.source.name:
            names.add("(unnamed)")  # one row of the table for all of them
        for name in names:
            if item.sentence not in found[name][-1:] and len(found[name]) < _PLACES:
                found[name].append(item.sentence)
    return found


class Piece(NamedTuple):
    """A stretch of text with the same marks all through, and what comes before it."""

    ends: bool  # a sentence
    begins: Sentence | None
    evidence: list[tuple[int, int]]  # number of the issue, number in its evidence
    classes: list[str]
    text: str


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
    evidence: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, issue in enumerate(report.issues):
        for place, item in enumerate(overview.evidence(issue)):
            if item.start is not None and 0 <= item.start <= len(text):
                evidence[item.start].append((number, place))
    begins = {sentence.start: sentence for sentence in _apart(report.sentences)}
    ends = {sentence.end for sentence in begins.values()}
    borders = sorted({0, len(text)} | opens.keys() | closes.keys() | evidence.keys() | begins.keys() | ends)
    active: Counter[str] = Counter()
    for low, high in zip(borders, [*borders[1:], len(text)], strict=True):
        active.subtract(closes[low])
        active.update(opens[low])
        yield Piece(low in ends, begins.get(low), evidence[low], sorted(+active), text[low:high])


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
    for section in article.sections:
        line_end = article.text.find("\n", section.start, section.end)
        yield section.start, line_end if line_end > 0 else section.end, "head"


def _apart(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences that do not reach into the one before."""
    reached = 0
    for sentence in sentences:
        if reached <= sentence.start < sentence.end:
            reached = sentence.end
            yield sentence


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
    words = f"→ {source_name(item)} ({item.source.type}), {item.mode}"
    words += f", cue “{item.cue.text}”" if item.cue else ""
    return words + (", carried over" if item.carried else "")
