"""Raw input in, :class:`~analyzer.records.Article` out: one module for each input format, told apart by content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from analyzer.errors import UnreadableInput, UsageError
from analyzer.records import Article
from analyzer.vocabulary import InputFormat

__all__ = ["read", "read_many"]

_MANY = ("dump", "enterprise")
_FILE_NAME = re.compile(
    r"[^\s<>|*?\"]{1,1000}\.(?:txt|text|md|wiki|wikitext|html?|xml|json|ndjson|jsonl|bz2|gz|xz|7z)$"
)


def read(
    source: str | bytes | Path,
    *,
    title: str | None = None,
    subject: str | None = None,
    format: InputFormat | None = None,
    id: str | None = None,
) -> Article:
    """Return the article that a text, some bytes or a file holds.

    A ``Path`` is a file, and so is a ``str`` of one line that names an existing file or looks like a file's name
    (no blanks, a known ending); any other ``str`` is the text itself. ``format`` overrules what the content tells.
    ``subject`` stays empty where none is given. Raises :class:`UnreadableInput` for what cannot be read, and
    :class:`UsageError` for an input of many articles: that is for :func:`read_many`.
    """
    path = _path(source)
    text, notices, known = _text(source, path, format)
    if known in _MANY:
        raise UsageError(
            f"{path or 'the input'} is a {known} of many articles; expected one. "
            "Use analyzer.readers.read_many, or npov check."
        )
    article = _read_text(text, known, title, subject, id, path.name if path else None)
    return replace(article, notices=(*notices, *article.notices)) if notices else article


def read_many(
    source: str | bytes | Path,
    *,
    title: str | None = None,
    subject: str | None = None,
    format: InputFormat | None = None,
    id: str | None = None,
) -> Iterator[Article]:
    """Yield every article of an input: those of a dump or a snapshot one by one, else the one that :func:`read` gives.

    Dumps and snapshots must be files: they are streamed, and what was read before an error has been yielded.
    """
    path = _path(source)
    known = format or (_sniffed(path) if path else None)
    if known in _MANY:
        if path is None:
            raise UsageError(f"a {known} is streamed from a file; got text. Write it to a file and give its path.")
        if known == "dump":
            from analyzer.readers.collections.dump import read_dump

            yield from read_dump(path)
        else:
            from analyzer.readers.collections.enterprise import read_enterprise

            yield from read_enterprise(path)
        return
    yield read(source, title=title, subject=subject, format=format, id=id)


def _path(source: str | bytes | Path) -> Path | None:
    if isinstance(source, Path):
        return source
    if isinstance(source, bytes) or len(source) > 1024 or "\n" in source or not source.strip() or "\0" in source:
        return None
    try:
        if Path(source).exists():
            return Path(source)
    except (OSError, ValueError):
        return None
    return Path(source) if _FILE_NAME.fullmatch(source) and "://" not in source else None


def _sniffed(path: Path) -> InputFormat | None:
    from analyzer.readers.sniff import head_of, sniff_bytes

    return sniff_bytes(head_of(path)) if path.is_file() else None


def _text(
    source: str | bytes | Path, path: Path | None, known: InputFormat | None
) -> tuple[str, tuple[str, ...], InputFormat]:
    """Return the text of an input, notices on its decoding, and its format."""
    from analyzer.readers.sniff import decode, read_bytes, settle, sniff, sniff_bytes, unpack

    if path is not None:
        if known is None and path.is_file() and (_sniffed(path) in _MANY):
            return "", (), _sniffed(path) or "dump"
        text, notices = decode(read_bytes(path), str(path))
    elif isinstance(source, bytes):
        data = unpack(source)
        if known is None and sniff_bytes(data[:65536]) in _MANY:
            return "", (), sniff_bytes(data[:65536])
        text, notices = decode(data)
    elif isinstance(source, str):
        text, notices = settle(source)
    else:
        raise UnreadableInput(f"got {type(source).__name__}; expected text, bytes or a pathlib.Path. Convert it first.")
    return text, notices, known or sniff(text)


def _read_text(
    text: str,
    known: InputFormat,
    title: str | None,
    subject: str | None,
    id: str | None,
    name: str | None,
) -> Article:
    if known in ("wikitext", "html"):
        from analyzer.readers.plaintext.titles import readable_name

        chosen = title
        identity = id or name
        if known == "wikitext":
            from analyzer.readers.wikitext.reader import read_wikitext

            chosen = chosen or (readable_name(name) if name else None) or None
            return read_wikitext(text, title=chosen, subject=subject, id=identity)
        from analyzer.readers.html.reader import read_html

        return read_html(text, title=chosen, subject=subject, id=identity)
    from analyzer.readers.plaintext.reader import read_plaintext

    return read_plaintext(text, title=title, subject=subject, id=id, name=name)
