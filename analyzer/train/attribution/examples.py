"""Training examples for the attribution model: which candidate pairs of a parsed passage the gold labels call right.

A pair is right (1) if its source is the head of a gold source and its cue lies in that attribution's gold cue; other
cues of the same source are neither asked for nor held against it (-1): the gold names one cue for each source.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.annotate.attribution.candidates import Pair, edge
from analyzer.annotate.attribution.lexicon import KIND
from analyzer.annotate.attribution.spans import Span, source_span
from analyzer.annotate.attribution.view import View
from analyzer.annotate.masking import OffsetMap

Row = dict[str, Any]
_WEAK = frozenset({"PUNCT", "DET", "ADP", "SPACE"})
_TRAILING = frozenset({"conj", "appos"})


@dataclass
class Wanted:
    """One gold attribution in tokens: source and cue spans, the source's head; None where there are no words."""

    source: Span | None
    head: int | None
    cue: Span | None
    carried: bool
    disputed: bool


@dataclass
class Example:
    """A parsed passage with its candidate pairs, their labels, and the gold sentences as (token span, wanted)."""

    id: str
    seen: View
    title: frozenset[str]
    gold: list[tuple[Span, list[Wanted]]]
    pairs: list[Pair] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    weight: float = 1.0


def inverse(offsets: OffsetMap, at: int) -> int:
    """Return the Doc offset of an article offset; inside a masked marker, that of the text before it."""
    i = max(0, bisect_right(offsets.to, at) - 1)
    return offsets.at[i] + min(max(0, at - offsets.to[i]), offsets.length[i])


def tokens(seen: View, start: int, end: int) -> Span:
    """Return the tokens that a stretch of characters touches, at least one."""
    first = min(bisect_right(seen.end, start), len(seen.end) - 1)
    return first, max(bisect_left(seen.start, end), first + 1)


def head_of(seen: View, span: Span) -> int:
    """Return the token of a span whose own head lies outside it."""
    outside = [k for k in range(*span) if seen.head[k] == k or not span[0] <= seen.head[k] < span[1]]
    full = [k for k in outside if seen.pos[k] not in _WEAK]
    return (full or outside or [span[0]])[0]


def wanted(passage: Row, offsets: OffsetMap, seen: View) -> list[tuple[Span, list[Wanted]]]:
    """Return the gold sentences of a passage with their attributions, in tokens."""

    def span(extent: Row | None) -> Span | None:
        if not extent:
            return None
        return tokens(seen, inverse(offsets, extent["start"]), inverse(offsets, extent["end"]))

    found = []
    for sentence in passage["sentences"]:
        rows = []
        for row in sentence["attributions"]:
            source = span(row["source"])
            head = head_of(seen, source) if source else None
            rows.append(Wanted(source, head, span(row.get("cue")), bool(row.get("carried")), bool(row.get("disputed"))))
        at = span(sentence)
        if at is not None:
            found.append((at, rows))
    return found


def path_between(seen: View, cue: int, source: int) -> str | None:
    """Return the path of dependencies from a cue to a source, as the candidate walk names it."""
    above = {cue: 0}
    chain = [cue]
    while seen.head[chain[-1]] != chain[-1]:
        chain.append(seen.head[chain[-1]])
        above[chain[-1]] = len(chain) - 1
    down, at = [], source
    while at not in above:
        if seen.head[at] == at:
            return None
        down.append(edge(seen, at))
        at = seen.head[at]
    edges = [f"^{seen.dep[token]}" for token in chain[: above[at]]] + down[::-1]
    while edges and edges[-1] in _TRAILING:
        edges.pop()
    kind = KIND.get(seen.pos[cue])
    return f"{kind}:{'/'.join(edges)}" if edges and kind else None


