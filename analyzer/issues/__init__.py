"""Issues: an annotated article in, one score an issue out, each with evidence, and each banner confirmed or not.

Those of a family stand in ``families/<family>.toml``; other packages add theirs under the entry-point group
``npov_analyzer.scorers`` (an entry names a scorer or a tuple of scorers). Nothing here knows spaCy.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from analyzer import modelstore
from analyzer.errors import UsageError
from analyzer.issues.evidence.source_balance import source_rows
from analyzer.issues.evidence.view import view_of
from analyzer.issues.families import SCORERS
from analyzer.issues.scorer import MODEL, Finding, Scorer, Weighed
from analyzer.issues.signals import SIGNALS, puffery
from analyzer.issues.summary import summarise
from analyzer.issues.verdicts import with_verdicts
from analyzer.plugins import added
from analyzer.records import Annotated, IssueScore, Reference

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "GROUP",
    "SCORERS",
    "SIGNALS",
    "Finding",
    "Scorer",
    "explain",
    "models",
    "rated_references",
    "score",
    "scorers",
    "source_rows",
    "summarise",
    "titles",
]

GROUP = "npov_analyzer.scorers"


@cache
def scorers() -> tuple[Scorer, ...]:
    """Return the scorers of this package and those that other packages have registered."""
    found: list[Scorer] = list(SCORERS)
    for entry, given in added(GROUP, "scorer"):
        found.extend(_scorers_of(entry, given))
    return tuple(found)


def _scorers_of(entry: "EntryPoint", thing: Any) -> list[Scorer]:  # noqa: ANN401 - whatever another package gives
    """Return the scorers an entry point gives; raises UsageError where it gives something else."""
    given = list(thing) if isinstance(thing, (tuple, list)) else [thing() if isinstance(thing, type) else thing]
    wrong = [repr(scorer) for scorer in given if not isinstance(scorer, Scorer)]
    if wrong:
        raise UsageError(
            f"the entry {entry.name!r} ({entry.value}) in {GROUP} gave {', '.join(wrong)}, which lacks issue, family, "
            "needs, policy, summary or score; see analyzer/issues/scorer.py"
        )
    return given


def titles() -> dict[str, str]:
    """Return what reports call each issue, by its id; an issue whose scorer gives no title is not among them."""
    return {scorer.issue: title for scorer in scorers() if (title := getattr(scorer, "title", ""))}


def score(annotated: Annotated) -> tuple[IssueScore, ...]:
    """Return every issue's score, verdict and evidence, in a fixed order."""
    return with_verdicts(annotated, scorers())


def rated_references(annotated: Annotated) -> tuple[Reference, ...]:
    """Return the article's references with ``source_type`` and ``reliability`` filled from the domain tables."""
    return tuple(
        replace(row.reference, source_type=row.kind, reliability=row.rating)
        for row in view_of(annotated).references.cited
    )


def models() -> dict[str, str]:
    """Return the digests of the weights that scores rest on, by name, for a report's provenance."""
    return {name: modelstore.load(name).digest for name in (MODEL, puffery.MODEL)}


def explain(issue: str) -> dict[str, Any]:
    """Return what is known of an issue: summary, policy, what it needs, and its formula as signals with weights.

    Raises:
        UsageError: there is no such issue.
    """
    found = {scorer.issue: scorer for scorer in scorers()}
    if issue not in found:
        raise UsageError(f"unknown issue {issue!r}; expected one of {', '.join(sorted(found))}")
    scorer = found[issue]
    told: dict[str, Any] = {
        "issue": scorer.issue,
        "family": scorer.family,
        "policy": scorer.policy,
        "summary": scorer.summary,
        "needs": sorted(scorer.needs),
    }
    if isinstance(scorer, Weighed):
        formula = scorer.formula()
        told |= {
            "formula": "1 / (1 + exp(-(bias + sum of weight x signal)))",
            "bias": formula.bias,
            "calibrated_on": formula.calibrated_on,
            "minimum_words": scorer.minimum_words,
            "blind_spots": scorer.blind_spots,
            "requires": [list(group) for group in scorer.requires],
            "sections": scorer.sections,
            "signals": [
                {"name": name, "weight": formula.weights.get(name, 0.0), "says": signal.says}
                for name, signal in scorer.signals.items()
            ],
        }
    return told
