"""Blocks to an Article: the one place where the text of an article that came as markup is put together."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal, TypedDict, cast

from analyzer.lexicons import load_table
from analyzer.limits import MAX_LINKS, MAX_REFERENCES
from analyzer.readers.citations import link
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.inline import Links, plain
from analyzer.readers.markup.marks import BannerMark, CitationMark, LinkMark, Mark, TagMark, WorkMark
from analyzer.readers.markup.placeholders import OPEN, Footnote, Placeholders, drop_marks
from analyzer.readers.prose import is_sentence
from analyzer.readers.sniff import readable_name
from analyzer.records import Article, Banner, Block, Citation, InlineTag, Link, Reference, Section
from analyzer.titles import Title, title_of
from analyzer.vocabulary import BlockKind, InputFormat, LinkPlace

SectionKind = Literal["prose", "reference", "external", "apparatus"]
_SPLIT = re.compile("( ?)\ufdd0(\\d+)\ufdd1")  # of words with single blanks
_BLOCKS: dict[str, BlockKind] = {"paragraph": "paragraph", "list": "list", "quotation": "quotation"}
_MIN_PROSE = 2  # a block with fewer letters is no prose
_NO_LETTERS = re.compile(r"[^a-z ]+")


class Known(TypedDict, total=False):
    """What is known of an article beside its text.

    ``title`` is the one given, ``marked`` the page's own, ``bold`` its first bold words; ``name`` is its file's.
    """

    title: str | None
    marked: str | None
    bold: str | None
    subject: str | None
    id: str | None
    name: str | None
    format: InputFormat
    language: str | None
    revision: str | None
    timestamp: str | None


@lru_cache(maxsize=4096)
def section_kind(title: str) -> SectionKind:
    """Return what a section's own title says of it, its parents left aside."""
    bare = " ".join(_NO_LETTERS.sub(" ", title.lower().replace("&", " and ")).split())
    told = next((row["markup"] for row in load_table("section_titles") if row["title"] == bare), "")
    if not told and (bare.endswith(" and external links") or bare.startswith("external links and ")):
        return "external"
    return cast(SectionKind, told or "prose")


