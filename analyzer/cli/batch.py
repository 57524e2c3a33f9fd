"""``npov batch``: every article of the inputs into a folder of tables or reports, resumable."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from typer import Argument, Option

from analyzer.cli.configuration import names_of, scores_of
from analyzer.cli.inputs import (
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
    Workers,
)
from analyzer.cli.output import OK, UNREADABLE, tell
from analyzer.vocabulary import DEFAULT_ENGINE, LIKELY_ATTRIBUTION, Engine

if TYPE_CHECKING:
    from analyzer.batch.compose import Write

ProgressForm = Literal["auto", "json"]


def batch(
    inputs: Annotated[
        list[str],
        Argument(
            help="Files, folders, patterns, dumps, snapshots, tables; with --wiki titles, or @FILE with one a line.",
            metavar="INPUT...",
        ),
    ],
    out: Annotated[Path, Option(help="The folder to write, or to go on with.", metavar="DIR")],
    write: Annotated[
        str, Option(help="tables (Parquet), reports (JSON Lines of whole reports), or both.", metavar="tables,reports")
    ] = "tables",
    input_format: InputFormat = None,
    text_column: TextColumn = None,
    id_column: Annotated[str | None, Option(help="The column of a table that holds the articles' ids.")] = None,
    title_column: Annotated[str | None, Option(help="The column of a table that holds the titles.")] = None,
    date_column: Annotated[str | None, Option(help="The column of a table that holds a date or time.")] = None,
    pages: Pages = None,
    limit: Annotated[int | None, Option(min=1, help="Stop after so many articles.")] = None,
    wiki: Annotated[
        str | None, Option(help="The api.php of a live wiki; INPUT are then titles of its pages.", metavar="URL")
    ] = None,
    workers: Workers = None,
    on: Annotated[
        Literal["processes", "dask"],
        Option(help="Where the work is done: here, or on a Dask cluster that runs already."),
    ] = "processes",
    scheduler: Annotated[
        str | None, Option(help="With --on dask: the address of its scheduler.", metavar="ADDRESS")
    ] = None,
    memory_limit: Annotated[
        int | None, Option(min=1, help="MB that a worker may hold; one that holds more is replaced by a fresh one.")
    ] = None,
    article_timeout: Annotated[
        float, Option(min=1, help="Seconds that one article may take before it is rejected.")
    ] = 600,
    shard_size: Annotated[int, Option(min=1, help="Articles that are written at a time.")] = 1000,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Begin anew where DIR holds a batch of other inputs, settings or models.")
    ] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Show no progress and no account.")] = False,
    progress: Annotated[
        ProgressForm, Option(help="How to show progress on standard error: json is for programs.")
    ] = "auto",
    model: ModelName = None,
    engine: Annotated[
        Engine,
        Option(envvar="NPOV_ENGINE", help="What reads: fast, half the time; accurate; large, several times the time."),
    ] = DEFAULT_ENGINE,
    sources: Sources = None,
    gazetteer: Gazetteer = None,
    lexicons: Lexicons = None,
    min_confidence: MinConfidence = LIKELY_ATTRIBUTION,
    issues: Issues = None,
    ignore: Ignore = None,
    thresholds: Thresholds = None,
    screen: Annotated[
        float | None,
        Option(
            min=0.0,
            max=1.0,
            help="Analyse in full only articles with banners or of this need, looked over without a parser.",
        ),
    ] = None,
) -> int:
    """Analyse many articles into a folder: Parquet tables, or JSON Lines of whole reports.

    Broken off, the same command goes on where it stopped, and gives the same bytes as if it had not been, whatever the
    number of workers. An article that cannot be analysed is in the dataset `rejected` with its reason, and the account
    of all is in `manifest.json`. Exits with 3 where an input is missing or damaged, or nothing could be analysed.
    """
    from analyzer.batch import Reading, run
    from analyzer.cli.progress import shown
    from analyzer.readers.collections.tables import Columns

    columns = Columns(text=text_column, id=id_column, title=title_column, date=date_column)
    wanted = cast("list[Write]", [word.strip() for word in write.split(",") if word.strip()])
    reading = Reading(format=input_format, columns=columns, pages=tuple(pages or ()), wiki=wiki)
    options: dict[str, Any] = {"model": model, "engine": engine, "gazetteer": gazetteer, "sources": sources}
    options |= {"min_confidence": min_confidence, "workers": workers, "article_timeout": article_timeout}
    options |= {"shard_articles": shard_size, "overwrite": overwrite, "limit": limit}
    options |= {"lexicons": lexicons or (), "issues": names_of(issues), "ignore": names_of(ignore) or ()}
    options |= {"thresholds": scores_of(thresholds), "screen": screen, "on": on, "scheduler": scheduler}
    if memory_limit is not None:
        options["memory_limit"] = memory_limit << 20
    with shown(quiet=quiet, form=progress) as show:
        try:
            account = run(inputs, out, write=wanted, reading=reading, progress=show, **options)
        except KeyboardInterrupt:
            tell(f"interrupted; what is done is kept in {out}, and the same command goes on from there")
            raise
    for damage in account.damaged:
        tell(damage)
    if not quiet and progress != "json":
        tell(f"{out}: {account}")
    return UNREADABLE if account.damaged or not account.reported else OK
