"""The classes of sources that need no model: what the guidelines say outright, names in the tables, the subject."""

import re
from functools import cache

from analyzer.annotate.sources.context import Context
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.gazetteer import Gazetteer, affiliated, normal, well_known
from analyzer.annotate.sources.names import grams, plain
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import place_of, words_of
from analyzer.lexicons import load_table, load_terms

_KNOWN = frozenset(["igo", "ngo", "media", "academic", "company"])  # a state's bodies depend on the subject
_STATES = re.compile(
    r"(?:(?:national|state|government|member.state) (?:representatives|delegations|delegates|envoys)|"
    r"(?:many|some|several|other|all|member|\w+teen|\w+ty|\d+)? ?(?:states|governments|delegations))$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r" (?:of|in|at|from|for|who|whom|that|which|on|to|by|with|interviewed|commissioned) ")
_TEAM = re.compile(r"(?: et al\b|,? and (?:his |her |their )?(?:colleagues|co-authors)\b)")
_OF_STATE = re.compile(
    r"(?:State|National|Government|Ministry|Federal|Supreme|Constitutional|Central|Interior|Justice|Health|Labou?r|"
    r"Foreign|Prime|President|Parliament|Cabinet|Attorney|Ombudsman|Public|Prison|Electoral|Anti)"
)
_WORDS = re.compile(r"[\w'’-]+")
# "Parents surveyed by the university", "the drivers whom the paper interviewed": who asked says nothing of them.
_ASKED = r"(?:surveyed|interviewed|questioned|polled|canvassed|consulted|sampled)"
_QUESTIONED = re.compile(
    rf"(?:[\w'’-]+ ){{0,3}}?(?P<head>[\w'’-]+),? (?:(?:who (?:were|had been) )?{_ASKED} (?:by|for|in)|"
    rf"whom (?:[\w'’-]+ ){{1,5}}?{_ASKED})\b"
)
_REACH = 60


def by_rule(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) where no model is needed: nobody named, a user's own entry, states, the subject."""
    if reference.how == "none":
        return "unnamed", 1.0
    for words in (reference.name or "", row["source_text"] or ""):
        own = context.gazetteer.own_type(words)
        if own:
            return own, 1.0
    if _STATES.match(plain(row["source_text"] or "")):
        return "government", 0.85
    if reference.subject and not reference.possessed:
        return "subject", 0.95
    if reference.possessed:
        return None
    return (
        _questioned(context.text, row)
        or _known(row, reference, context.gazetteer)
        or _foreign_state(context, reference)
        or _stated(context, row, reference)
        or _public(context, reference)
    )


def _questioned(whole: str, row: Row) -> tuple[str, float] | None:
    """Return (type, confidence) of people whom somebody questioned: the class that their own noun states, or none."""
    found = _QUESTIONED.match(whole[row["source_start"] : row["source_end"] + _REACH]) if row["source_text"] else None
    if found is None or (found["head"][:1].isupper() and (found.start("head") or "," in found[0])):
        return None  # a name
    return _terms("head").get(found["head"].lower(), "unnamed"), 0.9


def _foreign_state(context: Context, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of another state's bodies and officers, where the subject is a place or its record."""
    words = (reference.name or "").lower().replace("’s", "").replace("'s", "").split()
    if context.about.get("sort") != "place" or len(words) < 2:
        return None
    stated = not _terms("state").keys().isdisjoint([*words, *(word.removesuffix("s") for word in words)])
    return ("government", 0.9) if stated and context.foreign(grams(words)) == ["other"] else None


def _known(row: Row, reference: Reference, gazetteer: Gazetteer) -> tuple[str, float] | None:
    """Return (type, confidence) of a name in the tables: a body, somebody of a body, a person often quoted."""
    name = reference.name or ""
    body = gazetteer.type_of(name)
    if body in _KNOWN:
        return body, 0.97
    tied = affiliated(plain(row["source_text"] or ""), gazetteer) if body is None and reference.how == "named" else None
    if tied:
        return tied, 0.9
    person = well_known().get(normal(name))
    return (person, 0.92) if person and person != "government" else None


@cache
def _terms(where: str) -> dict[str, str]:
    """Return the words that state a class, by word: head nouns of descriptions, or last words of names."""
    return {row["term"]: row["type"] for row in load_table("source_stated") if row["where"] == where}


def _stated(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of a source whose own words state its class."""
    text = plain(row["source_text"] or "")
    if not text or reference.how not in ("named", "definite") or reference.carried:
        return None
    behind = context.text[row["source_end"] : row["source_end"] + 30]
    if _TEAM.match(behind) or _TEAM.search(" " + text):
        return "academic", 0.9
    words = text.split()
    if not any(character.isupper() for character in text[1:]):
        head = _PREPOSITION.split(f" {text} ")[0].split()
        kind = _terms("head").get(head[-1].lower()) if head else None
        return (kind, 0.92) if kind else None
    if _organ(context.about, text):
        return "subject", 0.85
    kind = _terms("last").get(words[-1].lower()) if len(words) > 1 and words[0][:1].isupper() else None
    return (kind, 0.92) if kind and " from " not in text and " of " not in text else None


def _public(context: Context, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) of a name that holds a word for a state's bodies, where the subject is no record."""
    name = reference.name or ""
    if context.record or not name[:1].isupper() or reference.how not in ("named", "definite"):
        return None
    words = [word for word in _WORDS.findall(name) if word[:1].isupper()]
    own = {word.lower() for alias in context.about.get("aliases") or () for word in _WORDS.findall(alias)}
    low = {word.lower().removesuffix("'s").removesuffix("’s") for word in words}
    others = own | load_terms("source_words", "above states")
    public = len(words) > 1 and low.isdisjoint(others) and not low.isdisjoint(_terms("body"))
    return ("government", 0.85) if public else None


def _organ(about: Row, text: str) -> bool:
    """Tell whether a name is that of an organ of the state that the article is about, or whose record it is."""
    text = text.removeprefix("The ").removeprefix("the ")
    if about.get("sort") != "place" or not about.get("place") or not _OF_STATE.match(text):
        return False
    words = [word.lower() for word in _WORDS.findall(text)]
    if words_of("state organ").isdisjoint(words):
        return False
    return all(place is None or place.name == about.get("place") for place in map(place_of, words))
