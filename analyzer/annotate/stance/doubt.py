"""Whether the stance of a sentence can be told: its label would be right two times in three in whole articles.

Stance is learnt from passages chosen for their judgements; in whole articles, most of which is neutral, many a label
that is likely there is wrong. How often one is right follows from how far it is likelier than neutral (for neutral: how
far the likeliest side is), and from how sided the sentences around it are (models/stance-doubt). In articles on things
(a method, a substance, a problem) blame and praise are told apart: there each has weights of its own.
"""

from collections.abc import Mapping
from typing import Annotated, NotRequired, TypedDict

import numpy as np
from msgspec import Meta

from analyzer import modelstore
from analyzer.linear import Matrix, logistic_of
from analyzer.vocabulary import STANCES

MODEL = "stance-doubt"
OFTEN = 2 / 3
ARTICLE = 15  # sentences; a shorter text may be a passage that somebody has chosen for its judgements
AROUND = 2  # sentences looked at on either side
LEAST, LEAST_AROUND = 1e-4, 0.01  # probabilities nearer to 0 or 1 say no more than these
NEUTRAL = STANCES.index("neutral")


_Three = Annotated[list[float], Meta(min_length=3, max_length=3)]  # columns of :func:`signs`


class OfSides(TypedDict):
    """Weights for each side."""

    critique: _Three
    endorsement: _Three
    mixed: _Three


class Fitted(TypedDict):
    """Weights for the labels of one model, which its digest tells; ``things`` for sides in articles on things."""

    model: str
    side: _Three
    neutral: _Three
    things: NotRequired[OfSides]


class Doubt:
    """Tells of the probabilities that a model gives an article's sentences which labels are unsure.

    ``models`` are the digests of those in use, by name. With one that nothing was fitted for (a user's own, say), a
    label's probability is taken at its word.
    """

    def __init__(self, name: str, models: Mapping[str, str]) -> None:
        stored = modelstore.load(MODEL)
        fitted = stored.json("weights.json", dict[str, Fitted]).get(name)
        fits = fitted is not None and fitted["model"] == models[name]
        self.models = {MODEL: stored.digest} if fits else {}
        self._weights = {things: by_stance(fitted, things=things) for things in (False, True)} if fits else None
        self._many = fits and "things" in fitted

    def tells(self, sentences: int) -> bool:
        """Tell whether its chances are what the labels of a text of so many sentences are worth.

        That is so in an article, and where enough labels were fitted; in a passage a label's probability is.
        """
        return self._many and sentences >= ARTICLE

    def chances(self, probabilities: Matrix, *, of_thing: bool = False) -> Matrix:
        """Return for each sentence how likely its label is right in a whole article; ``of_thing``: one on a thing."""
        if self._weights is None:
            chances: Matrix = probabilities.max(axis=1)
            return chances
        scores = (signs(probabilities) * self._weights[of_thing][probabilities.argmax(axis=1)]).sum(axis=1)
        return logistic_of(scores)


def by_stance(fitted: Fitted, *, things: bool) -> Matrix:
    """Return the weights of the signs, a row for each of ``STANCES``; for ``things`` those of each side, if any."""
    sides = fitted.get("things") if things else None
    rows = [
        fitted["neutral"] if stance == "neutral" else sides[stance] if sides else fitted["side"] for stance in STANCES
    ]
    return np.array(rows)


def signs(probabilities: Matrix) -> Matrix:
    """Return what tells how often a label is right, a row a sentence: 1, how it leads neutral, what is around it.

    The probabilities are those of an article's sentences, in order.
    """
    likely = np.clip(probabilities.astype(np.float64), LEAST, 1 - LEAST)
    lead = np.log(np.delete(likely, NEUTRAL, axis=1).max(axis=1) / likely[:, NEUTRAL])
    sided = 1 - probabilities[:, NEUTRAL].astype(np.float64)
    sums = np.convolve(sided, np.ones(2 * AROUND + 1))[AROUND : AROUND + len(sided)] - sided
    at = np.arange(len(sided))
    number = np.minimum(at, AROUND) + np.minimum(at[::-1], AROUND)
    around = np.clip(sums / np.maximum(1, number), LEAST_AROUND, 1 - LEAST_AROUND)
    return np.column_stack([np.ones(len(sided)), lead, np.log(around / (1 - around))])
