"""Plain text, as copies of Wikipedia carry it, read into an article whose text is the input, character for character.

Two kinds of copy are met: one paragraph to a line (browser copies, extracts) and text-browser dumps that are wrapped
at a fixed column. Both keep reference markers and banners; what each keeps of headings, lists, tables and references
is told apart line by line (:mod:`.lines`).
"""

import hashlib
import re
from bisect import bisect_right
from itertools import chain
from typing import Unpack

from msgspec.structs import replace

from analyzer.readers.banners.detect import deduplicate, find_inline_tags, find_notices, scan
from analyzer.readers.markup.builder import Known
from analyzer.readers.plaintext.back_matter import back_matter, find_markers
from analyzer.readers.plaintext.blocks import Part, bare_headings, prose_blocks, split_parts, wrap_width
from analyzer.readers.plaintext.lines import Line, section_kind, split_lines
from analyzer.readers.sniff import readable_name
from analyzer.records import Article, Banner, Citation, InlineTag, Section
from analyzer.titles import Title, title_of
from analyzer.vocabulary import Facet


def read_plaintext(text: str, **known: Unpack[Known]) -> Article:
    """Return the article that a plain text holds; where it has no title, one is guessed (:mod:`analyzer.titles`).

    Blocks are the prose; banners, headings, tables, menus, contents and the reference list are left out of them.
    """
    found = scan(text)
    other = find_notices(text, found)
    lines = bare_headings(text, split_lines(text, [*((b.start, b.end) for b in found), *other]))
    parts = split_parts(text, lines)
    # The lines of the body in one list, parted at headings, so that its wrapping is judged as a whole.
    body = ([*part.lines, Line(part.end, part.end, 0, 0, "heading")] for part in parts if part.kind == "body")
    blocks = tuple(prose_blocks(text, list(chain.from_iterable(body))))
    citations, tags = _marks(text, parts, [(b.start, b.end) for b in found])
    references, links = back_matter(text, parts, citations, wrap_width(text, lines))
    headed = ((part, part.heading) for part in parts if part.heading is not None and part.heading.kind == "heading")
    sections = tuple(
        Section(start=part.start, end=part.end, title=heading.title, level=max(2, heading.level))
        for part, heading in headed
        if section_kind(heading.title) not in ("furniture", "contents")
    )
    name = known.get("name")
    title = title_of(
        given=known.get("title"),
        marked=next((Title(line.title, "heading") for line in lines if _is_title(line)), None),
        name=readable_name(name or ""),
        lead=text[blocks[0].start : blocks[0].end] if blocks else "",
        prose=" ".join(text[block.start : block.end] for block in blocks),
    )
    told = [f"A maintenance notice that is not in the table was left out: {text[a:b][:100]!r}" for a, b in other]
    article = Article(
        id=known.get("id") or identity_of(text, name),
        title=title.words,
        title_origin=title.origin,
        subject=known.get("subject") or "",
        format="plaintext",
        text=text,
        sections=sections,
        citations=citations,
        inline_tags=tags,
        links=links,
        references=references,
        banners=tuple(deduplicate(_placed(found, sections))),
        blocks=blocks,
        notices=title.noticed(told, known.get("subject")),
    )
    return replace(article, facets=_facets(article, parts))


def _marks(
    text: str, parts: list[Part], holes: list[tuple[int, int]]
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


def _placed(banners: list[Banner], sections: tuple[Section, ...]) -> list[Banner]:
    """Return banners with the sections they stand in; that also settles a scope which their words leave open."""
    starts = [section.start for section in sections]
    placed = []
    for banner in banners:
        i = bisect_right(starts, banner.start) - 1
        inside = sections[i].title if i >= 0 and banner.start < sections[i].end else None
        scope = banner.scope
        if scope == "unknown":
            scope = "section" if inside else "article"
        placed.append(replace(banner, section=inside, scope=scope))
    return placed


def _facets(article: Article, parts: list[Part]) -> tuple[Facet, ...]:
    """Return what this text can show: no reference markers and no list means that citations were not kept."""
    kinds = {part.kind for part in parts}
    cited = bool(article.citations) or "references" in kinds
    shown: dict[Facet, object] = {
        "text": True,
        "sections": article.sections,
        "banners": True,
        "citations": cited,
        "inline-tags": cited or article.inline_tags,
        "references": kinds & {"references", "bibliography"},
        "links": article.links,
    }
    return tuple(facet for facet, held in shown.items() if held)


def identity_of(text: str, name: str | None) -> str:
    """Return the id of an article that was given none: its file's name, else the first digits of its text's hash."""
    if name:
        stem = re.split(r"[/\\]", name)[-1]
        return re.sub(r"\.(?:txt|text|md)$", "", stem, flags=re.IGNORECASE) or stem
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _is_title(line: Line) -> bool:
    return line.kind == "title" and bool(line.title) and section_kind(line.title) is None
