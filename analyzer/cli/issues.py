"""``npov issues`` and ``npov explain``: what is checked, what it needs, the policy, and how a score comes about."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from analyzer.cli.output import Output, guard, screen

JsonFlag = Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(issues)
    app.command()(explain)


@guard
def issues(json: JsonFlag = False) -> None:
    """List the issues that are checked, what each needs, and the policy behind it."""
    from analyzer import issues as room

    output = Output(None)
    told = [room.explain(scorer.issue) for scorer in room.scorers()]
    if json:
        keys = ("issue", "family", "summary", "needs", "policy")
        output.write(_json([{key: row[key] for key in keys} for row in told]))
    else:
        output.write(_list(told))


@guard
def explain(
    issue: Annotated[str, typer.Argument(help="The id of an issue, such as balance.unbalanced.", metavar="ISSUE")],
    json: JsonFlag = False,
) -> None:
    """Tell how one score comes about: its formula, what it needs, what counts as evidence, and the policy behind it."""
    from analyzer import issues as room

    output = Output(None)
    told = room.explain(issue)
    output.write(_json(told) if json else _explained(told))


def _list(told: list[dict[str, Any]]) -> str:
    """Return the issues by family."""
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from analyzer.report import labels
    from analyzer.report.terminal.canvas import Canvas

    width, colour = screen()
    parts: list[RenderableType] = []
    for family in dict.fromkeys(row["family"] for row in told):
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=max(len(row["issue"]) for row in told), no_wrap=True)
        table.add_column(ratio=1)
        for row in (row for row in told if row["family"] == family):
            needs = [labels.FACET_NAMES.get(facet, facet) for facet in row["needs"] if facet != "text"]
            text = Text(row["summary"])
            text.append(f"\n{row['policy']}" + (f"; needs {', '.join(needs)}" if needs else ""), "dim")
            table.add_row(Text(row["issue"], "bold"), text)
        parts += [Text(family.upper(), "bold cyan"), Padding(table, (0, 0, 1, 2))]
    parts.append(Text("npov explain ISSUE tells how a score comes about.", "dim"))
    return Canvas(width=width, colour=colour).printed(parts)


def _explained(told: dict[str, Any]) -> str:
    """Return one issue in full: formula, weights and signals."""
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from analyzer.report import labels
    from analyzer.report.terminal.canvas import Canvas

    width, colour = screen()
    needs = ", ".join(labels.FACET_NAMES.get(facet, facet) for facet in told["needs"])
    head = Table.grid(padding=(0, 2, 0, 0))
    head.add_column()
    head.add_column()
    for name, value in (("policy", told["policy"]), ("needs", needs), ("least prose", _least(told))):
        head.add_row(Text(name, "dim"), Text(value))
    parts: list[RenderableType] = [
        Text.assemble((told["issue"], "bold"), f"  {labels.issue_title(told['issue'])}: {told['summary']}"),
        Padding(head, (1, 0, 1, 2)),
    ]
    if told.get("signals"):
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column()
        table.add_row(Text("bias"), Text(_weight(told["bias"])), "")
        for row in sorted(told["signals"], key=lambda row: (-abs(row["weight"]), row["name"])):
            table.add_row(Text(row["name"]), Text(_weight(row["weight"]), _side(row["weight"])), Text(row["says"]))
        parts += [Text.assemble(("score = ", "dim"), told["formula"]), Padding(table, (1, 0, 1, 2))]
        parts.append(
            Text("Signals are 0 to 1; what raises one is shown as evidence. From 0.5 on the issue counts as found.")
        )
    if told.get("calibrated_on"):
        parts.append(Text(f"Calibrated on {told['calibrated_on']}.", "dim"))
    return Canvas(width=width, colour=colour).printed(parts)


def _least(told: dict[str, Any]) -> str:
    """Return how much prose is needed to room."""
    return f"{told['minimum_words']} words" if "minimum_words" in told else "any"


def _weight(number: float) -> str:
    """Return a weight with its sign."""
    return f"{number:+.2f}".replace("-", "−")


def _side(weight: float) -> str:
    """Return the colour of what raises or lowers a score."""
    return "red" if weight > 0 else "green" if weight < 0 else "dim"


def _json(told: Any) -> str:  # noqa: ANN401 - plain data of any shape
    """Return plain data as indented JSON."""
    import json

    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
