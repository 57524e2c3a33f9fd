"""A page's HTML tree: which part holds the article, what the page says of itself, and what is no part of the text."""

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from analyzer.lexicons import load_patterns
from analyzer.readers.markup.builder import Known

_ROOTS = (
    ".mw-parser-output", "#mw-content-text", "#bodyContent", "[itemprop=articleBody]", "article", "main", "#content",
    "[role=main]",
)  # fmt: skip
_TITLE_SIGNS = ("firstheading", "first-heading", "page-title-main", "section_0")
_SITE = re.compile(r" [-–—|] (?:Wikipedia\b.*|[^-–—|]{2,40}$)")  # of words with single blanks
_REVISION = re.compile(r'(?:"wgRevisionId":|/revision/)(\d+)')
_WIKIMEDIA = re.compile(
    r"(?:^|\.)(?:wikipedia|wikimedia|wiktionary|wikidata|wikibooks|wikiquote|wikisource|wikiversity|wikinews|wikivoyage|"
    r"mediawiki|wikimediafoundation)\.org$"
)
MAX_ADDRESS = 4000
SILENT = "style, script, noscript, template, head, link, meta, iframe, svg, object, audio, video, form, button, select"
_HIDDEN = '[hidden], [style*="display:none"], [style*="display: none"]'
# Matter on the page that is no prose: navigation, notes above the text, captions, boxes at the side.
_FURNITURE = ", ".join(load_patterns("page_furniture", "element"))


def attribute(node: LexborNode | None, name: str) -> str:
    """Return an attribute of an element; empty where either is missing."""
    return node.attributes.get(name) or "" if node is not None else ""


def words_of(node: LexborNode) -> str:
    """Return the text of an element with single blanks."""
    return " ".join(node.text().split())


def facts_of(tree: LexborHTMLParser, html: str) -> tuple[Known, str]:
    """Return title, language and revision of a page, and its host; blanks where it is silent."""
    revision = _REVISION.search(html[:20_000])
    speaking = (tree.body, tree.css_first("#mw-content-text"), tree.css_first("html"))
    language = next((told for node in speaking if (told := attribute(node, "lang").strip())), "en")
    own = tree.head.css('link[rel=canonical], base, meta[property="og:url"]') if tree.head is not None else ()
    named = (attribute(node, "href") or attribute(node, "content") for node in own)
    host = next(filter(None, map(split_host, named)), "")
    known: Known = {"marked": _title(tree), "language": language.split("-")[0] or "en"}
    return known | {"revision": revision[1] if revision else None}, host


def _title(tree: LexborHTMLParser) -> str:
    """Return the page's heading, or its title without the name of the site."""
    first = ""
    for node in tree.css("h1, .mw-page-title-main"):
        marks = f"{attribute(node, 'id')} {attribute(node, 'class')}".lower()
        text = words_of(node)
        if text and any(sign in marks for sign in _TITLE_SIGNS):
            return text
        first = first or text
    named = tree.head.css_first("title") if tree.head is not None else None
    return first or (_SITE.sub("", words_of(named)) if named is not None else "")


def split_host(url: str) -> str:
    """Return the host of an address in small letters; empty where it has none or cannot be read."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def address_of(link: LexborNode, host: str) -> str | None:
    """Return the address of a link that leads out of the wiki, by its class where it has one that says so, or None."""
    marks = f"{attribute(link, 'class')} {attribute(link, 'rel')}"
    url = attribute(link, "href")
    if "external" in marks or "mw:ExtLink" in marks:
        external = "mw:WikiLink" not in marks
    elif "extiw" in marks or "mw:WikiLink" in marks or not url.startswith(("http://", "https://", "//")):
        external = False
    else:
        target = split_host(url)
        external = bool(target) and target != host and _WIKIMEDIA.search(target) is None
    if not external:
        return None
    return "https:" + url if url.startswith("//") else url


def external_links(node: LexborNode, host: str) -> list[tuple[str, str]]:
    """Return address and text of the links in a node that lead out of the wiki."""
    found = ((address_of(link, host), link) for link in node.css('a[href*="//"]'))
    return [(url, words_of(link)) for url, link in found if url is not None and len(url) < MAX_ADDRESS]


def article_root(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that holds the article's text: of several, the one that says most."""
    body = tree.body
    if body is not None and "mw-parser-output" in attribute(body, "class"):
        return body
    for selector in _ROOTS:
        found = [(len(text), node) for node in outermost(tree.css(selector)) if (text := node.text()).strip()]
        if found:
            return max(found, key=lambda pair: pair[0])[1]
    return body


def select(root: LexborNode, selector: str) -> list[LexborNode]:
    """Return the elements of a selector, each once (the engine gives one for each part that matches), in order."""
    return list({node.mem_id: node for node in root.css(selector)}.values())


def drop(root: LexborNode, selector: str) -> None:
    """Remove the outermost elements that a selector names."""
    for node in outermost(root.css(selector)):
        node.decompose()


def drop_furniture(root: LexborNode) -> None:
    """Remove navigation, captions, notes above the text and what is hidden."""
    drop(root, _FURNITURE)
    for node in outermost([node for node in root.css(_HIDDEN) if node.tag != "section"]):
        node.decompose()


def outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Return the nodes that lie in no other of the list, outer ones first; every ancestor is looked at just once."""
    kept: list[LexborNode] = []
    inside: dict[int, bool] = {}
    for node in nodes:
        if node.mem_id in inside:  # the engine returns an element once for each part of a selector that matches it
            continue
        chain = []
        parent = node.parent
        while parent is not None and parent.mem_id not in inside:
            chain.append(parent.mem_id)
            parent = parent.parent
        within = parent is not None and inside[parent.mem_id]
        inside.update(dict.fromkeys(chain, within))
        if not within:
            kept.append(node)
        inside[node.mem_id] = True
    return kept
