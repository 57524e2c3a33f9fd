"""The engines that read: a network's judgement of each sentence in its article, joined with the fast model's.

The weighted product of both (Hinton 2002) is better than either: one knows the sentence, the other the words. The words
given as reasons are the fast model's for the label found. Sentences in which the fast model is sure that there is no
stance are not read by a network, and those in which the small one is sure of it not by the large one: reading is what
costs most.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder import (
    ACCURATE,
    LARGE,
    READERS,
    WORDING,
    Reading,
    calibrated,
    reading_of,
    require_libraries,
)
from analyzer.annotate.stance.linear import Fast, Spans, StanceScores, all_reasons, span_features
from analyzer.annotate.stance.masked import MaskedWords
from analyzer.errors import ModelError
from analyzer.linear import Array, Matrix, softmax
from analyzer.vocabulary import STANCES

LEAST = 1e-6  # added to probabilities before their logarithm
NEUTRAL = STANCES.index("neutral")
NEVER = 2.0  # a probability that none reaches
WIKIPEDIA, NEWS = "wikipedia", "news"  # whose sentences: calibrated on articles, most of which is neutral, or not
AS_LEARNT = {"sure": NEVER, "scale": 1.0, "shift": [0.0] * len(STANCES)}
UNREAD = 0.7  # what the large engine leaves to the small network is neutral in 98 of 100 sentences, and never unsure


class Joint:
    """How a network's judgement and that of the model before it become one, from the settings stored beside it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.share = float(settings["fast_share"])
        self.sure = float(settings.get("sure", NEVER))
        self.scale = float(settings["scale"])
        self.shift = np.array(settings["shift"], dtype=np.float32)

    def unread(self, before: Matrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell where the model before is so sure of "neutral" that the network need not read."""
        skipped: np.ndarray[Any, np.dtype[np.bool_]] = before[:, NEUTRAL] >= self.sure
        return skipped

    def logs(self, scores: Matrix, fast: Matrix) -> Array:
        """Return the mean of both models' log-probabilities, ``share`` of it the fast model's."""
        mean: Array = (1 - self.share) * np.log(softmax(scores) + LEAST) + self.share * np.log(fast + LEAST)
        return mean

    def probabilities(self, scores: Matrix, fast: Matrix) -> Matrix:
        """Return calibrated probabilities from the network's scores and the fast model's probabilities."""
        return softmax(self.logs(scores, fast) * self.scale + self.shift)


class Accurate:
    """The engine of that name, loaded at first use; missing libraries are told at once."""

    name: ClassVar[str] = ACCURATE

    def __init__(self, scheme: str = WIKIPEDIA) -> None:
        require_libraries()
        self.scheme = scheme
        self._fast = Fast()

    @cached_property
    def joints(self) -> dict[str, Joint]:
        """What joins each network with the model before it, by the network's name."""
        given = {name: modelstore.load(name).json("calibration.json") for name in READERS[self.name]}
        return {name: Joint(settings | (AS_LEARNT if self.scheme == NEWS else {})) for name, settings in given.items()}

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""
        return {**self._fast.models, **{name: modelstore.load(name).digest for name in READERS[self.name]}}

    def __reduce__(self) -> "tuple[type[Accurate], tuple[str]]":
        return (type(self), (self.scheme,))

    def sentences(self, doc: Doc, words: MaskedWords) -> StanceScores:
        """Return what the models make of every sentence, and what the small network makes of its wording."""
        scored = list(self._fast.scored_sentences(words))
        fast = np.concatenate([likely for _, _, likely in scored])
        reading = reading_of(doc, ACCURATE)
        found = self._judged(reading, self.joints[ACCURATE], fast, fast)
        found = self._read_again(doc, found, fast)
        return StanceScores(found, all_reasons(words, scored, found.argmax(axis=1)), _worded(reading))

    def spans(self, doc: Doc, words: MaskedWords, spans: Spans) -> Matrix:
        """Return the probabilities of stretches of tokens."""
        fast = self._fast.scored(span_features(words, spans), len(spans))[2]
        return self.joints[self.name].probabilities(reading_of(doc, self.name).spans(list(spans)), fast)

    def _judged(self, reading: Reading, joint: Joint, before: Matrix, fast: Matrix) -> Matrix:
        """Return the probabilities of sentences: joint ones where a network has read, else what they were before."""
        reading.need(np.flatnonzero(~joint.unread(before)).tolist())
        found = before.copy()
        found[reading.read] = joint.probabilities(reading.stance[reading.read], fast[reading.read])
        return found

    def _read_again(self, doc: Doc, found: Matrix, fast: Matrix) -> Matrix:
        """Return what is made of the sentences in the end."""
        return found


class Large(Accurate):
    """The engine of that name: a large network reads what the small one is not sure of."""

    name = LARGE

    def __init__(self, scheme: str = WIKIPEDIA) -> None:
        super().__init__(scheme)
        if LARGE not in modelstore.installed():
            raise ModelError(
                "the large engine's weights are not installed: no models/large beside the package, in it, or in "
                "$NPOV_MODELS. Install npov-analyzer-large, build them with `npov train large`, or use another engine."
            )

    def _read_again(self, doc: Doc, found: Matrix, fast: Matrix) -> Matrix:
        reading = reading_of(doc, LARGE)
        found = self._judged(reading, self.joints[LARGE], found, fast)
        raise_neutral(found, np.flatnonzero(~reading.read), UNREAD)
        return found


def _worded(reading: Reading) -> Matrix:
    """Return the wording of the sentences that a network has read, between 0 and 1; nan for the others."""
    settings = modelstore.load(ACCURATE).json("calibration.json")["wording"]
    found = np.full((len(reading.read), len(WORDING)), np.nan, dtype=np.float32)
    found[reading.read] = calibrated(reading.sentence[reading.read, : len(WORDING)], settings)
    return found


def raise_neutral(probabilities: Matrix, rows: Array, least: float) -> None:
    """Have "neutral" be at least so probable in these rows, in place; the others keep their proportions."""
    low = rows[probabilities[rows, NEUTRAL] < least]
    others = np.arange(len(STANCES)) != NEUTRAL
    share = (1 - least) / (1 - probabilities[low, NEUTRAL])
    probabilities[np.ix_(low, others)] *= share[:, None]
    probabilities[low, NEUTRAL] = least
