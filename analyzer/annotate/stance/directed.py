"""The directed stance model: does one party named in a sentence blame or praise another, and which of the two.

"The union accused the mill of fraud": the union blames the mill, the mill says nothing of the union. A linear model
over the words and the parse of all pairs of names at once, fitted on pairs of entities in news (DSE; Park, Pan and Joo
2021). Sides count as if more frequent than they are there (a prior shift, chosen on held-out sentences), because five
pairs in six of that corpus take none. Where a network has read the sentence, what it says counts, too
(:mod:`.heard`).
"""

from collections.abc import Sequence

import numpy as np
from spacy.tokens import Doc, Span

from analyzer.annotate import store
from analyzer.annotate.encoder import InContext, Reading
from analyzer.annotate.encoder.reading import load
from analyzer.annotate.stance import heard
from analyzer.annotate.stance.directions import LABELS, Direction, directed_features, judgeable
from analyzer.annotate.stance.linear import Stored
from analyzer.annotate.stance.masked import MaskedWords, masked_words
from analyzer.linear import LEAST, Matrix, softmax
from analyzer.vocabulary import STANCES

SHARE = 0.3  # of its log-probabilities added to an engine's: about what a regression on gold train gives them
MENTIONS = 3  # of the subject in one sentence that are looked at
NEITHER = np.array([0.0, 0.0, 1.0], dtype=np.float32)
TO_STANCES = np.array([[label == stance for stance in STANCES] for label in LABELS], dtype=np.float32)
TO_STANCES[:2, STANCES.index("mixed")] = 0.5


class Directed(Stored):
    """The directed model."""

    name, classes = "stance-directed", len(LABELS)

    def probabilities(
        self, words: MaskedWords, directions: Sequence[Direction], reading: Reading | None = None
    ) -> Matrix:
        """Return a row of ``LABELS`` for each direction; neutral where the names overlap or stand far apart.

        ``reading`` is what a network makes of the Doc's sentences, read as ones about the target; it counts where the
        model has learnt from that network.
        """
        found = np.tile(NEITHER, (len(directions), 1))
        near = np.flatnonzero(judgeable(directions))
        if len(near):
            chosen = [directions[i] for i in near.tolist()]
            pair, feature = directed_features(words, chosen)
            found[near] = self.model.probabilities(pair, feature, len(near))
            if reading is not None and (look := heard.load(self.name, reading.reader)) is not None:
                found[near] = look.probabilities(heard.figures(words, chosen, found[near], reading))
        return found

    def toward_subject(
        self, words: MaskedWords, sources: Sequence[store.Row], reading: Reading | None = None
    ) -> dict[int, Matrix]:
        """Return for the attributions whose sentence names the subject what their source makes of it, over ``STANCES``.

        Of several mentions the one that is most clearly blamed or praised counts; attributions by number.
        """
        asked = [(number, each) for number, row in enumerate(sources) for each in _to_subject(words, row)]
        best: dict[int, Matrix] = {}
        if asked:
            found = self.probabilities(words, [direction for _, direction in asked], reading) @ TO_STANCES
            for (owner, _), row in zip(asked, found, strict=True):
                if owner not in best or row[-1] < best[owner][-1]:
                    best[owner] = row
        return best


_DIRECTED = Directed()


def between(doc: Doc, source: Span, target: Span, reader: str | None = None) -> dict[str, float]:
    """Return how likely the source blames, praises or does neither to the target; any parsed Doc will do.

    ``reader`` is the model of a network that reads the sentences as well ("large"), as ones about the target.
    """
    direction = ((source.start, source.end), (target.start, target.end))
    words = masked_words(doc)
    reading = InContext(doc, load(reader), [target.text] * len(words.starts)) if reader is not None else None
    (row,) = _DIRECTED.probabilities(words, [direction], reading)
    return dict(zip(LABELS, row.tolist(), strict=True))


def drawn_toward(engine: Matrix, directed: Matrix) -> Matrix:
    """Return an engine's probabilities of one attribution drawn toward the directed model's."""
    logs = np.log(engine + LEAST) + SHARE * np.log(directed + LEAST)
    drawn: Matrix = softmax(logs[None, :])[0]
    return drawn


def _to_subject(words: MaskedWords, row: store.Row) -> list[Direction]:
    """Return the directions from an attribution's source to the mentions of the subject in the source's sentence."""
    start, end = row.get("source_start"), row.get("source_end")
    if start is None or end is None or start >= end:
        return []
    source = words.tokens.span(start, end)
    sentence = words.sentence[source[0]]
    first, last = int(words.starts[sentence]), int(words.ends[sentence])
    if not words.subject[first:last].any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([0], words.subject[first:last], [0])))) + first
    mentions = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(source, (a, b)) for a, b in mentions if b <= source[0] or a >= source[1]][:MENTIONS]
