"""The report as a section for a talk page: what an editor would say, with short quotations, ready to be checked.

It accuses nobody: what bears on paid editing is left out, since words show promotion and never who paid. Everything
that the article chose stands in ``<nowiki>`` where it could be markup.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice

from analyzer.lexicons import load_table
from analyzer.readers.banners.table import MONTHS, entry
from analyzer.records import Banner, Report
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.findings import CLEAR, Finding, findings
from analyzer.report.overview import Overview, brief

LEFT_OUT = "paid"  # the family of issues that no talk page is told of
QUOTED = 110  # characters of one quotation
_POINTS = 4  # in a section
Passage = tuple[str, str]  # its quotation; what is said where there is none
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
    """Yield the findings as lists under the sections they stand in, in the article's order, a passage a point."""
    places: dict[str | None, dict[Passage, list[Finding]]] = {}
    for finding in findings(overview):
        if finding.issue.family != LEFT_OUT and not finding.item.citation:
            place = finding.item.section or "" if finding.item.start is not None else None
            words = _quotation(overview, finding)
            passage = words, "" if words else _reason(finding)
            places.setdefault(place, {}).setdefault(passage, []).append(finding)
    sections = [section.title for section in overview.report.article.sections]
    order = {title: number for number, title in enumerate([None, "", *dict.fromkeys(sections)])}
    for place in sorted(places, key=lambda each: order.get(each, len(order))):
        title = "The article as a whole" if place is None else plain(place) if place else "The lead"
        yield "\n".join([f"=== {title} ===", *islice(_points(places[place]), _POINTS)])


def _points(passages: dict[Passage, list[Finding]]) -> Iterator[str]:
    """Yield each passage with all that is to be said of it; facts without a passage once an issue."""
    told: set[str] = set()
    for (words, _), found in passages.items():
        reasons: dict[str, list[str]] = {}
        for finding in found:
            reasons.setdefault(_reason(finding), []).append(finding.issue.policy.partition(";")[0].strip())
        said = "; ".join(f"{plain(reason)} ({_linked(policies)})" for reason, policies in reasons.items())
        if words:
            yield f"* {words}: {said}"
        elif told.isdisjoint(finding.issue.issue for finding in found):
            told.update(finding.issue.issue for finding in found)
            yield f"* {said}"


def _quotation(overview: Overview, finding: Finding) -> str:
    """Return the words that a finding rests on, "" where it is on no passage."""
    excerpt = overview.excerpt(finding.item, QUOTED)
    words = " ".join(_MARKER.sub("", excerpt.plain()).split()) if excerpt and excerpt.focus.strip() else ""
    return f"“{plain(words)}”" if words else ""


def _reason(finding: Finding) -> str:
    """Return the reason without figures in brackets and words that the quotation has, too."""
    return brief(_QUOTED.sub("", finding.item.reason))


def _linked(policies: list[str]) -> str:
    """Return policies as links, each once."""
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
