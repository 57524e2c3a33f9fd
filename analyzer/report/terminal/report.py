"""The report for a terminal: what a patroller needs, readable in half a minute.

Colour is only ever a second sign: every stance and verdict also stands there as a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.records import Evidence, IssueScore, Report
from analyzer.report import labels, overview
from analyzer.report.escape import visible
from analyzer.report.terminal.canvas import ASCII, STANCE_STYLE, Ink, heading, printed
from analyzer.report.terminal.sentences import sentence_list

# Wider lines are harder to read than they are useful.
MAX_WIDTH = 120
SOURCES_SHOWN = 8
EVIDENCE_SHOWN = 2

_VERDICT_STYLE = {
    "supported": "bold red",
    "missing banner": "bold magenta",
    "not supported": "green",
    "not assessable": "dim",
    "not raised": "dim",
}
_STANCES = ("critique", "endorsement", "mixed", "neutral")


def render(
    report: Report,
    *,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
    sentences: bool = False,
    all_issues: bool = False,
) -> str:
    """Return the report as lines of text.

    Args:
        report: what to show.
        width: columns to fill; more than 120 are not used.
        colour: add ANSI colours, from the 16 that follow the reader's own theme.
        ascii_only: draw with ASCII, for an output whose encoding has nothing else.
        sentences: add every sentence with its stance, sources and words to watch.
        all_issues: show the issues that were not found too, and every source.
    """
    width = min(width, MAX_WIDTH)
    ink = Ink(width=width, ascii_only=ascii_only)
    parts: list[RenderableType] = [_header(report, ink)]
    parts += _banners(report, ink)
    parts += _issues(report, ink, all_issues=all_issues)
    parts += _sources(report, ink, everything=all_issues)
    if report.sentences:
        parts += [heading("STANCE toward the subject"), _stance(report, ink)]
    if sentences:
        parts += [heading("SENTENCES"), sentence_list(report)]
    text = printed(Group(*parts), width, colour=colour)
    return text.translate(ASCII) if ascii_only else text


def _header(report: Report, ink: Ink) -> RenderableType:
    """Return title, subject and size on the left, the two scores on the right."""
    article, summary = report.article, report.summary
    sizes = [labels.count(summary.sentences, "sentence"), labels.count(summary.words, "word")]
    sizes += [labels.count(len(article.references), "reference")] if article.references else []
    sizes += [labels.FORMAT_NAMES.get(article.format, article.format)]
    size = Text(" · ".join(sizes), "dim")
    title = Text(visible(article.title) or "Untitled article", "bold")
    about = article.subject not in ("", article.title)
    second = Text.assemble(("subject: ", "dim"), visible(article.subject)) if about else size
    grid = Table.grid(expand=True, padding=(0, 2, 0, 0))
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True)
    grid.add_row(Group(title, second), _scores(report, ink))
    notices = [Text.assemble(("note: ", "yellow"), visible(notice)) for notice in article.notices]
    return Group(grid, *([size] if about else []), *notices)


def _scores(report: Report, ink: Ink) -> RenderableType:
    """Return the two article scores; 1 is good in both."""
    scores = Table.grid(padding=(0, 1))
    scores.add_column(justify="right")
    scores.add_column()
    for name, value in (("neutrality", report.summary.neutrality_score), ("free of spam", report.summary.spam_score)):
        if value is None:
            scores.add_row(Text(name, "dim"), Text("–  not assessable", "dim"))
        else:
            style = "green" if value >= 0.7 else "yellow" if value >= 0.4 else "red"
            scores.add_row(Text(name, "dim"), ink.bar(value, 10, style).append(f" {value:.2f}", f"bold {style}"))
    return scores


def _banners(report: Report, ink: Ink) -> Iterator[RenderableType]:
    """Yield the banners: what each claims, since when, and what was found."""
    lines = overview.banner_lines(report)
    if not lines:
        if "banners" in report.article.facets:
            yield Text.assemble("\n", ("BANNERS", "bold cyan"), ("  none", "dim"))
        return
    yield heading("BANNERS claimed by editors, against what was found")
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=2)
    table.add_column(no_wrap=True)
    table.add_column(ratio=3)
    for line in lines:
        title = Text(visible(line.title))
        if line.place:
            title.append(f" ({visible(line.place)})", "dim")
        table.add_row(Text("▲", "yellow"), title, Text(visible(line.date), "dim"), _verdicts(line))
    yield Padding(table, (0, 0, 0, 2))


def _verdicts(line: overview.BannerLine) -> Text:
    """Return the verdict on each issue that a banner claims."""
    if not line.issues:
        return Text("not judged: no issue of this tool covers it", "dim")
    text = Text()
    for number, issue in enumerate(line.issues):
        text.append("\n" if number else "")
        text.append(issue.verdict, _VERDICT_STYLE.get(issue.verdict, ""))
        if issue.score is not None:
            text.append(f", found {labels.score(issue.score)}")
        elif issue.why_null:
            text.append(f": {visible(overview.brief(issue.why_null))}", "dim")
        if len(line.issues) > 1:
            text.append(f"  {visible(labels.issue_title(issue.issue))}", "dim")
    if line.stale:
        text.append(", looks stale", "yellow")
    return text


def _issues(report: Report, ink: Ink, *, all_issues: bool) -> Iterator[RenderableType]:
    """Yield the issues as bars with their strongest evidence, then what is clean and what cannot be judged."""
    shown = overview.shown_issues(report)
    clean = overview.clean_issues(report)
    yield heading("ISSUES found or claimed, 0 clean to 1")
    if shown:
        yield _issue_table(report, shown, ink)
    else:
        yield Padding(Text("none found"), (0, 0, 0, 2))
    if clean and all_issues:
        yield heading("CLEAN looked for, not found")
        yield _issue_table(report, clean, ink)
    elif clean:
        count = labels.count(len(clean), "other issue")
        yield Padding(Text(f"{count} looked for and not found (--all-issues shows them)", "dim"), (0, 0, 0, 2))
    unassessed = overview.unassessed(report)
    if unassessed and all_issues:
        yield heading("NOT ASSESSABLE from this input")
        for reason, titles in unassessed:
            yield Padding(Text(f"{visible(', '.join(titles))}: {visible(reason)}"), (0, 0, 0, 2))
    elif unassessed:
        listed = "; ".join(f"{_few(titles)} ({overview.brief(reason)})" for reason, titles in unassessed)
        yield Padding(Text(f"not assessable: {visible(listed)}", "dim"), (0, 0, 0, 2))


def _few(titles: Sequence[str]) -> str:
    """Return the titles of issues, or their number where a list would not be read."""
    return ", ".join(titles) if len(titles) <= 6 else f"{len(titles)} issues"


def _issue_table(report: Report, issues: Sequence[IssueScore], ink: Ink) -> RenderableType:
    """Return one line an issue, and under it the evidence."""
    quoter = overview.Quoter(report)
    rows: list[RenderableType] = []
    told: list[str] = []
    for issue in issues:
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(ratio=1)
        grid.add_column(no_wrap=True, width=20 if ink.wide else 12)
        grid.add_column(no_wrap=True, width=4, justify="right")
        grid.add_column(no_wrap=True, width=20)
        style = _VERDICT_STYLE.get(issue.verdict, "")
        bar = ink.bar(issue.score, 20 if ink.wide else 12, style) if issue.score is not None else Text("")
        label = labels.VERDICT_NAMES[issue.verdict]
        grid.add_row(
            Text(visible(labels.issue_title(issue.issue)), "bold"),
            bar,
            labels.score(issue.score),
            Text(label, style),
        )
        rows.append(grid)
        if issue.why_null and issue.why_null not in told:
            told.append(issue.why_null)
            rows.append(_under(Text(visible(issue.why_null), "dim")))
        rows += [_evidence(item, quoter, ink) for item in issue.evidence[:EVIDENCE_SHOWN]]
    return Padding(Group(*rows), (0, 0, 0, 2))


def _evidence(item: Evidence, quoter: overview.Quoter, ink: Ink) -> RenderableType:
    """Return one piece of evidence: the reason, and the words it rests on."""
    text = Text(visible(item.reason))
    excerpt = quoter.excerpt(item, _room(text, ink))
    if item.citation:
        text.append(f" [{visible(item.citation)}]", "dim")
    if excerpt is not None:
        text.append(": “")
        text.append(visible(excerpt.before), "dim")
        text.append(visible(excerpt.focus), "italic")
        text.append(visible(excerpt.after), "dim")
        text.append("”")
    return _under(text)


def _under(text: Text) -> RenderableType:
    """Return a line that belongs to the one above."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=2)
    grid.add_column()
    grid.add_row(Text("└", "dim"), text)
    return Padding(grid, (0, 0, 0, 1))


