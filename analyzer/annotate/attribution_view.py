"""A parsed Doc as plain Python lists: reading a spaCy token's attributes one by one would cost more than the model."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.strings import StringStore
from spacy.tokens import Doc

from analyzer.annotate import store

_COLUMNS: list[int | str] = ["LOWER", "LEMMA", "POS", "TAG", "DEP", "ENT_TYPE", "HEAD"]
QUOTE_MARKS = frozenset('"“”„‟«»‹›‘`') | {"``", "''", '""'}


@dataclass(slots=True)
class View:
    """Columns over the tokens of a Doc; ``head`` holds token indexes, ``sent`` sentence indexes.

    ``quoted`` is the index of the quotation (a row of the ``quotations`` layer of that kind) a token lies in, or -1;
    ``titled`` tells whether it lies in a title or in scare quotes, ``scare`` whether in the latter.
    """

    lower: list[str]
    lemma: list[str]
    pos: list[str]
    tag: list[str]
    dep: list[str]
    ent: list[str]
    head: list[int]
    start: list[int]
    end: list[int]
    capital: list[bool] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)
    quoted: list[int] = field(default_factory=list)
    titled: list[bool] = field(default_factory=list)
    scare: list[bool] = field(default_factory=list)
    quotations: list[store.Row] = field(default_factory=list)

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
    strings: StringStore = doc.vocab.strings
    names: dict[int, str] = {}

    def text(values: list[int]) -> list[str]:
        for value in set(values):
            if value not in names:
                names[value] = strings[value]
        return [names[value] for value in values]

    n = len(doc)
    table = doc.to_array(_COLUMNS).T
    lower, lemma, pos, tag, dep, ent = (text(table[k].tolist()) for k in range(6))
    offsets = table[6].astype("int64").tolist()
    start = [token.idx for token in doc]
    seen = View(
        lower=lower,
        lemma=lemma,
        pos=pos,
        tag=tag,
        dep=dep,
        ent=ent,
        head=[i + offsets[i] for i in range(n)],
        start=start,
        end=[at + len(low) for at, low in zip(start, lower, strict=True)],
    )
    _mend_ends(seen, doc)
    whole = doc.text
    seen.capital = [whole[at].isupper() for at in start]
    seen.children = [[] for _ in range(n)]
    for i, head in enumerate(seen.head):
        if head != i:
            seen.children[head].append(i)
    for index, sentence in enumerate(doc.sents):
        seen.bounds.append((sentence.start, sentence.end))
        seen.sent.extend([index] * (sentence.end - sentence.start))
    _quotations(seen, doc)
    return seen


def _mend_ends(seen: View, doc: Doc) -> None:
    """Correct token ends where lower-casing changed a word's length (as with a dotted capital I)."""
    for i in range(len(seen.start)):
        following = seen.start[i + 1] if i + 1 < len(seen.start) else len(doc.text)
        if not 0 <= following - seen.end[i] <= 1:
            seen.end[i] = seen.start[i] + len(doc[i])


def _quotations(seen: View, doc: Doc) -> None:
    """Note for each token the quotation it lies in."""
    n = len(seen.start)
    seen.quoted = [-1] * n
    seen.titled = [False] * n
    seen.scare = [False] * n
    rows = store.get(doc, "quotations")
    at = 0
    for row in sorted(rows, key=lambda r: (r["start"], -r["end"])):
        while at < n and seen.end[at] <= row["start"]:
            at += 1
        kind = row.get("kind", "quotation")
        if kind == "quotation":
            seen.quotations.append(row)
        i = at
        while i < n and seen.start[i] < row["end"]:
            if kind == "quotation":
                seen.quoted[i] = len(seen.quotations) - 1
            else:
                seen.titled[i] = True
                seen.scare[i] = seen.scare[i] or kind == "scare"
            i += 1
