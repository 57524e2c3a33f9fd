"""The tables of maintenance templates: look a banner or an inline tag up by its id, its template or its words."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct

from analyzer.lexicons import load_json

_NAMESPACE = re.compile(r"^\s*:?\s*(?:template|t|msg)\s*:\s*", re.IGNORECASE)
_BLANKS = re.compile(r"[\s_]+")
_T = TypeVar("_T")


class BannerEntry(Struct, frozen=True, kw_only=True):
    """One banner template: what it is called, what it claims and how its text reads.

    ``issues`` are ids of :data:`analyzer.vocabulary.ISSUES`; a template without one is ``out_of_scope``. ``scope`` is
    where the template may stand (article, section, lead, talk, html-comment). ``section_form`` is the id that the
    same wording has when it speaks of a section.
    """

    id: str
    template: str
    family: str
    scope: str = "article"
    issues: tuple[str, ...] = ()
    out_of_scope: bool = False
    aliases: tuple[str, ...] = ()
    aliases_unverified: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    policy: str = ""
    section_form: str | None = None


class TagEntry(Struct, frozen=True, kw_only=True):
    """One inline tag template; ``rendered`` are the words in square brackets that readers see."""

    id: str
    template: str
    family: str
    issues: tuple[str, ...] = ()
    out_of_scope: bool = False
    aliases: tuple[str, ...] = ()
    aliases_unverified: tuple[str, ...] = ()
    rendered: tuple[str, ...] = ()
    policy: str = ""


_Named = TypeVar("_Named", BannerEntry, TagEntry)


@cache
def banner_entries() -> tuple[BannerEntry, ...]:
    """Return every banner template of the table, specific wordings before the general ones they contain."""
    return tuple(BannerEntry(**_fields(row, BannerEntry)) for row in load_json("banners")["banners"])


@cache
def tag_entries() -> tuple[TagEntry, ...]:
    """Return every inline tag template of the table."""
    return tuple(TagEntry(**_fields(row, TagEntry)) for row in load_json("inline_tags")["tags"])


def entry(banner_id: str) -> BannerEntry | None:
    """Return the banner with this id, or None."""
    return _banner_ids().get(banner_id)


def tag_entry(tag_id: str) -> TagEntry | None:
    """Return the inline tag with this id, or None."""
    return _tag_ids().get(tag_id)


def issues_of(banner_id: str) -> tuple[str, ...]:
    """Return the issue ids that a banner or an inline tag claims; empty where it is out of scope or unknown."""
    found = _banner_ids().get(banner_id) or _tag_ids().get(banner_id)
    return found.issues if found else ()


def by_template(name: str) -> BannerEntry | None:
    """Return the banner that a template name or redirect stands for, or None.

    Names are read as MediaWiki reads them: a ``Template:`` prefix, underscores and the case of the first letter do not
    matter. A name that differs in other capitals is accepted too where it is not ambiguous.
    """
    return _look_up(_banner_names(), name)


def tag_by_template(name: str) -> TagEntry | None:
    """Return the inline tag that a template name or redirect stands for, or None; names as in :func:`by_template`."""
    return _look_up(_tag_names(), name)


def canonical(name: str) -> str:
    """Return a template name as MediaWiki stores it: no prefix, blanks for underscores, first letter a capital."""
    bare = _BLANKS.sub(" ", _NAMESPACE.sub("", name)).strip()
    return bare[:1].upper() + bare[1:]


def _look_up(names: dict[str, _T], name: str) -> _T | None:
    key = canonical(name)
    base = key.split("/")[0]  # "Globalize/Norway" is a form of "Globalize"
    return names.get(key) or names.get(key.casefold()) or (names.get(base) if base else None)


def _names(entries: tuple[_Named, ...]) -> dict[str, _Named]:
    """Return exact names, then case-folded ones; the template's own name wins over redirects, those over guesses."""
    names: dict[str, _Named] = {}
    for rank in range(3):
        for found in entries:
            for name in ((found.template,), found.aliases, found.aliases_unverified)[rank]:
                names.setdefault(canonical(name), found)
    folded: dict[str, _Named | None] = {}
    for name, found in names.items():
        folded[name.casefold()] = found if folded.get(name.casefold(), found) is found else None
    for name, maybe in folded.items():
        if maybe is not None:
            names.setdefault(name, maybe)
    return names


@cache
def _banner_ids() -> dict[str, BannerEntry]:
    return {found.id: found for found in banner_entries()}


@cache
def _tag_ids() -> dict[str, TagEntry]:
    return {found.id: found for found in tag_entries()}


@cache
def _banner_names() -> dict[str, BannerEntry]:
    return _names(banner_entries())


@cache
def _tag_names() -> dict[str, TagEntry]:
    return _names(tag_entries())


def _fields(row: dict[str, Any], kind: type[Struct]) -> dict[str, Any]:
    return {
        name: tuple(row[name]) if isinstance(row[name], list) else row[name]
        for name in kind.__struct_fields__
        if name in row
    }
