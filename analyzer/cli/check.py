"""``npov check``: read each article, analyse it, write the report, and say how it went."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from analyzer.cli import heed_signals
from analyzer.cli.inputs import (
    EngineName,
    FailAt,
    Gazetteer,
    Ignore,
    InputFormat,
    Issues,
    Lexicons,
    MinConfidence,
    ModelName,
    Pages,
    Sources,
    TextColumn,
    Thresholds,
    Title,
    Workers,
    settings_of,
)
from analyzer.cli.output import FOUND, OK, UNREADABLE, Output, tell, told_by
from analyzer.cli.writer import ENDINGS, ReportFormat, Style, TableName, Writer
from analyzer.errors import AnalyzerError, UsageError
from analyzer.vocabulary import LIKELY_ATTRIBUTION

if TYPE_CHECKING:
    from analyzer.batch.inputs import Ended
    from analyzer.batch.work import Outcome
    from analyzer.readers.collections.stream import Account
    from analyzer.records import Report


def check(
    files: Annotated[
        list[str], Argument(help="Files, - for standard input, or addresses of wiki pages.", metavar="FILE...")
    ],
    title: Title = None,
    subject: Annotated[str | None, Option(help="What the article is about, where its title does not say it.")] = None,
    input_format: InputFormat = None,
    text_column: TextColumn = None,
    pages: Pages = None,
    wiki: Annotated[
        str | None, Option(help="The api.php of a live wiki; FILE are then titles of its pages.", metavar="URL")
    ] = None,
    revision: Annotated[str | None, Option(help="The revision of a live wiki's page.", metavar="ID")] = None,
    format: Annotated[
        ReportFormat | None, Option(help="How to write the report; told by the ending of --out, else for a terminal.")
    ] = None,
    table: Annotated[
        TableName | None, Option(help="Which table to write as CSV: a row an article, sentence, source or issue.")
    ] = None,
    out: Annotated[Path | None, Option(help="Write to this file instead of standard output.", metavar="FILE")] = None,
    sentences: Annotated[
        bool, Option("--sentences", help="Show every sentence with stance, source, cue and words to watch.")
    ] = False,
    all_issues: Annotated[
        bool, Option("--all-issues", help="Show the issues that were not found too, and every source.")
    ] = False,
    fail_at: FailAt = None,
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Print no report, only what went wrong; the exit code tells.")
    ] = False,
    model: ModelName = None,
    engine: EngineName = None,
    sources: Sources = None,
    gazetteer: Gazetteer = None,
    lexicons: Lexicons = None,
    min_confidence: MinConfidence = LIKELY_ATTRIBUTION,
    issues: Issues = None,
    ignore: Ignore = None,
    thresholds: Thresholds = None,
    workers: Workers = None,
    width: Annotated[
        int | None, Option(min=40, max=1000, help="Columns of the terminal report, at most 120 of them used.")
    ] = None,
) -> int:
    """Report on articles: their banners and issues with evidence, who is heard, and on which side.

    Several articles give several reports: JSON Lines with --format json, one document with html, csv or sarif; wikitext
    is a section for a talk page, lint a line a finding (file:line:column: rule: message). What cannot be read is named
    on standard error and leaves the others unharmed. Dumps (.xml, .bz2 ...), Enterprise snapshots and tables hold many
    articles; nothing is fetched unless an address or --wiki is given. Reports are written as they come, in the order of
    the articles.
    """
    from analyzer.batch import Reading
    from analyzer.batch.inputs import Inputs
    from analyzer.batch.many import in_order
    from analyzer.readers.collections.tables import Columns

    named: dict[str, Any] = {"title": title, "subject": subject, "format": input_format, "wiki": wiki}
    named |= {"revision": revision, "pages": tuple(pages or ()), "columns": Columns(text=text_column)}
    inputs = Inputs(tuple(files), Reading(**named, folders=False))
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
    reads = [*files, *(str(own) for own in (gazetteer, sources, *(lexicons or ())) if own is not None)]
    output = Output(out, reads=reads) if out is not None or not quiet else None
    form: ReportFormat = told_by(out, ENDINGS, "csv" if table else "terminal") if format is None else format
    if table and form != "csv":
        raise UsageError(f"--table goes with --format csv; met --format {form}.")
    style = Style(form, table or "articles", width, sentences, all_issues)
    writer = Writer(output, style) if output else None
    reader = Reader(quiet=quiet)
    try:
        for label, report in reader.reports(in_order(inputs.events(), settings, workers or 1)):
            if writer:
                writer.write(report, label)
            if fail_at is not None and _reaches(label, report, fail_at, quiet=quiet):
                reader.codes.add(FOUND)
    except (KeyboardInterrupt, AnalyzerError, MemoryError):
        if writer and (kept := writer.break_off()) is not None:
            tell(f"broken off; the reports so far are in {kept}")
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
            heed_signals()
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


def _reaches(label: str, report: "Report", threshold: float, *, quiet: bool) -> bool:
    """Return whether an issue reaches ``--fail-at``, and name those that do."""
    from analyzer.report.overview import found_at_or_above

    found = found_at_or_above(report, threshold)
    if found and not quiet:
        listed = ", ".join(f"{issue.issue} {issue.score:.2f}" for issue in found)
        tell(f"{label}: at or above {threshold:g}: {listed}")
    return bool(found)
