"""Paid and conflict-of-interest editing: traces that a client, a colleague or the subject itself has written."""

from __future__ import annotations

import re

from analyzer.issues.evidence.view import View
from analyzer.issues.scorer import Weighed

_PRONOUN = re.compile(r"\b(?:he|she|his|her|hers|him)\b", re.I)
_BODY = re.compile(
    r"\b(?:inc|ltd|llc|plc|company|corporation|university|college|school|party|bank|group|association|foundation|society|club"
    r"|institute|hotel|airline|rights|freedom|record|history|list|law|act|film|album|in|of|and|the|for)\b",
    re.I,
)


def not_a_person(view: View) -> str | None:
    """Return why the article is not a biography: by its title, and by the pronouns in its prose."""
    name = re.sub(r"\s*\([^)]*\)", "", view.article.title or view.article.subject).strip()
    words = name.split()
    personal = 2 <= len(words) <= 5 and not _BODY.search(name) and all(w[0].isupper() or len(w) < 4 for w in words)
    pronouns = sum(len(_PRONOUN.findall(sentence.text)) for sentence in view.sentences)
    if personal and view.rate(pronouns) >= 8:
        return None
    return "the subject does not seem to be a living person, by title and pronouns"


_CLIENT = (
    "promotional-words",
    "peacock-words",
    "puffed-sentences",
    "own-praise",
    "only-praise",
    "subject-voice",
    "affiliated-references",
    "interested-references",
    "release-references",
    "sales-headings",
    "sales-talk",
    "reader-address",
    "critique-present",
)

# A client's hand shows in these; praise and success alone do not tell who wrote an article.
_HAND = (
    "promotional-words",
    "peacock-words",
    "reader-address",
    "affiliated-references",
    "interested-references",
    "release-references",
)

SCORERS = (
    Weighed(
        issue="paid.undisclosed",
        policy="WP:PAID; foundation terms of use",
        summary="a client's hand: praise, company language, own pages and releases as references, no criticism",
        signals=_CLIENT,
        requires=_HAND,
    ),
    Weighed(
        issue="paid.coi",
        policy="WP:COI",
        summary="closeness to the subject: its own pages and its own voice carry the article",
        signals=(*_CLIENT, "no-independent-voice", "own-references"),
        requires=_HAND,
    ),
    Weighed(
        issue="paid.autobiography",
        policy="WP:AUTOBIO",
        summary="a biography in the manner of its subject: résumé tone, praise, own pages",
        signals=(
            "resume-phrases",
            "peacock-words",
            "only-praise",
            "own-references",
            "self-published-references",
            "reader-address",
            "critique-present",
        ),
        unless=not_a_person,
    ),
)
