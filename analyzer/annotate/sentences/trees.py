"""Dependency trees that follow mended sentence boundaries: one root to a sentence, no arc across a boundary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.tokens import Doc, Token

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_QUOTES = frozenset("\"'”’»“‘`")


def regrow(doc: Doc, starts: Sequence[int]) -> None:
    """Make the Doc's sentences those that begin at ``starts``, cutting and joining its trees in place."""
    now = [sent.start for sent in doc.sents]
    if now == list(starts):
        return
    heads = np.arange(len(doc)) + doc.to_array(["HEAD"]).reshape(-1).astype("int64")
    deps = doc.to_array(["DEP"]).reshape(-1).copy()
    root, loose, clausal = (doc.vocab.strings.add(label) for label in ("ROOT", "dep", "ccomp"))
    untouched = set(zip(now, [*now[1:], len(doc)], strict=True))
    for start, end in zip(starts, [*starts[1:], len(doc)], strict=True):
        if (start, end) in untouched:
            continue
        tops = [i for i in range(start, end) if heads[i] == i or not start <= heads[i] < end]
        main = _main_root(doc, tops)
        for i in tops:
            heads[i] = main
            deps[i] = clausal if _said(doc, i, main) else loose
        deps[main] = root
    relative = (heads - np.arange(len(doc))).astype("int64")
    columns: Any = np.stack([relative.astype("uint64"), deps.astype("uint64")], axis=1)
    doc.from_array(["HEAD", "DEP"], columns)


def _main_root(doc: Doc, tops: Sequence[int]) -> int:
    """Return the top that heads the joined sentence: a clause that attributes a quotation, else the first verb."""
    words = [i for i in tops if not (doc[i].is_punct or doc[i].is_space)] or list(tops)
    for i in words[1:]:
        if doc[i].pos_ == "VERB" and _after_quotation(doc, i):
            return i
    finite = [i for i in words if _is_finite(doc[i])]
    verbs = [i for i in words if doc[i].pos_ in ("VERB", "AUX")]
    return (finite or verbs or words)[0]


def _is_finite(token: Token) -> bool:
    """Tell whether a token is a finite verb, or has a finite auxiliary."""
    return token.tag_ in _FINITE or any(c.tag_ in _FINITE and c.dep_.startswith("aux") for c in token.children)


def _after_quotation(doc: Doc, i: int) -> bool:
    """Tell whether the clause of token ``i`` opens right behind a closing quotation mark ('"Never!" he said')."""
    first = doc[i].left_edge.i
    return first > 0 and i - first <= 5 and doc[first - 1].text in _QUOTES


def _said(doc: Doc, i: int, main: int) -> bool:
    """Tell whether the clause at ``i`` is what the verb at ``main`` reports."""
    return i < main and doc[i].pos_ in ("VERB", "AUX") and _after_quotation(doc, main)
