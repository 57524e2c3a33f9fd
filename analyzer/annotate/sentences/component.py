"""Sentence boundaries as a reader would set them: the parser's, mended where quotations and abbreviations mislead it.

A quotation and the words that attribute it stay together ('"Never!" he said'), a closing quotation mark belongs to the
sentence it closes, and no sentence crosses from one passage to the next. Where a boundary moves, the dependency trees
on both sides are mended too: one root to a sentence, no arc across a boundary.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from analyzer.annotate import store
from analyzer.annotate.sentences.boundaries import sentence_starts
from analyzer.annotate.tokens import tokens_of

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_QUOTES = frozenset("\"'”’»“‘`")


@Language.factory(
    "analyzer_sentences",
    assigns=["token.is_sent_start", "token.head", "token.dep", "doc.sents", "doc._.analyzer_sentences"],
)
def create_sentences(nlp: Language, name: str) -> "Sentences":
    """Return the component; it takes no settings."""
    return Sentences()


class Sentences:
    """Mends sentence starts of a Doc in place, by punctuation alone where it has no parse; writes ``sentences``."""

    def __init__(self) -> None:
        store.register()

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its sentence starts (and the trees they cut or join) mended."""
        if len(doc):
            starts = sentence_starts(doc)
            if doc.has_annotation("DEP"):
                regrow(doc, starts)
            else:
                marks: Any = np.full((len(doc), 1), -1, dtype="int64").astype("uint64")
                marks[starts] = 1
                doc.from_array(["SENT_START"], marks)
        store.put(doc, "sentences", [])
        sentence_rows(doc)
        return doc


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Return the sentences as trimmed (start, end) in ``doc.text``, blank ones left out; one where nothing is split."""
    bounds = []
    tokens = tokens_of(doc)
    edges = [*tokens.start, len(tokens.text)]
    for first, last in tokens.bounds:
        text = tokens.text[edges[first] : edges[last]]
        kept = text.strip()
        if kept:
            start = edges[last] - len(text.lstrip())
            bounds.append((start, start + len(kept)))
    return bounds


def sentence_rows(doc: Doc) -> list[store.Row]:
    """Return the rows of the ``sentences`` layer, one for each of :func:`sentence_bounds`.

    They are made anew where no component has written them, or another one has set the sentences since.
    """
    bounds = sentence_bounds(doc)
    rows = store.get(doc, "sentences")
    if [(row["start"], row["end"]) for row in rows] != bounds:
        rows = [{"start": start, "end": end} for start, end in bounds]
        store.put(doc, "sentences", rows)
    return rows


def regrow(doc: Doc, starts: Sequence[int]) -> None:
    """Make the Doc's sentences those that begin at ``starts``, cutting and joining its trees in place."""
    tokens = tokens_of(doc)
    now = tokens.starts.tolist()
    if now == list(starts):
        return
    heads, deps = tokens.heads.copy(), tokens.ids("DEP").copy()
    root, loose, clausal = (doc.vocab.strings.add(label) for label in ("ROOT", "dep", "ccomp"))
    untouched = set(zip(now, [*now[1:], len(doc)], strict=True))
    for start, end in zip(starts, [*starts[1:], len(doc)], strict=True):
        if (start, end) in untouched:
            continue
        tops = [i for i in range(start, end) if heads[i] == i or not start <= heads[i] < end]
        main = _main_root(doc, tops)
        for i in tops:
            heads[i] = main
            said = i < main and doc[i].pos_ in ("VERB", "AUX") and _after_quotation(doc, main)
            deps[i] = clausal if said else loose
        deps[main] = root
    columns: Any = np.stack([(heads - np.arange(len(doc))).astype("uint64"), deps], axis=1)
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
