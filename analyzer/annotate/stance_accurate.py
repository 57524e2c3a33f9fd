"""The accurate stance model: a small encoder that reads the article's title and the sentence as a pair.

MiniLM-L6 (Wang et al. 2020; weights Apache-2.0), tuned for stance, stored as int8 ONNX. It runs on onnxruntime and
tokenizers alone (the ``accurate`` extra), offline, on one thread, so that a report does not depend on the machine.
The words given as reasons are those of the fast model for the same label: an encoder has none of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.stance_fast import Fast, Judged, Matrix, softmax
from analyzer.annotate.stance_features import Features, Spans, sentence_features, span_features
from analyzer.annotate.stance_tokens import Table
from analyzer.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NAME = "stance-accurate"
BATCH = 16  # larger ones are slower on a CPU
LONGEST = 112  # pieces of words; longer sentences are cut


class Encoder:
    """The network and its tokenizer: a title and texts in, probabilities out."""

    def __init__(self, network: bytes, tokenizer: str, scale: Matrix, shift: Matrix) -> None:
        self._session = _session(network)
        self._tokenizer = _tokenizer(tokenizer)
        self.scale, self.shift = scale, shift

    @classmethod
    def load(cls) -> Encoder:
        """Return the shipped one."""
        model = modelstore.load(NAME)
        settings = model.json("calibration.json")
        scale, shift = (np.array(settings[key], dtype=np.float32) for key in ("scale", "shift"))
        return cls(model.read("model.onnx"), model.text("tokenizer.json"), scale, shift)

    def probabilities(self, title: str, texts: list[str]) -> Matrix:
        """Return calibrated probabilities, a row for each text."""
        return softmax(self.scores(title, texts) * self.scale + self.shift)

    def scores(self, title: str, texts: list[str]) -> Matrix:
        """Return the network's scores, a row for each text; batches hold texts of like length."""
        encoded = self._tokenizer.encode_batch([(title, text) for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        found = np.zeros((len(texts), len(self.shift)), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found[chosen] = self._session.run(None, _padded([encoded[i] for i in chosen]))[0]
        return found


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
        return {**self._fast.models, NAME: modelstore.load(NAME).digest}

    def __reduce__(self) -> tuple[type[Accurate], tuple[()]]:
        return (Accurate, ())

    def sentences(self, doc: Doc, tokens: Table) -> Judged:
        """Return what the model makes of every sentence."""
        spans = list(zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True))
        return self._judge(doc, spans, sentence_features(tokens))

    def spans(self, doc: Doc, tokens: Table, spans: Spans) -> Judged:
        """Return what the model makes of stretches of tokens."""
        return self._judge(doc, spans, span_features(tokens, spans))

    def _judge(self, doc: Doc, spans: Spans, found: Features) -> Judged:
        """Return the encoder's probabilities, with the fast model's reasons for its labels."""
        title = store.get_value(doc, "title") or store.subject(doc).get("name") or ""
        texts = [doc[start:end].text.strip() for start, end in spans]
        probabilities = self.encoder.probabilities(title, texts)
        reasons = self._fast.model.judge(found, len(spans), probabilities.argmax(axis=1)).reasons
        return Judged(probabilities, reasons)


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
            'Install them with: pip install "npov-analyzer[accurate]", or use the fast engine.'
        )


def _tokenizer(text: str) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(text)
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    return tokenizer


def _session(network: bytes) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own for every damaged or newer file
        raise ModelError(
            f"the network of model {NAME!r} cannot be loaded by onnxruntime {onnxruntime.__version__} ({error}); "
            "reinstall npov-analyzer, or use the fast engine."
        ) from error
