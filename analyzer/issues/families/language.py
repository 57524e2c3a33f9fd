"""Language: weasel wording, loaded words, editorial comment, hedging."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="language.weasel",
        title="Weasel words",
        policy="MOS:WEASEL",
        summary="views held by nobody in particular",
        banner_family="weasel",
        banners=("weasel",),
        bias=-5.7,
        weights={
            "weasel-words": 4.0,
            "weasel-sentences": 4.0,
            "unsourced-views": 4.0,
            "unnamed-rate": 1.5,
            "unnamed-voices": 0.5,
            "formulas": -0.5,
        },
    ),
    Weighed(
        issue="language.loaded",
        title="Loaded words",
        policy="MOS:LABEL",
        summary="loaded words and contentious labels in the article's own voice",
        weights={
            "loaded-words": 6.0,
            "own-blame": 1.0,
            "editorial-words": 0.5,
        },
    ),
    Weighed(
        issue="language.editorializing",
        title="Editorializing",
        policy="MOS:EDITORIAL",
        summary="the writer's own comment on what is told",
        banner_family="tone",
        banners=("tone", "essay-like", "inappropriate-person", "story", "review"),
        bias=-3.9,
        weights={
            "editorial-words": 6.0,
            "advice-terms": 3.0,
            "reader-address": 1.0,
            "we-terms": 1.0,
            "comment-terms": 0.5,
            "approval-terms": 1.0,
            "trouble-terms": 1.0,
            "importance-terms": 0.5,
            "today-terms": 0.5,
            "peacock-words": 1.0,
            "enthusiasm": 0.5,
            "unsourced-claims": 0.5,
            "people-terms": 1.0,
            "unnamed-rate": 0.5,
        },
    ),
    Weighed(
        issue="language.hedging",
        title="Hedging",
        policy="MOS:WEASEL; WP:V",
        summary="statements hedged until they say little",
        weights={
            "hedge-words": 5.0,
            "weasel-words": 1.0,
        },
    ),
)
