"""Words and phrases to watch: peacock terms, weasel wording, loaded words, hedges, editorializing, promotion.

The component writes two layers of :mod:`.store`: ``marks`` (:mod:`.matcher`), and ``wording``, how hedged and how
vaguely attributed each sentence is (:mod:`.cues`). The guideline is Wikipedia's Manual of Style, "Words to watch".
Words inside somebody's quotation are ``quoted``; titles of works are not marked. Weak terms count in company only.
"""

import re
from bisect import bisect_right
from collections import Counter

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.annotate.wording import cues
from analyzer.annotate.wording.matcher import Found, terms_in

# How many weak terms of a kind a sentence needs before they are marked (a strong one counts as two).
COMPANY = {"hedge": 3, "promotional": 4, "loaded": 2, "editorializing": 3, "peacock": 2, "weasel": 2}
_DOUBLE_QUOTED = re.compile(r"“[^“”\n]{1,2000}”|\"[^\"\n]{1,2000}\"|«[^«»\n]{1,2000}»")


@Language.factory(
    "analyzer_marks", assigns=["doc._.analyzer_marks", "doc._.analyzer_wording"], default_config={"weak": True}
)
def create_marks(nlp: Language, name: str, weak: bool) -> "Marks":
    """Return the component that marks words to watch; ``weak=False`` leaves the weak terms out."""
    return Marks(weak=weak)


class Marks:
    """The component ``analyzer_marks``; see the module."""

    def __init__(self, *, weak: bool = True) -> None:
        self.weak = weak
        store.register()

    def __call__(self, doc: Doc) -> Doc:
        """Write the layers ``marks`` and ``wording``."""
        tokens = tokens_of(doc)
        quoted, titles = _quotations(doc, tokens)
        found = [hit for hit in terms_in(doc, tokens) if not _covered(tokens.start[hit[0]], titles)]
        rows: list[store.Row] = []
        for start, end, term in _kept(doc, tokens, found, weak=self.weak):
            first, last = tokens.start[start], tokens.end[end - 1]
            inside = _covered(first, quoted) or _covered(last - 1, quoted)
            rows.append({"start": first, "end": last, "kind": term.kind, "lexicon": term.lexicon, "quoted": inside})
        store.put(doc, "marks", rows)
        attributions = store.get(doc, "attributions")
        store.put(doc, "wording", cues.scores(doc, tokens, rows, attributions, lambda offset: _covered(offset, quoted)))
        return doc


def _kept(doc: Doc, tokens: Tokens, found: list[Found], *, weak: bool) -> list[Found]:
    """Return the strong terms and those weak ones that have company in their sentence."""
    split = doc.has_annotation("SENT_START")
    keys = [(tokens.sent[start] if split else start // 25, term.kind) for start, _, term in found]
    company: Counter[tuple[int, str]] = Counter()
    for (_, _, term), key in zip(found, keys, strict=True):
        company[key] += 1 if term.weak else 2
    return [
        hit
        for hit, key in zip(found, keys, strict=True)
        if not hit[2].weak or (weak and company[key] >= COMPANY[hit[2].kind])
    ]


def _quotations(doc: Doc, tokens: Tokens) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the quoted stretches and the titles in quotation marks, in characters of the Doc."""
    quoted = [(p["start"], p["end"]) for p in store.get_value(doc, "passages", []) if p["kind"] == "quotation"]
    rows = store.get(doc, "quotations")
    titles = [(r["start"], r["end"]) for r in rows if r["kind"] == "title"]
    if rows:
        quoted += [(r["start"], r["end"]) for r in rows if r["kind"] != "title"]
    else:
        quoted += [match.span() for match in _DOUBLE_QUOTED.finditer(tokens.text)]
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
