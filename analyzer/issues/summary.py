"""The article in numbers: stance counts, who is heard, what is cited, and the two overall scores."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated as Typed
from typing import TypedDict

from msgspec import Meta

from analyzer import modelstore
from analyzer.issues.evidence.source_balance import AFFILIATED, effective_sources
from analyzer.issues.evidence.view import view_of
from analyzer.issues.scorer import MODEL
from analyzer.records import Annotated, IssueScore, Summary
from analyzer.vocabulary import SPAM_FAMILIES

# Families that speak of how the article is written and balanced; sourcing bears on verifiability instead.
NEUTRALITY_FAMILIES = frozenset({"paid", "promotion", "balance", "language", "quotation"})


def summarise(annotated: Annotated, issues: Sequence[IssueScore]) -> Summary:
    """Return the summary; ``readability`` is left empty for the pipeline to fill.

    ``balance`` is (endorsement - critique) / (endorsement + critique) in sentences, mixed ones on neither side, None
    where no sentence takes a side. Sentences whose stance is unsure are counted as such and on no side.
    ``unnamed_share`` and ``subject_share`` are shares of the attributions. The two overall scores are those of
    :func:`neutrality` and :func:`goodness`.
    """
    view = view_of(annotated)
    counts = {name: len(view.stance(name)) for name in ("critique", "endorsement", "mixed", "neutral")}
    sided = counts["critique"] + counts["endorsement"]
    units = len(view.attributions)
    effective = effective_sources(annotated)
    return Summary(
        sentences=len(view.sentences),
        words=view.words,
        attributed_share=round(view.share(len({unit.sentence for unit in view.attributions})), 4),
        unnamed_share=round(len(view.by("unnamed")) / units, 4) if units else 0.0,
        subject_share=round(len(view.by(*sorted(AFFILIATED))) / units, 4) if units else 0.0,
        cited_share=round(view.share(sum(bool(s.citations) for s in view.sentences)), 4),
        balance=round((counts["endorsement"] - counts["critique"]) / sided, 4) if sided else None,
        effective_sources=round(effective, 4) if effective is not None else None,
        neutrality_score=neutrality(issues),
        spam_score=goodness(issues, SPAM_FAMILIES),
        critique=counts["critique"],
        endorsement=counts["endorsement"],
        mixed=counts["mixed"],
        neutral=counts["neutral"],
        unsure=sum(sentence.unsure for sentence in view.sentences),
    )


class TakenOff(TypedDict):
    """What the judge's weights say of what an issue takes off the neutrality."""

    weight: float
    full: Typed[float, Meta(gt=0)]
    usual: float


@cache
def taken_off() -> dict[str, dict[str, float]]:
    """Return by issue what it takes off the neutrality at most ("weight"), from which score on ("full"), and usually.

    Raises ModelError where the weights are missing or damaged.
    """
    table: dict[str, dict[str, float]] = modelstore.load(MODEL).json("summary.json", dict[str, TakenOff])
    return table


def neutrality(issues: Sequence[IssueScore]) -> float | None:
    """Return 1 - the sum of weight x min(1, score / full) over what bears on neutrality; None without any score.

    An issue that could not be judged counts by its usual share of the full score.
    """
    scores = {issue.issue: issue.score for issue in issues if issue.score is not None}
    rows = taken_off()
    if scores.keys().isdisjoint(rows):
        return None
    off = sum(
        row["weight"] * (min(1.0, scores[issue] / row["full"]) if issue in scores else row["usual"])
        for issue, row in rows.items()
    )
    return round(min(1.0, max(0.0, 1 - off)), 4)


def goodness(issues: Sequence[IssueScore], families: frozenset[str]) -> float | None:
    """Return 1 (clean) to 0 (bad) over the issues of some families: 1 - (2 x worst + mean) / 3; None without a score.

    The worst issue counts twice because one grave fault is not made good by the absence of others.
    """
    scores = [issue.score for issue in issues if issue.family in families and issue.score is not None]
    if not scores:
        return None
    return round(1 - (2 * max(scores) + sum(scores) / len(scores)) / 3, 4)