def _room(reason: Text, ink: Ink) -> int:
    """Return how many characters of the article fill up one line after the reason, or two of a narrow report."""
    lines = 1 if ink.wide else 2
    return min(max(lines * (ink.width - 6) - len(reason) - 8, 48), 140)


def _sources(report: Report, ink: Ink, *, everything: bool) -> Iterator[RenderableType]:
    """Yield the source balance: who is heard, how much, and on which side."""
    lines = overview.source_lines(report, None if everything else SOURCES_SHOWN)
    summary = report.summary
    yield heading("WHO is heard")
    if not lines:
        if report.sentences:
            yield Padding(Text("nobody: all of it stands in the article's own voice"), (0, 0, 0, 2))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="dim", pad_edge=False)
    table.add_column("source", ratio=1)
    table.add_column("type", no_wrap=True)
    for name in _STANCES if ink.wide else ("crit.", "end.", "mixed", "neut."):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("share of words", no_wrap=True, width=22 if ink.wide else 14)
    for line in lines:
        table.add_row(
            Text(visible(line.name), "dim" if line.more else ""),
            Text(line.type, "yellow" if line.type in ("subject", "unnamed") else "dim"),
            *(_counted(getattr(line, stance), STANCE_STYLE[stance]) for stance in _STANCES),
            ink.bar(line.share, 15 if ink.wide else 8, "cyan").append(f" {labels.percent(line.share):>5}"),
        )
    yield Padding(table, (0, 0, 0, 2))
    yield Padding(Text(overview.voices(report), "dim"), (0, 0, 0, 2))
    if summary.effective_sources is not None:
        yield Padding(
            Text(f"as many voices as {summary.effective_sources:.1f} sources of equal weight", "dim"), (0, 0, 0, 2)
        )


def _counted(number: int, style: str) -> Text:
    """Return a count in the colour of its stance; a zero as a quiet dot."""
    return Text(str(number), style) if number else Text("·", "dim")


def _stance(report: Report, ink: Ink) -> RenderableType:
    """Return one bar over all sentences, the counts, and the balance."""
    summary = report.summary
    total = max(summary.sentences, 1)
    cells = 48 if ink.wide else 40
    bar, used = Text(), 0
    legend = Text()
    for stance, shade in zip(_STANCES, ink.shades, strict=True):
        number = getattr(summary, stance)
        upto = round(cells * sum(getattr(summary, name) for name in _STANCES[: _STANCES.index(stance) + 1]) / total)
        bar.append(shade * (upto - used), STANCE_STYLE[stance])
        used = upto
        legend.append(f"{shade} ", STANCE_STYLE[stance]).append(f"{stance} {number}   ")
    if summary.balance is not None:
        bar.append(f"  balance {overview.signed(summary.balance)}", "bold")
        bar.append(" (−1 critique … +1 endorsement)" if ink.wide else "", "dim")
    return Padding(Group(bar, legend), (0, 0, 0, 2))
