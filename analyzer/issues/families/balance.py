"""Balance: one side argued or heard alone, weight out of proportion, the subject as its own witness."""

from __future__ import annotations

from analyzer.issues.evidence.source_balance import effective_sources, sides, source_rows
from analyzer.issues.evidence.view import View
from analyzer.issues.scorer import Weighed

__all__ = ["SCORERS", "effective_sources", "sides", "source_rows"]


def no_stance(view: View) -> str | None:
    """Return why the balance of an article cannot be judged: too few sentences take a side."""
    sided = sum(sentence.stance != "neutral" for sentence in view.sentences)
    return None if sided >= 3 else f"only {sided} of {len(view.sentences)} sentences take a side; at least 3 are needed"


def few_sources(view: View) -> str | None:
    """Return why the choice of voices cannot be judged: too few are heard."""
    count = len(view.attributions)
    return None if count >= 3 else f"only {count} reported views; at least 3 are needed"


SCORERS = (
    Weighed(
        issue="balance.pov",
        policy="WP:NPOV",
        summary="one side argued in the article's own voice",
        signals=(
            "loaded-words",
            "editorial-words",
            "weasel-words",
            "peacock-words",
            "own-blame",
            "own-praise",
            "only-blame",
            "only-praise",
            "lean-blame",
            "lean-praise",
            "unnamed-rate",
        ),
    ),
    Weighed(
        issue="balance.unbalanced",
        policy="WP:BALANCE",
        summary="only praise or only criticism is told",
        signals=("lean-praise", "lean-blame", "only-praise", "only-blame", "no-independent-voice"),
        unless=no_stance,
    ),
    Weighed(
        issue="balance.undue",
        policy="WP:UNDUE",
        summary="one source or one side section carries too much weight",
        signals=("top-source", "critique-section", "quoted-share"),
        unless=few_sources,
    ),
    Weighed(
        issue="balance.subject-voice",
        policy="WP:IMPARTIAL; WP:MANDY",
        summary="the subject is its own main witness",
        signals=("subject-voice", "no-independent-voice", "own-references"),
        unless=few_sources,
    ),
)
