"""Spam: references and links that serve to place a site rather than to support the text."""

from __future__ import annotations

from analyzer.counting import number
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scorer import Weighed
from analyzer.issues.signals.signal import fact
from analyzer.records import Evidence


def visible_markers(view: ArticleView) -> list[Evidence]:
    """Return what an input without link targets shows of its references."""
    markers = view.article.citations
    if not markers:
        return []
    labels = {marker.label for marker in markers}
    return [
        fact(
            f"{number(len(markers), 'reference marker')} to {number(len(labels), 'reference')} stand in the text; "
            "where they lead cannot be seen in this input",
            "spam.markers-only",
        )
    ]


SCORERS = (
    Weighed(
        issue="spam.citation-spam",
        title="Promotional references",
        policy="WP:CITESPAM; WP:REFSPAM",
        summary="references that serve to place a site, often under several guises or with tracking codes",
        banner_family="citation-spam",
        banners=("citation-spam", "excessive-citations"),
        bias=-2.8,
        weights={
            "one-site": 4.0,
            "guises": 1.0,
            "deep-links": 1.0,
            "commercial-references": 3.0,
            "tracked-references": 3.5,
            "stacked-references": 2.0,
            "trade-references": 2.0,
            "unknown-references": 2.0,
            "unvouched-references": 1.0,
            "repeated-authors": 1.5,
            "paper-references": 4.0,
            "party-references": 0.5,
            "unvouched-links": 1.0,
            "business-terms": 1.0,
            "own-praise": 0.5,
            "uncited-judgements": 0.5,
            "top-work": -1.0,
        },
        # A place has to be served: cited over and over, sold, or tracked.
        requires=(("one-site", "commercial-references", "tracked-references"),),
        needs=frozenset({"text", "references", "links"}),
        visible=visible_markers,
        sections="claimed",
    ),
    Weighed(
        issue="spam.external-links",
        title="Too many external links",
        policy="WP:EL; WP:LINKFARM",
        summary="links in running text, link lists beyond what helps a reader, links that sell",
        banner_family="external-links",
        banners=(
            "cleanup-spam",
            "external-links",
            "further-reading-cleanup",
            "spam-request",
            "no-more-links",
            "prone-to-spam",
            "unverifiable-external-links",
        ),
        bias=-2.8,
        weights={
            "body-links": 3.0,
            "link-rate": 5.0,
            "unvouched-links": 6.0,
            "selling-links": 1.5,
        },
        needs=frozenset({"text", "links"}),
        visible=visible_markers,
        sections="none",
    ),
)
