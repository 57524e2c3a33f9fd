"""The end of a plain-text article: its reference list, its bibliography and its external links as records."""

import re

from msgspec.structs import replace

from analyzer.readers.citations import count_uses, find_urls, link, links_in, reference
from analyzer.readers.plaintext.blocks import Part, has_room
from analyzer.readers.plaintext.lines import Line
from analyzer.records import Citation, Link, Reference

_LABEL = re.compile(r"\s*(?:\[(\d{1,4}|[a-z]{1,2})\]|(\d{1,4})[.)](?=[\s^↑])|([a-z])\.(?=[ \t]*\^))[ \t]*")
# "^ a b c Smith": the letters lead back to the uses and come in their order.
_BACK = re.compile(
    r"(?:\^|↑)(?:[ \t]*Jump up to:)?[ \t]*(?:a[ \t,]+b(?:[ \t,]+[c-z]{1,2}\b)*(?:[ \t,]+[c-z](?=[A-Z\"“]))?[ \t,]*"
    r"|a[ \t]+b(?=[A-Z\"“])|a[ \t]*(?=[A-Z\"“]))?|Jump up to:[ \t]*(?:a[ \t]+b(?:[ \t]+[c-z])*)?"
)
_STYLE = re.compile(r"\.mw-parser-output\b.*\}", re.DOTALL)  # a style sheet that a text browser shows as words
# An address that a text browser broke over two lines, at a mark where it may be broken.
_BROKEN_URL = re.compile(r"(https?://\S{10,1000}[-/?&=_%])\n[ \t]+(?=[A-Za-z0-9])")
_MENU = re.compile(r"(?:[*•]\s*)?(?:v|Authority[ _]control\b.*|show|hide)$", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_BULLET = re.compile(r"[*•·‣◦▪–#-]{1,5}[ \t]+")
_MARKER = re.compile(
    r"\[[ \t]?(\d{1,3}|[a-z]{1,2}|[A-Z]|[A-Za-zαβ][A-Za-z-]{0,15}[ _]?\d{1,3})[ \t]?\]"
    r"(?::[\u00a0\u2009\u200a\u202f ]?\d{1,4}(?:[-–,][ ]?\d{1,4})*(?=\s*$|\s*[.,;\[]|\s+[A-Z\"“]))?",
    re.MULTILINE,
)
_NOTE_GROUP = re.compile(r"(?:note|nb|n|fn|footnote|upper-alpha|lower-alpha|lower-roman|α|β)[ _]?\d", re.IGNORECASE)


def find_markers(text: str) -> list[tuple[int, int, str]]:
    """Return the reference markers in a text: start, end (a page such as ``:23`` included) and label.

    Letters in brackets are markers only where they are raised behind a word and the text counts from ``[a]`` on:
    ``[t]he`` is an editor's change, ``F[x]`` a formula. A group such as ``[remark 2]`` must be raised too.
    """
    found = []
    for match in _MARKER.finditer(text):
        label = match.group(1)
        if not label.isdigit() and not _NOTE_GROUP.match(label):
            before = text[match.start() - 1] if match.start() else " "
            after = text[match.end()] if match.end() < len(text) else " "
            if before.isspace() or after.isalnum():
                continue
        found.append((match.start(), match.end(), label.replace("_", " ")))
    labels = {label for _, _, label in found}
    return [row for row in found if not row[2].isalpha() or ("a" if row[2][0].islower() else "A") in labels]


def entries(text: str, lines: list[Line], width: int | None) -> list[tuple[int, int]]:
    """Return the extents of the entries that the lines of a list make up.

    An indented line goes on with its entry, and so does one that was only broken at the column ``width``.
    """
    found: list[tuple[int, int]] = []
    indent = -1
    last: Line | None = None
    for line in lines:
        if _MENU.match(text[line.start : min(line.end, line.start + 80)]):
            break  # navigation boxes stand behind the last list
        if line.kind in ("blank", "residue", "heading", "title", "furniture"):
            if line.kind != "residue":
                indent = -1
            continue
        opens = line.kind == "item" or bool(_LABEL.match(text, line.start, line.end)) or text[line.start] in "^↑"
        deeper = line.indent > indent + 1 and not text.startswith(("*", "•", "o "), line.start)
        full = last is not None and width is not None and not has_room(text, last, line, width)
        broken = not opens and (full or (last is not None and text.startswith("ISBN", line.start)))
        if indent < 0 or (line.indent <= indent and not broken) or (opens and not deeper):
            found.append((line.start, line.end))
            indent = line.indent
        else:
            found[-1] = (found[-1][0], line.end)
        last = line
    return found


def read_references(text: str, lines: list[Line], width: int | None, *, numbered: bool) -> list[Reference]:
    """Return the entries of a reference list; where ``numbered`` and no entry shows its label, they are counted."""
    found: list[Reference] = []
    extents = entries(text, lines, width)
    shown = any(_LABEL.match(text, start, end) for start, end in extents)
    count = 0
    for start, end in extents:
        match = _LABEL.match(text, start, end)
        label = match[match.lastindex or 0] if match else None
        at = match.end() if match else start
        bullet = _BULLET.match(text, at, end)
        at = bullet.end() if bullet else at
        back = _BACK.match(text, at, end)
        at = back.end() if back else at
        style = text.rfind("}", at, end) + 1  # no style sheet goes further
        words = _BLANKS.sub(" ", _STYLE.sub(" ", text[at:style]) + text[max(at, style) : end]).strip()
        if not any(c.isalpha() for c in words):
            words = ""
        if not words and label is None:
            continue
        if label is None and numbered and (back or not shown):
            label = str(count + 1)
        count = int(label) if label and label.isdigit() else count
        whole = _BROKEN_URL.sub(r"\1", text[at:end]) if words else ""
        found.append(reference(label, words, find_urls(whole)))
    first = next((i for i, ref in enumerate(found) if ref.label == "1"), 0)
    if numbered or not first or sum(ref.label is not None for ref in found) < len(found) / 2:
        return found
    return found[first:]  # boxes that stand before a numbered list


def back_matter(
    text: str, parts: list[Part], citations: tuple[Citation, ...], width: int | None
) -> tuple[tuple[Reference, ...], tuple[Link, ...]]:
    """Return the entries of the reference lists and every link with its place."""
    references: list[Reference] = []
    links: list[Link] = []
    cited = {citation.label for citation in citations}
    for part in parts:
        if part.kind in ("references", "bibliography"):
            first = part.kind == "references" and "1" in cited and all(ref.label != "1" for ref in references)
            read = read_references(text, part.lines, width, numbered=first and not _bulleted(text, part.lines))
            references.extend(_note_labels(part, read, cited))
            links.extend(made for ref in read for url in ref.urls if (made := link(url, "reference", ref.text)))
        elif part.kind == "external":
            for start, end in entries(text, part.lines, width):
                words = _BLANKS.sub(" ", text[start:end]).strip("*•- ")
                links.extend(links_in(text[start:end], "external", words))
        elif part.kind == "body":
            shown = (line for line in part.lines if line.kind != "furniture")
            links.extend(made for line in shown for made in links_in(text[line.start : line.end], "body"))
    return (count_uses(references, citations) if citations else tuple(references)), tuple(links)


def _note_labels(part: Part, read: list[Reference], cited: set[str]) -> list[Reference]:
    """Return the entries of a list of notes under the labels of their markers: ``[note 1]`` points to its first one."""
    noted = part.heading is not None and "note" in part.heading.title.lower()
    labels = (label.rstrip("0123456789") for label in sorted(cited) if label[0].isalpha() and label[-1] == "1")
    prefix = next(labels, "") if noted else ""
    if not prefix:
        return read
    return [replace(ref, label=f"{prefix}{ref.label}") if (ref.label or "").isdigit() else ref for ref in read]


def _bulleted(text: str, lines: list[Line]) -> bool:
    items = [line.start for line in lines if line.kind == "item"]
    return bool(items) and all(text[at] in "*•·‣◦▪–-" and "^" not in text[at : at + 8] for at in items)
