"""``npov issues`` and ``npov explain``: what is checked, what it needs, the policy, and how a score comes about."""

from collections.abc import Iterator
from typing import Annotated

import typer

from analyzer.cli.output import JsonText, Output, as_json, screen


def _ids(incomplete: str) -> Iterator[str]:
    from analyzer.issues import scorers

    yield from (scorer.issue for scorer in scorers() if scorer.issue.startswith(incomplete))


def issues(json: JsonText = False) -> None:
    """List the issues that are checked, what each needs, and the policy behind it."""
    from analyzer.issues import explain as explained
    from analyzer.issues import scorers
    from analyzer.report.terminal.canvas import Canvas
    from analyzer.report.terminal.issues import render_list

    output = Output(None)
    told = [explained(scorer.issue) for scorer in scorers()]
    if json:
        keys = ("issue", "family", "summary", "needs", "policy")
        output.write(as_json([{key: row[key] for key in keys} for row in told]))
    else:
        output.write(render_list(told, Canvas(*screen())))


def explain(
    issue: Annotated[
        str,
        typer.Argument(help="The id of an issue, such as balance.unbalanced.", metavar="ISSUE", autocompletion=_ids),
    ],
    json: JsonText = False,
) -> None:
    """Tell how one score comes about: its formula, what it needs, what counts as evidence, and the policy behind it."""
    from analyzer.issues import explain as explained
    from analyzer.report.terminal.canvas import Canvas
    from analyzer.report.terminal.issues import render_issue

    output = Output(None)
    told = explained(issue)
    output.write(as_json(told) if json else render_issue(told, Canvas(*screen())))
