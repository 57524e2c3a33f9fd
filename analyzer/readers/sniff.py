"""The text of an input: compression and encoding told by content, the title by the name; refusals say what was met."""

import bz2
import codecs
import gzip
import io
import lzma
import os
import re
import select
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from analyzer.errors import UnreadableInput
from analyzer.limits import FREE_BYTES, MAX_BYTES, MAX_RATIO, MAX_TITLE, WAIT
from analyzer.messages import without_surrogates

DAMAGED = (EOFError, OSError, lzma.LZMAError, zlib.error)
_PIECE = 1 << 16
HEAD = 65536  # bytes or characters that tell a format
_EXPECTED = "expected an article as plain text, wikitext or HTML, a MediaWiki XML dump or Wikimedia Enterprise NDJSON"

_OPENERS: tuple[tuple[bytes, Callable[[BinaryIO], object]], ...] = (
    (b"BZh", bz2.BZ2File),
    (b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"\xfd7zXZ", lzma.LZMAFile),
)
PACKED = tuple(magic for magic, _ in _OPENERS)
_REFUSALS: dict[type[OSError], tuple[str, str]] = {
    IsADirectoryError: ("is a directory", " Give the files in it, for instance {path}/*.txt."),
    FileNotFoundError: ("does not exist", " Check the name."),
    PermissionError: ("may not be read by this user", " Change its permissions."),
}
_BINARY = (
    (b"%PDF-", "a PDF document"), (b"PK\x03\x04", "a ZIP archive or an office document"), (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"), (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf", "a 7z archive"), (b"\xd0\xcf\x11\xe0", "an office document"), (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
)  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip

_UNENCODED = re.compile("[\x00\ud800-\udfff]")
# UTF-8 that was read as Latin-1 or cp1252: "CafÃ©", "donâ€™t"; what begins a letter, and what may go on with it.
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘-„†-•…‰‹›€™]")
_UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_HASH_NAME = re.compile(r"(?:[0-9a-f]{8,}|[0-9]+|\d+_[0-9a-f]{6,}|tmp\w{6,}|stdin|-)$", re.IGNORECASE)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, decompressed where it is bz2, gzip or xz, at most :data:`MAX_BYTES`."""
    with opened(path) as stream:
        return _bounded(unpacked(stream, stream.peek(8)[:8]), shown(path))


def opened(path: Path) -> io.BufferedReader:
    """Return a file to be read; raises :class:`UnreadableInput` where that cannot be.

    A named pipe is waited for no longer than :data:`WAIT` seconds, and so is each piece that comes out of it.
    """
    try:
        if hasattr(os, "O_NONBLOCK") and path.is_fifo():
            return io.BufferedReader(_NamedPipe(path))
        return path.open("rb")
    except (OSError, ValueError) as error:  # the latter: a name with a NUL in it
        told = getattr(error, "strerror", None) or error
        met, todo = next(
            (said for kind, said in _REFUSALS.items() if isinstance(error, kind)), (f"cannot be read ({told})", "")
        )
        where = shown(path)
        raise UnreadableInput(f"{where} {met}; {_EXPECTED}.{todo.format(path=where)}", "missing") from None


class _NamedPipe(io.FileIO):
    """A named pipe: opening it waits for nobody, and reading from it not for ever."""

    def __init__(self, path: Path) -> None:
        super().__init__(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
        self._path, self._taken = path, 0

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        while select.select([self], [], [], WAIT)[0]:
            count = super().readinto(buffer)
            if count is not None:
                self._taken += count
                return count
        raise UnreadableInput(
            f"{shown(self._path)} is a pipe that has been silent for {WAIT:g} seconds; {_EXPECTED}. Check what writes "
            "to it.",
            "silent",
        )

    def tell(self) -> int:
        """Return how many bytes have come out of it."""
        return self._taken


def shown(path: Path | str, most: int = 400) -> str:
    """Return a file's name for people and records: bytes that are no UTF-8 become U+FFFD, a very long name is cut."""
    name = without_surrogates(str(path))
    return name if len(name) <= most else f"{name[: most // 2]} ... {name[-most // 2 :]}"


def cleaned(words: str) -> str:
    """Return a title or another name as a record may hold it: no control characters, no surrogates, not endless."""
    return _UNSEEN.sub("\ufffd", words[:MAX_TITLE])


def head_of(path: Path) -> bytes:
    """Return the first decompressed bytes of a file; empty where its compression is damaged at once."""
    with opened(path) as stream:
        try:
            return unpacked(stream, stream.peek(8)[:8]).read(HEAD)
        except (Bomb, *DAMAGED):
            return b""


class Bomb(ValueError):
    """The data unpack to far more than any article or dump does."""


def unpacked(raw: BinaryIO, head: bytes) -> BinaryIO:
    """Return the unpacked stream of a file, by its first bytes and not by its name; itself where it is not packed.

    Reading on raises :class:`Bomb` where too much has come of what was packed.
    """
    opener = next((opener for magic, opener in _OPENERS if head.startswith(magic)), None)
    return io.BufferedReader(_Measured(cast(io.BufferedReader, opener(raw)), raw), _PIECE) if opener else raw


class _Measured(io.RawIOBase):
    """An unpacked stream that is read on only for as long as it is no bomb; what comes before damage is given."""

    def __init__(self, stream: io.BufferedReader, packed: BinaryIO) -> None:
        self._stream, self._packed, self._total = stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        self._total += len(data)
        if self._total > FREE_BYTES and self._total > MAX_RATIO * max(1, self._taken()):
            raise Bomb(f"unpacks to more than {MAX_RATIO} times its size")
        return len(data)

    def _taken(self) -> int:
        try:
            return self._packed.tell()
        except OSError:
            return 1 << 62  # a pipe does not tell; the caps on single pages still hold

    def close(self) -> None:
        self._stream.close()
        super().close()


