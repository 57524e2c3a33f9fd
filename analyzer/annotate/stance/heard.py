"""A second judgement of who blames or praises whom, by what a network that has read the sentence makes of it.

The directed model sees words and the parse; the network the whole sentence, read as one about the target. What the
first makes of two names is weighed with the network's stance and with its tags: whose words these are
(models/stance-directed/notes.md).
"""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, TypedDict

import numpy as np
from msgspec import Meta

from analyzer import modelstore
from analyzer.annotate.encoder import Reading, network_of
from analyzer.annotate.networks import Networks
from analyzer.annotate.stance.directions import LABELS, Direction
from analyzer.annotate.stance.masked import MaskedWords
from analyzer.linear import LEAST, Array, Matrix, log_softmax, softmax

FIGURES = 18  # columns of :func:`figures`
CLIP = 4.0  # deviations from the mean beyond which a figure says no more
_FAR = 8.0  # log odds beyond this say no more
_TOKENS = 20  # the distance of two names counts in these


class Tables(TypedDict):
    """What stands beside the weights."""

    members: Annotated[int, Meta(ge=1)]
    shift: Annotated[list[float], Meta(min_length=len(LABELS), max_length=len(LABELS))]
    network: str  # the hash of the network that it has learnt from


class Heard:
    """Small networks over :func:`figures`, and what is added to their log-probabilities."""

    def __init__(self, networks: Networks, shift: Sequence[float] = (0.0, 0.0, 0.0)) -> None:
        self._networks = networks
        self._shift = np.array(shift, dtype=np.float32)

    def probabilities(self, rows: Matrix) -> Matrix:
        """Return a row of ``LABELS`` for each row of :func:`figures`."""
        return softmax(np.log(self._networks.probabilities(rows) + LEAST) + self._shift)


@cache
def load(name: str, reader: str) -> Heard | None:
    """Return the one beside the directed model of that name over the network of the model ``reader``.

    None where none was made for that network.
    """
    stored = modelstore.load(name)
    weights, file = f"{reader}.npz", f"{reader}.json"
    tables = stored.json(file, Tables) if file in stored.files else None
    if tables is None or tables["network"] != network_of(reader):
        return None
    arrays = stored.arrays(weights, Networks.shapes(FIGURES, tables["members"], len(LABELS)))
    return Heard(Networks.of(arrays, tables["members"], CLIP), tables["shift"])


def figures(words: MaskedWords, directions: Sequence[Direction], before: Matrix, reading: Reading) -> Matrix:
    """Return a row of numbers for each direction: what was made of it ``before``, and the network of its sentences."""
    bounds = np.array(directions, dtype=np.int64).reshape(-1, 4)
    source, target = words.sentence[bounds[:, 0]], words.sentence[bounds[:, 2]]
    reading.need({*source.tolist(), *target.tolist()})
    said = np.clip(reading.source, -_FAR, _FAR)
    tags = [[*_within(said, words, a, b), *_within(said, words, c, d)] for a, b, c, d in bounds.tolist()]
    apart = bounds[:, 0] - bounds[:, 2]
    return np.column_stack(
        [
            np.log(before + LEAST),
            log_softmax(reading.stance[source]),
            reading.sentence[source],
            np.array(tags),
            np.sign(apart),
            np.abs(apart) / _TOKENS,
        ]
    ).astype(np.float32)


def _within(said: Array, words: MaskedWords, first: int, last: int) -> tuple[float, float]:
    """Return how likely a name's words are a source's, and how likely the others of its sentence are."""
    sentence = words.sentence[first]
    low, high = int(words.starts[sentence]), int(words.ends[sentence])
    others = np.concatenate([said[low:first], said[last:high]])
    return float(said[first:last].max()), float(others.max(initial=-_FAR))
