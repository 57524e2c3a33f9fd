"""Words and phrases to watch: peacock terms, weasel wording, loaded words, hedges, editorializing, promotion.

:func:`create_marks` makes the spaCy component ``analyzer_marks``, which writes two layers of
:mod:`.store`: ``marks``, and ``wording``, how hedged and how vaguely attributed each sentence is
(:mod:`.cues`). Terms come from the ``words_*`` tables (their headers state source and licence),
the guideline behind them is Wikipedia's Manual of Style, "Words to watch". Words inside somebody's quotation are marked
``quoted``; the title of a work is not marked at all. Weak terms (hedges, everyday words) count in company only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import columns
from analyzer.annotate.wording import cues as marks_cues
from analyzer.annotate.wording.context import fits
from analyzer.annotate.wording.matcher import EXCEPTION, Term, ends, openings
from analyzer.annotate.wording.unnamed import unnamed_holders

# How many weak terms of a kind a sentence needs before they are marked (a strong one counts as two).
COMPANY = {"hedge": 3, "promotional": 4, "loaded": 2, "editorializing": 3, "peacock": 2, "weasel": 2}
_DOUBLE_QUOTED = re.compile(r"“[^“”\n]{1,2000}”|\"[^\"\n]{1,2000}\"|«[^«»\n]{1,2000}»")
_Found = tuple[int, int, Term]
Keys = np.ndarray[Any, Any]


@Language.factory(
    "analyzer_marks", assigns=["doc._.analyzer_marks", "doc._.analyzer_wording"], default_config={"weak": True}
)
def create_marks(nlp: Language, name: str, weak: bool) -> Marks:
    """Return the component that marks words to watch; ``weak=False`` leaves the weak terms out."""
    return Marks(weak=weak)


class Marks:
    """The component ``analyzer_marks``; see the module."""

    def __init__(self, *, weak: bool = True) -> None:
        self.weak = weak
        singles, pairs = openings()
        self._singles = _sorted_keys([get_string_id(word) for word in singles])
        self._pairs = _sorted_keys([get_string_id(a) * 31 + get_string_id(b) for a, b in pairs])
        store.register()

    def __call__(self, doc: Doc) -> Doc:
        """Write the layers ``marks`` and ``wording``."""
        quoted, titles = _quotations(doc)
        found = list(self._matches(doc))
        if doc.has_annotation("DEP"):
            found = _joined(found, unnamed_holders(doc))
        found = [hit for hit in found if not (titles and _covered(doc[hit[0]].idx, titles))]
        rows: list[store.Row] = []
        for start, end, term in _kept(doc, found, weak=self.weak):
            first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
            inside = _covered(first, quoted) or _covered(last - 1, quoted)
            rows.append({"start": first, "end": last, "kind": term.kind, "lexicon": term.lexicon, "quoted": inside})
        store.put(doc, "marks", rows)
        cues = marks_cues.scores(doc, rows, store.get(doc, "attributions"), lambda offset: _covered(offset, quoted))
        store.put(doc, "wording", cues)
        return doc

    def _matches(self, doc: Doc) -> Iterator[_Found]:
        """Yield the terms found, longest first at each place, without overlap."""
        if not len(doc):
            return
        lower = doc.to_array("LOWER")
        begins = _member(lower, self._singles)
        begins[:-1] |= _member(lower[:-1] * np.uint64(31) + lower[1:], self._pairs)
        tagged = doc.has_annotation("TAG") and doc.has_annotation("DEP")
        until = 0
        for at in np.flatnonzero(begins).tolist():
            if at < until:
                continue
            for end, term in sorted(ends(doc, at), key=lambda hit: -hit[0]):
                if term is EXCEPTION:
                    until = end
                    break
                if fits(doc[at:end], term, tagged=tagged):
                    yield at, end, term
                    until = end
                    break


def _joined(found: list[_Found], more: Iterator[_Found]) -> list[_Found]:
    """Return both, in order; what overlaps an earlier finding of its kind is left out."""
    taken = {(token, term.kind) for start, end, term in found for token in range(start, end)}
    kept = [hit for hit in more if not any((token, hit[2].kind) in taken for token in range(hit[0], hit[1]))]
    return sorted([*found, *kept], key=lambda hit: hit[:2])


def _sorted_keys(keys: list[int]) -> Keys:
    return np.unique(np.array([key % 2**64 for key in keys], dtype=np.uint64))


def _member(values: Keys, table: Keys) -> Keys:
    """Return which values are in the sorted table."""
    at = np.minimum(np.searchsorted(table, values), len(table) - 1)
    found: Keys = table[at] == values
    return found


def _kept(doc: Doc, found: list[_Found], *, weak: bool) -> list[_Found]:
    """Return the strong terms and those weak ones that have company in their sentence."""
    if not any(term.weak for _, _, term in found):
        return found
    starts = [s.start for s in doc.sents] if doc.has_annotation("SENT_START") else list(range(0, len(doc), 25))
    company: dict[tuple[int, str], int] = {}
    for start, _, term in found:
        key = bisect_right(starts, start), term.kind
        company[key] = company.get(key, 0) + (1 if term.weak else 2)
    return [
        hit
        for hit in found
        if not hit[2].weak or (weak and company[bisect_right(starts, hit[0]), hit[2].kind] >= COMPANY[hit[2].kind])
    ]


def _quotations(doc: Doc) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the quoted stretches and the titles in quotation marks, in characters of the Doc."""
    quoted = [(p["start"], p["end"]) for p in store.get_value(doc, "passages", []) if p["kind"] == "quotation"]
    rows = store.get(doc, "quotations")
    titles = [(r["start"], r["end"]) for r in rows if r["kind"] == "title"]
    if rows:
        quoted += [(r["start"], r["end"]) for r in rows if r["kind"] != "title"]
    else:
        quoted += [match.span() for match in _DOUBLE_QUOTED.finditer(columns(doc).text)]
    return _merged(quoted), _merged(titles)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _covered(offset: int, spans: list[tuple[int, int]]) -> bool:
    at = bisect_right(spans, (offset, float("inf"))) - 1
    return at >= 0 and spans[at][0] <= offset < spans[at][1]
