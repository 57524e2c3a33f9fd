"""Training examples for the attribution model: passages with their candidates, and which of these the gold calls right.

A candidate is right (1) if its source is the head of a gold source and its cue lies in that attribution's gold cue;
other cues of the same source are neither asked for nor held against it (-1): the gold names one cue for each source.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc

from analyzer.annotate.attribution.candidates import Candidate, candidates, edge, trie
from analyzer.annotate.attribution.lexicon import KIND, cue_classes, cue_of
from analyzer.annotate.attribution.spans import Span, source_span
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.sentences import Sentences
from analyzer.annotate.tokens import QuotedTokens, quoted_tokens
from analyzer.train.core.passages import Row, parsed_passages, passage_id

PREPOSITION_CUES = frozenset({"according", "per", "under", "for", "to"})
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


Gold = list[tuple[Span, list[Wanted]]]  # the gold sentences as token spans, with their attributions


@dataclass
class Example:
    """A parsed passage with its candidates, their labels, and its gold sentences."""

    id: str
    tokens: QuotedTokens
    title: str
    gold: Gold
    weight: float = 1.0
    candidates: list[Candidate] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    @property
    def owner(self) -> dict[int, int]:
        """The gold sentence of each token that lies in one."""
        return {token: k for k, (span, _) in enumerate(self.gold) for token in range(*span)}


@dataclass(frozen=True)
class Tables:
    """What candidates are made of: paths and cues of the training labels, and cues that never attributed there."""

    paths: tuple[str, ...]
    cues: tuple[str, ...]
    excluded: tuple[str, ...] = ()


def examples(nlp: Any, passages: Sequence[Row], weight: float = 1.0) -> Iterator[Example]:  # noqa: ANN401 - a pipeline
    """Yield each passage (the gold format or the corpora's) parsed as the analyzer does, its gold labels in tokens."""
    return (example for example, _ in with_docs(nlp, passages, weight))


def with_docs(nlp: Any, passages: Sequence[Row], weight: float = 1.0) -> Iterator[tuple[Example, Doc]]:  # noqa: ANN401
    """Yield the same with their Docs."""
    for row, doc, offsets in parsed_passages(nlp, passages, (Sentences(), Quotes())):
        tokens = quoted_tokens(doc)
        gold = wanted(row["sentences"] if "doc_id" not in row else by_sentence(row), offsets, tokens)
        yield Example(passage_id(row), tokens, row.get("title") or "", gold, weight), doc


def wanted(sentences: Iterable[Row], offsets: OffsetMap, tokens: QuotedTokens) -> Gold:
    """Return gold sentences with their attributions, in tokens."""

    def span(extent: Row | None) -> Span | None:
        """Return the tokens that the extent touches, at least one."""
        if not extent:
            return None
        start, end = offsets.inverse(extent["start"]), offsets.inverse(extent["end"])
        first = min(bisect_right(tokens.end, start), len(tokens) - 1)
        return first, max(bisect_left(tokens.start, end), first + 1)

    found = []
    for sentence in sentences:
        rows = []
        for row in sentence["attributions"]:
            source = span(row["source"])
            head = head_of(tokens, source) if source else None
            rows.append(Wanted(source, head, span(row.get("cue")), bool(row.get("carried")), bool(row.get("disputed"))))
        at = span(sentence)
        if at is not None:
            found.append((at, rows))
    return found


def by_sentence(document: Row) -> list[Row]:
    """Return a document of the attribution corpora (sentences, and spans by role) as gold sentences."""
    rows: list[Row] = [{"start": start, "end": end, "attributions": []} for start, end in document["sentences"]]
    starts = [row["start"] for row in rows]
    for item in document["attributions"]:
        spans = [item.get(role) for role in ("source", "cue")]
        source, cue = ({"start": found[0][0], "end": found[0][1]} if found else None for found in spans)
        anchor = cue or source
        if anchor is not None:
            owner = rows[max(0, bisect_right(starts, anchor["start"]) - 1)]
            owner["attributions"].append({"source": source, "cue": cue, "carried": source is None})
    return rows


def head_of(tokens: QuotedTokens, span: Span) -> int:
    """Return the token of a span whose own head lies outside it."""
    outside = [k for k in range(*span) if tokens.head[k] == k or not span[0] <= tokens.head[k] < span[1]]
    full = [k for k in outside if tokens.pos[k] not in _WEAK]
    return (full or outside or [span[0]])[0]


def tables(found: Sequence[Example], *, min_path: int, excluded: int, excluded_share: float) -> Tables:
    """Return the paths of the labels that occur ``min_path`` times, and their cues; candidates and labels are set.

    Excluded are cues that were candidates at least ``excluded`` times and right in less than this share; those that the
    lexicon calls strong never are.
    """
    paths, cues = learnt(found)
    made = Tables(
        tuple(sorted(path for path, n in paths.items() if n >= min_path)),
        tuple(sorted(filter(_may_introduce, cues))),
    )
    set_candidates(found, made)
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for example in found:
        met.update(_cue_name(example.tokens, cue) for cue in {candidate.cue for candidate in example.candidates})
        hits = {c.cue for c, good in zip(example.candidates, example.labels, strict=True) if good == 1}
        right.update(_cue_name(example.tokens, cue) for cue in hits)
    strong = {f"{kind}:{lemma}" for (kind, lemma), classes in cue_classes().items() if "strong" in classes}
    often = {name for name, n in met.items() if n >= excluded and right[name] < excluded_share * n}
    return Tables(made.paths, made.cues, tuple(sorted(often - strong)))


def with_learnt(base: Tables, found: Iterable[Example]) -> Tables:
    """Return these tables with every path and cue of the labels of ``found``; no such cue is excluded."""
    paths, cues = learnt(found)
    return Tables(
        tuple(sorted({*base.paths, *paths})),
        tuple(sorted({*base.cues, *filter(_may_introduce, cues)})),
        tuple(sorted({*base.excluded} - cues.keys())),
    )


def _may_introduce(cue: str) -> bool:
    """Tell whether a cue ("V:say") is looked at: prepositions are met in every sentence, and few introduce a source."""
    return not cue.startswith("P:") or cue[2:] in PREPOSITION_CUES


def _cue_name(tokens: QuotedTokens, i: int) -> str:
    """Return how the model's tables name a cue: "V:say"."""
    return ":".join(cue_of(tokens, i))


def set_candidates(found: Iterable[Example], made: Tables) -> None:
    """Set candidates and labels of all examples."""
    root, known, excluded = trie(made.paths), frozenset(made.cues), frozenset(made.excluded)
    for example in found:
        example.candidates = candidates(example.tokens, root, known, excluded)
        label(example)


def learnt(found: Iterable[Example]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each path, and each cue ("V:say"), occurs in the gold."""
    paths: Counter[str] = Counter()
    cues: Counter[str] = Counter()
    for example in found:
        tokens = example.tokens
        for row in (row for _, rows in example.gold for row in rows):
            if row.cue is None:
                continue
            cue = head_of(tokens, row.cue)
            if tokens.pos[cue] in KIND:
                cues[_cue_name(tokens, cue)] += 1
                path = path_between(tokens, cue, row.head) if row.head is not None else None
                if path:
                    paths[path] += 1
    return paths, cues


def path_between(tokens: QuotedTokens, cue: int, source: int) -> str | None:
    """Return the dependency path from a cue to a source, as the walk for candidates names it."""
    above = {cue: 0}
    chain = [cue]
    while tokens.head[chain[-1]] != chain[-1]:
        chain.append(tokens.head[chain[-1]])
        above[chain[-1]] = len(chain) - 1
    down, at = [], source
    while at not in above:
        if tokens.head[at] == at:
            return None
        down.append(edge(tokens, at))
        at = tokens.head[at]
    edges = [f"^{tokens.dep[token]}" for token in chain[: above[at]]] + down[::-1]
    while edges and edges[-1] in _TRAILING:
        edges.pop()
    kind = KIND.get(tokens.pos[cue])
    return f"{kind}:{'/'.join(edges)}" if edges and kind else None


def label(example: Example) -> None:
    """Set ``example.labels``: 1 right, 0 wrong, -1 not to be judged."""
    owner = example.owner
    example.labels = [0 if candidate.cue in owner else -1 for candidate in example.candidates]
    of_sentence: dict[int, list[int]] = {}
    for k, candidate in enumerate(example.candidates):
        of_sentence.setdefault(owner.get(candidate.cue, -1), []).append(k)
    for index, (_, rows) in enumerate(example.gold):
        for row in rows:
            _label_row(example, of_sentence.get(index, []), row)


def _label_row(example: Example, own: list[int], row: Wanted) -> None:
    """Mark the candidates of one sentence (by number) that one gold attribution speaks for."""
    known, labels = example.candidates, example.labels
    mine = _for_source(example, own, row)
    hits = [k for k in mine if row.cue and row.cue[0] <= known[k].cue < row.cue[1]]
    if row.source is None and not hits:
        return
    # Coordinated sources are one row to one reader and several to another: inside the gold words none is judged.
    joined = [k for k in own if row.source and row.source[0] <= known[k].source < row.source[1]]
    for k in (*mine, *(k for k in joined if known[k].path.endswith("&"))):
        labels[k] = labels[k] if labels[k] == 1 else -1
    for k in hits or mine:
        labels[k] = -1 if row.disputed else 1


def _for_source(example: Example, own: list[int], row: Wanted) -> list[int]:
    """Return the candidates that name a gold source: by its head, else inside it, else sharing a word with it."""
    known, source = example.candidates, row.source
    if source is None:
        return [k for k in own if known[k].source < 0]
    named = [k for k in own if known[k].source >= 0]
    exact = [k for k in named if known[k].source == row.head]
    inside = exact or [k for k in named if source[0] <= known[k].source < source[1]]
    return inside or [k for k in named if overlap(source_span(example.tokens, known[k].source), source)]


def overlap(a: Span, b: Span) -> bool:
    """Tell whether two spans share a token."""
    return a[0] < b[1] and b[0] < a[1]
