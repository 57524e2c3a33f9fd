"""Blocks to an Article: the one place where the text of an article that came as markup is put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from analyzer.readers.citations import link
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.inline import Links, plain
from analyzer.readers.markup.outline import Outline
from analyzer.readers.markup.placeholders import (
    STAND_IN,
    BannerMark,
    CitationMark,
    Entry,
    Ledger,
    LinkMark,
    Mark,
    TagMark,
    WorkMark,
    drop_marks,
)
from analyzer.records import Article, Banner, Block, Citation, InlineTag, Link, Reference, Section
from analyzer.vocabulary import BannerScope, BlockKind, InputFormat, LinkPlace

_SPLIT = re.compile("(\\s*)\ufdd0(\\d+)\ufdd1")
_BLOCKS: dict[str, BlockKind] = {"paragraph": "paragraph", "list": "list", "quotation": "quotation"}
_MIN_PROSE = 2  # a block with fewer letters is no prose


class Builder:
    """Collects blocks in reading order; :meth:`article` returns what they make."""

    def __init__(self, ledger: Ledger, words: Callable[[str, Links | None], str] = plain) -> None:
        """Take the ledger that the stand-ins in the blocks refer to, and what turns a block's text into words."""
        self.ledger = ledger
        self.words = words
        self.outline = Outline()
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

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _heading(self, piece: Piece) -> None:
        text = self.words(piece.text, None)
        title = " ".join(drop_marks(text).split())
        if not title:
            return
        self.outline.enter(piece.level, title)
        self._gap("heading")
        self.sections.append((title, piece.level, self.length))
        self._write(text)

    def _skip(self, piece: Piece) -> None:
        """Take the banners and links of a block that is not shown."""
        links: Links = []
        if "//" in piece.text:
            self.words(piece.text, links)
        place = self._place(piece.place)
        self._add_links(links, place)
        for mark in self.ledger.found(piece.text):
            if isinstance(mark, BannerMark | LinkMark):
                self._mark(mark, piece.place)

    def _prose(self, piece: Piece) -> None:
        """Write a block that is shown; it is prose unless it stands in a section of links or references."""
        links: Links = []
        text = self.words(piece.text, links)
        made = self._add_links(links, self._place(None))
        bare = drop_marks(text).strip()
        if self.outline.kind == "reference" and piece.kind == "list":
            self._general_reference(bare, made, text)
            return
        if not bare:
            self._marks_alone(text)
            return
        self._gap(piece.kind)
        start = self.length
        self._write(text)
        if (
            piece.kind in _BLOCKS
            and self.outline.kind == "prose"
            and bare != "formula"
            and sum(map(str.isalpha, bare[:40])) >= _MIN_PROSE
        ):
            source = " ".join(drop_marks(self.words(piece.source, None)).split()) if piece.source else None
            self.blocks.append(Block(kind=_BLOCKS[piece.kind], start=start, end=self.length, source=source or None))

    def _marks_alone(self, text: str) -> None:
        """Take the marks of a block without words: banners have their text, markers join the block before."""
        for mark in self.ledger.found(text):
            self._mark(mark, None)

    def _general_reference(self, bare: str, made: list[Link], text: str) -> None:
        """Take a list item of a reference section as a reference that no marker points to."""
        for mark in self.ledger.found(text):
            if isinstance(mark, BannerMark):
                self._mark(mark, None)
            elif isinstance(mark, LinkMark):
                made += self._add_links(mark.links, self._place(mark.place))
        if len(bare) > 3:
            self.general.append(_reference(None, self._shown(text), made, 0, self._work(text)))

    def _shown(self, text: str) -> str:
        """Return the text of a reference, with the inline tags that stand in it and without other marks."""
        for mark in self.ledger.found(text):
            if isinstance(mark, TagMark):
                text = STAND_IN.sub(self._tag_words, text)
                break
        return drop_marks(text)

    def _tag_words(self, m: re.Match[str]) -> str:
        mark = self.ledger.marks[int(m[1])]
        return mark.shown if isinstance(mark, TagMark) else ""

    def _work(self, text: str) -> WorkMark | None:
        return next((mark for mark in self.ledger.found(text) if isinstance(mark, WorkMark)), None)

    # -- text ----------------------------------------------------------------------------------------------------------

    def _gap(self, kind: str) -> None:
        """Write the line breaks before a block: list items stand on lines of their own, other blocks apart."""
        if self.parts:
            self._append("\n" if kind == self.last == "list" else "\n\n")
        self.last = kind

    def _append(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)

    def _at_gap(self) -> bool:
        """Tell whether the text written so far ends in a blank or a line break."""
        return not self.parts or self.parts[-1][-1] in " \n"

    def _write(self, text: str) -> None:
        """Write text with its marks; blanks around a mark that shows nothing are not doubled."""
        pieces = _SPLIT.split(text)
        self._append(pieces[0].lstrip(" "))
        for blank, number, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            mark = self.ledger.marks[int(number)]
            if isinstance(mark, CitationMark | TagMark):
                self._append(blank)
                self._mark(mark, None)
                self._append(after)
                continue
            self._mark(mark, None)
            shown = blank + after.lstrip(" ") if blank and after.startswith(" ") else blank + after
            self._append(shown.lstrip(" ") if self._at_gap() else shown)

    # -- marks ---------------------------------------------------------------------------------------------------------

    def _mark(self, mark: Mark, place: str | None) -> None:
        if isinstance(mark, CitationMark):
            self.citations.append(Citation(start=self.length, end=self.length + len(mark.label) + 2, label=mark.label))
            self._append(f"[{mark.label}]")
        elif isinstance(mark, TagMark):
            self.tags.append(
                InlineTag(start=self.length, end=self.length + len(mark.shown), id=mark.id, date=mark.date)
            )
            self._append(mark.shown)
        elif isinstance(mark, BannerMark):
            self._banner(mark)
        elif isinstance(mark, LinkMark):
            self._add_links(mark.links, self._place(mark.place or place))

    def _banner(self, mark: BannerMark) -> None:
        if mark.shown:
            self._gap("banner")
        start = self.length
        self._append(mark.shown)
        scope: BannerScope = (
            "section" if mark.scope == "section" else "article" if mark.scope == "article" else "unknown"
        )
        self.banners.append(
            Banner(
                start=start,
                end=self.length,
                id=mark.id,
                issue=mark.issue,
                date=mark.date,
                scope=scope,
                text=mark.text,
                template=mark.template,
                section=self.outline.title,
            )
        )

    def _place(self, given: str | None) -> LinkPlace:
        if given == "infobox":
            return "infobox"
        if given == "reference" or self.outline.kind == "reference":
            return "reference"
        return "body" if self.outline.kind == "prose" else "external"

    def _add_links(self, links: Links, place: LinkPlace) -> list[Link]:
        """Add the links that lead to a web page, and return them."""
        found = [made for url, text in links if (made := link(url, place, drop_marks(text)))]
        self.links.extend(found)
        return found

    # -- the whole -----------------------------------------------------------------------------------------------------

    def references(self, entries: Iterable[Entry]) -> list[Reference]:
        """Return the footnotes in the order of their first use, and add their links."""
        found = []
        for entry in entries:
            if entry.label is None:
                continue
            links: Links = []
            text = entry.text if entry.text is not None else self._shown(plain(entry.content, links))
            links = links or [(url, "") for url in entry.urls]
            links += [pair for m in self.ledger.found(entry.content) if isinstance(m, LinkMark) for pair in m.links]
            made = self._add_links(links, "reference")
            work = self._work(entry.content) or WorkMark(entry.work or "", entry.publisher or "")
            found.append(_reference(entry.label, " ".join(text.split()), made, entry.uses, work))
        return found

    def article(
        self,
        entries: Iterable[Entry],
        *,
        format: InputFormat,
        title: str,
        subject: str | None,
        id: str | None,
        language: str = "en",
        revision: str | None = None,
    ) -> Article:
        """Return the article that the blocks make."""
        text = "".join(self.parts)
        footnotes = self.references(entries)
        starts = [start for _, _, start in self.sections[1:]] + [len(text)]
        return Article(
            id=id or title,
            title=title,
            subject=subject or "",
            format=format,
            language=language,
            revision=revision,
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
            notices=self.ledger.told(),
            banners=tuple(self.banners),
            blocks=tuple(self.blocks),
        )


def _reference(label: str | None, text: str, links: list[Link], uses: int | None, work: WorkMark | None) -> Reference:
    return Reference(
        label=label,
        text=text,
        urls=tuple(dict.fromkeys(made.url for made in links)),
        domain=next((made.domain for made in links), None),
        uses=uses,
        work=(work.work or None) if work else None,
        publisher=(work.publisher or None) if work else None,
    )