def unpack(data: bytes, what: str = "the input") -> bytes:
    """Return bytes decompressed where they are bz2, gzip or xz, at most :data:`MAX_BYTES`."""
    stream = unpacked(io.BytesIO(data), data[:8])
    return data if isinstance(stream, io.BytesIO) else _bounded(stream, what)


def decode(data: bytes, what: str = "the input") -> tuple[str, tuple[str, ...]]:
    """Return the text that bytes hold, and notices on what had to be guessed or repaired.

    A byte-order mark decides; else UTF-8, UTF-16 where every other byte is NUL, and at last cp1252 or Latin-1, with a
    notice. Raises :class:`UnreadableInput` for nothing, blanks alone and binary data.
    """
    if not data.strip():
        raise UnreadableInput(f"{what} is empty; {_EXPECTED}. Check that the right file was given.", "empty")
    named = next((name for magic, name in _BINARY if data.startswith(magic)), None)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _utf16(data)
    if encoding is None and (named or _is_binary(data)):
        raise UnreadableInput(
            f"{what} is binary ({named or 'no text encoding fits'}); {_EXPECTED}. Convert it to text first.",
            "binary",
        )
    text, notices = _decoded(data, encoding)
    return settle(text, notices, what)


def settle(text: str, notices: tuple[str, ...] = (), what: str = "the text") -> tuple[str, tuple[str, ...]]:
    """Return a text without NUL and lone surrogates (each becomes U+FFFD), and notices; blank text is refused.

    Lines in which UTF-8 was read as another encoding ("donâ€™t", as dumps of text browsers have) are put right.
    """
    if not text.strip("\ufeff \t\r\n\f\v\x00\u200b\u00a0\u2028\u2029\x85"):
        raise UnreadableInput(f"{what} is blank; {_EXPECTED}. Check that the right file was given.", "empty")
    text, mended = _mended(text) if _TWICE.search(text) else (text, 0)
    if mended:
        told = f"{mended} line{'s' * (mended > 1)} had UTF-8 that was read as another encoding; put right (ftfy)."
        notices = (*notices, told)
    text, bad = _UNENCODED.subn("\ufffd", text)
    if bad:
        notices = (*notices, f"{bad} NUL or lone surrogate characters were replaced by U+FFFD.")
    return text, notices


def _mended(text: str) -> tuple[str, int]:
    """Return a text without UTF-8 that was read as another encoding, and how many of its lines had some."""
    from ftfy import fix_encoding  # here alone, for few texts need it

    lines = text.split("\n")
    found = {at: mended for at, line in enumerate(lines) if (mended := fix_encoding(line)) != line}
    for at, line in found.items():
        lines[at] = line
    return "\n".join(lines), len(found)


def readable_name(name: str) -> str:
    """Return the title that a file name stands for, or an empty string for a hash, a number or a temporary name."""
    bare = re.split(r"[/\\]", name)[-1]
    stem = re.sub(
        r"\.(?:txt|text|md|wiki|wikitext|mediawiki|html?|xml|json|bz2|gz|xz)\b", "", bare, flags=re.IGNORECASE
    )
    stem = re.sub(r"[%_](2[016-9C])(?=[%_]|$|[a-z ])", lambda code: chr(int(code[1], 16)), stem)
    if _HASH_NAME.match(stem) or not any(c.isalpha() for c in stem):
        return ""
    words = re.sub(r"[\s_]+", " ", stem).strip()
    if " " not in words and "-" in words and words == words.lower():
        words = words.replace("-", " ")
    return words[:1].upper() + words[1:]


def _bounded(stream: BinaryIO, what: str) -> bytes:
    try:
        data = stream.read(MAX_BYTES + 1)
    except Bomb as error:
        raise UnreadableInput(f"{what} {error}; expected one article. Unpack it first.", "bomb") from None
    except DAMAGED as error:
        raise UnreadableInput(f"{what} is damaged: it breaks off ({error}); fetch it again.", "damaged") from None
    if len(data) > MAX_BYTES:
        raise UnreadableInput(
            f"{what} holds more than {MAX_BYTES // 2**20} MiB; expected one article. "
            "Split it, or give npov check a dump, which it reads as a stream.",
            "too large",
        )
    return data


def _utf16(data: bytes) -> str | None:
    """Return the UTF-16 form of bytes in which every other one is NUL, as in English text without a mark."""
    head = data[:4096]
    half = len(head) // 2
    for form, nul, other in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        if half >= 4 and nul.count(0) > 0.6 * half and other.count(0) < 0.1 * half:
            return form
    return None


def _is_binary(data: bytes) -> bool:
    head = data[:8192]
    controls = sum(head.count(bytes([c])) for c in range(32) if c not in (7, 8, 9, 10, 11, 12, 13, 27))
    return controls > max(2, len(head) // 50)


def _decoded(data: bytes, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    if encoding is not None:
        text = data.decode(encoding, "replace")
        told = f"The text was read as {encoding.upper().removesuffix('-SIG')}."
        return text, () if encoding == "utf-8-sig" else (told,)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    bad = repaired.count("\ufffd")
    good = sum(1 for char in repaired if char > "\x7f") - bad
    if good >= 5 * bad:
        return repaired, (f"{bad} bytes were not UTF-8 and were replaced by U+FFFD.",)
    try:
        return data.decode("cp1252"), ("The text was not UTF-8; it was read as cp1252 (Windows Latin-1).",)
    except UnicodeDecodeError:
        return data.decode("latin-1"), ("The text was not UTF-8; it was read as Latin-1.",)
