"""``npov check``: read each article, analyse it, write the report, and say how it went."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from analyzer.cli.inputs import (
    EngineName,
    Gazetteer,
    InputForm,
    MinConfidence,
    ModelName,
    Pages,
    Sources,
    TextColumn,
    Title,
)
from analyzer.cli.output import FOUND, OK, UNREADABLE, Output, screen, tell, told_by
from analyzer.vocabulary import LIKELY_ATTRIBUTION

if TYPE_CHECKING:
    from analyzer.batch.inputs import Ended
    from analyzer.batch.work import Outcome
    from analyzer.readers.collections.stream import Account
    from analyzer.records import Report

ReportFormat = Literal["terminal", "json", "html", "markdown", "csv"]
_ENDINGS: dict[str, ReportFormat] = {
    ".html": "html", ".htm": "html", ".json": "json", ".jsonl": "json", ".md": "markdown", ".csv": "csv",
}  # fmt: skip


def check(
    files: Annotated[
        list[str], Argument(help="Files, - for standard input, or addresses of wiki pages.", metavar="FILE...")
    ],
    title: Title = None,
    subject: Annotated[str | None, Option(help="What the article is about, where its title does not say it.")] = None,
    input_format: InputForm = None,
    text_column: TextColumn = None,
    pages: Pages = None,
    wiki: Annotated[
        str | None, Option(help="The api.php of a live wiki; FILE are then titles of its pages.", metavar="URL")
    ] = None,
    revision: Annotated[str | None, Option(help="The revision of a live wiki's page.", metavar="ID")] = None,
    format: Annotated[
        ReportFormat | None, Option(help="How to write the report; told by the ending of --out, else for a terminal.")
    ] = None,
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
    engine: EngineName = None,
    sources: Sources = None,
    gazetteer: Gazetteer = None,
    min_confidence: MinConfidence = LIKELY_ATTRIBUTION,
    workers: Annotated[int, Option(min=1, help="Processes that share the work; each loads the models anew.")] = 1,
    width: Annotated[
        int | None, Option(min=40, max=1000, help="Columns of the terminal report, at most 120 of them used.")
    ] = None,
) -> int:
    """Report on articles: their banners and issues with evidence, who is heard, and on which side.

    Several articles give several reports: JSON Lines with --format json, one document with --format html or csv. What
    cannot be read is named on standard error and leaves the others unharmed. Dumps (.xml, .bz2 ...), Enterprise
    snapshots and tables hold many articles; nothing is fetched unless an address or --wiki is given. Reports are
    written as they come, in the order of the articles.
    """
    from analyzer.batch import Reading
    from analyzer.batch.inputs import Inputs
    from analyzer.batch.many import in_order
    from analyzer.batch.work import Settings
    from analyzer.readers.collections.tables import Columns

    named: dict[str, Any] = {"title": title, "subject": subject, "format": input_format, "wiki": wiki}
    named |= {"revision": revision, "pages": tuple(pages or ()), "columns": Columns(text=text_column)}
    inputs = Inputs(tuple(files), Reading(**named, folders=False))
    settings = Settings(
        model=model,
        engine=engine,
        min_confidence=min_confidence,
        gazetteer=str(gazetteer) if gazetteer else None,
        sources=str(sources) if sources else None,
        write=("records",),
    )
    output = Output(out) if out is not None or not quiet else None
    form: ReportFormat = told_by(out, _ENDINGS, "terminal") if format is None else format
    writer = Writer(output, form, width, {"sentences": sentences, "all_issues": all_issues}) if output else None
    reader = Reader(quiet=quiet)
    try:
        for label, report in reader.reports(in_order(inputs.events(), settings, workers)):
            if writer:
                writer.write(report)
            if fail_at is not None and _reaches(label, report, fail_at, quiet=quiet):
                reader.codes.add(FOUND)
    except KeyboardInterrupt:
        if writer and (kept := writer.break_off()) is not None:
            tell(f"interrupted; the reports so far are in {kept}")
        raise
    for page in inputs.missing_pages():
        tell(f"met no page {page!r}; expected one in what was named. Check the spelling.")
        reader.codes.add(UNREADABLE)
    if writer:
        writer.close()
    # An unreadable file outranks a finding.
    return max(reader.codes)


class Reader:
    """The reports on what was named, and what is said of the rest; ``codes`` gathers the exit codes for it."""

    def __init__(self, *, quiet: bool) -> None:
        self.codes = {OK}
        self._quiet = quiet

    def reports(self, outcomes: "Iterable[tuple[str, Outcome | Ended]]") -> "Iterator[tuple[str, Report]]":
        """Yield each report with what messages call its input; what cannot be read leaves the others unharmed."""
        from analyzer.batch.inputs import Ended, Passed
        from analyzer.readers.collections.stream import Account
        from analyzer.records import Rejection

        account = Account()  # of the input that is read now
        for label, outcome in outcomes:
            if isinstance(outcome, Ended):
                self._end(outcome, account)
                account = Account()
                continue
            account.pages += 1
            if isinstance(outcome, Passed):
                account.skipped[outcome.reason] += 1
            elif isinstance(outcome, Rejection):
                account.rejected[outcome.reason] += 1
                if outcome.name == label or outcome.kind != "unreadable":  # the account tells of those in a dump
                    self._complain(label, outcome.reason)
                self.codes.add(UNREADABLE)
            else:
                account.read += 1
                yield label, outcome

    def _end(self, ended: "Ended", account: "Account") -> None:
        """Tell the account of an input of many articles, and why an input broke off."""
        account.damage = ended.damage
        if ended.damage is not None and not account.pages:
            self._complain(ended.input, ended.damage)
        elif ended.many and (account.damage or account.rejected or not account.read):
            more = "" if account.read else "; expected at least one article"
            self._complain(ended.input, f"{account}{more}")
        elif ended.damage is not None:
            self._complain(ended.input, ended.damage)
        elif ended.many and not self._quiet:
            tell(f"{ended.input}: {account}")

    def _complain(self, label: str, message: str) -> None:
        tell(message if label in message else f"{label}: {message}")
        self.codes.add(UNREADABLE)


class Writer:
    """Writes each report as it comes; where the format is one document, they wait on the disk and not in memory.

    One article is indented JSON, several are JSON Lines: the first waits until it is known whether a second comes.
    """

    def __init__(self, output: Output, format: ReportFormat, width: int | None, shown: dict[str, Any]) -> None:
        self._output = output
        self._format = format
        self._first: Report | None = None
        self._pages: Spool | None = None
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
        elif self._format == "json":
            self._write_json(report)
        elif self._format == "csv":
            from analyzer.report import table

            self._output.write(table.render([report], header=not self._written))
        else:
            if self._pages is None:
                self._pages = Spool()
            self._pages.add(report)
        self._written += 1

    def _write_json(self, report: "Report") -> None:
        from analyzer.report import json

        if not self._written:
            self._first = report
            return
        for each in (self._first, report):
            if each is not None:
                self._output.write(f"{json.one_line(each)}\n")
        self._first = None

    def _write_kept(self) -> None:
        if self._first is not None:
            from analyzer.report import json

            self._output.write(json.pretty(self._first))
        elif self._pages is not None:
            from analyzer.report.html.page import stream_pages

            for piece in stream_pages(self._pages, self._written):
                self._output.write(piece)

    def close(self) -> None:
        """Write what was kept, and put an output file in its place."""
        self._write_kept()
        self._output.close()

    def break_off(self) -> Path | None:
        """Write what was kept, leave what an output file had, and return the file beside it that holds the reports."""
        self._write_kept()
        return self._output.keep()


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


def _reaches(label: str, report: "Report", threshold: float, *, quiet: bool) -> bool:
    """Return whether an issue reaches ``--fail-at``, and name those that do."""
    from analyzer.report.overview import found_at_or_above

    found = found_at_or_above(report, threshold)
    if found and not quiet:
        listed = ", ".join(f"{issue.issue} {issue.score:.2f}" for issue in found)
        tell(f"{label}: at or above {threshold:g}: {listed}")
    return bool(found)
