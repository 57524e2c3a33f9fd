"""The report as GitHub-flavoured Markdown, with everything that the article chose escaped."""

from collections.abc import Iterator

from analyzer import counting
from analyzer.records import Evidence, IssueScore, Report, Sentence
from analyzer.report import labels
from analyzer.report.escape import for_markdown
from analyzer.report.overview import Claim, Overview, brief, source_name, stance_with_probability
from analyzer.vocabulary import STANCES

_CELLS = 10
_SOURCES = 20
_EVIDENCE = 2


def render(report: Report, *, sentences: bool = False, all_issues: bool = False) -> str:
    """Return the report; with ``sentences`` every sentence, with ``all_issues`` what was not found too."""
    overview = Overview(report)
    blocks = [_header(overview), *_banners(overview), *_issues(overview, all_issues=all_issues), *_sources(overview)]
    if sentences and report.sentences:
        rows = ["| | stance | sentence | sources | words to watch |", "|--:|---|---|---|---|"]
        blocks += ["## Sentences", "\n".join([*rows, *(_sentence(overview, row) for row in report.sentences)])]
    return "\n\n".join(blocks) + "\n"


def _header(overview: Overview) -> str:
    """Return title, verdict, subject, size, scores, stance and notices."""
    article = overview.report.article
    scores = ", ".join(f"{name} **{labels.score(value)}**" for name, value in overview.scores)
    stances = ", ".join(f"{stance} {number}" for stance, number in overview.stances)
    stances += f", unsure {overview.unsure}" if overview.unsure else ""
    lines = [
        f"# {for_markdown(article.title) or 'Untitled article'}",
        *([f"- subject: {for_markdown(overview.subject)}"] if overview.subject else []),
        f"- {', '.join(overview.size)}",
        f"- {scores} (0 to 1, 1 is best)",
        f"- stance toward the subject: {stances}" + (f"; balance {overview.balance}" if overview.balance else ""),
        *(f"- note: {for_markdown(notice)}" for notice in article.notices),
        *(f"- setting: {name.replace('_', ' ')} {for_markdown(value)}" for name, value in overview.settings),
    ]
    verdict = for_markdown(overview.report.summary.verdict)
    return "\n".join([lines[0], "", *([verdict, ""] if verdict else []), *lines[1:]])


def _banners(overview: Overview) -> Iterator[str]:
    if not overview.banners:
        return
    yield "## Banners"
    rows = ["| banner | since | found |", "|---|---|---|"]
    for line in overview.banners:
        title = for_markdown(line.title + (f" ({line.section})" if line.section else ""))
        found = "<br>".join(_verdict(issue) for issue in line.claims) or "not judged"
        rows.append(f"| {title} | {for_markdown(line.date)} | {found} |")
    yield "\n".join(rows)


def _verdict(issue: Claim) -> str:
    detail = f", {labels.score(issue.score)}"
    if issue.score is None:
        detail = f": {for_markdown(brief(issue.why_null))}" if issue.why_null else ""
    stale = ", looks stale" if issue.stale else ""
    return f"{for_markdown(labels.issue_title(issue.issue))}: **{issue.verdict}**{detail}{stale}"


def _issues(overview: Overview, *, all_issues: bool) -> Iterator[str]:
    """Yield the issues with evidence, and in one line each what cannot be judged."""
    shown = overview.found + (overview.clean if all_issues else [])
    yield "## Issues"
    yield "\n".join(_issue(issue, overview) for issue in shown) or "None found."
    for reason, titles in overview.unassessed().items():
        yield f"Not assessable: {for_markdown(', '.join(titles))}. {for_markdown(reason[:1].upper() + reason[1:])}."


def _issue(issue: IssueScore, overview: Overview) -> str:
    """Return one issue as a list item, its two strongest pieces of evidence under it."""
    filled = round((issue.score or 0.0) * _CELLS)
    bar = ":" if issue.score is None else f" {'█' * filled}{'░' * (_CELLS - filled)} {labels.score(issue.score)},"
    title, verdict = for_markdown(labels.issue_title(issue.issue)), labels.VERDICT_NAMES[issue.verdict]
    lines = [f"- **{title}**{bar} {verdict}, {for_markdown(issue.policy)}"]
    lines += [f"    - {for_markdown(issue.why_null)}"] if issue.why_null else []
    lines += [f"    - {for_markdown(sections)}"] if (sections := overview.sections(issue)) else []
    return "\n".join(lines + [f"    - {_evidence(item, overview)}" for item in overview.evidence(issue)[:_EVIDENCE]])


def _evidence(item: Evidence, overview: Overview) -> str:
    text = for_markdown(item.reason) + (f" {for_markdown(f'[{item.citation}]')}" if item.citation else "")
    text += f" ({for_markdown(place)})" if (place := overview.place(item)) else ""
    excerpt = overview.excerpt(item)
    focus = for_markdown(excerpt.focus) if excerpt else ""
    if excerpt is None or not focus:
        return text
    # Emphasis may not touch white space, and the escape has cut it off.
    lead = for_markdown(excerpt.before) + (" " if excerpt.before.endswith(" ") else "")
    trail = (" " if excerpt.after.startswith(" ") else "") + for_markdown(excerpt.after)
    return f"{text}: “{lead}*{focus}*{trail}”"


def _sources(overview: Overview) -> Iterator[str]:
    lines = overview.sources(_SOURCES)
    if not lines:
        return
    yield "## Who is heard"
    rows = [f"| source | type | {' | '.join(STANCES)} | share of words |", "|---|---|--:|--:|--:|--:|--:|"]
    for line in lines:
        counts = " | ".join(map(str, line.counts))
        kind = labels.source_type(line.type)
        rows.append(f"| {for_markdown(line.name)} | {kind} | {counts} | {counting.percent(line.share)} |")
    yield "\n".join(rows)


def _sentence(overview: Overview, sentence: Sentence) -> str:
    sources = "; ".join(
        f"{source_name(item)} ({labels.source_type(item.source.type)}, {item.mode})"
        for item in overview.attributions(sentence)
    )
    marks = "; ".join(f"{mark.text} ({mark.kind})" for mark in overview.marks(sentence))
    cells = " | ".join(map(for_markdown, (sentence.text, sources, marks)))
    return f"| {sentence.index + 1} | {stance_with_probability(sentence)} | {cells} |"
