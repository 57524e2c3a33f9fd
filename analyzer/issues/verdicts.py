"""Findings set against banners: claimed and found side by side, and whether a banner looks stale."""

import os
import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

from msgspec import UNSET, convert, to_builtins

from analyzer.issues.evidence.view import ArticleView, view_of
from analyzer.issues.scope import Part, Scope
from analyzer.issues.scorer import Finding, Scorer
from analyzer.lexicons import load_json
from analyzer.plugins import notice, told
from analyzer.records import Annotated, Article, Banner, Evidence, IssueScore, SectionScore
from analyzer.vocabulary import THRESHOLD, Verdict

# Pieces of evidence for a section.
_MOST = 6
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Seat(NamedTuple):
    """A scorer that takes part, the score from which on its issue counts as found, and whether another package's it is.

    What a scorer of another package raises, or gives instead of a finding, costs its own issue and nothing else.
    """

    scorer: Scorer
    threshold: float = THRESHOLD
    added: bool = False

    def asked(self, judge: Callable[[], Finding | None], article: Article) -> Finding | None:
        """Return what the scorer finds; of one that fails, that its issue cannot be judged."""
        if not self.added:
            return judge()
        try:
            return _sound(judge(), len(article.text))
        except Exception as error:
            if os.environ.get("NPOV_DEBUG"):
                raise
            why = f"the scorer of {self.scorer.issue}, which another package brings, failed ({told(error)})"
            notice(f"{why}. Repair or remove that package.")
            return Finding(None, why_null=why)


def _sound(finding: Finding | None, length: int) -> Finding | None:
    """Return a finding of another package; raises where a report could not hold it."""
    if finding is None:
        return None
    score = finding.score
    if score is not None and not 0 <= score <= 1:
        raise ValueError(f"it gave the score {score!r}; expected 0 to 1, or None")
    for item in finding.evidence:
        if item.start is not None and not 0 <= item.start <= (item.end or 0) <= length:
            raise ValueError(f"its evidence stands at {item.start} to {item.end} of {length} characters")
    evidence = tuple(convert(to_builtins(item), Evidence) for item in finding.evidence)
    return Finding(None if score is None else round(float(score), 4), evidence, finding.why_null)


@cache
def _known() -> frozenset[str]:
    """Return the ids of the banner table."""
    return frozenset(row["id"] for row in load_json("banners")["banners"])


def claims(banner: Banner, scorer: Scorer) -> bool:
    """Return whether a banner claims a scorer's issue: by its id or, where the table lacks it, by its family."""
    if banner.id in _known():
        return banner.id in getattr(scorer, "banners", ())
    return bool(banner.issue) and banner.issue in (getattr(scorer, "banner_family", ""), scorer.issue)


def with_verdicts(annotated: Annotated, seats: Iterable[Seat]) -> tuple[IssueScore, ...]:
    """Return what each scorer found, in their order, with the banners that claim it and the verdict.

    A banner is judged on the section that it stands over, else on the article: also where it speaks of the article
    under a heading, and the section does not bear it out.
    """
    scope = Scope(view_of(annotated))
    return tuple(_with_verdict(scope, seat) for seat in seats)


def _with_verdict(scope: Scope, seat: Seat) -> IssueScore:
    scorer, threshold = seat.scorer, seat.threshold
    banners = scope.article.banners
    claimed = tuple(index for index, banner in enumerate(banners) if claims(banner, scorer))
    finding = seat.asked(partial(scorer.score, scope.whole.annotated), scope.article)
    finding = finding or Finding(None, why_null="the scorer gave no finding")
    sections = _sections(scope, seat, claimed)
    placed = {index: row.verdict for row in sections for index in row.claimed_by}
    verdicts = {index: placed.get(index, verdict_of(finding, threshold, claimed=True)) for index in claimed}
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
        verdict=_joined(set(verdicts.values()), verdict_of(finding, threshold, claimed=False), named=named),
        evidence=scope.placed(evidence),
        sections=sections,
        threshold=UNSET if threshold == THRESHOLD else threshold,
    )


def _joined(claims: set[Verdict], found: Verdict, *, named: bool) -> Verdict:
    """Return an issue's verdict from those on its banners, what was found in the article, and whether in a section."""
    if "supported" in claims:
        return "supported"
    if found == "missing banner" or (named and not claims):
        return "missing banner"
    return "not supported" if "not supported" in claims else "not assessable" if claims else found


def _sections(scope: Scope, seat: Seat, claimed: Iterable[int]) -> tuple[SectionScore, ...]:
    """Return the sections where the issue is found, and those that a banner which claims it speaks of."""
    scorer = seat.scorer
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
        finding = seat.asked(partial(judge, scope.view(part), claimed=bool(indexes)), scope.article)
        if finding is None:
            continue
        there = finding.score is not None and finding.score >= seat.threshold
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
                    verdict=verdict_of(finding, seat.threshold, claimed=bool(held) or everywhere),
                    evidence=scope.placed(finding.evidence[:_MOST]),
                )
            )
    return tuple(sorted(found, key=lambda row: -1 if row.section is None else row.section))


def verdict_of(finding: Finding, threshold: float = THRESHOLD, *, claimed: bool) -> Verdict:
    """Return the verdict: what a banner claims beside what was found."""
    if finding.score is None:
        return "not assessable"
    if finding.score >= threshold:
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
