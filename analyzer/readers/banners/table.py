"""The tables of maintenance templates: look a banner or an inline tag up by its id, its template or its words."""

import re
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from msgspec import Struct, convert

from analyzer.lexicons import load_json

MONTHS = "january february march april may june july august september october november december".split()
_NAMESPACE = re.compile(r"^\s*+:?\s*+(?:template|t|msg)\s*+:\s*+", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_]+")
_DASHES = re.compile(" ?(?:[\u2010-\u2015-]|\u00e2\u0080[\u0090-\u009f]) ?")  # of words with single blanks
_DISCUSS = re.compile(r" ?[-:] ?(?:see )?discuss(?:ion)?$")
_DATE_WORDS = re.compile(r"\b(?:(\d{4})-(\d{1,2})|([A-Za-z]{3,9})[\s,_]+(?:\d{1,2}[\s,_]+)?(\d{4}))\b")


class TemplateEntry(Struct, frozen=True, kw_only=True):
    """One maintenance template: what it is called."""

    id: str
    template: str
    family: str
    aliases: tuple[str, ...] = ()
    aliases_unverified: tuple[str, ...] = ()
    policy: str = ""


class BannerEntry(TemplateEntry, frozen=True, kw_only=True):
    """One banner template, with ``patterns`` of its text; which banners claim an issue is told by its scorer.

    ``scope`` is where the template may stand (article, section, lead, talk, html-comment). ``section_form`` is the id
    that the same text has when it speaks of a section.
    """

    scope: str = "article"
    patterns: tuple[str, ...] = ()
    section_form: str | None = None

    def speaks_of_part(self) -> bool:
        """Tell whether the banner speaks of a section or of the lead, whatever its arguments."""
        return self.scope in ("section", "lead") or self.id.startswith("lead-")


class TagEntry(TemplateEntry, frozen=True, kw_only=True):
    """One inline tag template; ``rendered`` are the words in square brackets that readers see.

    ``issues`` are the ids of those it claims; a template without one is ``out_of_scope``.
    """

    issues: tuple[str, ...] = ()
    out_of_scope: bool = False
    rendered: tuple[str, ...] = ()


_Entry = TypeVar("_Entry", BannerEntry, TagEntry)


@cache
def banner_entries() -> tuple[BannerEntry, ...]:
    """Return every banner template of the table, specific patterns before the general ones they contain."""
    return convert(load_json("banners")["banners"], tuple[BannerEntry, ...])


@cache
def tag_entries() -> tuple[TagEntry, ...]:
    """Return every inline tag template of the table."""
    return convert(load_json("inline_tags")["tags"], tuple[TagEntry, ...])


@cache
def entry(banner_id: str) -> BannerEntry | None:
    """Return the banner with this id, or None."""
    return next((found for found in banner_entries() if found.id == banner_id), None)


def by_template(name: str) -> BannerEntry | None:
    """Return the banner that a template name or redirect stands for, or None.

    Names are read as MediaWiki reads them: a ``Template:`` prefix, underscores and the case of the first letter do not
    matter. A name that differs in other capitals is accepted too where it is not ambiguous.
    """
    return _look_up(banner_entries, name)


def tag_by_template(name: str) -> TagEntry | None:
    """Return the inline tag that a template name or redirect stands for, or None; names as in :func:`by_template`."""
    return _look_up(tag_entries, name)


def tag_by_words(rendered: str) -> str | None:
    """Return the tag id for the words in square brackets, or None; "astronomy citation needed" is "citation needed"."""
    words = tag_words(rendered.strip("[]"))
    general = {" citation needed": "citation-needed", " source needed": "better-source"}
    return _tag_ids().get(words) or next((tag for ending, tag in general.items() if words.endswith(ending)), None)


def tag_words(rendered: str) -> str:
    """Return the words of a rendered tag in one form: lower case, single blanks, plain hyphens, no "discuss"."""
    words = _BLANKS.sub(" ", rendered.replace("\u00ad", "")).strip().lower()
    return _DISCUSS.sub("", _DASHES.sub("-", words)).strip()


def month_of(text: str) -> str | None:
    """Return the ``YYYY-MM`` of a maintenance date ("May 2019", "2019-05", "5 May 2019"), or None."""
    m = _DATE_WORDS.search(text)
    if m is None:
        return None
    return month(m[3], m[4]) if m[3] else f"{m[1]}-{int(m[2]):02d}" if 1 <= int(m[2]) <= 12 else None


def month(name: str, year: str) -> str | None:
    """Return ``YYYY-MM`` of an English month name, whole or shortened, and a year."""
    start = name[:3].lower()
    return next((f"{year}-{number:02d}" for number, full in enumerate(MONTHS, 1) if full[:3] == start), None)


def canonical(name: str) -> str:
    """Return a template name as MediaWiki stores it: no prefix, blanks for underscores, first letter a capital."""
    bare = _BLANKS.sub(" ", _NAMESPACE.sub("", name)).strip()
    return bare[:1].upper() + bare[1:]


def _look_up(entries: Callable[[], tuple[_Entry, ...]], name: str) -> _Entry | None:
    names: dict[str, _Entry] = _names(entries)
    key = canonical(name)
    base = key.split("/")[0]  # "Globalize/Norway" is a form of "Globalize"
    return names.get(key) or names.get(key.casefold()) or (names.get(base) if base else None)


@cache
def _names(entries: Callable[[], tuple[_Entry, ...]]) -> dict[str, _Entry]:
    """Return exact names, then case-folded ones; the template's own name wins over redirects, those over guesses."""
    names: dict[str, _Entry] = {}
    for rank in range(3):
        for found in entries():
            for name in ((found.template,), found.aliases, found.aliases_unverified)[rank]:
                names.setdefault(canonical(name), found)
    folded: dict[str, _Entry | None] = {}
    for name, found in names.items():
        folded[name.casefold()] = found if folded.get(name.casefold(), found) is found else None
    for name, maybe in folded.items():
        if maybe is not None:
            names.setdefault(name, maybe)
    return names


@cache
def _tag_ids() -> dict[str, str]:
    """Return tag ids by the words that readers see; where two tags share words, the first counts."""
    return {tag_words(words): found.id for found in reversed(tag_entries()) for words in reversed(found.rendered)}
