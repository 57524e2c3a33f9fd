"""Candidate pairs of a cue and a source: every noun that a known path joins to a word that may attribute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzer.annotate.attribution.groups import governed
from analyzer.annotate.attribution.lexicon import KIND, cue_classes
from analyzer.annotate.attribution.spans import canonical, conjuncts
from analyzer.annotate.attribution.view import QUOTE_MARKS, View

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X"})
RELATIVE = frozenset({"who", "whom", "which", "that", "whose", "what", "where", "when"})
PREPOSITIONS = frozenset(
    "of from by to in with among at on for as including like amongst between against under per within across via "
    "without into about".split()
)
_OPENING = frozenset({"to", "for"})
_BEFORE_CLAUSE = frozenset({",", ";", ":", "–", "—", "and", "but", "while", "though", "that"}) | QUOTE_MARKS
_FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "you", "your"})
_END = ""
LONGEST_SENTENCE = 500  # tokens; longer ones are no prose, and their trees may be as deep as they are long
Trie = dict[str, Any]


@dataclass(slots=True, frozen=True)
class Pair:
    """A cue token and the head token of a possible source; ``source`` is -1 where nobody is named."""

    cue: int
    source: int
    path: str


def trie(paths: Iterable[str]) -> Trie:
    """Return the paths ("V:^advcl/nsubj") as nested dicts that a walk can follow edge by edge."""
    root: Trie = {}
    for path in paths:
        kind, _, edges = path.partition(":")
        node = root.setdefault(kind, {})
        for edge in edges.split("/"):
            node = node.setdefault(edge, {})
        node[_END] = path
    return root


def plain(path: str) -> str:
    """Return a path without the marks of a coordinated source ("&") and of an agent hung elsewhere ("~")."""
    return path.rstrip("&~")


def edge(seen: View, child: int) -> str:
    """Return the label of the edge from a head down to ``child``; prepositions carry their word."""
    dep = seen.dep[child]
    if dep == "prep":
        word = seen.lower[child]
        return f"prep:{word}" if word in PREPOSITIONS else "prep:*"
    return dep


def cue_key(seen: View, i: int) -> str:
    """Return how the model's tables name a cue: "V:say"."""
    return f"{KIND.get(seen.pos[i], '?')}:{seen.lemma[i].lower()}"


def cues(seen: View, learned: frozenset[str], idle: frozenset[str] = frozenset()) -> Iterator[int]:
    """Yield the tokens that may attribute; ``idle`` are words that often could and never did in training.

    "To" and "for" may only where they open a clause: "To its critics it was ...".
    """
    short = [last - first <= LONGEST_SENTENCE for first, last in seen.bounds]
    listed = _listed(learned)
    lemmas = {lemma for lemma in set(seen.lemma) if lemma.lower() in listed}
    for i, (pos, lemma, word) in enumerate(zip(seen.pos, seen.lemma, seen.lower, strict=True)):
        hit = lemma in lemmas and _attributes(pos, lemma.lower(), learned, idle)
        if word in _OPENING:
            hit = _opens_clause(seen, i)
        if not hit and pos == "VERB":
            hit = any(seen.dep[child] == "ccomp" for child in seen.children[i])
        if hit and short[seen.sent[i]]:
            yield i


@cache
def _listed(learned: frozenset[str]) -> frozenset[str]:
    """Return the words that may attribute in any word class."""
    return frozenset([*(lemma for _, lemma in cue_classes()), *(name.partition(":")[2] for name in learned)])


def _attributes(pos: str, lemma: str, learned: frozenset[str], idle: frozenset[str]) -> bool:
    """Tell whether a word may attribute, by the lexicon or as training met it."""
    kind = KIND.get(pos)
    name = f"{kind}:{lemma}"
    return kind is not None and name not in idle and ((kind, lemma) in cue_classes() or name in learned)


def _opens_clause(seen: View, i: int) -> bool:
    """Tell whether a preposition with a noun stands first in its sentence, or behind what may end a clause."""
    first = seen.bounds[seen.sent[i]][0]
    if i > first and seen.lower[i - 1] not in _BEFORE_CLAUSE:
        return False
    return any(seen.dep[child] == "pobj" for child in seen.children[i])


def _relative(seen: View, i: int) -> bool:
    """Tell whether a token is a relative or interrogative pronoun; "the WHO" is a body."""
    return seen.lower[i] in RELATIVE and not (seen.capital(i) and i > 0 and seen.lower[i - 1] == "the")


