"""The command line: one module a command; parse, call, print, exit code, nothing else.

Start-up imports typer alone; what a command needs is imported when it runs.
"""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from analyzer.cli.batch import batch
from analyzer.cli.check import check
from analyzer.cli.compare import compare
from analyzer.cli.completion import COMPLETE, completion
from analyzer.cli.config import config
from analyzer.cli.configuration import Asked, Configured
from analyzer.cli.issues import explain, issues
from analyzer.cli.output import guard, raise_on_signals
from analyzer.cli.summary import summary
from analyzer.cli.workshop import agreement, annotate, evaluate, train
from analyzer.messages import shortened

_LONGEST_TOLD = 500  # characters of what typer says
_BEFORE = ("--config", "--isolated", "--version")  # options that are of no command
_PYDANTIC = "Value error, "  # with which newer versions of typer begin what is wrong with a value


class Commands(TyperGroup):
    """The commands; what typer says of a call that makes no sense is told in short, and cannot steer the terminal."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Return the context of a call."""
        with _told_in_short():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run the command that was named."""
        with _told_in_short():
            return super().invoke(*args, **kwargs)


@contextmanager
def _told_in_short() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # of typer, or of click in older versions of it
        if isinstance(told := getattr(error, "message", None), str):
            from analyzer.report.escape import visible

            told = told.removeprefix(_PYDANTIC)
            if hasattr(error, "possibilities") and (option := getattr(error, "option_name", "")) in _BEFORE:
                told, error.possibilities = f"{option} stands before the command: npov {option} ...", None
            error.message = visible(shortened(told, _LONGEST_TOLD))  # type: ignore[attr-defined]
        raise


app = typer.Typer(
    name="npov",
    cls=Commands,
    help="Judge whether an article is neutral and who is speaking in it.",
    epilog=(
        "Exit codes: 0 nothing at or above --fail-at; 1 something; 2 usage; 3 unreadable input; 4 a model problem."
        "\n\nExample: npov check article.txt"
    ),
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
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="NPOV_CONFIG", help="Read this configuration instead of the nearest npov.toml.", metavar="FILE"
        ),
    ] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Read no configuration file at all.")] = False,
) -> None:
    """Judge whether an article is neutral and who is speaking in it."""
    context.obj = Asked(config, isolated)


def _paragraphs(command: Callable[..., Any]) -> str:
    """Return what a command's docstring says, each paragraph on one line: typer keeps the breaks of the others."""
    told = inspect.cleandoc(command.__doc__ or "")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in told.split("\n\n"))


# Each command with its example, which its help ends with; configured ones take settings from a file, too.
COMMANDS: tuple[tuple[Callable[..., int | None], str], ...] = (
    (check, "npov check article.txt --sentences"),
    (batch, "npov batch articles/ --out results --workers 4"),
    (summary, "npov summary results --top 10"),
    (compare, "npov compare before.wikitext after.wikitext"),
    (issues, "npov issues --json"),
    (explain, "npov explain balance.unbalanced"),
    (config, "npov config --engine fast"),
    (completion, 'eval "$(npov completion bash)"'),
    (train, "npov train stance --labels labels.jsonl --out my-models"),
    (evaluate, "npov evaluate gold labels.jsonl"),
    (annotate, "npov annotate article.txt --out labels.jsonl"),
    (agreement, "npov agreement first.jsonl second.jsonl --show"),
)
_CONFIGURED = (check, batch, compare, config, annotate)
for _command, _example in COMMANDS:
    _kind: dict[str, Any] = {"cls": Configured} if _command in _CONFIGURED else {}
    app.command(help=_paragraphs(_command), epilog=f"Example: {_example}", **_kind)(guard(_command))


def main() -> None:
    """Run the command line; :func:`analyzer.cli.main` is what ``npov`` calls."""
    raise_on_signals()
    if COMPLETE in os.environ:  # a shell asks what completes a line
        from typer.completion import completion_init  # type: ignore[attr-defined]

        completion_init()
    app(prog_name="npov")
