"""Networks and tokenizers ready to run: offline, and on one thread, so that a report does not depend on the machine."""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analyzer.errors import ModelError
from analyzer.linear import Array
from analyzer.memory import give_back

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

BATCH = 16  # texts that the small networks read at once; larger ones are slower on a CPU
LONGEST = 112  # pieces of words of a text and what is read beside it; what is longer is cut
LONGEST_BESIDE, LONGEST_SENTENCE, LONGEST_STRETCH = 64, 110, 500  # the same where sentences are read together
TOGETHER = 4096  # texts whose pieces of words are held at a time; their batches hang on each other
AT_ONCE = 256  # pieces that the large network reads at once: its weights are fetched for all of them
_STEP = 8  # pieces by which what it reads is filled up
_LOOKED_AT = 4000  # characters
_ENCODED = 256  # texts that the tokenizer's own objects hold
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
STRETCH_INPUTS = ("input_ids", "attention_mask", "shares")  # shares: of each sentence's mean what a piece counts
_SLOWER_JOINED = "SkipLayerNormFusion"  # a sum and its normalization take seven times as long as one node
_INSTEAD = "reinstall npov-analyzer, or use the fast engine."


def require_libraries() -> None:
    """Raise a ModelError that names the extra where a library is missing."""
    from importlib.util import find_spec

    missing = [name for name in ("onnxruntime", "tokenizers") if find_spec(name) is None]
    if missing:
        raise ModelError(
            f"the accurate and the large engine need {' and '.join(missing)}, not installed here. "
            f"Install them with: pip install {' '.join(missing)}, or use the fast engine."
        )


def tokenizer(text: str, name: str) -> "Tokenizer":
    """Return the tokenizer of a model; raises ModelError where it is none."""
    from tokenizers import Tokenizer

    try:
        found = Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises the bare class
        raise ModelError(f"the tokenizer of model {name!r} cannot be loaded ({error}); {_INSTEAD}") from error
    found.no_padding()
    found.no_truncation()
    return found


class Network:
    """The network of a model, with what it takes and gives told when it is loaded and checked when it has run.

    ``as_fitted``: its nodes are joined as they were when what calibrates it was fitted, at a seventh more time; what 8
    bits round hangs on it. Raises ModelError where onnxruntime cannot run it, it takes other inputs, lacks one of
    ``outputs``, or gives what is no number or has another width.
    """

    def __init__(
        self,
        network: bytes,
        name: str,
        inputs: Collection[str],
        outputs: Collection[str] = (),
        *,
        as_fitted: bool = False,
    ) -> None:
        apart = [] if as_fitted else [_SLOWER_JOINED]
        self._name, self._session = name, _session(network, name, inputs, outputs, apart)
        self._takes = [node.name for node in self._session.get_inputs()]
        self.gives = [node.name for node in self._session.get_outputs()]

    def run(self, given: Mapping[str, Array], wanted: Mapping[str, int | None]) -> list[Any]:
        """Return the outputs wanted, each with its number of columns where that is fixed: a row a text."""
        try:
            found = self._session.run(list(wanted), {name: given[name] for name in self._takes})
        except Exception as error:  # onnxruntime raises classes of its own
            if "alloc" in str(error):
                raise MemoryError from error
            raise ModelError(f"the network of model {self._name!r} fails ({error}); {_INSTEAD}") from error
        rows = len(given[self._takes[0]])
        for (name, width), array in zip(wanted.items(), found, strict=True):
            fits = array.ndim > 1 and len(array) == rows and width in (None, array.shape[-1])
            if not (fits and np.isfinite(array).all()):
                raise ModelError(
                    f"the network of model {self._name!r} gives {name!r} in the shape {array.shape} or as no numbers; "
                    f"expected {rows} rows of {width or 'any number of'} figures. Rebuild it with "
                    f"`npov train {self._name}`, {_INSTEAD}"
                )
        answers: list[Any] = found
        return answers


class Pieces(NamedTuple):
    """A text behind what is read beside it, in pieces of words: what a network takes of it.

    ``own`` are the places of the text's own pieces, ``extents`` their first and last characters in it.
    """

    ids: Array
    type_ids: Array
    own: Array
    extents: Array

    def inputs(self) -> dict[str, Array]:
        """Return what a network takes, a batch of this text alone."""
        rows = self.ids, np.ones_like(self.ids), self.type_ids
        return {name: row[None] for name, row in zip(INPUTS, rows, strict=True)}


