"""Compressed or plain files as streams of bytes, with a guard against compression bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from analyzer.errors import UnreadableInput

CHUNK = 1 << 16
MAX_RATIO = 1000  # real dumps stay under 200 bytes out for each byte in
FREE_BYTES = 16 << 20  # below this a high ratio does no harm
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)


class Bomb(ValueError):
    """The data unpack to far more than any dump does."""


def open_stream(path: str | Path | BinaryIO) -> tuple[IO[bytes], BinaryIO]:
    """Return the unpacked stream of a file, by its first bytes and not by its name, and the packed stream below it.

    A stream that is given is read from where it stands, and closed when the reading ends.
    Raises :class:`UnreadableInput` where the file is missing or packed in a way that this reader does not know.
    """
    if isinstance(path, str | Path):
        try:
            raw: BinaryIO = Path(path).open("rb")  # noqa: SIM115 - the caller closes it
        except OSError as error:
            raise UnreadableInput(f"Met {path}: {error.strerror}; expected a readable file. Check the name.") from error
    else:
        raw = path if hasattr(path, "peek") else cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, path)))
    head = cast(io.BufferedReader, raw).peek(8)[:8]
    if head.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(raw)), raw
    if head.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw)), raw
    if head.startswith(b"\xfd7zXZ"):
        return cast(IO[bytes], lzma.LZMAFile(raw)), raw
    for magic, name, tool in ((b"7z\xbc\xaf", "7z", "7z x"), (b"\x28\xb5\x2f\xfd", "Zstandard", "zstd -d")):
        if head.startswith(magic):
            raise UnreadableInput(f"Met a {name} archive; expected .bz2, .gz or .xz. Unpack it first: {tool} FILE")
    return raw, raw


def chunks(stream: IO[bytes], packed: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream; raises :class:`Bomb` where they are too many for what they were packed into."""
    total = 0
    while chunk := stream.read(CHUNK):
        total += len(chunk)
        if stream is not packed and total > FREE_BYTES and total > MAX_RATIO * max(1, _position(packed)):
            raise Bomb(f"unpacks to more than {MAX_RATIO} times its size")
        yield chunk


def _position(packed: BinaryIO) -> int:
    try:
        return packed.tell()
    except OSError:
        return 1 << 62  # a pipe does not tell; the caps on single pages still hold
