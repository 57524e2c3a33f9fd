"""The command line: parse, call, print, exit code; nothing else.

Start-up imports typer alone; what a command needs is imported when it runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from analyzer.cli import compare as cli_compare
from analyzer.cli import issues as cli_issues
from analyzer.cli import workshop as cli_workshop
from analyzer.cli.check import ReportFormat, Request
from analyzer.cli.check import run as run_check
from analyzer.cli.inputs import Inputs
from analyzer.cli.output import guard
from analyzer.vocabulary import DEFAULT_ENGINE, InputFormat, StanceEngine

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
    """Print the version and stop."""
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


@app.command()
@guard
def check(
    files: Annotated[
        list[str],
        typer.Argument(help="Files, - for standard input, or addresses of wiki pages.", metavar="FILE..."),
    ],
    title: Annotated[str | None, typer.Option(help="The article's title, where the file does not tell it.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="What the article is about, where its title does not say it.")
    ] = None,
    input_format: Annotated[
        InputFormat | None, typer.Option(help="How to read the input; recognised by its content if not given.")
    ] = None,
    text_column: Annotated[
        str | None, typer.Option(help="The column of a table (JSON Lines, CSV, TSV, Parquet) that holds the articles.")
    ] = None,
    wiki: Annotated[
        str | None, typer.Option(help="The api.php of a live wiki; FILE are then titles of its pages.", metavar="URL")
    ] = None,
    revision: Annotated[str | None, typer.Option(help="The revision of a live wiki's page.", metavar="ID")] = None,
    format: Annotated[ReportFormat, typer.Option(help="How to write the report.")] = "terminal",
    out: Annotated[
        Path | None, typer.Option(help="Write to this file instead of standard output.", metavar="FILE")
    ] = None,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Show every sentence with stance, source, cue and words to watch.")
    ] = False,
    all_issues: Annotated[
        bool, typer.Option("--all-issues", help="Show the issues that were not found too, and every source.")
    ] = False,
    fail_at: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Exit with 1 if an issue scores this much or more.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print no report, only what went wrong; the exit code tells.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Another installed spaCy pipeline, by name or path.", show_default=False)
    ] = None,
    stance: Annotated[
        StanceEngine,
        typer.Option(help="The stance engine: accurate, or fast for large batches (half the time)."),
    ] = DEFAULT_ENGINE,
    sources: Annotated[
        Path | None,
        typer.Option(
            help="Your own table of domains (TSV: domain, verdict ...), before the packaged ones.", metavar="FILE"
        ),
    ] = None,
    gazetteer: Annotated[
        Path | None,
        typer.Option(
            help="Your own table of sources (name, tab, type), which decides how they are typed.", metavar="FILE"
        ),
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Leave out attributions less probable than this.")
    ] = 0.0,
    width: Annotated[
        int | None, typer.Option(min=40, max=1000, help="Columns of the terminal report, at most 120 of them used.")
    ] = None,
) -> int:
    """Report on articles: their banners and issues with evidence, who is heard, and on which side.

    Several articles give several reports: JSON Lines with --format json, one document with --format html or csv. What
    cannot be read is named on standard error and leaves the others unharmed. Dumps (.xml, .bz2 ...), Enterprise
    snapshots and tables hold many articles; nothing is fetched unless an address or --wiki is given.
    """
    inputs = Inputs(
        names=tuple(files),
        title=title,
        subject=subject,
        format=input_format,
        text_column=text_column,
        wiki=wiki,
        revision=revision,
    )
    request = Request(
        format=format,
        out=out,
        sentences=sentences,
        all_issues=all_issues,
        fail_at=fail_at,
        quiet=quiet,
        model=model,
        stance=stance,
        sources=sources,
        gazetteer=gazetteer,
        min_confidence=min_confidence,
        width=width,
    )
    return run_check(inputs, request)


cli_compare.add_to(app)
cli_issues.add_to(app)
cli_workshop.add_to(app)


def main() -> None:
    """Run the command line; what ``npov`` calls."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
