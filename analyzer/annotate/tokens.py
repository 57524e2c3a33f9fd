"""The one table of a Doc's words: plain lists and arrays, read once for all components.

Reading a spaCy token's attributes one by one, or ``doc.text``, costs more than most of what is done with them. Also
here: the table with the quotations laid over it, and words as spaCy's 64-bit string hashes, in sorted arrays that many
words can be looked up in at once.
"""

import weakref
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import add
from typing import Any

import numpy as np
from spacy.strings import StringStore, get_string_id
from spacy.tokens import Doc

from analyzer.annotate import store

Ids = np.ndarray[Any, np.dtype[np.uint64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

QUOTE_MARKS = frozenset('"“”„‟«»‹›‘`') | {"``", "''", '""'}
MOST = 1 << 13  # strings that are remembered
_GAPS = ("", " ")
# What may change while a Doc goes through its pipeline, the words first; the rest hangs on the words alone.
_CHANGING: list[int | str] = [*"ORTH SPACY LEMMA POS TAG DEP ENT_TYPE ENT_IOB HEAD SENT_START".split()]
_FIXED: list[int | str] = ["LOWER", "LIKE_NUM", "IS_PUNCT"]
_OF_WORDS = ("text", "words", "lower", "start", "end", "counts")


def _numbers(values: Ints) -> list[int]:
    found: list[int] = values.tolist()
    return found


def _column(name: str) -> cached_property[list[str]]:
    return cached_property(lambda tokens: tokens.strings(name))


class Tokens:
    """The words of a Doc as columns, each made when it is first asked for; one entry a token unless it says otherwise.

    Ask :func:`tokens_of` for it. Strings: ``words``, ``lower``, ``lemma``, ``pos``, ``tag``, ``dep``, ``ent`` (the
    entity's label or ""). Places: ``start`` and ``end`` in characters of ``text``, ``head`` (a token), ``children``
    (tokens in order), ``sent`` (a sentence). ``bounds`` holds each sentence's first token and the one after its last.
    """

    def __init__(self, strings: StringStore, changing: Ids, fixed: Ids) -> None:
        self._store, self._changing, self._fixed = strings, changing, fixed
        self._strings: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._changing)

    def ids(self, name: str) -> Ids:
        """Return a column as spaCy stores it: LOWER, LEMMA, POS, TAG, DEP, ENT_TYPE (hashes), LIKE_NUM ..."""
        if name in _FIXED:
            return self._fixed[:, _FIXED.index(name)]
        return self._changing[:, _CHANGING.index(name)]

    def strings(self, name: str) -> list[str]:
        """Return the strings of a column of hashes."""
        if name not in self._strings:
            self._strings[name] = _read_strings(self._store, self.ids(name))
        return self._strings[name]

    words = _column("ORTH")
    lower = _column("LOWER")
    lemma = _column("LEMMA")
    pos = _column("POS")
    tag = _column("TAG")
    dep = _column("DEP")
    ent = _column("ENT_TYPE")

    @cached_property
    def text(self) -> str:
        """The text of the Doc."""
        return "".join(map(add, self.words, map(_GAPS.__getitem__, self.ids("SPACY").tolist())))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word comes, in lower case."""
        return Counter(self.lower)

    @cached_property
    def _ends(self) -> Ints:
        spaces = self.ids("SPACY").astype(np.int64)
        return np.cumsum(self._lengths + spaces) - spaces

    @cached_property
    def _lengths(self) -> Ints:
        return np.fromiter(map(len, self.words), dtype=np.int64, count=len(self))

    @cached_property
    def start(self) -> list[int]:
        """The first character of each token."""
        return _numbers(self._ends - self._lengths)

    @cached_property
    def end(self) -> list[int]:
        """The character after the last of each token."""
        return _numbers(self._ends)

    @cached_property
    def heads(self) -> Ints:
        """``head`` as an array."""
        return np.arange(len(self)) + self.ids("HEAD").astype(np.int64)

    @cached_property
    def head(self) -> list[int]:
        """The token that each hangs on; a root hangs on itself."""
        return _numbers(self.heads)

    @cached_property
    def children(self) -> list[list[int]]:
        """The tokens that hang on each, in order."""
        leaf: list[int] = []
        found = [leaf] * len(self)
        for i, head in enumerate(self.head):
            if head != i:
                if found[head]:
                    found[head].append(i)
                else:
                    found[head] = [i]
        return found

    @cached_property
    def within(self) -> list[bool]:
        """Whether each token goes on with the named entity of the one before."""
        found: list[bool] = (self.ids("ENT_IOB") == 1).tolist()
        return found

    def entity(self, i: int) -> range:
        """Return the tokens of the named entity that a token is in; the token alone where it is in none."""
        start, end = i, i + 1
        while start > 0 and self.within[start]:
            start -= 1
        while end < len(self) and self.within[end]:
            end += 1
        return range(start, end)

    @cached_property
    def starts(self) -> Ints:
        """The first token of each sentence; one sentence where nothing has split the Doc."""
        opens = self.ids("SENT_START") == 1
        opens[:1] = True
        return np.flatnonzero(opens)

    @cached_property
    def opens(self) -> list[bool]:
        """Whether each token opens a sentence."""
        found = [False] * len(self)
        for first in self.starts.tolist():
            found[first] = True
        return found

    @cached_property
    def ends(self) -> Ints:
        """The token after the last of each sentence."""
        return np.append(self.starts[1:], len(self)) if len(self) else self.starts

    @cached_property
    def sentence(self) -> Ints:
        """``sent`` as an array."""
        return np.repeat(np.arange(len(self.starts)), self.ends - self.starts)

    @cached_property
    def sent(self) -> list[int]:
        """The sentence of each token."""
        return _numbers(self.sentence)

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """The first token of each sentence, and the one after its last."""
        return list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))

    def capital(self, i: int) -> bool:
        """Tell whether a token begins with a capital."""
        return self.words[i][:1].isupper()

    def subtree(self, i: int) -> range:
        """Return the tokens from the first to the last of the subtree of ``i``; no recursion: trees may be deep."""
        low = high = i
        waiting = [i]
        while waiting:
            at = waiting.pop()
            low, high = min(low, at), max(high, at)
            waiting.extend(self.children[at])
        return range(low, high + 1)

    def at(self, offset: int) -> int:
        """Return the token that begins at or last before a character; -1 before the first."""
        return bisect_right(self.start, offset) - 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the first token of a stretch of characters, and the one after its last."""
        return max(0, self.at(start)), bisect_left(self.start, end)


class _Memory:
    """The strings met so far, by their hash (the same in every vocabulary), and the table of the Doc met last."""

    def __init__(self) -> None:
        self.strings: dict[int, str] = {}
        self.last: tuple[weakref.ref[Doc], Tokens] | None = None


_memory = _Memory()


def tokens_of(doc: Doc) -> Tokens:
    """Return the table of a Doc; for the Doc that was asked for last, the one made then, if the Doc is the same still.

    A Doc may be retokenized, its sentences mended, its entities set; comparing costs a hundredth of reading. Where only
    the words are the same still, what was read of them is kept.
    """
    changing = _table(doc, _CHANGING)
    last = _memory.last[1] if _memory.last is not None and _memory.last[0]() is doc else None
    if last is not None and np.array_equal(last._changing, changing):
        return last
    if last is not None and np.array_equal(last._changing[:, :2], changing[:, :2]):
        found = Tokens(doc.vocab.strings, changing, last._fixed)
        vars(found).update({name: value for name, value in vars(last).items() if name in _OF_WORDS})
    else:
        found = Tokens(doc.vocab.strings, changing, _table(doc, _FIXED))
    _memory.last = weakref.ref(doc, _forget), found
    return found


def _forget(gone: weakref.ref[Doc]) -> None:
    """Give up the table of a Doc with the Doc."""
    if _memory.last is not None and _memory.last[0] is gone:
        _memory.last = None


def _table(doc: Doc, names: list[int | str]) -> Ids:
    found: Any = doc.to_array(names)  # of unsigned integers, whatever its stub says
    rows: Ids = found.reshape(len(doc), len(names))
    return rows


def _read_strings(store: StringStore, ids: Ids) -> list[str]:
    if len(_memory.strings) > MOST:
        _memory.strings = {}
    known, keys = _memory.strings, ids.tolist()
    try:
        return list(map(known.__getitem__, keys))
    except KeyError:
        for key in set(keys).difference(known):
            known[key] = store[key]
        return list(map(known.__getitem__, keys))


def id_of(word: str) -> np.uint64:
    """Return a word's hash."""
    return np.uint64(get_string_id(word))


def ids_of(words: Iterable[str]) -> Ids:
    """Return the words as sorted hashes, each once."""
    return np.unique(np.fromiter(map(get_string_id, words), dtype=np.uint64))


def among(values: Ids, known: Ids) -> Flags:
    """Return which of the hashes are in a sorted array of hashes; faster than ``np.isin`` where that is long."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    found: Flags = known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values
    return found


class QuotedTokens(Tokens):
    """The words of a Doc, and where each is quoted.

    ``quoted`` is the number of the quotation a token lies in, or -1; ``titled`` tells whether it lies in a title or in
    scare quotes, ``scare`` whether in the latter.
    """

    def __init__(self, tokens: Tokens, rows: list[store.Row]) -> None:
        vars(self).update(vars(tokens))  # what has been read of the Doc is shared
        size = len(tokens)
        self.quoted, self.titled, self.scare = [-1] * size, [False] * size, [False] * size
        number = 0
        for row in sorted(rows, key=lambda row: (row["start"], -row["end"])):
            kind = row.get("kind", "quotation")
            for i in range(bisect_right(self.end, row["start"]), bisect_left(self.start, row["end"])):
                if kind == "quotation":
                    self.quoted[i] = number
                else:
                    self.titled[i] = True
                    self.scare[i] = self.scare[i] or kind == "scare"
            number += kind == "quotation"


def quoted_tokens(doc: Doc) -> QuotedTokens:
    """Return the words of a Doc with its quotations laid over them."""
    return QuotedTokens(tokens_of(doc), store.get(doc, "quotations"))


def by_passage(tokens: Tokens, passages: Sequence[store.Row]) -> Iterator[tuple[store.Row, range]]:
    """Yield each passage with its sentences."""
    starts = [tokens.start[first] for first, _ in tokens.bounds]
    at = 0
    for passage in passages:
        end = max(at, bisect_right(starts, passage["end"] - 1))
        yield passage, range(at, end)
        at = end
