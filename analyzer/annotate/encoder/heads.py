"""The encoder and its heads: the stance of a sentence toward its article's subject, and how its wording is.

MiniLM-L6 (Wang et al. 2020; weights Apache-2.0), tuned for stance, stored as int8 ONNX, reads the article's title and
the sentence as a pair. Two layers more, tuned for wording, go on from the states that its first four leave, so that a
sentence is read once for both. They fit that encoder and no other: where a user has trained one of their own, they stay
silent.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypedDict

import numpy as np

from analyzer import modelstore
from analyzer.annotate.encoder.reading import WORDING
from analyzer.annotate.encoder.session import INPUTS, LONGEST, Network, batches, encoded, parts, tokenizer
from analyzer.linear import Array, Matrix
from analyzer.vocabulary import STANCES

ENCODER, LAYERS, LARGE = "stance-accurate", "wording-accurate", "large"
HEADS = ("stance", "wording")
LAYER_INPUTS = ("states", "attention_mask")
WIDTHS = {"scores": len(STANCES)}


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


class WordingLayers:
    """States and attention mask of a batch in, a score for each of :data:`WORDING` out."""

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

    def scores(self, states: Matrix, attention_mask: Array) -> Matrix:
        """Return the network's scores before calibration, a row a sentence."""
        given = dict(zip(LAYER_INPUTS, (states, attention_mask), strict=True))
        found: Matrix = self._network.run(given, {self._network.gives[0]: len(WORDING)})[0]
        return found


class Encoder:
    """Texts and what is read beside them in, a row for each text out of every head that is asked."""

    def __init__(self, network: bytes, tokens: str, layers: WordingLayers | None = None) -> None:
        self._network = Network(network, ENCODER, INPUTS, ["scores"] if layers is None else ["scores", "states"])
        self._tokenizer = tokenizer(tokens, ENCODER)
        self._layers = layers

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
        layers = self._layers if "wording" in heads else None
        stance = np.zeros((len(texts), len(STANCES)), dtype=np.float32)
        wording = np.full((len(texts), len(WORDING)), np.nan, dtype=np.float32)
        outputs = ["scores"] if layers is None else ["scores", "states"]
        for chosen, mask, (scores, *states) in self._run(title, texts, outputs):
            stance[chosen] = scores
            if layers is not None:
                wording[chosen] = layers.scores(states[0], mask)
        found = {"stance": stance, "wording": wording if layers is None else calibrated(wording, layers.settings)}
        return {head: found[head] for head in heads}

    def states(self, title: str, texts: list[str]) -> list[Matrix]:
        """Return the states that the wording's layers go on from, for each text a row for each piece of a word."""
        found: list[Matrix] = [np.empty((0, 0), dtype=np.float32)] * len(texts)
        for chosen, mask, (states,) in self._run(title, texts, ["states"]):
            for row, at in enumerate(chosen):
                found[at] = states[row, : mask[row].sum()]
        return found

    def _run(self, title: str, texts: list[str], outputs: list[str]) -> Iterator[tuple[list[int], Array, list[Any]]]:
        """Yield texts (by number) with their attention mask and what the network makes of them."""
        wanted = {name: WIDTHS.get(name) for name in outputs}
        for part in parts(len(texts)):
            taken = texts[part]
            for chosen, inputs in batches(encoded(self._tokenizer, [title] * len(taken), taken, LONGEST)):
                numbers = [part.start + at for at in chosen]
                yield numbers, inputs["attention_mask"], self._network.run(inputs, wanted)


def calibrated(scores: Matrix, settings: Mapping[str, Any]) -> Matrix:
    """Return scores of :data:`WORDING` between 0 and 1; ``settings`` has a ``scale`` and a ``shift`` for each."""
    scale, shift = (np.array([settings[key][name] for name in WORDING], dtype=np.float32) for key in ("scale", "shift"))
    found: Matrix = (1 / (1 + np.exp(-(scores * scale + shift)))).astype(np.float32)
    return found


def fits(encoder: modelstore.Model) -> bool:
    """Tell whether the shipped layers were made for this encoder."""
    network = encoder.files.get("model.onnx")
    made_for: str = _calibration(modelstore.load(LAYERS))["encoder"]
    return network is not None and network.sha256 == made_for


def models() -> dict[str, str]:
    """Return names and digests of the encoder and of the layers that fit it."""
    encoder = modelstore.load(ENCODER)
    return {model.name: model.digest for model in (encoder, modelstore.load(LAYERS))[: 1 + fits(encoder)]}
