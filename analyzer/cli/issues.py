"""``npov issues`` and ``npov explain``: what is checked, what it needs, the policy, and how a score comes about."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.output import JsonText, Output, as_json, screen
from analyzer.vocabulary import Facet

if TYPE_CHECKING:
    from rich.console import RenderableType


def issues(json: JsonText = False) -> None:
    """List the issues that are checked, what each needs, and the policy behind it."""
    from analyzer.issues import explain as explained
    from analyzer.issues import scorers

    output = Output(None)
    told = [explained(scorer.issue) for scorer in scorers()]
    if json:
        keys = ("issue", "family", "summary", "needs", "policy")
        output.write(as_json([{key: row[key] for key in keys} for row in told]))
    else:
        output.write(_printed(_list(told)))


def explain(
    issue: Annotated[str, typer.Argument(help="The id of an issue, such as balance.unbalanced.", metavar="ISSUE")],
    json: JsonText = False,
) -> None:
    """Tell how one score comes about: its formula, what it needs, what counts as evidence, and the policy behind it."""
    from analyzer.issues import explain as explained

    output = Output(None)
    told = explained(issue)
    output.write(as_json(told) if json else _printed(_explained(told)))


def _printed(parts: "list[RenderableType]") -> str:
    from analyzer.report.terminal.canvas import Canvas

    width, colour = screen()
    return Canvas(width=width, colour=colour).printed(parts)


def _list(told: list[dict[str, Any]]) -> "list[RenderableType]":
    from rich.padding import Padding
    from rich.text import Text

    from analyzer.report.terminal.canvas import grid

    parts: list[RenderableType] = []
    width = max(len(row["issue"]) for row in told)
    for family in dict.fromkeys(row["family"] for row in told):
        table = grid({"width": width, "no_wrap": True}, {"ratio": 1}, expand=True)
        for row in (row for row in told if row["family"] == family):
            needs = _facets(facet for facet in row["needs"] if facet != "text")
            text = Text(row["summary"]).append(f"\n{row['policy']}" + (f"; needs {needs}" if needs else ""), "dim")
            table.add_row(Text(row["issue"], "bold"), text)
        parts += [Text(family.upper(), "bold cyan"), Padding(table, (0, 0, 1, 2))]
    return [*parts, Text("npov explain ISSUE tells how a score comes about.", "dim")]


def _explained(told: dict[str, Any]) -> "list[RenderableType]":
    from rich.padding import Padding
    from rich.text import Text

    from analyzer.report import labels
    from analyzer.report.terminal.canvas import grid

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
    if told.get("calibrated_on"):
        parts.append(Text(f"Calibrated on {told['calibrated_on']}.", "dim"))
    return parts


def _facets(facets: Iterable[Facet]) -> str:
    from analyzer.report import labels

    return ", ".join(labels.FACET_NAMES.get(facet, facet) for facet in facets)
