"""Wikitext to an Article: what MediaWiki would show as prose, with banners, tags, footnotes and links told apart.

The parser is our own (:mod:`.expand`): linear in the input, and about ten times as fast as a mwparserfromhell tree,
which crashes or hangs on some hostile pages (its issues 206, 352, 364); the tests hold it against that on real pages.
Templates whose words belong to the prose are known by name (``lexicons/wikitext_templates.tsv``), all others are left
out, their banners and links kept.
"""

import re
from typing import Unpack

from analyzer.readers.markup.blocks import BlockReader
from analyzer.readers.markup.builder import Builder, Known
from analyzer.readers.markup.inline import formula, plain, unescape
from analyzer.readers.markup.marks import LinkMark
from analyzer.readers.markup.placeholders import EQUALS, drop_marks, scrub
from analyzer.readers.sniff import readable_name
from analyzer.readers.wikitext.expand import Expander
from analyzer.readers.wikitext.template_text import quotation
from analyzer.readers.wikitext.templates import note, resolve
from analyzer.records import Article

_REDIRECT = re.compile(
    r"\s*#(?:redirect|weiterleitung|redirection|redirección|перенаправление)\s*+:?\s*+\[\[", re.IGNORECASE
)
_DISAMBIGUATION = re.compile(
    r"\{\{\s*(?:[\w ]{0,30}\bdisambig(?:uation)?(?: page| cleanup)?|dab|disamb|hndis|geodis|surname|given name|"
    r"set index article|sia|shipindex|mountain index|chemistry index|begriffsklärung)\s*(?:\||\}\})",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}|simple|[a-z]{2,4}-[a-z-]{1,14}):\S")
_NO_LANGUAGE = frozenset("doi mw bug rev isbn rfc pmid arx w s q b n v d m c mdc tmp".split())
_NAMESPACES = frozenset(
    "file image category media mediafile datei fichier archivo файл категория "
    "kategorie catégorie categoría categoria".split()
)
_LITERAL = str.maketrans({char: f"&#{ord(char)};" for char in "'[]{|/"} | {"<": "&lt;", "=": EQUALS})
_URL = re.compile(r"https?://[^\s\[\]<>\"{}|]+")
_BOLD = re.compile(r"(?<!')'{3,}+([^'\n][^\n]{0,200}?)'''")


def read_wikitext(text: str, **known: Unpack[Known]) -> Article:
    """Return the article that a page's wikitext makes.

    Without a title the first bold words name it, else the best guess (:mod:`analyzer.titles`). Never raises on odd
    markup: what had to be repaired or left out is told in ``Article.notices``.
    """
    source = scrub(text)
    title = known.get("title") or ""
    page = Expander(resolve, _link, _tag, title=title or readable_name(known.get("name") or ""))
    if "&lt;ref" in source and "<" not in source:
        source = unescape(source)
        page.placeholders.note("the wikitext was escaped as in an XML dump: it was unescaped")
    flat = page.expand(source)
    if (pointer := _REDIRECT.match(source)) is not None:
        page.placeholders.note(f"the page only points to {source[pointer.end() :].partition(']')[0].strip()[:200]!r}")
        flat = ""
    builder = Builder(page.placeholders)
    builder.take(BlockReader(flat, page.placeholders).pieces())
    bold = None if title else _BOLD.search(flat[:20_000])
    given: Known = {"format": "wikitext", **known, "bold": drop_marks(plain(bold[1])).strip() if bold else ""}
    return builder.article(page.footnotes.entries, given)


def redirects(text: str) -> bool:
    """Tell whether a page only points to another page."""
    return _REDIRECT.match(text) is not None


def disambiguates(text: str) -> bool:
    """Tell whether a page lists articles of one name: a disambiguation page or a set index."""
    return "{{" in text and _DISAMBIGUATION.search(text) is not None


def _link(page: Expander, parts: list[str]) -> str:
    """Return the words that a wikilink shows; files, categories and language links show none."""
    target = drop_marks(parts[0]).replace(EQUALS, "=")
    if "\n" in target or "[" in target or "{" in target or not target.strip():
        return "[[" + "|".join(parts) + "]]"
    prefix, colon, rest = target.partition(":")
    prefix = prefix.strip().lower()
    if colon and prefix in _NAMESPACES:
        return page.placeholders.keep("".join(parts[1:]))
    if len(parts) > 1:
        return parts[-1] or rest or target
    if colon and prefix not in _NO_LANGUAGE and _LANGUAGE.match(target):
        return ""
    return target.lstrip(":").strip()


def _tag(page: Expander, name: str, attributes: dict[str, str], content: str) -> str:
    if name == "ref":
        inner = page.expand(content) if content else ""
        return note(page, attributes.get("group", ""), attributes.get("name", ""), inner)
    if name == "references":
        page.listing += 1
        page.expand(content)
        page.listing -= 1
        return ""
    if name == "nowiki":  # no sign in it is markup
        return content.translate(_LITERAL)
    if name in ("math", "chem", "ce"):
        return formula(page.placeholders, content)
    if name == "poem":
        return quotation(page.expand(content), "")
    if name in ("section", "includeonly") or "://" not in content:
        return ""
    links = [(url, "") for url in _URL.findall(content)]  # all that is kept of galleries, code and charts
    return page.placeholders.put(LinkMark(links)) if links else ""
