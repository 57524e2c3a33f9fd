"""Sections that retell what a work of fiction tells: who speaks there is a character of it, and no source."""

import re
from itertools import chain

from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.attribution.running import by_passage
from analyzer.annotate.tokens import QuotedTokens
from analyzer.lexicons import load_terms

_TITLE = re.compile(r"[a-z]+")
_LEAD = 400  # characters: the first sentence or two


def retold(doc: Doc, tokens: QuotedTokens) -> frozenset[int]:
    """Return the sentences that retell a work of fiction, by their section's title ("Plot", "Plot summary").

    None where the first lines say that it is a true story, or where the text has no other lines before its plot.
    """
    passages = store.get_value(doc, "passages") or []
    plots = [_is_plot(row.get("section") or "") for row in passages]
    if not any(plots) or plots[0] or store.subject(doc).get("sort") != "work":
        return frozenset()
    lead = set(_TITLE.findall(tokens.text[:_LEAD].lower()))
    if not lead.isdisjoint(load_terms("subject_words", "true story")):
        return frozenset()
    by_plot = zip(plots, by_passage(tokens, passages), strict=True)
    return frozenset(chain.from_iterable(own for plot, (_, own) in by_plot if plot))


def _is_plot(section: str) -> bool:
    """Tell whether a section's title is that of a plot: "Plot", "Plot summary", "Synopsis"."""
    first = next(iter(_TITLE.findall(section.lower())), "")
    return first in load_terms("subject_words", "plot")
