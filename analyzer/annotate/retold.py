"""Sections that retell what a work of fiction tells: nobody speaks there but its characters, and nothing is judged."""

import re
from collections.abc import Sequence
from itertools import chain

from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import Tokens, by_passage
from analyzer.lexicons import load_terms

PLOT, CHARACTERS = "plot", "characters"  # what such sections tell of
_TITLE = re.compile(r"[a-z]+")
_LEAD = 400  # characters: the first sentence or two


def retold(doc: Doc, tokens: Tokens, *, of: Sequence[str] = (PLOT,)) -> frozenset[int]:
    """Return the sentences that retell a work of fiction, by the titles of the sections they stand in.

    Those of its plot ("Plot", "Synopsis"), with ``CHARACTERS`` those that present these, too ("Cast and characters");
    what stands below such a title ("Plot" - "Second act") is of it. None where the first lines say that it is a true
    story, or where the text has no other lines before.
    """
    passages = store.get_value(doc, "passages") or []
    told = [any(_tells(title, of) for title in _titles(row)) for row in passages]
    if not any(told) or told[0] or not is_on_fiction(doc, tokens.text):
        return frozenset()
    by_told = zip(told, by_passage(tokens, passages), strict=True)
    return frozenset(chain.from_iterable(own for retells, (_, own) in by_told if retells))


def is_on_fiction(doc: Doc, text: str) -> bool:
    """Tell whether an article is on a work, and its first lines do not say that it is a true story."""
    lead = set(_TITLE.findall(text[:_LEAD].lower()))
    return store.subject(doc).get("sort") == "work" and lead.isdisjoint(load_terms("subject_words", "true story"))


def _titles(passage: Row) -> list[str]:
    """Return the title of a passage's section, and those of the sections that it is in."""
    return [*(passage.get("within") or ()), passage.get("section") or ""]


def _tells(title: str, of: Sequence[str]) -> bool:
    """Tell whether a section's title is one of those: a plot's first word tells it ("Plot summary"), else the whole."""
    words = _TITLE.findall(title.lower())
    told = {PLOT: " ".join(words[:1]), CHARACTERS: " ".join(words)}
    return any(told[kind] in load_terms("subject_words", kind) for kind in of)
