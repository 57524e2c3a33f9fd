"""What the user named, as one stream of articles in a fixed order: the same inputs give the same stream.

A file, a folder (every file below it), a pattern, a dump, snapshot or table of many articles, standard input, an
address, or titles of a live wiki.
"""

import dataclasses
import glob
import hashlib
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

import msgspec
from msgspec.structs import replace

from analyzer.batch.items import (
    ArticleItem,
    FailedItem,
    FileItem,
    Item,
    ObjectItem,
    PageItem,
    RowItem,
    TextItem,
    WikiItem,
)
from analyzer.errors import UnreadableInput, UsageError
from analyzer.lexicons.own import own_lines
from analyzer.limits import MAX_BYTES, MAX_NAME
from analyzer.readers.collections import dump, enterprise, tables
from analyzer.readers.collections.stream import DAMAGE, Account, Rejected, Skipped, open_stream
from analyzer.readers.formats import Format, ending_of, format_by_ending, format_named, format_of, format_of_file
from analyzer.readers.rows import PARQUET
from analyzer.readers.sniff import HEAD, PACKED, cleaned, head_of, opened, read_bytes, shown

STDIN = "-"
STREAMED = ("dump", "enterprise", "table")  # formats of many articles that are read as they come
_WHOLE = 16 << 20  # bytes of a file that are all looked at to tell whether it has changed; of larger ones three parts
_PART = 1 << 20