class Builder:
    """Collects blocks in reading order; :meth:`article` returns what they make."""

    def __init__(self, placeholders: Placeholders, words: Callable[[str, Links | None], str] = plain) -> None:
        self.placeholders = placeholders
        self.words = words  # turns a block's text into words
        self._open: list[tuple[int, SectionKind]] = []  # the sections around the present one, by level
        self.kind: SectionKind = "prose"  # of the present section; subsections inherit apparatus
        self.title: str | None = None
        self.parts: list[str] = []
        self.length = 0
        self.last = ""  # kind of the block before
        self.sections: list[tuple[str, int, int]] = []  # title, level, start
        self.blocks: list[Block] = []
        self.banners: list[Banner] = []
        self.citations: list[Citation] = []
        self.tags: list[InlineTag] = []
        self.links: list[Link] = []
        self.general: list[Reference] = []

    def take(self, pieces: Iterable[Piece]) -> None:
        """Add blocks."""
        for piece in pieces:
            if piece.kind == "heading":
                self._heading(piece)
            elif piece.kind == "skip":
                self._skip(piece)
            else:
                self._prose(piece)

    def _heading(self, piece: Piece) -> None:
        text = self.words(piece.text, None)
        title = _bare(text)
        if title:
            while self._open and self._open[-1][0] >= piece.level:
                self._open.pop()
            parent = self._open[-1][1] if self._open else "prose"
            self.kind = section_kind(title) if parent == "prose" else parent
            self._open.append((piece.level, self.kind))
            self.title = title
            self._gap("heading")
            self.sections.append((title, piece.level, self.length))
            self._write(text)

    def _skip(self, piece: Piece) -> None:
        """Take the banners and links of a block that is not shown."""
        links: Links = []
        if "//" in piece.text:
            self.words(piece.text, links)
        self._add_links(links, piece.place)
        for mark in self.placeholders.found(piece.text):
            if isinstance(mark, BannerMark | LinkMark):
                self._mark(mark, piece.place)

    def _prose(self, piece: Piece) -> None:
        """Write a block that is shown; it is prose unless it stands in a section of links or references.

        A list item is prose where it is a sentence; else it stays in the text only.
        """
        links: Links = []
        text = self.words(piece.text, links)
        made = self._add_links(links, None)
        bare = drop_marks(text).strip()
        if self.kind == "reference" and piece.kind == "list":
            self._general_reference(bare, made, text)
            return
        if not bare:  # marks alone: banners have their text, markers join the block before
            for mark in self.placeholders.found(text):
                self._mark(mark)
            return
        self._gap(piece.kind)
        start = self.length
        self._write(text)
        lettered = sum(map(str.isalpha, bare[:40])) >= _MIN_PROSE
        said = lettered and bare != "formula" and (piece.kind != "list" or is_sentence(bare))
        if piece.kind in _BLOCKS and self.kind == "prose" and said:
            source = _bare(self.words(piece.source, None)) if piece.source else None
            self.blocks.append(Block(kind=_BLOCKS[piece.kind], start=start, end=self.length, source=source or None))

    def _general_reference(self, bare: str, made: list[Link], text: str) -> None:
        """Take a list item of a reference section as a reference that no marker points to."""
        for mark in self.placeholders.found(text):
            if isinstance(mark, BannerMark):
                self._mark(mark)
            elif isinstance(mark, LinkMark):
                made += self._add_links(mark.links, mark.place)
        if len(bare) > 3 and len(self.general) < MAX_REFERENCES:
            work = next(iter(self.placeholders.of_kind(text, WorkMark)), None)
            self.general.append(_reference(None, self.placeholders.with_tags(text), made, 0, work))

    def _gap(self, kind: str) -> None:
        """Write the line breaks before a block: list items stand on lines of their own, other blocks apart."""
        if self.parts:
            self._append("\n" if kind == self.last == "list" else "\n\n")
        self.last = kind

    def _append(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)

    def _write(self, text: str) -> None:
        """Write text with its marks; blanks around a mark that shows nothing are not doubled."""
        pieces = _SPLIT.split(text) if OPEN in text else [text]
        self._append(pieces[0].lstrip(" "))
        for blank, number, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            mark = self.placeholders.marks[int(number)]
            if isinstance(mark, CitationMark | TagMark):
                self._append(blank)
                self._mark(mark)
                self._append(after)
                continue
            self._mark(mark)
            shown = blank + after.lstrip(" ") if blank and after.startswith(" ") else blank + after
            at_gap = not self.parts or self.parts[-1][-1] in " \n"
            self._append(shown.lstrip(" ") if at_gap else shown)

    def _mark(self, mark: Mark, place: str | None = None) -> None:
        start = self.length
        if isinstance(mark, CitationMark):
            self._append(f"[{mark.label}]")
            self.citations.append(Citation(start=start, end=self.length, label=mark.label))
        elif isinstance(mark, TagMark):
            self._append(mark.shown)
            self.tags.append(InlineTag(start=start, end=self.length, id=mark.id, date=mark.date))
        elif isinstance(mark, BannerMark):
            self._banner(mark)
        elif isinstance(mark, LinkMark):
            self._add_links(mark.links, mark.place or place)

    def _banner(self, mark: BannerMark) -> None:
        if mark.shown:
            self._gap("banner")
        start, entry = self.length, mark.entry
        self._append(mark.shown)
        told = {"id": entry.id, "issue": entry.family, "template": entry.template, "text": mark.text}
        self.banners.append(
            Banner(start=start, end=self.length, date=mark.date, scope=mark.scope, section=self.title, **told)
        )

    def _add_links(self, links: Links, place: str | None) -> list[Link]:
        """Add the links that lead to a web page, and return them; without ``place`` the section tells it."""
        where: LinkPlace = "body" if self.kind == "prose" else "external"
        if place == "infobox":
            where = "infobox"
        elif place == "reference" or self.kind == "reference":
            where = "reference"
        if len(links) > MAX_LINKS - len(self.links):
            self.placeholders.note(f"links beyond the first {MAX_LINKS:,} were left out")
            links = links[: max(0, MAX_LINKS - len(self.links))]
        found = [made for url, text in links if (made := link(url, where, drop_marks(text)))]
        self.links.extend(found)
        return found

    def references(self, entries: Iterable[Footnote]) -> list[Reference]:
        """Return the footnotes in the order of their first use, and add their links."""
        found: list[Reference] = []
        for entry in entries:
            if entry.label is None:
                continue
            if len(found) == MAX_REFERENCES:
                self.placeholders.note(f"references beyond the first {MAX_REFERENCES:,} were left out")
                break
            links: Links = []
            text = entry.text if entry.text is not None else self.placeholders.with_tags(plain(entry.content, links))
            links = links or [(url, "") for url in entry.urls]
            links += [pair for mark in self.placeholders.of_kind(entry.content, LinkMark) for pair in mark.links]
            made = self._add_links(links, "reference")
            named = WorkMark(entry.work or "", entry.publisher or "")
            work = next(iter(self.placeholders.of_kind(entry.content, WorkMark)), named)
            found.append(_reference(entry.label, " ".join(text.split()), made, entry.uses, work))
        return found

    def article(self, entries: Iterable[Footnote], known: Known) -> Article:
        """Return the article that the blocks make."""
        text = "".join(self.parts)
        title = self._title(text, known)
        footnotes = self.references(entries)
        starts = [start for _, _, start in self.sections[1:]] + [len(text)]
        return Article(
            id=known.get("id") or known.get("name") or title.words,
            title=title.words,
            title_origin=title.origin,
            subject=known.get("subject") or "",
            format=known["format"],
            language=known.get("language") or "en",
            revision=known.get("revision"),
            timestamp=known.get("timestamp"),
            text=text,
            sections=tuple(
                Section(title=name, level=level, start=start, end=end)
                for (name, level, start), end in zip(self.sections, starts, strict=False)
            ),
            citations=tuple(self.citations),
            inline_tags=tuple(self.tags),
            links=tuple(self.links),
            references=(*footnotes, *self.general),
            facets=("text", "sections", "banners", "citations", "inline-tags", "references", "links"),
            notices=title.noticed(self.placeholders.told(), known.get("subject")),
            banners=tuple(self.banners),
            blocks=tuple(self.blocks),
        )

    def _title(self, text: str, known: Known) -> Title:
        prose = [text[block.start : block.end] for block in self.blocks]
        return title_of(
            given=known.get("title"),
            marked=Title(known.get("marked") or "", "markup"),
            bold=known.get("bold") or "",
            name=readable_name(known.get("name") or ""),
            lead=prose[0] if prose else "",
            prose=" ".join(prose),
        )


def _bare(text: str) -> str:
    return " ".join(drop_marks(text).split())


def _reference(label: str | None, text: str, links: list[Link], uses: int, work: WorkMark | None) -> Reference:
    return Reference(
        label=label,
        text=text,
        urls=tuple(dict.fromkeys(made.url for made in links)),
        domain=next((made.domain for made in links), None),
        uses=uses,
        work=(work.work or None) if work else None,
        publisher=(work.publisher or None) if work else None,
    )
