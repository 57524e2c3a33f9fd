"""The accurate stance model: a small encoder that reads the article's title and the sentence as a pair.

MiniLM-L6 (Wang et al. 2020; weights Apache-2.0), tuned for stance, stored as int8 ONNX. It runs on onnxruntime and
tokenizers alone, offline, on one thread, so that a report does not depend on the machine.
Its judgement is joined with the fast model's (a weighted product of both, Hinton 2002), which is better than either:
one knows the sentence, the other the words. The words given as reasons are the fast model's for the label found.
Sentences in which the fast model is sure that there is no stance are not read by the network, which costs most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.encoder import wording as wording_network
from analyzer.annotate.encoder.wording import HEADS, Wording, session
from analyzer.annotate.stance.fast import Fast, Judged, Matrix, softmax
from analyzer.annotate.stance.features import Features, Spans, sentence_features, span_features
from analyzer.annotate.stance.tokens import Table
from analyzer.errors import ModelError
from analyzer.vocabulary import STANCES

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "stance-accurate"
BATCH = 16  # larger ones are slower on a CPU
LEAST = 1e-6  # added to probabilities before their logarithm
NEUTRAL = STANCES.index("neutral")
NEVER = 2.0  # a probability that none reaches
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
LONGEST = 112  # pieces of words; longer sentences are cut


class Encoder:
    """The network and its tokenizer: a title and texts in, probabilities out."""

    def __init__(
        self, network: bytes, tokenizer: str, settings: Mapping[str, Any], wording: Wording | None = None
    ) -> None:
        self._session = session(network, NAME, INPUTS, ["scores"] if wording is None else ["scores", "states"])
        self._wording = wording
        self._tokenizer = _tokenizer(tokenizer)
        self.share = float(settings["fast_share"])
        self.sure = float(settings.get("sure", NEVER))
        self.scale = float(settings["scale"])
        self.shift = np.array(settings["shift"], dtype=np.float32)

    @classmethod
    def load(cls, *, wording: bool = True) -> Encoder:
        """Return the shipped one, with the layers that judge wording or without."""
        model = modelstore.load(NAME)
        settings = model.json("calibration.json")
        return cls(
            model.read("model.onnx"), model.text("tokenizer.json"), settings, Wording.load(model) if wording else None
        )

    def joined(self, scores: Matrix, fast: Matrix) -> Matrix:
        """Return calibrated probabilities from the network's scores and the fast model's probabilities."""
        return softmax(joined(scores, fast, self.share) * self.scale + self.shift)

    def unread(self, fast: Matrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell where the fast model is so sure of "neutral" that the network need not read."""
        skipped: np.ndarray[Any, np.dtype[np.bool_]] = fast[:, NEUTRAL] >= self.sure
        return skipped

    def scores(self, title: str, texts: list[str]) -> Matrix:
        """Return the network's scores, a row for each text."""
        found = np.zeros((len(texts), len(self.shift)), dtype=np.float32)
        for chosen, _, (scores, *_) in self._batches(title, texts, ["scores"]):
            found[chosen] = scores
        return found

    def read(self, title: str, texts: list[str]) -> tuple[Matrix, Matrix]:
        """Return the network's scores, and those of each text's wording; these are nan where no layers fit."""
        if self._wording is None:
            return self.scores(title, texts), np.full((len(texts), len(HEADS)), np.nan, dtype=np.float32)
        found = np.zeros((len(texts), len(self.shift)), dtype=np.float32)
        wording = np.zeros((len(texts), len(HEADS)), dtype=np.float32)
        for chosen, mask, (scores, states) in self._batches(title, texts, ["scores", "states"]):
            found[chosen], wording[chosen] = scores, self._wording.scores(states, mask)
        return found, self._wording.calibrated(wording)

    def states(self, title: str, texts: list[str]) -> list[Matrix]:
        """Return the states that the wording's layers go on from, for each text a row for each piece of a word."""
        found: list[Matrix] = [np.empty((0, 0), dtype=np.float32)] * len(texts)
        for chosen, mask, (states,) in self._batches(title, texts, ["states"]):
            for row, at in enumerate(chosen):
                found[at] = states[row, : mask[row].sum()]
        return found

    def _batches(self, title: str, texts: list[str], outputs: list[str]) -> Iterator[tuple[list[int], Any, list[Any]]]:
        """Yield texts of like length (by number) with their attention mask and what the network makes of them."""
        encoded = self._tokenizer.encode_batch([(title, text) for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            inputs = _padded([encoded[i] for i in chosen])
            yield chosen, inputs["attention_mask"], self._session.run(outputs, inputs)


class Accurate:
    """The engine of that name, loaded at first use; missing libraries are told at once."""

    def __init__(self) -> None:
        _libraries()
        self._fast = Fast()
        self._encoder: Encoder | None = None

    @property
    def encoder(self) -> Encoder:
        """The network."""
        if self._encoder is None:
            self._encoder = Encoder.load()
        return self._encoder

    @property
    def models(self) -> dict[str, str]:
        """Names and digests of the models behind it."""
        own = [modelstore.load(NAME)]
        if wording_network.fits(own[0]):
            own.append(modelstore.load(wording_network.NAME))
        return {**self._fast.models, **{model.name: model.digest for model in own}}

    def __reduce__(self) -> tuple[type[Accurate], tuple[()]]:
        return (Accurate, ())

    def sentences(self, doc: Doc, tokens: Table) -> Judged:
        """Return what the model makes of every sentence."""
        spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
        return self._judge(doc, spans, sentence_features(tokens), wording=True)

    def spans(self, doc: Doc, tokens: Table, spans: Spans) -> Judged:
        """Return what the model makes of stretches of tokens."""
        return self._judge(doc, spans, span_features(tokens, spans))

    def _judge(self, doc: Doc, spans: Spans, found: Features, *, wording: bool = False) -> Judged:
        """Return the encoder's probabilities, the fast model's reasons for its labels, and the wording if asked."""
        title = store.get_value(doc, "title") or store.subject(doc).get("name") or ""
        probabilities = self._fast.model.probabilities(found, len(spans))
        read = np.flatnonzero(~self.encoder.unread(probabilities))
        texts = [doc[start:end].text.strip() for start, end in (spans[i] for i in read.tolist())]
        worded = np.full((len(spans), len(HEADS)), np.nan, dtype=np.float32)
        if wording:
            scores, worded[read] = self.encoder.read(title, texts)
        else:
            scores = self.encoder.scores(title, texts)
        probabilities[read] = self.encoder.joined(scores, probabilities[read])
        reasons = self._fast.model.judge(found, len(spans), probabilities.argmax(axis=1)).reasons
        return Judged(probabilities, reasons, worded)


def joined(scores: Matrix, fast: Matrix, share: float) -> np.ndarray[Any, Any]:
    """Return the mean of both models' log-probabilities, ``share`` of it the fast model's."""
    mean: np.ndarray[Any, Any] = (1 - share) * np.log(softmax(scores) + LEAST) + share * np.log(fast + LEAST)
    return mean


def _padded(rows: list[Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Return the rows as the network's input arrays, filled up with zeros."""
    longest = max(len(row.ids) for row in rows)
    filled = {name: np.zeros((len(rows), longest), dtype=np.int64) for name in ("ids", "attention_mask", "type_ids")}
    for name, array in filled.items():
        for i, row in enumerate(rows):
            values = getattr(row, name)
            array[i, : len(values)] = values
    names = {"ids": "input_ids", "attention_mask": "attention_mask", "type_ids": "token_type_ids"}
    return {names[name]: array for name, array in filled.items()}


def _libraries() -> None:
    """Raise a ModelError that names the extra where a library is missing."""
    from importlib.util import find_spec

    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    if missing:
        raise ModelError(
            f"the accurate stance engine needs {' and '.join(missing)}, not installed here. "
            f"Install them with: pip install {' '.join(missing)}, or use the fast engine."
        )


def _tokenizer(text: str) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises the bare class
        raise ModelError(
            f"the tokenizer of model {NAME!r} cannot be loaded ({error}); reinstall npov-analyzer, "
            "or use the fast engine."
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer
