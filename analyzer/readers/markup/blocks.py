"""Flat text to blocks: headings, paragraphs, list items, quotations; tables and code set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.readers.markup.placeholders import NEWLINE, QUOTE_CLOSE, QUOTE_OPEN, TABLE_CLOSE, TABLE_OPEN, Placeholders

PieceKind = Literal["heading", "paragraph", "list", "quotation", "aside", "skip"]
_HEADING = re.compile(r"(={1,6})(.+?)(={1,6})\s*((?:\ufdd0\d+\ufdd1\s*)*)$")
_BLOCK_TAG = re.compile(
    r"<(/?)(blockquote|div|p|center|table|tr|ul|ol|dl|li|dd|dt|hr|br|caption|h[2-6])\b[^<>]*>", re.IGNORECASE
)
_RULE = re.compile(r"-{4,}")
_LISTS = ("*", "#", ";", ":")
_NEW_LINES = {"li": "\n* ", "dd": "\n: ", "dt": "\n; ", "br": NEWLINE}


@dataclass(slots=True)
class Piece:
    """One block of flat text. ``aside`` is shown but is no prose, ``skip`` is not shown (tables)."""

    kind: PieceKind
    text: str
    level: int = 0
    source: str | None = None
    place: str | None = None  # "infobox" where a skipped table is one


def with_block_signs(text: str) -> str:
    """Return the flat text with HTML block tags as line breaks, list signs, and quotation and table signs."""

    def sign(m: re.Match[str]) -> str:
        closing, name = m[1], m[2].lower()
        if name == "blockquote":
            return f"\n{QUOTE_CLOSE}\n" if closing else f"\n{QUOTE_OPEN}\n"
        if name == "table":
            return f"\n{TABLE_CLOSE}\n" if closing else f"\n{TABLE_OPEN}\n"
        if name[0] == "h" and name != "hr":
            return "=" * int(name[1]) + "\n" if closing else "\n" + "=" * int(name[1])
        return _NEW_LINES.get(name, "\n") if not closing or name == "br" else "\n"

    return _BLOCK_TAG.sub(sign, text) if "<" in text else text


class BlockReader:
    """Reads the lines of flat text once and yields its blocks."""

    def __init__(self, text: str, placeholders: Placeholders) -> None:
        self.lines = with_block_signs(text).split("\n")
        self.placeholders = placeholders
        self.paragraph: list[str] = []
        self.quotes: list[str] = []  # the sources of the open quotations
        self.table: list[str] = []
        self.depth = 0
        self.last_close = max(
            (i for i, line in enumerate(self.lines) if line.lstrip(" :").startswith(("|}", TABLE_CLOSE))), default=-1
        )

    def pieces(self) -> Iterator[Piece]:
        """Yield the blocks in order."""
        for i, line in enumerate(self.lines):
            if self.depth:
                yield from self._in_table(i, line)
            else:
                yield from self._line(line)
        if self.depth:
            yield self._unclosed()
        yield from self._flush()

    def _line(self, line: str) -> Iterator[Piece]:
        first = line[:1]
        if not line.strip():
            yield from self._flush()
        elif first == "=" and (heading := _HEADING.match(line)):
            yield from self._flush()
            yield self._heading(heading)
        elif first in _LISTS:
            yield from self._flush()
            yield from self._item(line)
        elif first in (QUOTE_OPEN, QUOTE_CLOSE):
            yield from self._flush()
            if first == QUOTE_OPEN:
                self.quotes.append(line[1:].strip())
            else:
                del self.quotes[-1:]
        elif line.lstrip(" :").startswith(("{|", TABLE_OPEN)):
            yield from self._flush()
            self._open_table(line)
        elif first == "-" and _RULE.match(line):
            yield from self._flush()
        elif first == " " and not self.quotes and line.lstrip()[:1] != "\ufdd0":
            yield from self._flush()
            yield Piece("aside", line)
        else:
            self.paragraph.append(line)

    def _heading(self, m: re.Match[str]) -> Piece:
        """Return a heading; where the signs on both sides differ, the surplus belongs to the title."""
        level = min(len(m[1]), len(m[3]))
        title = m[1][level:] + m[2] + m[3][level:]
        self.quotes.clear()
        return Piece("heading", title + m[4], level)

    def _item(self, line: str) -> Iterator[Piece]:
        """Yield a list item; an indented line is a paragraph of its own, an indented table a table."""
        body = line.lstrip("*#;:")
        if body.lstrip().startswith(("{|", TABLE_OPEN)):
            self._open_table(body)
        elif body.strip():
            term, colon, meaning = body.partition(":") if line[0] == ";" else (body, "", "")
            if colon and term.strip() and meaning.strip() and not meaning.startswith("//"):
                yield Piece("list", term)
                yield Piece("paragraph", meaning)
            else:
                yield self._shown("list" if line[: len(line) - len(body)].strip(":") else "paragraph", body)

    def _flush(self) -> Iterator[Piece]:
        if self.paragraph:
            yield self._shown("paragraph", " ".join(self.paragraph))
            self.paragraph = []

    def _shown(self, kind: PieceKind, text: str) -> Piece:
        """Return a block, which is a quotation where one is open."""
        return Piece("quotation", text, source=self.quotes[-1] or None) if self.quotes else Piece(kind, text)

    def _open_table(self, line: str) -> None:
        self.depth += 1
        self.table.append(line)

    def _in_table(self, i: int, line: str) -> Iterator[Piece]:
        """Take one line of a table; a table that nothing closes ends at the next heading."""
        start = line.lstrip(" :")
        if start.startswith(("{|", TABLE_OPEN)):
            self._open_table(line)
        elif start.startswith(("|}", TABLE_CLOSE)) and not start.startswith("|}}"):
            self.depth -= 1
            rest = start[2:] if start[0] == "|" else start[1:]
            if self.depth:
                self.table.append(rest)
                return
            yield self._skipped()
            if rest.strip():
                self.paragraph.append(rest)
        elif i > self.last_close and _HEADING.match(line):
            yield self._unclosed()
            yield from self._line(line)
        else:
            self.table.append(line)

    def _unclosed(self) -> Piece:
        for _ in range(self.depth):
            self.placeholders.note("{n} tables have no end: the text up to the next heading was left out")
        self.depth = 0
        return self._skipped()

    def _skipped(self) -> Piece:
        text, self.table = "\n".join(self.table), []
        return Piece("skip", text, place="infobox" if "infobox" in text[:200].lower() else None)
