"""The lines of a plain-text article told apart: headings, list items, table residue, page furniture and prose."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from analyzer.lexicons import load_patterns, load_table

LineKind = Literal["prose", "item", "quote", "heading", "title", "blank", "residue", "furniture", "table"]

_STARS = re.compile(r"(\*{1,6})[ \t]++([^*\n]{1,200}?)[ \t]*+(?:\[[ _]?edit[ _]?\][ \t]*+)?\*{1,6}(?=\s|$)")
_WRAPPED = re.compile(r"(\*{2,6})[ \t]++([^*\n]{1,120}\n[^*\n]{1,120}?)[ \t]*+\*{2,6}(?=\s|$)")
_EQUALS = re.compile(r"(={1,6})[ \t]*+([^=\n][^\n]{0,200}?)[ \t]*+\1[ \t]*+(?:\[[ ]?edit[ ]?\][ \t]*+)?$")
_EDIT = r"\[[ \t]*edit(?:[ \t]+source|[ \t]*\|[ \t]*edit source)?[ \t]*\]"
_EDIT_LINK = re.compile(rf"([^\[\]\n]{{1,120}}?)[ \t]*{_EDIT}|{_EDIT}[ \t]*([^\[\]\n]{{1,120}})$")
_MARKDOWN = re.compile(r"(#{1,6})[ \t]++([^\n#][^\n]{0,200}?)[ \t]*+#{0,6}$")
_ITEM = re.compile(r"[ \t]*(?:[*•·‣◦▪–—-]{1,5}|#{1,5}|[o+](?=[ \t]{1,3}\S)|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
_SIGNATURE = re.compile(r"(?:—|―|--)[ \t]+(\w[^\n,(;:]{1,80})(?:[,(;:][^\n]{0,150})?$")
_SMALL = 3  # letters of a word that may be small in a name ("the", "and", "von")
_NO_WORDS = re.compile(r"[\W_]*$|[\W_]*(?:⁰|v|t|e|[Ee]dit|hide|show|\d{1,3})[\W_]*$")
# Hatnotes, boxes and the words around an article; "_" stands for a blank where a text browser marks links.
_FURNITURE = re.compile(rf"\s*(?:{'|'.join(load_patterns('page_furniture', 'line'))})".replace(" ", "[ _]"))
_IMAGE = re.compile(
    r"\s*!?\[?[^\[\]\n]{1,150}\.(?:svg|png|gif|jpe?g|tiff?|webm|ogg)\]?(?:\([^()\n]{0,400}\))?\s*$", re.IGNORECASE
)
_MATH = re.compile(r"\{\\(?:displaystyle|textstyle)|&#x[0-9A-Fa-f]{2,5};")
_COLUMNS = re.compile(r"\S[ \t]{3,}\S")
_SECTION_KINDS = {row["title"]: row["plaintext"] for row in load_table("section_titles") if row["plaintext"]}
_EDIT_WORDS = re.compile(r"(?<![ \t_])[ \t_]*+\[[ _]?edit[ _]?\][ \t]*+$")


class Line(Struct, frozen=True):
    """A stretch of one line without the blanks around it. ``indent`` and ``width`` are columns of the whole line.

    ``title`` is a heading's; of a line that a signature stands behind, the name in it.
    """

    start: int
    end: int
    indent: int
    width: int
    kind: LineKind
    title: str = ""
    level: int = 0
    body: int = 0  # where the words of a list item begin


def split_lines(text: str, holes: Iterable[tuple[int, int]]) -> list[Line]:
    """Return the lines of a text outside the holes (banners), each with its kind; a heading may share its line."""
    lines: list[Line] = []
    cuts = iter(sorted(holes))
    hole = next(cuts, None)
    at = 0
    for raw in text.splitlines(keepends=True):
        end = at + len(raw)
        pieces, start = [], at
        while hole is not None and hole[0] < end:
            if hole[0] > start:
                pieces.append((start, hole[0]))
            if hole[1] >= end:
                start = end
                break
            start = max(start, hole[1])
            hole = next(cuts, None)
        if start < end:
            pieces.append((start, end))
        for first, last in pieces:
            for line in _pieces(text, first, last, at):
                if line.kind != "blank" or not lines or lines[-1].kind != "blank":
                    lines.append(line)
        at = end
    return _signed(text, _underlined(text, _wrapped_headings(text, lines)))


def section_kind(title: str) -> str | None:
    """Return what a heading opens besides prose: references, bibliography, external, contents, furniture, other."""
    return _SECTION_KINDS.get(re.sub(r"[\W_]+", " ", title).strip().lower())


def plain_title(words: str) -> str:
    """Return a heading's words with single blanks: underscores stand for link blanks in text-browser copies."""
    return re.sub(r"[\s_]+", " ", _EDIT_WORDS.sub("", words)).strip(" *=#")


