"""What a report found, piece by piece, for forms that tell each at its place: linters, code scanning, talk pages."""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.records import Evidence, IssueScore, SectionScore
from analyzer.report.overview import Overview

CLEAR = 0.75  # a score from which a finding is clear, below it arguable
_NO_FINDING = ("absent", "banner.stale")
_AGAINST = "speaks against it"


class Finding(NamedTuple):
    """One piece of evidence with its issue, and the score of where it stands: the article, or a section."""

    issue: IssueScore
    item: Evidence
    score: float

    @property
    def is_clear(self) -> bool:
        """Whether it is clear, not only arguable."""
        return self.score >= CLEAR


def findings(overview: Overview, *, everything: bool = False) -> Iterator[Finding]:
    """Yield what speaks for each issue that was found, the strongest issue first.

    With ``everything`` also what was seen of the issues that do not amount to one.
    """
    for issue in overview.found + (overview.clean if everything else []):
        sections = overview.found_sections(issue)
        if not (issue.found or sections or everything):
            continue
        for item in overview.evidence(issue):
            if item.rule not in _NO_FINDING and not item.reason.startswith(_AGAINST):
                yield Finding(issue, item, _score(issue, sections, item))


def _score(issue: IssueScore, sections: list[SectionScore], item: Evidence) -> float:
    """Return the score of the article, or, where only sections carry the issue, of that which holds the evidence."""
    if issue.found or not sections:
        return issue.score or 0.0
    scores = [row.score or 0.0 for row in sections]
    return next((row.score or 0.0 for row in sections if item in row.evidence), max(scores))
