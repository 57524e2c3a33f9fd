"""The sentences of reports as CSV for a spreadsheet, one row a sentence; no cell is one that a spreadsheet computes."""

import csv
import io
from collections.abc import Iterable

from analyzer.records import Report, Sentence
from analyzer.report.escape import for_csv
from analyzer.report.overview import Overview, source_name

COLUMNS = tuple(
    "article title sentence start end stance confidence unsure voice "
    "sources source_types modes cues citations words_to_watch text".split()
)


def render(reports: Iterable[Report], *, header: bool = True) -> str:
    """Return CSV (RFC 4180), with a header line unless it stands already.

    Several sources of a sentence stand in one cell, ``; `` between.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if header:
        writer.writerow(COLUMNS)
    for report in reports:
        overview = Overview(report)
        for sentence in report.sentences:
            writer.writerow([for_csv(cell) for cell in _row(overview, sentence)])
    return buffer.getvalue()


def _row(overview: Overview, sentence: Sentence) -> list[str]:
    """Return the cells of one sentence, in the order of ``COLUMNS``."""
    article = overview.report.article
    attributions = overview.attributions(sentence)
    return [
        article.id,
        article.title,
        *map(str, (sentence.index + 1, sentence.start, sentence.end)),
        sentence.stance,
        f"{sentence.confidence:.3f}",
        "unsure" if sentence.unsure else "",
        sentence.voice,
        "; ".join(source_name(item) for item in attributions),
        "; ".join(item.source.type for item in attributions),
        "; ".join(item.mode for item in attributions),
        "; ".join(item.cue.text if item.cue else "" for item in attributions),
        "; ".join(sentence.citations),
        "; ".join(f"{mark.text} ({mark.kind})" for mark in overview.marks(sentence)),
        sentence.text,
    ]
