"""HTML to an Article: pages of a MediaWiki skin, Parsoid and REST output, mirrors, and pages saved by a browser."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from analyzer.errors import UnreadableInput
from analyzer.read.markup_build import Builder
from analyzer.read.markup_dom import MAX_DEPTH, SILENT, article_root, drop, drop_furniture, facts_of, flattened
from analyzer.read.markup_flow import pieces
from analyzer.read.markup_inline import Links, tidy
from analyzer.read.markup_ledger import Ledger, scrub
from analyzer.read.markup_marks import PageMarks
from analyzer.records import Article
from analyzer.vocabulary import InputFormat


def read_html(
    text: str,
    *,
    title: str | None = None,
    subject: str | None = None,
    id: str | None = None,
    format: InputFormat = "html",
    revision: str | None = None,
    language: str | None = None,
) -> Article:
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
    ledger = Ledger()
    if removed:
        ledger.note(f"{removed} blocks nested more than {MAX_DEPTH} deep were flattened")
    marks = PageMarks(ledger, facts.host)
    drop(root, SILENT)
    marks.markers(root)
    marks.tags(root)
    entries = marks.footnotes(root)
    marks.banners(root)
    marks.formulas(root)
    marks.tables(root)
    drop_furniture(root)
    marks.links(root)
    builder = Builder(ledger, words=_words)
    builder.take(pieces(root))
    return builder.article(
        entries,
        format=format,
        title=title or facts.title,
        subject=subject,
        id=id,
        language=language or facts.language,
        revision=revision or facts.revision,
    )


def _words(text: str, links: Links | None) -> str:
    """Return a block's text with blanks in order; in HTML no sign is markup any more."""
    return tidy(text)
