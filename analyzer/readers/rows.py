"""What tells rows of data from prose by how they begin: tables of articles, and JSON that holds no article."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_TITLE

Content = Literal["text", "wikitext", "html"]
TableKind = Literal["jsonl", "csv", "tsv", "parquet"]
TEXT_COLUMNS: tuple[tuple[str, Content], ...] = (
    ("wikitext", "wikitext"), ("html", "html"), ("text", "text"), ("content", "text"), ("body", "text"),
    ("article", "text"),
)  # fmt: skip
PARQUET = b"PAR1"
_TEXTS = "|".join(name for name, _ in TEXT_COLUMNS)
# A spreadsheet parts columns by semicolons where numbers have commas.
_DELIMITERS: tuple[tuple[TableKind, str], ...] = (("csv", ","), ("csv", ";"), ("tsv", "\t"))
_CELL = re.compile(r"[a-z][a-z0-9_ -]{0,40}")
_HEADER = 2000  # characters in which the first line of a table ends
_NAMES = frozenset(("title", "name", "id", "page_title", "page_id", "pageid", "url", "date", "timestamp", "revision"))
_KEY = re.compile(r'"((?:[^"\\\n]|\\.){1,80})"\s*:')
_LONG_ROW = re.compile(rf'"(?:{_TEXTS})"\s*:\s*"')  # in a row of which only the beginning is known
_OBJECT = re.compile(r'\{\s*(?:"(?:[^"\\\n]|\\.){0,80}"\s*:|\}\s*$)')
_OBJECTS = re.compile(r"\[\s*\{")
_LIST = re.compile(r'\[\s*(?:\]\s*$|\[|"|-?\d|true|false|null)')
_REPORT = re.compile(r'\{\s*"article"\s*:\s*\{\s*"id"')
_SHOWN = 6  # keys that a refusal names
_HUGE = 1 << 64  # numbers of more digits name nothing


def table_kind(head: str) -> TableKind | None:
    """Return which kind of table of articles a text begins: rows of JSON with a text each, or a header that names one.

    None where it is none. Parquet is told by its bytes (:data:`PARQUET`).
    """
    if _OBJECT.match(head):
        return "jsonl" if _has_text(head) else None
    line = next(iter(head[:_HEADER].splitlines()), "").strip("\ufeff ")
    for kind, delimiter in _DELIMITERS:
        named = {cell.strip(' "') for cell in line.split(delimiter)}
        if all(map(_CELL.fullmatch, named)) and not named.isdisjoint(dict(TEXT_COLUMNS)) and named & _NAMES:
            return kind
    return None


def _has_text(head: str) -> bool:
    """Tell whether the first row of JSON Lines has a column of text."""
    line, end, _ = head.partition("\n")
    row = json_of(line)
    if row is None:
        return not end and not _REPORT.match(line) and _LONG_ROW.search(line) is not None
    return isinstance(row, dict) and any(isinstance(row.get(name), str) for name, _ in TEXT_COLUMNS)


def refuse_data(text: str, what: str) -> None:
    """Raise :class:`UnreadableInput` where a text is JSON: it would be read as prose of quotation marks."""
    start = text[:1000].lstrip("\ufeff \t\r\n")
    sure, maybe = _OBJECT.match(start) or _OBJECTS.match(start), _LIST.match(start)
    if not sure and not (maybe and json_of(text) is not None):
        return
    if _REPORT.match(start):
        raise UnreadableInput(f"{what} is a report of npov; expected an article. npov compare reads reports.")
    keys = list(dict.fromkeys(_keys(text)))
    named = f" with the keys {', '.join(keys[:_SHOWN])}{' ...' if len(keys) > _SHOWN else ''}" if keys else ""
    raise UnreadableInput(
        f"{what} is JSON{named} and no article that is known; expected a text, wikitext or HTML, an object of a "
        "Wikimedia Enterprise snapshot (with article_body or article_sections), or JSON Lines: one object a line, its "
        f"article in a column of text ({', '.join(name for name, _ in TEXT_COLUMNS)}, or the one that --text-column "
        "names)."
    )


def _keys(text: str) -> Iterator[str]:
    """Yield the keys of a JSON object, or of the first one in a list; of one that is damaged those that begin it."""
    found = json_of(text)
    first = found[0] if isinstance(found, list) and found else found
    if isinstance(first, dict):
        yield from map(str, first)
    elif found is None:
        yield from (match[1] for match in _KEY.finditer(text[:2000]))


def json_of(text: str | bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a JSON text; None where it is none, is nested too deeply, or has a number without bound."""
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):  # DecodeError and UnicodeError are ValueErrors
        return None


def word_of(value: object, most: int = MAX_TITLE) -> str:
    """Return a JSON value that names something as text: a string, or a number of ordinary size; else ""."""
    if isinstance(value, int):
        return str(value) if abs(value) < _HUGE else ""
    return value[:most] if isinstance(value, str) else ""
