"""HTML to an Article: pages of a MediaWiki skin, Parsoid and REST output, mirrors, and pages saved by a browser."""

from typing import Unpack

from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser

from analyzer.errors import UnreadableInput
from analyzer.readers.banners.detect import find_banners
from analyzer.readers.html.dom import MAX_DEPTH, SILENT, article_root, drop, drop_furniture, facts_of, flattened
from analyzer.readers.html.flow import pieces
from analyzer.readers.html.marks import PageMarks
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.builder import Builder, Known
from analyzer.readers.markup.inline import Links, tidy
from analyzer.readers.markup.placeholders import Placeholders, drop_marks, scrub
from analyzer.records import Article, Block


def read_html(text: str, **known: Unpack[Known]) -> Article:
    """Return the article that a page's HTML shows.

    Banners, reference markers, inline tags and links are told by MediaWiki's own classes, and by their words where a
    copy has lost these. Raises :class:`UnreadableInput` where the page has no body at all.
    """
    source, removed = flattened(scrub(text))
    tree = LexborHTMLParser(source)
    facts = facts_of(tree, source)
    root = article_root(tree)
    if root is None:
        raise UnreadableInput("Met HTML without a body; expected a page. Save the page again, or pass --format text.")
    placeholders = Placeholders()
    if removed:
        placeholders.note(f"{removed} blocks nested more than {MAX_DEPTH} deep were flattened")
    marks = PageMarks(placeholders, facts.host)
    drop(root, SILENT)
    marks.markers(root)
    marks.tags(root)
    entries = marks.footnotes(root)
    marks.banners(root)
    marks.formulas(root)
    marks.tables(root)
    drop_furniture(root)
    marks.links(root)
    builder = Builder(placeholders, words=_words)
    builder.take(piece for piece in pieces(root) if not _is_title(piece, facts.title))
    given: Known = {
        "format": "html",
        **known,
        "title": known.get("title") or facts.title,
        "language": known.get("language") or facts.language,
        "revision": known.get("revision") or facts.revision,
    }
    article = builder.article(entries, given)
    return article if article.banners or "mw-parser-output" in source else _with_banners_in_words(article)


def _is_title(piece: Piece, title: str) -> bool:
    """Tell whether a heading is the page's title, which is no section."""
    return piece.kind == "heading" and piece.level == 1 and tidy(drop_marks(piece.text)) == title


def _with_banners_in_words(article: Article) -> Article:
    """Return the article of a copy that shows banners as plain paragraphs: found by their words and cut from it."""
    found = find_banners(article.text)
    if not found:
        return article
    placed = []
    for banner in found:
        inside = [section.title for section in article.sections if section.start <= banner.start < section.end]
        placed.append(replace(banner, section=inside[-1] if inside else None))
    blocks: list[Block] = []
    for block in article.blocks:
        start = block.start
        for banner in found:
            if banner.start < block.end and banner.end > start:
                if article.text[start : banner.start].strip():
                    blocks.append(replace(block, start=start, end=banner.start))
                start = max(start, banner.end)
        if article.text[start : block.end].strip(" .()\n"):
            blocks.append(replace(block, start=start, end=block.end))
    return replace(article, banners=tuple(placed), blocks=tuple(blocks))


def _words(text: str, links: Links | None) -> str:
    """Return a block's text with blanks in order; in HTML no sign is markup any more."""
    return tidy(text)
