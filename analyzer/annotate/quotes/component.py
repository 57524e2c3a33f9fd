"""Quoted stretches of an article, each told apart: somebody's words, a title or name, or scare quotes."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.quotes.features import features, repeated
from analyzer.annotate.quotes.pairing import Pair, pairs
from analyzer.annotate.tokens import columns

MODEL = "quotes"
WEIGHTS = "scorecard.json"
_TITLE_SIGNS = frozenset(["all capitals", "title", "before=work", "before=naming", "reach work", "proper"])
_SINGLE = frozenset("'’‘‚‛`")


@Language.factory(
    "analyzer_quotes",
    assigns=["doc._.analyzer_quotations"],
    requires=["token.is_sent_start", "token.tag", "token.lemma"],
    default_config={},
)
def create_quotes(nlp: Language, name: str) -> Quotes:
    """Return the component; it takes no settings."""
    return Quotes()


class Scorecard(NamedTuple):
    """The weight of each feature, and the intercept: a logistic regression that a person can read."""

    intercept: float
    weights: dict[str, float]


class Quotes:
    """Writes the ``quotations`` layer: outermost quoted stretches, marks included, nested ones under ``inner``."""

    def __init__(self) -> None:
        store.register()

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""
        return {MODEL: modelstore.load(MODEL).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its quoted stretches found and classed."""
        text = columns(doc).text
        rows = stretches(doc, text)
        spans = [(row["start"], row["end"]) for row in rows]
        title = store.get_value(doc, "title") or ""
        often = repeated(text, spans)
        for row in rows:
            if not row["kind"]:
                found = features(doc, text, row["start"], row["end"], often, title)
                row["kind"], row["score"] = classify(found)
        store.put(doc, "quotations", rows)
        return doc


def classify(names: list[str], card: Scorecard | None = None) -> tuple[str, float]:
    """Return the kind of a quoted stretch with these features, and the probability that it quotes somebody."""
    card = card or load_scorecard()
    if "empty" in names:
        return "scare", 0.0
    score = card.intercept + sum(card.weights.get(name, 0.0) for name in names)
    probability = 1 / (1 + math.exp(-score))
    if "sentences" in names or probability >= 0.5:
        return "quotation", round(max(probability, 0.5), 3)
    return ("title" if _TITLE_SIGNS.intersection(names) else "scare"), round(probability, 3)


@cache
def load_scorecard() -> Scorecard:
    """Return the installed scorecard; raises :class:`~analyzer.errors.ModelError` without one."""
    found = modelstore.load(MODEL).json(WEIGHTS)
    return Scorecard(float(found["intercept"]), {name: float(w) for name, w in found["weights"].items()})


def _passages(doc: Doc) -> list[store.Row]:
    """Return the passage rows; without any, the paragraphs of the text."""
    rows: list[store.Row] = store.get_value(doc, "passages") or []
    if rows:
        return rows
    made, at = [], 0
    for line in columns(doc).text.split("\n"):
        if line.strip():
            made.append({"start": at, "end": at + len(line), "kind": "paragraph", "source": None})
        at += len(line) + 1
    return made


def stretches(doc: Doc, text: str) -> list[store.Row]:
    """Return the quoted stretches as rows; ``kind`` is empty where it is still to be told."""
    rows: list[store.Row] = []
    passages = _passages(doc)
    closing = _sentence_ends(doc)
    for index, passage in enumerate(passages):
        start, end = passage["start"], passage["end"]
        if passage["kind"] == "quotation":
            rows.append(_row(start, end, "quotation", passage.get("source")))
            continue
        following = passages[index + 1] if index + 1 < len(passages) else None
        for pair in pairs(text[start:end]):
            if pair.closed:
                rows.append(_pair_row(pair, start))
            elif _runs_on(text, pair, following):
                rows.append(_row(start + pair.start, end, "quotation") | {"open": True})
            else:
                rows.extend(_cut(pair, start, closing))
    return rows


def _row(start: int, end: int, kind: str, source: str | None = None) -> store.Row:
    """Return a row of the layer."""
    return {"start": start, "end": end, "kind": kind, "open": False, "source": source, "score": 1.0, "inner": []}


def _pair_row(pair: Pair, at: int) -> store.Row:
    """Return the row of a closed pair; its nested stretches (doubles in singles and the like) go under ``inner``."""
    row = _row(at + pair.start, at + pair.end, "")
    row["inner"] = [[at + p.start, at + p.end] for p in pair.inner if p.closed]
    return row


def _runs_on(text: str, pair: Pair, following: store.Row | None) -> bool:
    """Tell whether an unclosed quotation goes on: the next passage opens with the same mark again."""
    if following is None or pair.mark in _SINGLE:
        return False
    ahead = text[following["start"] : following["end"]].lstrip()
    return ahead.startswith(pair.mark)


def _cut(pair: Pair, at: int, closing: list[int]) -> list[store.Row]:
    """Return rows for an unclosed pair: it ends with its sentence, and the pairs behind that stand by themselves."""
    stop = next((end for end in closing if end > at + pair.start), at + pair.end)
    kept = [p for p in pair.inner if p.closed]
    first = min([at + p.start for p in kept if at + p.start < stop] or [stop])
    rows = [] if first < stop else [_row(at + pair.start, min(stop, at + pair.end), "")]
    return [*rows, *(_pair_row(p, at) for p in kept)]


def _sentence_ends(doc: Doc) -> list[int]:
    """Return where the sentences end, in characters, in order; empty where the Doc has no sentences."""
    if not doc.has_annotation("SENT_START"):
        return []
    return [sent.end_char for sent in doc.sents]
