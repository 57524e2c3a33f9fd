"""The second look at candidate pairs: each one's first probability beside those of its rivals and its neighbourhood.

A reviewer quoted in the last sentence is likely to be quoted in this one; of two sources of one cue, one is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import log
from typing import Any

import numpy as np

from analyzer.annotate.attribution.candidates import Pair
from analyzer.annotate.attribution.lexicon import KIND, classes_of, cue_classes
from analyzer.annotate.attribution.view import View

CUE_CLASSES = (
    *("strong", "soft", "say", "think", "find", "praise", "blame", "call", "rank", "ask", "show", "frame", "review"),
    *("eval", "feel", "rep", "adp", "adv"),
)
SOURCE_CLASSES = ("critic", "scholar", "press", "official", "body", "doc", "people", "quant")
ENTITIES = ("PERSON", "ORG", "GPE", "NORP", "")
NOUNS = ("PRON", "PROPN", "NOUN")
_NOBODY = "-"
_SMOOTH = 1e-4
Floats = np.ndarray[Any, np.dtype[np.float32]]


class Neighbourhood:
    """First probabilities of a document, by sentence, source and cue."""

    def __init__(self, seen: View, pairs: Sequence[Pair], first: Sequence[float]) -> None:
        size = len(seen.bounds)
        self.best = [0.0] * (size + 2)  # by sentence, shifted by one: no sentence before the first
        self.by_sentence: dict[int, list[float]] = {}
        self.by_source: dict[tuple[int, int], list[float]] = {}
        self.by_cue: dict[int, list[float]] = {}
        self.sourceless: dict[int, float] = {}
        self.base: dict[int, float] = {}  # by cue: the likeliest source that is not a mere conjunct
        self.named: dict[int, dict[int, float]] = {}  # by sentence: the likeliest pair of each source
        self.earlier: dict[tuple[int, int], float] = {}  # by sentence and source: the likeliest source before it
        self.words: dict[tuple[int, str], list[tuple[float, int]]] = {}  # by sentence and word: its two likeliest
        for pair, p in zip(pairs, first, strict=True):
            sentence = seen.sent[pair.cue]
            self.best[sentence + 1] = max(self.best[sentence + 1], p)
            self.by_sentence.setdefault(sentence, []).append(p)
            if pair.source < 0:
                self.sourceless[pair.cue] = p
            else:
                self.by_source.setdefault((sentence, pair.source), []).append(p)
                self.by_cue.setdefault(pair.cue, []).append(p)
                if not pair.path.endswith("&"):
                    self.base[pair.cue] = max(self.base.get(pair.cue, 0.0), p)
                sources = self.named.setdefault(sentence, {})
                sources[pair.source] = max(sources.get(pair.source, 0.0), p)
        for values in (*self.by_sentence.values(), *self.by_source.values(), *self.by_cue.values()):
            values.sort(reverse=True)
        self._note_order(seen)
        self.mean = sum(self.best) / max(1, size)
        self.quoted = [_quoted_share(seen, first_token, last) for first_token, last in seen.bounds]

    def _note_order(self, seen: View) -> None:
        """Note for each source the likeliest one before it, and for each word its two likeliest places."""
        for sentence, sources in self.named.items():
            highest = 0.0
            for source in sorted(sources):
                self.earlier[(sentence, source)] = highest
                highest = max(highest, sources[source])
                places = self.words.setdefault((sentence, seen.lower[source]), [])
                places.append((sources[source], source))
                places.sort(reverse=True)
                del places[2:]


def _quoted_share(seen: View, first: int, last: int) -> float:
    return sum(q >= 0 for q in seen.quoted[first:last]) / max(1, last - first)


def features(seen: View, pairs: Sequence[Pair], first: Sequence[float], parts: Floats) -> Floats:
    """Return one row of numbers for each pair (there is one), from its first probability and the parts of that."""
    around = Neighbourhood(seen, pairs, first)
    own = [
        [*_rivals(around, pair, p, seen.sent[pair.cue]), *_twins(seen, around, pair), *_place(seen, around, pair)]
        for pair, p in zip(pairs, first, strict=True)
    ]
    cues = _table([pair.cue for pair in pairs], lambda i: _cue(*_kind(seen, i)))
    sources = _table([pair.source for pair in pairs], lambda i: _source(*_description(seen, i)))
    return np.hstack([parts.astype(np.float32), np.asarray(own, dtype=np.float32), cues, sources])


def _table(tokens: Sequence[int], row: Callable[[int], list[float]]) -> Floats:
    """Return the rows of tokens, each made once."""
    place = {token: at for at, token in enumerate(dict.fromkeys(tokens))}
    made: Floats = np.asarray([row(token) for token in place], dtype=np.float32)
    return made[[place[token] for token in tokens]]


def _kind(seen: View, i: int) -> tuple[str, tuple[str, ...]]:
    kind = KIND.get(seen.pos[i], "?")
    return kind, cue_classes().get((kind, seen.lemma[i].lower()), ())


def _description(seen: View, i: int) -> tuple[tuple[str, ...], str, str]:
    return (classes_of(seen, i), seen.ent[i], seen.pos[i]) if i >= 0 else ((), _NOBODY, _NOBODY)


def _second(values: Sequence[float]) -> float:
    return values[1] if len(values) > 1 else 0.0


def _rivals(around: Neighbourhood, pair: Pair, p: float, sentence: int) -> list[float]:
    """Return the pair's own probability beside those of its sentence, neighbours, source and cue."""
    same_source = around.by_source.get((sentence, pair.source), [])
    same_cue = around.by_cue.get(pair.cue, [])
    in_sentence = around.by_sentence[sentence]
    return [
        log((p + _SMOOTH) / (1 - p + _SMOOTH)),
        around.best[sentence],
        around.best[sentence + 2],
        around.mean,
        around.best[sentence + 1],
        _second(same_source),
        sum(same_source) - p,
        same_cue[0] if same_cue else 0.0,
        _second(same_cue),
        around.sourceless.get(pair.cue, 0.0),
        float(len(in_sentence)),
        _second(in_sentence),
    ]


