"""The block structure of an HTML page: its text cut into headings, paragraphs, list items and quotations."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from analyzer.readers.html.dom import select
from analyzer.readers.markup.blocks import Piece
from analyzer.readers.markup.placeholders import BLOCK_CLOSE, BLOCK_OPEN, drop_marks

_BLOCKS = (
    "p, li, dd, dt, blockquote, pre, h1, h2, h3, h4, h5, h6, div, section, article, center, ul, ol, dl, table, tr, td, "
    "th, main, details, summary, header, caption, address, hr, br"
)
_CODES = {"p": "p", "li": "l", "dd": "p", "dt": "l", "blockquote": "q", "pre": "x", "summary": "x", "header": "d"}
_QUOTE_BOXES = ".quotebox, .templatequote, .cquote, .rquote, .pullquote, .poemquote"
_QUOTE_SOURCE = ".templatequotecite, .quotebox-cite, cite"
_SIGNS = re.compile(f"([{BLOCK_OPEN}{BLOCK_CLOSE}])")
_EDIT = re.compile(r"\s*\[\s*edit(?: source)?\s*\]\s*$")
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
        cite = node.css_first(_QUOTE_SOURCE)
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
    quotes: list[str | None] = []
    for part in _SIGNS.split(text):
        if part == BLOCK_OPEN:
            stack.append("")
            continue
        if part == BLOCK_CLOSE:
            closed = stack.pop() if stack else ""
            if closed == "q" and quotes:
                quotes.pop()
            continue
        if stack and stack[-1] == "":
            opened, part = part[:1], part[1:]
            stack[-1] = opened
            if opened == "q":
                number, sign, rest = part.partition("\ufdda")
                quotes.append(sources[int(number)] if sign else (quotes[-1] if quotes else None))
                part = rest if sign else part
        if part.strip():
            code = stack[-1] if stack else "d"
            yield _piece(part, stack, code, quotes), _innermost(stack)


def _innermost(stack: list[str]) -> str:
    return next((code for code in reversed(stack) if code != "d"), "d")


def _piece(text: str, stack: list[str], code: str, quotes: list[str | None]) -> Piece:
    if code.isdigit():
        return Piece("heading", _EDIT.sub("", text), int(code))
    inner = _innermost(stack)
    if quotes and inner != "x":
        return Piece("quotation", text, source=quotes[-1])
    listed = inner == "l" or (inner == "p" and "l" in stack[-4:])
    return Piece("aside" if inner == "x" else "list" if listed else "paragraph", text)
