"""Quotations that take the place of prose."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="quotation.over-quotation",
        policy="WP:QUOTEFARM",
        summary="too many or too long quotations",
        signals=("quoted-share", "long-quotations"),
    ),
)
