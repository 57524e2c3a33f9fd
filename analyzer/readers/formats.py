"""The one table of input formats: what tells each, what reads it, and whether it holds one article or many.

A format is added by one entry: here, with :func:`register`, or by another package whose entry point in the group
``npov_analyzer.formats`` gives a :class:`Format`. ``read``, ``read_many`` and ``npov check`` then know it.
"""

import os.path
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Literal

from msgspec import convert, to_builtins

from analyzer.errors import AnalyzerError, UnreadableInput, UsageError, nearest
from analyzer.plugins import added, notice, told
from analyzer.readers.rows import PARQUET, table_kind
from analyzer.readers.sniff import HEAD, head_of
from analyzer.records import Article

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "npov_analyzer.formats"
Sign = tuple[int, Callable[[str], object]]
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|span|table|section|h[1-6]|ul|article|main)[\s>/]", re.IGNORECASE
)
_HTML_END = re.compile(r"</(?:html|head|body|div|p|span|table|section|h[1-6]|ul|article|main|a|b|i)\s*>", re.IGNORECASE)
_WIKILINK = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
_WIKI_SIGNS = (
    _WIKILINK,
    re.compile(r"\{\{\s{0,5}[A-Za-z#][^{}\n|]{0,80}\s{0,5}(?:\||\}\}|\n)"),
    re.compile(r"'''?[^'\n]{1,100}'''?"),
    re.compile(r"<ref[\s>/]", re.IGNORECASE),
)
_WIKI_OPENING = re.compile(
    r"\s*(?:\{\{[A-Za-z][^{}\n]{1,200}(?:\}\}|\n\s*\|)|#redirect\s*+:?\s*+\[\[|<onlyinclude>)", re.IGNORECASE
)


@dataclass(frozen=True)
class Format:
    """One form of input.

    Of all ``signs`` (rank, test of a text's beginning) that hold, the one of the highest rank tells the format;
    ``magic`` tells it by bytes, ``endings`` by a file's name where the content tells no format of many articles.
    ``reader`` is "module:function", loaded when it is needed. One that reads a format of "one" article takes the text
    and the keywords title, subject, id and name (of the file) and returns an Article; one that reads "many" takes a
    path and ``account`` and yields them; "address" formats are read only where somebody names an address.
    """

    name: str
    reader: str
    holds: Literal["one", "many", "address"] = "one"
    signs: tuple[Sign, ...] = ()
    magic: Callable[[bytes], bool] | None = None
    endings: tuple[str, ...] = ()

    @property
    def many(self) -> bool:
        """Tell whether an input of this format holds many articles."""
        return self.holds == "many"

    @property
    def ours(self) -> bool:
        """Tell whether this package reads it; what another package's reader raises costs that input alone."""
        return self in _TABLE

    def load(self) -> Callable[..., Any]:
        """Return the reader."""
        if not self.ours:
            return partial(_read_many if self.many else _read_one, self)
        loaded: Callable[..., Any] = resolve_name(self.reader)
        return loaded

    def tells(self, sign: Callable[[Any], object], head: Any) -> bool:  # noqa: ANN401 - text or bytes
        """Tell whether a sign of this format, or its magic, holds for the beginning of an input."""
        try:
            return bool(sign(head))
        except Exception as error:
            if self.ours:
                raise
            notice(f"the format {self.name!r}, which another package brings, cannot be told ({told(error)})")
            return False


def _read_one(known: Format, text: str, **given: Any) -> Article:  # noqa: ANN401 - what readers take
    """Return what a reader of another package makes of a text; raises UnreadableInput where it fails."""
    try:
        return _article(resolve_name(known.reader)(text, **given))
    except AnalyzerError:
        raise
    except Exception as error:
        raise UnreadableInput(_failed(known, error)) from error


def _read_many(known: Format, path: Path, **given: Any) -> Iterator[Article]:  # noqa: ANN401 - what readers take
    """Yield what a reader of another package makes of a file; raises UnreadableInput where it fails."""
    try:
        yield from map(_article, resolve_name(known.reader)(path, **given))
    except AnalyzerError:
        raise
    except Exception as error:
        raise UnreadableInput(_failed(known, error)) from error


def _article(given: object) -> Article:
    """Return an article as a report can hold it; raises where another package gives something else."""
    if not isinstance(given, Article):
        raise TypeError(f"it gave {type(given).__name__}, and not an Article")
    return convert(to_builtins(given), Article)


def _failed(known: Format, error: Exception) -> str:
    return (
        f"the reader {known.reader!r} of the format {known.name}, which another package brings, failed "
        f"({told(error)}). Repair or remove that package, or name another format with --input-format."
    )


