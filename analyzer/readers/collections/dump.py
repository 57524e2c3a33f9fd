"""MediaWiki XML dumps to Articles, one page at a time, in memory that does not grow with the dump.

Reads export formats 0.3 to 0.11 (mw:Help:Export) with expat, plain or packed as .bz2 (multistream too), .gz or .xz.
Of a page with many revisions the last one counts. Entity declarations, which no dump has, end the reading at once.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_FIELD, MAX_HEIGHT, MAX_TEXT
from analyzer.readers.collections.stream import DAMAGE, Account, Rejected, Skipped, chunks, open_stream
from analyzer.readers.markup.builder import Known
from analyzer.readers.wikitext.reader import disambiguates, read_wikitext, redirects
from analyzer.records import Article

_FIELDS = {  # parent and element: field of the page
    ("page", "title"): "title", ("page", "ns"): "namespace", ("page", "id"): "id", ("revision", "id"): "revision",
    ("revision", "timestamp"): "timestamp", ("revision", "model"): "model", ("revision", "text"): "text",
}  # fmt: skip
_ELEMENTS = frozenset(name for _, name in _FIELDS)


@dataclass(slots=True)
class Page:
    """One page of a dump with its last revision."""

    title: str = ""
    namespace: str = "0"
    id: str = ""
    revision: str | None = None
    timestamp: str | None = None
    model: str = "wikitext"
    text: str | None = None
    redirect: bool = False
    deleted: bool = False
    too_large: str = ""  # the field that is
    language: str = "en"


class _Declared(ValueError):
    """The XML declares entities."""


@dataclass(slots=True)
class DumpParser:
    """A push parser: give it bytes with :meth:`feed`, take whole pages with :meth:`taken`."""

    pages: deque[Page] = field(default_factory=deque)
    count: int = 0
    root: str = ""
    language: str = "en"
    _page: Page | None = None
    _path: list[str] = field(default_factory=list)
    _data: list[str] | None = None
    _size: int = 0
    _most: int = 0
    _parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        """Set the parser up: text in large pieces, no entities of the document's own."""
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 18
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Parse more of the dump; raises ``expat.ExpatError`` or ``ValueError`` where it is no well-formed dump."""
        self._parser.Parse(data, last)

    def taken(self) -> Iterator[Page]:
        """Yield the pages that are whole by now, each once."""
        while self.pages:
            self.count += 1
            yield self.pages.popleft()

    @staticmethod
    def _entity(*declared: object) -> None:
        raise _Declared("declares entities, which no dump does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > MAX_HEIGHT:
            raise ValueError(f"elements are nested more than {MAX_HEIGHT} deep")
        if not self.root:
            self.root = name
            self.language = attributes.get("xml:lang", "en").partition("-")[0] or "en"
        if name == "page":
            self._page = Page(language=self.language)
        elif self._page is None:
            return
        elif name == "revision":
            self._page.text, self._page.deleted = None, False
            self._page.too_large = self._page.too_large.removesuffix("text")
        elif name == "redirect":
            self._page.redirect = True
        elif name == "text" and "deleted" in attributes:
            self._page.deleted = True
        if name in _ELEMENTS and self._page is not None:
            self._data, self._size = [], 0
            self._most = MAX_TEXT if name == "text" else MAX_FIELD

    def _characters(self, data: str) -> None:
        if self._data is None:
            return
        self._size += len(data)
        if self._size <= self._most:
            self._data.append(data)
        elif self._page is not None:
            self._page.too_large = self._path[-1]

    def _end(self, name: str) -> None:
        path = self._path
        path.pop()
        name = name.rpartition(":")[2]
        page = self._page
        if page is None:
            return
        if name == "page":
            self.pages.append(page)
            self._page = None
        elif self._data is not None and name in _ELEMENTS:
            value, self._data = "".join(self._data), None
            told = _FIELDS.get((path[-1] if path else "", name))  # others (a contributor's id) are left
            if told is not None:
                setattr(page, told, value if told in ("title", "text") else value.strip())


def read_dump(
    path: str | Path | BinaryIO, *, namespaces: Collection[int] = (0,), account: Account | None = None
) -> Iterator[Article]:
    """Yield the articles of a dump; ``account`` counts every page, those passed over by reason.

    A dump that is cut off or damaged yields what can be read before the damage, which ``account.damage`` then tells.
    Raises :class:`UnreadableInput` where the file is no dump at all.
    """
    kept = account if account is not None else Account()
    wanted = frozenset(str(number) for number in namespaces)
    pages = read_pages(path, account=kept)
    yield from kept.taken(passed_over(page, wanted) or article_of(page) for page in pages)


def read_pages(path: str | Path | BinaryIO, *, account: Account) -> Iterator[Page]:
    """Yield the pages of a dump as they stand; damage is told in the account, and ends the stream."""
    stream, packed = open_stream(path)
    parser = DumpParser()
    try:
        for chunk in chunks(stream):
            parser.feed(chunk)
            if parser.root not in ("", "mediawiki"):
                raise UnreadableInput(
                    f"Met XML whose root is <{parser.root[:40]}>; expected <mediawiki>, as Special:Export writes it."
                )
            yield from parser.taken()
        parser.feed(b"", last=True)
    except (expat.ExpatError, *DAMAGE) as error:
        yield from parser.taken()
        account.damage = f"the dump ends in damage after {parser.count} pages ({error})"
        if not parser.count and (not parser.root or isinstance(error, _Declared)):
            raise UnreadableInput(
                f"Met a file that is no MediaWiki dump ({error}); expected <mediawiki>. "
                "Pass --input-format for another.",
                "entities" if isinstance(error, _Declared) else "damaged",
            ) from error
    finally:
        stream.close()
        packed.close()


def passed_over(page: Page, wanted: Collection[str] = ("0",)) -> Skipped | Rejected | None:
    """Return why a page is no article that can be read, or None where it is one; ``wanted`` are namespaces."""
    text = page.text or ""
    if page.too_large not in ("", "text"):
        return Rejected(f"{page.too_large} over {MAX_FIELD:,} characters", "too large")
    if page.namespace not in wanted:
        return Skipped(f"namespace {page.namespace}")
    if page.redirect or redirects(text):
        return Skipped("redirect")
    if page.model != "wikitext":
        return Skipped(f"content model {page.model[:40]}")
    if page.too_large:
        return Rejected(f"text over {MAX_TEXT >> 20} MB", "too large")
    if page.deleted or not text.strip():
        return Rejected("revision deleted", "deleted") if page.deleted else Rejected("no text")
    return Skipped("disambiguation") if disambiguates(text) else None


def article_of(page: Page) -> Article:
    """Return the article that a page makes."""
    known: Known = {"title": page.title, "id": page.id or page.title, "format": "dump", "language": page.language}
    known |= {"revision": page.revision, "timestamp": page.timestamp}
    return read_wikitext(page.text or "", **known)
