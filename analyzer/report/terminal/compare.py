"""What changed between two reports, for a terminal."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from analyzer import counting
from analyzer.report import labels
from analyzer.report.compare import Comparison, ScoreChange, SentenceChange
from analyzer.report.escape import visible
from analyzer.report.terminal.canvas import STANCE_STYLE, Canvas, grid, heading, indented

_SUMMARY = ("neutrality_score", "spam_score", "balance", "attributed_share", "unnamed_share", "subject_share")
_SIGNS = {"added": ("+", "green"), "removed": ("−", "red"), "reworded": ("~", "yellow"), "reread": ("=", "cyan")}

_NOISE = 0.05  # a score that moved by less, and means what it meant, tells nothing

Row = tuple[Text | str, ...]


def render_comparison(
    comparison: Comparison, *, width: int = 80, colour: bool = False, ascii_only: bool = False
) -> str:
    """Return the comparison as lines of text: figures, banners, issues, sources and sentences that changed.

    Of scores that moved by less than .05 and mean what they meant only the number is told.
    """
    figures = [
        (labels.plain_id(name).lower(), f"{labels.score(before)} → {labels.score(after)}")
        for name, (before, after) in comparison.summary.items()
        if name in _SUMMARY
    ]
    banners = [(Text("+", "green"), visible(name)) for name in comparison.banners_added]
    banners += [(Text("−", "red"), visible(name)) for name in comparison.banners_removed]
    sources = [
        (visible(row.name), Text(row.type, "dim"), f"{row.before} → {counting.number(row.after, 'sentence')}")
        for row in comparison.sources
    ]
    told = [row for row in comparison.scores if not _is_noise(row)]
    issues = [*map(_issue, told)]
    if less := len(comparison.scores) - len(told):
        issues.append((f"{less} {'other' if issues else 'issue'}{'s' if less > 1 else ''} by less than {_NOISE:.2f}",))
    sections: dict[str, Iterable[Row]] = {
        "FIGURES": figures,
        "BANNERS": banners,
        "ISSUES 0 clean to 1": issues,
        "SOURCES": sources,
        "SENTENCES + added, − removed, ~ reworded, = read otherwise": map(_sentence, comparison.sentences),
    }
    found: list[RenderableType] = []
    for title, rows in sections.items():
        table = grid()
        for row in rows:
            table.add_row(*row)
        if table.row_count:
            found += [heading(title), indented(table)]
    verdicts = comparison.verdicts if len(set(comparison.verdicts)) > 1 else ("", "")
    head = [
        Text.assemble((name, "dim"), (visible(title), "bold"), f": {visible(verdict)}" if verdict else "")
        for name, title, verdict in (
            ("before  ", comparison.before, verdicts[0]),
            ("after   ", comparison.after, verdicts[1]),
        )
    ]
    canvas = Canvas(width=width, colour=colour, ascii_only=ascii_only)
    return canvas.printed([*head, *(found or [Text("\nnothing changed")])])


def _is_noise(row: ScoreChange) -> bool:
    return row.change is not None and abs(row.change) < _NOISE and row.verdict_before == row.verdict_after


def _issue(row: ScoreChange) -> Row:
    better = row.change is not None and row.change < 0
    return (
        visible(labels.issue_title(row.issue)),
        f"{labels.score(row.before)} → {labels.score(row.after)}",
        Text("" if row.change is None else labels.signed(row.change), "green" if better else "red"),
        " → ".join(dict.fromkeys((row.verdict_before, row.verdict_after))),
    )


def _sentence(row: SentenceChange) -> Row:
    text = Text(visible(row.text_after or row.text_before or ""))
    if row.kind == "reworded" and row.text_before:
        text = Text(visible(row.text_before), "dim").append("\n").append_text(text)
    both = ((row.stance_before, row.unsure_before), (row.stance_after, row.unsure_after))
    stances = [(stance, unsure) for stance, unsure in dict.fromkeys(both) if stance]
    shown = " → ".join(f"{stance}?" if unsure else stance for stance, unsure in stances)
    label = Text(shown, STANCE_STYLE.get(stances[-1][0], "") if stances else "")
    return Text(*_SIGNS.get(row.kind, ("?", ""))), label, text
