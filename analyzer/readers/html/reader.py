"""HTML to an Article: pages of a MediaWiki skin, Parsoid and REST output, mirrors, and pages saved by a browser."""

import re
from collections.abc import Iterator
from typing import Unpack, cast

from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser, LexborNode

from analyzer.errors import UnreadableInput
from analyzer.limits import MAX_DEPTH, MAX_QUOTES
from analyzer.readers.banners.detect import find_banners
from analyzer.readers.html.dom import SILENT, article_root, drop, drop_furniture, facts_of, select
from analyzer.readers.html.marks import PageMarks
from analyzer.readers.html.tamed import tamed
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.builder import Builder, Known
from analyzer.readers.markup.inline import tidy
from analyzer.readers.markup.placeholders import BLOCK_CLOSE, BLOCK_OPEN, Placeholders, drop_marks, scrub
from analyzer.records import Article, Block


def read_html(text: str, **known: Unpack[Known]) -> Article:
    """Return the article that a page's HTML shows.

    Banners, reference markers, inline tags and links are told by MediaWiki's own classes, and by their words where a
    copy has lost these. Raises :class:`UnreadableInput` where the page has no body at all.
    """
    source, removed = tamed(scrub(text))
    tree = LexborHTMLParser(source)
    facts, host = facts_of(tree, source)
    root = article_root(tree)
    if root is None:
        raise UnreadableInput(
            "Met HTML without a body; expected a page. Save the page again, or pass --input-format plaintext."
        )
    placeholders = Placeholders()
    if removed:
        placeholders.note(f"{removed} elements nested more than {MAX_DEPTH} deep were flattened")
    marks = PageMarks(placeholders, host)
    drop(root, SILENT)
    marks.markers(root)
    marks.tags(root)
    entries = marks.footnotes(root)
    marks.banners(root)
    marks.formulas(root)
    marks.tables(root)
    drop_furniture(root)
    marks.links(root)
    builder = Builder(placeholders, words=lambda text, links: tidy(text))  # no sign is markup any more
    builder.take(  # the page's title is no section
        piece
        for piece in pieces(root)
        if (piece.kind, piece.level) != ("heading", 1) or tidy(drop_marks(piece.text)) != facts["marked"]
    )
    told = {name: value for name, value in known.items() if value}  # goes before what the page says of itself
    article = builder.article(entries, cast(Known, {"format": "html", **facts, **told}))
    return article if article.banners or "mw-parser-output" in source else _with_banners_in_words(article)


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


_BLOCKS = (
    "p, li, dd, dt, blockquote, pre, h1, h2, h3, h4, h5, h6, div, section, article, center, ul, ol, dl, table, tr, td, "
    "th, main, details, summary, header, caption, address, hr, br"
)
_CODES = {"p": "p", "li": "l", "dd": "p", "dt": "l", "blockquote": "q", "pre": "x", "summary": "x", "header": "d"}
_QUOTE_BOXES = ".quotebox, .templatequote, .cquote, .rquote, .pullquote, .poemquote"
_QUOTE_SOURCE = ".templatequotecite, .quotebox-cite, cite"
_SIGNS = re.compile(f"([{BLOCK_OPEN}{BLOCK_CLOSE}])")
_EDIT = re.compile(r"(?<!\s)\s*+\[\s*+edit(?: source)?\s*+\]\s*+$")
_SENTENCE_END = re.compile('[.!?]["”’)]*(?:\\s*\ufdd0\\d+\ufdd1)*\\s*$')
_DASHES = "—–-― ~:"


def pieces(root: LexborNode) -> Iterator[Piece]:
    """Yield the blocks of an element in order."""
    sources = _sign_quotes(root)
    for node in root.css(_BLOCKS):
        tag = node.tag or ""
        if tag == "br":
            node.replace_with("\n")
            continue
        code = tag[1] if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else _CODES.get(tag, "d")
        node.insert_before(BLOCK_OPEN + code)
        node.insert_after(BLOCK_CLOSE)
    found = list(_cut(root.text(), sources))
    in_blocks = sum(len(piece.text) for piece, code in found if code != "d")
    loose = sum(len(piece.text) for piece, code in found if code == "d")
    for piece, code in found:
        outside = code == "d" and piece.kind == "paragraph" and in_blocks > loose
        if outside and not _SENTENCE_END.search(piece.text[-300:]):
            piece.kind = "aside"  # words outside any paragraph of a page that has paragraphs: captions, labels
        yield piece


def _sign_quotes(root: LexborNode) -> list[str | None]:
    """Mark quotations, and return their sources by number; the line that names the source is no part of them."""
    sources: list[str | None] = []
    for node in select(root, f"{_QUOTE_BOXES}, blockquote"):
        cite = node.css_first(_QUOTE_SOURCE) if len(sources) < MAX_QUOTES else None
        source = None
        if cite is not None:
            source = " ".join(drop_marks(cite.text()).split()).strip(_DASHES) or None
            cite.insert_before(f"{BLOCK_OPEN}x")
            cite.insert_after(BLOCK_CLOSE)
        node.insert_before(f"{BLOCK_OPEN}q{len(sources)}\ufdda")
        node.insert_after(BLOCK_CLOSE)
        sources.append(source)
    return sources


def _cut(text: str, sources: list[str | None]) -> Iterator[tuple[Piece, str]]:
    """Yield the pieces of text between block signs with the code of the innermost block."""
    stack: list[str] = []
    inner = ["d"]  # at each level, the code of the innermost block that is more than a container
    quotes: list[str | None] = []
    for part in _SIGNS.split(text):
        if part == BLOCK_OPEN:
            stack.append("")
            inner.append(inner[-1])
            continue
        if part == BLOCK_CLOSE:
            closed = stack.pop() if stack else ""
            del inner[1 + len(stack) :]
            if closed == "q" and quotes:
                quotes.pop()
            continue
        if stack and stack[-1] == "":
            opened, part = part[:1], part[1:]
            stack[-1] = opened
            inner[-1] = opened if opened != "d" else inner[-1]
            if opened == "q":
                number, sign, rest = part.partition("\ufdda")
                quotes.append(sources[int(number)] if sign else (quotes[-1] if quotes else None))
                part = rest if sign else part
        if part.strip():
            yield _piece(part, stack, inner[-1], quotes), inner[-1]


def _piece(text: str, stack: list[str], inner: str, quotes: list[str | None]) -> Piece:
    code = stack[-1] if stack else "d"
    if code.isdigit():
        return Piece("heading", _EDIT.sub("", text), int(code))
    if quotes and inner != "x":
        return Piece("quotation", text, source=quotes[-1])
    listed = inner == "l" or (inner == "p" and "l" in stack[-4:])
    return Piece("aside" if inner == "x" else "list" if listed else "paragraph", text)
