"""Inline maintenance tags in plain text: the bracketed words such as ``[citation needed]``."""

from __future__ import annotations

import re
from functools import cache

from analyzer.readers.banners.table import tag_entries
from analyzer.records import InlineTag

_BRACKETED = re.compile(r"\[([^\[\]]{2,60})\]")
_BLANKS = re.compile(r"[\s_]+")
_DASHES = re.compile("\\s*(?:[\u2010-\u2015-]|\u00e2\u0080[\u0090-\u009f])\\s*")
_DISCUSS = re.compile(r"\s*[-:]\s*(?:see )?discuss(?:ion)?$")


def find_inline_tags(text: str) -> list[InlineTag]:
    """Return the inline tags in a plain text, in order; linear in its length.

    Single words that also occur as an editor's insertion (``his [opinion] of``) count only where they are glued to the
    word before, as a raised tag is.
    """
    found = []
    for match in _BRACKETED.finditer(text):
        words = tag_words(match.group(1))
        tag_id = _rendered().get(words) or _family_of(words)
        if tag_id and _is_raised(text, match.start(), words):
            found.append(InlineTag(id=tag_id, start=match.start(), end=match.end()))
    return found


def tag_words(rendered: str) -> str:
    """Return the words of a rendered tag in one form: lower case, single blanks, plain hyphens, no "discuss"."""
    words = _BLANKS.sub(" ", rendered.replace("\u00ad", "")).strip().lower()
    return _DISCUSS.sub("", _DASHES.sub("-", words)).strip()


def tag_by_words(rendered: str) -> str | None:
    """Return the tag id for the words in square brackets, or None."""
    words = tag_words(rendered.strip("[]"))
    return _rendered().get(words) or _family_of(words)


@cache
def _rendered() -> dict[str, str]:
    names: dict[str, str] = {}
    for found in tag_entries():
        for words in found.rendered:
            names.setdefault(tag_words(words), found.id)
    return names


def _family_of(words: str) -> str | None:
    """Return the general tag where an unknown one ends in its words ("astronomy citation needed")."""
    if words.endswith(" citation needed"):
        return "citation-needed"
    if words.endswith(" source needed"):
        return "better-source"
    return None


def _is_raised(text: str, start: int, words: str) -> bool:
    if " " in words or "-" in words or words.endswith("?"):
        return True
    return start > 0 and not text[start - 1].isspace()
