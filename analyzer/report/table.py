"""The sentences of reports as CSV for a spreadsheet, one row a sentence; no cell is one that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from analyzer.records import Report, Sentence
from analyzer.report import overview
from analyzer.report.escape import for_csv

COLUMNS = (
    "article",
    "title",
    "sentence",
    "start",
    "end",
    "stance",
    "confidence",
    "voice",
    "sources",
    "source_types",
    "modes",
    "cues",
    "citations",
    "words_to_watch",
    "text",
)


def render(reports: Iterable[Report]) -> str:
    """Return CSV (RFC 4180) with a header line; several sources of a sentence stand in one cell, ``; `` between."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for report in reports:
        for sentence in report.sentences:
            writer.writerow([for_csv(cell) for cell in _row(report, sentence)])
    return buffer.getvalue()


def _row(report: Report, sentence: Sentence) -> list[str]:
    """Return the cells of one sentence, in the order of ``COLUMNS``."""
    attributions = overview.sentence_attributions(report, sentence)
    marks = [report.marks[index] for index in sentence.marks if index < len(report.marks)]
    return [
        report.article.id,
        report.article.title,
        str(sentence.index + 1),
        str(sentence.start),
        str(sentence.end),
        sentence.stance,
        f"{sentence.confidence:.3f}",
        sentence.voice,
        "; ".join(overview.source_name(item) for item in attributions),
        "; ".join(item.source.type for item in attributions),
        "; ".join(item.mode for item in attributions),
        "; ".join(item.cue.text if item.cue else "" for item in attributions),
        "; ".join(sentence.citations),
        "; ".join(f"{mark.text} ({mark.kind})" for mark in marks),
        sentence.text,
    ]