class Passed(msgspec.Struct, frozen=True, kw_only=True, tag="passed"):
    """A page that is no article, and why: a redirect, a disambiguation page, one that was not asked for."""

    input: str
    name: str
    reason: str


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an input; ``damage`` says why it came too early or why nothing could be read."""

    input: str
    many: bool = False
    damage: str | None = None


Event = Item | Passed | Ended


@dataclass(frozen=True)
class Reading:
    """How to read the inputs; what is not given is told by their content.

    ``pages`` are the titles wanted of inputs of many articles, ``wiki`` is the api.php whose titles the inputs are.
    """

    title: str | None = None  # of inputs of many articles: the page that is wanted
    subject: str | None = None
    format: str | None = None
    columns: tables.Columns = field(default_factory=tables.Columns)
    pages: tuple[str, ...] = ()
    wiki: str | None = None
    revision: str | None = None
    folders: bool = True  # whether a folder stands for the files below it


class Inputs:
    """The inputs that were named; iterate over :meth:`events`.

    ``without`` is a folder that is never read: the one that is written to.
    """

    def __init__(self, names: tuple[str, ...], reading: Reading | None = None, *, without: Path | None = None) -> None:
        """Raise UsageError where the wishes exclude each other."""
        reading = reading or Reading()
        title, subject = (said and cleaned(said) for said in (reading.title, reading.subject))
        self.names, self.reading = names, dataclasses.replace(reading, title=title, subject=subject)
        self._without = without.resolve() if without else None
        self._pages = [title for word in self.reading.pages for title in listed(word)]
        self._wanted = frozenset(map(_titled, self._pages))
        self._missing = set(self._wanted)
        self._passed, self._all = 0, 0  # bytes of files, pages of a wiki
        self._reading_now: Callable[[], int] = lambda: 0
        if not names:
            raise UsageError("no article was named; expected one or more files, or - for standard input.")
        if len(names) > 1 and (reading.title or reading.subject or reading.revision):
            raise UsageError(
                "--title, --subject and --revision go with one article; check several one by one to give each its own."
            )
        if names.count(STDIN) > 1:
            raise UsageError("- stands for standard input, which can be read only once; it was named twice.")
        if reading.wiki and reading.pages:
            raise UsageError(
                "--pages picks from a dump, snapshot or table; with --wiki name the titles themselves, or @FILE."
            )
        if reading.revision and not (reading.wiki or is_address(names[0])):
            raise UsageError("--revision goes with a page of a live wiki: an address, or a title with --wiki.")

    def events(self) -> Iterator[Event]:
        """Yield articles, what was passed over, and the end of each input; what cannot be read harms no other."""
        for name in self.names:
            label = "standard input" if name == STDIN else shown(name, MAX_NAME)
            if len(name) > MAX_NAME:
                yield Ended(input=shown(name), damage=f"a name of {len(name):,} characters is that of no file or page.")
            elif self.reading.wiki is not None or is_address(name):
                for page in listed(name):
                    api, revision = self.reading.wiki or "", self.reading.revision
                    yield WikiItem(
                        input=label,
                        name=shown(page),
                        page=page,
                        api=api,
                        revision=revision,
                        subject=self.reading.subject,
                    )
                    self._passed += 1
                yield Ended(input=label)
            elif name == STDIN:
                yield from self._standard_input(label)
            else:
                for path, named in self._files(name):
                    yield from self._of_file(path, named)

    def missing_pages(self) -> list[str]:
        """Return the wanted titles that have not been met so far."""
        return [title for title in self._pages if _titled(title) in self._missing]

    def share_read(self) -> float | None:
        """Return how much of the inputs has been passed, 0..1; None where that cannot be told."""
        if not self._all:
            return None
        return min(1.0, (self._passed + self._reading_now()) / self._all)

    def fingerprint(self) -> list[dict[str, Any]]:
        """Return what tells these inputs from others, one row an input: files and bytes in it, and their digest.

        The content counts, not the time of a change; of a file over 16 MiB its size and three parts of it. Raises
        :class:`UnreadableInput` where an input is not there at all.
        """
        rows = []
        self._all = 0
        for name in self.names:
            digest, files, size = hashlib.sha256(), 0, 0
            if self.reading.wiki is not None:
                digest.update("\0".join(listed(name)).encode())
                self._all += len(listed(name))
            elif is_address(name):
                self._all += 1
            else:
                if name == STDIN:
                    raise UsageError("- (standard input) cannot be read a second time; write it to a file for a batch.")
                found = list(self._files(name))
                if not found:
                    raise UnreadableInput(f"{name} holds no file; expected at least one article. Check the name.")
                for path, named in found:
                    if not path.exists():
                        read_bytes(path)  # raises, and says what was met
                    bytes_of = _digest(path, named, digest)
                    files, size = files + 1, size + bytes_of
            rows.append({"name": shown(name, MAX_NAME), "files": files, "bytes": size, "sha256": digest.hexdigest()})
            self._all += size
        return rows

    def _files(self, name: str) -> Iterator[tuple[Path, str]]:
        """Yield the files that a name stands for, in a fixed order, each with what messages call it."""
        path = Path(name)
        try:
            is_folder, is_there = path.is_dir(), path.exists()
        except OSError:  # a name that no file can have, which is told when it is read
            is_folder, is_there = False, True
        if is_folder and self.reading.folders:
            for folder, folders, files in os.walk(path):
                folders[:] = sorted(
                    each for each in folders if not each.startswith(".") and not self._is_output(Path(folder, each))
                )
                for file in sorted(files):
                    if not file.startswith("."):
                        yield Path(folder, file), shown(Path(folder, file), MAX_NAME)
        elif not is_there and (found := self._matching(name)):
            yield from found
        else:
            yield path, shown(name, MAX_NAME)

    @staticmethod
    def _matching(pattern: str) -> list[tuple[Path, str]]:
        if not glob.has_magic(pattern):
            return []
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - as the shell does it
        return [(Path(name), shown(name, MAX_NAME)) for name in found if not Path(name).is_dir()]

    def _is_output(self, folder: Path) -> bool:
        return self._without is not None and folder.resolve() == self._without

    def _standard_input(self, label: str) -> Iterator[Event]:
        """Yield the article that is piped in, or the articles of a dump, snapshot or table, streamed where it can be.

        Of one article no more is read than it may have.
        """
        if sys.stdin is None:
            yield Ended(input=label, damage="standard input is closed; name a file, or pipe the article in.")
            return
        yield from self._of_pipe(sys.stdin.buffer, label)

    def _of_pipe(self, raw: BinaryIO, label: str) -> Iterator[Event]:
        pipe = Pipe(raw)
        known = self._chosen(format_of(pipe.head))
        if pipe.must_be_kept or (known.many and known.name not in STREAMED):
            with pipe.kept() as path:
                known = self._chosen(format_of(head_of(path)))
                if known.many:
                    yield from self._guarded(label, self._of_many_in(path, label, known))
                else:
                    yield from self._piped(label, path.read_bytes())
        elif known.many:
            kind = tables.kind_of(pipe.head)
            yield from self._guarded(label, self._of_many(None, pipe.stream(), label, known, kind))
        else:
            yield from self._piped(label, pipe.stream().read(MAX_BYTES + 1))

    def _piped(self, label: str, data: bytes) -> Iterator[Event]:
        """Yield the one article that was piped in."""
        damage = None
        if len(data) > MAX_BYTES:
            damage = f"{label} holds more than {MAX_BYTES >> 20} MiB; expected one article."
        else:
            yield TextItem(input=label, name=label, size=len(data), data=data, **self._told())
        yield Ended(input=label, damage=damage)

    def _of_file(self, path: Path, label: str) -> Iterator[Event]:
        """Yield the article of a file, or what a file of many holds."""
        try:
            known, where = self._format(path), os.fsencode(path)
            raw = opened(path) if path.is_fifo() else None
        except (UnreadableInput, OSError, ValueError) as error:
            yield Ended(input=label, damage=_damage(label, error))
            return
        if raw is not None:
            with raw:
                yield from self._guarded(label, self._of_pipe(raw, label))
            return
        if known is not None and known.many:
            yield from self._guarded(label, self._of_many_in(path, label, known))
            return
        size = path.stat().st_size if path.is_file() else 0
        yield FileItem(input=label, name=label, size=size, path=where, **self._told())
        yield Ended(input=label)
        self._passed += size

    @staticmethod
    def _guarded(label: str, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events of an input of many articles; what goes wrong ends this input alone."""
        try:
            yield from events
        except (UnreadableInput, OSError) as error:
            yield Ended(input=label, many=True, damage=_damage(label, error))

    def _told(self) -> dict[str, Any]:
        """Return what was said of the one article."""
        return {name: getattr(self.reading, name) for name in ("title", "subject", "format")}

    def _format(self, path: Path) -> Format | None:
        if path.exists() and not (path.is_file() or path.is_dir() or path.is_fifo()):
            raise UnreadableInput(f"{shown(path)} is a device; expected a file with an article in it.", "missing")
        known = format_of_file(path, self.reading.format)
        if known is None:
            return format_named("table") if self.reading.columns.text else None
        if self.reading.format is None and not known.many:
            known = format_by_ending(path) or known
        return self._chosen(known)

    def _chosen(self, told: Format) -> Format:
        """Return how to read what the content tells: what the caller named goes first."""
        known = format_named(self.reading.format) if self.reading.format else told
        return format_named("table") if self.reading.columns.text and not known.many else known

    def _of_many_in(self, path: Path, label: str, known: Format) -> Iterator[Event]:
        """Yield what a file of many articles holds, and tell how far it has been read."""
        before, kind = self._passed, ending_of(path)[1:]
        if kind not in tables.KINDS:
            kind = tables.kind_of(head_of(path))
        with opened(path) as raw:
            self._reading_now = lambda: 0 if raw.closed else raw.tell()
            yield from self._of_many(path, raw, label, known, kind)
        self._reading_now = lambda: 0
        self._passed = before + path.stat().st_size

    def _of_many(self, path: Path | None, raw: BinaryIO, label: str, known: Format, kind: str) -> Iterator[Event]:
        """Yield what an input of many articles holds, taken apart and not read; ``kind`` is that of a table."""
        self._pick(self.reading.title)
        account = Account()
        for event in self._parts(path, raw, label, known, kind, account):
            yield self._aimed(event) if self._is_wanted(event) else _not_asked_for(label, event)
            if self._wanted and not self._missing:
                break
        yield Ended(input=label, many=True, damage=account.damage)

    def _pick(self, title: str | None) -> None:
        """Want the page of this title alone; raises UsageError where a subject is given to many pages."""
        if title is not None:
            self._pages, self._wanted, self._missing = [title], frozenset((_titled(title),)), {_titled(title)}
        elif self.reading.subject:
            raise UsageError("--subject goes with one article; pick one of those that the input holds with --title.")

    def _aimed(self, event: Item | Passed) -> Item | Passed:
        """Return a page with the subject that the caller gives."""
        aimed = self.reading.subject and not isinstance(event, Passed)
        return replace(event, subject=self.reading.subject) if aimed else event

    def _is_wanted(self, event: Item | Passed) -> bool:
        """Tell whether an article is one of those that were asked for by title, and cross it off."""
        title = _titled(event.name) if self._wanted else ""
        self._missing.discard(title)
        return not self._wanted or title in self._wanted

    def _parts(
        self, path: Path | None, raw: BinaryIO, label: str, known: Format, kind: str, account: Account
    ) -> Iterator[Item | Passed]:
        if known.name == "dump":
            yield from _pages(raw, label, account)
        elif known.name == "enterprise":
            yield from _objects(raw, label, account, named=bool(self._wanted))
        elif known.name == "table":
            yield from _rows(raw, kind, label, account, self.reading.columns)
        else:  # a format of another package: its reader gives articles
            for article in known.load()(path, account=account):
                size = len(article.text)
                yield ArticleItem(input=label, name=article.title or article.id, size=size, article=article)


