"""Spam: references and links that serve to place a site rather than to support the text."""

from __future__ import annotations

from analyzer.issues.evidence.view import View
from analyzer.issues.scorer import Weighed
from analyzer.issues.signals.signal import fact, number
from analyzer.records import Evidence


def visible_markers(view: View) -> list[Evidence]:
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
        policy="WP:CITESPAM; WP:REFSPAM",
        summary="references that serve to place a site, often under several guises or with tracking codes",
        signals=(
            "one-site",
            "guises",
            "deep-links",
            "commercial-references",
            "tracked-references",
            "stacked-references",
        ),
        needs=frozenset({"text", "references", "links"}),
        visible=visible_markers,
    ),
    Weighed(
        issue="spam.external-links",
        policy="WP:EL; WP:LINKFARM",
        summary="links in running text, link lists beyond what helps a reader, links that sell",
        signals=("body-links", "external-list", "selling-external", "selling-links"),
        needs=frozenset({"text", "links"}),
        visible=visible_markers,
    ),
)
