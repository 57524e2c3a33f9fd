"""The report as GitHub-flavoured Markdown, with everything that the article chose escaped."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.records import Evidence, IssueScore, Report, Sentence
from analyzer.report import labels, overview
from analyzer.report.escape import for_markdown

_CELLS = 10


def render(report: Report, *, sentences: bool = False, all_issues: bool = False) -> str:
    """Return the report; with ``sentences`` every sentence, with ``all_issues`` what was not found too."""
    blocks = [*_header(report), *_banners(report), *_issues(report, all_issues=all_issues), *_sources(report)]
    if sentences and report.sentences:
        blocks += ["## Sentences", _sentences(report)]
    return "\n\n".join(blocks) + "\n"


def _header(report: Report) -> Iterator[str]:
    """Yield title, subject, size, scores, stance and notices."""
    article, summary = report.article, report.summary
    yield f"# {for_markdown(article.title) or 'Untitled article'}"
    size = f"{labels.count(summary.sentences, 'sentence')}, {labels.count(summary.words, 'word')}"
    lines = [f"- subject: {for_markdown(article.subject)}"] if article.subject not in ("", article.title) else []
    lines.append(f"- {size}, {labels.FORMAT_NAMES.get(article.format, article.format)}")
    lines.append(
        f"- neutrality **{labels.score(summary.neutrality_score)}**, "
        f"free of spam **{labels.score(summary.spam_score)}** (0 to 1, 1 is best)"
    )
    balance = "" if summary.balance is None else f"; balance {overview.signed(summary.balance)}"
    lines.append(
        f"- stance toward the subject: critique {summary.critique}, endorsement {summary.endorsement}, "
        f"mixed {summary.mixed}, neutral {summary.neutral}{balance}"
    )
    lines += [f"- note: {for_markdown(notice)}" for notice in article.notices]
    yield "\n".join(lines)


def _banners(report: Report) -> Iterator[str]:
    """Yield the banners with their verdicts."""
    lines = overview.banner_lines(report)
    if not lines:
        return
    yield "## Banners"
    rows = ["| banner | since | found |", "|---|---|---|"]
    for line in lines:
        title = for_markdown(line.title + (f" ({line.place})" if line.place else ""))
        found = "<br>".join(_verdict(issue) for issue in line.issues) or "not judged"
        found += ", looks stale" if line.stale else ""
        rows.append(f"| {title} | {for_markdown(line.date)} | {found} |")
    yield "\n".join(rows)


def _verdict(issue: IssueScore) -> str:
    """Return the verdict on one issue."""
    detail = (
        labels.score(issue.score) if issue.score is not None else for_markdown(overview.brief(issue.why_null or ""))
    )
    return f"{for_markdown(labels.issue_title(issue.issue))}: **{issue.verdict}** {detail}".rstrip()


def _issues(report: Report, *, all_issues: bool) -> Iterator[str]:
    """Yield the issues with evidence, and in one line each what cannot be judged."""
    shown = list(overview.shown_issues(report))
    if all_issues:
        shown += overview.clean_issues(report)
    yield "## Issues"
    quoter = overview.Quoter(report)
    yield "\n".join(_issue(issue, quoter) for issue in shown) or "None found."
    for reason, titles in overview.unassessed(report):
        yield f"Not assessable: {for_markdown(', '.join(titles))} ({for_markdown(reason)})."


def _issue(issue: IssueScore, quoter: overview.Quoter) -> str:
    """Return one issue as a list item, its two strongest pieces of evidence under it."""
    filled = round((issue.score or 0.0) * _CELLS)
    bar = "█" * filled + "░" * (_CELLS - filled)
    title = for_markdown(labels.issue_title(issue.issue))
    verdict = labels.VERDICT_NAMES[issue.verdict]
    head = f"- **{title}** {bar} {labels.score(issue.score)}, {verdict}, {for_markdown(issue.policy)}"
    why = [f"  - {for_markdown(issue.why_null)}"] if issue.why_null else []
    return "\n".join([head, *why, *(f"  - {_evidence(item, quoter)}" for item in issue.evidence[:2])])


def _evidence(item: Evidence, quoter: overview.Quoter) -> str:
    """Return the reason and the words it rests on."""
    text = for_markdown(item.reason)
    if item.citation:
        text += f" {for_markdown(f'[{item.citation}]')}"
    excerpt = quoter.excerpt(item)
    if excerpt is None:
        return text
    focus = for_markdown(excerpt.focus)
    # Emphasis may not touch white space, and the escape has cut it off.
    lead = for_markdown(excerpt.before) + (" " if excerpt.before.endswith(" ") else "")
    trail = (" " if excerpt.after.startswith(" ") else "") + for_markdown(excerpt.after)
    return f"{text}: “{lead}*{focus}*{trail}”" if focus else text


def _sources(report: Report) -> Iterator[str]:
    """Yield the source balance."""
    lines = overview.source_lines(report, 20)
    if not lines:
        return
    yield "## Who is heard"
    rows = [
        "| source | type | critique | endorsement | mixed | neutral | share of words |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        counts = " | ".join(str(number) for number in (line.critique, line.endorsement, line.mixed, line.neutral))
        rows.append(f"| {for_markdown(line.name)} | {line.type} | {counts} | {labels.percent(line.share)} |")
    yield "\n".join(rows)


def _sentences(report: Report) -> str:
    """Return every sentence with its stance and sources."""
    rows = ["| | stance | sentence | sources | words to watch |", "|--:|---|---|---|---|"]
    return "\n".join([*rows, *(_sentence(report, sentence) for sentence in report.sentences)])


def _sentence(report: Report, sentence: Sentence) -> str:
    """Return one table row."""
    sources = "; ".join(
        f"{overview.source_name(item)} ({item.source.type}, {item.mode})"
        for item in overview.sentence_attributions(report, sentence)
    )
    marks = "; ".join(
        f"{report.marks[index].text} ({report.marks[index].kind})"
        for index in sentence.marks
        if index < len(report.marks)
    )
    cells = (for_markdown(sentence.text), for_markdown(sources), for_markdown(marks))
    return f"| {sentence.index + 1} | {sentence.stance} {sentence.confidence:.2f} | {' | '.join(cells)} |"
