"""The accurate stance engine: the encoder's judgement of a sentence beside its title, joined with the fast model's.

The weighted product of both (Hinton 2002) is better than either: one knows the sentence, the other the words. The words
given as reasons are the fast model's for the label found. Sentences in which the fast model is sure that there is no
stance are not read by the network, which costs most.
"""

import itertools
import weakref
from collections.abc import Collection, Mapping
from functools import cache, cached_property
from typing import Annotated, Any, NotRequired, TypedDict

import numpy as np
from msgspec import Meta
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder import (
    ENCODER,
    LARGE,
    TAGGER,
    WORDING,
    Encoder,
    Reading,
    Tagged,
    models,
    reading_of,
    require_libraries,
    tags_fit,
)
from analyzer.annotate.encoder.context import title_of
from analyzer.annotate.encoder.reading import UNSEEN, Said
from analyzer.annotate.stance.linear import Fast, Spans, StanceScores, all_reasons, span_features
from analyzer.annotate.stance.masked import MaskedWords, masked_words
from analyzer.errors import ModelError
from analyzer.linear import LEAST, Array, Matrix, softmax
from analyzer.vocabulary import STANCES

NEUTRAL = STANCES.index("neutral")
NEVER = 2.0  # a probability that none reaches
WIKIPEDIA, NEWS = "wikipedia", "news"  # whose sentences: of articles, most of which is neutral, or of news
AS_LEARNT = {"fast_share": 0.0, "sure": NEVER, "left": NEVER, "scale": 1.0, "shift": [0.0] * len(STANCES)}
UNREAD = 0.95  # what the large engine leaves to the others is neutral in 98 of 100 sentences


class JointSettings(TypedDict):
    """What stands beside the network."""

    fast_share: float
    sure: NotRequired[float]
    left: NotRequired[float]
    scale: float
    shift: Annotated[list[float], Meta(min_length=len(STANCES), max_length=len(STANCES))]


class Joint:
    """How both models' judgements become one, from the settings stored beside the network."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.share = float(settings["fast_share"])
        self.sure = float(settings.get("sure", NEVER))
        self.left = float(settings.get("left", NEVER))  # where the small network is so sure of "neutral"
        self.scale = float(settings["scale"])
        self.shift = np.array(settings["shift"], dtype=np.float32)

    def unread(self, before: Matrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell where what judged before is so sure of "neutral" that the network need not read."""
        skipped: np.ndarray[Any, np.dtype[np.bool_]] = before[:, NEUTRAL] >= self.sure
        return skipped

    def logs(self, scores: Matrix, before: Matrix) -> Array:
        """Return the mean of both models' log-probabilities, ``share`` of it that of what judged before."""
        mean: Array = (1 - self.share) * np.log(softmax(scores) + LEAST) + self.share * np.log(before + LEAST)
        return mean

    def probabilities(self, scores: Matrix, before: Matrix) -> Matrix:
        """Return calibrated probabilities from the network's scores and the probabilities of what judged before."""
        return softmax(self.logs(scores, before) * self.scale + self.shift)


