"""What one network makes of a Doc's sentences: stance, wording, and word by word who speaks and by which cue.

A sentence is read once for all of that, beside its article's title, its section and the sentence before it; and only
sentences that somebody asks for are read, since reading is what costs most. Where that leaves its stance in doubt, it
is read once more among those around it: neither way of reading is better, both together are.
"""

import weakref
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder.context import contexts, sections, together
from analyzer.annotate.encoder.session import (
    STRETCH_INPUTS,
    Network,
    Stretch,
    alike,
    inputs_of,
    laid_out,
    parts,
    tokenizer,
)
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.linear import Array, Matrix, log_softmax
from analyzer.vocabulary import SOURCE_TYPES, STANCES

WORDING = ("weasel", "biased", "puffery")
# What a sentence can have without a word for it: a source of a sentence before, or nobody in particular.
WITHOUT_WORDS = ("carried", "agentless")
NAMED = len(WORDING) + len(WITHOUT_WORDS)
OUTPUTS = ("scores", "sentence", "tags")  # stance; WORDING and WITHOUT_WORDS; for each piece of a word what it is of
TAGS = ("", *SOURCE_TYPES)  # no source, or one of a type; behind these, a last column for cues
WIDTHS = dict(zip(OUTPUTS, (len(STANCES), NAMED, len(TAGS) + 1), strict=True))
NETWORK = "model.onnx.gz"
READERS = {"large": "large"}  # the model of the network that an engine reads with for every component, by the engine
UNSEEN = -12.0  # the log odds of what was not read
PLAIN = 0.5  # what "neutral" has, before calibration, in a sentence that is not read once more
AROUND = 1  # sentences before and behind those that are
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
    """A network that reads stretches of sentences, those of like length at once; ``name`` is its model's."""

    def __init__(self, network: bytes, tokens: str, name: str) -> None:
        self.name = name
        self._network = Network(network, name, STRETCH_INPUTS, OUTPUTS)
        self._tokenizer = tokenizer(tokens, name)

    def read(self, stretches: Sequence[Stretch]) -> Said:
        """Return what the network says of the sentences of all stretches, one after another."""
        laid = laid_out(self._tokenizer, stretches)
        found: dict[int, tuple[Array, Array, list[Matrix]]] = {}
        for numbers in alike(laid):
            stance, sentence, tags = self._network.run(inputs_of([laid[n] for n in numbers]), WIDTHS)
            for row, number in enumerate(numbers):
                own = [tags[row, first:behind].copy() for first, behind in laid[number].places]
                found[number] = stance[row], sentence[row], own
        ordered = [found[number] for number in range(len(laid))]
        return Said(
            _rows([row for stance, _, _ in ordered for row in stance], len(STANCES)),
            _rows([row for _, sentence, _ in ordered for row in sentence], NAMED),
            [extents for one in laid for extents in one.extents],
            [own for _, _, tags in ordered for own in tags],
        )


def _rows(rows: list[Array], width: int) -> Matrix:
    return np.array(rows, dtype=np.float32).reshape(len(rows), width)


def in_doubt(stance: Matrix, stretches: Sequence[range]) -> list[int]:
    """Return the sentences, by number, that are not plainly neutral and have others around them."""
    doubtful = log_softmax(stance)[:, _NEUTRAL] < np.log(PLAIN)
    return [number for one in stretches if len(one) > 1 for number in one if doubtful[number]]


def among_others(
    reader: Reader, stretches: Sequence[range], numbers: Sequence[int], beside: Sequence[str], texts: Sequence[str]
) -> Matrix:
    """Return the log-probabilities of the stances of sentences, each read with those around it in its stretch."""
    near = windows(stretches, set(numbers))
    said = reader.read([Stretch(beside[one.start], [texts[number] for number in one]) for one in near])
    rows = {number: row for row, number in enumerate(number for one in near for number in one)}
    return log_softmax(said.stance[[rows[number] for number in numbers]])


def windows(stretches: Sequence[range], numbers: Collection[int]) -> list[range]:
    """Return sentences with those around them, those together that share some; what is around is in their stretch."""
    found: list[range] = []
    for stretch in stretches:
        shared = stretch.start  # where what is read with the one before ends
        for number in stretch:
            if number not in numbers:
                continue
            first, behind = max(stretch.start, number - AROUND), min(stretch.stop, number + AROUND + 1)
            if first < shared:
                first = found.pop().start
            found.append(range(first, behind))
            shared = behind
    return found


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
        self.sentence = np.full((sentences, NAMED), UNSEEN, dtype=np.float32)
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
        self._stretches = together(sections(doc), [last - first for first, last in self._tokens.bounds])
        self._twice: set[int] = set()

    def _said(self, numbers: list[int], texts: list[str]) -> Said:
        return self._reader.read([Stretch(self._beside[n], [text]) for n, text in zip(numbers, texts, strict=True)])

    def weigh_doubtful(self) -> None:
        """Have those that are read, and whose stance is in doubt, read among others: it is the mean of both then."""
        numbers = [n for n in in_doubt(self.stance, self._stretches) if self.read[n] and n not in self._twice]
        self._twice.update(numbers)
        texts = [self._text(*bounds) for bounds in self._tokens.bounds]
        again = among_others(self._reader, self._stretches, numbers, self._beside, texts)
        self.stance[numbers] = ((log_softmax(self.stance[numbers]) + again) / 2).astype(np.float32)

    def spans(self, spans: list[tuple[int, int]]) -> Matrix:
        """Return the scores of stance of stretches of tokens, each read beside the context of its sentence."""
        beside = [self._beside[self._tokens.sent[first]] for first, _ in spans]
        asked = zip(beside, spans, strict=True)
        return self._reader.read([Stretch(head, [self._text(*span)]) for head, span in asked]).stance

    def _text(self, first: int, last: int) -> str:
        return self._tokens.text[self._tokens.start[first] : self._tokens.end[last - 1]].strip()


_READINGS: "weakref.WeakKeyDictionary[Doc, tuple[str, InContext]]" = weakref.WeakKeyDictionary()


def reading_of(doc: Doc, name: str) -> InContext:
    """Return what the model of that name has read of the Doc so far; the Doc's sentences must not change any more."""
    known = _READINGS.get(doc)
    if known is None or known[0] != name:
        known = name, InContext(doc, load(name))
        _READINGS[doc] = known
    return known[1]
