"""Quotations that take the place of prose."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="quotation.over-quotation",
        title="Too many quotations",
        policy="WP:QUOTEFARM",
        summary="too many or too long quotations",
        banner_family="quotation",
        banners=("over-quotation",),
        bias=-3.1,
        weights={
            "quoted-share": 6.0,
            "long-quotations": 6.0,
        },
    ),
)
