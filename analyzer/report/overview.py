"""What a reader of a report looks at first, worked out once for every format: banners, issues, sources, quotations.

Nothing here is escaped: text from the article passes through :mod:`.escape` where it is shown.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from analyzer import counting
from analyzer.records import Attribution, Banner, Evidence, IssueScore, Mark, Report, SectionScore, Sentence
from analyzer.report import labels
from analyzer.vocabulary import STANCES, THRESHOLD, Verdict

_BRACKETS = re.compile(r"(?<!\s)\s*+\([^()]*+\)")
_SECTIONS = 4  # of one issue that are told; more are counted
_SIDED = 3
_CONTAINER = "container"  # "Multiple issues" holds other banners and claims nothing itself
_TITLE = 40  # characters of a section's title
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
class Claim:
    """What was found of one issue where a banner claims it: in the section that it stands over, else in the article.

    ``section`` is what was found in that section; ``least`` is the score from which on it counts. ``stale`` means that
    the article has moved on since the banner's date, and that what it claims was not found.
    """

    issue: str
    score: float | None
    why_null: str | None
    verdict: Verdict
    stale: bool
    section: SectionScore | None = None
    least: float = THRESHOLD


@dataclass(frozen=True)
class BannerLine:
    """A banner with what was found of each issue that it claims, the worst first."""

    title: str
    date: str
    year: str
    section: str  # as it is named in a sentence; "" for the article
    claims: Sequence[Claim]
    text: str = ""  # what it says


@dataclass(frozen=True)
class EvidenceGroup:
    """Evidence on an issue in one section, each piece with its place in ``Overview.all_evidence``.

    ``title`` is the section as it is named in a sentence, "" for the article as a whole; ``score`` is the section's,
    where it has one.
    """

    title: str
    score: float | None
    items: Sequence[tuple[int, Evidence]]


@dataclass(frozen=True)
class SourceLine:
    """A source with its sentences of each stance (as in ``STANCES``) and its share of the article's words.

    ``more`` counts the sources that one line stands for.
    """

    name: str
    type: str
    counts: Sequence[int]
    share: float
    more: int = 0


class Overview:
    """One report as every format tells it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        article, summary = report.article, report.summary
        self.subject = article.subject if article.subject != article.title else ""
        self.size = [counting.number(summary.sentences, "sentence"), counting.number(summary.words, "word")]
        self.size.append(labels.FORMAT_NAMES.get(article.format, article.format))
        self.scores = (("neutrality", summary.neutrality_score), ("free of spam", summary.spam_score))
        # Of one or two sentences a balance of 1 would say more than they do.
        balance = summary.balance if summary.critique + summary.endorsement >= _SIDED else None
        self.balance = None if balance is None else labels.balance(balance)
        self.stances = [(stance, getattr(summary, stance)) for stance in STANCES]
        # What was not judged by the default settings.
        self.settings = [(name, labels.setting(value)) for name, value in (report.provenance.settings or {}).items()]
        self.unsure = summary.unsure
        listed = enumerate(report.banners)
        self.banners = [self._banner(index, banner) for index, banner in listed if banner.issue != _CONTAINER]
        ranked = sorted(report.issues, key=_rank)
        # Found or claimed, found ones first, strongest first; then what was looked for and neither found nor claimed.
        self.found = [row for row in ranked if row.claimed_by or row.verdict in ("supported", "missing banner")]
        self.clean = [row for row in ranked if row.verdict == "not raised"]
        self._sentence_starts = [sentence.start for sentence in report.sentences]
        rows = enumerate(article.references)
        self._references = {row.label: number for number, row in rows if row.label is not None}

    def _banner(self, index: int, banner: Banner) -> BannerLine:
        year = (banner.date or "").partition("-")[0]
        section = f"“{_short(banner.section)}”" if banner.section else "a section"
        return BannerLine(
            title=labels.plain_id(banner.id),
            date=labels.month(banner.date),
            year=year if len(year) == 4 and year.isdecimal() else "",
            section=section if banner.scope == "section" else "",
            claims=claims(self.report, index),
            text=" ".join(banner.text.split()).removesuffix("|").rstrip(),
        )

    def found_sections(self, issue: IssueScore) -> list[SectionScore]:
        """Return the sections in which an issue was found; a section within one of them is told by that one."""
        rows = {row.section: row for row in issue.sections if row.found}
        return [row for row in rows.values() if rows.keys().isdisjoint(self._above(row.section))]

    def _above(self, section: int | None) -> Iterator[int]:
        while section is not None and (section := self._parents[section]) is not None:
            yield section

    @cached_property
    def _parents(self) -> list[int | None]:
        """For each section the one that it stands in."""
        sections, parents, open_ones = self.report.article.sections, [], list[int]()
        for index, section in enumerate(sections):
            while open_ones and sections[open_ones[-1]].level >= section.level:
                open_ones.pop()
            parents.append(open_ones[-1] if open_ones else None)
            open_ones.append(index)
        return parents

    def sections(self, issue: IssueScore) -> str:
        """Return in words the sections in which an issue was found or is claimed, strongest first; "" for none."""
        found = self.found_sections(issue)
        listed = [row for row in issue.sections if row.claimed_by or row in found]
        rows = sorted(listed, key=lambda row: -(row.score or 0.0))
        told = [
            f"{quoted(row)} {labels.score(row.score)}"
            + (f", {labels.VERDICT_NAMES[row.verdict]}" if row.claimed_by else "")
            for row in rows[:_SECTIONS]
        ]
        more = [f"{counting.in_words(len(rows) - _SECTIONS)} more"] if len(rows) > _SECTIONS else []
        whole = "not as a whole, but " if found and not issue.found else ""
        return f"{whole}in {'; '.join([*told, *more])}" if told else ""

    def evidence(self, issue: IssueScore) -> list[Evidence]:
        """Return the evidence on an issue; where only sections carry it, theirs first."""
        if issue.found:
            return list(issue.evidence)
        columns = [row.evidence for row in self.found_sections(issue)]
        in_turns = [item for row in zip_longest(*columns) for item in row if item is not None]
        rest = [item for item in issue.evidence if not (in_turns and item.rule == "absent")]
        return [*dict.fromkeys([*in_turns, *rest])]

    def all_evidence(self, issue: IssueScore) -> list[Evidence]:
        """Return the evidence on an issue, then what else speaks for it in the sections that it was found in."""
        rows = [row for row in issue.sections if row.claimed_by or row.found]
        return [*dict.fromkeys([*self.evidence(issue), *(item for row in rows for item in row.evidence)])]

    def claim_evidence(self, claim: Claim, issue: IssueScore) -> list[tuple[int, Evidence]]:
        """Return the evidence on what a banner claims where it stands, each with its place in ``all_evidence``."""
        places = {item: place for place, item in enumerate(self.all_evidence(issue))}
        items = claim.section.evidence if claim.section else self.evidence(issue)
        return [(places[item], item) for item in items]

    def evidence_by_section(self, issue: IssueScore, first: int) -> list[EvidenceGroup]:
        """Return the evidence from number ``first`` on by section: the whole article, then the sections by score."""
        rows = sorted(issue.sections, key=lambda row: -(row.score or 0.0))
        titles = {item: quoted(row) for row in reversed(rows) for item in row.evidence}
        groups: dict[str, list[tuple[int, Evidence]]] = {"": [], **{quoted(row): [] for row in rows}}
        for place, item in enumerate(self.all_evidence(issue)):
            if place >= first:
                groups.setdefault(titles.get(item, self.section_of(item)), []).append((place, item))
        scores = {quoted(row): row.score for row in reversed(rows)}
        return [EvidenceGroup(title, scores.get(title), items) for title, items in groups.items() if items]

    def section_of(self, item: Evidence) -> str:
        """Return the section in which evidence stands, as it is named in a sentence; "" where it has no place."""
        if item.section:
            return f"“{_short(item.section)}”"
        return "the lead" if item.sentence is not None and self.report.article.sections else ""

    def place(self, item: Evidence) -> str:
        """Return where evidence stands: ``in “History”, sentence 12``; "" where it has no place."""
        sentence = f"sentence {item.sentence + 1}" if item.sentence is not None else ""
        if item.rule == "banner.stale" or not (item.section or sentence):
            return ""
        section = self.section_of(item)
        return ", ".join(part for part in (f"in {section}" if section else "", sentence) if part)

    def unassessed(self) -> dict[str, list[str]]:
        """Return the issues that this input cannot show: their titles by the reason."""
        groups: dict[str, list[str]] = {}
        for issue in self.report.issues:
            if issue.verdict == "not assessable" and not issue.claimed_by:
                groups.setdefault(issue.why_null or "no reason given", []).append(labels.issue_title(issue.issue))
        return groups

    def sources(self, limit: int | None = None) -> list[SourceLine]:
        """Return who is heard, most words first; beyond ``limit`` the rest stand together in one last line."""
        words = max(self.report.summary.words, 1)
        lines = [
            SourceLine(row.name, row.type, [getattr(row, name) for name in STANCES], min(row.words / words, 1.0))
            for row in sorted(self.report.sources, key=lambda row: (-row.words, -row.sentences, row.name))
        ]
        if limit is None or len(lines) <= limit + 1:
            return lines
        rest = lines[limit:]
        counts = [sum(column) for column in zip(*(line.counts for line in rest), strict=True)]
        share = min(sum(line.share for line in rest), 1.0)
        return [*lines[:limit], SourceLine(f"{len(rest)} other sources", "", counts, share, more=len(rest))]

    def voices(self) -> str:
        """Return in words how much is attributed, and to whom."""
        summary = self.report.summary
        told = [f"{counting.percent(summary.attributed_share)} of sentences attributed"]
        if summary.attributed_share:
            subject, unnamed = counting.percent(summary.subject_share), counting.percent(summary.unnamed_share)
            told.append(f"of the attributions {subject} to the subject, {unnamed} to unnamed sources")
        return "; ".join([*told, f"{counting.percent(summary.cited_share)} of sentences with a citation"])

    def attributions(self, sentence: Sentence) -> list[Attribution]:
        """Return the attributions of a sentence, in order."""
        rows = self.report.attributions
        return [rows[index] for index in sentence.attributions if index < len(rows)]

    def marks(self, sentence: Sentence) -> list[Mark]:
        """Return the words to watch in a sentence, in order."""
        rows = self.report.marks
        return [rows[index] for index in sentence.marks if index < len(rows)]

    def excerpt(self, evidence: Evidence, length: int = 96) -> Excerpt | None:
        """Return the words that the evidence points to, within its sentence, in about ``length`` characters."""
        if evidence.rule == "banner.stale":
            return None  # the reason tells it all, and the banner's text is known
        if evidence.start is not None and evidence.end is not None and evidence.end > evidence.start:
            return self._around(self._after_heading(evidence.start, evidence.end), evidence.end, length)
        number = self.reference_number(evidence.citation)
        if number is None:
            return None
        return Excerpt("", labels.clip(_one_line(self.report.article.references[number].text), length), "")

    def reference_number(self, label: str | None) -> int | None:
        """Return the place in the list of references of the one with this label."""
        return None if label is None else self._references.get(label)

    def _after_heading(self, start: int, end: int) -> int:
        """Return where the prose begins in a stretch that begins with a section's heading, else its start."""
        first = bisect_left(self._sentence_starts, start)
        heads = any(section.start == start for section in self.report.article.sections)
        prose = self._sentence_starts[first] if first < len(self._sentence_starts) else end
        return prose if heads and prose < end else start

    def _around(self, start: int, end: int, length: int) -> Excerpt:
        """Return the stretch, clipped, or with words of its sentence around it where it is short."""
        text = self.report.article.text
        focus = _one_line(text[start : min(end, start + 4 * length)])
        if len(focus) >= length or end - start > 4 * length:
            return Excerpt("", labels.clip(focus, length), "")
        low, high = start, end
        index = bisect_right(self._sentence_starts, start) - 1
        if index >= 0 and start < self.report.sentences[index].end:
            low, high = self._sentence_starts[index], max(self.report.sentences[index].end, end)
        room = length - len(focus)
        before = _one_line(text[max(low, start - 4 * room) : start])
        after = _one_line(text[end : min(high, end + 4 * room)])
        # Whichever side is short leaves its room to the other.
        left = max(room // 2, room - len(after))
        right = max(room - room // 2, room - len(before))
        return Excerpt(_last_words(before, left), focus, _first_words(after, right))


def claims(report: Report, index: int) -> list[Claim]:
    """Return what was found of each issue that a banner claims, by the banner's number, the worst first."""
    issues = [issue for issue in report.issues if index in issue.claimed_by]
    return sorted((_claim(issue, index, report.banners[index]) for issue in issues), key=_rank)


def quoted(row: SectionScore) -> str:
    """Return a section as it is named in a sentence."""
    return "the lead" if row.section is None else f"“{_short(row.title)}”"


def _short(title: str) -> str:
    return labels.clip(" ".join(title.split()), _TITLE)


def _claim(issue: IssueScore, index: int, banner: Banner) -> Claim:
    """Return what was found of an issue where a banner stands; another banner on the issue may have fared otherwise."""
    stale = any(item.rule == "banner.stale" and item.start == banner.start for item in issue.evidence)
    row = next((row for row in issue.sections if index in row.claimed_by), None)
    if row is not None:
        return Claim(issue.issue, row.score, row.why_null, row.verdict, stale, row, issue.least)
    verdict: Verdict = "not assessable" if issue.score is None else "supported" if issue.found else "not supported"
    return Claim(issue.issue, issue.score, issue.why_null, verdict, stale, least=issue.least)


def _rank(issue: IssueScore | Claim) -> tuple[int, float, str]:
    return (_RANK.get(issue.verdict, 5), -(issue.score or 0.0), issue.issue)


def found_at_or_above(report: Report, threshold: float) -> list[IssueScore]:
    """Return the issues whose score reaches the threshold, highest first."""
    found = [issue for issue in report.issues if issue.score is not None and issue.score >= threshold]
    return sorted(found, key=lambda issue: (-(issue.score or 0.0), issue.issue))


def brief(reason: str | None) -> str:
    """Return a reason without what stands in brackets, where the full one would not be read."""
    return " ".join(_BRACKETS.sub("", reason or "").split())


def stance_name(sentence: Sentence) -> str:
    """Return the stance of a sentence, with a question mark where it is unsure."""
    return f"{sentence.stance}?" if sentence.unsure else sentence.stance


def stance_with_probability(sentence: Sentence) -> str:
    """Return the stance of a sentence with its probability; without it where it is unsure: a number would promise."""
    return stance_name(sentence) if sentence.unsure else f"{sentence.stance} {sentence.confidence:.2f}"


def source_name(attribution: Attribution) -> str:
    """Return the fullest name of a source; an agentless passive has none and says so."""
    return attribution.source.name or attribution.source.text or "nobody named"


def _one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    edge = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return edge + " ".join(text.split()) + tail


def _first_words(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    cut = text[:room]
    return cut[: cut.rfind(" ")] + "…" if " " in cut.strip() else "…"


def _last_words(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    cut = text[-room:] if room > 0 else ""
    return "…" + cut[cut.find(" ") + 1 :] if " " in cut.strip() else "…"
