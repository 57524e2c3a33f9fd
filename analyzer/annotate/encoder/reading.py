"""What one network makes of a Doc's sentences: stance, wording, and word by word who speaks and by which cue.

A sentence is read once for all of that, beside its article's title, its section and the sentence before it; and only
sentences that somebody asks for are read, since reading is what costs most.
"""

import weakref
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder.context import contexts
from analyzer.annotate.encoder.session import (
    INPUTS,
    LONGEST_IN_CONTEXT,
    Network,
    encoded,
    parts,
    tokenizer,
)
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.linear import Array, Matrix
from analyzer.vocabulary import SOURCE_TYPES, STANCES

WORDING = ("weasel", "biased", "puffery")
# What a sentence can have without a word for it: a source of a sentence before, or nobody in particular.
WITHOUT_WORDS = ("carried", "agentless")
OUTPUTS = ("scores", "sentence", "tags")  # stance; WORDING and WITHOUT_WORDS; for each piece of a word what it is of
TAGS = ("", *SOURCE_TYPES)  # no source, or one of a type; behind these, a last column for cues
WIDTHS = dict(zip(OUTPUTS, (len(STANCES), len(WORDING) + len(WITHOUT_WORDS), len(TAGS) + 1), strict=True))
NETWORK = "model.onnx.gz"
READERS = {"large": "large"}  # the model of the network that an engine reads with for every component, by the engine
UNSEEN = -12.0  # the log odds of what was not read


class Said(NamedTuple):
    """What the network's heads say of some texts, a row a text, before calibration.

    ``pieces`` has for each text the first and last character of its pieces of words, ``tags`` their scores: a column
    for each of :data:`TAGS` and one for cues.
    """

    stance: Matrix
    sentence: Matrix
    pieces: list[Array]
    tags: list[Matrix]


class Reader:
    """A network that reads sentences beside their contexts, one by one; ``name`` is its model's."""

    def __init__(self, network: bytes, tokens: str, name: str) -> None:
        self.name = name
        self._network = Network(network, name, INPUTS, OUTPUTS)
        self._tokenizer = tokenizer(tokens, name)

    def read(self, beside: list[str], texts: list[str]) -> Said:
        """Return what the network says of the texts, each read beside its context."""
        said = Said(
            np.zeros((len(texts), len(STANCES)), dtype=np.float32),
            np.zeros((len(texts), len(WORDING) + len(WITHOUT_WORDS)), dtype=np.float32),
            [],
            [],
        )
        for number, pieces in enumerate(encoded(self._tokenizer, beside, texts, LONGEST_IN_CONTEXT)):
            said.stance[number], said.sentence[number], tags = self._network.run(pieces.inputs(), WIDTHS)
            said.pieces.append(pieces.extents)
            said.tags.append(tags[0, pieces.own])
        return said


@cache
def load(name: str, folder: str | None = None) -> Reader:
    """Return the network of the model of that name."""
    model = modelstore.load(name, folder)
    return Reader(model.unzipped(NETWORK), model.text("tokenizer.json"), name)


def network_of(name: str) -> str:
    """Return the hash of a model's network."""
    return modelstore.load(name).files[NETWORK].sha256


class Reading:
    """The sentences of a Doc as far as a network has read them; ``reader`` is its model.

    ``read`` tells which; ``stance`` and ``sentence`` are rows of scores; for each token ``source`` and ``cue`` are the
    log odds that it is of one, and ``types`` the scores of :data:`~analyzer.vocabulary.SOURCE_TYPES`.
    """

    def __init__(self, doc: Doc, reader: str) -> None:
        self.reader = reader
        self._tokens: Tokens = tokens_of(doc)
        sentences, tokens = len(self._tokens.bounds), len(doc)
        self.read = np.zeros(sentences, dtype=bool)
        self.stance = np.zeros((sentences, len(STANCES)), dtype=np.float32)
        self.sentence = np.full((sentences, len(WORDING) + len(WITHOUT_WORDS)), UNSEEN, dtype=np.float32)
        self.source, self.cue = (np.full(tokens, UNSEEN, dtype=np.float32) for _ in range(2))
        self.types = np.zeros((tokens, len(SOURCE_TYPES)), dtype=np.float32)

    def need(self, sentences: Iterable[int]) -> None:
        """Have these sentences read that have not been."""
        numbers = sorted({number for number in sentences if not self.read[number]})
        for part in parts(len(numbers)):  # laid over the tokens before more is read: tags of all would be held else
            self._read(numbers[part])

    def _read(self, numbers: list[int]) -> None:
        tokens, places, texts = self._tokens, [], []
        for number in numbers:
            first, last = tokens.bounds[number]
            whole = tokens.text[tokens.start[first] : tokens.end[last - 1]]
            places.append(tokens.start[first] + len(whole) - len(whole.lstrip()))
            texts.append(whole.strip())
        said = self._said(numbers, texts)
        self.read[numbers], self.stance[numbers], self.sentence[numbers] = True, said.stance, said.sentence
        for place, pieces, tags in zip(places, said.pieces, said.tags, strict=True):
            self._lay(pieces + place, tags)

    def _said(self, numbers: list[int], texts: list[str]) -> Said:
        """Return what the network says of sentences, by their numbers and texts."""
        raise NotImplementedError

    def _lay(self, pieces: Array, tags: Matrix) -> None:
        """Lay a sentence's pieces of words over the Doc's tokens: a token is what its likeliest piece is."""
        if not len(pieces):
            return
        at = np.searchsorted(self._tokens.start, pieces[:, 0], side="right") - 1
        log_odds = np.log(np.exp(tags[:, 1 : len(TAGS)] - tags[:, :1]).sum(axis=1))
        np.maximum.at(self.source, at, log_odds)
        np.maximum.at(self.cue, at, tags[:, len(TAGS)])
        self.types[at[::-1]] = tags[::-1, 1 : len(TAGS)]  # of a token's pieces, the first


class InContext(Reading):
    """A Doc as a :class:`Reader` reads it, each sentence for itself.

    ``beside`` is what each is read beside, where that is something else than its place in the article.
    """

    def __init__(self, doc: Doc, reader: Reader, beside: list[str] | None = None) -> None:
        super().__init__(doc, reader.name)
        self._reader, self._beside = reader, contexts(doc) if beside is None else beside

    def _said(self, numbers: list[int], texts: list[str]) -> Said:
        return self._reader.read([self._beside[number] for number in numbers], texts)

    def spans(self, spans: list[tuple[int, int]]) -> Matrix:
        """Return the scores of stance of stretches of tokens, each read beside the context of its sentence."""
        tokens = self._tokens
        texts = [tokens.text[tokens.start[first] : tokens.end[last - 1]].strip() for first, last in spans]
        return self._reader.read([self._beside[tokens.sent[first]] for first, _ in spans], texts).stance


_READINGS: "weakref.WeakKeyDictionary[Doc, tuple[str, InContext]]" = weakref.WeakKeyDictionary()


def reading_of(doc: Doc, name: str) -> InContext:
    """Return what the model of that name has read of the Doc so far; the Doc's sentences must not change any more."""
    known = _READINGS.get(doc)
    if known is None or known[0] != name:
        known = name, InContext(doc, load(name))
        _READINGS[doc] = known
    return known[1]
