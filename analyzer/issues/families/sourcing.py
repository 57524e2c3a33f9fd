"""Sourcing: how much is cited, and whether to independent and reliable works."""

from __future__ import annotations

import re

from analyzer.counting import number
from analyzer.issues.evidence.patterns import words_of
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scope import lines
from analyzer.issues.scorer import Finding, Weighed
from analyzer.issues.signals import SIGNALS
from analyzer.issues.signals.signal import at
from analyzer.vocabulary import Facet

_MARKERS: frozenset[Facet] = frozenset({"text", "citations"})
_LIST: frozenset[Facet] = frozenset({"text", "references"})
_FEWEST_WORDS = 100
_COVERED = 20  # sentences for which one marker is not nearly none
_AUTHOR_DATE = re.compile(r"\([A-Z][^()\n\d]{1,60} (?:1[5-9]|20)\d\d[a-z]?(?:[:,;][^()\n]{1,30})?\)")


def no_references(view: ArticleView) -> str | None:
    """Return why the choice of sources cannot be judged: there are none."""
    return None if len(view.references) else "the article has no references, so there is no choice of sources to judge"


def _asks_for_none(view: ArticleView) -> str | None:
    """Return why a section without markers is in order unless an editor says otherwise."""
    if view.words < _FEWEST_WORDS:
        return f"{number(view.words, 'word')} of prose; at least {_FEWEST_WORDS} are needed to ask for references"
    title = next((section.title for section in view.article.sections), "")
    if not title or title.lower() in words_of("retold"):
        return "a lead rests on what follows it, a summary of a work on the work"
    if _AUTHOR_DATE.search(view.article.text, view.extent.start, view.extent.end):
        return "works are named in brackets"
    return None


def without_markers(view: ArticleView, claimed: bool) -> Finding:
    """Return n / (n + 1 + 20 m) for a section of n sentences (else lines) with m reference markers.

    Without a banner (``claimed``), only a section that asks for references is judged.
    """
    if not claimed and (reason := _asks_for_none(view)):
        return Finding(None, why_null=reason)
    count, markers = len(view.sentences) or lines(view.article, view.extent), len(view.article.citations)
    if not count:
        return Finding(None, why_null="no text stands under this heading")
    marked = number(markers, "reference marker") if markers else "no reference marker"
    told = f"{number(count, 'sentence' if view.sentences else 'line')} with {marked}"
    score = count / (count + 1 + _COVERED * markers)
    return Finding(round(score, 4), (at(view.extent, told, "sourcing.uncited-section"),))


def few_markers(view: ArticleView, claimed: bool) -> Finding:
    """Return what :func:`without_markers` finds or, where there is a marker, n / (n + 1) x a share, half of it = 1.

    It is the share of the words that stand in paragraphs without a marker.
    """
    bare = without_markers(view, claimed)
    if bare.score is None or not view.article.citations:
        return bare
    words = sum(map(view.words_in, view.paragraphs))
    share = sum(map(view.words_in, view.uncited_paragraphs)) / words if words else 0.0
    score = min(1.0, 2 * share) * len(view.sentences) / (len(view.sentences) + 1)
    return Finding(round(score, 4), (*SIGNALS["uncited-paragraphs"].told(view), *bare.evidence))


