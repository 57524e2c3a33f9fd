"""Stance toward the article's own subject: critique, endorsement, mixed or neutral, a sentence and a source at a time.

Writes the ``sentences`` layer (stance, calibrated probabilities, and the words that decided) and sets ``stance`` on
every row of the ``attributions`` layer, judged from that attribution's own cue and content: of two sources in one
sentence, one may praise and the other blame. Where the sentence names both the source and the subject, that judgement
is drawn toward what the source does to the subject (:mod:`.directed`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import isnan
from typing import Protocol

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.encoder.wording import HEADS
from analyzer.annotate.sentences import sentence_rows
from analyzer.annotate.stance.directed import Directed, joined
from analyzer.annotate.stance.fast import Fast, Judged, Matrix, label_of, reason_texts, softmax
from analyzer.annotate.stance.features import Spans
from analyzer.annotate.stance.tokens import Table, table
from analyzer.annotate.tokens import columns
from analyzer.errors import UsageError
from analyzer.vocabulary import STANCE_ENGINES, STANCES

COHERENCE = 0.5
DRAWN = "the rest of the quotation"  # the reason of a sentence whose stance its quotation decided
SHORT = 15  # characters of cue and content that are too few to be judged by themselves
WHOLE = 0.7  # an only source whose content is this much of the sentence shares the sentence's stance


class Engine(Protocol):
    """Judges stretches of a Doc."""

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""

    def sentences(self, doc: Doc, tokens: Table) -> Judged:
        """Return what it makes of every sentence."""

    def spans(self, doc: Doc, tokens: Table, spans: Spans) -> Judged:
        """Return what it makes of stretches of tokens."""


def _engine(name: str) -> Engine:
    """Return the engine of that name."""
    if name == "fast":
        return Fast()
    if name == "accurate":
        from analyzer.annotate.encoder.accurate import Accurate

        return Accurate()
    raise UsageError(f"stance engine {name!r} is not known; there are: {', '.join(STANCE_ENGINES)}.")


@Language.factory(
    "analyzer_stance",
    assigns=["doc._.analyzer_sentences", "doc._.analyzer_attributions"],
    requires=["doc.sents"],
    default_config={"engine": "fast"},
)
def create_stance(nlp: Language, name: str, engine: str) -> Stance:
    """Return the component; ``engine`` is "fast" or "accurate"."""
    return Stance(engine)


class Stance:
    """Writes stance onto a Doc; any Doc will do, with or without the layers of the other components."""

    def __init__(self, engine: str = "fast") -> None:
        store.register()
        self.engine = _engine(engine)
        self._directed = Directed()
        self.models = {**self.engine.models, **self._directed.models}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its stance layers written."""
        if not len(doc):
            return doc
        tokens = table(doc)
        judged = self.engine.sentences(doc, tokens)
        drawn = even_out(judged, _running_quotations(doc, tokens))
        rows = _sentence_rows(doc, tokens, judged, drawn)
        attributions = store.get(doc, "attributions")
        if attributions:
            self._attributions(doc, tokens, rows, attributions)
        return doc

    def _attributions(self, doc: Doc, tokens: Table, rows: list[store.Row], attributions: list[store.Row]) -> None:
        """Set the stance of each attribution: that of its sentence, or of its own words where the sentence has others.

        A sentence's only source shares its stance, unless that is mixed, the content a part of it, and nothing else in
        it the same source's ("commended the bench but shared concerns about the cells").
        """
        found = [_of_sentence(rows, attribution) for attribution in attributions]
        parts, spans = _judged_apart(doc, rows, attributions)
        if parts:
            judged = self.engine.spans(doc, tokens, _token_spans(doc, spans))
            for number, probabilities in zip(parts, judged.probabilities, strict=True):
                found[number] = probabilities
        for number, directed in self._directed.toward_subject(doc, tokens, attributions).items():
            found[number] = joined(found[number], directed)
        for attribution, probabilities in zip(attributions, found, strict=True):
            attribution["stance"] = label_of(probabilities)[0]


def _of_sentence(rows: list[store.Row], attribution: store.Row) -> Matrix:
    """Return the probabilities of an attribution's sentence; neutral where there is none."""
    if attribution["sentence"] >= len(rows):
        return np.array([stance == "neutral" for stance in STANCES], dtype=np.float32)
    return np.array(list(rows[attribution["sentence"]]["probabilities"].values()), dtype=np.float32)


