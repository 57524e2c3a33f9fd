"""Promotion: advertising, puffery, fans' and news-release tone."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="promotion.advert",
        title="Reads like an advertisement",
        policy="WP:NOTPROMO",
        summary="reads as an advertisement for its subject",
        banner_family="advert",
        banners=(
            "promotional",
            "promotional-section",
            "promotional-tone",
            "cleanup-spam",
            "travel-guide",
            "buzzword",
            "speedy-deletion",
        ),
        weights={
            "promotional-words": 3.0,
            "peacock-words": 1.5,
            "puffed-sentences": 1.0,
            "reader-address": 1.5,
            "sales-talk": 1.5,
            "sales-headings": 1.0,
            "own-praise": 1.0,
            "only-praise": 1.0,
            "affiliated-references": 1.0,
            "critique-present": -1.5,
        },
        requires=(("promotional-words", "peacock-words", "reader-address", "affiliated-references"),),
    ),
    Weighed(
        issue="promotion.peacock",
        title="Peacock words",
        policy="MOS:PUFFERY",
        summary="praise in the article's own voice in place of facts",
        banner_family="peacock",
        banners=("puffery", "peacock"),
        weights={
            "peacock-words": 5.0,
            "puffed-sentences": 1.0,
            "promotional-words": 1.0,
            "own-praise": 1.0,
            "only-praise": 1.0,
            "critique-present": -0.5,
        },
    ),
    Weighed(
        issue="promotion.fan-tone",
        title="Fan or résumé tone",
        policy="WP:FANPOV; WP:NOTRESUME",
        summary="written from a fan's point of view, or like a résumé",
        banners=("fanpov", "resume-like", "obituary"),
        weights={
            "enthusiasm": 3.0,
            "peacock-words": 2.0,
            "editorial-words": 1.0,
            "resume-phrases": 2.5,
            "own-praise": 1.0,
            "critique-present": -1.0,
        },
    ),
    Weighed(
        issue="promotion.press-release",
        title="Reads like a press release",
        policy="WP:NOTPROMO; WP:NOTNEWS",
        summary="reads like a news release",
        banners=("cleanup-press-release",),
        weights={
            "release-phrases": 3.5,
            "release-references": 3.0,
            "promotional-words": 1.5,
            "subject-voice": 1.0,
            "reader-address": 1.0,
            "critique-present": -1.0,
        },
    ),
)
