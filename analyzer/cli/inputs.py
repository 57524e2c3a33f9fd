"""What the user named, as articles: files, standard input, dumps and tables of many, and pages of a live wiki."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli.output import UNREADABLE, tell
from analyzer.errors import AnalyzerError, UnreadableInput, UsageError
from analyzer.vocabulary import InputFormat

if TYPE_CHECKING:
    from analyzer.records import Article

STDIN = "-"
Title = Annotated[str | None, typer.Option(help="The article's title, where the file does not tell it.")]
ModelName = Annotated[str | None, typer.Option(help="Another installed spaCy pipeline, by name or path.")]


@dataclass(frozen=True)
class Inputs:
    """The articles that were asked for, and how to read them."""

    names: tuple[str, ...]
    title: str | None = None
    subject: str | None = None
    format: InputFormat | None = None
    text_column: str | None = None
    wiki: str | None = None
    revision: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError where two wishes exclude each other."""
        if not self.names:
            raise UsageError("no article was named; expected one or more files, or - for standard input.")
        if len(self.names) > 1 and (self.title or self.subject or self.revision):
            raise UsageError(
                "--title, --subject and --revision go with one article; check several one by one to give each its own."
            )
        if self.names.count(STDIN) > 1:
            raise UsageError("- stands for standard input, which can be read only once; it was named twice.")
        if self.revision and not (self.wiki or _is_address(self.names[0])):
            raise UsageError("--revision goes with a page of a live wiki: an address, or a title with --wiki.")


def articles(inputs: Inputs, codes: set[int], *, quiet: bool = False) -> "Iterator[tuple[str, Article]]":
    """Yield what messages call each article, and the article; complain of what cannot be read, and go on."""
    for name in inputs.names:
        label = "standard input" if name == STDIN else name
        with complaints(label, codes):
            try:
                for article in _of_one(name, inputs, quiet=quiet):
                    yield label, article
            except BrokenPipeError:
                raise
            except OSError as error:
                why = error.strerror or error
                raise UnreadableInput(f"{label}: cannot be read: {why}. Check the name and its permissions.") from error


@contextmanager
def complaints(label: str, codes: set[int]) -> Iterator[None]:
    """Make a complaint and an exit code of what one input fails with, so that the others go unharmed."""
    try:
        yield
    except UnreadableInput as error:
        message = str(error)
        tell(message if label in message else f"{label}: {message}")
        codes.add(UNREADABLE)
    except (AnalyzerError, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("NPOV_DEBUG"):
            raise
        tell(
            f"{label}: the analyzer failed on this article ({type(error).__name__}: {error}). That is a bug; "
            "with NPOV_DEBUG=1 the full trace is shown."
        )
        codes.add(UNREADABLE)


def _of_one(name: str, inputs: Inputs, *, quiet: bool) -> "Iterator[Article]":
    if inputs.wiki is not None:
        from analyzer.readers.mediawiki import read_wiki

        yield read_wiki(inputs.wiki, name, revision=inputs.revision)
    elif _is_address(name):
        from analyzer.readers.mediawiki import read_url

        yield read_url(name, revision=inputs.revision)
    elif name == STDIN:
        yield _standard_input(inputs)
    else:
        yield from _of_file(Path(name), inputs, quiet=quiet)


def _standard_input(inputs: Inputs) -> "Article":
    """Return the article that is piped in; no more of it is read than an article may have."""
    from analyzer.readers import read
    from analyzer.readers.sniff import MAX_BYTES

    if sys.stdin is None:
        raise UnreadableInput("standard input is closed; name a file, or pipe the article in.")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableInput(f"standard input holds more than {MAX_BYTES >> 20} MiB; expected one article.")
    return read(data, title=inputs.title, subject=inputs.subject, format=inputs.format)


def _of_file(path: Path, inputs: Inputs, *, quiet: bool) -> "Iterator[Article]":
    """Yield the article of a file, or the articles of a dump, snapshot or table, whose account is then told."""
    from analyzer.readers import read
    from analyzer.readers.formats import format_by_ending, format_named, format_of_file

    if path.exists() and not (path.is_file() or path.is_dir() or path.is_fifo()):
        raise UnreadableInput(f"{path} is a device; expected a file with an article in it.")
    known = format_of_file(path, inputs.format)
    if inputs.format is None and not (known and known.many):
        known = format_by_ending(path) or known
    if inputs.text_column and not (known and known.many):
        known = format_named("table")
    if known is None or not known.many:
        yield read(path, title=inputs.title, subject=inputs.subject, format=inputs.format)
        return
    if inputs.title or inputs.subject:
        raise UsageError(f"--title and --subject go with one article; {path} holds many.")
    from analyzer.readers.collections.stream import Account

    account = Account()
    column = {"text_column": inputs.text_column} if known.name == "table" else {}
    yield from known.load()(path, account=account, **column)
    if account.damage or account.rejected or not account.read:
        raise UnreadableInput(f"{path}: {account}" + ("" if account.read else "; expected at least one article"))
    if not quiet:
        tell(f"{path}: {account}")


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))
