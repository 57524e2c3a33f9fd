"""The encoder and its heads: the stance of a sentence toward its subject, how its wording is, and who speaks in it.

MiniLM-L6 (Wang et al. 2020; weights Apache-2.0), tuned for stance, stored as int8 ONNX, reads the article's title and
the sentence as a pair. Two layers more, tuned for wording, and two, tuned for who speaks, go on from the states that
its first four leave, so that a sentence is read once for all. They fit that encoder and no other: where a user has
trained one of their own, they stay silent.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypedDict

import numpy as np

from analyzer import modelstore
from analyzer.annotate.encoder.reading import READERS, TAGS, WITHOUT_WORDS, WORDING
from analyzer.annotate.encoder.session import INPUTS, LONGEST, Network, Pieces, encoded, parts, tokenizer
from analyzer.linear import Array, Matrix
from analyzer.vocabulary import STANCES

ENCODER, LAYERS, TAGGER, LARGE = "stance-accurate", "wording-accurate", "attribution-accurate", "large"
TAGGERS = {"accurate": TAGGER, **READERS}  # the model whose word on who speaks counts, by the engine
HEADS = ("stance", "wording")
LAYER_INPUTS = ("states",)
MADE_FOR = "encoder.json"
WIDTHS = {"scores": len(STANCES)}
TAGGED = {"tags": len(TAGS) + 1, "without": len(WITHOUT_WORDS)}  # what the layers for attribution give, with widths


class ByKind(TypedDict):
    """A figure for each of :data:`WORDING`."""

    weasel: float
    biased: float
    puffery: float


class LayerSettings(TypedDict):
    """What stands beside the layers that judge wording."""

    encoder: str
    scale: ByKind
    shift: ByKind


def _calibration(model: modelstore.Model) -> Any:  # noqa: ANN401 - a LayerSettings
    return model.json("calibration.json", LayerSettings)


class MadeFor(TypedDict):
    """Of which encoder layers go on: the hash of its network."""

    encoder: str


class WordingLayers:
    """The states of a text in, a score for each of :data:`WORDING` out."""

    def __init__(self, network: bytes, settings: Mapping[str, Any]) -> None:
        self._network = Network(network, LAYERS, LAYER_INPUTS)
        self.settings = settings

    @classmethod
    def load(cls, encoder: modelstore.Model) -> "WordingLayers | None":
        """Return the shipped ones; None where they were not made for this encoder."""
        if not fits(encoder):
            return None
        model = modelstore.load(LAYERS)
        return cls(model.read("model.onnx"), _calibration(model))

    def scores(self, states: Matrix) -> Array:
        """Return the network's scores before calibration of a text by its states, a row a piece of a word."""
        given = {LAYER_INPUTS[0]: states[None]}
        found: Array = self._network.run(given, {self._network.gives[0]: len(WORDING)})[0][0]
        return found


class Tagged(NamedTuple):
    """What the layers for attribution say of a text, before calibration.

    ``extents`` has the first and last character of its pieces of words, ``tags`` their scores: a column for each of
    :data:`TAGS` and one for cues. ``without`` are the scores of :data:`WITHOUT_WORDS`.
    """

    extents: Array
    tags: Matrix
    without: Array


class AttributionLayers:
    """The states of a text in, out for each piece of a word what it is of, and what the text has without words."""

    def __init__(self, network: bytes) -> None:
        self._network = Network(network, TAGGER, LAYER_INPUTS, tuple(TAGGED))

    @classmethod
    def load(cls, encoder: modelstore.Model) -> "AttributionLayers | None":
        """Return the shipped ones; None where they were not made for this encoder."""
        if not tags_fit(encoder):
            return None
        return cls(modelstore.load(TAGGER).read("model.onnx"))

    def tagged(self, states: Matrix, pieces: Pieces) -> Tagged:
        """Return what the network says of a text by its states, a row a piece of a word (of title and sentence)."""
        tags, without = self._network.run({LAYER_INPUTS[0]: states[None]}, TAGGED)
        return Tagged(pieces.extents, tags[0, pieces.own], without[0])


