"""Plain text, as copies of Wikipedia carry it, read into an article whose text is the input, character for character.

Two kinds of copy are met: one paragraph to a line (browser copies, extracts) and text-browser dumps that are wrapped
at a fixed column. Both keep reference markers and banners; what each keeps of headings, lists, tables and references
is told apart line by line (:mod:`analyzer.read.text_lines`).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from analyzer.read.banners import deduplicate, find_inline_tags, notices, scan
from analyzer.read.citations import count_uses, find_urls, link
from analyzer.read.text_blocks import prose_blocks, wrap_width
from analyzer.read.text_lines import Line, plain_title, section_kind, split_lines
from analyzer.read.text_notes import find_markers, read_links, read_references
from analyzer.records import Article, Banner, Citation, InlineTag, Link, Reference, Section
from analyzer.vocabulary import Facet

_HASH_NAME = re.compile(r"(?:[0-9a-f]{8,}|[0-9]+|\d+_[0-9a-f]{6,}|tmp\w{6,}|stdin|-)$", re.IGNORECASE)
_ARTICLES_SUBJECT = re.compile(
    r"[\s\"“*_]{0,6}(?:The |A |An )?([A-Z0-9][^.,;:()\[\]\n\"]{1,70}?)(?: \([^()\n]{1,120}\))?,? (?:is|are|was|were|refers?)\b"
)
_TOC = re.compile(r"\s*(?:[*o#•]\s+)?\d{1,2}(?:\.\d{1,2})*[. _]")


@dataclass(frozen=True)
class _Part:
    """A stretch from a heading to the next one, and what it holds: body, a kind of back matter, or furniture."""

    start: int
    end: int
    kind: str
    heading: Line | None
    lines: tuple[Line, ...]


def read_plaintext(
    text: str,
    *,
    title: str | None = None,
    subject: str | None = None,
    id: str | None = None,
    name: str | None = None,
) -> Article:
    """Return the article that a plain text holds; ``name`` is its file's name, used where the text has no title.

    Blocks are the prose; banners, headings, tables, menus, contents and the reference list are left out of them.
    """
    found = scan(text)
    other = notices(text, found)
    lines = split_lines(text, sorted({(b.start, b.end) for b in found} | set(other)))
    lines = _bare_headings(text, lines)
    parts = _parts(text, lines)
    body = [part for part in parts if part.kind == "body"]
    blocks = tuple(block for part in _joined(body) for block in prose_blocks(text, list(part)))
    citations, tags = _marks(text, parts, [(b.start, b.end) for b in found])
    references, links = _back_matter(text, parts, citations)
    sections = tuple(
        Section(start=p.start, end=p.end, title=p.heading.title, level=max(2, p.heading.level))
        for p in parts
        if p.heading is not None and p.heading.kind == "heading" and p.kind not in ("furniture", "contents")
    )
    chosen, guessed = _title(text, title, lines, name, blocks[0].start if blocks else None)
    told = [f"A maintenance notice that is not in the table was left out: {text[a:b][:100]!r}" for a, b in other]
    if guessed:
        told.append(f"The title {chosen!r} was guessed from the first sentence; give a title to set it.")
    article = Article(
        id=id or _identity(text, name),
        title=chosen,
        subject=subject or "",
        format="plaintext",
        text=text,
        sections=sections,
        citations=citations,
        inline_tags=tags,
        links=links,
        references=references,
        banners=tuple(deduplicate([_placed(banner, sections) for banner in found])),
        blocks=blocks,
        notices=tuple(told),
    )
    return changed(article, facets=_facets(article, parts))


def readable_name(name: str) -> str:
    """Return the title that a file name stands for, or an empty string for a hash, a number or a temporary name."""
    bare = re.split(r"[/\\]", name)[-1]
    stem = re.sub(
        r"\.(?:txt|text|md|wiki|wikitext|mediawiki|html?|xml|json|bz2|gz|xz)\b", "", bare, flags=re.IGNORECASE
    )
    stem = re.sub(r"[%_]([0-9A-F]{2})(?=[%_]|$|[a-z ])", _unescape, stem)
    if _HASH_NAME.match(stem) or not any(c.isalpha() for c in stem):
        return ""
    words = re.sub(r"[\s_]+", " ", stem).strip()
    if " " not in words and "-" in words and words == words.lower():
        words = words.replace("-", " ")
    return words[:1].upper() + words[1:]


def _unescape(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return chr(code) if code in (0x20, 0x21, 0x26, 0x27, 0x28, 0x29, 0x2C) else match.group()


def _identity(text: str, name: str | None) -> str:
    if name:
        stem = re.split(r"[/\\]", name)[-1]
        return re.sub(r"\.(?:txt|text|md)$", "", stem, flags=re.IGNORECASE) or stem
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _title(
    text: str, given: str | None, lines: list[Line], name: str | None, first_block: int | None
) -> tuple[str, bool]:
    """Return the title: the one given, the heading of the first level, the file name's, or the first sentence's."""
    if given:
        return given, False
    for line in lines:
        if line.kind == "title" and line.title and section_kind(line.title) is None:
            return line.title, False
    if name and (readable := readable_name(name)):
        return _recased(readable, text), False
    if first_block is not None:
        match = _ARTICLES_SUBJECT.match(text, first_block)
        words = plain_title(match.group(1)) if match else ""
        if words and len(words.split()) <= 8 and words not in ("It", "This", "There", "He", "She", "They", "That"):
            return words[:1].upper() + words[1:], True
    return "", False


def _recased(words: str, text: str) -> str:
    """Return a title from a lower-case file name with the capitals that the text gives its words."""
    if words[1:] != words[1:].lower():
        return words
    whole = re.search(r"[\s_-]+".join(map(re.escape, words.split())), text[:200_000], re.IGNORECASE)
    if whole:
        found = plain_title(whole.group())
        return found[:1].upper() + found[1:]
    forms = []
    for word in words.split():
        lower = re.search(rf"\b{re.escape(word.lower())}\b", text[:200_000])
        forms.append(
            word if lower or not re.search(rf"\b{re.escape(word.title())}\b", text[:200_000]) else word.title()
        )
    return " ".join(forms)


def _bare_headings(text: str, lines: list[Line]) -> list[Line]:
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


def _parts(text: str, lines: list[Line]) -> list[_Part]:
    """Return the parts of a text, one for each heading, with what each holds."""
    parts: list[_Part] = []
    heading: Line | None = None
    held: list[Line] = []
    back: tuple[str, int] | None = None

    def close(end: int) -> None:
        kind = _kind(heading, back)
        start = heading.start if heading else 0
        if kind == "contents":
            held[:] = _after_contents(text, held)
            kind = "contents" if not held else "body"
        parts.append(_Part(start, end, kind, heading, tuple(held)))

    for i, line in enumerate(lines):
        if line.kind == "furniture" and text.startswith("Retrieved from", line.start):
            close(line.start)
            parts.append(_Part(line.start, len(text), "furniture", None, tuple(lines[i:])))
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


def _joined(parts: list[_Part]) -> list[list[Line]]:
    """Return the lines of the body in one list, with a blank between parts, so that its wrapping is judged as a whole."""
    lines: list[Line] = []
    for part in parts:
        lines.extend(part.lines)
        lines.append(Line(part.end, part.end, 0, 0, "heading"))
    return [lines]


def _marks(
    text: str, parts: list[_Part], holes: list[tuple[int, int]]
) -> tuple[tuple[Citation, ...], tuple[InlineTag, ...]]:
    """Return the reference markers and inline tags that stand in the body, outside banners."""
    starts = [part.start for part in parts]
    hole_starts = [hole[0] for hole in holes]

    def in_body(start: int) -> bool:
        i = bisect_right(hole_starts, start) - 1
        if i >= 0 and start < holes[i][1]:
            return False
        return parts[max(0, bisect_right(starts, start) - 1)].kind == "body"

    tags = tuple(tag for tag in find_inline_tags(text) if in_body(tag.start))
    citations = tuple(
        Citation(start=start, end=end, label=label) for start, end, label in find_markers(text) if in_body(start)
    )
    return citations, tags


def _back_matter(
    text: str, parts: list[_Part], citations: tuple[Citation, ...]
) -> tuple[tuple[Reference, ...], tuple[Link, ...]]:
    """Return the entries of the reference lists and every link with its place."""
    references: list[Reference] = []
    links: list[Link] = []
    cited = {c.label for c in citations}
    for part in parts:
        lines = list(part.lines)
        if part.kind in ("references", "bibliography"):
            numbered = part.kind == "references" and "1" in cited and not _labelled(references)
            read = read_references(text, lines, numbered=numbered and not _bulleted(text, lines))
            references.extend(_note_labels(part, read, cited))
            links.extend(made for ref in read for url in ref.urls if (made := link(url, "reference", ref.text)))
        elif part.kind == "external":
            links.extend(read_links(text, lines))
        elif part.kind == "body":
            links.extend(_body_links(text, lines))
    return (count_uses(references, citations) if citations else tuple(references)), tuple(links)


def _note_labels(part: _Part, read: list[Reference], cited: set[str]) -> list[Reference]:
    """Return the entries of a list of notes under the labels of their markers: ``[note 1]`` points to its first one."""
    if part.heading is None or "note" not in part.heading.title.lower():
        return read
    prefix = next((label.rstrip("0123456789") for label in sorted(cited) if label[0].isalpha() and label[-1] == "1"), "")
    if not prefix:
        return read
    return [changed(ref, label=f"{prefix}{ref.label}") if (ref.label or "").isdigit() else ref for ref in read]


def _labelled(references: list[Reference]) -> bool:
    return any(ref.label == "1" for ref in references)


def _bulleted(text: str, lines: list[Line]) -> bool:
    items = [line for line in lines if line.kind == "item"]
    return bool(items) and all(
        text[line.start] in "*•·‣◦▪–-" and "^" not in text[line.start : line.start + 8] for line in items
    )


def _body_links(text: str, lines: list[Line]) -> list[Link]:
    found = []
    for line in lines:
        if line.kind == "furniture":
            continue
        for a, b in find_urls(text[line.start : line.end]):
            made = link(text[line.start + a : line.start + b], "body")
            if made is not None:
                found.append(made)
    return found


def _placed(banner: Banner, sections: tuple[Section, ...]) -> Banner:
    """Return a banner with the section it stands in; that also settles a scope which its words leave open."""
    i = bisect_right([section.start for section in sections], banner.start) - 1
    inside = sections[i].title if i >= 0 and banner.start < sections[i].end else None
    scope = banner.scope
    if scope == "unknown":
        scope = "section" if inside else "article"
    return changed(banner, section=inside, scope=scope)


def _facets(article: Article, parts: list[_Part]) -> tuple[Facet, ...]:
    """Return what this text can show: no reference markers and no list means that citations were not kept."""
    kinds = {part.kind for part in parts}
    references = bool(kinds & {"references", "bibliography"})
    cited = bool(article.citations) or "references" in kinds
    shown: list[tuple[Facet, bool]] = [
        ("text", True),
        ("sections", bool(article.sections)),
        ("banners", True),
        ("citations", cited),
        ("inline-tags", cited or bool(article.inline_tags)),
        ("references", references),
        ("links", bool(article.links)),
    ]
    return tuple(facet for facet, held in shown if held)
