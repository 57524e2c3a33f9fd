"""The one place where features meet weights: one hash, one way from features to columns, one prediction.

Every linear model of the analyzer is arrays or a table of names, and is asked here. :class:`NamedLinear` has a weight
for each named figure, one class (quotations, puffery, bias, the judge); :class:`SparseLinear` has weights of several
classes over sparse features, terms of a :class:`Vocabulary` or numbers made by hashing (Weinberger et al. 2009).

Names are hashed by CRC-32, since a crossing can go on from the checksum of its beginning: half the time of a
``FeatureHasher`` and a tenth for crossings. What spaCy has hashed already is joined and spread by the finaliser of
MurmurHash3. scikit-learn's own classes give the same predictions and are used in training; here a document's few
features would cost more in their calls than in the sums.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NotRequired, Self, TypedDict
from zlib import crc32

import numpy as np

Array = np.ndarray[Any, Any]
Ids = np.ndarray[Any, np.dtype[np.uint64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Matrix = np.ndarray[Any, np.dtype[np.float32]]

LEAST = 1e-6  # added to probabilities before their logarithm
_STEEPEST = 60.0  # scores beyond are as good as certain, and exp() of more would overflow


def codes(names: Iterable[str]) -> list[int]:
    """Return the 32-bit hash of each feature's name, a name given twice once; encoded in one go."""
    return list(dict.fromkeys(map(crc32, "\0".join(names).encode().split(b"\0"))))


def crossed(code: int, ends: Iterable[bytes]) -> list[int]:
    """Return the hashes of a feature's name crossed with others': each goes on from the code of the first."""
    return [crc32(end, code) for end in ends]


def shared_sums(weights: Matrix, rows: Iterable[Sequence[list[int]]]) -> Matrix:
    """Return the sums of hashed weights of each row's parts; ``rows`` hold the codes of each part of each row.

    The number of ``weights`` is a power of two. A list that many rows share is summed once.
    """
    places: dict[int, int] = {}
    met: list[list[int]] = []  # lists are told apart by identity, so they are kept alive
    table = []
    for row in rows:
        for part in row:
            if id(part) not in places:
                places[id(part)] = len(met)
                met.append(part)
        table.append([places[id(part)] for part in row])
    starts = np.cumsum([0, *map(len, met[:-1])])
    columns = np.fromiter(chain.from_iterable(met), dtype=np.uint32) & np.uint32(len(weights) - 1)
    sums: Matrix = np.add.reduceat(weights[columns], starts)[np.asarray(table)]
    return sums


def mix(ids: Ids) -> Ids:
    """Return well-spread hashes of 64-bit numbers (the finaliser of MurmurHash3)."""
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    ids = (ids ^ (ids >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return ids ^ (ids >> np.uint64(33))


def join(left: Ids, right: Ids, template: int) -> Ids:
    """Return one hash for two in this order; ``template`` tells features of different kinds apart."""
    return mix(left * np.uint64(0x9E3779B97F4A7C15) + mix(right + np.uint64(template)))


def bucket(ids: Ids, bits: int) -> Ints:
    """Return hashes as feature numbers below ``2**bits``."""
    return (ids & np.uint64((1 << bits) - 1)).astype(np.int64)


def logistic(score: float) -> float:
    """Return 1 / (1 + exp(-score))."""
    return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, score))))


def logistic_of(scores: Array) -> Matrix:
    """Return the logistic function of many scores, in single precision."""
    powers = np.exp(-np.clip(scores.astype(np.float32), -30.0, 30.0))
    found: Matrix = (1.0 / (1.0 + powers)).astype(np.float32)
    return found


def softmax(scores: Array) -> Matrix:
    """Return probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows: Matrix = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return rows


def log_softmax(scores: Array) -> Array:
    """Return log probabilities, row by row."""
    less = scores - scores.max(axis=1, keepdims=True)
    found: Array = less - np.log(np.exp(less).sum(axis=1, keepdims=True))
    return found


class Vocabulary:
    """Terms as columns."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._column = {str(term): at for at, term in enumerate(terms)}

    def columns(self, names: Iterable[str]) -> Ints:
        """Return the columns of the names that are known, in their order."""
        known = self._column
        return np.array([known[name] for name in names if name in known], dtype=np.int64)

    def rows(self, units: Sequence[Iterable[str]]) -> tuple[Ints, Ints]:
        """Return units and columns of all names that are known, as parallel arrays."""
        found = [self.columns(names) for names in units]
        unit = np.repeat(np.arange(len(found)), [len(columns) for columns in found])
        return unit, np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


