"""Sections that retell what a work of fiction tells: who speaks there is a character of it, and no source."""

import re

from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import Tokens
from analyzer.lexicons import load_terms

_TITLE = re.compile(r"[a-z]+")
_LEAD = 400  # characters: the first sentence or two


def retold(doc: Doc, tokens: Tokens) -> frozenset[int]:
    """Return the sentences that retell a work of fiction, by their section's title ("Plot", "Plot summary").

    None where the first lines say that it is a true story, or where the text has no other lines before its plot.
    """
    everything = store.get_value(doc, "passages") or []
    passages = [row for row in everything if _is_plot(row.get("section") or "")]
    if not passages or passages[0] is everything[0] or store.subject(doc).get("sort") != "work":
        return frozenset()
    lead = set(_TITLE.findall(tokens.text[:_LEAD].lower()))
    if not lead.isdisjoint(load_terms("subject_words", "true story")):
        return frozenset()
    return frozenset(
        number
        for number, (first, _) in enumerate(tokens.bounds)
        if any(row["start"] <= tokens.start[first] < row["end"] for row in passages)
    )


def _is_plot(section: str) -> bool:
    """Tell whether a section's title is that of a plot: "Plot", "Plot summary", "Synopsis"."""
    first = next(iter(_TITLE.findall(section.lower())), "")
    return first in load_terms("subject_words", "plot")
