"""Language: weasel wording, loaded words, editorial comment, hedging."""

from __future__ import annotations

from analyzer.issues.scorer import Weighed

SCORERS = (
    Weighed(
        issue="language.weasel",
        policy="MOS:WEASEL",
        summary="views held by nobody in particular",
        signals=("weasel-words", "weasel-count", "unnamed-rate", "unnamed-voices", "hedge-words"),
    ),
    Weighed(
        issue="language.loaded",
        policy="MOS:LABEL",
        summary="loaded words and contentious labels in the article's own voice",
        signals=("loaded-words", "own-blame", "editorial-words"),
    ),
    Weighed(
        issue="language.editorializing",
        policy="MOS:EDITORIAL",
        summary="the writer's own comment on what is told",
        signals=("editorial-words", "peacock-words", "reader-address", "enthusiasm"),
    ),
    Weighed(
        issue="language.hedging",
        policy="MOS:WEASEL; WP:V",
        summary="statements hedged until they say little",
        signals=("hedge-words", "weasel-words"),
    ),
)
