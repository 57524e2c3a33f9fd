"""What one network makes of a Doc's sentences: stance, wording, and word by word who speaks and by which cue.

A sentence is read for all of that together with those around it in its section, behind the article's title and the
section's heading; and only stretches with a sentence that somebody asks for are read, since reading is what costs most.
What is not plainly neutral there is read again by itself: beside others a sentence takes on something of their side.
"""

import weakref
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder.context import contexts, sections, together
from analyzer.annotate.encoder.session import (
    STRETCH_INPUTS,
    Network,
    Stretch,
    batches_of_stretches,
    laid_out,
    parts,
    tokenizer,
)
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.linear import Array, Matrix, softmax
from analyzer.vocabulary import SOURCE_TYPES, STANCES

WORDING = ("weasel", "biased", "puffery")
# What a sentence can have without a word for it: a source of a sentence before, or nobody in particular.
WITHOUT_WORDS = ("carried", "agentless")
OUTPUTS = ("scores", "sentence", "tags")  # stance; WORDING and WITHOUT_WORDS; for each piece of a word what it is of
TAGS = ("", *SOURCE_TYPES)  # no source, or one of a type; behind these, a last column for cues
WIDTHS = dict(zip(OUTPUTS, (len(STANCES), len(WORDING) + len(WITHOUT_WORDS), len(TAGS) + 1), strict=True))
NETWORK = "model.onnx.gz"
READERS = {"large": "large"}  # the model of the network that an engine reads with for every component, by the engine
AT_A_TIME = 512  # stretches whose tags are held at a time
PLAIN = 0.8  # what "neutral" has, before calibration, in a sentence that is not read again
_UNSEEN = -12.0  # the log odds of what was not read
_NEUTRAL = STANCES.index("neutral")


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
    """A network that reads stretches of sentences."""

    def __init__(self, network: bytes, tokens: str, name: str) -> None:
        self._network = Network(network, name, STRETCH_INPUTS, OUTPUTS)
        self._tokenizer = tokenizer(tokens, name)

    def read(self, stretches: Sequence[Stretch]) -> Said:
        """Return what the network says of the sentences of all stretches, one after another.

        Of those that it has read by themselves too, stance and tags are the means of both.
        """
        said = self._read(stretches)
        beside = [head for stretch in stretches for head in stretch.beside]
        texts = [text for stretch in stretches for text in stretch.texts]
        shared = np.array([len(stretch.texts) > 1 for stretch in stretches for _ in stretch.texts], dtype=bool)
        again = np.flatnonzero(shared & (softmax(said.stance)[:, _NEUTRAL] < PLAIN))
        by_themselves = self._read([Stretch([beside[number]], [texts[number]]) for number in again.tolist()])
        said.stance[again] = (_logs(said.stance[again]) + _logs(by_themselves.stance)) / 2
        for number, tags in zip(again.tolist(), by_themselves.tags, strict=True):
            if len(tags) == len(said.tags[number]):
                said.tags[number] = (said.tags[number] + tags) / 2
        return said

    def _read(self, stretches: Sequence[Stretch]) -> Said:
        first = np.cumsum([0, *(len(stretch.texts) for stretch in stretches)])
        count = int(first[-1])
        said = Said(
            np.zeros((count, len(STANCES)), dtype=np.float32),
            np.zeros((count, len(WORDING) + len(WITHOUT_WORDS)), dtype=np.float32),
            [np.empty((0, 2), dtype=np.int64)] * count,
            [np.empty((0, len(TAGS) + 1), dtype=np.float32)] * count,
        )
        for part in parts(len(stretches), AT_A_TIME):
            laid = laid_out(self._tokenizer, stretches[part])
            for chosen, inputs in batches_of_stretches(laid):
                stance, sentence, tags = self._network.run(inputs, WIDTHS)
                for row, at in enumerate(chosen):
                    own = laid[at]
                    for k, (start, end) in enumerate(own.places):
                        number = first[part.start + at] + k
                        said.stance[number], said.sentence[number] = stance[row, k], sentence[row, k]
                        said.pieces[number], said.tags[number] = own.extents[k], tags[row, start:end]
        return said


def _logs(scores: Matrix) -> Matrix:
    logs: Matrix = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return logs


@cache
def load(name: str, folder: str | None = None) -> Reader:
    """Return the network of the model of that name."""
    model = modelstore.load(name, folder)
    return Reader(model.unzipped(NETWORK), model.text("tokenizer.json"), name)


