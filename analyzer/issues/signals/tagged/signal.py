"""One signal an issue: how much the article reads like those that editors tagged for it."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.issues.evidence.view import View
from analyzer.issues.signals.signal import Signal, fact
from analyzer.issues.signals.tagged.model import knows, probability, reasons
from analyzer.records import Evidence
from analyzer.vocabulary import ISSUES, Facet

PREFIX = "like-"
# What the signal weighs where models of your own know an issue and the judge's weights do not: as much as one strong
# signal, and nothing where the model is undecided.
WEIGHT = 3.0
# The signal's value without a model of the issue, and where the input lacks what the models look at.
UNDECIDED = 0.5
_SHOWN: frozenset[Facet] = frozenset({"text", "citations", "references"})


def like(issue: str) -> str:
    """Return the name of an issue's signal: "like-" and the last part of its id."""
    return PREFIX + issue.rsplit(".", maxsplit=1)[-1]


def _signal(issue: str) -> Signal:
    def value(view: View) -> float:
        found = probability(issue, view) if view.facets >= _SHOWN else None
        return UNDECIDED if found is None else found

    def evidence(view: View) -> list[Evidence]:
        found = probability(issue, view) if view.facets >= _SHOWN else None
        if found is None:
            return []
        told = "; ".join(reasons(issue, view))
        return [fact(f"reads like tagged articles ({found:.2f}, where half of them are): {told}", "tagged.like")]

    says = f"probability that articles like this one are tagged for {issue}, by a model of tagged articles (below)"
    return Signal(like(issue), says, value, evidence)


SIGNALS = tuple(_signal(issue) for issue in ISSUES)


def extra(issue: str, weights: Mapping[str, float]) -> float:
    """Return what the issue's signal weighs where there is a model of it but no weight among the judge's, else 0."""
    return WEIGHT if like(issue) not in weights and knows(issue) else 0.0