def _judged_apart(
    doc: Doc, rows: list[store.Row], attributions: list[store.Row]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the attributions (by number) that are judged by their own words, and the stretches of these."""
    alone: dict[int, int] = {}
    for attribution in attributions:
        alone[attribution["sentence"]] = alone.get(attribution["sentence"], 0) + 1
    parts, spans = [], []
    for number, attribution in enumerate(attributions):
        row = rows[attribution["sentence"]] if attribution["sentence"] < len(rows) else None
        extent = _own_words(attribution)
        if row is None or extent is None or extent[1] - extent[0] < SHORT:
            continue
        only = alone[attribution["sentence"]] == 1
        if only and (row["stance"] != "mixed" or _covers(extent, row) or _goes_on(doc, attribution)):
            continue
        parts.append(number)
        spans.append(extent)
    return parts, spans


def even_out(judged: Judged, runs: list[tuple[int, int]]) -> set[int]:
    """Draw the sentences of one running quotation together, in place: one speaker seldom changes sides.

    Each keeps its own log-probabilities with weight 1 - COHERENCE, and takes the mean of all with the rest. Returns the
    numbers of the sentences whose stance this changed.
    """
    before = judged.probabilities.argmax(axis=1)
    for first, last in runs:
        logs = np.log(judged.probabilities[first:last] + 1e-6)
        mixed = (1 - COHERENCE) * logs + COHERENCE * logs.mean(axis=0)
        judged.probabilities[first:last] = softmax(mixed)
    return set(np.flatnonzero(judged.probabilities.argmax(axis=1) != before).tolist())


def _running_quotations(doc: Doc, tokens: Table) -> list[tuple[int, int]]:
    """Return the sentences (first, and the one after the last) of each quotation that holds more than one."""
    begins = columns(doc).start
    offsets = [begins[start] for start in tokens.starts.tolist()]
    runs = []
    for row in store.get(doc, "quotations"):
        if row.get("kind") == "quotation":
            first, last = bisect_right(offsets, row["start"]) - 1, bisect_left(offsets, row["end"])
            if last - first > 1:
                runs.append((max(0, first), last))
    return runs


def _sentence_rows(doc: Doc, tokens: Table, judged: Judged, drawn: set[int]) -> list[store.Row]:
    """Return the rows of the ``sentences`` layer, each with what was made of its sentence."""
    rows = sentence_rows(doc)
    begins = columns(doc).start
    by_start = {begins[start]: i for i, start in enumerate(tokens.starts.tolist())}
    order = sorted(by_start)
    for row in rows:
        i = by_start[order[bisect_right(order, row["start"]) - 1]]
        stance, confidence = label_of(judged.probabilities[i])
        row |= {
            "stance": stance,
            "confidence": confidence,
            "probabilities": dict(zip(STANCES, judged.probabilities[i].tolist(), strict=True)),
            "reasons": [DRAWN] if i in drawn else reason_texts(doc, tokens, judged.reasons[i]),
            "wording": {} if judged.wording is None else _heads(judged.wording[i].tolist()),
        }
    return rows


def _heads(scores: list[float]) -> dict[str, float]:
    """Return the scores of a sentence's wording by name; none where nothing has read it."""
    return {head: score for head, score in zip(HEADS, scores, strict=True) if not isnan(score)}


def _own_words(attribution: store.Row) -> tuple[int, int] | None:
    """Return the stretch from an attribution's cue to the end of its content; None where it has no content."""
    content = attribution.get("content") or []
    if not content:
        return None
    bounds = [tuple(extent) for extent in content]
    if attribution.get("cue_start") is not None:
        bounds.append((attribution["cue_start"], attribution["cue_end"]))
    return min(start for start, _ in bounds), max(end for _, end in bounds)


def _covers(extent: tuple[int, int], row: store.Row) -> bool:
    """Tell whether the stretch is most of the sentence."""
    shared = min(extent[1], row["end"]) - max(extent[0], row["start"])
    return bool(shared >= WHOLE * (row["end"] - row["start"]))


def _goes_on(doc: Doc, attribution: store.Row) -> bool:
    """Tell whether the cue is joined to something without a subject of its own: the source says that too.

    Of any word class: a parser often takes "but shared concerns" for two nouns.
    """
    cue = attribution.get("cue_start")
    span = doc.char_span(cue, attribution["cue_end"], alignment_mode="expand") if cue is not None else None
    return span is not None and any(
        not any(child.dep_.startswith("nsubj") for child in other.children) for other in span.root.conjuncts
    )


def _token_spans(doc: Doc, extents: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches of characters as stretches of tokens."""
    offsets = columns(doc).start
    return [(max(0, bisect_right(offsets, start) - 1), bisect_left(offsets, end)) for start, end in extents]
