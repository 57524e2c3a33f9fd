"""Raw input in, :class:`~analyzer.records.Article` out; the table in :mod:`.formats` tells what reads it."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.formats import (
    Format,
    format_by_ending,
    format_named,
    format_of,
    format_of_file,
    formats,
    register,
)
from analyzer.readers.rows import refuse_data
from analyzer.readers.sniff import HEAD, cleaned, decode, read_bytes, settle, shown, unpack
from analyzer.records import Article

__all__ = ["Format", "formats", "path_of", "read", "read_many", "register"]

_FILE_NAME = re.compile(
    r"[^\s<>|*?\"]{1,1000}\.(?:txt|text|md|wiki|wikitext|html?|xml|json|ndjson|jsonl|bz2|gz|xz|7z)$"
)


def read(
    source: str | bytes | Path,
    *,
    title: str | None = None,
    subject: str | None = None,
    format: str | None = None,
    id: str | None = None,
) -> Article:
    """Return the article that a text, some bytes or a file holds.

    A ``Path`` is a file, and so is a ``str`` of one line that names an existing file or looks like a file's name
    (no blanks, a known ending); any other ``str`` is the text itself. ``format`` overrules what the content tells.
    ``subject`` stays empty where none is given. Raises :class:`UnreadableInput` for what cannot be read, and
    :class:`UsageError` for an input of many articles: that is for :func:`read_many`. docs/formats.md tells what each
    format can show.

    Examples:
        >>> article = analyzer.read("<h1>Halden Bridge</h1><p>It is a road bridge.</p>", format="html")
        >>> article.title, article.title_origin
        ('Halden Bridge', 'markup')
    """
    path = path_of(source)
    title, subject, id = (named and cleaned(named) for named in (title, subject, id))
    text, notices, known = _text(source, path, format_named(format) if format else None)
    if known.many:
        raise UsageError(
            f"{shown(path) if path else 'the input'} is a {known.name} of many articles; expected one. "
            "Use analyzer.readers.read_many, or npov check."
        )
    if known.holds == "address":
        raise UsageError(f"A {known.name} page is fetched from its address; got a text. Use npov check ADDRESS.")
    article: Article = known.load()(text, title=title, subject=subject, id=id, name=shown(path.name) if path else None)
    return replace(article, notices=(*notices, *article.notices)) if notices else article


def read_many(
    source: str | bytes | Path,
    *,
    title: str | None = None,
    subject: str | None = None,
    format: str | None = None,
    id: str | None = None,
) -> Iterator[Article]:
    """Yield every article of an input: those of a dump, snapshot or table one by one, else that of :func:`read`.

    Dumps, snapshots and tables must be files: they are streamed, and what was read before an error has been yielded.
    docs/notebooks.md reads a table of articles with it.
    """
    path = path_of(source)
    known = format_of_file(path, format) if path else format_named(format) if format else None
    if known is None or not known.many:
        yield read(source, title=title, subject=subject, format=format, id=id)
    elif path is None:
        raise UsageError(f"a {known.name} is streamed from a file; got text. Write it to a file and give its path.")
    else:
        yield from known.load()(path)


def path_of(source: str | bytes | Path) -> Path | None:
    """Return the path that a source is, as :func:`read` takes it; None where it is the text itself."""
    if isinstance(source, Path):
        return source
    if not isinstance(source, str) or len(source) > 1024 or "\n" in source or not source.strip() or "\0" in source:
        return None
    try:
        if Path(source).exists():
            return Path(source)
    except (OSError, ValueError):
        return None
    return Path(source) if _FILE_NAME.fullmatch(source) and "://" not in source else None


def _text(source: str | bytes | Path, path: Path | None, known: Format | None) -> tuple[str, tuple[str, ...], Format]:
    """Return the text of an input, notices on its decoding, and its format; no text where it holds many articles."""
    if path is not None:
        told = known or format_of_file(path)
        if told is not None and told.many:
            return "", (), told
        text, notices = decode(read_bytes(path), shown(path))
        what = shown(path)
    elif isinstance(source, bytes):
        data = unpack(source)
        if known is None and (told := format_of(data[:HEAD])).many:
            return "", (), told
        text, notices = decode(data)
        what = "the input"
    elif isinstance(source, str):
        text, notices = settle(source)
        what = "the text"
    else:
        raise UnreadableInput(f"got {type(source).__name__}; expected text, bytes or a pathlib.Path. Convert it first.")
    told = known or (format_by_ending(path, many=False) if path is not None else None) or format_of(text)
    if known is None and told.name == "plaintext":
        refuse_data(text, what)
    return text, notices, told