class Encoder:
    """Texts and what is read beside them in, a row for each text out of every head that is asked."""

    def __init__(self, network: bytes, tokens: str, layers: WordingLayers | None = None) -> None:
        outputs = ["scores"] if layers is None else ["scores", "states"]
        self._network = Network(network, ENCODER, INPUTS, outputs)
        self._tokenizer = tokenizer(tokens, ENCODER)
        self._layers = layers

    @cached_property
    def tagger(self) -> AttributionLayers | None:
        """The layers for attribution, where there are some for the shipped encoder; only one engine asks for them."""
        return AttributionLayers.load(modelstore.load(ENCODER))

    @classmethod
    def load(cls, *, wording: bool = True) -> "Encoder":
        """Return the shipped one, with the layers that judge wording or without."""
        model = modelstore.load(ENCODER)
        layers = WordingLayers.load(model) if wording else None
        return cls(model.read("model.onnx"), model.text("tokenizer.json"), layers)

    def read(self, title: str, texts: list[str], heads: Collection[str] = HEADS) -> dict[str, Matrix]:
        """Return what the heads say: "stance", scores of ``STANCES`` before calibration, and "wording".

        The latter has a score between 0 and 1 for each of :data:`WORDING`, nan where no layers fit the encoder.
        """
        return self.read_tagging(title, texts, heads)[0]

    def read_tagging(
        self, title: str, texts: list[str], heads: Collection[str] = HEADS, tagging: Collection[int] = ()
    ) -> tuple[dict[str, Matrix], dict[int, Tagged]]:
        """Return what the heads say, as :meth:`read`, and the tags of the texts whose numbers are in ``tagging``."""
        layers, tagger = self._layers if "wording" in heads else None, self.tagger if tagging else None
        stance = np.zeros((len(texts), len(STANCES)), dtype=np.float32)
        wording = np.full((len(texts), len(WORDING)), np.nan, dtype=np.float32)
        tagged: dict[int, Tagged] = {}
        outputs = ["scores"] if layers is None and tagger is None else ["scores", "states"]
        for at, pieces, (scores, *states) in self._run(title, texts, outputs):
            stance[at] = scores[0]
            if layers is not None:
                wording[at] = layers.scores(states[0][0])
            if tagger is not None and at in tagging:
                tagged[at] = tagger.tagged(states[0][0], pieces)
        found = {"stance": stance, "wording": wording if layers is None else calibrated(wording, layers.settings)}
        return {head: found[head] for head in heads}, tagged

    def tagged(self, title: str, texts: list[str]) -> list[Tagged]:
        """Return the tags of texts that are not read for anything else."""
        tagger = self.tagger
        return [] if tagger is None else [tagger.tagged(states, own) for own, states in self.states(title, texts)]

    def states(self, title: str, texts: list[str]) -> list[tuple[Pieces, Matrix]]:
        """Return each text in pieces of words, and the states that other layers go on from, a row a piece."""
        return [(pieces, states[0]) for _, pieces, (states,) in self._run(title, texts, ["states"])]

    def _run(self, title: str, texts: list[str], outputs: list[str]) -> Iterator[tuple[int, Pieces, list[Any]]]:
        """Yield texts, one by one, by number and in pieces, with what the network makes of them."""
        wanted = {name: WIDTHS.get(name) for name in outputs}
        for part in parts(len(texts)):
            taken = texts[part]
            for at, pieces in enumerate(encoded(self._tokenizer, [title] * len(taken), taken, LONGEST), part.start):
                yield at, pieces, self._network.run(pieces.inputs(), wanted)


def calibrated(scores: Matrix, settings: Mapping[str, Any]) -> Matrix:
    """Return scores of :data:`WORDING` between 0 and 1; ``settings`` has a ``scale`` and a ``shift`` for each."""
    scale, shift = (np.array([settings[key][name] for name in WORDING], dtype=np.float32) for key in ("scale", "shift"))
    found: Matrix = (1 / (1 + np.exp(-(scores * scale + shift)))).astype(np.float32)
    return found


def fits(encoder: modelstore.Model) -> bool:
    """Tell whether the shipped layers for wording were made for this encoder."""
    return _is(encoder, _calibration(modelstore.load(LAYERS))["encoder"])


def tags_fit(encoder: modelstore.Model) -> bool:
    """Tell whether the shipped layers for attribution were made for this encoder."""
    return _is(encoder, modelstore.load(TAGGER).json(MADE_FOR, MadeFor)["encoder"])


def _is(encoder: modelstore.Model, sha256: str) -> bool:
    network = encoder.files.get("model.onnx")
    return network is not None and network.sha256 == sha256


def models() -> dict[str, str]:
    """Return names and digests of the encoder and of the layers that fit it."""
    encoder = modelstore.load(ENCODER)
    return {model.name: model.digest for model in (encoder, modelstore.load(LAYERS))[: 1 + fits(encoder)]}
