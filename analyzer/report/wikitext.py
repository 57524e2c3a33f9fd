"""The report as a section for a talk page: what an editor would say, with short quotations, ready to be checked.

It accuses nobody: what bears on paid editing is left out, since words show promotion and never who paid. Everything
that the article chose stands in ``<nowiki>`` where it could be markup.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from analyzer.lexicons import load_table
from analyzer.readers.banners.table import MONTHS, entry
from analyzer.records import Banner, IssueScore, Report
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.findings import CLEAR, Finding, findings
from analyzer.report.overview import Overview, brief

LEFT_OUT = "paid"  # the family of issues that no talk page is told of
QUOTED = 110  # characters of one quotation
_NAMED = 60  # of words of a sentence that its quotation does not show
_POINTS = 4  # in a section
_COMMON = "tone."  # rules that count common words: their rate tells something, no single sentence does
_SAID = {  # of a sentence whose stance is the evidence, in words that need no key
    "endorsement": "speaks for the subject",
    "critique": "speaks against the subject",
    "mixed": "speaks for the subject and against it",
}
_TEMPLATES = 3
_MARKUP = re.compile(r"[\[\]{}<>|&\n]|''|~~~|__|://|-\{|\b(?:ISBN|RFC|PMID)\b|^[*#:;= ]")
_MARKER = re.compile(r"\s?\[(?:\d{1,4}|[a-z]{1,2}|(?:note|n|nb) \d{1,3})\]")
_QUOTED = re.compile(r": “[^”]*”$")
_LONGEST = 200  # characters of a title that is linked
_POLICY = re.compile(r"(?:WP|MOS):[A-Z0-9]+(?:-[A-Z0-9]+)*")


def render(report: Report, *, today: date | None = None) -> str:
    """Return the section; ``today`` dates heading and templates (that of SOURCE_DATE_EPOCH, or this one, if not given).

    Findings stand under the article's own sections, those on all of it first; then banners whose claim was not found,
    and templates for what is clear and has no banner.
    """
    overview, day = Overview(report), today or _today()
    told = list(_findings(overview)) or [_nothing(report)]
    heading = f"== Neutrality and sourcing, as read on {day.day} {_month(day)} =="
    blocks = [heading, _opening(report), *told, *_banners(overview), *_suggested(overview, day)]
    return "\n\n".join([*blocks, "~~~~"]) + "\n"


def _nothing(report: Report) -> str:
    """Return that nothing was found, or why nothing could be."""
    if all(issue.score is None for issue in report.issues):
        return plain(report.summary.verdict)
    return "Nothing was found that the policies on neutrality and sourcing speak of."


def _today() -> date:
    """Return the day, as the whole world counts it; a build that is to be repeated sets SOURCE_DATE_EPOCH."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(stated), UTC).date() if stated.isdecimal() else datetime.now(UTC).date()


def _month(day: date) -> str:
    """Return month and year as templates are dated."""
    return f"{MONTHS[day.month - 1].capitalize()} {day.year}"


def plain(text: str) -> str:
    """Return a text of the article as it stands, in ``<nowiki>`` where a sign in it could be markup."""
    shown = visible(text).strip()
    if not _MARKUP.search(shown):
        return shown
    return f"<nowiki>{shown.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</nowiki>"


def _opening(report: Report) -> str:
    """Return which text was read and what the reader is, so that nobody takes it for an editor's judgement."""
    article = report.article
    page = f"[[:{article.title}]]" if article.title_origin == "given" and _is_page(article.title) else "this article"
    number = article.revision or ""
    revision = f" ([[Special:PermanentLink/{number}|revision {number}]])" if number.isdecimal() else ""
    return (
        f"A program (npov-analyzer {report.provenance.package}) has read {page}{revision} and points to the passages "
        "below. It weighs words and references, and knows no facts: please look at each passage before you act on it."
    )


def _is_page(title: str) -> bool:
    return 0 < len(title) <= _LONGEST and not _MARKUP.search(title) and visible(title) == title.strip()


def _findings(overview: Overview) -> Iterator[str]:
    """Yield the findings as lists under the sections they stand in, in the article's order, a sentence a point."""
    places: dict[str | None, dict[str | int, Point]] = {}
    for finding in filter(_is_told, findings(overview)):
        item = finding.item
        place = item.section or "" if item.start is not None else None
        words, focus = _quotation(overview, finding)
        passage = words or _reason(finding) if item.sentence is None else item.sentence
        point = places.setdefault(place, {}).setdefault(passage, Point(words, {}))
        named = "" if focus in point.words or len(focus) > _NAMED else f": “{focus}”"
        point.said.setdefault(f"{_reason(finding)}{named}", []).append(finding.issue)
    sections = [section.title for section in overview.report.article.sections]
    order = {title: number for number, title in enumerate([None, "", *dict.fromkeys(sections)])}
    for place in sorted(places, key=lambda each: order.get(each, len(order))):
        title = "The article as a whole" if place is None else plain(place) if place else "The lead"
        yield "\n".join([f"=== {title} ===", *islice(_points(places[place]), _POINTS)])


