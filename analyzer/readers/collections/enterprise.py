"""Wikimedia Enterprise snapshots to Articles: article objects, one a line, plain, packed, or in a tar archive.

An object's HTML is read where it has one (templates are rendered there), else its wikitext, else its structured
sections. Field names follow the data dictionary of the Enterprise API, version 2.
"""

import tarfile
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

import msgspec
from msgspec.structs import replace

from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_BYTES
from analyzer.readers.collections.stream import DAMAGE, Account, Rejected, Skipped, made_or_rejected, open_stream
from analyzer.readers.html.reader import read_html
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.builder import Builder, Known
from analyzer.readers.markup.inline import tidy
from analyzer.readers.markup.placeholders import Placeholders, scrub
from analyzer.readers.rows import json_of, word_of
from analyzer.readers.wikitext.reader import disambiguates, read_wikitext, redirects
from analyzer.records import Article

_DISAMBIGUATION = ("disambiguation", "begriffsklär", "homonymie", "desambiguación", "неоднозначн")


def read_enterprise(
    path: str | Path | BinaryIO, *, namespaces: Collection[int] = (0,), account: Account | None = None
) -> Iterator[Article]:
    """Yield the articles of a snapshot; ``account`` counts every object, those passed over by reason.

    Damage ends the stream and is told in ``account.damage``. Raises :class:`UnreadableInput` where not one line is an
    article object.
    """
    kept = account if account is not None else Account()
    stream, packed = open_stream(path)
    try:
        yield from kept.taken(made_or_rejected(partial(read_object, line, namespaces)) for line in objects(stream))
    except (tarfile.TarError, *DAMAGE) as error:
        kept.damage = f"the snapshot ends in damage after {kept.pages} objects ({error})"
    finally:
        stream.close()
        packed.close()
    if kept.pages and kept.pages == kept.rejected["no article object"]:
        raise UnreadableInput("Met lines that are no JSON article objects; expected an Enterprise snapshot (NDJSON).")


def objects(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the objects of a snapshot as they stand in its lines, of every file in it where it is a tar archive."""
    yield from (line for line in _lines(stream) if line.strip())


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    head = stream.peek(512)[:512] if hasattr(stream, "peek") else b""  # gzip, bz2 and lzma files can all peek
    if head[257:262] != b"ustar":
        whole = head.lstrip()[:1] == b"[" or head.lstrip()[:2].strip() == b"{"
        yield from _members(stream.read(MAX_BYTES)) if whole else _bounded(stream)
        return
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.issparse():
                raise ValueError("a file in the archive has holes, which may be of any size")
            held = archive.extractfile(member) if member.isfile() else None
            if held is not None:
                yield from _bounded(held)


def _members(data: bytes) -> Iterator[bytes]:
    """Yield the objects of a JSON document that is written over many lines: a list of them, or one."""
    if not data.lstrip().startswith(b"["):
        yield data
        return
    try:
        yield from map(bytes, msgspec.json.decode(data, type=list[msgspec.Raw]))
    except (ValueError, RecursionError):
        yield data[:64]


def _bounded(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield lines; of one that is too long, a start that no parser takes for an object."""
    while line := stream.readline(MAX_BYTES):
        yield line
        while len(line) == MAX_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES)


def read_object(line: bytes, namespaces: Collection[int] = (0,)) -> Article | Skipped | Rejected:
    """Return the article of one line of a snapshot, or why it has none."""
    item = json_of(line)
    if not isinstance(item, dict) or not ({"article_body", "sections", "article_sections"} & set(item)):
        return Rejected("no article object", "no article")
    number = _inner(item, "namespace", "identifier")
    if isinstance(number, int) and number not in namespaces:
        return Skipped(f"namespace {word_of(number)}")
    wikitext = _inner(item, "article_body", "wikitext")
    wikitext = wikitext if isinstance(wikitext, str) else ""
    if redirects(wikitext):
        return Skipped("redirect")
    named = [word_of(t.get("name")).lower() for t in _list(item, "templates") + _list(item, "categories")]
    if disambiguates(wikitext) or any(sign in name for name in named for sign in _DISAMBIGUATION):
        return Skipped("disambiguation")
    return article_of(item) or Rejected("no text")


def _list(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = item.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _inner(item: dict[str, Any], outer: str, inner: str) -> Any:  # noqa: ANN401 - JSON of any shape
    value = item.get(outer)
    return value.get(inner) if isinstance(value, dict) else None


def article_of(item: dict[str, Any]) -> Article | None:
    """Return the article of one Enterprise object, or None where it carries no text in any form."""
    title = word_of(item.get("name"))
    known: Known = {
        "title": title,
        "id": word_of(item.get("identifier")) or title,
        "format": "enterprise",
        "language": word_of(_inner(item, "in_language", "identifier")) or "en",
        "revision": word_of(_inner(item, "version", "identifier")) or None,
        "timestamp": word_of(item.get("date_modified")) or None,
    }
    html, wikitext = _inner(item, "article_body", "html"), _inner(item, "article_body", "wikitext")
    if isinstance(html, str) and html.strip():
        return read_html(html, **known)
    if isinstance(wikitext, str) and wikitext.strip():
        return read_wikitext(wikitext, **known)
    return _from_sections(_list(item, "sections") or _list(item, "article_sections"), known)


def _from_sections(sections: list[dict[str, Any]], known: Known) -> Article | None:
    """Return the article that structured contents make: words and sections, without citations and banners."""
    pieces = [piece for section in sections for piece in _pieces(section, 2)]
    if not pieces:
        return None
    builder = Builder(Placeholders(), words=lambda text, links: tidy(scrub(text)))
    builder.take(pieces)
    article = builder.article((), known)
    notice = "structured contents show neither banners nor citations"
    return replace(article, facets=("text", "sections"), notices=(*article.notices, notice))


def _pieces(part: dict[str, Any], level: int) -> Iterator[Piece]:
    """Yield the blocks of a section, its subsections after it; the abstract has no heading."""
    kind, value = part.get("type"), part.get("value")
    if kind == "section" and (name := word_of(part.get("name"))) and name != "Abstract":
        yield Piece("heading", name, min(level, 6))
    elif isinstance(value, str) and kind in ("paragraph", "list_item"):
        yield Piece("list" if kind == "list_item" else "paragraph", value)
    if kind in ("section", "list") and level < 12:
        for inner in _list(part, "has_parts"):
            yield from _pieces(inner, level + 1)
