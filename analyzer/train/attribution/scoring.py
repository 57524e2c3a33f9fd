"""How good candidates and their probabilities are: counts against the gold, thresholds, calibration, rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from analyzer.annotate.attribution.candidates import Candidate, plain
from analyzer.annotate.attribution.component import choose
from analyzer.annotate.attribution.lexicon import classes_of_cue, cue_of
from analyzer.annotate.attribution.spans import source_span
from analyzer.train.attribution.examples import Example, Wanted, overlap
from analyzer.train.core.measures import calibration_bins, f1

Array = np.ndarray[Any, Any]
Limits = dict[str, float]
_RULE_PATHS = frozenset(
    {"V:nsubj", "V:agent/pobj", "V:^relcl", "V:^conj/nsubj", "V:prep:to/pobj", "N:poss", "N:prep:from/pobj"}
)
GRID = tuple(round(0.2 + 0.05 * k, 2) for k in range(9))
_SPARED = 0.006
_QUOTED = 0.6  # for cues inside a quotation


def by_example(values: Array, examples: Sequence[Example]) -> list[Array]:
    """Return the values of all candidates cut into one array an example."""
    cuts = np.cumsum([len(example.candidates) for example in examples])[:-1]
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
        return f1(self.tp, self.fp, self.fn)

    def sentence_f1(self) -> float:
        """Return the F1 of attributed sentences."""
        return f1(self.sentence_tp, self.sentence_fp, self.sentence_fn)

    def figures(self) -> dict[str, float]:
        """Return what the card states."""
        return {
            "source_f1": self.f1(),
            "source_precision": self.tp / max(1, self.tp + self.fp),
            "source_recall": self.tp / max(1, self.tp + self.fn),
            "attributed_sentence_f1": self.sentence_f1(),
        }


def evaluate(examples: Sequence[Example], probabilities: Sequence[Array], limits: Limits) -> Counts:
    """Return the counts for the rows that the component would make; running quotations are left out on both sides."""
    counts = Counts()
    for example, found in zip(examples, probabilities, strict=True):
        owner = example.owner
        kept: dict[int, list[Candidate]] = {}
        for candidate, _ in choose(example.tokens, example.candidates, found.tolist(), limits):
            if candidate.cue in owner:
                kept.setdefault(owner[candidate.cue], []).append(candidate)
        for index, (_, rows) in enumerate(example.gold):
            _count(example, rows, kept.get(index, []), counts)
    return counts


def _count(example: Example, rows: list[Wanted], found: list[Candidate], counts: Counts) -> None:
    asked = [row for row in rows if not row.disputed and (row.source or not row.carried)]
    rest = list(found)
    if not any(row.source is None and row.carried for row in rows) and (asked or not rows):
        counts.sentence_tp += bool(asked and rest)
        counts.sentence_fp += bool(rest and not asked)
        counts.sentence_fn += bool(asked and not rest)
    for row in asked:
        hit = next((candidate for candidate in rest if _same(example, row, candidate)), None)
        if hit is None:
            counts.fn += 1
        else:
            counts.tp += 1
            rest.remove(hit)
    disputed = [row for row in rows if row.disputed]
    counts.fp += sum(not any(_same(example, row, candidate) for row in disputed) for candidate in rest)


def _same(example: Example, row: Wanted, candidate: Candidate) -> bool:
    if row.source is None or candidate.source < 0:
        return row.source is None and candidate.source < 0
    return overlap(row.source, source_span(example.tokens, candidate.source))


def judged(examples: Sequence[Example], probabilities: Sequence[Array], limits: Limits) -> Iterator[tuple[float, bool]]:
    """Yield (probability, right) for each row that the component would make."""
    for example, found in zip(examples, probabilities, strict=True):
        owner = example.owner
        left = {k: [row for row in rows if not row.disputed] for k, (_, rows) in enumerate(example.gold)}
        for candidate, probability in choose(example.tokens, example.candidates, found.tolist(), limits):
            rows = left.get(owner.get(candidate.cue, -1))
            if rows is None:
                continue
            hit = next((row for row in rows if _same(example, row, candidate)), None)
            if hit is not None:
                rows.remove(hit)
            yield probability, hit is not None


def curve(examples: Sequence[Example], probabilities: Sequence[Array], limits: Limits) -> list[dict[str, float]]:
    """Return how often the rows that the component would make are right, by their probability."""
    rows = list(judged(examples, probabilities, limits))
    return calibration_bins([probability for probability, _ in rows], [right for _, right in rows])


def best_limits(examples: Sequence[Example], probabilities: Sequence[Array]) -> Limits:
    """Return thresholds from held-out probabilities: those that find most for ``_SPARED`` of the best that is reached.

    Reached is source F1 with half of sentence F1. Sources with words ("named") have one, rows without a source
    ("unnamed") and unnamed groups ("vague") another, cues inside a quotation ("quoted") a fixed one.
    """
    trials = [
        {"named": named, "unnamed": unnamed, "vague": min(named, unnamed), "quoted": _QUOTED}
        for named in GRID
        for unnamed in GRID
    ]
    counted = [evaluate(examples, probabilities, trial) for trial in trials]
    reached = [counts.f1() + 0.5 * counts.sentence_f1() for counts in counted]
    good = [k for k, value in enumerate(reached) if value >= max(reached) - _SPARED]
    return trials[max(good, key=lambda k: (counted[k].tp, reached[k]))]


def cautious(limits: Limits, step: float | Limits) -> Limits:
    """Return the thresholds a step higher, but for the fixed one of quotations; or by the step of each."""
    steps = dict.fromkeys(limits.keys() - {"quoted"}, step) if isinstance(step, int | float) else step
    return {name: round(limit + steps.get(name, 0.0), 4) for name, limit in limits.items()}


def calibration(raw: Array, y: Array, bins: int = 20) -> dict[str, list[float]]:
    """Return a strictly rising table from raw to true probability, from held-out candidates (Platt 1999, at knots)."""

    def log_odds(p: Array) -> Array:
        clipped = np.clip(p, 1e-3, 1 - 1e-3)
        return np.asarray(np.log(clipped / (1 - clipped))).reshape(-1, 1)

    kept = y >= 0
    model = LogisticRegression(C=1e6).fit(log_odds(raw[kept]), y[kept])
    knots = np.linspace(0.0, 1.0, bins + 1)
    true = model.predict_proba(log_odds(knots))[:, 1]
    return {"raw": [round(float(v), 4) for v in knots], "true": [round(float(v), 4) for v in true]}


def rule_scores(examples: Sequence[Example]) -> list[Array]:
    """Return what hand-written rules say of candidates: a reporting cue of the lexicon at the end of a plain path."""
    return [np.asarray([_rule(example, candidate) for candidate in example.candidates]) for example in examples]


def _rule(example: Example, candidate: Candidate) -> float:
    tokens, cue = example.tokens, candidate.cue
    kind, lemma = cue_of(tokens, cue)
    strong = "strong" in classes_of_cue(tokens, cue) or lemma in ("accord", "according")
    if tokens.quoted[cue] >= 0 or not strong:
        return 0.0
    if candidate.source < 0:
        below = {tokens.dep[child] for child in tokens.children[cue]}
        return 0.9 if kind == "V" and "auxpass" in below and "agent" not in below else 0.0
    path = plain(candidate.path)
    return 0.9 if path in _RULE_PATHS and not (path == "V:prep:to/pobj" and not lemma.startswith("accord")) else 0.0
