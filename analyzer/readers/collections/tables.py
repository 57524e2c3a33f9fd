"""Tables of articles: JSON Lines, CSV and Parquet, one article a row, its text in a column of its own."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from analyzer.errors import UnreadableInput
from analyzer.readers.collections.stream import Account, Rejected, open_stream
from analyzer.readers.formats import ending_of, format_named
from analyzer.readers.rows import PARQUET, TEXT_COLUMNS, Content, TableKind, table_kind
from analyzer.readers.sniff import head_of
from analyzer.records import Article

_MAX_CELL = 64 << 20
Row = dict[str, Any]


class Columns(Struct, frozen=True, kw_only=True):
    """Which columns of a table hold what, where the user named them; else they are known by their usual names."""

    text: str | None = None
    content: Content | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One row of a table as it stands: a text in one of the forms that a column may hold, and what names it."""

    text: str
    content: Content
    id: str
    title: str | None = None
    subject: str | None = None
    revision: str | None = None
    timestamp: str | None = None

    def article(self) -> Article:
        """Return the article that the row makes."""
        reader = format_named("plaintext" if self.content == "text" else self.content).load()
        article: Article = reader(self.text, title=self.title, subject=self.subject, id=self.id)
        known = {name: value for name in ("revision", "timestamp") if (value := getattr(self, name))}
        return replace(article, **known) if known else article


def read_table(
    path: str | Path | BinaryIO,
    *,
    kind: TableKind | None = None,
    text_column: str | None = None,
    content: Content | None = None,
    account: Account | None = None,
) -> Iterator[Article]:
    """Yield the articles of a table's rows; ``account`` counts every row.

    Without ``kind`` a file's ending tells it, else how it begins.
    Without ``text_column`` the first of "wikitext", "html", "text", "content", "body" and "article" is taken; a column
    of another name is plain text unless ``content`` says otherwise. Columns "title", "id", "subject", "revision" and
    "timestamp" or "date" are used where they are there. Raises :class:`UnreadableInput` where there is no such column
    or no such table.
    """
    kept = account if account is not None else Account()
    rows = entries(path, Columns(text=text_column, content=content), kind=kind)
    yield from kept.taken(row if isinstance(row, Rejected) else row.article() for row in rows)


def entries(path: str | Path | BinaryIO, columns: Columns, *, kind: str | None = None) -> Iterator[Entry | Rejected]:
    """Yield each row of a table, or why it holds no article; ``kind`` may be a file's ending, if it tells the kind."""
    ending = ending_of(Path(path))[1:] if isinstance(path, str | Path) else ""
    if (kind or ending) not in _ROWS:
        kind = kind_of(head_of(Path(path))) if isinstance(path, str | Path) else "jsonl"
    chosen: tuple[str, Content] | None = None
    for number, row in enumerate(_ROWS[kind or ending](path), 1):
        if row is None:
            yield Rejected("no row")
        else:
            chosen = chosen or _choose(row, columns)
            yield _entry(row, chosen, columns, number) or Rejected("no text")


def kind_of(head: bytes) -> TableKind:
    """Return the kind of table that begins with these bytes; JSON Lines where they do not tell."""
    if head.startswith(PARQUET):
        return "parquet"
    return table_kind(head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")) or "jsonl"


def _choose(row: Row, columns: Columns) -> tuple[str, Content]:
    known = dict(TEXT_COLUMNS)
    for named in (columns.text, columns.id, columns.title, columns.date):
        if named is not None and named not in row:
            raise UnreadableInput(f"Met no column {named!r}; this table has {', '.join(map(str, row))}.")
    if columns.text is not None:
        return columns.text, columns.content or known.get(columns.text.lower(), "text")
    for name, held in TEXT_COLUMNS:
        if name in row:
            return name, columns.content or held
    raise UnreadableInput(
        f"Met a table with the columns {', '.join(map(str, row))}; expected one with text. Name it with --text-column."
    )


def _entry(row: Row, chosen: tuple[str, Content], columns: Columns, number: int) -> Entry | None:
    column, content = chosen
    text = row.get(column)
    if not isinstance(text, str) or not text.strip():
        return None
    named = (columns.title,) if columns.title else ("title", "name", "page_title")
    title = _cell(row, *named)
    page = _cell(row, *((columns.id,) if columns.id else ("id", "page_id", "pageid", "identifier")))
    return Entry(
        text=text,
        content=content,
        id=page or title or f"row {number}",
        title=title,
        subject=_cell(row, "subject"),
        revision=_cell(row, "revision", "revision_id", "revid", "rev_id"),
        timestamp=_cell(row, *((columns.date,) if columns.date else ("timestamp", "date", "date_modified"))),
    )


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
        raise UnreadableInput(
            "Met a Parquet table, which needs pyarrow. Install npov-analyzer[batch], or write JSON Lines."
        ) from error
    try:
        table = parquet.ParquetFile(path)
        for batch in table.iter_batches(batch_size=64):
            yield from batch.to_pylist()
    except (ArrowException, OSError) as error:
        raise UnreadableInput(f"Met a file that is no Parquet table ({error}); expected one.") from error


_ROWS = {
    "csv": _csv_rows, "tsv": lambda path: _csv_rows(path, "\t"), "parquet": _parquet_rows,
    "jsonl": _json_rows, "ndjson": _json_rows,
}  # fmt: skip
KINDS = frozenset(_ROWS)
