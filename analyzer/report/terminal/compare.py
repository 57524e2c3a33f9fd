"""What changed between two reports, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.report import labels
from analyzer.report.compare import Comparison, SentenceChange
from analyzer.report.escape import visible
from analyzer.report.terminal.canvas import ASCII, STANCE_STYLE, heading, printed

_SUMMARY = ("neutrality_score", "spam_score", "balance", "attributed_share", "unnamed_share", "subject_share")
_SIGNS = {"added": ("+", "green"), "removed": ("−", "red"), "reworded": ("~", "yellow"), "reread": ("=", "cyan")}


def render_comparison(
    comparison: Comparison, *, width: int = 80, colour: bool = False, ascii_only: bool = False
) -> str:
    """Return the comparison as lines of text: figures, banners, issues, sources and sentences that changed."""
    parts: list[RenderableType] = [
        Text.assemble(("before  ", "dim"), visible(comparison.before)),
        Text.assemble(("after   ", "dim"), visible(comparison.after)),
    ]
    sections = [_summary, _banners, _scores, _sources, _sentences]
    found = [part for section in sections for part in section(comparison)]
    parts += found or [Text("\nnothing changed")]
    text = printed(Group(*parts), min(width, 120), colour=colour)
    return text.translate(ASCII) if ascii_only else text


def _rows(lines: list[tuple[Text | str, ...]]) -> RenderableType:
    """Return lines as a table whose last column takes the room that is left."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for line in lines:
        table.add_row(*line)
    return Padding(table, (0, 0, 0, 2))


def _summary(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the figures of the article that changed."""
    lines: list[tuple[Text | str, ...]] = [
        (labels.plain_id(name).lower(), f"{_figure(before)} → {_figure(after)}")
        for name, (before, after) in comparison.summary.items()
        if name in _SUMMARY
    ]
    if lines:
        yield heading("FIGURES")
        yield _rows(lines)


def _banners(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the banners that came or went."""
    lines: list[tuple[Text | str, ...]] = [(Text("+", "green"), visible(name)) for name in comparison.banners_added]
    lines += [(Text("−", "red"), visible(name)) for name in comparison.banners_removed]
    if lines:
        yield heading("BANNERS")
        yield _rows(lines)


def _scores(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the issues whose score or verdict changed."""
    lines: list[tuple[Text | str, ...]] = []
    for row in comparison.scores:
        better = row.change is not None and row.change < 0
        change = "" if row.change is None else f"{row.change:+.2f}".replace("-", "−")
        verdict = (
            row.verdict_after
            if row.verdict_before == row.verdict_after
            else (f"{row.verdict_before} → {row.verdict_after}")
        )
        title = Text(visible(labels.issue_title(row.issue)))
        lines.append(
            (
                title,
                f"{_figure(row.before)} → {_figure(row.after)}",
                Text(change, "green" if better else "red"),
                verdict,
            )
        )
    if lines:
        yield heading("ISSUES 0 clean to 1")
        yield _rows(lines)


def _sources(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the sources that are heard more or less than before."""
    lines: list[tuple[Text | str, ...]] = [
        (visible(row.name), Text(row.type, "dim"), f"{row.before} → {labels.count(row.after, 'sentence')}")
        for row in comparison.sources
    ]
    if lines:
        yield heading("SOURCES")
        yield _rows(lines)


def _sentences(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield the sentences that came, went, were reworded, or are read otherwise."""
    if comparison.sentences:
        yield heading("SENTENCES + added, − removed, ~ reworded, = read otherwise")
        yield _rows([_sentence(row) for row in comparison.sentences])


def _sentence(row: SentenceChange) -> tuple[Text | str, ...]:
    """Return one line of a sentence."""
    sign, style = _SIGNS.get(row.kind, ("?", ""))
    text = Text(visible(row.text_after or row.text_before or ""))
    if row.kind == "reworded" and row.text_before:
        text = Text(visible(row.text_before), "dim").append("\n").append_text(text)
    stances = [stance for stance in dict.fromkeys((row.stance_before, row.stance_after)) if stance]
    label = Text(" → ".join(stances), STANCE_STYLE.get(stances[-1], "") if stances else "")
    return Text(sign, style), label, text


def _figure(value: float | None) -> str:
    """Return a figure, signs kept; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
