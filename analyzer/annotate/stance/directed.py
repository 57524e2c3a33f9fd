"""The directed stance model: does one party named in a sentence blame or praise another, and which of the two.

"The union accused the mill of fraud": the union blames the mill, the mill says nothing of the union. A linear model
over the words and the parse (:mod:`.directed_features`), fitted on pairs of entities in news
(DSE; Park, Pan and Joo 2021). Three labels; sides count as if more frequent than they are there (a prior shift, chosen
on held-out sentences), because five pairs in six of that corpus take none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from spacy.tokens import Doc, Span

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.stance.directed_features import directed_features
from analyzer.annotate.stance.directed_pairs import Direction, judgeable
from analyzer.annotate.stance.fast import Linear, Matrix, softmax
from analyzer.annotate.stance.features import Features
from analyzer.annotate.stance.tokens import Table, table
from analyzer.vocabulary import STANCES

NAME = "stance-directed"
LABELS = ("critique", "endorsement", "neutral")
SHARE = 0.3  # of its log-probabilities added to an engine's: about what a regression on gold train gives them
MENTIONS = 3  # of the subject in one sentence that are looked at
LEAST = 1e-6  # added to probabilities before their logarithm
NEITHER = np.array([0.0, 0.0, 1.0], dtype=np.float32)
TO_STANCES = np.array([[label == stance for stance in STANCES] for label in LABELS], dtype=np.float32)
TO_STANCES[:2, STANCES.index("mixed")] = 0.5


class Directed:
    """The model, loaded at first use."""

    @cached_property
    def model(self) -> Linear:
        """The weights."""
        return Linear.of(modelstore.load(NAME).arrays("linear.npz"))

    @property
    def models(self) -> dict[str, str]:
        """The model's name and digest, for a report's provenance."""
        return {NAME: modelstore.load(NAME).digest}

    def __reduce__(self) -> tuple[type[Directed], tuple[()]]:
        return (Directed, ())

    def probabilities(self, tokens: Table, directions: Sequence[Direction]) -> Matrix:
        """Return a row of ``LABELS`` for each direction; neutral where the names overlap or stand far apart."""
        found = np.tile(NEITHER, (len(directions), 1))
        near = np.flatnonzero(judgeable(directions))
        if len(near):
            unit, feature = directed_features(tokens, [directions[i] for i in near.tolist()])
            found[near] = self.model.probabilities(Features(unit, feature, unit, unit, unit), len(near))
        return found

    def toward_subject(self, doc: Doc, tokens: Table, sources: Sequence[store.Row]) -> dict[int, Matrix]:
        """Return for the attributions whose sentence names the subject what their source makes of it, over ``STANCES``.

        Of several mentions the one that is most clearly blamed or praised counts; attributions by number.
        """
        directions, owners = [], []
        for number, row in enumerate(sources):
            for direction in _directions(doc, tokens, row):
                directions.append(direction)
                owners.append(number)
        best: dict[int, Matrix] = {}
        if directions:
            for owner, row in zip(owners, self.probabilities(tokens, directions) @ TO_STANCES, strict=True):
                if owner not in best or row[-1] < best[owner][-1]:
                    best[owner] = row
        return best


def between(doc: Doc, source: Span, target: Span) -> dict[str, float]:
    """Return how likely the source blames, praises or does neither to the target; any parsed Doc will do."""
    direction = ((source.start, source.end), (target.start, target.end))
    (row,) = _DIRECTED.probabilities(table(doc), [direction])
    return dict(zip(LABELS, row.tolist(), strict=True))


def joined(engine: Matrix, directed: Matrix) -> Matrix:
    """Return an engine's probabilities of one attribution drawn toward the directed model's."""
    logs = np.log(engine + LEAST) + SHARE * np.log(directed + LEAST)
    drawn: Matrix = softmax(logs[None, :])[0]
    return drawn


_DIRECTED = Directed()


def _directions(doc: Doc, tokens: Table, row: store.Row) -> list[Direction]:
    """Return the directions from an attribution's source to the mentions of the subject in the source's sentence."""
    start, end = row.get("source_start"), row.get("source_end")
    span = doc.char_span(start, end, alignment_mode="expand") if start is not None and end is not None else None
    if span is None or not len(span):
        return []
    sentence = tokens.sentence[span.start]
    first, last = int(tokens.starts[sentence]), int(tokens.ends[sentence])
    marked = np.flatnonzero(tokens.subject[first:last]) + first
    runs: list[list[int]] = []
    for token in marked.tolist():
        if runs and runs[-1][1] == token:
            runs[-1][1] = token + 1
        else:
            runs.append([token, token + 1])
    source = (span.start, span.end)
    return [(source, (a, b)) for a, b in runs if b <= source[0] or a >= source[1]][:MENTIONS]
