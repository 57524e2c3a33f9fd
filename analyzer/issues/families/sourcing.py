"""Sourcing: how much is cited, and whether to independent and reliable works."""

from __future__ import annotations

from analyzer.issues.evidence.view import View
from analyzer.issues.scorer import Weighed
from analyzer.vocabulary import Facet

_MARKERS: frozenset[Facet] = frozenset({"text", "citations"})
_LIST: frozenset[Facet] = frozenset({"text", "references"})


def no_references(view: View) -> str | None:
    """Return why the choice of sources cannot be judged: there are none."""
    return None if len(view.references) else "the article has no references, so there is no choice of sources to judge"


SCORERS = (
    Weighed(
        issue="sourcing.unreferenced",
        policy="WP:V",
        summary="no references, or none for most of the text",
        signals=(
            "no-references",
            "no-markers",
            "longest-uncited-section",
            "uncited-words",
            "general-references",
            "formulas",
            "independent-references",
            "uncited-paragraphs",
            "uncited-sections",
            "sparse-markers",
            "few-references",
            "uncited-sentences",
        ),
        needs=_MARKERS,
    ),
    Weighed(
        issue="sourcing.citations-needed",
        policy="WP:V; WP:BURDEN",
        summary="paragraphs and claims without a reference",
        signals=(
            "uncited-paragraphs",
            "unsourced-claims",
            "uncited-sections",
            "uncited-sentences",
            "longest-uncited-section",
            "uncited-words",
            "general-references",
            "formulas",
            "independent-references",
        ),
        needs=_MARKERS,
    ),
    Weighed(
        issue="sourcing.one-source",
        policy="WP:ONESOURCE",
        summary="the article rests on one work",
        signals=("top-work", "few-works"),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.primary",
        policy="WP:PRIMARY",
        summary="most references are the subject's own or its releases",
        signals=("affiliated-references", "interested-references", "own-references", "dependent-references"),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.third-party",
        policy="WP:GNG; WP:V",
        summary="no independent source",
        signals=(
            "affiliated-references",
            "interested-references",
            "dependent-references",
            "self-published-references",
            "user-generated-references",
        ),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.self-published",
        policy="WP:SPS; WP:UGC",
        summary="blogs, social media and print on demand cited for facts",
        signals=("self-published-references", "any-self-published", "user-generated-references"),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.unreliable",
        policy="WP:RS; WP:RSP",
        summary="sources that editors rate unreliable, deprecated or blacklisted",
        signals=(
            "unreliable-references",
            "any-unreliable",
            "user-generated-references",
            "any-self-published",
            "unknown-references",
        ),
        needs=_LIST,
        unless=no_references,
    ),
    Weighed(
        issue="sourcing.footnotes",
        policy="WP:CITE; WP:INCITE",
        summary="a list of works, but few markers that say which supports what",
        signals=(
            "list-without-markers",
            "no-markers",
            "sparse-markers",
            "uncited-sections",
            "uncited-paragraphs",
            "uncited-sentences",
            "general-references",
            "independent-references",
        ),
        needs=_MARKERS,
    ),
)
