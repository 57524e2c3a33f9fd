"""What an issue scorer is, the one used for the issues here, and the runner that sets findings against banners.

A score is the logistic function of a weighted sum of named signals, all between 0 and 1::

    score = 1 / (1 + exp(-(bias + weight_1 x signal_1 + ... + weight_n x signal_n)))

The weights are in ``models/judge/weights.json``; docs/scores.md lists them with each signal's formula. A banner takes
no part in a score: it fills ``claimed_by`` and decides the verdict only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, runtime_checkable

from analyzer import modelstore
from analyzer.issues.signal import Signal, fact, number
from analyzer.issues.view import View, view_of
from analyzer.records import Annotated, Evidence
from analyzer.vocabulary import Facet

# At and above this score an issue is there.
THRESHOLD = 0.5
MODEL = "judge"
_MAX_EVIDENCE = 12
# A signal below this is no evidence that a reader would accept, though it counts in the sum.
_SLIGHT = 0.1
_WHAT_TO_GIVE = {
    "citations": "reference markers in the text (keep the [1] marks when copying, or give wikitext or HTML)",
    "references": "the list of references (give wikitext, HTML or a dump page, or copy the list along)",
    "links": "link targets (give wikitext, HTML or a dump page: plain text does not carry addresses)",
    "sections": "section headings (give wikitext, HTML or a dump page)",
    "text": "prose",
    "banners": "maintenance banners",
    "inline-tags": "inline tags",
}


@dataclass(frozen=True)
class Finding:
    """A score from 0 (clean) to 1, or None with ``why_null``; evidence strongest first."""

    score: float | None
    evidence: tuple[Evidence, ...] = ()
    why_null: str | None = None


@runtime_checkable
class Scorer(Protocol):
    """Judges one issue; other packages add theirs under the entry-point group ``npov_analyzer.scorers``."""

    @property
    def issue(self) -> str:
        """The id, ``family.issue``."""

    @property
    def family(self) -> str:
        """The family, the first part of the id."""

    @property
    def needs(self) -> frozenset[Facet]:
        """What the input must be able to show."""

    @property
    def policy(self) -> str:
        """The guideline behind it."""

    @property
    def summary(self) -> str:
        """One line on what is checked."""

    def score(self, annotated: Annotated) -> Finding:
        """Return the finding on an article."""


@dataclass(frozen=True)
class Weighed:
    """A scorer that weighs signals; ``unless`` returns why an article cannot be judged, None where it can.

    ``visible`` gives evidence that can be shown even where the issue cannot be judged.
    """

    issue: str
    policy: str
    summary: str
    signals: tuple[str, ...]
    needs: frozenset[Facet] = frozenset({"text"})
    minimum_words: int = 60
    unless: Callable[[View], str | None] | None = None
    visible: Callable[[View], list[Evidence]] | None = None

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.issue.split(".", maxsplit=1)[0]

    def score(self, annotated: Annotated) -> Finding:
        """Return the weighed signals as a score, with the evidence that raised it, then what lowered it."""
        view = view_of(annotated)
        reason = self._not_assessable(view)
        if reason:
            return Finding(None, tuple(self.visible(view) if self.visible else ()), reason)
        weights = weights_of(self.issue)
        total = weights["bias"]
        parts: list[tuple[float, Signal, float]] = []
        for name in self.signals:
            weight = weights["weights"].get(name, 0.0)
            signal = signals()[name]
            value = signal.measure(view) if weight else 0.0
            total += weight * value
            if weight * value:
                parts.append((weight * value, signal, value))
        return Finding(round(logistic(total), 4), _evidence(view, parts), None)

    def _not_assessable(self, view: View) -> str | None:
        missing = sorted(self.needs - set(view.article.facets))
        if missing:
            return "this input does not show " + "; nor ".join(_WHAT_TO_GIVE[facet] for facet in missing)
        if view.words < self.minimum_words:
            return f"{number(view.words, 'word')} of prose; at least {self.minimum_words} are needed to judge"
        return self.unless(view) if self.unless else None


def logistic(total: float) -> float:
    """Return 1 / (1 + exp(-total))."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def _evidence(view: View, parts: list[tuple[float, Signal, float]]) -> tuple[Evidence, ...]:
    """Return the evidence of the signals, those that weigh most first, one piece of each before the second ones."""
    raising = sorted((p for p in parts if p[0] > 0), key=lambda p: (-p[0], p[1].name))
    columns = [signal.told(view) for _, signal, value in raising if value >= _SLIGHT or value == raising[0][2]]
    found: dict[tuple[object, ...], Evidence] = {}
    for depth in range(max((len(c) for c in columns), default=0)):
        for column in columns:
            if depth < len(column):
                piece = column[depth]
                found.setdefault((piece.reason, piece.start, piece.citation), piece)
    kept = list(found.values())[:_MAX_EVIDENCE]
    for _, signal, _ in sorted((p for p in parts if p[0] < 0), key=lambda p: (p[0], p[1].name)):
        rows = signal.told(view)
        kept += [
            Evidence(
                reason=f"speaks against it: {r.reason}", rule=r.rule, start=r.start, end=r.end, citation=r.citation
            )
            for r in rows[:1]
        ]
    if not kept:
        kept = [fact(f"nothing of the kind in {number(len(view.sentences), 'sentence')}", "clean")]
    return tuple(kept)


@cache
def signals() -> dict[str, Signal]:
    """Return every signal by name."""
    from analyzer.issues import (
        signals_balance,
        signals_citing,
        signals_references,
        signals_spam,
        signals_wording,
    )

    found: dict[str, Signal] = {}
    for module in (signals_wording, signals_balance, signals_citing, signals_references, signals_spam):
        for signal in module.SIGNALS:
            found[signal.name] = signal
    return found


@cache
def _weights() -> dict[str, Any]:
    table: dict[str, Any] = modelstore.load(MODEL).json("weights.json")
    return table


def weights_of(issue: str) -> dict[str, Any]:
    """Return bias, weights and calibration of an issue."""
    found: dict[str, Any] = _weights()[issue]
    return found


def names_of(scorers: Iterable[Scorer]) -> tuple[str, ...]:
    """Return the ids of scorers, in order."""
    return tuple(scorer.issue for scorer in scorers)
