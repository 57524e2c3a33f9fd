"""What is checked, and how a score comes about, for a terminal."""

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from analyzer.report import labels
from analyzer.report.terminal.canvas import Canvas, grid


def render_list(told: list[dict[str, Any]], canvas: Canvas) -> str:
    """Return what each issue is, the policy behind it and what it needs, family by family."""
    parts: list[RenderableType] = []
    width = max(len(row["issue"]) for row in told)
    for family in dict.fromkeys(row["family"] for row in told):
        table = grid({"width": width, "no_wrap": True}, {"ratio": 1}, expand=True)
        for row in (row for row in told if row["family"] == family):
            needs = _facets(facet for facet in row["needs"] if facet != "text")
            text = Text(row["summary"]).append(f"\n{row['policy']}" + (f"; needs {needs}" if needs else ""), "dim")
            table.add_row(Text(row["issue"], "bold"), text)
        parts += [Text(family.upper(), "bold cyan"), Padding(table, (0, 0, 1, 2))]
    return canvas.printed([*parts, Text("npov explain ISSUE tells how a score comes about.", "dim")])


def render_issue(told: dict[str, Any], canvas: Canvas) -> str:
    """Return one issue in full: formula, weights and signals."""
    least = f"{told['minimum_words']} words" if "minimum_words" in told else "any"
    head = grid()
    for name, value in (("policy", told["policy"]), ("needs", _facets(told["needs"])), ("least prose", least)):
        head.add_row(Text(name, "dim"), Text(value))
    parts: list[RenderableType] = [
        Text.assemble((told["issue"], "bold"), f"  {labels.issue_title(told['issue'])}: {told['summary']}"),
        Padding(head, (1, 0, 1, 2)),
    ]
    if told.get("signals"):
        table = grid({"no_wrap": True}, {"justify": "right", "no_wrap": True}, {})
        table.add_row("bias", labels.signed(told["bias"]), "")
        for row in sorted(told["signals"], key=lambda row: (-abs(row["weight"]), row["name"])):
            weight = row["weight"]
            style = "red" if weight > 0 else "green" if weight < 0 else "dim"
            table.add_row(Text(row["name"]), Text(labels.signed(weight), style), Text(row["says"]))
        parts += [
            Text.assemble(("score = ", "dim"), told["formula"]),
            Padding(table, (1, 0, 1, 2)),
            Text("Signals are 0 to 1; what raises one is shown as evidence. From 0.5 on the issue counts as found."),
        ]
    if told.get("blind_spots"):
        parts.append(Text.assemble(("not seen: ", "dim"), told["blind_spots"] + "."))
    if told.get("calibrated_on"):
        parts.append(Text(f"Calibrated on {told['calibrated_on']}.", "dim"))
    return canvas.printed(parts)


def _facets(facets: Iterable[str]) -> str:
    return ", ".join(labels.FACET_NAMES.get(facet, facet) for facet in facets)
