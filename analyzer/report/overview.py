"""What a reader of a report looks at first, worked out once for every format: lines of issues, banners, sources.

Nothing here is escaped: text from the article passes through :mod:`.escape` where it is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from analyzer.records import Attribution, Banner, Evidence, IssueScore, Report, Sentence
from analyzer.report import labels

_BRACKETS = re.compile(r"\s*\([^()]*\)")
_RANK = {"supported": 0, "missing banner": 1, "not supported": 2, "not assessable": 3, "not raised": 4}


@dataclass(frozen=True)
class Excerpt:
    """A stretch of the article to quote: the words that count, with a little of what stands around them."""

    before: str
    focus: str
    after: str

    def plain(self) -> str:
        """Return the excerpt as one string."""
        return f"{self.before}{self.focus}{self.after}"


@dataclass(frozen=True)
class BannerLine:
    """A banner with what was found of each issue that it claims, the worst first.

    ``stale`` means that the article has moved on since the banner's date, and that what it claims was not found.
    """

    banner: Banner
    title: str
    date: str
    place: str
    issues: tuple[IssueScore, ...]
    stale: bool = False


@dataclass(frozen=True)
class SourceLine:
    """A source with its share of the article's words; ``more`` counts the sources that one line stands for."""

    name: str
    type: str
    critique: int
    endorsement: int
    mixed: int
    neutral: int
    share: float
    more: int = 0


def shown_issues(report: Report) -> tuple[IssueScore, ...]:
    """Return the issues that were found or that a banner claims: found ones first, strongest first."""
    kept = [issue for issue in report.issues if issue.claimed_by or issue.verdict in ("supported", "missing banner")]
    return tuple(sorted(kept, key=_rank))


def clean_issues(report: Report) -> tuple[IssueScore, ...]:
    """Return the issues that were looked for, not found and not claimed, highest score first."""
    return tuple(sorted((issue for issue in report.issues if issue.verdict == "not raised"), key=_rank))


def _rank(issue: IssueScore) -> tuple[int, float, str]:
    return (_RANK.get(issue.verdict, 5), -(issue.score or 0.0), issue.issue)


def unassessed(report: Report) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the issues that this input cannot show, as pairs of the reason and the issues' titles."""
    groups: dict[str, list[str]] = {}
    for issue in report.issues:
        if issue.verdict == "not assessable" and not issue.claimed_by:
            reason = issue.why_null or "no reason given"
            groups.setdefault(reason, []).append(labels.issue_title(issue.issue))
    return tuple((reason, tuple(titles)) for reason, titles in groups.items())


def brief(reason: str) -> str:
    """Return a reason without what stands in brackets, where the full one would not be read."""
    return " ".join(_BRACKETS.sub("", reason).split())


def found_at_or_above(report: Report, threshold: float) -> tuple[IssueScore, ...]:
    """Return the issues whose score reaches the threshold, highest first."""
    found = [issue for issue in report.issues if issue.score is not None and issue.score >= threshold]
    return tuple(sorted(found, key=lambda issue: (-(issue.score or 0.0), issue.issue)))


def banner_lines(report: Report) -> tuple[BannerLine, ...]:
    """Return the banners in the article's order, each with the issues that it claims."""
    lines = []
    for index, banner in enumerate(report.banners):
        claimed = sorted((issue for issue in report.issues if index in issue.claimed_by), key=_rank)
        place = f"section {banner.section}" if banner.scope == "section" and banner.section else ""
        if banner.scope == "section" and not place:
            place = "a section"
        stale = any(
            item.rule == "banner.stale" and item.start == banner.start for issue in claimed for item in issue.evidence
        )
        title, date = labels.plain_id(banner.id), labels.month(banner.date)
        lines.append(BannerLine(banner, title, date, place, tuple(claimed), stale))
    return tuple(lines)


