"""The text of an input: compression and encoding told by content, the title by the name; refusals say what was met."""

import bz2
import codecs
import gzip
import io
import lzma
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from analyzer.errors import UnreadableInput

MAX_BYTES = 64 * 1024 * 1024  # of one article, decompressed; dumps are streamed and have no such limit
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

_HASH_NAME = re.compile(r"(?:[0-9a-f]{8,}|[0-9]+|\d+_[0-9a-f]{6,}|tmp\w{6,}|stdin|-)$", re.IGNORECASE)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, decompressed where it is bz2, gzip or xz, at most :data:`MAX_BYTES`."""
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
            stream.seek(0)
            return _bounded(unpacked(stream, head), str(path))
    except OSError as error:
        met, todo = _REFUSALS.get(type(error), (f"cannot be read ({error.strerror or error})", ""))
        raise UnreadableInput(f"{path} {met}; {_EXPECTED}.{todo.format(path=path)}") from None


def head_of(path: Path) -> bytes:
    """Return the first decompressed bytes of a file; empty where its compression is damaged at once."""
    with path.open("rb") as stream:
        magic = stream.read(8)
        stream.seek(0)
        try:
            return unpacked(stream, magic).read(HEAD)
        except (OSError, EOFError, lzma.LZMAError):
            return b""


def unpacked(raw: BinaryIO, head: bytes) -> BinaryIO:
    """Return the unpacked stream of a file, by its first bytes and not by its name; itself where it is not packed."""
    opener = next((opener for magic, opener in _OPENERS if head.startswith(magic)), None)
    return cast("BinaryIO", opener(raw)) if opener else raw


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
        raise UnreadableInput(f"{what} is empty; {_EXPECTED}. Check that the right file was given.")
    named = next((name for magic, name in _BINARY if data.startswith(magic)), None)
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _utf16(data)
    if encoding is None and (named or _is_binary(data)):
        raise UnreadableInput(
            f"{what} is binary ({named or 'no text encoding fits'}); {_EXPECTED}. Convert it to text first."
        )
    text, notices = _decoded(data, encoding)
    return settle(text, notices, what)


def settle(text: str, notices: tuple[str, ...] = (), what: str = "the text") -> tuple[str, tuple[str, ...]]:
    """Return a text without NUL and lone surrogates (each becomes U+FFFD), and notices; blank text is refused."""
    if not text.strip("\ufeff \t\r\n\f\v\x00\u200b\u00a0\u2028\u2029\x85"):
        raise UnreadableInput(f"{what} is blank; {_EXPECTED}. Check that the right file was given.")
    bad = len(re.findall("[\x00\ud800-\udfff]", text))
    if bad:
        text = re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
        notices = (*notices, f"{bad} NUL or lone surrogate characters were replaced by U+FFFD.")
    return text, notices


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
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise UnreadableInput(f"{what} is damaged: its compression breaks off ({error}); fetch it again.") from None
    if len(data) > MAX_BYTES:
        raise UnreadableInput(
            f"{what} holds more than {MAX_BYTES // 2**20} MiB; expected one article. "
            "Split it, or give npov check a dump, which it reads as a stream."
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
