"""Files of many articles as streams of bytes, and the account of what came of them."""

import io
import lzma
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from analyzer.errors import UnreadableInput
from analyzer.readers.sniff import opened, unpacked
from analyzer.records import Article

CHUNK = 1 << 16
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError, LookupError, RecursionError)


def open_stream(path: str | Path | BinaryIO) -> tuple[IO[bytes], BinaryIO]:
    """Return the unpacked stream of a file, by its first bytes and not by its name, and the packed stream below it.

    A stream that is given is read from where it stands, and closed when the reading ends. Reading on raises
    :class:`~analyzer.readers.sniff.Bomb` where too much has come of what was packed.
    Raises :class:`UnreadableInput` where the file is missing or packed in a way that this reader does not know.
    """
    if isinstance(path, str | Path):
        raw: BinaryIO = opened(Path(path))
    else:
        raw = path if hasattr(path, "peek") else cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, path)))
    head = cast(io.BufferedReader, raw).peek(8)[:8]
    for magic, name, tool in ((b"7z\xbc\xaf", "7z", "7z x"), (b"\x28\xb5\x2f\xfd", "Zstandard", "zstd -d")):
        if head.startswith(magic):
            raise UnreadableInput(
                f"Met a {name} archive; expected .bz2, .gz or .xz. Unpack it first: {tool} FILE", "binary"
            )
    return unpacked(raw, head), raw


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a stream."""
    while chunk := stream.read(CHUNK):
        yield chunk


class Skipped(str):
    """Why a page is no article."""


class Rejected(str):
    """Why an article cannot be read; ``code`` is the reason in a word of ``vocabulary.REFUSALS``."""

    code: str

    def __new__(cls, reason: str, code: str = "no text") -> "Rejected":
        """Return the reason with its code."""
        made = super().__new__(cls, reason)
        made.code = code
        return made


def made_or_rejected(read: Callable[[], Article | Skipped | Rejected]) -> Article | Skipped | Rejected:
    """Return what reading an article gives, or why it cannot be read: it ends no stream of others."""
    try:
        return read()
    except UnreadableInput as error:
        return Rejected(str(error), error.code)


@dataclass(slots=True)
class Account:
    """Pages in = handed on + skipped + rejected, at any moment and exactly.

    ``skipped`` are pages that are no articles (by reason: "redirect", "disambiguation", "namespace 1"); ``rejected``
    are articles that could not be read. ``damage`` says why the stream ended before its end, if it did.
    """

    pages: int = 0
    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    damage: str | None = None

    def taken(self, results: Iterable[Article | Skipped | Rejected]) -> Iterator[Article]:
        """Yield the articles among what a reader made of its pages, and count every page."""
        for result in results:
            self.pages += 1
            if isinstance(result, Skipped):
                self.skipped[str(result)] += 1
            elif isinstance(result, Rejected):
                self.rejected[str(result)] += 1
            else:
                self.read += 1
                yield result

    def balanced(self) -> bool:
        """Tell whether every page is accounted for."""
        return self.pages == self.read + self.skipped.total() + self.rejected.total()

    def __str__(self) -> str:
        parts = [f"{self.pages} pages in: {self.read} read"]
        for what, reasons in (("skipped", self.skipped), ("rejected", self.rejected)):
            told = ", ".join(f"{reason} {n}" for reason, n in sorted(reasons.items()))
            parts.append(f"{reasons.total()} {what}" + (f" ({told})" if told else ""))
        return ", ".join(parts) + (f"; {self.damage}" if self.damage else "")