def walk(seen: View, cue: int, root: Trie) -> Iterator[tuple[int, str]]:
    """Yield (token, path) for every nominal that a path of the trie joins to the cue."""
    start = root.get(KIND.get(seen.pos[cue], ""))
    if not start:
        return
    waiting: list[tuple[int, int, Trie]] = [(cue, -1, start)]
    while waiting:
        at, came, node = waiting.pop()
        path = node.get(_END)
        if path and seen.pos[at] in NOMINAL and not _relative(seen, at):
            yield at, path
        head = seen.head[at]
        if head != at and (came == -1 or came != head):
            up = node.get("^" + seen.dep[at])
            if up is not None:
                waiting.append((head, at, up))
        for child in seen.children[at]:
            if child != came:
                down = node.get(edge(seen, child))
                if down is not None:
                    waiting.append((child, at, down))


def _covered(seen: View, i: int) -> bool:
    """Tell whether a cue only goes on with another one: the "to" of "according to"."""
    head = seen.head[i]
    return seen.lower[i] == "to" and head != i and seen.lower[head] == "according"


def may_lack_source(seen: View, i: int) -> bool:
    """Tell whether a cue can stand without a source: a passive, a participle, a noun or an adjective."""
    if KIND.get(seen.pos[i]) != "V":
        return True
    return seen.tag[i] == "VBN" or any(seen.dep[c] in ("nsubjpass", "auxpass", "expl") for c in seen.children[i])


def pairs(seen: View, root: Trie, learned: frozenset[str], idle: frozenset[str] = frozenset()) -> list[Pair]:
    """Return the candidate pairs of a Doc in text order; a cue that may stand alone gives a sourceless pair first."""
    found: list[Pair] = []
    for cue in cues(seen, learned, idle):
        if _covered(seen, cue):
            continue
        if may_lack_source(seen, cue):
            found.append(Pair(cue, -1, "none"))
        best: dict[int, str] = {}
        for token, path in [*walk(seen, cue, root), *_later_agent(seen, cue)]:
            if token == cue or seen.sent[token] != seen.sent[cue] or _own_voice(seen, token):
                continue
            _keep(best, canonical(seen, token), path)
            for other in conjuncts(seen, token):
                if seen.sent[other] == seen.sent[cue]:
                    _keep(best, canonical(seen, other), f"{path}&")
        best.pop(cue, None)
        found.extend(Pair(cue, source, path) for source, path in sorted(best.items()))
    return _with_groups(seen, found)


def _with_groups(seen: View, found: list[Pair]) -> list[Pair]:
    """Return the pairs with those of unnamed groups and the words that govern them, in text order."""
    known = {(pair.cue, pair.source) for pair in found}
    more = []
    for cue, source, path in governed(seen):
        first, last = seen.bounds[seen.sent[cue]]
        if (cue, source) not in known and last - first <= LONGEST_SENTENCE:
            more.append(Pair(cue, source, f"{KIND[seen.pos[cue]]}:{path}"))
    return sorted([*found, *more], key=lambda pair: (pair.cue, pair.source)) if more else found


def _own_voice(seen: View, token: int) -> bool:
    """Tell whether a token is the "I" or "we" of somebody quoted, who is named elsewhere."""
    return seen.quoted[token] >= 0 and seen.lower[token] in _FIRST_PERSON


def _keep(best: dict[int, str], source: int, path: str) -> None:
    """Remember the shortest path to a source."""
    known = best.get(source)
    if known is None or (len(path), path) < (len(known), known):
        best[source] = path


def _later_agent(seen: View, cue: int) -> Iterator[tuple[int, str]]:
    """Yield the first noun behind a "by" later in the sentence, for passives whose agent the parser hung elsewhere."""
    if seen.tag[cue] != "VBN" or KIND.get(seen.pos[cue]) != "V":
        return
    if any(seen.dep[child] == "agent" for child in seen.children[cue]):
        return
    last = seen.bounds[seen.sent[cue]][1]
    for k in range(cue + 1, min(last, cue + 40)):
        if seen.lower[k] == "by":
            for child in seen.children[k]:
                if seen.dep[child] == "pobj" and seen.pos[child] in NOMINAL:
                    yield child, "V:agent/pobj~"
                    return