_DUMP = re.compile(r"(?:<\?xml[^>]{0,200}>\s*)?<(?:mediawiki[\s>]|page>|siteinfo>)")
_SNAPSHOT = re.compile(r"(?:\[\s*)?\{")
_OBJECT = re.compile(r'"article_body"|"article_sections"|"is_part_of"|"in_language"')
_PACKED = frozenset({".gz", ".bz2", ".xz"})
_PAGE = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)

# Wikitext may hold HTML tags, a web page holds no wikitext: two kinds of wikitext's signs rank above tags.
_TABLE = (
    Format("dump", "analyzer.readers.collections.dump:read_dump", holds="many", signs=((90, _DUMP.match),)),
    Format(
        "enterprise",
        "analyzer.readers.collections.enterprise:read_enterprise",
        holds="many",
        signs=((90, lambda head: _SNAPSHOT.match(head) and _OBJECT.search(head)),),
        magic=lambda head: head[257:262] == b"ustar",  # a snapshot is a tar archive
    ),
    Format(
        "html",
        "analyzer.readers.html.reader:read_html",
        signs=(
            (80, _PAGE.match),
            (50, lambda head: len(_HTML.findall(head)) >= 2 and len(_HTML_END.findall(head)) >= 2),
        ),
    ),
    Format(
        "wikitext",
        "analyzer.readers.wikitext.reader:read_wikitext",
        signs=(
            (70, _WIKI_OPENING.match),
            (60, lambda head: sum(bool(sign.search(head)) for sign in _WIKI_SIGNS) >= 2),
            (40, lambda head: len(_WIKILINK.findall(head)) >= 3),
        ),
    ),
    Format("plaintext", "analyzer.readers.plaintext.reader:read_plaintext", signs=((0, lambda head: True),)),
    Format(
        "table",
        "analyzer.readers.collections.tables:read_table",
        holds="many",
        signs=((85, table_kind),),
        magic=lambda head: head.startswith(PARQUET),
        endings=(".jsonl", ".ndjson", ".csv", ".tsv", ".parquet"),
    ),
    Format("mediawiki", "analyzer.readers.mediawiki:read_url", holds="address"),
)
_known: dict[str, Format] = {entry.name: entry for entry in _TABLE}


def register(added: Format) -> None:
    """Add a format; raises :class:`UsageError` where its name is taken."""
    if _known.setdefault(added.name, added) != added:
        raise UsageError(f"Met a second format named {added.name!r}; expected a new name. Rename it or remove one.")
    _ranked.cache_clear()


def formats() -> dict[str, Format]:
    """Return every format by its name: those of this package, and those that other packages have registered."""
    _read_entry_points()
    return _known


def format_named(name: str) -> Format:
    """Return the format of a name; raises :class:`UsageError` where there is none."""
    if name not in formats():
        raise UsageError(f"Met the format {name!r}; expected one of {', '.join(formats())}.{nearest(name, formats())}")
    return formats()[name]


def format_of(head: str | bytes) -> Format:
    """Return the format of an input by its beginning: text, or the first bytes of it, decompressed."""
    if isinstance(head, bytes):
        for known in formats().values():
            if known.magic is not None and known.tells(known.magic, head):
                return known
        head = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    beginning = head[:HEAD].lstrip("\ufeff \t\r\n")
    return next(known for _, sign, known in _ranked() if known.tells(sign, beginning))


def format_of_file(path: Path, name: str | None = None) -> Format | None:
    """Return the format of a file, by its content unless it is named; None where there is no such file."""
    if name is not None:
        return format_named(name)
    return format_of(head_of(path)) if os.path.isfile(path) else None  # noqa: PTH113 - which no name makes raise


def format_by_ending(path: Path, *, many: bool = True) -> Format | None:
    """Return the format that a file's name tells where its content does not: that of a table; or of one article."""
    ending = ending_of(path)
    return next((known for known in formats().values() if ending in known.endings and known.many == many), None)


def ending_of(path: Path) -> str:
    """Return how a file's name ends, that of its packing apart: ``.csv`` of ``a.csv.gz``."""
    endings = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    return endings[-1] if endings else ""


@cache
def _ranked() -> list[tuple[int, Callable[[str], object], Format]]:
    """Return the signs of all formats, those that decide first."""
    signs = [(rank, sign, known) for known in formats().values() for rank, sign in known.signs]
    return sorted(signs, key=lambda row: -row[0])


@cache
def _read_entry_points() -> None:
    def accepted(entry: "EntryPoint", given: object) -> None:
        if not isinstance(given, Format):
            raise UsageError(f"it gave {given!r}; expected a Format, see analyzer.readers.Format")
        register(given)

    for _ in added(GROUP, "format", accepted):
        pass