def learn_tables(examples: Iterable[Example]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each path, and each cue ("V:say"), occurs in the gold."""
    paths: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for example in examples:
        seen = example.seen
        for _, rows in example.gold:
            for row in rows:
                if row.cue is None:
                    continue
                cue = head_of(seen, row.cue)
                kind = KIND.get(seen.pos[cue])
                if kind is None:
                    continue
                cues[f"{kind}:{seen.lemma[cue].lower()}"] += 1
                path = path_between(seen, cue, row.head) if row.head is not None else None
                if path:
                    paths[path] += 1
    return paths, cues


def label(example: Example) -> None:
    """Set ``example.labels``: 1 right, 0 wrong, -1 not to be judged."""
    seen, pairs = example.seen, example.pairs
    owner = owners(example)
    labels = [0] * len(pairs)
    by_sentence: dict[int, list[int]] = {}
    for k, pair in enumerate(pairs):
        sentence = owner.get(pair.cue)
        if sentence is None:
            labels[k] = -1
        else:
            by_sentence.setdefault(sentence, []).append(k)
    for index, (_, rows) in enumerate(example.gold):
        candidates = by_sentence.get(index, [])
        for row in rows:
            _label_row(seen, pairs, labels, candidates, row)
    example.labels = labels


def owners(example: Example) -> dict[int, int]:
    """Return the gold sentence of each token that lies in one."""
    return {token: k for k, (span, _) in enumerate(example.gold) for token in range(*span)}


def _label_row(seen: View, pairs: Sequence[Pair], labels: list[int], candidates: list[int], row: Wanted) -> None:
    """Mark the pairs of one sentence that one gold attribution speaks for."""
    if row.source is None:
        mine = [k for k in candidates if pairs[k].source < 0] if row.cue else []
        hits = [k for k in mine if row.cue and row.cue[0] <= pairs[k].cue < row.cue[1]]
        if not hits:
            return
    else:
        mine = _for_source(seen, pairs, candidates, row.source, row.head)
        hits = [k for k in mine if row.cue and row.cue[0] <= pairs[k].cue < row.cue[1]] or mine
    # Coordinated sources are one row to one reader and several to another: inside the gold words none is judged.
    joined = [k for k in candidates if row.source and row.source[0] <= pairs[k].source < row.source[1]]
    for k in (*mine, *(k for k in joined if pairs[k].path.endswith("&"))):
        labels[k] = labels[k] if labels[k] == 1 else -1
    for k in hits:
        labels[k] = -1 if row.disputed else 1


def _for_source(seen: View, pairs: Sequence[Pair], candidates: list[int], source: Span, head: int | None) -> list[int]:
    """Return the pairs that name a gold source: by its head, else inside it, else sharing a word with it."""
    named = [k for k in candidates if pairs[k].source >= 0]
    exact = [k for k in named if pairs[k].source == head]
    inside = exact or [k for k in named if source[0] <= pairs[k].source < source[1]]
    return inside or [k for k in named if overlap(source_span(seen, pairs[k].source), source)]


def overlap(a: Span, b: Span) -> bool:
    """Tell whether two spans share a token."""
    return a[0] < b[1] and b[0] < a[1]


def wanted_spans(document: Row, offsets: OffsetMap, seen: View) -> list[tuple[Span, list[Wanted]]]:
    """Return the same as :func:`wanted` for a document of the attribution corpora: sentences, and spans by role."""
    rows: list[Row] = [{"start": start, "end": end, "attributions": []} for start, end in document["sentences"]]
    starts = [row["start"] for row in rows]
    for item in document["attributions"]:
        source, cue = (_extent(item.get(role)) for role in ("source", "cue"))
        anchor = cue or source
        if anchor is not None:
            owner = rows[max(0, bisect_right(starts, anchor["start"]) - 1)]
            owner["attributions"].append({"source": source, "cue": cue, "carried": source is None})
    return wanted({"sentences": rows}, offsets, seen)


def _extent(spans: Sequence[Sequence[int]] | None) -> Row | None:
    return {"start": spans[0][0], "end": spans[0][1]} if spans else None
