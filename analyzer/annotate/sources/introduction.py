"""What the article says anywhere of somebody it names: "the historian X", "X of The Guardian", "Le Monde's X".

A body of known class or a profession that states one settles the class of every mention of the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.description import Description, descriptions
from analyzer.annotate.sources.features import Extractor
from analyzer.annotate.sources.names import plain
from analyzer.annotate.sources.tables import foreign, grams
from analyzer.annotate.store import Row

_SURE = 0.94
_MOST = 10  # mentions of a name that are read
_LONGEST = 4  # words of a person's name
_TIES = frozenset(["employer", "owner", "apposition", "before", "writing"])
_BODIES = frozenset(["media", "academic", "ngo", "igo"])
_PROFESSIONS = frozenset(["media", "academic", "ngo"])
_SCHOOLS = frozenset(["university", "college", "institute", "institut", "universität", "université", "faculty"])
_CRITICS = frozenset(["critic", "reviewer"])
_OFFICES = frozenset(
    "minister senator congressman congresswoman governor mayor ambassador attorney-general mp lawmaker".split()
)
_OFFICES_BY = frozenset(["title", "apposition", "before"])
_STATES = frozenset(["record", "place"])  # whose own officers are the subject's
_SPOKEN = frozenset(["speaking", "interview"])  # said in a paper, not written for it


def introduced(extractor: Extractor, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) where the article introduces the named source by a body or a profession."""
    words = plain(reference.name or "").split()
    if not _name(words) or reference.subject or reference.possessed:
        return None
    name = " ".join(words)
    if extractor.gazetteer.type_of(name) or _maker(extractor, name):
        return None
    for start, end in _places(extractor, row, reference, words):
        for described in descriptions(extractor.tokens, start, end):
            kind = _kind(extractor, described)
            if kind:
                return kind, _SURE
    return None


def _name(words: list[str]) -> bool:
    """Tell whether the words may be a person's name."""
    return 0 < len(words) <= _LONGEST and words[-1][:1].isupper() and all(w[:1].isupper() or len(w) < 4 for w in words)


def _maker(extractor: Extractor, name: str) -> bool:
    """Tell whether the first lines name this person as a maker or leader of the subject."""
    low = name.lower()
    return any(low == maker or low in maker.split() for maker in extractor.makers)


def _places(extractor: Extractor, row: Row, reference: Reference, words: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the token spans of the name: the source's own, then others in the article."""
    text = extractor.text
    if reference.how == "named" and row["source_start"] is not None:
        span = extractor.doc.char_span(row["source_start"], row["source_end"], alignment_mode="expand")
        if span is not None:
            yield span.start, span.end
    for at in extractor.places.get(words[-1], ())[:_MOST]:
        start = at
        while start > max(0, at - len(words) + 1) and text[start - 1] in words:
            start -= 1
        yield start, at + 1


def _office(words: str) -> bool:
    """Tell whether a description names an office of a state."""
    low = words.lower()
    return not _OFFICES.isdisjoint(low.split()) or "attorney general" in low


def _officer(extractor: Extractor, described: Description) -> str:
    """Return the class of somebody in an office of a state: the subject, where the article is about that state."""
    if extractor.frame not in _STATES:
        return "government"
    spoken = f"{described.words} {described.body}".lower().replace("'s", "").replace("’s", "").split()
    return "government" if "other" in foreign(grams(spoken), extractor.about.get("place")) else "subject"


def _paper(body: str) -> bool:
    """Tell whether what somebody quoted on a work is "of" may be a paper: a name, no journal's."""
    words = body.removeprefix("the ").split()
    return bool(words) and words[0][:1].isupper() and "journal" not in body.lower()


def _kind(extractor: Extractor, described: Description) -> str | None:
    """Return the class that a description settles, if it does."""
    if described.via in _TIES and described.body and described.noun not in _SPOKEN:
        words = grams(described.body.lower().split())
        if extractor.own & words:
            return None
        kinds = {kind for _, _, kind in extractor.gazetteer.within(described.body)} & _BODIES
        if len(kinds) == 1:
            return next(iter(kinds))
        if not kinds and described.via != "writing" and not _SCHOOLS.isdisjoint(words):
            return "academic"
        if not kinds and described.via == "employer" and extractor.frame == "work" and _paper(described.body):
            return "media"
    if described.via in _OFFICES_BY and _office(described.words):
        return _officer(extractor, described)
    if described.via == "title":
        stated = extractor.gazetteer.nouns.get(described.noun, ())
        if described.noun in _CRITICS and extractor.frame == "work":
            return "media"
        if len(stated) == 1 and stated[0] in _PROFESSIONS:
            return stated[0]
    return None
