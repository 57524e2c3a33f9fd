"""Parser functions in wikitext, as far as a page alone tells them: ``{{#if:}}``, ``{{#tag:ref|...}}``, ``{{lc:}}``."""

from __future__ import annotations

import re

from analyzer.readers.markup.template_text import FUNCTIONS
from analyzer.readers.wikitext.expand import Expander, arguments_of

_FUNCTION = re.compile(
    r"^\s*(#\w+|lc|uc|lcfirst|ucfirst|formatnum|defaultsort|displaytitle|padleft|fullurl|urlencode)\s*:", re.IGNORECASE
)


def is_function(name: str) -> bool:
    """Tell whether what stands in a template's place is a parser function."""
    return _FUNCTION.match(name) is not None


def parser_function(page: Expander, parts: list[str]) -> str:
    """Return what the parser functions that occur in articles give; those that need the wiki give nothing."""
    name, _, first = parts[0].partition(":")
    name, first, rest = name.strip().lower(), first.strip(), parts[1:]
    if name == "#tag":
        return _tag_function(page, first.lower(), rest)
    if name == "#if":
        chosen = rest[0:1] if first else rest[1:2]
        return "".join(chosen).strip()
    if name == "#ifeq":
        chosen = rest[1:2] if rest and first == rest[0].strip() else rest[2:3]
        return "".join(chosen).strip()
    if name in ("lc", "lcfirst"):
        return first.lower() if name == "lc" else first[:1].lower() + first[1:]
    if name in ("uc", "ucfirst"):
        return first.upper() if name == "uc" else first[:1].upper() + first[1:]
    if name == "formatnum":
        return FUNCTIONS["number"]("formatnum", {"1": first})
    return page.ledger.keep("".join(rest))


def _tag_function(page: Expander, name: str, rest: list[str]) -> str:
    """Return ``{{#tag:ref|content|name=x}}`` and its kin as the tag they write."""
    arguments = arguments_of(["", *rest[1:]])
    return page.tag(page, name, {k.lower(): v.strip(" \"'") for k, v in arguments.items()}, rest[0] if rest else "")