def _twins(seen: View, around: Neighbourhood, pair: Pair) -> list[float]:
    """Return what may be the same source again: the likeliest earlier one, one of the same word, a conjunct's first."""
    earlier = same = 0.0
    if pair.source >= 0:
        sentence = seen.sent[pair.cue]
        earlier = around.earlier[(sentence, pair.source)]
        places = around.words[(sentence, seen.lower[pair.source])]
        same = next((p for p, source in places if source != pair.source), 0.0)
    pronoun = pair.source >= 0 and seen.pos[pair.source] == "PRON"
    base = around.base.get(pair.cue, 0.0)
    return [earlier, earlier if pronoun else 0.0, same, base if pair.path.endswith("&") else 0.0]


def _place(seen: View, around: Neighbourhood, pair: Pair) -> list[float]:
    """Return where the pair stands: order, distance, quotation marks, sentence."""
    sentence = seen.sent[pair.cue]
    first, last = seen.bounds[sentence]
    named = pair.source >= 0
    return [
        float(not named),
        float(pair.source - pair.cue) if named else 0.0,
        float(seen.quoted[pair.cue] >= 0),
        float(named and seen.quoted[pair.source] >= 0),
        float(named and seen.titled[pair.source]),
        float(last - first),
        around.quoted[sentence],
        around.quoted[sentence - 1] if sentence else 0.0,
        float(min(sentence, 30)),
        float(len(pair.path)),
        float(pair.path.endswith("&")),
    ]


@lru_cache(1000)
def _cue(kind: str, classes: tuple[str, ...]) -> list[float]:
    return [*(float(k == kind) for k in "VNAP"), *(float(c in classes) for c in CUE_CLASSES)]


@lru_cache(1000)
def _source(classes: tuple[str, ...], entity: str, noun: str) -> list[float]:
    return [
        *(float(c in classes) for c in SOURCE_CLASSES),
        *(float(entity == label) for label in ENTITIES),
        *(float(noun == pos) for pos in NOUNS),
    ]
