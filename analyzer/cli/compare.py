"""``npov compare``: what changed between two versions of an article."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from analyzer.cli.inputs import (
    EngineName,
    Gazetteer,
    Ignore,
    InputFormat,
    Issues,
    Lexicons,
    MinConfidence,
    ModelName,
    Sources,
    Thresholds,
    settings_of,
)
from analyzer.cli.output import JsonText, Output, screen
from analyzer.errors import UnreadableInput
from analyzer.vocabulary import LIKELY_ATTRIBUTION

if TYPE_CHECKING:
    from analyzer.batch import Reading
    from analyzer.records import Article, Report

_VERSION = "An article's file, - for standard input, the address of a wiki page (?oldid=...), or a report in JSON."


def compare(
    before: Annotated[str, Argument(help=_VERSION, metavar="A")],
    after: Annotated[str, Argument(help="The later version.", metavar="B")],
    title: Annotated[str | None, Option(help="The title of both, where the files do not tell it.")] = None,
    subject: Annotated[str | None, Option(help="What both are about, where the title does not say it.")] = None,
    input_format: InputFormat = None,
    json: JsonText = False,
    model: ModelName = None,
    engine: EngineName = None,
    sources: Sources = None,
    gazetteer: Gazetteer = None,
    lexicons: Lexicons = None,
    min_confidence: MinConfidence = LIKELY_ATTRIBUTION,
    issues: Issues = None,
    ignore: Ignore = None,
    thresholds: Thresholds = None,
) -> int:
    """Compare two versions of an article: which scores, banners, sentences and sources changed."""
    from analyzer.batch import Reading
    from analyzer.lexicons.domains import user_table
    from analyzer.pipeline import analyze
    from analyzer.records import Report
    from analyzer.report.compare import compare as compared
    from analyzer.report.compare import of_one_title

    output = Output(None)
    reading = Reading(title=title, subject=subject, format=input_format, folders=False)
    sides = [_side(name, reading) for name in (before, after)]
    settings = settings_of(
        model=model,
        engine=engine,
        sources=sources,
        gazetteer=gazetteer,
        lexicons=lexicons,
        min_confidence=min_confidence,
        issues=issues,
        ignore=ignore,
        thresholds=thresholds,
    )
    with user_table(settings.sources):
        first, second = (
            side
            if isinstance(side, Report)
            else analyze(side, pipeline=settings.loaded(), min_confidence=min_confidence)
            for side in (sides if title else of_one_title(sides))
        )
    comparison = compared(first, second)
    if json:
        output.write(comparison.to_json() + "\n")
        return 0
    from analyzer.report.terminal.compare import render_comparison

    width, colour = screen()
    output.write(render_comparison(comparison, width=width, colour=colour, ascii_only=output.is_ascii))
    return 0


def _side(name: str, reading: "Reading") -> "Report | Article":
    """Return one version: a report where the file is one, else the article."""
    from analyzer.batch.inputs import Ended, Inputs, Passed
    from analyzer.batch.work import read_item
    from analyzer.records import Article

    stored = _stored(Path(name))
    if stored is not None:
        return stored
    found = []
    for event in Inputs((name,), reading).events():
        if isinstance(event, Ended) and event.damage is not None:
            raise UnreadableInput(event.damage)
        got = event if isinstance(event, (Ended, Passed)) else read_item(event)
        if isinstance(got, Article):
            found.append(got)
        elif not isinstance(got, Ended):
            raise UnreadableInput(got.reason)
    if len(found) != 1:
        raise UnreadableInput(f"{name} holds {len(found)} articles; expected one.")
    return found[0]


def _stored(path: Path) -> "Report | None":
    """Return the report that a file of ``--format json`` holds, or None where it holds something else."""
    from msgspec import DecodeError

    from analyzer.readers.sniff import read_bytes
    from analyzer.records import Report

    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    try:
        return Report.from_json(read_bytes(path))
    except DecodeError as error:  # a ValidationError is one
        raise UnreadableInput(
            f"{path} is no report of this version ({error}); expected one written by `npov check --format json`."
        ) from error
