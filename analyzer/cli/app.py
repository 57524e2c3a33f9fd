"""The command line: one module a command; parse, call, print, exit code, nothing else.

Start-up imports typer alone; what a command needs is imported when it runs.
"""

import sys
from typing import Annotated

import typer

from analyzer.cli.batch import batch
from analyzer.cli.check import check
from analyzer.cli.compare import compare
from analyzer.cli.issues import explain, issues
from analyzer.cli.output import INTERRUPTED, guard
from analyzer.cli.summary import summary
from analyzer.cli.workshop import agreement, annotate, evaluate, train

app = typer.Typer(
    name="npov",
    help="Judge whether an article is neutral and who is speaking in it.",
    epilog="Exit codes: 0 nothing at or above --fail-at; 1 something; 2 usage; 3 unreadable input; 4 a model problem.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from analyzer import __version__

        typer.echo(f"npov-analyzer {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Judge whether an article is neutral and who is speaking in it."""


for _command in (check, batch, summary, compare, issues, explain, train, evaluate, annotate, agreement):
    app.command()(guard(_command))


def main() -> None:
    """Run the command line; what ``npov`` calls."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
