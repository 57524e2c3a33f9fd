"""What each template of a page turns into: a banner, an inline tag, a footnote, a quotation, words, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from analyzer.readers.banners.table import BannerEntry, TagEntry, by_template, tag_by_template
from analyzer.readers.markup.placeholders import BannerMark, CitationMark, LinkMark, TagMark, drop_marks
from analyzer.readers.markup.template_text import FUNCTIONS, month_of, positional, rules
from analyzer.readers.wikitext.cites import citation, short_note
from analyzer.readers.wikitext.expand import Expander, arguments_of, quotation
from analyzer.readers.wikitext.functions import is_function, parser_function

Rule = Callable[[Expander, list[str]], str]
_NAMESPACE = re.compile(r"^\s*(?:(?:subst|safesubst|msg|msgnw|raw)\s*:\s*)?(?:template\s*:\s*)?", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_]+")
_URL = re.compile(r"(?:https?:)?//[^\s\[\]<>\"{}|\ufdd0-\ufddf]+")
_INFOBOX = re.compile(r"infobox|taxobox|speciesbox|chembox|drugbox|geobox|starbox|planetbox|^protein$|^enzyme$")
_NOTE_GROUPS = {
    "efn": "lower-alpha", "efn-la": "lower-alpha", "notetag": "lower-alpha", "cref2": "lower-alpha",
    "efn-ua": "upper-alpha", "efn-lr": "lower-roman", "efn-ur": "upper-roman", "efn-lg": "lower-greek",
    "efn-num": "", "refn": "", "note label": "note",
}  # fmt: skip
_SECTION_WORDS = frozenset("section sect sec subsection s list table paragraph".split())
_PAGE_NAMES = {"pagename": str, "fullpagename": str, "basepagename": str, "subpagename": str, "article": str}
_YES = frozenset("y yes true 1 on".split())
_SPANNED = re.compile(r"\b(?:span|range)$|-span$")


def resolve(page: Expander, parts: list[str]) -> str:
    """Return the flat text that stands for a template call; ``parts[0]`` is the name."""
    name = parts[0]
    rule = _known(name) if len(name) < 120 else _find(name)
    return rule(page, parts)


@lru_cache(maxsize=8192)
def _known(name: str) -> Rule:
    return _find(name)


def key_of(name: str) -> str:
    """Return a template name in lower case, without namespace and underscores."""
    return _BLANKS.sub(" ", _NAMESPACE.sub("", drop_marks(name))).strip().lower()


def _find(name: str) -> Rule:
    """Return the rule of a template name; banners and tags go before all else."""
    if is_function(name):
        return parser_function
    bare = _NAMESPACE.sub("", drop_marks(name)).strip()
    key = _BLANKS.sub(" ", bare).strip().lower()
    banner, tag, shown = by_template(bare), tag_by_template(bare), _footnote_rule(key) or _text_rule(key)
    if banner is not None:
        claim = _banner_rule(banner)
    elif tag is not None:
        claim = _tag_rule(tag, spanned=bool(_SPANNED.search(key)))
    else:
        return shown or _dropped_rule(key)
    return _either(shown, claim) if shown else claim


def _either(shown: Rule, claim: Rule) -> Rule:
    """Return the rule of a name with two meanings: {{ISBN|0-19-...}} is a number, {{ISBN|date=...}} a complaint."""

    def rule(page: Expander, parts: list[str]) -> str:
        return shown(page, parts) if positional(arguments_of(parts)) else claim(page, parts)

    return rule


# -- banners and tags --------------------------------------------------------------------------------------------------


def _banner_rule(entry: BannerEntry) -> Rule:
    """Return the rule that puts a banner where the template stands; a container also brings its children."""
    container = entry.family == "container"

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        first = _plain_word(arguments.get("1", ""))
        in_section = first in _SECTION_WORDS or _plain_word(arguments.get("section", "")) in _YES
        scope = "section" if in_section or speaks_of_part(entry) else "article"
        children = page.ledger.keep("".join(parts[1:]))
        mark = page.ledger.put(
            BannerMark(
                id=entry.id,
                issue=entry.family,
                date=month_of(arguments.get("date", "")) if "date" in arguments else None,
                scope=scope,
                template=entry.template,
                text=drop_marks("{{" + "|".join(part.strip() for part in parts) + "}}")[:300],
            )
        )
        if not container:
            return mark + children
        if in_section:
            for child in page.ledger.found(children):
                if isinstance(child, BannerMark):
                    child.scope = "section"
        return mark + children + _old_children(page, arguments, scope)

    return rule


def _old_children(page: Expander, arguments: dict[str, str], scope: str) -> str:
    """Return the banners of the old form ``{{multiple issues|advert=May 2010|POV=June 2011}}``."""
    found = ""
    for name, value in arguments.items():
        if name.isdigit() or not (date := month_of(value)):
            continue
        if (entry := by_template(name)) is not None:
            text = f"{{{{{entry.template}|date={value}}}}}"
            found += page.ledger.put(BannerMark(entry.id, entry.family, date, scope, entry.template, drop_marks(text)))
    return found


def speaks_of_part(entry: BannerEntry) -> bool:
    """Tell whether a banner speaks of a section or of the lead, whatever its arguments."""
    return entry.scope in ("section", "lead") or entry.id.startswith("lead-")


def _plain_word(text: str) -> str:
    return drop_marks(text).strip().lower()


def _tag_rule(entry: TagEntry, *, spanned: bool) -> Rule:
    """Return the rule that shows an inline tag as readers see it: ``[citation needed]``."""
    shown = f"[{entry.rendered[0] if entry.rendered else entry.template.lower()}]"

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        before = (arguments.get("1") or arguments.get("text") or "") if spanned else ""
        return before + page.ledger.put(TagMark(entry.id, month_of(arguments.get("date", "")), shown))

    return rule


# -- footnotes ---------------------------------------------------------------------------------------------------------


def _footnote_rule(key: str) -> Rule | None:
    if key in _NOTE_GROUPS:
        return _note_template
    if key in ("sfn", "sfnp", "sfnm", "sfnmp", "harvard citation footnote", "shortened footnote"):
        return _short_footnote
    if key in ("r", "ref name", "refname"):
        return _reuse
    if key.startswith(("cite ", "citation")) or key in (
        "vcite web",
        "vcite book",
        "vcite journal",
        "cite",
        "vancite web",
    ):
        return _citation
    return None


def _note_template(page: Expander, parts: list[str]) -> str:
    arguments = arguments_of(parts)
    group = arguments.get("group") or _NOTE_GROUPS[key_of(parts[0])]
    content = arguments.get("1") or arguments.get("text") or arguments.get("reference") or ""
    return note(page, group.strip(), arguments.get("name", ""), content)


def note(page: Expander, group: str, name: str, content: str) -> str:
    """Return the marker of a footnote; within a reference list, take its content and show nothing."""
    group, name = group.strip(" \"'"), name.strip(" \"'")
    if page.listing:
        page.notes.define(group, name, content)
        return ""
    label = page.notes.use(group, name, content)
    return page.ledger.put(CitationMark(label))


def _short_footnote(page: Expander, parts: list[str]) -> str:
    name, text = short_note(arguments_of(parts))
    return note(page, "", name, text)


def _reuse(page: Expander, parts: list[str]) -> str:
    arguments = arguments_of(parts)
    group = arguments.get("group") or arguments.get("g") or ""
    return "".join(note(page, group, name, "") for name in positional(arguments))


def _citation(page: Expander, parts: list[str]) -> str:
    return citation(page.ledger, key_of(parts[0]), arguments_of(parts))


# -- words -------------------------------------------------------------------------------------------------------------


def _text_rule(key: str) -> Rule | None:
    """Return the rule for a template whose text belongs to the prose, by the table of such templates."""
    rule = rules().get(key)
    if rule is None:
        if key.startswith(("lang-", "lang ")):
            return lambda page, parts: arguments_of(parts).get("1", "")
        return None
    kind, _, rest = rule.partition(":")
    if kind == "text":
        return lambda page, parts: rest
    if kind == "arg":
        return _argument_rule(int(rest))
    if kind == "quote":
        return _quote
    if kind == "fn":
        function = FUNCTIONS[rest]
        return lambda page, parts: function(key, arguments_of(parts))
    if kind == "drop":
        return _dropped_rule(key)
    return _shape_rule(kind, rest)


def _argument_rule(number: int) -> Rule:
    """Return the rule that shows one argument; ``text=`` or the first one where it is missing."""

    def rule(page: Expander, parts: list[str]) -> str:
        arguments = arguments_of(parts)
        return arguments.get(str(number)) or arguments.get("text") or arguments.get("1") or ""

    return rule


def _shape_rule(kind: str, rest: str) -> Rule:
    """Return the rules that put several arguments together."""
    if kind == "join":
        return lambda page, parts: rest.join(positional(arguments_of(parts)))
    if kind == "last":
        return lambda page, parts: (positional(arguments_of(parts)) or [""])[-1]
    if kind == "block":
        return lambda page, parts: f"\n{arguments_of(parts).get(rest, '')}\n"
    return lambda page, parts: rest + arguments_of(parts).get("1", "")  # prefix


def _quote(page: Expander, parts: list[str]) -> str:
    """Return the quotation of a quotation template with its speaker."""
    arguments = arguments_of(parts)
    text = arguments.get("text") or arguments.get("quote") or arguments.get("quotetext") or arguments.get("1") or ""
    named = (arguments.get(name, "") for name in ("author", "sign", "by", "speaker", "2", "source", "3", "title"))
    speaker = next((value.strip() for value in named if value.strip()), "")
    if len(parts) > 2 and not speaker and arguments.get("4"):  # {{cquote|text|20px|20px|author|source}}
        speaker = arguments["4"].strip()
    if "px" in speaker[-3:]:
        speaker = (arguments.get("4") or "").strip()
    return quotation(text, speaker.replace("\n", " "))


# -- the rest ----------------------------------------------------------------------------------------------------------


def _dropped_rule(key: str) -> Rule:
    """Return the rule for matter that is no prose: only its banners and external links are kept."""
    place = "infobox" if _INFOBOX.search(key) else None

    def rule(page: Expander, parts: list[str]) -> str:
        if key in _PAGE_NAMES and len(parts) == 1:
            return page.title
        if not place and len(parts) > 2 and (cited := _cited(arguments_of(parts))):
            return citation(page.ledger, key, cited)
        whole = "|".join(parts[1:])
        kept = page.ledger.keep(whole)
        links = [(url, "") for url in _URL.findall(whole) if "://" in url] if "://" in whole else []
        return kept + page.ledger.put(LinkMark(links, place)) if links else kept

    return rule


def _cited(arguments: dict[str, str]) -> dict[str, str] | None:
    """Return the arguments of a template that names a source (in English or German), whatever it is called."""
    small = {name.lower(): value for name, value in arguments.items()}
    title, url = small.get("title") or small.get("titel"), small.get("url")
    if not title or not url or "//" not in url[:10]:
        return None
    author, work = small.get("author") or small.get("autor", ""), small.get("work") or small.get("werk", "")
    return {
        **small,
        "title": title,
        "author": author,
        "work": work,
        "date": small.get("date") or small.get("datum", ""),
    }
