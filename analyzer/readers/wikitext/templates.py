"""What each template of a page turns into: a banner, an inline tag, a footnote, a quotation, words, or nothing."""

import re
from collections.abc import Callable
from functools import lru_cache

from analyzer.readers.banners.table import BannerEntry, TagEntry, by_template, month_of, tag_by_template
from analyzer.readers.markup.marks import BannerMark, CitationMark, LinkMark, TagMark
from analyzer.readers.markup.placeholders import drop_marks
from analyzer.readers.wikitext.amounts import Arguments, number
from analyzer.readers.wikitext.expand import Expander
from analyzer.readers.wikitext.template_text import arguments_of, citation, positional, rules, short_note, text_of
from analyzer.vocabulary import BannerScope

Rule = Callable[[Expander, list[str]], str]
_NAMESPACE = re.compile(r"^\s*(?:(?:subst|safesubst|msg|msgnw|raw)\s*:\s*)?(?:template\s*:\s*)?", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_]+")
_URL = re.compile(r"(?:https?:)?//[^\s\[\]<>\"{}|\ufdd0-\ufddf]+")
_INFOBOX = re.compile(r"infobox|taxobox|speciesbox|chembox|drugbox|geobox|starbox|planetbox|^protein$|^enzyme$")
_SECTION_WORDS = frozenset("section sect sec subsection s list table paragraph".split())
_PAGE_NAMES = frozenset("pagename fullpagename basepagename subpagename article".split())
_YES = frozenset("y yes true 1 on".split())
_SPANNED = re.compile(r"\b(?:span|range)$|-span$")
_FUNCTION = re.compile(
    r"^\s*(#\w+|lc|uc|lcfirst|ucfirst|formatnum|defaultsort|displaytitle|padleft|fullurl|urlencode)\s*:", re.IGNORECASE
)


def resolve(page: Expander, parts: list[str]) -> str:
    """Return the flat text that stands for a template call; ``parts[0]`` is the name."""
    name = parts[0]
    return (_rule if len(name) < 120 else _rule.__wrapped__)(name)(page, parts)


@lru_cache(maxsize=8192)
def _rule(name: str) -> Rule:
    """Return the rule of a template name; banners and tags go before all else."""
    if _FUNCTION.match(name):
        return _parser_function
    bare = _NAMESPACE.sub("", drop_marks(name)).strip()
    key = _BLANKS.sub(" ", bare).strip().lower()
    banner, tag, shown = by_template(bare), tag_by_template(bare), _shown_rule(key)
    if banner is not None:
        claim = _banner_rule(banner)
    elif tag is not None:
        claim = _tag_rule(tag, spanned=bool(_SPANNED.search(key)))
    else:
        return shown or _dropped_rule(key)
    if shown is None:
        return claim
    # A name with two meanings: {{ISBN|0-19-...}} is a number, {{ISBN|date=...}} a complaint.
    return lambda page, parts: (shown if positional(arguments_of(parts)) else claim)(page, parts)


def _banner_rule(entry: BannerEntry) -> Rule:
    """Return the rule that puts a banner where the template stands; a container also brings its children."""

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        first = _plain_word(arguments.get("1", ""))
        in_section = first in _SECTION_WORDS or _plain_word(arguments.get("section", "")) in _YES
        scope: BannerScope = "section" if in_section or entry.speaks_of_part() else "article"
        date = month_of(arguments.get("date", ""))
        written = "{{" + "|".join(part.strip() for part in parts) + "}}"
        children = page.placeholders.keep("".join(parts[1:]))
        mark = page.placeholders.put(BannerMark(entry, date, scope, drop_marks(written)[:300]))
        if entry.family != "container":
            return mark + children
        for child in page.placeholders.of_kind(children, BannerMark) if in_section else ():
            child.scope = "section"
        return mark + children + _old_children(page, arguments, scope)

    return rule


def _old_children(page: Expander, arguments: Arguments, scope: BannerScope) -> str:
    """Return the banners of the old form ``{{multiple issues|advert=May 2010|POV=June 2011}}``."""
    found = ""
    for name, value in arguments.items():
        if not name.isdigit() and (date := month_of(value)) and (entry := by_template(name)) is not None:
            text = f"{{{{{entry.template}|date={value}}}}}"
            found += page.placeholders.put(BannerMark(entry, date, scope, drop_marks(text)))
    return found


