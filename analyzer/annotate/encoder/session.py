"""Networks and tokenizers ready to run: offline, and on one thread, so that a report does not depend on the machine."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analyzer.errors import ModelError
from analyzer.linear import Array
from analyzer.memory import give_back

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

LONGEST, LONGEST_IN_CONTEXT = 112, 128  # pieces of words; what is longer is cut
TOGETHER = 4096  # texts whose pieces of words are held at a time
_LOOKED_AT = 4000  # characters
_AT_ONCE = 256  # texts that the tokenizer's own objects hold
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
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

    Raises ModelError where onnxruntime cannot run it, it takes other inputs, lacks one of ``outputs``, or gives what is
    no number or has another width.
    """

    def __init__(self, network: bytes, name: str, inputs: Collection[str], outputs: Collection[str] = ()) -> None:
        self._name, self._session = name, _session(network, name, inputs, outputs)
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
        """Return what a network takes, a batch of this text alone.

        8-bit networks scale what they read by its largest number, in a batch by that of all its texts: what is said of
        one hangs on the others there, and a quarter of what is read is what the shorter ones are filled up with.
        """
        rows = self.ids, np.ones_like(self.ids), self.type_ids
        return {name: row[None] for name, row in zip(INPUTS, rows, strict=True)}


def encoded(tokenizer: "Tokenizer", beside: Sequence[str], texts: Sequence[str], longest: int) -> list[Pieces]:
    """Return texts, each behind what is read beside it, in pieces of words, at most so many of both together.

    Of both only the beginning is looked at, which is more than a network reads, so that an endless one costs no more.
    """
    pairs = [(a[:_LOOKED_AT], b[:_LOOKED_AT]) for a, b in zip(beside, texts, strict=True)]
    return [
        _cut(made, longest)
        for start in range(0, len(pairs), _AT_ONCE)
        for made in tokenizer.encode_batch(pairs[start : start + _AT_ONCE])
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


def parts(count: int) -> Iterator[slice]:
    """Yield how so many texts are taken in parts: those of all but the longest articles together."""
    for start in range(0, count, TOGETHER):
        yield slice(start, start + TOGETHER)


def _session(network: bytes, name: str, inputs: Collection[str], outputs: Collection[str]) -> "InferenceSession":
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
            network, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOWER_JOINED]
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
    optional = {"attention_mask", "token_type_ids"}  # one that reads one text needs no mask; not all know types
    if not set(inputs) - optional <= takes <= set(inputs) or not set(outputs) <= gives:
        raise ModelError(
            f"the network of model {name!r} takes {', '.join(sorted(takes))} and gives {', '.join(sorted(gives))}; "
            f"expected one that takes {', '.join(sorted(inputs))}"
            f"{' and gives ' + ', '.join(outputs) if outputs else ''}. It was made by another version: rebuild it with "
            f"`npov train {name}`, {_INSTEAD}"
        )
    return found
