"""How good candidate pairs and their probabilities are: counts against the gold, thresholds, calibration, rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.annotate.attribution.candidates import Pair, plain
from analyzer.annotate.attribution.lexicon import KIND, cue_classes
from analyzer.annotate.attribution.selection import choose
from analyzer.annotate.attribution.spans import source_span
from analyzer.train.attribution.examples import Example, Wanted, overlap, owners

Array = np.ndarray[Any, Any]
_RULE_PATHS = frozenset(
    {"V:nsubj", "V:agent/pobj", "V:^relcl", "V:^conj/nsubj", "V:prep:to/pobj", "N:poss", "N:prep:from/pobj"}
)

_GRID = tuple(round(0.2 + 0.05 * k, 2) for k in range(9))
_SPARED = 0.006
_QUOTED = 0.6  # for cues inside a quotation


def by_example(values: Array, examples: Sequence[Example]) -> list[Array]:
    """Return the values of all pairs cut into one array an example."""
    cuts = np.cumsum([len(example.pairs) for example in examples])[:-1]
    return list(np.split(values, cuts, axis=0))


@dataclass
class Counts:
    """Matched, superfluous and missing sources, and the same for attributed sentences."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    sentence_tp: int = 0
    sentence_fp: int = 0
    sentence_fn: int = 0

    def f1(self) -> float:
        """Return the F1 of sources."""
        return 2 * self.tp / max(1, 2 * self.tp + self.fp + self.fn)

    def sentence_f1(self) -> float:
        """Return the F1 of attributed sentences."""
        return 2 * self.sentence_tp / max(1, 2 * self.sentence_tp + self.sentence_fp + self.sentence_fn)


def evaluate(examples: Sequence[Example], probabilities: Sequence[Array], limits: dict[str, float]) -> Counts:
    """Return the counts for the rows that the component would make; running quotations are left out on both sides."""
    counts = Counts()
    for example, found in zip(examples, probabilities, strict=True):
        owner = owners(example)
        kept: dict[int, list[Pair]] = {}
        for pair, _ in choose(example.seen, example.pairs, found.tolist(), limits):
            if pair.cue in owner:
                kept.setdefault(owner[pair.cue], []).append(pair)
        for index, (_, rows) in enumerate(example.gold):
            _count(example, rows, kept.get(index, []), counts)
    return counts


def _count(example: Example, rows: list[Wanted], found: list[Pair], counts: Counts) -> None:
    """Add one sentence to the counts."""
    asked = [row for row in rows if not row.disputed and (row.source or not row.carried)]
    rest = list(found)
    if not any(row.source is None and row.carried for row in rows) and (asked or not rows):
        counts.sentence_tp += bool(asked and rest)
        counts.sentence_fp += bool(rest and not asked)
        counts.sentence_fn += bool(asked and not rest)
    for row in asked:
        hit = next((pair for pair in rest if _same(example, row, pair)), None)
        if hit is None:
            counts.fn += 1
        else:
            counts.tp += 1
            rest.remove(hit)
    rest = [pair for pair in rest if not any(row.disputed and _same(example, row, pair) for row in rows)]
    counts.fp += len(rest)


def _same(example: Example, row: Wanted, pair: Pair) -> bool:
    """Tell whether a found pair names the wanted source."""
    if row.source is None or pair.source < 0:
        return row.source is None and pair.source < 0
    return overlap(row.source, source_span(example.seen, pair.source))


def best_limits(examples: Sequence[Example], probabilities: Sequence[Array]) -> dict[str, float]:
    """Return thresholds from held-out probabilities: those that find most for ``_SPARED`` of the best that is reached.

    Reached is source F1 with half of sentence F1. Sources with words ("named") have one, rows without a source
    ("unnamed") and unnamed groups ("vague") another, cues inside a quotation ("quoted") a fixed one.
    """
    trials = [
        {"named": named, "unnamed": unnamed, "vague": min(named, unnamed), "quoted": _QUOTED}
        for named in _GRID
        for unnamed in _GRID
    ]
    counted = [evaluate(examples, probabilities, trial) for trial in trials]
    reached = [counts.f1() + 0.5 * counts.sentence_f1() for counts in counted]
    least = max(reached) - _SPARED
    good = [k for k, value in enumerate(reached) if value >= least]
    return trials[max(good, key=lambda k: (counted[k].tp, reached[k]))]


def cautious(limits: dict[str, float], step: float) -> dict[str, float]:
    """Return the thresholds a step higher, but for the fixed one of quotations."""
    return {name: limit if name == "quoted" else round(limit + step, 4) for name, limit in limits.items()}


def calibration(raw: Array, y: Array, bins: int = 20) -> dict[str, list[float]]:
    """Return a strictly rising table from raw to true probability, from held-out pairs (Platt 1999, at knots)."""
    from sklearn.linear_model import LogisticRegression

    kept = y >= 0
    model = LogisticRegression(C=1e6).fit(_log_odds(raw[kept]), y[kept])
    knots = np.linspace(0.0, 1.0, bins + 1)
    true = model.predict_proba(_log_odds(knots))[:, 1]
    return {"raw": [round(float(v), 4) for v in knots], "true": [round(float(v), 4) for v in true]}


def _log_odds(p: Array) -> Array:
    clipped = np.clip(p, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped))).reshape(-1, 1)


def judged(
    examples: Sequence[Example], probabilities: Sequence[Array], limits: dict[str, float]
) -> Iterator[tuple[float, bool]]:
    """Yield (probability, right) for each row that the component would make."""
    for example, found in zip(examples, probabilities, strict=True):
        owner = owners(example)
        left = {k: [row for row in rows if not row.disputed] for k, (_, rows) in enumerate(example.gold)}
        for pair, probability in choose(example.seen, example.pairs, found.tolist(), limits):
            rows = left.get(owner.get(pair.cue, -1))
            if rows is None:
                continue
            hit = next((row for row in rows if _same(example, row, pair)), None)
            if hit is not None:
                rows.remove(hit)
            yield probability, hit is not None


def rule_scores(examples: Sequence[Example]) -> list[Array]:
    """Return what hand-written rules say of each pair: a reporting cue of the lexicon at the end of a plain path."""
    return [np.asarray([_rule(example, pair) for pair in example.pairs]) for example in examples]


def _rule(example: Example, pair: Pair) -> float:
    seen = example.seen
    kind = KIND.get(seen.pos[pair.cue], "?")
    lemma = seen.lemma[pair.cue].lower()
    strong = "strong" in cue_classes().get((kind, lemma), ()) or lemma in ("accord", "according")
    if seen.quoted[pair.cue] >= 0 or not strong:
        return 0.0
    if pair.source < 0:
        passive = any(seen.dep[c] == "auxpass" for c in seen.children[pair.cue])
        agent = any(seen.dep[c] == "agent" for c in seen.children[pair.cue])
        return 0.9 if kind == "V" and passive and not agent else 0.0
    path = plain(pair.path)
    return 0.9 if path in _RULE_PATHS and not (path == "V:prep:to/pobj" and not lemma.startswith("accord")) else 0.0