class Pipe:
    """What is piped in: its beginning, and the whole of it as a stream."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self.head = raw.read(HEAD)

    @property
    def must_be_kept(self) -> bool:
        """Tell whether it can only be read from a file: it is packed, or a table that is not read from its start on."""
        return self.head.startswith((PARQUET, *PACKED))

    @contextmanager
    def kept(self) -> Iterator[Path]:
        """Give all of it as a file for as long as the context lasts."""
        with NamedTemporaryFile() as file:
            shutil.copyfileobj(self.stream(), file)
            file.flush()
            yield Path(file.name)

    def stream(self) -> BinaryIO:
        """Return all of it, from the start."""
        return io.BufferedReader(_Rejoined(self.head, self._raw))


class _Rejoined(io.RawIOBase):
    """A stream whose beginning has been read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        return self._head.readinto(buffer) or cast(io.BufferedReader, self._rest).readinto1(buffer)


def _not_asked_for(label: str, event: Item | Passed) -> Passed:
    return Passed(input=label, name=event.name, reason="not asked for")


def _damage(label: str, error: UnreadableInput | OSError | ValueError) -> str:
    if isinstance(error, UnreadableInput):
        return str(error)
    told = getattr(error, "strerror", None) or error
    return f"{label}: cannot be read: {told}. Check the name and its permissions."


