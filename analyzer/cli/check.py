"""``npov check``: read each article, analyse it, write the report, and say how it went."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from analyzer.cli.inputs import Inputs, ModelName, Title, articles, complaints
from analyzer.cli.output import FOUND, OK, Output, screen, tell
from analyzer.errors import AnalyzerError, ModelError
from analyzer.vocabulary import DEFAULT_ENGINE, Engine, InputFormat

if TYPE_CHECKING:
    from analyzer.pipeline import Pipeline
    from analyzer.records import Article, Report

ReportFormat = Literal["terminal", "json", "html", "markdown", "csv"]


def check(
    files: Annotated[
        list[str], Argument(help="Files, - for standard input, or addresses of wiki pages.", metavar="FILE...")
    ],
    title: Title = None,
    subject: Annotated[str | None, Option(help="What the article is about, where its title does not say it.")] = None,
    input_format: Annotated[
        InputFormat | None, Option(help="How to read the input; recognised by its content if not given.")
    ] = None,
    text_column: Annotated[
        str | None, Option(help="The column of a table (JSON Lines, CSV, TSV, Parquet) that holds the articles.")
    ] = None,
    wiki: Annotated[
        str | None, Option(help="The api.php of a live wiki; FILE are then titles of its pages.", metavar="URL")
    ] = None,
    revision: Annotated[str | None, Option(help="The revision of a live wiki's page.", metavar="ID")] = None,
    format: Annotated[ReportFormat, Option(help="How to write the report.")] = "terminal",
    out: Annotated[Path | None, Option(help="Write to this file instead of standard output.", metavar="FILE")] = None,
    sentences: Annotated[
        bool, Option("--sentences", help="Show every sentence with stance, source, cue and words to watch.")
    ] = False,
    all_issues: Annotated[
        bool, Option("--all-issues", help="Show the issues that were not found too, and every source.")
    ] = False,
    fail_at: Annotated[
        float | None, Option(min=0.0, max=1.0, help="Exit with 1 if an issue scores this much or more.")
    ] = None,
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Print no report, only what went wrong; the exit code tells.")
    ] = False,
    model: ModelName = None,
    engine: Annotated[
        Engine, Option(help="What reads: accurate; large, right more often and slower; fast, for large batches.")
    ] = DEFAULT_ENGINE,
    sources: Annotated[
        Path | None,
        Option(help="Your own table of domains (TSV: domain, verdict ...), before the packaged ones.", metavar="FILE"),
    ] = None,
    gazetteer: Annotated[
        Path | None,
        Option(help="Your own table of sources (name, tab, type), which decides how they are typed.", metavar="FILE"),
    ] = None,
    min_confidence: Annotated[
        float, Option(min=0.0, max=1.0, help="Leave out attributions less probable than this.")
    ] = 0.0,
    width: Annotated[
        int | None, Option(min=40, max=1000, help="Columns of the terminal report, at most 120 of them used.")
    ] = None,
) -> int:
    """Report on articles: their banners and issues with evidence, who is heard, and on which side.

    Several articles give several reports: JSON Lines with --format json, one document with --format html or csv. What
    cannot be read is named on standard error and leaves the others unharmed. Dumps (.xml, .bz2 ...), Enterprise
    snapshots and tables hold many articles; nothing is fetched unless an address or --wiki is given.
    """
    from analyzer.lexicons.domains import user_table

    read_as = {"title": title, "subject": subject, "text_column": text_column, "wiki": wiki, "revision": revision}
    inputs = Inputs(tuple(files), format=input_format, **read_as)
    codes = {OK}
    with user_table(sources):
        output = Output(out) if out is not None or not quiet else None
        writer = Writer(output, format, width, {"sentences": sentences, "all_issues": all_issues}) if output else None
        pipeline = partial(load, model, engine, gazetteer)
        for label, report in _reports(articles(inputs, codes, quiet=quiet), pipeline, min_confidence, codes):
            if writer:
                writer.write(report)
            if fail_at is not None and _reaches(label, report, fail_at, quiet=quiet):
                codes.add(FOUND)
        if writer:
            writer.close()
    # An unreadable file outranks a finding.
    return max(codes)


def _reports(
    named_articles: "Iterable[tuple[str, Article]]", pipeline: "Callable[[], Pipeline]", least: float, codes: set[int]
) -> "Iterator[tuple[str, Report]]":
    """Yield the reports; a failure of ours on one article is told and leaves the others unharmed."""
    from analyzer.pipeline import analyze

    for label, article in named_articles:
        loaded = pipeline()
        report = None
        with complaints(label, codes):
            report = analyze(article, pipeline=loaded, min_confidence=least)
        if report is not None:
            yield label, report


def load(model: str | None, engine: Engine = DEFAULT_ENGINE, gazetteer: Path | None = None) -> "Pipeline":
    """Return the loaded pipeline; anything that goes wrong in loading it is a model problem."""
    from analyzer.pipeline import load_pipeline

    try:
        return load_pipeline(model, engine=engine, gazetteer=gazetteer)
    except (AnalyzerError, KeyboardInterrupt):
        raise
    except Exception as error:
        if os.environ.get("NPOV_DEBUG"):
            raise
        raise ModelError(
            f"the pipeline does not load ({type(error).__name__}: {error}). Install the package again; "
            "with NPOV_DEBUG=1 the full trace is shown."
        ) from error


class Writer:
    """Writes each report at once, or keeps them all where the format is one document.

    One article is indented JSON, several are JSON Lines: the first waits until it is known whether a second comes.
    """

    def __init__(self, output: Output, format: ReportFormat, width: int | None, shown: dict[str, Any]) -> None:
        self._output = output
        self._format = format
        self._kept: list[Report] = []
        self._written = 0
        self._render: Callable[[Report], str] | None = None
        if format == "markdown":
            from analyzer.report import markdown

            self._render = partial(markdown.render, **shown)
        elif format == "terminal":
            from analyzer.report.terminal import report as terminal

            columns, colour = (80, False) if output.is_file else screen()
            drawn: dict[str, Any] = {"width": width or columns, "colour": colour, "ascii_only": output.is_ascii}
            self._render = partial(terminal.render, **drawn, **shown)

    def write(self, report: "Report") -> None:
        """Write or keep a report."""
        if self._render is not None:
            between = "\n---\n\n" if self._format == "markdown" else "\n"
            self._output.write((between if self._written else "") + self._render(report))
        else:
            self._kept.append(report)
            if self._format == "json" and self._written:
                from analyzer.report import json

                self._output.write("".join(f"{json.one_line(report)}\n" for report in self._kept))
                self._kept.clear()
        self._written += 1

    def close(self) -> None:
        """Write what was kept as one document, and put an output file in its place."""
        if self._kept and self._format == "json":
            from analyzer.report import json

            self._output.write(json.pretty(self._kept[0]))
        elif self._kept and self._format == "csv":
            from analyzer.report import table

            self._output.write(table.render(self._kept))
        elif self._kept:
            from analyzer.report.html.page import render_pages

            self._output.write(render_pages(self._kept))
        self._output.close()


def _reaches(label: str, report: "Report", threshold: float, *, quiet: bool) -> bool:
    """Return whether an issue reaches ``--fail-at``, and name those that do."""
    from analyzer.report.overview import found_at_or_above

    found = found_at_or_above(report, threshold)
    if found and not quiet:
        listed = ", ".join(f"{issue.issue} {issue.score:.2f}" for issue in found)
        tell(f"{label}: at or above {threshold:g}: {listed}")
    return bool(found)
