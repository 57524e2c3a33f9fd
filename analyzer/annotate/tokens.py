"""The words of a Doc as plain lists, read once for all components: what no component changes.

Reading a spaCy token's attributes one by one, or ``doc.text``, costs more than most of what is done with them.
"""

from __future__ import annotations

import weakref
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from operator import add
from typing import Any

import numpy as np
from spacy.tokens import Doc

Ids = np.ndarray[Any, Any]
MOST = 200_000  # strings that are remembered
_GAPS = ("", " ")


@dataclass(frozen=True)
class Columns:
    """The text of a Doc, and of each token the word, the word in lower case, and where it starts and ends."""

    text: str
    words: list[str]
    lower: list[str]
    start: list[int]
    end: list[int]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word comes, in lower case."""
        return Counter(self.lower)


class _Memory:
    """The strings met so far, by their hash (the same in every vocabulary), and the columns of the Doc met last."""

    def __init__(self) -> None:
        self.strings: dict[int, str] = {}
        self.last: tuple[weakref.ref[Doc], Ids, Columns] | None = None


_memory = _Memory()


def columns(doc: Doc) -> Columns:
    """Return the columns of a Doc; for the Doc that was asked for last, those made then, if its words are the same."""
    ids = doc.to_array(["ORTH", "SPACY"])  # a Doc may be retokenized; comparing costs a hundredth of reading
    last = _memory.last
    if last is not None and last[0]() is doc and np.array_equal(last[1], ids):
        return last[2]
    found = _read(doc)
    _memory.last = weakref.ref(doc), ids, found
    return found


def _read(doc: Doc) -> Columns:
    table = doc.to_array(["ORTH", "LOWER", "IDX", "LENGTH", "SPACY"]).reshape(len(doc), 5).T
    words = strings(doc, table[0])
    text = "".join(map(add, words, map(_GAPS.__getitem__, table[4].tolist())))
    return Columns(text, words, strings(doc, table[1]), table[2].tolist(), (table[2] + table[3]).tolist())


def strings(doc: Doc, ids: Ids) -> list[str]:
    """Return the strings of a column of hashes."""
    if len(_memory.strings) > MOST:
        _memory.strings = {}
    known, store, keys = _memory.strings, doc.vocab.strings, ids.tolist()
    try:
        return list(map(known.__getitem__, keys))
    except KeyError:
        for key in set(keys).difference(known):
            known[key] = store[key]
        return list(map(known.__getitem__, keys))
