"""What one network makes of a Doc's sentences: stance, wording, and word by word who speaks and by which cue.

A sentence is read for all of that together with those around it in its section, behind the article's title and the
section's heading; and only stretches with a sentence that somebody asks for are read, since reading is what costs most.
What is not plainly neutral there is read again by itself: beside others a sentence takes on something of their side.
"""

import weakref
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.encoder.context import contexts, sections, together
from analyzer.annotate.encoder.session import STRETCH_INPUTS, Network, Stretch, laid_out, parts, tokenizer
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
PLAIN = 0.8  # what "neutral" has, before calibration, in a sentence that is not read again by itself
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
    """A network that reads stretches of sentences, one by one; ``name`` is its model's."""

    def __init__(self, network: bytes, tokens: str, name: str) -> None:
        self.name = name
        self._network = Network(network, name, STRETCH_INPUTS, OUTPUTS)
        self._tokenizer = tokenizer(tokens, name)

    def read(self, stretches: Sequence[Stretch]) -> Said:
        """Return what the network says of the sentences of all stretches, one after another."""
        stance, sentence, pieces, tags = [], [], [], []
        for laid in laid_out(self._tokenizer, stretches):
            of_stance, of_sentence, of_pieces = self._network.run(laid.inputs(), WIDTHS)
            stance += [*of_stance[0]]
            sentence += [*of_sentence[0]]
            pieces += laid.extents
            tags += [of_pieces[0, first:behind] for first, behind in laid.places]
        return Said(_rows(stance, len(STANCES)), _rows(sentence, NAMED), pieces, tags)


def _rows(rows: list[Array], width: int) -> Matrix:
    return np.array(rows, dtype=np.float32).reshape(len(rows), width)


def joined_readings(reader: Reader, stretches: Sequence[range], beside: Sequence[str], texts: Sequence[str]) -> Said:
    """Return what a network says of sentences in stretches; stance and tags of what it reads again are both's mean.

    ``stretches`` are all of the sentences, by number; ``beside`` has what each is read beside by itself.
    """
    said = reader.read([Stretch(beside[one.start], [texts[number] for number in one]) for one in stretches])
    shared = np.array([len(stretch) > 1 for stretch in stretches for _ in stretch], dtype=bool)
    logs = log_softmax(said.stance)
    again = np.flatnonzero(shared & (logs[:, _NEUTRAL] < np.log(PLAIN))).tolist()
    alone = reader.read([Stretch(beside[number], [texts[number]]) for number in again])
    said.stance[again] = ((logs[again] + log_softmax(alone.stance)) / 2).astype(np.float32)
    for number, tags in zip(again, alone.tags, strict=True):
        if len(tags) == len(said.tags[number]):  # a long sentence loses pieces of words among others
            said.tags[number] = (said.tags[number] + tags) * np.float32(0.5)
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
        self.sentence = np.full((sentences, NAMED), UNSEEN, dtype=np.float32)
        self.source, self.cue = (np.full(tokens, UNSEEN, dtype=np.float32) for _ in range(2))
        self.types = np.zeros((tokens, len(SOURCE_TYPES)), dtype=np.float32)

    def need(self, sentences: Iterable[int]) -> None:
        """Have these sentences read that have not been."""
        for numbers in self._at_once({number for number in sentences if not self.read[number]}):
            self._read(numbers)

    def _at_once(self, asked: set[int]) -> Iterator[list[int]]:
        """Yield the sentences to be read, as many as are laid over the tokens before more is read: tags take memory."""
        numbers = sorted(asked)
        for part in parts(len(numbers)):
            yield numbers[part]

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
    """A Doc as a :class:`Reader` reads it: in stretches of its sections, and what is in doubt there once more.

    What is said of a sentence hangs on its place in the article alone, not on what else somebody asks for; ``asked``
    tells for which that was, ``read`` also what was read beside these. With ``beside``, what each sentence is read
    beside in place of its article's, each is read by itself.
    """

    def __init__(self, doc: Doc, reader: Reader, beside: list[str] | None = None) -> None:
        super().__init__(doc, reader.name)
        self._reader, self._beside = reader, contexts(doc) if beside is None else beside
        words = [last - first for first, last in self._tokens.bounds]
        alone = [range(number, number + 1) for number in range(len(words))]
        self._stretches = together(sections(doc), words) if beside is None else alone
        self.asked = np.zeros(len(words), dtype=bool)

    def need(self, sentences: Iterable[int]) -> None:
        """Have the stretches of these sentences read that have not been."""
        numbers = list(sentences)
        self.asked[numbers] = True
        super().need(numbers)

    def _at_once(self, asked: set[int]) -> Iterator[list[int]]:
        stretches = [stretch for stretch in self._stretches if not asked.isdisjoint(stretch)]
        for part in parts(len(stretches)):
            yield [number for stretch in stretches[part] for number in stretch]

    def _said(self, numbers: list[int], texts: list[str]) -> Said:
        wanted, beside = set(numbers), [self._beside[number] for number in numbers]
        sizes = [len(stretch) for stretch in self._stretches if stretch.start in wanted]
        ends = np.cumsum([0, *sizes]).tolist()
        return joined_readings(self._reader, list(map(range, ends, ends[1:])), beside, texts)

    def spans(self, spans: list[tuple[int, int]]) -> Matrix:
        """Return the scores of stance of stretches of tokens, each read beside the context of its sentence."""
        tokens = self._tokens
        texts = [tokens.text[tokens.start[first] : tokens.end[last - 1]].strip() for first, last in spans]
        beside = [self._beside[tokens.sent[first]] for first, _ in spans]
        return self._reader.read([Stretch(head, [text]) for head, text in zip(beside, texts, strict=True)]).stance


_READINGS: "weakref.WeakKeyDictionary[Doc, tuple[str, InContext]]" = weakref.WeakKeyDictionary()


def reading_of(doc: Doc, name: str) -> InContext:
    """Return what the model of that name has read of the Doc so far; the Doc's sentences must not change any more."""
    known = _READINGS.get(doc)
    if known is None or known[0] != name:
        known = name, InContext(doc, load(name))
        _READINGS[doc] = known
    return known[1]
