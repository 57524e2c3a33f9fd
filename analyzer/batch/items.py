"""Articles as they stand in their input, before anything has read them: what a process is given to work on.

The process that reads the inputs takes them apart and no more; turning a page's wikitext into an article is left to
whoever analyses it. Items travel as MessagePack, never as pickle.
"""

import os
from pathlib import Path

from msgspec import Struct

from analyzer import readers
from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.collections import dump, enterprise, tables
from analyzer.readers.collections.stream import Rejected, Skipped
from analyzer.records import Article

Read = Article | Skipped | Rejected


class _Item(Struct, frozen=True, kw_only=True):
    """One candidate for an article.

    ``input`` and ``name`` are what messages call the input and the article, ``size`` is about its length in characters;
    ``subject`` is the one that the caller gives.
    ``read`` returns the article, or why there is none; it raises :class:`UnreadableInput` as the readers do.
    """

    input: str
    name: str
    size: int = 0
    subject: str | None = None


class FileItem(_Item, frozen=True, kw_only=True, tag="file"):
    """A file that holds one article; the path as the system encodes it."""

    path: bytes
    title: str | None = None
    format: str | None = None

    def read(self) -> Read:
        """Read the file."""
        where = Path(os.fsdecode(self.path))
        return readers.read(where, title=self.title, subject=self.subject, format=self.format)


class TextItem(_Item, frozen=True, kw_only=True, tag="text"):
    """One article that was piped in, or given by a program: its bytes, or its text."""

    data: bytes = b""
    text: str | None = None
    title: str | None = None
    format: str | None = None

    def read(self) -> Read:
        """Read it."""
        given = self.data if self.text is None else self.text
        return readers.read(given, title=self.title, subject=self.subject, format=self.format)


class PageItem(_Item, frozen=True, kw_only=True, tag="page"):
    """A page of a dump."""

    page: dump.Page

    def read(self) -> Read:
        """Read its wikitext."""
        return dump.article_of(self.page)


class ObjectItem(_Item, frozen=True, kw_only=True, tag="object"):
    """A line of an Enterprise snapshot."""

    line: bytes

    def read(self) -> Read:
        """Read the object."""
        return enterprise.read_object(self.line)


class RowItem(_Item, frozen=True, kw_only=True, tag="row"):
    """A row of a table."""

    row: tables.Entry

    def read(self) -> Read:
        """Read its text."""
        return self.row.article()


class ArticleItem(_Item, frozen=True, kw_only=True, tag="article"):
    """An article that has been read already."""

    article: Article

    def read(self) -> Read:
        """Hand it on."""
        return self.article


class WikiItem(_Item, frozen=True, kw_only=True, tag="wiki"):
    """A page of a live wiki, by its address where ``api`` is empty, else by its title."""

    page: str
    api: str = ""
    revision: str | None = None

    def read(self) -> Read:
        """Fetch the page."""
        from analyzer.readers.mediawiki import read_url, read_wiki

        try:
            if self.api:
                return read_wiki(self.api, self.page, revision=self.revision)
            return read_url(self.page, revision=self.revision)
        except UsageError as error:
            raise UnreadableInput(str(error), "address") from error

    def fetched(self) -> "ArticleItem | FailedItem":
        """Return the page as an item for another process; a wiki is asked by one process only, one page at a time."""
        try:
            article = self.read()
        except UnreadableInput as error:
            return FailedItem(input=self.input, name=self.name, reason=str(error), code=error.code)
        assert isinstance(article, Article)
        return ArticleItem(input=self.input, name=self.name, size=len(article.text), article=article)


class FailedItem(_Item, frozen=True, kw_only=True, tag="failed"):
    """An article that could not be fetched."""

    reason: str
    code: str = "no article"

    def read(self) -> Read:
        """Raise :class:`UnreadableInput` with the reason."""
        raise UnreadableInput(self.reason, self.code)


Item = FileItem | TextItem | PageItem | ObjectItem | RowItem | ArticleItem | WikiItem | FailedItem
