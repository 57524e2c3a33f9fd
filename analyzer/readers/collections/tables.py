"""Tables of articles: JSON Lines, CSV and Parquet, one article a row, its text in a column of its own."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal

import msgspec
from msgspec.structs import replace

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.collections.stream import Account, Rejected, open_stream
from analyzer.readers.formats import format_named
from analyzer.records import Article

Content = Literal["text", "wikitext", "html"]
TEXT_COLUMNS: tuple[tuple[str, Content], ...] = (
    ("wikitext", "wikitext"), ("html", "html"), ("text", "text"), ("content", "text"), ("body", "text"),
    ("article", "text"),
)  # fmt: skip
_MAX_CELL = 64 << 20
Row = dict[str, Any]
Kind = Literal["jsonl", "csv", "tsv", "parquet"]


def read_table(
    path: str | Path | BinaryIO,
    *,
    kind: Kind | None = None,
    text_column: str | None = None,
    content: Content | None = None,
    account: Account | None = None,
) -> Iterator[Article]:
    """Yield the articles of a table's rows; ``account`` counts every row.

    Without ``kind`` a file's ending tells it; a file of another name is read as JSON Lines.
    Without ``text_column`` the first of "wikitext", "html", "text", "content", "body" and "article" is taken; a column
    of another name is plain text unless ``content`` says otherwise. Columns "title", "id", "subject" and "revision"
    are used where they are there. Raises :class:`UnreadableInput` where there is no such column or no such table.
    """
    kept = account if account is not None else Account()
    ending = Path(path).suffix.lower()[1:] if isinstance(path, str | Path) else ""
    yield from kept.taken(_results(_ROWS.get(kind or ending, _json_rows)(path), text_column, content))


def _results(
    rows: Iterator[Row | None], text_column: str | None, content: Content | None
) -> Iterator[Article | Rejected]:
    chosen: tuple[str, Content] | None = None
    for number, row in enumerate(rows, 1):
        if row is None:
            yield Rejected("no row")
        else:
            chosen = chosen or _choose(row, text_column, content)
            yield _article(row, chosen, number) or Rejected("no text")


def _choose(row: Row, text_column: str | None, content: Content | None) -> tuple[str, Content]:
    known = dict(TEXT_COLUMNS)
    if text_column is not None:
        if text_column not in row:
            raise UnreadableInput(f"Met no column {text_column!r}; this table has {', '.join(map(str, row))}.")
        return text_column, content or known.get(text_column.lower(), "text")
    for name, held in TEXT_COLUMNS:
        if name in row:
            return name, content or held
    raise UnreadableInput(
        f"Met a table with the columns {', '.join(map(str, row))}; expected one with text. Name it with --text-column."
    )


def _article(row: Row, chosen: tuple[str, Content], number: int) -> Article | None:
    column, content = chosen
    text = row.get(column)
    if not isinstance(text, str) or not text.strip():
        return None
    title, page = _cell(row, "title", "name", "page_title"), _cell(row, "id", "page_id", "pageid", "identifier")
    read = format_named("plaintext" if content == "text" else content).load()
    article: Article = read(text, title=title, subject=_cell(row, "subject"), id=page or title or f"row {number}")
    revision = _cell(row, "revision", "revision_id", "revid", "rev_id")
    return replace(article, revision=revision) if revision else article


def _cell(row: Row, *names: str) -> str | None:
    for name in names:
        value = row.get(name)
        if value is not None and str(value).strip():
            return str(value).strip()
    return None


def _json_rows(path: str | Path | BinaryIO) -> Iterator[Row | None]:
    stream, _ = open_stream(path)
    while line := stream.readline(_MAX_CELL):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield None
            continue
        yield row if isinstance(row, dict) else None


def _csv_rows(path: str | Path | BinaryIO, delimiter: str = ",") -> Iterator[Row | None]:
    stream, _ = open_stream(path)
    csv.field_size_limit(_MAX_CELL)
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.DictReader((line.replace("\x00", "") for line in lines), delimiter=delimiter)
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield None
            continue
        if row is None:
            return
        yield {str(name): value for name, value in row.items() if name is not None}


def _parquet_rows(path: str | Path | BinaryIO) -> Iterator[Row | None]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise UsageError(
            "Met a Parquet table, which needs pyarrow. Install npov-analyzer[parquet], or write JSON Lines."
        ) from error
    try:
        table = parquet.ParquetFile(path)
        for batch in table.iter_batches(batch_size=64):
            yield from batch.to_pylist()
    except (ArrowException, OSError) as error:
        raise UnreadableInput(f"Met a file that is no Parquet table ({error}); expected one.") from error


_ROWS = {"csv": _csv_rows, "tsv": lambda path: _csv_rows(path, "\t"), "parquet": _parquet_rows}
