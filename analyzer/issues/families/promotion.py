"""Promotion: advertising, puffery, fans' and news-release tone."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="promotion.advert",
        policy="WP:NOTPROMO",
        summary="reads as an advertisement for its subject",
        signals=(
            "promotional-words",
            "peacock-words",
            "puffed-sentences",
            "reader-address",
            "sales-talk",
            "sales-headings",
            "own-praise",
            "only-praise",
            "affiliated-references",
            "critique-present",
        ),
        requires=("promotional-words", "peacock-words", "reader-address", "affiliated-references"),
    ),
    Weighed(
        issue="promotion.peacock",
        policy="MOS:PUFFERY",
        summary="praise in the article's own voice in place of facts",
        signals=(
            "peacock-words",
            "puffed-sentences",
            "promotional-words",
            "own-praise",
            "only-praise",
            "critique-present",
        ),
    ),
    Weighed(
        issue="promotion.fan-tone",
        policy="WP:FANPOV; WP:NOTRESUME",
        summary="written from a fan's point of view, or like a résumé",
        signals=("enthusiasm", "peacock-words", "editorial-words", "resume-phrases", "own-praise", "critique-present"),
    ),
    Weighed(
        issue="promotion.press-release",
        policy="WP:NOTPROMO; WP:NOTNEWS",
        summary="reads like a news release",
        signals=(
            "release-phrases",
            "release-references",
            "promotional-words",
            "subject-voice",
            "reader-address",
            "critique-present",
        ),
    ),
)
