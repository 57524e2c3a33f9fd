"""``npov compare``: what changed between two versions of an article."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from analyzer.cli.check import load
from analyzer.cli.inputs import Inputs, ModelName, articles
from analyzer.cli.output import UNREADABLE, JsonText, Output, screen
from analyzer.errors import UnreadableInput
from analyzer.vocabulary import InputFormat

if TYPE_CHECKING:
    from analyzer.records import Report

_VERSION = "An article's file, - for standard input, the address of a wiki page (?oldid=...), or a report in JSON."


def compare(
    before: Annotated[str, Argument(help=_VERSION, metavar="A")],
    after: Annotated[str, Argument(help="The later version.", metavar="B")],
    title: Annotated[str | None, Option(help="The title of both, where the files do not tell it.")] = None,
    subject: Annotated[str | None, Option(help="What both are about, where the title does not say it.")] = None,
    input_format: Annotated[
        InputFormat | None, Option(help="How to read both; recognised by their content if not given.")
    ] = None,
    json: JsonText = False,
    model: ModelName = None,
) -> int:
    """Compare two versions of an article: which scores, banners, sentences and sources changed."""
    from analyzer.report.compare import compare as compared

    output = Output(None)
    codes: set[int] = set()
    first, second = (_report(Inputs((name,), title, subject, input_format), model, codes) for name in (before, after))
    if first is None or second is None:
        return max(codes, default=UNREADABLE)
    comparison = compared(first, second)
    if json:
        output.write(comparison.to_json() + "\n")
        return 0
    from analyzer.report.terminal.compare import render_comparison

    width, colour = screen()
    output.write(render_comparison(comparison, width=width, colour=colour, ascii_only=output.is_ascii))
    return 0


def _report(inputs: Inputs, model: str | None, codes: set[int]) -> "Report | None":
    """Return the report of one version: read back where it is one, made where it is an article."""
    from analyzer.pipeline import analyze

    stored = _stored(Path(inputs.names[0]))
    if stored is not None:
        return stored
    found = [article for _, article in articles(inputs, codes, quiet=True)]
    if len(found) > 1:
        raise UnreadableInput(f"{inputs.names[0]} holds {len(found)} articles; expected one.")
    return analyze(found[0], pipeline=load(model)) if found else None


def _stored(path: Path) -> "Report | None":
    """Return the report that a file of ``--format json`` holds, or None where it holds something else."""
    from msgspec import DecodeError, ValidationError

    from analyzer.records import Report

    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    try:
        return Report.from_json(path.read_bytes())
    except (DecodeError, ValidationError) as error:
        raise UnreadableInput(
            f"{path} is no report of this version ({error}); expected one written by `npov check --format json`."
        ) from error
