"""How ``npov check`` writes reports: each as it comes, or, where the format is one document, all of them at the end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from analyzer.cli.origins import Origins
from analyzer.cli.output import Output, screen

if TYPE_CHECKING:
    from analyzer.records import Report

ReportFormat = Literal["terminal", "json", "html", "markdown", "csv", "wikitext", "lint", "sarif"]
TableName = Literal["articles", "sentences", "sources", "issues"]
ENDINGS: dict[str, ReportFormat] = {
    ".html": "html", ".htm": "html", ".json": "json", ".jsonl": "json", ".md": "markdown", ".csv": "csv",
    ".wiki": "wikitext", ".wikitext": "wikitext", ".sarif": "sarif",
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """What the caller wants to see, and in which format."""

    format: ReportFormat
    table: TableName = "articles"
    width: int | None = None
    sentences: bool = False
    all_issues: bool = False

    @property
    def shown(self) -> dict[str, bool]:
        """What reports for people take."""
        return {"sentences": self.sentences, "all_issues": self.all_issues}


class Writer:
    """Writes reports; those of one document wait on the disk and not in memory."""

    def __init__(self, output: Output, style: Style) -> None:
        self._output = output
        self._form = _FORMS[style.format](style, output)
        self._written = 0

    def write(self, report: "Report", label: str) -> None:
        """Write or keep a report on what messages call ``label``."""
        text = self._form.add(report, label, self._written)
        self._written += 1
        if text:
            self._output.write(text)

    def close(self) -> None:
        """Write what was kept, and put an output file in its place; without a report it stays as it was."""
        self._write_kept()
        self._output.close()

    def break_off(self) -> Path | None:
        """Write what was kept, leave what an output file had, and return the file beside it that holds the reports."""
        self._write_kept()
        return self._output.keep()

    def _write_kept(self) -> None:
        for piece in self._form.rest(self._written) if self._written else ():
            self._output.write(piece)


class Form(Protocol):
    """A format: what it writes for each report, and in the end."""

    def add(self, report: "Report", label: str, before: int) -> str:
        """Return what is to be written at once for a report, of which so many came before."""

    def rest(self, count: int) -> Iterable[str]:
        """Return what is left to be written after so many reports."""


class Streamed:
    """Each report as it comes, with something between two."""

    def __init__(self, render: "Callable[[Report, str, int], str]", between: str = "") -> None:
        self._render, self._between = render, between

    def add(self, report: "Report", label: str, before: int) -> str:
        """Return the report as text."""
        return (self._between if before else "") + self._render(report, label, before)

    def rest(self, count: int) -> Iterable[str]:
        """Return nothing."""
        return ()


class Json:
    """One article as indented JSON, several as JSON Lines: the first waits until it is known whether a second comes."""

    def __init__(self, style: Style, output: Output) -> None:
        self._first: Report | None = None

    def add(self, report: "Report", label: str, before: int) -> str:
        """Return a line, and that of the first report before it."""
        from analyzer.report import json

        if not before:
            self._first = report
            return ""
        kept, self._first = self._first, None
        return "".join(f"{json.one_line(each)}\n" for each in (kept, report) if each is not None)

    def rest(self, count: int) -> Iterable[str]:
        """Return the only report."""
        from analyzer.report import json

        return [json.pretty(self._first)] if self._first is not None else []


class Pages:
    """One page of HTML."""

    def __init__(self, style: Style, output: Output) -> None:
        self._spool: Spool | None = None

    def add(self, report: "Report", label: str, before: int) -> str:
        """Keep the report."""
        if self._spool is None:
            self._spool = Spool()
        self._spool.add(report)
        return ""

    def rest(self, count: int) -> Iterable[str]:
        """Return the page."""
        from analyzer.report.html.page import stream_pages

        return stream_pages(self._spool or (), count)


class Log:
    """One SARIF log."""

    def __init__(self, style: Style, output: Output) -> None:
        from analyzer.report import sarif

        self._log = sarif.Log(all_issues=style.all_issues)
        self._origins = Origins()

    def add(self, report: "Report", label: str, before: int) -> str:
        """Keep the report's findings."""
        self._log.add(report, self._origins.of(label, report))
        return ""

    def rest(self, count: int) -> Iterable[str]:
        """Return the log."""
        return [self._log.render()]


def _terminal(style: Style, output: Output) -> Form:
    from analyzer.report.terminal import report as terminal

    columns, colour = (80, False) if output.is_file else screen()
    drawn: dict[str, Any] = {"width": style.width or columns, "colour": colour, "ascii_only": output.is_ascii}
    drawn |= style.shown
    return Streamed(lambda report, label, before: terminal.render(report, **drawn), "\n")


def _markdown(style: Style, output: Output) -> Form:
    from analyzer.report import markdown

    return Streamed(lambda report, label, before: markdown.render(report, **style.shown), "\n---\n\n")


def _wikitext(style: Style, output: Output) -> Form:
    from analyzer.report import wikitext

    return Streamed(lambda report, label, before: wikitext.render(report), "\n")


def _csv(style: Style, output: Output) -> Form:
    from analyzer.report import table

    return Streamed(lambda report, label, before: table.render([report], style.table, header=not before))


def _lint(style: Style, output: Output) -> Form:
    from analyzer.report import lint

    origins = Origins()
    render = partial(lint.render, all_issues=style.all_issues)
    return Streamed(lambda report, label, before: render(report, origins.of(label, report)))


_FORMS: dict[ReportFormat, Callable[[Style, Output], Form]] = {
    "terminal": _terminal, "json": Json, "html": Pages, "markdown": _markdown, "csv": _csv, "wikitext": _wikitext,
    "lint": _lint, "sarif": Log,
}  # fmt: skip


class Spool:
    """Reports that wait on the disk; iterate to read them back."""

    def __init__(self) -> None:
        from tempfile import TemporaryFile

        self._file = TemporaryFile()  # noqa: SIM115 - lives as long as the spool

    def add(self, report: "Report") -> None:
        """Keep a report."""
        from analyzer.report import json

        self._file.write(json.one_line(report).encode() + b"\n")

    def __iter__(self) -> "Iterator[Report]":
        from analyzer.records import Report

        self._file.seek(0)
        return map(Report.from_json, self._file)
