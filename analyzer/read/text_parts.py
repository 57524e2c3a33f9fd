"""A plain-text article taken apart at its headings: body, reference lists, contents, page furniture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.read.text_blocks import wrap_width
from analyzer.read.text_lines import Line, plain_title, section_kind

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
    heading: Line | None = None
    held: list[Line] = []
    back: tuple[str, int] | None = None

    def close(end: int) -> None:
        kind = _kind(heading, back)
        start = heading.start if heading else 0
        if kind == "contents":
            held[:] = _after_contents(text, held)
            kind = "contents" if not held else "body"
        parts.append(Part(start, end, kind, heading, tuple(held)))

    for i, line in enumerate(lines):
        if line.kind == "furniture" and text.startswith("Retrieved from", line.start):
            close(line.start)
            parts.append(Part(line.start, len(text), "furniture", None, tuple(lines[i:])))
            return parts
        if line.kind in ("heading", "title"):
            close(line.start)
            heading, held = line, []
            back = _back(line, back)
        else:
            held.append(line)
    close(len(text))
    return parts


def _back(line: Line, back: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return the back matter that a heading opens or stays in, as (kind, level)."""
    kind = section_kind(line.title)
    if back is not None and back[0] == "furniture":
        return back
    if kind is not None:
        return kind, line.level
    return back if back is not None and line.level > back[1] and back[0] != "contents" else None


def _kind(heading: Line | None, back: tuple[str, int] | None) -> str:
    return back[0] if heading is not None and back is not None else "body"


def _after_contents(text: str, lines: list[Line]) -> list[Line]:
    """Return the lines behind a table of contents: those from the first that is a sentence on."""
    for i, line in enumerate(lines):
        words = text[line.start : line.end]
        if line.kind == "prose" and not _TOC.match(words) and len(words.split()) > 12:
            return lines[i:]
    return []
