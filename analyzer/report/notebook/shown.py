"""What a notebook shows: a report, many reports, or an article's text with its findings in place, each as HTML.

One ``<div>`` with a style of its own that holds against the page around it; everything from an article is escaped.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Literal, NamedTuple, get_args

from analyzer.errors import UsageError
from analyzer.records import Extent, Rejection, Report
from analyzer.report import labels, pictures
from analyzer.report.html.page import templates
from analyzer.report.overview import Overview, source_name, stance_name

Style = Literal["stance", "sources", "marks"]
_SOURCES = 9  # in the table of who is heard
_ROWS = 50  # of a table of reports
_HEADS = {  # what stands above a text
    "stance": "Each sentence with its number and its stance toward the subject; ? means unsure: it counts for no side.",
    "sources": "Sources are bold and underlined, words that attribute are dotted, what is reported is tinted.",
    "marks": "Words to watch with their kind; those in somebody's quotation are outlined only.",
}
_UNMARKED = "No words to watch were found."
_Part = tuple[str, int, float]


class Shown(str):
    """HTML that a notebook shows; elsewhere a string like any other."""

    def _repr_html_(self) -> str:
        return str(self)


def render_report(report: Report) -> str:
    """Return the report as HTML for a notebook of any width and theme."""
    counts = Counter(map(pictures.stance_of, report.sentences))
    return _rendered("report", Overview(report), _parts(counts), _heard(report))


def render_reports(reports: Sequence[Report], rejected: Sequence[Rejection]) -> str:
    """Return many reports as one table, with what was rejected below; the first of very many."""
    titles = pictures.names(reports)
    lines = [
        {
            "title": title,
            "verdict": report.summary.verdict,
            "neutrality": report.summary.neutrality_score,
            "spam": report.summary.spam_score,
            "stances": _parts(Counter(map(pictures.stance_of, report.sentences))),
            "found": sum(issue.found for issue in report.issues),
            "banners": len(Overview(report).banners),
        }
        for report, title in zip(reports[:_ROWS], titles, strict=False)
    ]
    more, more_rejected = (max(len(items) - _ROWS, 0) for items in (reports, rejected))
    return _rendered("reports", lines, rejected[:_ROWS], more, more_rejected)


def render_text(report: Report, style: Style = "stance") -> Shown:
    """Return the article's text as HTML with what was found in place.

    Args:
        report: the report.
        style: "stance": each sentence with its stance; "sources": who says what; "marks": words to watch.

    Raises:
        UsageError: there is no such style.
    """
    if style not in get_args(Style):
        raise UsageError(f'met style={style!r}; expected "stance", "sources" or "marks".')
    spans = {"stance": _stances, "sources": _sources, "marks": _marks}[style](report)
    head = _UNMARKED if style == "marks" and not report.marks else _HEADS[style]
    return Shown(_rendered("text", _pieces(report, chain(spans, _around(report))), head))


def _rendered(what: str, *given: object) -> str:
    template = templates().get_template("notebook.html.jinja")
    return template.render(what=what, given=given, SIGNS=pictures.SIGNS)


def _parts(counts: Counter[str]) -> list[_Part]:
    """Return each stance with its sentences and their share, in the order of the pictures; nothing without any."""
    total = counts.total()
    return [(stance, counts[stance], counts[stance] / total) for stance in pictures.STANCES] if total else []


class _Line(NamedTuple):
    source: str
    type: str
    share: float
    parts: list[_Part]


def _heard(report: Report) -> list[_Line]:
    """Return who is heard, the own voice first, then who is heard most."""
    rows: defaultdict[tuple[str, str], list[pictures.Heard]] = defaultdict(list)
    for row in pictures.heard(report, _SOURCES):
        rows[row.source, "" if row.type == pictures.OWN else row.type].append(row)
    return [
        _Line(
            *key,
            sum(row.share for row in given),
            [(row.stance, row.sentences, row.words / max(sum(other.words for other in given), 1)) for row in given],
        )
        for key, given in rows.items()
    ]


class _Span(NamedTuple):
    start: int
    end: int
    name: str  # a class of the style; several are parted by spaces
    label: str = ""  # stands behind the span


class _Piece(NamedTuple):
    text: str
    classes: list[str]
    labels: list[str]


def _pieces(report: Report, spans: Iterable[_Span]) -> Iterator[_Piece]:
    """Yield the text in pieces, each with the classes of the spans around it and the labels of those that end there.

    One sweep over the borders of all spans: the time grows with their number, not with their overlaps.
    """
    text = report.article.text
    opens: defaultdict[int, list[str]] = defaultdict(list)
    closes: defaultdict[int, list[_Span]] = defaultdict(list)
    for span in spans:
        if 0 <= span.start < span.end <= len(text):
            opens[span.start].append(span.name)
            closes[span.end].append(span)
    borders = sorted({0, len(text)} | opens.keys() | closes.keys())
    active: Counter[str] = Counter()
    for low, high in pairwise(borders):
        active.subtract(span.name for span in closes[low])
        active.update(opens[low])
        ending = [span.label for span in closes[high] if span.label]
        yield _Piece(text[low:high], sorted(+active), ending)


def _around(report: Report) -> Iterator[_Span]:
    """Yield what is no prose: banners and headings."""
    text = report.article.text
    yield from (_Span(banner.start, banner.end, "outside") for banner in report.banners)
    for section in report.article.sections:
        line_end = text.find("\n", section.start, section.end)
        yield _Span(section.start, line_end if line_end > 0 else section.end, "heading")


def _stances(report: Report) -> Iterator[_Span]:
    for sentence in report.sentences:
        sign = pictures.SIGNS[sentence.stance]
        label = f"{sentence.index + 1} {sign} {stance_name(sentence)}"
        yield _Span(sentence.start, sentence.end, "unsure" if sentence.unsure else sentence.stance, label)


def _sources(report: Report) -> Iterator[_Span]:
    for item in report.attributions:
        source, kind = item.source, labels.source_type(item.source.type)
        told = f"{source_name(item)}, {kind}"
        here = _extent(source.start, source.end)
        if here:
            named = (source.name or "").casefold() in (source.text or "").casefold()
            yield _Span(here.start, here.end, "source", kind if named else told)
        if item.cue:
            yield _Span(item.cue.start, item.cue.end, "cue")
        for number, part in enumerate(item.content):
            last = number == len(item.content) - 1
            yield _Span(part.start, part.end, "content", f"← {told}" if last and not here else "")


def _extent(start: int | None, end: int | None) -> Extent | None:
    return None if start is None or end is None else Extent(start=start, end=end)


def _marks(report: Report) -> Iterator[_Span]:
    for mark in report.marks:
        yield _Span(mark.start, mark.end, "quoted" if mark.quoted else "watch", mark.kind)