def source_lines(report: Report, limit: int | None = None) -> tuple[SourceLine, ...]:
    """Return who is heard, most words first; beyond ``limit`` the rest stand together in one last line."""
    words = max(report.summary.words, 1)
    rows = sorted(report.sources, key=lambda row: (-row.words, -row.sentences, row.name))
    lines = [
        SourceLine(
            row.name, row.type, row.critique, row.endorsement, row.mixed, row.neutral, min(row.words / words, 1.0)
        )
        for row in rows
    ]
    if limit is None or len(lines) <= limit + 1:
        return tuple(lines)
    rest = lines[limit:]
    together = SourceLine(
        name=f"{len(rest)} other sources",
        type="",
        critique=sum(line.critique for line in rest),
        endorsement=sum(line.endorsement for line in rest),
        mixed=sum(line.mixed for line in rest),
        neutral=sum(line.neutral for line in rest),
        share=min(sum(line.share for line in rest), 1.0),
        more=len(rest),
    )
    return (*lines[:limit], together)


def sentence_attributions(report: Report, sentence: Sentence) -> tuple[Attribution, ...]:
    """Return the attributions of a sentence, in order."""
    return tuple(report.attributions[index] for index in sentence.attributions if index < len(report.attributions))


def source_name(attribution: Attribution) -> str:
    """Return the fullest name of a source; an agentless passive has none and says so."""
    return attribution.source.name or attribution.source.text or "nobody named"


def voices(report: Report) -> str:
    """Return in words how much is attributed, and to whom."""
    summary = report.summary
    return (
        f"attributed {labels.percent(summary.attributed_share)} of sentences, "
        f"to the subject {labels.percent(summary.subject_share)}, to unnamed sources "
        f"{labels.percent(summary.unnamed_share)}; with a citation {labels.percent(summary.cited_share)}"
    )


def signed(number: float) -> str:
    """Return a number with its sign and two decimals; nothing has none."""
    return f"{number:+.2f}".replace("-", "−") if abs(number) >= 0.005 else "0.00"


class Quoter:
    """Quotes evidence from the article of one report."""

    def __init__(self, report: Report) -> None:
        self._text = report.article.text
        self._sentences = report.sentences
        self._starts = [sentence.start for sentence in report.sentences]
        self._references = {
            reference.label: reference for reference in report.article.references if reference.label is not None
        }

    def sentence_at(self, offset: int) -> Sentence | None:
        """Return the sentence that holds an offset."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._sentences[index].end:
            return None
        return self._sentences[index]

    def excerpt(self, evidence: Evidence, length: int = 96) -> Excerpt | None:
        """Return the words that the evidence points to, within its sentence, in about ``length`` characters."""
        if evidence.rule == "banner.stale":
            return None  # the reason tells it all, and the banner's text is known
        if evidence.start is not None and evidence.end is not None and evidence.end > evidence.start:
            return self._around(evidence.start, evidence.end, length)
        reference = self._references.get(evidence.citation or "")
        if reference is not None:
            return Excerpt("", labels.clip(_one_line(reference.text), length), "")
        return None

    def _around(self, start: int, end: int, length: int) -> Excerpt:
        """Return the stretch, clipped, or with words of its sentence around it where it is short."""
        focus = _one_line(self._text[start : min(end, start + 4 * length)])
        if len(focus) >= length or end - start > 4 * length:
            return Excerpt("", labels.clip(focus, length), "")
        sentence = self.sentence_at(start)
        low, high = (sentence.start, max(sentence.end, end)) if sentence else (start, end)
        room = length - len(focus)
        before = _one_line(self._text[max(low, start - 4 * room) : start])
        after = _one_line(self._text[end : min(high, end + 4 * room)])
        # Whichever side is short leaves its room to the other.
        left = max(room // 2, room - len(after))
        right = max(room - room // 2, room - len(before))
        return Excerpt(_tail(before, left), focus, _head(after, right))


def _one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    edge = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return edge + " ".join(text.split()) + tail


def _head(text: str, room: int) -> str:
    """Return the first words that fit."""
    if len(text) <= room:
        return text
    cut = text[:room]
    return cut[: cut.rfind(" ")] + "…" if " " in cut.strip() else "…"


def _tail(text: str, room: int) -> str:
    """Return the last words that fit."""
    if len(text) <= room:
        return text
    cut = text[-room:] if room > 0 else ""
    return "…" + cut[cut.find(" ") + 1 :] if " " in cut.strip() else "…"
