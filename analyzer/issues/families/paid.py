"""Paid and conflict-of-interest editing: signs of promotion and closeness. Who wrote a text, no text tells."""

from __future__ import annotations

import re

from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scorer import Weighed

_PRONOUN = re.compile(r"\b(?:he|she|his|her|hers|him)\b")


def not_a_person(view: ArticleView) -> str | None:
    """Return why the article is not a biography: by its title, and by the pronouns in its prose."""
    name = re.sub(r"\s*\([^)]*\)", "", view.article.title or view.article.subject).strip()
    words = name.split()
    personal = 2 <= len(words) <= 5 and all(w[0].isupper() or len(w) < 4 for w in words)
    if personal and not holds(name, "title-of-a-body"):
        pronouns = sum(len(_PRONOUN.findall(sentence.text.lower())) for sentence in view.sentences)
        if view.rate(pronouns) >= 8:
            return None
    return "the subject does not seem to be a living person, by title and pronouns"


# Promotion shows in tone and in references or links at once: praise alone does not tell who wrote, and good articles
# cite a company's own pages for facts.
_TONE = ("promotional-words", "peacock-words", "puffed-sentences", "reader-address", "sales-talk")
_SIGNS = (
    "affiliated-references",
    "interested-references",
    "release-references",
    "commercial-references",
    "tracked-references",
    "selling-links",
)

SCORERS = (
    Weighed(
        issue="paid.undisclosed",
        title="Promotional signs",
        policy="WP:PAID; foundation terms of use",
        summary="praise and company language beside own pages, releases or selling links as references, no criticism",
        banner_family="paid",
        banners=("undisclosed-paid", "paid-contributions"),
        bias=-2.2,
        weights={
            "promotional-words": 2.0,
            "peacock-words": 1.0,
            "puffed-sentences": 1.0,
            "own-praise": 1.0,
            "only-praise": 1.0,
            "subject-voice": 1.0,
            "affiliated-references": 3.0,
            "interested-references": 2.0,
            "release-references": 3.0,
            "sales-headings": 2.0,
            "sales-talk": 1.0,
            "reader-address": 1.0,
            "business-terms": 1.0,
            "critique-present": -1.0,
        },
        requires=(_TONE, _SIGNS),
        sections="claimed",
    ),
    Weighed(
        issue="paid.coi",
        title="Signs of closeness to the subject",
        policy="WP:COI",
        summary="closeness to the subject: its own pages and its own voice carry the article",
        banner_family="coi",
        banners=("connected-contributor-paid", "connected-contributor", "coi"),
        weights={
            "promotional-words": 1.5,
            "peacock-words": 1.0,
            "puffed-sentences": 0.0,
            "own-praise": 1.0,
            "only-praise": 1.0,
            "subject-voice": 1.0,
            "affiliated-references": 2.5,
            "interested-references": 0.0,
            "release-references": 0.0,
            "sales-headings": 1.0,
            "sales-talk": 0.5,
            "reader-address": 1.0,
            "critique-present": -1.5,
            "no-independent-voice": 1.0,
            "own-references": 1.0,
        },
        requires=(_TONE, _SIGNS),
        sections="claimed",
    ),
    Weighed(
        issue="paid.autobiography",
        title="Signs of an autobiography",
        policy="WP:AUTOBIO",
        summary="a biography in the manner of its subject: résumé tone, praise, own pages",
        banners=("autobiography",),
        weights={
            "resume-phrases": 2.0,
            "peacock-words": 1.5,
            "only-praise": 1.5,
            "own-references": 2.0,
            "self-published-references": 1.0,
            "reader-address": 1.0,
            "critique-present": -1.0,
        },
        unless=not_a_person,
        sections="none",
    ),
)
