"""Tables of articles: JSON Lines, CSV and Parquet, one article a row, its text in a column of its own."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from analyzer.errors import UnreadableInput
from analyzer.limits import FREE_BYTES, MAX_BYTES, MAX_COLUMNS, MAX_EMPTY, MAX_RATIO, MAX_TITLE
from analyzer.readers.collections.stream import DAMAGE, Account, Rejected, made_or_rejected, open_stream
from analyzer.readers.formats import ending_of, format_named
from analyzer.readers.rows import PARQUET, TEXT_COLUMNS, Content, TableKind, json_of, table_kind, word_of
from analyzer.readers.sniff import Bomb, head_of, settle
from analyzer.records import Article

_SHOWN = 12  # columns that a refusal names
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
        """Return the article that the row makes; raises :class:`UnreadableInput` where its text is none."""
        reader = format_named("plaintext" if self.content == "text" else self.content).load()
        text, notices = settle(self.text)
        article: Article = reader(text, title=self.title, subject=self.subject, id=self.id)
        known: Row = {name: value for name in ("revision", "timestamp") if (value := getattr(self, name))}
        known |= {"notices": (*notices, *article.notices)} if notices else {}
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
    rows = entries(path, Columns(text=text_column, content=content), kept, kind=kind)
    yield from kept.taken(row if isinstance(row, Rejected) else made_or_rejected(row.article) for row in rows)


def entries(
    path: str | Path | BinaryIO, columns: Columns, account: Account, *, kind: str | None = None
) -> Iterator[Entry | Rejected]:
    """Yield each row of a table, or why it holds no article; ``kind`` may be a file's ending, if it tells the kind.

    Damage ends the stream and is told in ``account.damage``.
    """
    count = 0
    try:
        for row in _read(path, columns, kind):
            yield row
            count += 1
    except DAMAGE as error:
        account.damage = f"the table ends in damage after {count:,} rows ({error})"


def _read(path: str | Path | BinaryIO, columns: Columns, kind: str | None) -> Iterator[Entry | Rejected]:
    ending = ending_of(Path(path))[1:] if isinstance(path, str | Path) else ""
    if (kind or ending) not in _ROWS:
        kind = kind_of(head_of(Path(path))) if isinstance(path, str | Path) else "jsonl"
    chosen: tuple[str, Content] | None = None
    empty = 0
    for number, row in enumerate(_ROWS[kind or ending](path), 1):
        if row is not None:
            chosen = chosen or _choose(row, columns)
        made = _entry(row, chosen, columns, number) if row is not None and chosen is not None else None
        empty = 0 if made is not None else empty + 1
        if empty > MAX_EMPTY:
            raise Bomb(f"{MAX_EMPTY:,} rows in a row hold no text")
        yield made or (Rejected("no text") if row is not None else Rejected("no row", "damaged"))


def kind_of(head: bytes) -> TableKind:
    """Return the kind of table that begins with these bytes; JSON Lines where they do not tell."""
    if head.startswith(PARQUET):
        return "parquet"
    return table_kind(head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")) or "jsonl"


def _choose(row: Row, columns: Columns) -> tuple[str, Content]:
    known = dict(TEXT_COLUMNS)
    for named in (columns.text, columns.id, columns.title, columns.date):
        if named is not None and named not in row:
            raise UnreadableInput(f"Met no column {named!r}; this table has {_listed(row)}.")
    if columns.text is not None:
        return columns.text, columns.content or known.get(columns.text.lower(), "text")
    for name, held in TEXT_COLUMNS:
        if name in row:
            return name, columns.content or held
    raise UnreadableInput(
        f"Met a table with the columns {_listed(row)}; expected one with text. Name it with --text-column."
    )


def _listed(row: Row) -> str:
    """Return the names of a row's columns for people: the first of them where there are many."""
    names = [str(name)[:60] for name in islice(row, _SHOWN)]
    return ", ".join(names) + (f" and {len(row) - _SHOWN:,} more" if len(row) > _SHOWN else "")


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
        told = word_of(value) if isinstance(value, str | int) else "" if value is None else str(value)[:MAX_TITLE]
        if told.strip():
            return told.strip()
    return None