class Accurate:
    """The engine of that name, loaded at first use; missing libraries are told at once."""

    name = ENCODER

    def __init__(self) -> None:
        require_libraries()
        self._fast = Fast()

    @cached_property
    def encoder(self) -> Encoder:
        """The network."""
        return _encoder(tuple(models().values()))

    @cached_property
    def joint(self) -> Joint:
        """What joins it with the fast model."""
        return Joint(modelstore.load(ENCODER).json("calibration.json", JointSettings))

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""
        return {**self._fast.models, **models()}

    def __reduce__(self) -> "tuple[type[Accurate], tuple[str, ...]]":
        return (type(self), ())

    def sentences(self, doc: Doc, words: MaskedWords) -> StanceScores:
        """Return what both models make of every sentence, and what the network makes of its wording."""
        return known_scores(doc, words) or self.judged(doc, words)[0]

    def judged(
        self, doc: Doc, words: MaskedWords, tagging: Collection[int] = ()
    ) -> tuple[StanceScores, dict[int, Tagged]]:
        """Return what both models make of every sentence, and the tags of those sentences, by number, of ``tagging``.

        A sentence that the network does not read for stance has none.
        """
        scored = list(self._fast.scored_sentences(words))
        fast = np.concatenate([likely for _, _, likely in scored])
        found, worded, tagged = self._read(doc, words.tokens.bounds, fast, ("stance", "wording"), tagging)
        return StanceScores(found, all_reasons(words, scored, found.argmax(axis=1)), worded), tagged

    def spans(self, doc: Doc, words: MaskedWords, spans: Spans) -> Matrix:
        """Return the probabilities of stretches of tokens."""
        fast = self._fast.scored(span_features(words, spans), len(spans))[2]
        return self._read(doc, spans, fast, ("stance",))[0]

    def _read(
        self, doc: Doc, spans: Spans, fast: Matrix, heads: tuple[str, ...], tagging: Collection[int] = ()
    ) -> tuple[Matrix, Matrix, dict[int, Tagged]]:
        """Return the joint probabilities, the wording and the tags of stretches.

        What is not read keeps the fast model's probabilities.
        """
        read = np.flatnonzero(~self.joint.unread(fast))
        numbers = read.tolist()
        texts = [doc[start:end].text.strip() for start, end in (spans[i] for i in numbers)]
        places = {k for k, number in enumerate(numbers) if number in tagging}
        said, tagged = self.encoder.read_tagging(title_of(doc), texts, heads, places)
        found, wording = fast.copy(), np.full((len(spans), len(WORDING)), np.nan, dtype=np.float32)
        found[read] = self.joint.probabilities(said["stance"], fast[read])
        if "wording" in said:
            wording[read] = said["wording"]
        return found, wording, {numbers[k]: one for k, one in tagged.items()}


class Together(Reading):
    """A Doc as the small network reads it, once for its stance, its wording and who speaks in it.

    What is tagged first is read with all that is read for stance, which is kept for :meth:`scores_of`.
    """

    def __init__(self, doc: Doc, engine: Accurate) -> None:
        super().__init__(doc, TAGGER)
        self._doc, self._engine = weakref.ref(doc), engine
        self._judged: tuple[MaskedWords, StanceScores] | None = None

    def scores_of(self, words: MaskedWords) -> StanceScores | None:
        """Return what was found of the sentences' stance; None where that was with another subject, or not at all.

        Its probabilities and the list of its reasons may be changed.
        """
        if self._judged is None or not np.array_equal(self._judged[0].subject, words.subject):
            return None
        found = self._judged[1]
        return found._replace(probabilities=found.probabilities.copy(), reasons=list(found.reasons))

    def _said(self, numbers: list[int], texts: list[str]) -> Said:
        doc = self._doc()
        assert doc is not None  # whoever asks holds it
        tagged: dict[int, Tagged] = {}
        if self._judged is None:
            words = masked_words(doc)
            scores, tagged = self._engine.judged(doc, words, set(numbers))
            self._judged = words, scores
        rest = [k for k, number in enumerate(numbers) if number not in tagged]
        late = self._engine.encoder.tagged(title_of(doc), [texts[k] for k in rest])
        tagged |= {numbers[k]: one for k, one in zip(rest, late, strict=True)}
        sentence = np.full((len(numbers), self.sentence.shape[1]), UNSEEN, dtype=np.float32)
        sentence[:, len(WORDING) :] = [tagged[number].without for number in numbers]
        pieces, tags = ([getattr(tagged[number], part) for number in numbers] for part in ("extents", "tags"))
        return Said(self.stance[numbers], sentence, pieces, tags)


_READINGS: "weakref.WeakKeyDictionary[Doc, Together]" = weakref.WeakKeyDictionary()


@cache
def _encoder(digests: tuple[str, ...]) -> Encoder:
    """Return the installed network; ``digests`` are those of its models."""
    return Encoder.load()


@cache
def _engine(digests: tuple[str, ...]) -> Accurate:
    return Accurate()