def _pieces(text: str, start: int, end: int, line_start: int) -> Iterator[Line]:
    """Yield a line, or a heading and what stands behind it on the same line."""
    while start < end:
        body = text[start:end].rstrip()
        last = start + len(body)
        body = body.lstrip()
        first = last - len(body)
        indent, width = first - line_start, last - line_start
        heading = _heading(body, indent) if body else None
        if heading is None:
            kind = _kind(body, indent)
            at = _item_body(text, first, last) if kind in ("item", "quote") else first
            yield Line(first, last, indent, width, kind, "", 0, at)
            return
        words, level, length = heading
        kind = "title" if level == 1 else "heading"
        start = first + length
        yield Line(first, start, indent, width, kind, plain_title(words), level)
        if start >= last:
            return


def _heading(body: str, indent: int) -> tuple[str, int, int] | None:
    """Return a heading's words, its level and its length in the line, or None."""
    if indent <= 1 and (found := _STARS.match(body)) and _is_title(found.group(2)):
        return found.group(2), 7 - len(found.group(1)), found.end()
    if found := _EQUALS.match(body):
        return found.group(2), len(found.group(1)), found.end()
    if (found := _EDIT_LINK.match(body)) and _is_title(words := found[1] or found[2]):
        return words, 2, found.end()
    if indent == 0 and (found := _MARKDOWN.match(body)):
        return found.group(2), len(found.group(1)), found.end()
    if section_kind(body.rstrip(":")) and len(body) < 40 and body[:1].isupper():
        return body.rstrip(":"), 2, len(body)
    return None


def _is_title(words: str) -> bool:
    return len(words.split()) <= 16 and any(c.isalnum() for c in words)


def _kind(body: str, indent: int) -> LineKind:
    if not body:
        return "blank"
    if _NO_WORDS.match(body) or _IMAGE.match(body):
        return "residue"
    if _FURNITURE.match(body):
        return "furniture"
    if _is_table(body, indent):
        return "table"
    if body[0] == ">":
        return "quote"
    if _ITEM.match(body):
        return "item"
    return "prose"


def _is_table(body: str, indent: int) -> bool:
    """Tell whether a line is a row of a table or a formula, not words with a formula among them."""
    bars = body.count("|")
    if body[0] == "|" or body.startswith(("{|", "! ")) or body.count("\t") >= 2:
        return True
    if bars >= 2 and body.count(" ") < 12 * bars:
        return True
    sample = body[:400]
    if _MATH.search(sample):
        return indent > 0  # at the margin a formula is part of a sentence
    return bool(_COLUMNS.search(sample)) and not _ITEM.match(body)


def _item_body(text: str, start: int, end: int) -> int:
    found = _ITEM.match(text, start, end)
    if found:
        return found.end()
    while start < end and text[start] in "> ":
        start += 1
    return start


def _signed(text: str, lines: list[Line]) -> list[Line]:
    """Take "— Ada Lovelace, Notes" behind a paragraph for its signature; among other items it stays one of a list."""
    told = list(lines)
    shown = [k for k, line in enumerate(lines) if line.kind != "blank"]
    for before, at, behind in zip(shown, shown[1:], [*shown[2:], -1], strict=False):
        line = lines[at]
        listed = behind >= 0 and lines[behind].kind == "item"
        if line.kind == "item" and lines[before].kind in ("prose", "quote") and not listed:
            found = _SIGNATURE.match(text, line.start, line.end)
            if found is not None and _is_name(found[1]):
                told[before] = replace(lines[before], title=found[1].rstrip())
                told[at] = replace(line, kind="residue")
    return told


def _is_name(words: str) -> bool:
    """Tell whether all words but the small ones begin with a capital."""
    return words[0].isupper() and all(word[0].isupper() or len(word) <= _SMALL for word in words.split())


def _wrapped_headings(text: str, lines: list[Line]) -> list[Line]:
    """Join a text-browser heading that was broken over two lines; what stands behind it stays a line."""
    joined: list[Line] = []
    done = 0
    for line in lines:
        if line.end <= done and line.kind != "blank":
            continue
        if line.start < done:
            line = replace(line, start=done + len(text[done : line.end]) - len(text[done : line.end].lstrip()))
        if line.kind == "item" and text.startswith("**", line.start):
            found = _WRAPPED.match(text, line.start)
            if found and found.end() > line.end:
                done = found.end()
                title, level = plain_title(found.group(2)), 7 - len(found.group(1))
                line = replace(line, end=done, kind="heading", title=title, level=level)
        joined.append(line)
    return joined


def _underlined(text: str, lines: list[Line]) -> list[Line]:
    """Make headings of short lines that are underlined with ``===`` or ``---``."""
    for i in range(1, len(lines)):
        rule, line = text[lines[i].start : lines[i].end], lines[i - 1]
        if len(rule) < 3 or rule.strip(rule[0]) or rule[0] not in "=-" or line.kind != "prose":
            continue
        words = text[line.start : line.end]
        if len(words) <= 80 and len(rule) <= 2 * len(words) + 4 and _is_title(words) and words[-1] not in ".!?|":
            level = 1 if rule[0] == "=" else 2
            lines[i - 1] = replace(
                line, kind="title" if level == 1 else "heading", title=plain_title(words), level=level
            )
            lines[i] = replace(lines[i], kind="residue")
    return lines
