"""Sentence boundaries as a reader would set them: the parser's, mended where quotations and abbreviations mislead it.

A quotation and the words that attribute it stay together ('"Never!" he said'), a closing quotation mark belongs to the
sentence it closes, and no sentence crosses from one passage to the next. Where a boundary moves, the dependency trees
on both sides are mended too, so that every sentence keeps exactly one root.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate.sentences.boundaries import Running, is_start, telling
from analyzer.annotate.sentences.trees import regrow
from analyzer.annotate.store import get_value
from analyzer.annotate.tokens import columns
from analyzer.records import Article


@Language.factory(
    "analyzer_sentences",
    assigns=["token.is_sent_start", "doc.sents"],
    default_config={},
)
def create_sentences(nlp: Language, name: str) -> Sentences:
    """Return the component; it takes no settings."""
    return Sentences()


class Sentences:
    """Mends sentence starts of a Doc in place; without a parse, sets them by punctuation alone."""

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its sentence starts (and the trees they cut or join) mended."""
        if not len(doc):
            return doc
        starts = sentence_starts(doc)
        if doc.has_annotation("DEP"):
            regrow(doc, starts)
        else:
            marks: Any = np.full((len(doc), 1), -1, dtype="int64").astype("uint64")
            marks[starts] = 1
            doc.from_array(["SENT_START"], marks)
        return doc


def sentence_starts(doc: Doc) -> list[int]:
    """Return the indexes of the tokens that open a sentence, in order; always the first token."""
    edges = _passage_starts(doc)
    looked_at = telling(columns(doc).words)
    looked_at[list(edges)] = True
    parsed = doc.has_annotation("SENT_START")
    title = get_value(doc, "title") or ""
    starts = [0]
    now = Running()
    for i in np.flatnonzero(looked_at).tolist():
        if i and (i in edges or is_start(doc, i, now, parsed=parsed, title=title)):
            starts.append(i)
            now.restart(i)
        now.step(doc[i])
    return starts


def _passage_starts(doc: Doc) -> set[int]:
    """Return the token indexes at which passages begin; a passage row may begin on white space."""
    rows = get_value(doc, "passages") or []
    if not rows:
        return set()
    seen = columns(doc)
    found: set[int] = set()
    for row in rows:
        i = bisect_left(seen.start, row["start"])
        while i < len(doc) and seen.words[i].isspace():
            i += 1
        if i < len(doc):
            found.add(i)
    return found


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Return the sentences as (start, end) in characters of ``doc.text``, white space trimmed, blank ones left out."""
    bounds = []
    seen = columns(doc)
    edges = [*seen.start, len(seen.text)]
    for sent in doc.sents:
        text = seen.text[edges[sent.start] : edges[sent.end]]
        kept = text.strip()
        if kept:
            start = edges[sent.end] - len(text.lstrip())
            bounds.append((start, start + len(kept)))
    return bounds


def marker_ends(article: Article) -> dict[int, int]:
    """Return where each reference marker and inline tag of the article ends, by where it starts."""
    return {mark.start: mark.end for mark in (*article.citations, *article.inline_tags)}


def extend_over_markers(article: Article, start: int, end: int, ends: Mapping[int, int] | None = None) -> int:
    """Return the end of a sentence in ``article.text`` with the markers that follow it: ``word."[1][2]``.

    ``end`` is where the sentence's own words end. Pass ``ends`` (from :func:`marker_ends`) when calling for many
    sentences of one article.
    """
    known = marker_ends(article) if ends is None else ends
    at = end
    while True:
        ahead = at
        while ahead < len(article.text) and article.text[ahead] in " \t\u00a0":
            ahead += 1
        following = known.get(at) or known.get(ahead)
        if following is None or following <= at:
            return at
        at = following
