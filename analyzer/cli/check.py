"""What ``npov check`` does: read each article, analyse it, write the report, and say how it went."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analyzer.cli.inputs import Inputs, articles, named, tell_bug
from analyzer.cli.output import FOUND, OK, UNREADABLE, Output, screen, tell
from analyzer.errors import AnalyzerError, ModelError, UnreadableInput
from analyzer.vocabulary import DEFAULT_ENGINE, StanceEngine

if TYPE_CHECKING:
    from analyzer.pipeline import Pipeline
    from analyzer.records import Article, Report

ReportFormat = Literal["terminal", "json", "html", "markdown", "csv"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asked for, the inputs apart."""

    format: ReportFormat = "terminal"
    out: Path | None = None
    sentences: bool = False
    all_issues: bool = False
    fail_at: float | None = None
    quiet: bool = False
    model: str | None = None
    stance: StanceEngine = DEFAULT_ENGINE
    sources: Path | None = None
    gazetteer: Path | None = None
    min_confidence: float = 0.0
    width: int | None = None


def run(inputs: Inputs, request: Request) -> int:
    """Write the reports and return the exit code: an unreadable file outranks a finding."""
    if request.sources is None:
        return _run(inputs, request)
    from analyzer.lexicons.domains import user_table

    with user_table(request.sources):
        return _run(inputs, request)


def _run(inputs: Inputs, request: Request) -> int:
    """Read, analyse and write article by article."""
    output = Output(request.out) if request.out is not None or not request.quiet else None
    writer = Writer(request, output)
    codes = {OK}
    for label, article in articles(inputs, codes, quiet=request.quiet):
        report = _report(label, article, request, codes)
        if report is None:
            continue
        writer.write(report)
        if _reaches(label, report, request):
            codes.add(FOUND)
    writer.close()
    return max(codes)


def _report(label: str, article: Article, request: Request, codes: set[int]) -> Report | None:
    """Return the report; a failure of ours on one article is told and leaves the others unharmed."""
    from analyzer.pipeline import analyze

    pipeline = load(request.model, request.stance, request.gazetteer)
    try:
        return analyze(article, pipeline=pipeline, min_confidence=request.min_confidence)
    except UnreadableInput as error:
        tell(named(label, error))
    except AnalyzerError:
        raise
    except Exception as error:
        tell_bug(label, error)
    codes.add(UNREADABLE)
    return None


def load(model: str | None, stance: StanceEngine = DEFAULT_ENGINE, gazetteer: Path | None = None) -> Pipeline:
    """Return the loaded pipeline; anything that goes wrong in loading it is a model problem."""
    from analyzer.pipeline import load_pipeline

    try:
        return load_pipeline(model, stance=stance, gazetteer=gazetteer)
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

    def __init__(self, request: Request, output: Output | None) -> None:
        self._request = request
        self._output = output
        self._kept: list[Report] = []
        self._written = 0
        self._render = _renderer(request, output) if output and request.format in ("terminal", "markdown") else None

    def write(self, report: Report) -> None:
        """Write or keep a report."""
        if self._output is None:
            return
        if self._render is not None:
            between = "\n---\n\n" if self._request.format == "markdown" else "\n"
            self._output.write((between if self._written else "") + self._render(report))
        elif self._request.format == "json":
            self._kept.append(report)
            if len(self._kept) > 1 or self._written:
                self._write_lines()
        else:
            self._kept.append(report)
        self._written += 1

    def _write_lines(self) -> None:
        """Write what is kept as JSON Lines."""
        from analyzer.report import json

        if self._output is not None:
            self._output.write("".join(f"{json.one_line(report)}\n" for report in self._kept))
        self._kept.clear()

    def close(self) -> None:
        """Write what was kept, and put an output file in its place."""
        if self._output is None:
            return
        if self._kept:
            self._output.write(_whole(self._request.format, self._kept))
        self._output.close()


def _renderer(request: Request, output: Output) -> Callable[[Report], str]:
    """Return the function that renders one report in a format that can be written bit by bit."""
    if request.format == "markdown":
        from analyzer.report import markdown

        return lambda report: markdown.render(report, sentences=request.sentences, all_issues=request.all_issues)
    from analyzer.report.terminal import report as terminal

    width, colour = _screen(request, output)
    return lambda report: terminal.render(
        report,
        width=width,
        colour=colour,
        ascii_only=output.is_ascii,
        sentences=request.sentences,
        all_issues=request.all_issues,
    )


def _screen(request: Request, output: Output) -> tuple[int, bool]:
    """Return width and colour: rich's reading of the terminal, NO_COLOR and COLUMNS; neither for a file."""
    if output.is_file:
        return request.width or 80, False
    width, colour = screen()
    return request.width or width, colour


def _whole(format: ReportFormat, reports: Sequence[Report]) -> str:
    """Return one document of all reports."""
    if format == "json":
        from analyzer.report import json

        return json.pretty(reports[0])
    if format == "csv":
        from analyzer.report import table

        return table.render(reports)
    from analyzer.report.html import page as html

    return html.render_pages(reports)


def _reaches(label: str, report: Report, request: Request) -> bool:
    """Return whether an issue reaches ``--fail-at``, and name those that do."""
    if request.fail_at is None:
        return False
    from analyzer.report.overview import found_at_or_above

    found = found_at_or_above(report, request.fail_at)
    if found and not request.quiet:
        listed = ", ".join(f"{issue.issue} {issue.score:.2f}" for issue in found)
        tell(f"{label}: at or above {request.fail_at:g}: {listed}")
    return bool(found)