SCORERS = (
    Weighed(
        issue="sourcing.unreferenced",
        title="Unreferenced",
        policy="WP:V",
        summary="no references, or none for most of the text",
        banner_family="unreferenced",
        banners=(
            "blp-unreferenced",
            "unreferenced",
            "unreferenced-section",
            "blp-unreferenced-section",
            "sources-exist",
        ),
        bias=-5.0,
        weights={
            "no-references": 4.0,
            "no-markers": 1.5,
            "few-references": 1.5,
            "sparse-markers": 1.5,
            "uncited-paragraphs": 2.0,
            "uncited-sections": 1.0,
            "longest-uncited-run": 1.0,
            "uncited-words": 1.0,
            "list-without-markers": 0.5,
            "longest-uncited-section": 0.5,
            "uncited-judgements": 0.5,
            "general-references": -1.0,
            "independent-references": -0.5,
            "formulas": -1.0,
            "journal-references": -0.5,
        },
        needs=_MARKERS,
        sections="named",
        in_section=without_markers,
    ),
    Weighed(
        issue="sourcing.citations-needed",
        title="More citations needed",
        policy="WP:V; WP:BURDEN",
        summary="paragraphs and claims without a reference",
        banners=(
            "blp-sources",
            "more-science-citations-needed",
            "more-medical-citations-needed",
            "more-citations-needed",
            "more-citations-needed-section",
            "original-research",
        ),
        bias=-2.5,
        weights={
            "uncited-paragraphs": 2.0,
            "uncited-words": 1.0,
            "uncited-sentences": 2.0,
            "uncited-sections": 0.5,
            "unsourced-claims": 1.0,
            "longest-uncited-section": 0.5,
            "longest-uncited-run": 0.5,
            "uncited-judgements": 3.0,
            "few-references": 0.5,
            "sparse-markers": 0.5,
            "quantity-terms": 1.0,
            "approval-terms": 1.0,
            "unknown-references": 0.5,
            "party-references": 1.0,
            "web-references": 0.5,
            "trade-references": 0.5,
            "general-references": -0.5,
            "formulas": -1.0,
            "journal-references": -0.5,
        },
        needs=_MARKERS,
        in_section=few_markers,
    ),
    Weighed(
        issue="sourcing.one-source",
        title="Relies on one source",
        policy="WP:ONESOURCE",
        summary="the article rests on one work",
        banner_family="one-source",
        banners=("blp-one-source", "one-source"),
        weights={
            "top-work": 3.0,
            "repeated-work": 4.0,
            "few-references": 0.5,
        },
        needs=_LIST,
        unless=no_references,
        sections="none",
    ),
    Weighed(
        issue="sourcing.primary",
        title="Primary or affiliated sources",
        policy="WP:PRIMARY",
        summary="most references are the subject's own or its releases",
        banner_family="primary-sources",
        banners=(
            "more-science-citations-needed",
            "only-primary-sources",
            "religious-text-primary",
            "primary-sources",
        ),
        bias=-3.2,
        weights={
            "affiliated-references": 5.0,
            "own-references": 2.0,
            "interested-references": 4.0,
            "rule-references": 4.0,
            "release-references": 2.0,
            "party-references": 2.0,
            "no-independent-voice": 0.5,
            "top-site": 1.0,
            "web-references": 0.5,
            "unknown-references": 1.0,
            "quoted-share": 0.5,
            "book-references": -1.0,
            "longest-uncited-run": -1.0,
        },
        needs=_LIST,
        unless=no_references,
        sections="claimed",
    ),
    Weighed(
        issue="sourcing.third-party",
        title="Third-party sources needed",
        policy="WP:GNG; WP:V",
        summary="no independent source",
        banner_family="third-party",
        banners=("no-significant-coverage", "third-party"),
        bias=-4.5,
        weights={
            "affiliated-references": 5.0,
            "interested-references": 2.0,
            "dependent-references": 2.5,
            "self-published-references": 2.0,
            "user-generated-references": 2.0,
        },
        needs=_LIST,
        unless=no_references,
        sections="none",
    ),
    Weighed(
        issue="sourcing.self-published",
        title="Self-published sources",
        policy="WP:SPS; WP:UGC",
        summary="blogs, social media and print on demand cited for facts",
        banner_family="self-published",
        banners=("self-published", "user-generated"),
        bias=-3.0,
        weights={
            "self-published-references": 6.0,
            "user-generated-references": 2.0,
            "weak-references": 2.0,
            "trade-references": 0.5,
            "unvouched-references": 1.0,
        },
        requires=(("weak-references",),),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.unreliable",
        title="Unreliable sources",
        policy="WP:RS; WP:RSP",
        summary="sources rated unreliable or that anybody could have published, beside others of no known standing",
        banner_family="unreliable-sources",
        banners=("unreliable-medical", "circular", "unreliable-sources"),
        bias=-2.2,
        weights={
            "unreliable-references": 5.0,
            "user-generated-references": 2.0,
            "self-published-references": 2.0,
            "weak-references": 1.0,
            "trade-references": 3.0,
            "unknown-references": 0.5,
            "unvouched-references": 2.5,
            "independent-references": -0.5,
            "formulas": -0.5,
        },
        requires=(("weak-references",),),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.footnotes",
        title="Footnotes missing",
        policy="WP:CITE; WP:INCITE",
        summary="a list of works, but few markers that say which supports what",
        banner_family="footnotes",
        banners=("blp-no-footnotes", "more-footnotes-needed", "no-footnotes"),
        bias=-7.35,
        weights={
            "list-without-markers": 3.0,
            "no-markers": 0.5,
            "sparse-markers": 1.5,
            "uncited-sections": 1.0,
            "uncited-paragraphs": 1.5,
            "uncited-sentences": 2.0,
            "general-references": 5.0,
            "longest-uncited-run": 1.0,
            "no-references": -1.0,
            "web-references": -1.0,
        },
        needs=_MARKERS,
        sections="claimed",
        in_section=without_markers,
    ),
)
