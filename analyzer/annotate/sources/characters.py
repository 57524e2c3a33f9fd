"""Who only speaks in a myth or a work of fiction: a character, and no source of the article on such a one."""

import re
from collections.abc import Sequence

from analyzer.annotate.sources.context import normal, well_known
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.store import Row

# Who has written the story is no character of it, though no table knows him: "as Statius wrote".
_WROTE = re.compile(
    r"(?:accord|wrote|writ|record|recount|relat|describ|mention|narrat|compos|sang|sings|account|version|comment)"
)


def without_characters(text: str, rows: Sequence[Row], references: Sequence[Reference]) -> list[Row]:
    """Return the attributions of an article on a character without those of what is said in its stories.

    The annotation guidelines count no speech within plots and myths; quotations that run on go with whom they continue.
    """
    left_out: set[int] = set()
    for at, (row, reference) in enumerate(zip(rows, references, strict=True)):
        if row.get("continues", -1) in left_out or _is_characters(text, row, reference):
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
