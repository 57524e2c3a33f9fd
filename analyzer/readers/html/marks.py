"""Banners, reference markers, inline tags, formulas and links of an HTML page, each replaced by its placeholder."""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from selectolax.lexbor import LexborNode

from analyzer.readers.banners.detect import find_banners
from analyzer.readers.banners.table import BannerEntry, by_template, entry, month_of, tag_by_words
from analyzer.readers.html.dom import MAX_ADDRESS, address_of, attribute, external_links, outermost, select, words_of
from analyzer.readers.markup.inline import formula
from analyzer.readers.markup.marks import BannerMark, CitationMark, LinkMark, TagMark
from analyzer.readers.markup.placeholders import BLOCK_CLOSE, BLOCK_OPEN, Footnote, Placeholders, drop_marks, label_of
from analyzer.vocabulary import BannerScope

_BOXES = "table.ambox, div.ambox, table[class*=box-], div[class*=box-]"
_SIGNED = re.compile(f"{BLOCK_OPEN}b[^{BLOCK_OPEN}{BLOCK_CLOSE}]*{BLOCK_CLOSE}")
_BOX_CLASS = re.compile(r"(?:^|\s)box-(\S+)")
_AMBOX_CLASS = re.compile(r"(?:^|\s)ambox-(\S+)")
_KINDS = frozenset("content style notice move protection serious delete speedy growth unlabelled convert".split())
_TRANSCLUDED = re.compile(r'"target":\{"wt":"([^"\\]{1,80})"')
_THIS_SECTION = re.compile(r"\b(?:this|the following|these) (?:[\w\"“”]+ ){0,3}(?:sub)?section", re.IGNORECASE)
_THIS_ARTICLE = re.compile(r"\b(?:article|biography|page|list|sources?|references?|title)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\[ ?([^\[\]]{1,40}?) ?\]$")  # of words with single blanks
_NOTE_STYLE = re.compile(r"(lower-alpha|upper-alpha|lower-roman|upper-roman|lower-greek|decimal) (\d{1,5})")
_INFOBOX = re.compile(r"infobox|vcard|taxobox|biota|sidebar")
_COINS = re.compile(r"[?&]rft\.(jtitle|pub)=([^&]{1,300})")
_NOTE_ITEMS = "li[id*=cite_note], ol.references > li, li[id^=endnote]"