class Reading:
    """The sentences of a Doc as far as they have been read.

    ``read`` tells which somebody asked for; ``stance`` and ``sentence`` are rows of scores; for each token ``source``
    and ``cue`` are the log odds that it is of one, and ``types`` the scores of
    :data:`~analyzer.vocabulary.SOURCE_TYPES`.
    """

    def __init__(self, doc: Doc, reader: Reader) -> None:
        self._reader, self._beside, self._sections = reader, contexts(doc), sections(doc)
        self._tokens: Tokens = tokens_of(doc)
        count, tokens = len(self._beside), len(doc)
        self._done: set[int] = set()
        self.read = np.zeros(count, dtype=bool)
        self.stance = np.zeros((count, len(STANCES)), dtype=np.float32)
        self.sentence = np.full((count, len(WORDING) + len(WITHOUT_WORDS)), _UNSEEN, dtype=np.float32)
        self.source, self.cue = (np.full(tokens, _UNSEEN, dtype=np.float32) for _ in range(2))
        self.types = np.zeros((tokens, len(SOURCE_TYPES)), dtype=np.float32)

    @cached_property
    def _stretches(self) -> list[range]:
        return together(self._sections, [end - start for start, end in self._tokens.bounds])

    @cached_property
    def _stretch_of(self) -> list[int]:
        """The stretch of each sentence."""
        return [number for number, stretch in enumerate(self._stretches) for _ in stretch]

    def need(self, sentences: Iterable[int]) -> None:
        """Have the stretches of these sentences read that have not been."""
        asked = sorted({number for number in sentences if not self.read[number]})
        numbers = sorted({self._stretch_of[number] for number in asked} - self._done)
        for part in parts(len(numbers), AT_A_TIME):  # laid over the tokens before more is read: tags take memory
            self._read([self._stretches[number] for number in numbers[part]])
        self._done.update(numbers)
        self.read[asked] = True

    def _read(self, stretches: list[range]) -> None:
        tokens, places, asked = self._tokens, [], []
        for stretch in stretches:
            texts = []
            for first, last in (tokens.bounds[number] for number in stretch):
                whole = tokens.text[tokens.start[first] : tokens.end[last - 1]]
                places.append(tokens.start[first] + len(whole) - len(whole.lstrip()))
                texts.append(whole.strip())
            asked.append(Stretch([self._beside[number] for number in stretch], texts))
        said = self._reader.read(asked)
        numbers = [number for stretch in stretches for number in stretch]
        self.stance[numbers], self.sentence[numbers] = said.stance, said.sentence
        for place, pieces, tags in zip(places, said.pieces, said.tags, strict=True):
            self._lay(pieces + place, tags)

    def spans(self, spans: list[tuple[int, int]]) -> Matrix:
        """Return the scores of stance of stretches of tokens, each read beside the context of its sentence."""
        tokens = self._tokens
        texts = [tokens.text[tokens.start[first] : tokens.end[last - 1]].strip() for first, last in spans]
        beside = [self._beside[tokens.sent[first]] for first, _ in spans]
        return self._reader.read([Stretch([head], [text]) for head, text in zip(beside, texts, strict=True)]).stance

    def _lay(self, pieces: Array, tags: Matrix) -> None:
        """Lay a sentence's pieces of words over the Doc's tokens: a token is what its likeliest piece is."""
        if not len(pieces):
            return
        at = np.searchsorted(self._tokens.start, pieces[:, 0], side="right") - 1
        log_odds = np.log(np.exp(tags[:, 1 : len(TAGS)] - tags[:, :1]).sum(axis=1))
        np.maximum.at(self.source, at, log_odds)
        np.maximum.at(self.cue, at, tags[:, len(TAGS)])
        self.types[at[::-1]] = tags[::-1, 1 : len(TAGS)]  # of a token's pieces, the first


_READINGS: "weakref.WeakKeyDictionary[Doc, tuple[str, Reading]]" = weakref.WeakKeyDictionary()


def reading_of(doc: Doc, name: str) -> Reading:
    """Return what the model of that name has read of the Doc so far; the Doc's sentences must not change any more."""
    known = _READINGS.get(doc)
    if known is None or known[0] != name:
        known = name, Reading(doc, load(name))
        _READINGS[doc] = known
    return known[1]
