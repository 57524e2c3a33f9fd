"""Balance: one side argued or heard alone, weight out of proportion, the subject as its own witness."""

from __future__ import annotations

from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scorer import Weighed


def no_stance(view: ArticleView) -> str | None:
    """Return why the balance of an article cannot be judged: too few sentences take a side."""
    sided = sum(len(view.stance(side)) for side in ("critique", "endorsement", "mixed"))
    return None if sided >= 3 else f"only {sided} of {len(view.sentences)} sentences take a side; at least 3 are needed"


def few_sources(view: ArticleView) -> str | None:
    """Return why the choice of voices cannot be judged: too few are heard."""
    count = len(view.attributions)
    return None if count >= 3 else f"only {count} reported views; at least 3 are needed"


SCORERS = (
    Weighed(
        issue="balance.pov",
        title="Not neutral",
        policy="WP:NPOV",
        summary="one side argued in the article's own voice",
        banner_family="pov",
        banners=(
            "pov-and-disputed",
            "pov-title",
            "pov-lead",
            "systemic-bias",
            "pov",
            "pov-section",
            "pov-check",
            "usgovtpov",
        ),
        bias=-4.5,
        weights={
            "loaded-words": 4.0,
            "own-blame": 2.5,
            "own-praise": 1.5,
            "lean-blame": 2.0,
            "only-blame": 0.5,
            "editorial-words": 1.5,
            "weasel-words": 1.0,
            "unnamed-rate": 1.5,
            "quoted-share": 1.0,
            "people-terms": 1.0,
            "advice-terms": 0.5,
            "formulas": -1.0,
        },
    ),
    Weighed(
        issue="balance.unbalanced",
        title="Unbalanced",
        policy="WP:BALANCE",
        summary="only praise or only criticism is told",
        banners=("unbalanced", "too-few-opinions", "partisan-sources", "criticism-section"),
        # A useful thing is mostly praised: a lean alone is no imbalance yet.
        bias=-4.8,
        weights={
            "lean-praise": 3.5,
            "lean-blame": 3.5,
            "only-praise": 3.0,
            "only-blame": 3.0,
            "no-independent-voice": 1.5,
            "approval-terms": 1.5,
        },
        unless=no_stance,
    ),
    Weighed(
        issue="balance.undue",
        title="Undue weight of one source or side",
        policy="WP:UNDUE",
        summary="one source or one side section carries too much weight",
        banners=("undue-weight", "overcoverage", "fringe-theories", "coatrack", "political-pov"),
        bias=-4.2,
        weights={
            "top-voice": 6.0,
            "top-source": 2.0,
            "critique-section": 1.5,
            "quoted-share": 1.0,
            "one-country": 2.0,
            "country-share": 1.0,
            "approval-terms": 1.0,
            "people-terms": 1.0,
            "longest-uncited-section": -1.0,
        },
        unless=few_sources,
        sections="claimed",
    ),
    Weighed(
        issue="balance.subject-voice",
        title="Only the subject's voice",
        policy="WP:IMPARTIAL; WP:MANDY",
        summary="the subject is its own main witness",
        weights={
            "subject-voice": 4.0,
            "no-independent-voice": 2.5,
            "own-references": 3.0,
        },
        unless=few_sources,
        sections="claimed",
    ),
)
