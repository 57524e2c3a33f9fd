"""Findings set against banners: claimed and found side by side, and whether a banner looks stale."""

import re
from collections.abc import Iterable
from functools import cache

from analyzer.issues.evidence.view import ArticleView, view_of
from analyzer.issues.scope import Part, Scope
from analyzer.issues.scorer import THRESHOLD, Finding, Scorer
from analyzer.lexicons import load_json
from analyzer.records import Annotated, Article, Banner, Evidence, IssueScore, SectionScore
from analyzer.vocabulary import Verdict

# Pieces of evidence for a section.
_MOST = 6
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
    """Return what each scorer found, in their order, with the banners that claim it and the verdict.

    A banner is judged on the section that it stands over, else on the article: also where it speaks of the article
    under a heading, and the section does not bear it out.
    """
    scope = Scope(view_of(annotated))
    return tuple(_with_verdict(scope, scorer) for scorer in scorers)


def _with_verdict(scope: Scope, scorer: Scorer) -> IssueScore:
    banners = scope.article.banners
    claimed = tuple(index for index, banner in enumerate(banners) if claims(banner, scorer))
    finding = scorer.score(scope.whole.annotated)
    sections = _sections(scope, scorer, claimed)
    placed = {index: row.verdict for row in sections for index in row.claimed_by}
    verdicts = {index: placed.get(index, verdict_of(finding, claimed=True)) for index in claimed}
    evidence = finding.evidence
    unproven = [banners[index] for index, verdict in verdicts.items() if verdict == "not supported"]
    if unproven:
        evidence = (*evidence, *stale(scope.whole, unproven))
    named = getattr(scorer, "sections", "") == "named" and any(row.verdict == "missing banner" for row in sections)
    return IssueScore(
        issue=scorer.issue,
        family=scorer.family,
        score=finding.score,
        policy=scorer.policy,
        why_null=finding.why_null,
        claimed_by=claimed,
        verdict=_joined(set(verdicts.values()), verdict_of(finding, claimed=False), named=named),
        evidence=scope.placed(evidence),
        sections=sections,
    )


def _joined(claims: set[Verdict], found: Verdict, *, named: bool) -> Verdict:
    """Return an issue's verdict from those on its banners, what was found in the article, and whether in a section."""
    if "supported" in claims:
        return "supported"
    if found == "missing banner" or (named and not claims):
        return "missing banner"
    return "not supported" if "not supported" in claims else "not assessable" if claims else found


def _sections(scope: Scope, scorer: Scorer, claimed: Iterable[int]) -> tuple[SectionScore, ...]:
    """Return the sections where the issue is found, and those that a banner which claims it speaks of."""
    judge = getattr(scorer, "score_section", None)
    if judge is None:
        return ()
    over: dict[int | None, tuple[Part, list[int]]] = {}
    everywhere = False
    for index in claimed:
        part = scope.over(index)
        everywhere |= part is None
        if part is not None:
            over.setdefault(part.section, (part, []))[1].append(index)
    found = []
    if getattr(scorer, "sections", "every") in ("named", "every"):
        for part in scope.parts:
            over.setdefault(part.section, (part, []))
    for part, indexes in over.values():
        finding = judge(scope.view(part), claimed=bool(indexes))
        if finding is None:
            continue
        there = finding.score is not None and finding.score >= THRESHOLD
        # What a banner says of the article is not refuted by one section.
        held = [index for index in indexes if there or scope.article.banners[index].scope == "section"]
        if there or held:
            found.append(
                SectionScore(
                    section=part.section,
                    title=part.title,
                    score=finding.score,
                    why_null=finding.why_null,
                    claimed_by=tuple(held),
                    verdict=verdict_of(finding, claimed=bool(held) or everywhere),
                    evidence=scope.placed(finding.evidence[:_MOST]),
                )
            )
    return tuple(sorted(found, key=lambda row: -1 if row.section is None else row.section))


def verdict_of(finding: Finding, *, claimed: bool) -> Verdict:
    """Return the verdict: what a banner claims beside what was found."""
    if finding.score is None:
        return "not assessable"
    if finding.score >= THRESHOLD:
        return "supported" if claimed else "missing banner"
    return "not supported" if claimed else "not raised"


def stale(whole: ArticleView, banners: Iterable[Banner]) -> list[Evidence]:
    """Return evidence that a banner looks stale: the article speaks of years after its date, and nothing was found."""
    newest = whole.once("newest year", lambda: _newest(whole.article))
    found = []
    for banner in banners:
        if banner.date and newest > int(banner.date[:4]):
            reason = (
                f"the banner looks stale: it dates from {banner.date}, the article speaks of {newest}, "
                "and what it claims was not found"
            )
            found.append(Evidence(reason=reason, rule="banner.stale", start=banner.start, end=banner.end))
    return found


def _newest(article: Article) -> int:
    """Return the last year that prose or references speak of, 0 without one: dates of banners do not count."""
    text = article.text
    prose = " ".join(text[block.start : block.end] for block in article.blocks)
    dated = f"{prose} {' '.join(reference.text for reference in article.references)}"
    return max((int(year) for year in _YEAR.findall(dated) if int(year) <= 2100), default=0)
