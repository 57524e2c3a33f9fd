"""The report for a terminal: what a patroller needs, readable in half a minute.

Colour is only ever a second sign: every stance and verdict also stands there as a word.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer import counting
from analyzer.records import Attribution, Evidence, IssueScore, Mark, Report, Sentence
from analyzer.report import labels
from analyzer.report.escape import visible
from analyzer.report.overview import BannerLine, Overview, brief, source_name, stance_name
from analyzer.report.terminal.canvas import STANCE_STYLE, Canvas, grid, heading, indented
from analyzer.vocabulary import STANCES

_TITLES = 6  # of issues that cannot be judged; more are counted
_NAME = 300  # characters of a title; of a source a quarter
_LINES = 100  # two screens
_LEVEL_STYLE = {"good": "green", "fair": "yellow", "bad": "red"}
_VERDICT_STYLE = {"supported": "bold red", "missing banner": "bold magenta", "not supported": "green"}  # else dim


class _Most(NamedTuple):
    """How much is told; what is left out is counted."""

    banners: int
    issues: int
    evidence: int
    sources: int
    others: int  # notices, and claims of one banner


_ALL = 1_000_000
_EVERYTHING = _Most(banners=_ALL, issues=_ALL, evidence=2, sources=_ALL, others=_ALL)
_FITTING = (
    _Most(banners=_ALL, issues=_ALL, evidence=2, sources=8, others=_ALL),
    _Most(banners=8, issues=8, evidence=2, sources=8, others=3),
    _Most(banners=6, issues=6, evidence=1, sources=6, others=2),
    _Most(banners=4, issues=4, evidence=1, sources=4, others=1),
)


def render(
    report: Report,
    *,
    width: int = 80,
    colour: bool = False,
    ascii_only: bool = False,
    sentences: bool = False,
    all_issues: bool = False,
) -> str:
    """Return the report as lines of text of at most ``width`` columns, no more than 120 of them used.

    ``colour`` adds the 16 ANSI colours that follow the reader's own theme; ``ascii_only`` draws for an output whose
    encoding has nothing else; ``sentences`` shows every sentence, ``all_issues`` what was not found and every source.
    Without these two, the report of any article fits two screens: of what is too much for that, the rest is counted.
    """
    canvas = Canvas(width=width, colour=colour, ascii_only=ascii_only)
    overview = Overview(report)
    text = ""
    for most in (_EVERYTHING,) if all_issues else _FITTING:
        text = canvas.printed(_parts(overview, canvas, most))
        if text.count("\n") <= _LINES:
            break
    return text + (canvas.printed([heading("SENTENCES"), _sentences(overview)]) if sentences else "")


def _parts(overview: Overview, canvas: Canvas, most: _Most) -> Iterator[RenderableType]:
    yield _header(overview, canvas, most)
    yield from _banners(overview, most)
    yield from _issues(overview, canvas, most)
    if overview.report.sentences:
        yield from _sources(overview, canvas, most)
        yield heading("STANCE toward the subject")
        yield _stance(overview, canvas)
    if overview.settings:
        told = (f"{name.replace('_', ' ')} {value}" for name, value in overview.settings)
        yield Text.assemble("\n", ("settings: ", "dim"), visible("; ".join(told)))


def _header(overview: Overview, canvas: Canvas, most: _Most) -> RenderableType:
    """Return title, subject and size on the left, the two scores on the right (1 is good in both), then the verdict."""
    article = overview.report.article
    sizes = list(overview.size)
    sizes[2:2] = [counting.number(len(article.references), "reference")] if article.references else []
    title = labels.clip(visible(article.title), _NAME)
    left = [Text(title or "Untitled article", "bold"), Text(" · ".join(sizes), "dim")]
    if overview.subject:
        left.insert(1, Text.assemble(("subject: ", "dim"), labels.clip(visible(overview.subject), _NAME)))
    scores = Table.grid(padding=(0, 1))
    scores.add_column(justify="right")
    for name, value in overview.scores:
        shown = Text("–  not assessable", "dim")
        if value is not None:
            style = _LEVEL_STYLE[labels.level(value)]
            shown = canvas.bar(value, 10, style).append(f" {labels.score(value)}", f"bold {style}")
        scores.add_row(Text(name, "dim"), shown)
    head = grid({"ratio": 1}, {"no_wrap": True}, expand=True)
    head.add_row(Group(*left[:2]), scores)
    told_notices = [visible(notice) for notice in article.notices[: most.others]]
    told_notices += _rest(len(article.notices) - most.others, "note")
    notices = [Text.assemble(("note: ", "yellow"), notice) for notice in told_notices]
    verdict = overview.report.summary.verdict
    told = [Text("\n").append(visible(verdict), "bold")] if verdict else []
    return Group(head, *left[2:], *told, *notices)


def _rest(count: int, noun: str) -> list[str]:
    """Return what tells of the rest that was left out, if anything was."""
    return [f"and {counting.number(count, f'more {noun}')}, see --format html"] if count > 0 else []


def _banners(overview: Overview, most: _Most) -> Iterator[RenderableType]:
    """Yield the banners: what each claims, since when, and what was found."""
    if overview.banners:
        yield heading("BANNERS claimed by editors, against what was found")
        table = grid({"width": 1}, {"ratio": 2}, {"no_wrap": True}, {"ratio": 3}, expand=True)
        for line in overview.banners[: most.banners]:
            title = Text.assemble(visible(line.title), (f" ({visible(line.section)})" if line.section else "", "dim"))
            table.add_row(Text("▲", "yellow"), title, Text(visible(line.date), "dim"), _verdicts(line, most))
        yield indented(table)
        yield from (indented(rest, "dim") for rest in _rest(len(overview.banners) - most.banners, "banner"))
    elif "banners" in overview.report.article.facets:
        yield Text.assemble("\n", ("BANNERS", "bold cyan"), ("  none", "dim"))


def _verdicts(line: BannerLine, most: _Most) -> Text:
    if not line.claims:
        return Text("not judged: no issue of this tool covers it", "dim")
    text = Text()
    for number, issue in enumerate(line.claims[: most.others]):
        text.append("\n" if number else "")
        text.append(issue.verdict, _VERDICT_STYLE.get(issue.verdict, "dim"))
        if issue.score is not None:
            text.append(f", found {labels.score(issue.score)}")
        elif issue.why_null:
            text.append(f": {visible(brief(issue.why_null))}", "dim")
        text.append(", looks stale" if issue.stale else "", "yellow")
        title = labels.issue_title(issue.issue)
        if len(line.claims) > 1 or title != line.title:
            text.append(f"  {visible(title)}", "dim")
    text.append("".join(f"\n{rest}" for rest in _rest(len(line.claims) - most.others, "issue")), "dim")
    return text


def _issues(overview: Overview, canvas: Canvas, most: _Most) -> Iterator[RenderableType]:
    """Yield the issues as bars with their strongest evidence, then what is clean and what cannot be judged."""
    yield heading("ISSUES found or claimed, 0 clean to 1")
    yield _issue_table(overview.found, overview, canvas, most) if overview.found else indented("none found")
    yield from (indented(rest, "dim") for rest in _rest(len(overview.found) - most.issues, "issue"))
    clean, unassessed, everything = overview.clean, overview.unassessed(), most == _EVERYTHING
    if clean and everything:
        yield heading("CLEAN looked for, not found")
        yield _issue_table(clean, overview, canvas, most)
    elif clean:
        count = counting.number(len(clean), "other issue")
        yield indented(f"{count} looked for and not found (--all-issues shows them)", "dim")
    if unassessed and everything:
        yield heading("NOT ASSESSABLE from this input")
        for reason, titles in unassessed.items():
            yield indented(f"{visible(', '.join(titles))}: {visible(reason)}")
    elif unassessed:
        listed = [
            f"{', '.join(titles) if len(titles) <= _TITLES else f'{len(titles)} issues'} ({brief(reason)})"
            for reason, titles in unassessed.items()
        ]
        yield indented(f"not assessable: {visible('; '.join(listed))}", "dim")


def _issue_table(issues: Sequence[IssueScore], overview: Overview, canvas: Canvas, most: _Most) -> RenderableType:
    """Return one line an issue, and under it the evidence; what several issues lack is told once."""
    cells = 20 if canvas.wide else 12
    rows: list[RenderableType] = []
    told: set[str | None] = {None, ""}
    for issue in issues[: most.issues]:
        style = _VERDICT_STYLE.get(issue.verdict, "dim")
        row = grid({"ratio": 1}, *({"no_wrap": True, "width": width} for width in (cells, 4, 20)), expand=True)
        row.add_row(
            Text(visible(labels.issue_title(issue.issue)), "bold"),
            Text("") if issue.score is None else canvas.bar(issue.score, cells, style),
            f"{labels.score(issue.score):>4}",
            Text(labels.VERDICT_NAMES[issue.verdict], style),
        )
        rows.append(row)
        if issue.why_null not in told:
            told.add(issue.why_null)
            rows.append(_under(Text(visible(issue.why_null or ""), "dim")))
        if sections := overview.sections(issue):
            rows.append(_under(Text(visible(sections))))
        rows += [_under(_evidence(item, overview, canvas)) for item in overview.evidence(issue)[: most.evidence]]
    return indented(Group(*rows))


def _under(text: Text) -> RenderableType:
    """Return a line that belongs to the one above."""
    line = grid({"width": 2}, {}, gap=1)
    line.add_row(Text("└", "dim"), text)
    return Padding(line, (0, 0, 0, 1))


def _evidence(item: Evidence, overview: Overview, canvas: Canvas) -> Text:
    """Return one piece of evidence: the reason, and the words it rests on."""
    text = Text(visible(item.reason))
    if place := overview.place(item):
        text.append(f" ({visible(place)})", "dim")
    # As many characters of the article as fill up one line after the reason, or two of a narrow report.
    room = (1 if canvas.wide else 2) * (canvas.width - 6) - len(text) - 8
    excerpt = overview.excerpt(item, min(max(room, 48), 140))
    if item.citation:
        text.append(f" [{labels.clip(visible(item.citation), _NAME // 4)}]", "dim")
    if excerpt is not None:
        text.append(": “").append(visible(excerpt.before), "dim").append(visible(excerpt.focus), "italic")
        text.append(visible(excerpt.after), "dim").append("”")
    return text


def _sources(overview: Overview, canvas: Canvas, most: _Most) -> Iterator[RenderableType]:
    """Yield the source balance: who is heard, how much, and on which side."""
    yield heading("WHO is heard")
    lines = overview.sources(most.sources)
    if not lines:
        yield indented("nobody: all of it stands in the article's own voice")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="dim", pad_edge=False)
    table.add_column("source", ratio=1)
    table.add_column("type", no_wrap=True)
    for name in STANCES if canvas.wide else ("crit.", "end.", "mixed", "neut."):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("share of words", no_wrap=True, width=22 if canvas.wide else 14)
    for line in lines:
        counts = zip(STANCES, line.counts, strict=True)
        table.add_row(
            Text(labels.clip(visible(line.name), _NAME // 4), "dim" if line.more else ""),
            Text(line.type, "yellow" if line.type in ("subject", "unnamed") else "dim"),
            *(Text(str(number), STANCE_STYLE[stance]) if number else Text("·", "dim") for stance, number in counts),
            canvas.bar(line.share, 15 if canvas.wide else 8, "cyan").append(f" {counting.percent(line.share):>5}"),
        )
    yield indented(table)
    yield indented(overview.voices(), "dim")
    effective = overview.report.summary.effective_sources
    if effective is not None:
        yield indented(f"as many voices as {effective:.1f} sources of equal weight", "dim")


def _stance(overview: Overview, canvas: Canvas) -> RenderableType:
    """Return one bar over all sentences, the counts, and the balance."""
    total = max(overview.report.summary.sentences, 1)
    cells = 48 if canvas.wide else 40
    bar, legend = Text(), Text()
    counted = drawn = 0
    for (stance, number), shade in zip(overview.stances, canvas.shades, strict=True):
        counted += number
        upto = round(cells * counted / total)
        bar.append(shade * (upto - drawn), STANCE_STYLE[stance])
        drawn = upto
        legend.append(f"{shade} ", STANCE_STYLE[stance]).append(f"{stance} {number}   ")
    if overview.unsure:
        legend.append(f"unsure {overview.unsure}", "dim")
    if overview.balance is not None:
        bar.append(f"  balance {overview.balance}", "bold")
        bar.append(" (−1 critique … +1 endorsement)" if canvas.wide else "", "dim")
    return indented(Group(bar, legend))


def _sentences(overview: Overview) -> RenderableType:
    """Return one block a sentence: number, stance with its probability (none where unsure), text, what was found."""
    sentences = overview.report.sentences
    width = max(3, len(str(len(sentences))))
    table = grid({"justify": "right", "width": width}, {"no_wrap": True, "width": 16}, {}, gap=1)
    for sentence in sentences:
        style = "dim" if sentence.unsure else STANCE_STYLE[sentence.stance]
        label = (stance_name(sentence), style), ("" if sentence.unsure else f" {_short(sentence.confidence)}", "dim")
        lines = [_marked(overview, sentence)]
        lines += [_attribution(item, sentence) for item in overview.attributions(sentence)]
        lines += _words_to_watch(overview.marks(sentence))
        table.add_row(Text(str(sentence.index + 1), "dim"), Text.assemble(*label), Text("\n").join(lines))
    return Padding(table, (0, 0, 0, 1))


def _marked(overview: Overview, sentence: Sentence) -> Text:
    """Return the sentence with its sources, cues and words to watch in colour, where they stand in it as words."""
    text = Text(visible(sentence.text))
    text.append("".join(f" [{visible(label)}]" for label in sentence.citations), "dim")
    spans: list[tuple[str | None, str]] = []
    for item in overview.attributions(sentence):
        spans += [(item.source.text, "cyan"), (item.cue.text if item.cue else None, "underline")]
    spans += [(mark.text, "magenta") for mark in overview.marks(sentence)]
    for words, style in spans:
        found = text.plain.find(visible(words)) if words else -1
        if found >= 0:
            text.stylize(style, found, found + len(visible(words or "")))
    return text


def _attribution(item: Attribution, sentence: Sentence) -> Text:
    """Return who speaks, of which type, how, and by which cue; its stance where it is not the sentence's."""
    facts: list[str] = ["partly quoted" if item.mode == "mixed" else item.mode]
    facts.append(f"cue “{visible(item.cue.text)}”" if item.cue else "no cue")
    facts += ["carried over"] if item.carried else []
    facts += [item.stance] if item.stance != sentence.stance else []
    line = Text.assemble(("→ ", "cyan"), (visible(source_name(item)), "cyan"), (f" ({item.source.type})", "dim"))
    return line.append(f", {', '.join(facts)}, {_short(item.confidence)}", "dim")


def _words_to_watch(marks: Sequence[Mark]) -> Iterator[Text]:
    text = Text.assemble(("words to watch: ", "dim"))
    for number, mark in enumerate(marks):
        text.append(", " if number else "").append(f"“{visible(mark.text)}”", "" if mark.quoted else "magenta")
        text.append(f" {mark.kind}" + (", quoted" if mark.quoted else ""), "dim")
    if marks:
        yield text


def _short(probability: float) -> str:
    """Return a probability as ``.93``."""
    return "1.0" if probability >= 0.995 else f"{probability:.2f}"[1:]
