"""Issues: an annotated article in, one score an issue out, each with evidence, and each banner confirmed or not.

Those of a family stand in ``families/<family>.toml``; other packages add theirs under the entry-point group
``npov_analyzer.scorers`` (an entry names a scorer or a tuple of scorers). Nothing here knows spaCy.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as altered
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from analyzer import modelstore
from analyzer.errors import UsageError, nearest
from analyzer.issues.evidence.source_balance import source_rows
from analyzer.issues.evidence.view import view_of
from analyzer.issues.families import SCORERS
from analyzer.issues.scorer import MODEL, Finding, Scorer, Weighed
from analyzer.issues.signals import SIGNALS, puffery
from analyzer.issues.summary import summarise
from analyzer.issues.verdicts import Seat, with_verdicts
from analyzer.plugins import added
from analyzer.records import Annotated, IssueScore, Reference
from analyzer.vocabulary import FACETS, THRESHOLD

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "GROUP",
    "SCORERS",
    "SIGNALS",
    "Finding",
    "Scorer",
    "Seat",
    "chosen",
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
_ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*")


@cache
def scorers() -> tuple[Scorer, ...]:
    """Return the scorers of this package and those that other packages have registered."""
    found: list[Scorer] = list(SCORERS)
    taken = {scorer.issue for scorer in SCORERS}

    def accepted(entry: "EntryPoint", thing: Any) -> list[Scorer]:  # noqa: ANN401 - whatever another package gives
        given = list(thing) if isinstance(thing, (tuple, list)) else [thing() if isinstance(thing, type) else thing]
        for scorer in given:
            _check(scorer)
            if scorer.issue in taken:
                raise UsageError(f"there is a scorer of {scorer.issue!r} already; expected an issue of its own")
            taken.add(scorer.issue)
        return given

    for given in added(GROUP, "scorer", accepted):
        found.extend(given)
    return tuple(found)


def _check(scorer: Any) -> None:  # noqa: ANN401 - whatever another package gives
    """Raise UsageError where something is no scorer."""
    if not isinstance(scorer, Scorer):
        lacks = [
            name for name in ("issue", "family", "needs", "policy", "summary", "score") if not hasattr(scorer, name)
        ]
        raise UsageError(f"it gave {scorer!r}, which lacks {', '.join(lacks)}; see analyzer.issues.Scorer")
    if not isinstance(scorer.issue, str) or not _ID.fullmatch(scorer.issue):
        raise UsageError(
            f"its issue is {scorer.issue!r}; expected family.issue in small letters, such as house.shouting"
        )
    if not scorer.needs <= set(FACETS):
        raise UsageError(
            f"{scorer.issue} needs {', '.join(sorted(scorer.needs))}; expected some of {', '.join(FACETS)}"
        )


def chosen(
    issues: Sequence[str] | None = None, ignore: Sequence[str] = (), thresholds: Mapping[str, float] | None = None
) -> tuple[Seat, ...]:
    """Return the scorers that take part, each with its threshold.

    Args:
        issues: ids of issues and names of families; all where none is given.
        ignore: those of them that are left out.
        thresholds: from which score on an issue counts as found, by id or family; the id goes before its family.

    Raises:
        UsageError: a name is none of an issue or family, a threshold is not within 0 and 1, or no issue is left.
    """
    at = thresholds or {}
    check_names([*(issues or ()), *ignore, *at])
    if wrong := [name for name, score in at.items() if not 0 < score <= 1]:
        raise UsageError(f"the threshold of {wrong[0]} is {at[wrong[0]]:g}; expected more than 0, and 1 at most.")
    own = len(SCORERS)
    seats = []
    for number, scorer in enumerate(scorers()):
        names = {scorer.issue, scorer.family}
        if names.isdisjoint(ignore) and (issues is None or not names.isdisjoint(issues)):
            usual = getattr(scorer, "threshold", THRESHOLD)
            threshold = at.get(scorer.issue, at.get(scorer.family, usual))
            if isinstance(scorer, Weighed) and threshold != usual:
                scorer = altered(scorer, threshold=threshold)
            seats.append(Seat(scorer, threshold, added=number >= own))
    if not seats:
        raise UsageError("no issue is left to be judged; expected at least one. Name fewer of them to ignore.")
    return tuple(seats)


def check_names(names: Iterable[str]) -> None:
    """Raise :class:`UsageError` where a name is none of an issue or of a family of issues."""
    known = dict.fromkeys([*(scorer.family for scorer in scorers()), *(scorer.issue for scorer in scorers())])
    for name in names:
        if name not in known:
            raise UsageError(
                f"met the issue {name!r}; expected one of `npov issues`, or a family.{nearest(name, known)}"
            )


def titles() -> dict[str, str]:
    """Return what reports call each issue, by its id; an issue whose scorer gives no title is not among them."""
    return {scorer.issue: title for scorer in scorers() if (title := getattr(scorer, "title", ""))}


def score(annotated: Annotated, seats: tuple[Seat, ...] | None = None) -> tuple[IssueScore, ...]:
    """Return every issue's score, verdict and evidence, in a fixed order; or of those alone that were chosen."""
    return with_verdicts(annotated, chosen() if seats is None else seats)


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
        raise UsageError(f"unknown issue {issue!r}; expected one of {', '.join(sorted(found))}.{nearest(issue, found)}")
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
