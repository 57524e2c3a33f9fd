"""Who only speaks in a myth or a work of fiction: a character, and no source of the article on such a one."""

import re
from collections.abc import Callable, Sequence, Set

from analyzer.annotate.sources.context import normal, well_known
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.store import Row

# Who has written the story is no character of it, though no table knows him: "as Statius wrote".
_WROTE = re.compile(
    r"(?:accord|wrote|writ|record|recount|relat|describ|mention|narrat|compos|sang|sings|account|version|comment)"
)


# Who plays whom: "It stars Dean Cain as Clark Kent", "Tony Jay as Nigel St. John (7 episodes)".
_WORD = r"(?:(?:Dr|Mrs?|Ms|St|Jr|Sr|Prof|Lt|Col|Gen|Capt|Sgt|[A-Z])\.|[A-Z][\w'’-]*)"
_CAST = re.compile(rf"(?<![\w.'’-])(?:{_WORD} ){{1,3}}{_WORD} as (?:[Tt]he )?({_WORD}(?:[ /]{_WORD}){{0,3}})")
_SHORT = 3  # letters of a part of a character's name
# Types of sources that no character of a single name is: "President" may be part of one's name.
_BODIES = frozenset(["government", "igo", "ngo", "company", "media"])


def without_characters(text: str, rows: Sequence[Row], references: Sequence[Reference]) -> list[Row]:
    """Return the attributions of an article on a character without those of what is said in its stories.

    The annotation guidelines count no speech within plots and myths; quotations that run on go with whom they continue.
    """
    return _without(rows, references, lambda row, reference: _is_characters(text, row, reference))


def without_cast(text: str, rows: Sequence[Row], references: Sequence[Reference]) -> list[Row]:
    """Return the attributions of an article on a work of fiction without what its characters say, wherever it is told.

    They are those whom it says somebody plays ("Teri Hatcher as Lois Lane"); who is well known may be heard himself.
    """
    played = cast_of(text)
    return _without(rows, references, lambda row, reference: _is_played(played, row, reference)) if played else [*rows]


def cast_of(text: str) -> frozenset[str]:
    """Return the characters whom a text says somebody plays: their names, and the parts that these have."""
    found: set[str] = set()
    for name in (name for match in _CAST.finditer(text) for name in match[1].split("/")):
        found |= {normal(part) for part in (name, *name.split()) if len(part) >= _SHORT}
    return frozenset(found) - well_known().keys()


def _without(
    rows: Sequence[Row], references: Sequence[Reference], is_one: Callable[[Row, Reference], bool]
) -> list[Row]:
    """Return the attributions without those of characters, and without what goes on with these."""
    left_out: set[int] = set()
    for at, (row, reference) in enumerate(zip(rows, references, strict=True)):
        if row.get("continues", -1) in left_out or is_one(row, reference):
            left_out.add(at)
    kept = [at for at in range(len(rows)) if at not in left_out]
    place = {at: number for number, at in enumerate(kept)}
    for at in kept:
        if "continues" in rows[at]:
            rows[at]["continues"] = place.get(rows[at]["continues"], -1)
    return [rows[at] for at in kept]


def _is_characters(text: str, row: Row, reference: Reference) -> bool:
    """Tell whether a character speaks: the subject, or a person of one name whom no table knows ("Zeus declared")."""
    if row["type"] not in ("person", "subject") or row["cue_start"] is None or reference.possessed:
        return False
    name = reference.name or ""
    called = name[:1].isupper() or reference.how == "pronoun"
    unknown = called and len(name.split()) == 1 and normal(name) not in well_known()
    wrote = _WROTE.match(text[row["cue_start"] : row["cue_end"]].lower())
    return (reference.subject or unknown) and wrote is None


def _is_played(played: Set[str], row: Row, reference: Reference) -> bool:
    """Tell whether one of the characters speaks; a whole name is one whatever its type ("Inspector Vik")."""
    name = reference.name or ""
    is_name = name[:1].isupper() and (" " in name or row["type"] not in _BODIES)
    return is_name and not reference.possessed and normal(name) in played
