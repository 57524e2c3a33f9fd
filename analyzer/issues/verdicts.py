"""Findings set against banners: claimed and found side by side, and whether a banner looks stale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from analyzer.issues.scorer import THRESHOLD, Finding, Scorer
from analyzer.lexicons import load_json
from analyzer.records import Annotated, Article, Banner, Evidence, IssueScore
from analyzer.vocabulary import ISSUES, Verdict

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Where the banner table does not list a banner's issues, its family names them.
_FAMILY_ISSUES = {
    "paid": ("paid.undisclosed",),
    "coi": ("paid.coi",),
    "advert": ("promotion.advert",),
    "peacock": ("promotion.peacock",),
    "pov": ("balance.pov",),
    "weasel": ("language.weasel",),
    "tone": ("language.editorializing",),
    "quotation": ("quotation.over-quotation",),
    "unreferenced": ("sourcing.unreferenced",),
    "one-source": ("sourcing.one-source",),
    "primary-sources": ("sourcing.primary",),
    "third-party": ("sourcing.third-party",),
    "self-published": ("sourcing.self-published",),
    "unreliable-sources": ("sourcing.unreliable",),
    "footnotes": ("sourcing.footnotes",),
    "citation-spam": ("spam.citation-spam",),
    "external-links": ("spam.external-links",),
}


@cache
def _table() -> dict[str, tuple[str, ...]]:
    return {row["id"]: tuple(row["issues"]) for row in load_json("banners")["banners"]}


def issues_of(banner: Banner) -> tuple[str, ...]:
    """Return the issues that a banner claims; empty where it is about something else."""
    if banner.id in _table():
        return _table()[banner.id]
    if banner.issue in ISSUES:
        return (banner.issue,)
    return _FAMILY_ISSUES.get(banner.issue, ())


def judge(annotated: Annotated, scorers: Iterable[Scorer]) -> tuple[IssueScore, ...]:
    """Return what each scorer found, in their order, with the banners that claim it and the verdict."""
    claims: dict[str, list[int]] = {}
    for index, banner in enumerate(annotated.article.banners):
        for issue in issues_of(banner):
            claims.setdefault(issue, []).append(index)
    return tuple(_judged(annotated, scorer, claims.get(scorer.issue, ())) for scorer in scorers)


def _judged(annotated: Annotated, scorer: Scorer, claimed: Sequence[int]) -> IssueScore:
    finding = scorer.score(annotated)
    verdict = verdict_of(finding, claimed=bool(claimed))
    evidence = finding.evidence
    if verdict == "not supported":
        banners = [annotated.article.banners[index] for index in claimed]
        evidence = (*evidence, *stale(annotated.article, banners))
    return IssueScore(
        issue=scorer.issue,
        family=scorer.family,
        score=finding.score,
        policy=scorer.policy,
        why_null=finding.why_null,
        claimed_by=tuple(claimed),
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
