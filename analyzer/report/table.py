"""Reports as CSV for a spreadsheet: a row an article, sentence, source or issue; no cell is one that it computes."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Literal

from analyzer.records import IssueScore, Report
from analyzer.report import labels
from analyzer.report.escape import for_csv
from analyzer.report.findings import findings
from analyzer.report.overview import Overview, source_name
from analyzer.vocabulary import STANCES

TableName = Literal["articles", "sentences", "sources", "issues"]
Cells = list[str]
_COUNTS = ("sentences", "words", *STANCES, "unsure")
_FIGURES = (
    "attributed_share", "unnamed_share", "subject_share", "cited_share", "balance", "effective_sources",
    "neutrality_score", "spam_score",
)  # fmt: skip
_REASONS = 3  # of one issue
# Every table begins with the article's id and title, which join them.
COLUMNS: dict[TableName, tuple[str, ...]] = {
    "articles": (
        *"subject format revision verdict".split(), *_COUNTS, *_FIGURES,
        *"attributions sources references banners issues title_origin".split(),
    ),
    "sentences": tuple(
        "sentence start end stance confidence unsure voice sources source_types modes cues citations words_to_watch "
        "text".split()
    ),
    "sources": ("source", "source_type", "sentences", "words", "share", *STANCES),
    "issues": tuple("issue name family score verdict why_null policy banners sections evidence".split()),
}  # fmt: skip


def render(reports: Iterable[Report], table: TableName = "articles", *, header: bool = True) -> str:
    """Return CSV (RFC 4180), with a header line unless it stands already.

    Several values of a cell (the sources of a sentence, the banners of an article) stand with ``; `` between.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if header:
        writer.writerow(("article", "title", *COLUMNS[table]))
    for report in reports:
        first = [report.article.id, report.article.title]
        for cells in _ROWS[table](Overview(report)):
            writer.writerow([for_csv(cell) for cell in (*first, *cells)])
    return buffer.getvalue()


def _articles(overview: Overview) -> Iterator[Cells]:
    report = overview.report
    article, summary = report.article, report.summary
    found = sorted(
        (issue for issue in report.issues if issue.found), key=lambda issue: (-(issue.score or 0), issue.issue)
    )
    yield [
        article.subject,
        article.format,
        article.revision or "",
        summary.verdict,
        *(str(getattr(summary, name)) for name in _COUNTS),
        *(_number(getattr(summary, name)) for name in _FIGURES),
        *map(str, (len(report.attributions), len(report.sources), len(article.references))),
        "; ".join(f"{banner.id} {banner.date or ''}".strip() for banner in report.banners),
        "; ".join(f"{issue.issue} {issue.score:.2f}" for issue in found),
        article.title_origin,
    ]


def _sentences(overview: Overview) -> Iterator[Cells]:
    for sentence in overview.report.sentences:
        attributions = overview.attributions(sentence)
        yield [
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


def _sources(overview: Overview) -> Iterator[Cells]:
    words = max(overview.report.summary.words, 1)
    for row in overview.report.sources:
        counts = [str(getattr(row, stance)) for stance in STANCES]
        yield [row.name, row.type, str(row.sentences), str(row.words), _number(min(row.words / words, 1.0)), *counts]


def _issues(overview: Overview) -> Iterator[Cells]:
    reasons: dict[str, list[str]] = {}
    for finding in findings(overview, everything=True):
        reasons.setdefault(finding.issue.issue, []).append(finding.item.reason)
    for issue in overview.report.issues:
        yield [
            issue.issue,
            labels.issue_title(issue.issue),
            issue.family,
            _number(issue.score),
            issue.verdict,
            issue.why_null or "",
            issue.policy,
            "; ".join(overview.report.banners[number].id for number in issue.claimed_by),
            "; ".join(_sections(issue)),
            "; ".join(dict.fromkeys(reasons.get(issue.issue, [])[:_REASONS])),
        ]


def _sections(issue: IssueScore) -> Iterator[str]:
    """Yield the sections in which an issue was found, with its score there."""
    for row in issue.sections:
        if row.found:
            yield f"{'lead' if row.section is None else row.title} {labels.score(row.score)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


_ROWS = {"articles": _articles, "sentences": _sentences, "sources": _sources, "issues": _issues}
