"""What an input is: its encoding, its compression and its format, told by content; refusals say what was met."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal, cast

from analyzer.errors import UnreadableInput
from analyzer.vocabulary import InputFormat

MAX_BYTES = 64 * 1024 * 1024  # of one article, decompressed; dumps are streamed and have no such limit
_HEAD = 65536
_EXPECTED = "expected an article as plain text, wikitext or HTML, a MediaWiki XML dump or Wikimedia Enterprise NDJSON"

Compression = Literal["bz2", "gz", "xz"]
_COMPRESSED: tuple[tuple[bytes, Compression], ...] = (
    (b"BZh", "bz2"),
    (b"\x1f\x8b", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
)
_BINARY = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|span|table|section|h[1-6]|ul|article|main)[\s>/]", re.IGNORECASE
)
_HTML_END = re.compile(r"</(?:html|head|body|div|p|span|table|section|h[1-6]|ul|article|main|a|b|i)\s*>", re.IGNORECASE)
_WIKI_SIGNS = (
    re.compile(r"\[\[[^\[\]\n]{1,200}\]\]"),
    re.compile(r"\{\{\s{0,5}[A-Za-z#][^{}\n|]{0,80}\s{0,5}(?:\||\}\}|\n)"),
    re.compile(r"'''?[^'\n]{1,100}'''?"),
    re.compile(r"<ref[\s>/]", re.IGNORECASE),
)
_WIKI_OPENING = re.compile(
    r"\s*(?:\{\{[A-Za-z][^{}\n]{1,200}(?:\}\}|\n\s*\|)|#redirect\s*:?\s*\[\[|<onlyinclude>)", re.IGNORECASE
)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, decompressed where it is bz2, gzip or xz, at most :data:`MAX_BYTES`."""
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
            stream.seek(0)
            return _bounded(_opened(stream, compression_of(head)), str(path))
    except IsADirectoryError:
        raise UnreadableInput(
            f"{path} is a directory; {_EXPECTED}. Give the files in it, for instance {path}/*.txt."
        ) from None
    except FileNotFoundError:
        raise UnreadableInput(f"{path} does not exist; {_EXPECTED}. Check the name.") from None
    except PermissionError:
        raise UnreadableInput(f"{path} may not be read by this user; {_EXPECTED}. Change its permissions.") from None
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be read ({error.strerror or error}); {_EXPECTED}.") from None


def head_of(path: Path) -> bytes:
    """Return the first decompressed bytes of a file; empty where its compression is damaged at once."""
    with path.open("rb") as stream:
        magic = stream.read(8)
        stream.seek(0)
        try:
            return _opened(stream, compression_of(magic)).read(_HEAD)
        except (OSError, EOFError, lzma.LZMAError):
            return b""


def compression_of(head: bytes) -> Compression | None:
    """Return the compression that the first bytes of a file tell."""
    return next((name for magic, name in _COMPRESSED if head.startswith(magic)), None)


def unpack(data: bytes, what: str = "the input") -> bytes:
    """Return bytes decompressed where they are bz2, gzip or xz, at most :data:`MAX_BYTES`."""
    kind = compression_of(data[:8])
    return _bounded(_opened(io.BytesIO(data), kind), what) if kind else data


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


def sniff(text: str) -> InputFormat:
    """Return the format of a text: dump, enterprise, html, wikitext or plaintext, by what stands at its beginning."""
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if re.match(r"(?:<\?xml[^>]{0,200}>\s*)?<(?:mediawiki[\s>]|page>|siteinfo>)", head):
        return "dump"
    if head.startswith("{") and re.search(r'"article_body"|"is_part_of"|"in_language"', head):
        return "enterprise"
    if re.match(r"<(?:!doctype\s+html|html)[\s>]", head, re.IGNORECASE):
        return "html"
    if _WIKI_OPENING.match(head):
        return "wikitext"
    # Wikitext may hold HTML tags, a web page holds no wikitext: two kinds of signs decide first.
    if sum(bool(sign.search(head)) for sign in _WIKI_SIGNS) >= 2:
        return "wikitext"
    if len(_HTML.findall(head)) >= 2 and len(_HTML_END.findall(head)) >= 2:
        return "html"
    return "wikitext" if len(_WIKI_SIGNS[0].findall(head)) >= 3 else "plaintext"


def sniff_bytes(head: bytes) -> InputFormat:
    """Return the format that the first decompressed bytes of a file tell; a tar archive is an Enterprise snapshot."""
    if head[257:262] == b"ustar":
        return "enterprise"
    return sniff(head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace"))


def _opened(stream: BinaryIO, kind: Compression | None) -> BinaryIO:
    openers: dict[Compression, Callable[[BinaryIO], object]] = {
        "bz2": bz2.BZ2File,
        "gz": lambda raw: gzip.GzipFile(fileobj=raw),
        "xz": lzma.LZMAFile,
    }
    return cast("BinaryIO", openers[kind](stream)) if kind else stream


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
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
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