def _is_told(finding: Finding) -> bool:
    """Whether an editor would say it: nothing of who paid, of entries of a reference list, of common words."""
    item = finding.item
    common = item.start is not None and item.rule.startswith(_COMMON)
    return finding.issue.family != LEFT_OUT and not item.citation and not common


class Point(NamedTuple):
    """A passage, quoted ("" where a fact has none), and what is said of it, each with the issues that it speaks for."""

    words: str
    said: dict[str, list[IssueScore]]


def _points(points: dict[str | int, Point]) -> Iterator[str]:
    """Yield each passage with all that is to be said of it; facts without a passage once an issue."""
    told: set[str] = set()
    for words, reasons in points.values():
        said = "; ".join(f"{plain(reason)} ({_linked(issues)})" for reason, issues in reasons.items())
        issues = {issue.issue for found in reasons.values() for issue in found}
        if words:
            yield f"* “{plain(words)}”: {said}"
        elif told.isdisjoint(issues):
            told |= issues
            yield f"* {said}"


def _quotation(overview: Overview, finding: Finding) -> tuple[str, str]:
    """Return the words that a finding rests on, with some around them, and alone; empty where it is on no passage."""
    excerpt = overview.excerpt(finding.item, QUOTED)
    if excerpt is None or not excerpt.focus.strip():
        return "", ""
    words, focus = (" ".join(_MARKER.sub("", each).split()) for each in (excerpt.plain(), excerpt.focus))
    return words, focus


def _reason(finding: Finding) -> str:
    """Return the reason without figures in brackets and words that the quotation has, too."""
    reason = finding.item.reason
    return _SAID.get(reason) or brief(_QUOTED.sub("", reason))


def _linked(issues: list[IssueScore]) -> str:
    """Return the policies behind issues as links, each once."""
    policies = [issue.policy.partition(";")[0].strip() for issue in issues]
    return ", ".join(f"[[{each}]]" if _POLICY.fullmatch(each) else plain(each) for each in dict.fromkeys(policies))


def _banners(overview: Overview) -> Iterator[str]:
    """Yield the banners whose claim was not found in the text, those apart that no text can show."""
    lines = []
    for number, line in enumerate(overview.report.banners):
        claims = [issue for issue in overview.report.issues if number in issue.claimed_by]
        held = claims and all(issue.verdict == "not supported" for issue in claims)
        if held and not any(issue.family == LEFT_OUT for issue in claims):
            lines.append(f"* {_named(line)}: the text as it stands does not show what it claims.")
    if lines:
        yield "\n".join(["=== Banners to look at again ===", *lines])


def _named(banner: Banner) -> str:
    known = entry(banner.id)
    name = known.template if known else labels.plain_id(banner.id)
    place = f" in {plain(banner.section)}" if banner.section and banner.scope == "section" else ""
    return f"{{{{tl|{name}}}}}{place} ({plain(labels.month(banner.date))})"


def _suggested(overview: Overview, day: date) -> Iterator[str]:
    """Yield templates for what is clear and has no banner yet, a few at most: more would only be a wall of them."""
    forms = {row["issue"]: row for row in load_table("suggested_templates")}
    found: dict[str, tuple[float, str]] = {}
    for issue in overview.found:
        form = forms.get(issue.issue)
        if form is None or issue.claimed_by:
            continue
        if (issue.score or 0.0) >= CLEAR:
            found[form["article"]] = (issue.score or 0.0, "at the top of the article")
            continue
        for row in overview.found_sections(issue):
            if (row.score or 0.0) >= CLEAR and form["section"]:
                place = "at the top of the article, for its lead" if row.section is None else f"in {plain(row.title)}"
                found.setdefault(form["section"], (row.score or 0.0, place))
    strongest = sorted(found.items(), key=lambda each: (-each[1][0], each[0]))[:_TEMPLATES]
    if strongest:
        made = ((f"{{{{{name}|date={_month(day)}}}}}", place) for name, (_, place) in strongest)
        lines = [f"* <code><nowiki>{template}</nowiki></code> {place}" for template, place in made]
        yield "\n".join(["=== Templates that would fit ===", *lines])