def encoded(tokenizer: "Tokenizer", beside: Sequence[str], texts: Sequence[str], longest: int) -> list[Pieces]:
    """Return texts, each behind what is read beside it, in pieces of words, at most so many of both together.

    Of both only the beginning is looked at, which is more than a network reads, so that an endless one costs no more.
    """
    pairs = [(a[:_LOOKED_AT], b[:_LOOKED_AT]) for a, b in zip(beside, texts, strict=True)]
    return [
        _cut(made, longest)
        for start in range(0, len(pairs), _ENCODED)
        for made in tokenizer.encode_batch(pairs[start : start + _ENCODED])
    ]


def _cut(made: "Encoding", longest: int) -> Pieces:
    """Return a pair with so many pieces at most; the longer text loses pieces until both are equally long.

    That is what the library calls "longest_first"; it would keep every pairing of the parts that it cuts off, too.
    """
    side = np.array([-1 if side is None else side for side in made.sequence_ids])
    sizes = np.bincount(side + 1, minlength=3)[1:]
    room = longest - (len(side) - int(sizes.sum()))
    kept = np.ones(len(side), dtype=bool)
    if sizes.sum() > room:
        shorter = int(sizes[1] < sizes[0])
        sizes[shorter] = min(sizes[shorter], room // 2)
        sizes[1 - shorter] = room - sizes[shorter]
        for text, size in enumerate(sizes):
            kept[np.flatnonzero(side == text)[size:]] = False
    own = side == 1
    return Pieces(
        np.array(made.ids)[kept],
        np.array(made.type_ids)[kept],
        np.flatnonzero(own[kept]),
        np.array(made.offsets, dtype=np.int64).reshape(-1, 2)[own & kept],
    )


class Stretch(NamedTuple):
    """Sentences that follow each other in a section, and what is read beside all of them: title, section, sentence."""

    beside: str
    texts: list[str]


class Laid(NamedTuple):
    """A stretch in pieces of words: those of what is read beside it, then each sentence's, a mark behind each.

    ``places`` has the first piece of each sentence and the one behind its last, ``extents`` its pieces' characters.
    """

    ids: Array
    places: list[tuple[int, int]]
    extents: list[Array]


def alike(laid: Sequence[Laid]) -> Iterator[list[int]]:
    """Yield which stretches are read at once, by number: of as many sentences and of about the same length.

    Alone or among others, a stretch is filled up to the same length: what is said of it does not hang on them.
    """
    found: dict[tuple[int, int], list[int]] = {}
    for number, one in enumerate(laid):
        found.setdefault((_filled_up(len(one.ids)), len(one.places)), []).append(number)
    for (length, _), numbers in found.items():
        count = max(1, AT_ONCE // length)
        yield from (numbers[start : start + count] for start in range(0, len(numbers), count))


def _filled_up(length: int) -> int:
    return -(-length // _STEP) * _STEP


def inputs_of(laid: Sequence[Laid]) -> dict[str, Array]:
    """Return what a network takes, a batch of these stretches, filled up with zeros."""
    length, most = _filled_up(max(len(one.ids) for one in laid)), max(len(one.places) for one in laid)
    ids, mask = (np.zeros((len(laid), length), dtype=np.int64) for _ in range(2))
    shares = np.zeros((len(laid), most, length), dtype=np.float32)
    for row, one in enumerate(laid):
        ids[row, : len(one.ids)], mask[row, : len(one.ids)] = one.ids, 1
        for number, (first, behind) in enumerate(one.places):
            shares[row, number, first:behind] = 1 / max(1, behind - first)
    return dict(zip(STRETCH_INPUTS, (ids, mask, shares), strict=True))


def laid_out(tokenizer: "Tokenizer", stretches: Sequence[Stretch]) -> list[Laid]:
    """Return stretches in pieces of words; of what is read beside them, of a sentence, and of all only so many."""
    lead, *middle, end = tokenizer.encode("", "").ids
    heads = _plain(tokenizer, [stretch.beside for stretch in stretches])
    texts = _plain(tokenizer, [text for stretch in stretches for text in stretch.texts])
    found = []
    for (head, _), stretch in zip(heads, stretches, strict=True):
        ids = [lead, *_ends(head), *middle]
        own = list(itertools.islice(texts, len(stretch.texts)))
        room = _room([len(pieces) for pieces, _ in own], LONGEST_STRETCH - len(ids))
        places = []
        for pieces, _ in own:
            places.append((len(ids), len(ids) + min(len(pieces), room)))
            ids += [*pieces[:room], end]
        found.append(Laid(np.array(ids), places, [extents[:room] for _, extents in own]))
    return found


def _plain(tokenizer: "Tokenizer", texts: Sequence[str]) -> Iterator[tuple[list[int], Array]]:
    """Yield the pieces of texts without marks, with their first and last characters."""
    for start in range(0, len(texts), _ENCODED):
        looked_at = [text[:_LOOKED_AT] for text in texts[start : start + _ENCODED]]
        for made in tokenizer.encode_batch(looked_at, add_special_tokens=False):
            yield made.ids, np.array(made.offsets, dtype=np.int64).reshape(-1, 2)


def _ends(pieces: list[int]) -> list[int]:
    """Return so many pieces of what is read beside a stretch: the title at its beginning, the sentence at its end."""
    first = LONGEST_BESIDE // 3
    return pieces if len(pieces) <= LONGEST_BESIDE else pieces[:first] + pieces[first - LONGEST_BESIDE :]


def _room(sizes: list[int], all_of_them: int) -> int:
    """Return how many pieces a sentence may have at most so that all of them, each with its mark, find room."""
    room = LONGEST_SENTENCE
    while room > 1 and sum(min(size, room) + 1 for size in sizes) > all_of_them:
        room -= 1
    return room


def parts(count: int) -> Iterator[slice]:
    """Yield how so many texts are taken in parts: those of all but the longest articles together."""
    for start in range(0, count, TOGETHER):
        yield slice(start, start + TOGETHER)


def _session(
    network: bytes, name: str, inputs: Collection[str], outputs: Collection[str], apart: list[str]
) -> "InferenceSession":
    """Return what runs the network of a model."""
    try:
        import onnxruntime
    except ImportError as error:  # it is there (asked at the start), but a system library that it needs is not
        raise ModelError(
            f"the accurate and the large engine need onnxruntime, which is installed but does not start ({error}); "
            "install it again, or use the fast engine."
        ) from error

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        found = onnxruntime.InferenceSession(
            network, options, providers=["CPUExecutionProvider"], disabled_optimizers=apart
        )
    except Exception as error:  # onnxruntime raises classes of its own for every damaged or newer file
        raise ModelError(
            f"the network of model {name!r} cannot be loaded by onnxruntime {onnxruntime.__version__} ({error}); "
            f"{_INSTEAD}"
        ) from error
    # It keeps the bytes it was made of, to start again with other providers, and much of what reading them took.
    found._model_bytes = None
    give_back()
    takes, gives = {node.name for node in found.get_inputs()}, {node.name for node in found.get_outputs()}
    optional = {"token_type_ids"}  # not every kind of network knows them
    if not set(inputs) - optional <= takes <= set(inputs) or not set(outputs) <= gives:
        raise ModelError(
            f"the network of model {name!r} takes {', '.join(sorted(takes))} and gives {', '.join(sorted(gives))}; "
            f"expected one that takes {', '.join(sorted(inputs))}"
            f"{' and gives ' + ', '.join(outputs) if outputs else ''}. It was made by another version: rebuild it with "
            f"`npov train {name}`, {_INSTEAD}"
        )
    return found


def batches(encoded: list[Pieces]) -> Iterator[tuple[list[int], dict[str, Array]]]:
    """Yield encoded texts of like length (by number), with the network's inputs for them, filled up with zeros."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        inputs = {name: np.zeros((len(chosen), len(encoded[chosen[-1]].ids)), dtype=np.int64) for name in INPUTS}
        for row, at in enumerate(chosen):
            for name, values in encoded[at].inputs().items():
                inputs[name][row, : values.shape[1]] = values[0]
        yield chosen, inputs