def _json_rows(path: str | Path | BinaryIO) -> Iterator[Row | None]:
    stream, _ = open_stream(path)
    while line := stream.readline(MAX_BYTES):
        if line.strip():
            row = json_of(line)
            yield row if isinstance(row, dict) else None


def _csv_rows(path: str | Path | BinaryIO, delimiters: str = ",;") -> Iterator[Row | None]:
    stream, _ = open_stream(path)
    csv.field_size_limit(MAX_BYTES)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    lines = iter(partial(text.readline, MAX_BYTES), "")
    header = next(lines, "")
    delimiter = next((each for each in delimiters if each in header), delimiters[0])
    _refuse_width(header.count(delimiter) + 1)  # before a string is made of each
    lines = chain([header], lines)
    rows = csv.DictReader((line.replace("\x00", "") for line in lines), delimiter=delimiter)
    _refuse_width(len(rows.fieldnames or ()))
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
        from pyarrow import ArrowException, parquet, types
    except ImportError as error:
        raise UnreadableInput(
            "Met a Parquet table, which needs pyarrow. Install npov-analyzer[batch], or write JSON Lines."
        ) from error
    try:
        table = parquet.ParquetFile(path)
        _refuse_bomb(table.metadata, _size_of(path))
        # A text that is written once and stands in many rows stays one in memory.
        texts = [field.name for field in table.schema_arrow if types.is_string(field.type)]
        table = parquet.ParquetFile(path, read_dictionary=texts)
        for batch in table.iter_batches(batch_size=64):
            for at in range(batch.num_rows):
                yield _parquet_row(batch, at)
    except (ArrowException, OSError) as error:
        raise UnreadableInput(f"Met a file that is no Parquet table ({error}); expected one.", "damaged") from error


def _size_of(path: str | Path | BinaryIO) -> int:
    if isinstance(path, str | Path):
        return Path(path).stat().st_size
    at = path.tell()
    size = path.seek(0, io.SEEK_END)
    path.seek(at)
    return size


def _refuse_bomb(metadata: Any, size: int) -> None:  # noqa: ANN401 - pyarrow is not typed
    """Raise :class:`UnreadableInput` where a Parquet file of so many bytes says that far more is in it."""
    _refuse_width(metadata.num_columns)
    unpacked = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if max(unpacked / MAX_RATIO, metadata.num_rows) > max(size, FREE_BYTES / MAX_RATIO):
        held = f"{metadata.num_rows:,} rows of {unpacked:,} bytes"
        raise UnreadableInput(f"Met a Parquet table of {size:,} bytes that holds {held}; expected articles.", "bomb")


def _refuse_width(columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise UnreadableInput(f"Met a table with {columns:,} columns; expected one of articles.", "too large")


def _parquet_row(batch: Any, at: int) -> Row:  # noqa: ANN401 - pyarrow is not typed
    """Return one row; a cell that is damaged is None, and what is no UTF-8 in a text becomes U+FFFD."""
    return {name: _value(batch.column(number)[at]) for number, name in enumerate(batch.schema.names)}


def _value(cell: Any) -> Any:  # noqa: ANN401 - pyarrow is not typed
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        data: bytes = error.object
        return data.decode("utf-8", "replace")
    except (ValueError, OverflowError, ArithmeticError):  # a date out of range
        return None


_ROWS = {
    "csv": _csv_rows, "tsv": lambda path: _csv_rows(path, "\t"), "parquet": _parquet_rows,
    "jsonl": _json_rows, "ndjson": _json_rows,
}  # fmt: skip
KINDS = frozenset(_ROWS)
