"""A plain-text article taken apart at its headings: body, reference lists, contents, page furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.readers.plaintext.blocks import wrap_width
from analyzer.readers.plaintext.lines import Line, plain_title, section_kind

_ENTRY = re.compile(
    r"^\s*(?:\^|↑|\[\w{1,3}\]|\d{1,4}\.|[a-z]\.\s)|\(\d{4}[a-z]?\)|\bISBN\b|\bpp?\.\s?\d|\bRetrieved\b|\bArchived\b|https?://"
)
_TOC = re.compile(r"\s*(?:[*o#•]\s+)?\d{1,2}(?:\.\d{1,2})*[. _]")


@dataclass(frozen=True)
class Part:
    """A stretch from a heading to the next one, and what it holds: body, a kind of back matter, or furniture."""

    start: int
    end: int
    kind: str
    heading: Line | None
    lines: tuple[Line, ...]


def bare_headings(text: str, lines: list[Line]) -> list[Line]:
    """Make headings of short lines that stand between paragraphs, in a copy whose headings lost their marks."""
    if any(line.kind == "heading" and not section_kind(line.title) for line in lines):
        return lines
    if wrap_width(text, lines) is not None:
        return lines
    made = list(lines)
    prose = [i for i, line in enumerate(lines) if line.kind not in ("blank", "residue")]
    for before, i, after in zip(prose, prose[1:], prose[2:], strict=False):
        words = text[lines[i].start : lines[i].end]
        if lines[i].kind != "prose" or len(words) > 60 or not 1 <= len(words.split()) <= 7:
            continue
        long_after = lines[after].kind == "prose" and lines[after].end - lines[after].start > 120
        long_before = lines[before].kind in ("heading", "item") or lines[before].end - lines[before].start > 120
        if long_after and long_before and words[0].isupper() and words[-1].isalnum() and not _sentence_like(words):
            made[i] = replace(lines[i], kind="heading", title=plain_title(words), level=2)
    return made


def _sentence_like(words: str) -> bool:
    return bool(re.search(r"\b(?:is|are|was|were|has|have|had|says?|said)\b", words))


def split_parts(text: str, lines: list[Line]) -> list[Part]:
    """Return the parts of a text, one for each heading, with what each holds."""
    parts: list[Part] = []
    back: tuple[str, int] | None = None
    for start, end, heading, held in _stretches(text, lines):
        back = _back(heading, back) if heading is not None else None
        if back is not None and back[0] == "references" and not _is_list(text, heading, held):
            back = None  # a section on sources of something, in sentences
        kind = back[0] if back is not None else "body"
        if heading is None and start and held and held[0].kind == "furniture":
            kind = "furniture"
        if kind == "contents":
            held = _after_contents(text, held)
            kind = "body" if held else "contents"
        parts.append(Part(start, end, kind, heading, tuple(held)))
    return parts


def _stretches(text: str, lines: list[Line]) -> Iterator[tuple[int, int, Line | None, list[Line]]]:
    """Yield where each heading's stretch begins and ends, the heading and its lines; the page's foot comes last."""
    heading: Line | None = None
    held: list[Line] = []
    start = 0
    for i, line in enumerate(lines):
        foot = line.kind == "furniture" and text.startswith("Retrieved from", line.start)
        if foot or line.kind in ("heading", "title"):
            yield start, line.start, heading, held
            start, heading, held = line.start, line, []
        else:
            held.append(line)
        if foot:
            yield line.start, len(text), None, lines[i:]
            return
    yield start, len(text), heading, held


def _is_list(text: str, heading: Line | None, lines: list[Line]) -> bool:
    """Tell whether the lines under a heading such as "Sources" are entries of a list, not sentences on a subject."""
    if heading is None or section_kind(heading.title) != "references" or "ref" in heading.title.lower():
        return True
    words = [line for line in lines if line.kind in ("prose", "item", "quote")]
    if not words:
        return heading.title.lower() != "sources"
    entries = (line.kind == "item" or line.indent > 0 or _ENTRY.search(text, line.start, line.end) for line in words)
    return sum(map(bool, entries)) >= 0.4 * len(words)


def _back(line: Line, back: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return the back matter that a heading opens or stays in, as (kind, level)."""
    kind = section_kind(line.title)
    if back is not None and back[0] == "furniture":
        return back
    if kind is not None:
        return kind, line.level
    return back if back is not None and line.level > back[1] and back[0] != "contents" else None


def _after_contents(text: str, lines: list[Line]) -> list[Line]:
    """Return the lines behind a table of contents: those from the first that is a sentence on."""
    for i, line in enumerate(lines):
        words = text[line.start : line.end]
        if line.kind == "prose" and not _TOC.match(words) and len(words.split()) > 12:
            return lines[i:]
    return []