def heard_by(doc: Doc, reader: str) -> Reading:
    """Return what the network of a model makes of a Doc for attribution.

    Where it is that of the small encoder's layers, the stance of the Doc's sentences is found by the way, and kept.
    """
    if reader != TAGGER:
        return reading_of(doc, reader)
    known = _READINGS.get(doc)
    if known is None:
        known = _READINGS[doc] = Together(doc, _engine(tuple(models().values())))
    return known


def known_scores(doc: Doc, words: MaskedWords) -> StanceScores | None:
    """Return what the small network has found of the stance of a Doc's sentences, where it has read them already."""
    known = _READINGS.get(doc)
    return None if known is None else known.scores_of(words)


def is_heard(reader: str) -> bool:
    """Tell whether a model's word can be had: the layers for attribution are silent beside another encoder."""
    return reader != TAGGER or tags_fit(modelstore.load(ENCODER))


class Large(Accurate):
    """The engine of that name: a large network reads each sentence in its article; wording is the small one's."""

    name = LARGE

    @cached_property
    def large(self) -> Joint:
        """What calibrates the large network: on whole articles, or for news not at all."""
        settings = modelstore.load(LARGE).json("calibration.json", JointSettings)
        return Joint(settings | (AS_LEARNT if self.scheme == NEWS else {}))

    def __init__(self, scheme: str = WIKIPEDIA) -> None:
        super().__init__()
        self.scheme = scheme
        if LARGE not in modelstore.installed():
            raise ModelError(
                "the large engine's weights are not installed: no models/large beside the package, in it, or in "
                "$NPOV_MODELS. Install npov-analyzer-large (`make large` builds it in a clone), or use another engine."
            )

    def __reduce__(self) -> "tuple[type[Accurate], tuple[str, ...]]":
        return (type(self), (self.scheme,))

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""
        return {**super().models, LARGE: modelstore.load(LARGE).digest}

    def sentences(self, doc: Doc, words: MaskedWords) -> StanceScores:
        """Return what the network makes of every sentence that it has read or that may have a stance.

        It does not read for stance what the fast model or the small network is sure has none.
        """
        bounds = words.tokens.bounds
        scored = list(self._fast.scored_sentences(words))
        fast = np.concatenate([likely for _, _, likely in scored])
        known = known_scores(doc, words)  # where engines are compared on one Doc
        if known is not None and known.wording is not None:
            found, worded = known.probabilities, known.wording.copy()
        else:
            found, worded, _ = self._read(doc, bounds, fast, ("stance", "wording"))
        reading = reading_of(doc, LARGE)
        reading.need(np.flatnonzero(~self.large.unread(fast) & (found[:, NEUTRAL] < self.large.left)).tolist())
        reading.weigh_doubtful()
        read = reading.read
        unworded = read & np.isnan(worded[:, 0])
        texts = [doc[start:end].text.strip() for start, end in itertools.compress(bounds, unworded)]
        worded[unworded] = self.encoder.read(title_of(doc), texts, ("wording",))["wording"]
        found[read] = self.large.probabilities(reading.stance[read], found[read])
        raise_neutral(found, np.flatnonzero(~read), UNREAD)
        return StanceScores(found, all_reasons(words, scored, found.argmax(axis=1)), worded)

    def spans(self, doc: Doc, words: MaskedWords, spans: Spans) -> Matrix:
        """Return the probabilities of stretches of tokens."""
        before = super().spans(doc, words, spans)
        return self.large.probabilities(reading_of(doc, LARGE).spans(list(spans)), before)


def raise_neutral(probabilities: Matrix, rows: Array, least: float) -> None:
    """Have "neutral" be at least so probable in these rows, in place; the others keep their proportions."""
    low = rows[probabilities[rows, NEUTRAL] < least]
    others = np.arange(len(STANCES)) != NEUTRAL
    share = (1 - least) / (1 - probabilities[low, NEUTRAL])
    probabilities[np.ix_(low, others)] *= share[:, None]
    probabilities[low, NEUTRAL] = least