class NamedTable(TypedDict):
    """What a :class:`NamedLinear` is stored as."""

    weights: dict[str, float]
    bias: NotRequired[float]
    intercept: NotRequired[float]


@dataclass(frozen=True)
class NamedLinear:
    """A bias and a weight for each figure by its name: a model that a person can read and redo by hand."""

    bias: float
    weights: Mapping[str, float]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Return the model of a JSON table with ``bias`` (or ``intercept``) and ``weights``."""
        bias = table["bias"] if "bias" in table else table["intercept"]
        return cls(float(bias), {str(name): float(weight) for name, weight in table["weights"].items()})

    def of_names(self, names: Iterable[str]) -> float:
        """Return the probability where each of the names holds; names without a weight count nothing."""
        return logistic(self.bias + sum(self.weights.get(name, 0.0) for name in names))

    def in_order(self, names: Sequence[str]) -> list[float]:
        """Return the weights in the order of the names; 0 for one that the model does not know."""
        return [self.weights.get(name, 0.0) for name in names]


@dataclass(frozen=True)
class SparseLinear:
    """Weights of several classes over sparse features.

    ``coef`` has a row for each feature and a column for each class. ``feature`` holds the sorted numbers of the
    features that have weights, None where a feature's number is its row. With ``idf`` a unit's vector is scaled
    to length 1. Scores become probabilities as softmax(scale x score + shift) (vector scaling, Guo et al. 2017).
    """

    coef: Array
    intercept: Array
    feature: Array | None = None
    idf: Array | None = None
    scale: Array | float = 1.0
    shift: Array | float = 0.0

    @staticmethod
    def shapes(classes: int) -> dict[str, tuple[int | str, ...]]:
        """Return the shapes of the arrays that a model of so many classes is stored as."""
        rows = "features"
        each = {"coef": (rows, classes), "intercept": (classes,), "feature": (rows,), "idf": (rows,)}
        return {**each, "scale": (), "shift": (classes,)}

    @classmethod
    def of(cls, arrays: Mapping[str, Array]) -> Self:
        """Return the model of the arrays that have the names of its fields."""
        names = [name for name in cls.__dataclass_fields__ if name in arrays or name in ("coef", "intercept")]
        return cls(**{name: arrays[name] for name in names})

    @cached_property
    def _single(self) -> tuple[Matrix, Matrix | None]:
        """Weights and idf in single precision; stored they are in half."""
        return self.coef.astype(np.float32), None if self.idf is None else self.idf.astype(np.float32)

    def rows(self, feature: Ints) -> tuple[Ints, Ints]:
        """Return which of the features the model knows, and the rows of their weights."""
        if self.feature is None:
            return np.arange(len(feature)), feature
        at = np.minimum(np.searchsorted(self.feature, feature), len(self.feature) - 1)
        known = np.flatnonzero(self.feature[at] == feature)
        return known, at[known]

    def parts(self, unit: Ints, row: Ints, units: int) -> Array:
        """Return what each feature adds to each class's score; ``row`` are rows of weights, ``unit`` whose they are."""
        coef, idf = self._single
        if idf is None:
            return coef[row]
        length = np.sqrt(np.bincount(unit, weights=idf[row] ** 2, minlength=units))
        parts: Array = coef[row] * (idf[row] / length[unit])[:, None]
        return parts

    def scores(self, unit: Ints, parts: Array, units: int) -> Array:
        """Return the sums of the parts with the intercept, scaled: a row a unit, a column a class."""
        sums = np.stack([np.bincount(unit, weights=column, minlength=units) for column in parts.T], axis=1)
        scores: Array = (sums + self.intercept) * self.scale + self.shift
        return scores

    def probabilities(self, unit: Ints, feature: Ints, units: int) -> Matrix:
        """Return the probabilities of each unit, a row a unit and a column a class."""
        known, row = self.rows(feature)
        return softmax(self.scores(unit[known], self.parts(unit[known], row, units), units))