def listed(name: str) -> list[str]:
    """Return the titles that a word stands for: itself, or the lines of a file that is named after an ``@``."""
    if not name.startswith("@"):
        return [name]
    return [line.strip() for line in own_lines(name[1:], "the titles") if line.strip()]


def is_address(name: str) -> bool:
    """Tell whether a name is an address of the web."""
    return name.startswith(("http://", "https://"))


def _pages(raw: BinaryIO, label: str, account: Account) -> Iterator[Item | Passed]:
    for page in dump.read_pages(raw, account=account):
        why = dump.passed_over(page)
        if why is None:
            yield PageItem(input=label, name=page.title, size=len(page.text or ""), page=page)
        elif isinstance(why, Skipped):
            yield Passed(input=label, name=page.title, reason=str(why))
        else:
            yield FailedItem(input=label, name=page.title, reason=str(why), code=why.code)


class _Named(msgspec.Struct):
    """The title of an Enterprise object."""

    name: str = ""


def _objects(raw: BinaryIO, label: str, account: Account, *, named: bool) -> Iterator[Item | Passed]:
    import tarfile

    stream, _ = open_stream(raw)
    count = 0
    try:
        for count, line in enumerate(enterprise.objects(stream), 1):
            name = f"object {count}"
            if named:
                with suppress(
                    msgspec.DecodeError, UnicodeDecodeError, RecursionError
                ):  # its reader says why it is none
                    name = msgspec.json.decode(line, type=_Named).name
            yield ObjectItem(input=label, name=name, size=len(line), line=line)
    except (tarfile.TarError, *DAMAGE) as error:
        account.damage = f"the snapshot ends in damage after {count} objects ({error})"


def _rows(raw: BinaryIO, kind: str, label: str, account: Account, columns: tables.Columns) -> Iterator[Item]:
    for number, row in enumerate(tables.entries(raw, columns, account, kind=kind), 1):
        if isinstance(row, Rejected):
            yield FailedItem(input=label, name=f"row {number}", reason=str(row), code=row.code)
        else:
            yield RowItem(input=label, name=row.title or row.id, size=len(row.text), row=row)


def _titled(title: str) -> str:
    """Return a title as MediaWiki writes it: blanks for underscores, the first letter large."""
    title = " ".join(title.replace("_", " ").split())
    return title[:1].upper() + title[1:]


def _digest(path: Path, name: str, digest: "hashlib._Hash") -> int:
    """Add a file's name and content to a digest, and return its size; one that is not there adds that."""
    digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
    try:
        if not path.is_file():
            return 0
        size = path.stat().st_size
        digest.update(f"{size}\0".encode())
        with path.open("rb") as stream:
            if size <= _WHOLE:
                digest.update(stream.read())
            else:
                for start in (0, size // 2, size - _PART):
                    stream.seek(start)
                    digest.update(stream.read(_PART))
    except OSError as error:
        digest.update(f"{error.errno}\0".encode())
        return 0
    return size
