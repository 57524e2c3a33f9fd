"""The report for editors and linters: ``file:line:column: rule: message``, one finding a line."""

from typing import NamedTuple

from analyzer.records import Report
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.findings import Finding, findings
from analyzer.report.overview import Overview
from analyzer.report.places import Place, Places

_START = Place(1, 1)


class Origin(NamedTuple):
    """What a report is on: the file, what it holds where that is not the article's text, and which article of many."""

    file: str
    source: str | None = None
    article: str = ""


class Placed(NamedTuple):
    """A finding with where it begins and ends, None where it is on the article as a whole."""

    finding: Finding
    begins: Place | None
    ends: Place | None
    message: str


def render(report: Report, origin: Origin, *, all_issues: bool = False) -> str:
    """Return a line for each finding, in the order of the file; what is on the whole article stands at its start."""
    lines = []
    for placed in placed_findings(report, origin, everything=all_issues):
        line, column = placed.begins or _START
        rule = visible(placed.finding.issue.issue)
        lines.append(f"{visible(origin.file)}:{line}:{column}: {rule}: {placed.message}\n")
    return "".join(lines)


def placed_findings(report: Report, origin: Origin, *, everything: bool = False) -> list[Placed]:
    """Return the findings of a report, one an issue and place, in the order of the file.

    Of what is on the article as a whole, each issue's weightiest fact is told.
    """
    overview = Overview(report)
    places = Places(report.article.text, origin.source)
    markers = {row.label: row for row in reversed(report.article.citations)}
    found: dict[tuple[str, Place | None], Placed] = {}
    for finding in findings(overview, everything=everything):
        item, marker = finding.item, markers.get(finding.item.citation or "")
        begins = ends = None
        if item.start is not None and item.end is not None:
            begins, ends = places.of(item.start, item.end)
        elif marker is not None:
            begins, ends = places.of(marker.start, marker.end)
        placed = Placed(finding, begins, ends, _message(overview, finding, origin))
        found.setdefault((finding.issue.issue, begins), placed)
    return sorted(found.values(), key=lambda each: each.begins or Place(0, 0))


def _message(overview: Overview, finding: Finding, origin: Origin) -> str:
    """Return what is to be said of a finding, in one line."""
    item, excerpt = finding.item, overview.excerpt(finding.item)
    which = f"{origin.article}: " if origin.article else ""
    cited = f" [{item.citation}]" if item.citation else ""
    words = f": “{' '.join(excerpt.focus.split())}”" if excerpt and excerpt.focus.strip() else ""
    if item.reason.endswith(words):  # the words are what the reason names
        words = ""
    return visible(f"{which}{labels.issue_title(finding.issue.issue)}: {item.reason}{cited}{words}")
