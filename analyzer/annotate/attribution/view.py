"""A parsed Doc as plain Python lists: reading a spaCy token's attributes one by one would cost more than the model."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.tokens import columns, strings

_COLUMNS: list[int | str] = ["LEMMA", "POS", "TAG", "DEP", "ENT_TYPE", "HEAD"]
QUOTE_MARKS = frozenset('"“”„‟«»‹›‘`') | {"``", "''", '""'}


@dataclass(slots=True)
class View:
    """Columns over the tokens of a Doc; ``head`` holds token indexes, ``sent`` sentence indexes.

    ``quoted`` is the index of the quotation (a row of the ``quotations`` layer of that kind) a token lies in, or -1;
    ``titled`` tells whether it lies in a title or in scare quotes, ``scare`` whether in the latter.
    """

    words: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    ent: list[str]
    head: list[int]
    start: list[int]
    end: list[int]
    sent: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)
    titled: list[bool] = field(default_factory=list)
    scare: list[bool] = field(default_factory=list)
    quotations: list[store.Row] = field(default_factory=list)

    def capital(self, i: int) -> bool:
        """Tell whether a token begins with a capital."""
        return self.words[i][:1].isupper()

    def subtree(self, i: int) -> tuple[int, int]:
        """Return the first and last token of the subtree of ``i``; iterative, as hostile trees may be deep."""
        low = high = i
        waiting = [i]
        while waiting:
            at = waiting.pop()
            low, high = min(low, at), max(high, at)
            waiting.extend(self.children[at])
        return low, high


def view(doc: Doc) -> View:
    """Return the columns of a Doc, with sentence indexes as ``doc.sents`` numbers them."""
    plain = columns(doc)
    table = doc.to_array(_COLUMNS).reshape(len(doc), 6).T
    lemma, pos, tag, dep, ent = (strings(doc, column) for column in table[:5])
    seen = View(
        words=plain.words,
        lower=plain.lower,
        lemma=lemma,
        pos=pos,
        tag=tag,
        dep=dep,
        ent=ent,
        head=(np.arange(len(doc)) + table[5].astype("int64")).tolist(),
        start=plain.start,
        end=plain.end,
    )
    leaf: list[int] = []
    seen.children = [leaf] * len(doc)
    for i, head in enumerate(seen.head):
        if head != i:
            if seen.children[head]:
                seen.children[head].append(i)
            else:
                seen.children[head] = [i]
    for index, sentence in enumerate(doc.sents):
        seen.bounds.append((sentence.start, sentence.end))
        seen.sent.extend([index] * (sentence.end - sentence.start))
    _quotations(seen, doc)
    return seen


def _quotations(seen: View, doc: Doc) -> None:
    """Note for each token the quotation it lies in."""
    n = len(seen.start)
    seen.quoted = [-1] * n
    seen.titled = [False] * n
    seen.scare = [False] * n
    rows = store.get(doc, "quotations")
    for row in sorted(rows, key=lambda r: (r["start"], -r["end"])):
        kind = row.get("kind", "quotation")
        if kind == "quotation":
            seen.quotations.append(row)
        i = bisect_right(seen.end, row["start"])
        while i < n and seen.start[i] < row["end"]:
            if kind == "quotation":
                seen.quoted[i] = len(seen.quotations) - 1
            else:
                seen.titled[i] = True
                seen.scare[i] = seen.scare[i] or kind == "scare"
            i += 1
