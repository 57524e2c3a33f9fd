"""What may a pronoun or a description stand for: nouns, pronouns, first names, and how a candidate is weighed."""

from __future__ import annotations

import re
from functools import cache

from analyzer.annotate.sources.gazetteer import Gazetteer
from analyzer.annotate.sources.mentions import Mention
from analyzer.annotate.sources.names import plain
from analyzer.lexicons import load_table

_HE = frozenset(["he", "him", "his", "himself"])
_SHE = frozenset(["she", "her", "hers", "herself"])
_IT = frozenset(["it", "its", "itself"])
_THEY = frozenset(["they", "them", "their", "theirs", "themselves"])
DEFINITE = frozenset(["the", "this", "that", "these", "those", "both", "neither"])
SEVERAL = frozenset(["both", "these", "neither"])
# Weights of what makes a mention the likelier antecedent of a pronoun, tuned on the training passages.
WEIGHTS = {
    "distance": 1.2,
    "subject": 0.75,
    "source": 0.8,
    "again": 0.9,
    "body": 0.45,
    "place": -0.7,
    "same sex": 0.0,
    "other sex": -3.0,
    "one word": 0.0,
    "own person": 0.3,
    "own thing": -1.0,
}
NOT_FOR_PAPERS = frozenset(["reviewer", "review", "editor", "columnist", "consensus"])
NOUNS_FOR_FIRMS = frozenset(
    [
        "company",
        "firm",
        "airline",
        "bank",
        "group",
        "corporation",
        "university",
        "college",
        "school",
        "charity",
        "foundation",
        "party",
        "organisation",
        "organization",
        "institute",
        "agency",
        "newspaper",
        "paper",
        "magazine",
        "station",
        "network",
        "broadcaster",
        "manufacturer",
        "retailer",
        "operator",
        "publisher",
        "museum",
        "hospital",
        "club",
        "church",
        "studio",
        "label",
        "brand",
        "association",
        "federation",
        "league",
        "society",
        "team",
    ]
)


# What a body named before must be known as, if as anything, for a noun to mean it; others repeat a word of its name.
_FIRM = frozenset(["company"])
_CIVIC = frozenset(["ngo"])
_BODIES = {
    **dict.fromkeys(["company", "firm", "manufacturer", "retailer", "publisher", "developer", "brand"], _FIRM),
    **dict.fromkeys(["airline", "studio", "label", "corporation", "bank"], _FIRM),
    **dict.fromkeys(["group", "charity", "foundation", "watchdog", "ngo", "think-tank", "thinktank"], _CIVIC),
    **dict.fromkeys(["coalition", "association", "movement", "society", "union"], _CIVIC),
    **dict.fromkeys(["organisation", "organization", "body", "agency"], frozenset(["ngo", "igo", "government"])),
    "regulator": frozenset(["government"]),
    **dict.fromkeys(["groups", "institution", "institute", "centre", "center"], frozenset(["ngo", "academic"])),
}


@cache
def anaphors() -> dict[str, frozenset[str]]:
    """Return what each anaphoric noun may stand for."""
    found: dict[str, set[str]] = {}
    for row in load_table("source_anaphors"):
        found.setdefault(row["term"], set()).add(row["kind"])
    return {term: frozenset(kinds) for term, kinds in found.items()}


def pronoun_kind(word: str) -> str:
    """Return "he", "she", "it" or "they" for a form of these pronouns, else ""."""
    for kind, forms in (("he", _HE), ("she", _SHE), ("it", _IT), ("they", _THEY)):
        if word in forms:
            return kind
    return ""


@cache
def _first_names() -> dict[str, str]:
    """Return the pronoun that goes with a first name mostly given to one sex."""
    return {row["term"]: row["pronoun"] for row in load_table("first_names")}


def sex_score(name: str, kind: str) -> float:
    """Return a bonus or malus for a person's name with "he" or "she", by the first name."""
    words = name.lower().split()
    known = _first_names().get(words[0]) if len(words) > 1 else None
    if known is None:
        return 0.0 if len(words) > 1 else WEIGHTS["one word"]
    return WEIGHTS["same sex" if known == kind else "other sex"]


def fits(m: Mention, kind: str) -> bool:
    """Tell whether a mention may be what a pronoun stands for."""
    if kind in ("he", "she"):
        if any(c.isdigit() for c in m.text):
            return False
        return m.kind == "person" or (m.kind == "other" and m.row >= 0 and _may_be_person(m.text))
    if kind == "it":
        return m.kind in ("body", "place") or (m.kind == "other" and m.row >= 0)
    return m.kind in ("body", "group") or m.row >= 0


def _may_be_person(text: str) -> bool:
    """Tell whether a source that is no known name may be a person: "a lawyer", "Funakoshi", "the former head"."""
    words = re.split(r",| (?:who|whom|that|which) ", plain(text))[0].split()
    head = words[0] if len(words) == 1 else next((w for w in words[1:] if w in ("of", "for", "at", "in", "from")), "")
    noun = words[words.index(head) - 1] if head in words[1:] else words[-1] if words else ""
    return bool(noun) and not noun.endswith("s") and "document" not in anaphors().get(noun.lower(), ())


def has_word(m: Mention, head: str) -> bool:
    """Tell whether a mention's own words hold the noun: "Human Rights Commission" for "the commission"."""
    words = m.name.lower().replace("'s", "").split()
    own = m.text.lower().split()
    return head in words or (head in own and own[0] not in DEFINITE)


def stands_for(m: Mention, head: str, gazetteer: Gazetteer) -> bool:
    """Tell whether a source named before may be meant by a noun such as "report", "group" or "editor"."""
    kinds = anaphors().get(head, frozenset())
    if m.row < 0 and "person" not in kinds:
        return False
    known = {kind for _, _, kind in gazetteer.within(m.text)}
    if "media" in kinds and "media" in known:
        return True
    if "person" in kinds:
        return m.kind == "person" and m.subject
    if "document" in kinds:
        return m.row >= 0
    if "body" in kinds:
        return m.kind == "body" and head in _BODIES and known <= _BODIES[head]
    if "people" in kinds:
        return m.kind != "place"
    return "media" in kinds and m.kind != "place"
