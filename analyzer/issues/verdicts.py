"""Findings set against banners: claimed and found side by side, and whether a banner looks stale."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from analyzer.issues.scorer import THRESHOLD, Finding, Scorer
from analyzer.lexicons import load_json
from analyzer.records import Annotated, Article, Banner, Evidence, IssueScore
from analyzer.vocabulary import Verdict

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@cache
def _known() -> frozenset[str]:
    """Return the ids of the banner table."""
    return frozenset(row["id"] for row in load_json("banners")["banners"])


def claims(banner: Banner, scorer: Scorer) -> bool:
    """Return whether a banner claims a scorer's issue: by its id or, where the table lacks it, by its family."""
    if banner.id in _known():
        return banner.id in getattr(scorer, "banners", ())
    return bool(banner.issue) and banner.issue in (getattr(scorer, "banner_family", ""), scorer.issue)


def with_verdicts(annotated: Annotated, scorers: Iterable[Scorer]) -> tuple[IssueScore, ...]:
    """Return what each scorer found, in their order, with the banners that claim it and the verdict."""
    return tuple(_with_verdict(annotated, scorer) for scorer in scorers)


def _with_verdict(annotated: Annotated, scorer: Scorer) -> IssueScore:
    banners = annotated.article.banners
    claimed = tuple(index for index, banner in enumerate(banners) if claims(banner, scorer))
    finding = scorer.score(annotated)
    verdict = verdict_of(finding, claimed=bool(claimed))
    evidence = finding.evidence
    if verdict == "not supported":
        evidence = (*evidence, *stale(annotated.article, [banners[index] for index in claimed]))
    return IssueScore(
        issue=scorer.issue,
        family=scorer.family,
        score=finding.score,
        policy=scorer.policy,
        why_null=finding.why_null,
        claimed_by=claimed,
        verdict=verdict,
        evidence=evidence,
    )


def verdict_of(finding: Finding, *, claimed: bool) -> Verdict:
    """Return the verdict: what a banner claims beside what was found."""
    if finding.score is None:
        return "not assessable"
    if finding.score >= THRESHOLD:
        return "supported" if claimed else "missing banner"
    return "not supported" if claimed else "not raised"


def stale(article: Article, banners: Iterable[Banner]) -> list[Evidence]:
    """Return evidence that a banner looks stale: the article speaks of years after its date, and nothing was found."""
    newest = max((int(year) for year in _YEAR.findall(_dated_text(article)) if int(year) <= 2100), default=0)
    found = []
    for banner in banners:
        if banner.date and newest > int(banner.date[:4]):
            reason = (
                f"the banner looks stale: it dates from {banner.date}, the article speaks of {newest}, "
                "and what it claims was not found"
            )
            found.append(Evidence(reason=reason, rule="banner.stale", start=banner.start, end=banner.end))
    return found


def _dated_text(article: Article) -> str:
    """Return the prose and the references: banner dates themselves are left out."""
    text = article.text
    prose = " ".join(text[block.start : block.end] for block in article.blocks)
    return f"{prose} {' '.join(reference.text for reference in article.references)}"
