"""What ``npov check`` does: read each article, analyse it, write the report, and say how it went."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analyzer.cli_output import FOUND, OK, UNREADABLE, Output, tell
from analyzer.errors import AnalyzerError, ModelError, UnreadableInput, UsageError

if TYPE_CHECKING:
    from analyzer.pipeline import Pipeline
    from analyzer.records import Article, Report

ReportFormat = Literal["terminal", "json", "html", "markdown", "csv"]
StanceEngine = Literal["fast", "accurate"]
STDIN = "-"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asked for."""

    files: Sequence[str]
    title: str | None = None
    subject: str | None = None
    input_format: str | None = None
    format: ReportFormat = "terminal"
    out: Path | None = None
    sentences: bool = False
    all_issues: bool = False
    fail_at: float | None = None
    quiet: bool = False
    model: str | None = None
    stance: StanceEngine = "fast"
    sources: Path | None = None
    min_confidence: float = 0.0
    width: int | None = None


def run(request: Request) -> int:
    """Write the reports and return the exit code: an unreadable file outranks a finding."""
    _refuse_contradictions(request)
    if request.sources is None:
        return _run(request)
    from analyzer.lexicons.domains import user_table

    with user_table(request.sources):
        return _run(request)


def _run(request: Request) -> int:
    """Read, analyse and write article by article."""
    output = Output(request.out) if request.out is not None or not request.quiet else None
    collected: list[Report] = []
    write = _writer(request, output, collected)
    codes = {OK}
    for name, article in _articles(request, codes):
        report = _report(name, article, request, codes)
        if report is None:
            continue
        write(report)
        if _reaches(name, report, request):
            codes.add(FOUND)
    if output is not None and collected:
        output.write(_whole(request, collected))
    if output is not None:
        output.close()
    return max(codes)


def _refuse_contradictions(request: Request) -> None:
    """Raise UsageError where two wishes exclude each other."""
    if not request.files:
        raise UsageError("no article was named; expected one or more files, or - for standard input.")
    if len(request.files) > 1 and (request.title or request.subject):
        raise UsageError("--title and --subject go with one article; check the files one by one to give each its own.")
    if list(request.files).count(STDIN) > 1:
        raise UsageError("- stands for standard input, which can be read only once; it was named twice.")


def _articles(request: Request, codes: set[int]) -> Iterator[tuple[str, Article]]:
    """Yield each article that can be read; complain of the others."""
    for name in request.files:
        try:
            yield _label(name), _read(name, request)
        except UnreadableInput as error:
            tell(_named(name, error))
            codes.add(UNREADABLE)
        except (AnalyzerError, KeyboardInterrupt, BrokenPipeError):
            raise
        except OSError as error:
            tell(f"{_label(name)}: cannot be read: {error.strerror or error}. Check the name and its permissions.")
            codes.add(UNREADABLE)
        except Exception as error:
            _tell_bug(name, error)
            codes.add(UNREADABLE)


def _read(name: str, request: Request) -> Article:
    """Return the article of a file or of standard input."""
    from analyzer.read import read

    source: Path | bytes = Path(name)
    if name == STDIN:
        if sys.stdin is None:
            raise UnreadableInput("standard input is closed; name a file, or pipe the article in.")
        source = sys.stdin.buffer.read()
    return read(source, title=request.title, subject=request.subject, format=request.input_format)


def _report(name: str, article: Article, request: Request, codes: set[int]) -> Report | None:
    """Return the report; a failure of ours on one article is told and leaves the others unharmed."""
    from analyzer.pipeline import analyze

    pipeline = _pipeline(request)
    try:
        return analyze(article, pipeline=pipeline, min_confidence=request.min_confidence)
    except UnreadableInput as error:
        tell(_named(name, error))
    except AnalyzerError:
        raise
    except Exception as error:
        _tell_bug(name, error)
    codes.add(UNREADABLE)
    return None


def _pipeline(request: Request) -> Pipeline:
    """Return the loaded pipeline; anything that goes wrong in loading it is a model problem."""
    from analyzer.pipeline import load_pipeline

    try:
        return load_pipeline(request.model, stance=request.stance)
    except (AnalyzerError, KeyboardInterrupt):
        raise
    except Exception as error:
        if os.environ.get("NPOV_DEBUG"):
            raise
        raise ModelError(
            f"the pipeline does not load ({type(error).__name__}: {error}). Install the package again; "
            "with NPOV_DEBUG=1 the full trace is shown."
        ) from error


def _tell_bug(name: str, error: Exception) -> None:
    """Say that the analyzer itself failed on an article."""
    if os.environ.get("NPOV_DEBUG"):
        raise error
    tell(
        f"{_label(name)}: the analyzer failed on this article ({type(error).__name__}: {error}). That is a bug; "
        "with NPOV_DEBUG=1 the full trace is shown."
    )


def _label(name: str) -> str:
    """Return what messages call the input."""
    return "standard input" if name == STDIN else name


def _named(name: str, error: Exception) -> str:
    """Return the message with the file's name in front, unless it names the file already."""
    message = str(error)
    return message if _label(name) in message else f"{_label(name)}: {message}"


def _writer(request: Request, output: Output | None, collected: list[Report]) -> Callable[[Report], None]:
    """Return what to do with each report: write it at once, or keep it where the format is one document."""
    if output is None:
        return lambda report: None
    if request.format in ("html", "csv"):
        return collected.append
    render = _renderer(request, output)
    written: list[bool] = []

    def write(report: Report) -> None:
        if written and request.format != "json":
            output.write("\n---\n\n" if request.format == "markdown" else "\n")
        output.write(render(report))
        written.append(True)

    return write


def _renderer(request: Request, output: Output) -> Callable[[Report], str]:
    """Return the function that renders one report in a format that can be written bit by bit."""
    if request.format == "json":
        from analyzer.report import json

        return json.pretty if len(request.files) == 1 else lambda report: json.one_line(report) + "\n"
    if request.format == "markdown":
        from analyzer.report import markdown

        return lambda report: markdown.render(report, sentences=request.sentences, all_issues=request.all_issues)
    from analyzer.report import terminal

    width, colour = _screen(request, output)
    ascii_only = not output.encoding().lower().replace("-", "").startswith("utf")
    return lambda report: terminal.render(
        report,
        width=width,
        colour=colour,
        ascii_only=ascii_only,
        sentences=request.sentences,
        all_issues=request.all_issues,
    )


def _screen(request: Request, output: Output) -> tuple[int, bool]:
    """Return width and colour: rich's reading of the terminal, NO_COLOR and COLUMNS; neither for a file."""
    if output.is_file:
        return request.width or 80, False
    from rich.console import Console

    console = Console(file=sys.stdout)
    return request.width or console.width, console.color_system is not None and not console.no_color


def _whole(request: Request, reports: Sequence[Report]) -> str:
    """Return one document of all reports."""
    if request.format == "csv":
        from analyzer.report import table

        return table.render(reports)
    from analyzer.report import html

    return html.render_pages(reports)


def _reaches(name: str, report: Report, request: Request) -> bool:
    """Return whether an issue reaches ``--fail-at``, and name those that do."""
    if request.fail_at is None:
        return False
    from analyzer.report.view import found_at_or_above

    found = found_at_or_above(report, request.fail_at)
    if found and not request.quiet:
        listed = ", ".join(f"{issue.issue} {issue.score:.2f}" for issue in found)
        tell(f"{name}: at or above {request.fail_at:g}: {listed}")
    return bool(found)