@dataclass(slots=True)
class PageMarks:
    """What was found on a page so far: marks in the placeholders, footnotes by the id of their list entry."""

    placeholders: Placeholders
    host: str
    labels: dict[str, str] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)

    def banners(self, root: LexborNode) -> None:
        """Replace message boxes by the banners they are; boxes that are no banner of the table are dropped."""
        kinds = ((node, attribute(node, "class")) for node in select(root, _BOXES))
        boxes = [node for node, kind in kinds if "ambox" in kind or _BOX_CLASS.search(kind)]
        for node in reversed(boxes):  # inner boxes first, so that a container's own text is what is left of it
            self._banner(node)

    def _banner(self, node: LexborNode) -> None:
        for part in node.css(".mbox-image, .mbox-imageright, .ambox-learn-more, .verbose"):
            part.decompose()
        whole = node.text(separator="\ufdda")
        inner = "".join(_SIGNED.findall(whole))
        text = " ".join(drop_marks(_SIGNED.sub("", whole)).replace("\ufdda", "").split())
        text = re.sub(r" ([.,;])", r"\1", text)
        found = _entry_of(node, text)
        if found is None:
            node.replace_with(inner) if inner else node.decompose()
            return
        shown = text[:1000]
        mark = BannerMark(found, month_of(_date_of(node, text)), _scope_of(found, text), shown, shown)
        node.replace_with(self._block(mark) + inner)

    def _block(self, mark: BannerMark) -> str:
        return f"{BLOCK_OPEN}b{self.placeholders.put(mark)}{BLOCK_CLOSE}"

    def tables(self, root: LexborNode) -> None:
        """Replace tables by the links and banners they hold, save those that only lay out a page's text."""
        for table in outermost(root.css("table, .infobox")):
            kind = attribute(table, "class")
            if not kind and len(table.css("p")) > 1 and len(table.text()) > 1500:
                continue
            links = external_links(table, self.host)
            kept = self.placeholders.put(LinkMark(links, "infobox" if _INFOBOX.search(kind) else None)) if links else ""
            table.replace_with(kept + ("" if kind else self._banner_texts(table.text(separator=" "))))

    def _banner_texts(self, text: str) -> str:
        """Return the placeholders of banners in a box that a copy has stripped of its class."""
        words = " ".join(drop_marks(text)[:3000].split())
        marks = ""
        for banner in find_banners(words) if "rticle" in words or "ection" in words else ():
            if (found := entry(banner.id)) is not None:
                marks += self._block(BannerMark(found, banner.date, banner.scope, banner.text, banner.text))
        return marks

    def markers(self, root: LexborNode) -> None:
        """Replace reference markers by citations, and count the uses of each footnote."""
        for selector in ("sup.reference, .mw-ref", 'a[href*="#cite_note"], a[href*="#endnote"]'):
            for node in outermost(root.css(selector)):
                self._marker(node)

    def _marker(self, node: LexborNode) -> None:
        text = drop_marks(words_of(node))
        m = _BRACKETS.match(text)
        link = node if node.tag == "a" else node.css_first("a")
        target = attribute(link, "href").partition("#")[2]
        label = m[1] if m else text if text.isdigit() else ""
        if not label:
            node.replace_with("")  # ":23", the page in a source that was cited just before
            return
        if styled := _NOTE_STYLE.fullmatch(label):
            label = label_of(styled[1], int(styled[2]))
        if target:
            note_id = unquote(target)
            self.labels.setdefault(note_id, label)
            self.uses[note_id] += 1
        node.replace_with(self.placeholders.put(CitationMark(label)))

    def tags(self, root: LexborNode) -> None:
        """Replace inline tags by their placeholders; what looks like one and is none of the table is dropped."""
        for node in outermost(root.css(".Inline-Template, .Template-Fact, .inline-template")):
            words = words_of(node)
            text = drop_marks(words)
            tag_id = tag_by_words(text)
            if tag_id is None or not text.startswith("["):
                node.replace_with("" if text.startswith("[") else words)
                continue
            date = month_of(attribute(node.css_first("[title*=' 20']"), "title"))
            node.replace_with(self.placeholders.put(TagMark(tag_id, date, text)))

    def formulas(self, root: LexborNode) -> None:
        """Replace formulas by their words."""
        for node in outermost(root.css(".mwe-math-element")):
            source = node.css_first("math[alttext]")
            image = node.css_first("img[alt]") if source is None else None
            tex = attribute(source, "alttext") or (node.text() if image is None else attribute(image, "alt"))
            node.replace_with(formula(self.placeholders, tex))

    def links(self, root: LexborNode) -> None:
        """Put the placeholder of each link that leads out of the wiki before its words; bare numbers are dropped."""
        for node in root.css('a[href*="//"]'):
            url = address_of(node, self.host)
            if url is None:
                continue
            if len(url) < MAX_ADDRESS:
                node.insert_before(self.placeholders.put(LinkMark([(url, " ".join(drop_marks(node.text()).split()))])))
            if "autonumber" in attribute(node, "class"):
                node.decompose()

    def footnotes(self, root: LexborNode) -> list[Footnote]:
        """Return the entries of the reference lists in order."""
        entries = []
        for count, item in enumerate(outermost(root.css(_NOTE_ITEMS)), 1):
            note_id = attribute(item, "id")
            label = self.labels.get(note_id) or (str(count) if not self.labels else None)
            for part in item.css(".mw-cite-backlink, .cite-accessibility-label"):
                part.decompose()
            body = item.css_first(".reference-text, .mw-reference-text") or item
            entry = Footnote(group="", name=note_id, label=label, uses=self.uses.get(note_id, 0))
            entry.urls = tuple(url for url, _ in external_links(body, self.host))
            coins = {m[1]: unquote_plus(m[2]) for m in _COINS.finditer(attribute(body.css_first(".Z3988"), "title"))}
            entry.work, entry.publisher = coins.get("jtitle"), coins.get("pub")
            shown = self.placeholders.with_tags(body.text(), " ", repeated=False)
            entry.text = " ".join(shown.split()).lstrip("^ ")
            entries.append(entry)
        return entries


def _entry_of(node: LexborNode, text: str) -> BannerEntry | None:
    """Return the banner of a box: by its ``box-`` class, its transclusion, its words, or its older class."""
    kinds = attribute(node, "class")
    if m := _BOX_CLASS.search(kinds):
        return by_template(m[1].replace("&#95;", "_").replace("_", " "))
    named = _TRANSCLUDED.search(attribute(node, "data-mw"))
    if named and (found := by_template(named[1])) is not None:
        return found
    for banner in find_banners(text):
        return by_template(banner.template or "")
    older = (kind for kind in _AMBOX_CLASS.findall(kinds) if kind.lower() not in _KINDS)
    return next((found for kind in older if (found := by_template(kind.replace("_", " ")))), None)


def _date_of(node: LexborNode, text: str) -> str:
    dated = node.css_first(".date, .date-container")
    if dated is not None and (shown := dated.text().strip()):
        return shown
    return " ".join(re.findall(r"\(\s*(\w{3,9} \d{4})\s*\)", text)[:1])


def _scope_of(entry: BannerEntry, text: str) -> BannerScope:
    if entry.speaks_of_part() or _THIS_SECTION.search(text):
        return "section"
    return "article" if entry.scope == "article" and _THIS_ARTICLE.search(text) else "unknown"