def _plain_word(text: str) -> str:
    return drop_marks(text).strip().lower()


def _tag_rule(entry: TagEntry, *, spanned: bool) -> Rule:
    """Return the rule that shows an inline tag as readers see it: ``[citation needed]``."""
    shown = f"[{entry.rendered[0] if entry.rendered else entry.template.lower()}]"

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        before = (arguments.get("1") or arguments.get("text") or "") if spanned else ""
        return before + page.placeholders.put(TagMark(entry.id, month_of(arguments.get("date", "")), shown))

    return rule


def _shown_rule(key: str) -> Rule | None:
    """Return the rule for a template that writes a footnote, a source or words of prose, by its name or the table."""
    kind, _, group = rules().get(key, "").partition(":")
    if key.startswith(("cite ", "citation")):
        kind = "cite"
    if kind == "cite":
        return lambda page, parts: citation(page.placeholders, key, arguments_of(parts))
    if kind == "short note":
        return lambda page, parts: note(page, "", *short_note(arguments_of(parts)))
    if kind in ("note", "reuse"):
        return _note_rule(group) if kind == "note" else _reuse
    shown = text_of(key)
    return None if shown is None else lambda page, parts: shown(arguments_of(parts))


def _note_rule(usual: str) -> Rule:
    """Return the rule of a template that writes a footnote, in the usual group unless it names one."""

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        content = arguments.get("1") or arguments.get("text") or arguments.get("reference") or ""
        return note(page, arguments.get("group") or usual, arguments.get("name", ""), content)

    return rule


def note(page: Expander, group: str, name: str, content: str) -> str:
    """Return the marker of a footnote; within a reference list, take its content and show nothing."""
    group, name = group.strip(" \"'"), name.strip(" \"'")
    if page.listing:
        page.footnotes.define(group, name, content)
        return ""
    return page.placeholders.put(CitationMark(page.footnotes.use(group, name, content)))


def _reuse(page: Expander, parts: list[str]) -> str:
    arguments = arguments_of(parts)
    group = arguments.get("group") or arguments.get("g") or ""
    return "".join(note(page, group, name, "") for name in positional(arguments))


def _dropped_rule(key: str) -> Rule:
    """Return the rule for matter that is no prose: only its banners and external links are kept."""
    place = "infobox" if _INFOBOX.search(key) else None

    def rule(page: Expander, parts: list[str]) -> str:
        if key in _PAGE_NAMES and len(parts) == 1:
            return page.title
        if not place and len(parts) > 2 and (cited := _cited(arguments_of(parts))):
            return citation(page.placeholders, key, cited)
        whole = "|".join(parts[1:])
        kept = page.placeholders.keep(whole)
        links = [(url, "") for url in _URL.findall(whole) if "://" in url] if "://" in whole else []
        return kept + page.placeholders.put(LinkMark(links, place)) if links else kept

    return rule


def _cited(arguments: Arguments) -> Arguments | None:
    """Return the arguments of a template that names a source (in English or German), whatever it is called."""
    small = {name.lower(): value for name, value in arguments.items()}
    german = {"title": "titel", "author": "autor", "work": "werk", "date": "datum"}
    read = {name: small.get(name) or small.get(other, "") for name, other in german.items()}
    url = small.get("url")
    return {**small, **read} if read["title"] and url and "//" in url[:10] else None


def _parser_function(page: Expander, parts: list[str]) -> str:
    """Return what the parser functions that occur in articles give; those that need the wiki give nothing."""
    name, _, first = parts[0].partition(":")
    name, first, rest = name.strip().lower(), first.strip(), parts[1:]
    if name == "#tag":  # {{#tag:ref|content|name=x}}
        named = {key.lower(): value.strip(" \"'") for key, value in arguments_of(["", *rest[1:]]).items()}
        return page.tag(page, first.lower(), named, rest[0] if rest else "")
    if name == "#if":
        return "".join(rest[0:1] if first else rest[1:2]).strip()
    if name == "#ifeq":
        return "".join(rest[1:2] if rest and first == rest[0].strip() else rest[2:3]).strip()
    if name in ("lc", "uc"):
        return first.lower() if name == "lc" else first.upper()
    if name in ("lcfirst", "ucfirst"):
        return (first[:1].lower() if name == "lcfirst" else first[:1].upper()) + first[1:]
    if name == "formatnum":
        return number(name, [first] if first else [], {})
    return page.placeholders.keep("".join(rest))
