"""Lines put together: the parts of an article between its headings, and paragraphs out of hard-wrapped lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from analyzer.readers.plaintext.lines import Line, plain_title, section_kind
from analyzer.readers.prose import has_verb, is_sentence
from analyzer.records import Block
from analyzer.vocabulary import BlockKind

_TERMINAL = re.compile(
    r"[.!?:;…。][\"”’'»)\]]{0,4}(?:\s{0,2}\[[^\[\]]{1,60}\](?::\s?\d{1,4}(?:[-–]\d{1,4})?)?){0,30}[\"”’')\]|]{0,3}\s*$"
)
_FIRST_WORD = re.compile(r"[^ \t_-]+-?")  # lines are not broken at a no-break space
_WORD = re.compile(r"[^\W\d_]{2,}")
_TEX = re.compile(r"\\[A-Za-z]+|[_^]\s?\{")
_ENTRY = re.compile(
    r"^\s*(?:\^|↑|\[\w{1,3}\]|\d{1,4}\.|[a-z]\.\s)|\(\d{4}[a-z]?\)|\bISBN\b|\bpp?\.\s?\d|\bRetrieved\b|\bArchived\b|https?://"
)
_TOC = re.compile(r"\s*(?:[*o#•]\s+)?\d{1,2}(?:\.\d{1,2})*[. _]")


def wrap_width(text: str, lines: Iterable[Line]) -> int | None:
    """Return the column at which a text was hard-wrapped, or None where its lines are whole paragraphs."""
    widths, full, open_ended = [], 0, 0
    for line in lines:
        if line.kind not in ("prose", "item", "quote") or line.width < 40:
            continue
        widths.append(line.width)
        if line.width >= 50:
            full += 1
            open_ended += not _TERMINAL.search(text, max(line.start, line.end - 200), line.end)
    if full < 3 or open_ended < 0.5 * full:
        return None
    widths.sort()
    width = widths[int(0.97 * (len(widths) - 1))]
    return width if width <= 130 else None


def prose_blocks(text: str, lines: list[Line]) -> list[Block]:
    """Return the prose of a text as blocks: paragraphs, list items that say something, quotations."""
    width = wrap_width(text, lines)
    blocks = []
    for held in _paragraphs(text, lines, width):
        first, end = held[0], held[-1].end
        start = first.body if first.kind in ("item", "quote") else first.start
        kind: BlockKind = "list" if first.kind == "item" else "quotation" if first.kind == "quote" else "paragraph"
        if start < end and _is_prose(text[start:end], kind, first.indent, wrapped=width is not None):
            signed = held[-1].title or None
            blocks.append(Block(start=start, end=end, kind="quotation" if signed else kind, source=signed))
    return blocks


def _paragraphs(text: str, lines: list[Line], width: int | None) -> list[list[Line]]:
    found: list[list[Line]] = []
    current: list[Line] = []
    hatnote: Line | None = None
    for line in lines:
        if line.kind not in ("prose", "item", "quote"):
            current = []
            hatnote = line if line.kind == "furniture" else None
            continue
        if hatnote is not None:
            # A notice that fills its line runs on in the next ones.
            goes_on = width is not None and _continues(text, hatnote, hatnote, line, width)
            hatnote = line if goes_on else None
            if goes_on:
                continue
        if not current or not _continues(text, current[0], current[-1], line, width):
            current = []
            found.append(current)
        current.append(line)
    return found


def _continues(text: str, first: Line, last: Line, line: Line, width: int | None) -> bool:
    """Tell whether a line goes on with the paragraph that ended in ``last``."""
    if line.kind == "item" and (width is None or line.indent > last.indent or not _mid_sentence(text, last, line)):
        return False
    if last.end > line.start or text[last.end : line.start].strip():
        return False  # a banner stood between the two
    if line.kind != last.kind and "quote" in (line.kind, last.kind):
        return False
    if width is None:
        return _mid_sentence(text, last, line)
    if abs(line.indent - (first.indent if first.kind != "item" else line.indent)) > 1:
        return False
    if first.kind == "item" and line.indent <= first.indent:
        return _mid_sentence(text, last, line)
    if text[line.start] == "[" and not text.startswith("[[", line.start):
        return True
    return not has_room(text, last, line, width) or _mid_sentence(text, last, line)


def has_room(text: str, last: Line, line: Line, width: int) -> bool:
    """Tell whether the first word of a line would have fitted on the line before: then the break was meant."""
    word = _FIRST_WORD.match(text, line.start, line.end)
    return last.width + 1 + (len(word.group()) if word else 1) <= width


def _mid_sentence(text: str, last: Line, line: Line) -> bool:
    return text[line.start].islower() and not _TERMINAL.search(text, max(last.start, last.end - 200), last.end)


def _is_prose(words: str, kind: BlockKind, indent: int, *, wrapped: bool) -> bool:
    """Tell whether a paragraph is something to annotate: sentences, not a caption, a formula or a menu entry."""
    sample = words[:4000]
    count = len(_WORD.findall(sample))
    letters = sum(c.isalpha() or c.isspace() or c == "_" for c in sample)
    if count < 3 or letters < 0.6 * len(sample):
        return False
    if "\\" in sample and 4 * len(_TEX.findall(sample)) > count:
        return False
    if kind == "list":
        return is_sentence(words)
    ends = bool(_TERMINAL.search(words[-200:]))
    if wrapped and indent >= 8:
        return ends and count >= 12
    return ends or count >= (25 if wrapped else 9)


@dataclass(frozen=True)
class Part:
    """A stretch from a heading to the next one, and what it holds: body, a kind of back matter, or furniture."""

    start: int
    end: int
    kind: str
    heading: Line | None
    lines: list[Line]


def bare_headings(text: str, lines: list[Line]) -> list[Line]:
    """Make headings of short lines that stand between paragraphs, in a copy whose headings lost their marks."""
    marked = any(line.kind == "heading" and not section_kind(line.title) for line in lines)
    if marked or wrap_width(text, lines) is not None:
        return lines
    made = list(lines)
    prose = [i for i, line in enumerate(lines) if line.kind not in ("blank", "residue")]
    for before, i, after in zip(prose, prose[1:], prose[2:], strict=False):
        words = text[lines[i].start : lines[i].end]
        if lines[i].kind != "prose" or len(words) > 60 or not 1 <= len(words.split()) <= 7:
            continue
        long_after = lines[after].kind == "prose" and lines[after].end - lines[after].start > 120
        long_before = lines[before].kind in ("heading", "item") or lines[before].end - lines[before].start > 120
        if long_after and long_before and words[0].isupper() and words[-1].isalnum() and not has_verb(words.split()):
            made[i] = replace(lines[i], kind="heading", title=plain_title(words), level=2)
    return made


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
        parts.append(Part(start, end, kind, heading, held))
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
