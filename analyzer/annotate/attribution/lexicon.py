"""The cue and source lexicons as lookups."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analyzer.lexicons import load_table

if TYPE_CHECKING:
    from analyzer.annotate.attribution.view import View

KIND = {
    "VERB": "V",
    "AUX": "V",
    "NOUN": "N",
    "PROPN": "N",
    "ADJ": "A",
    "ADP": "P",
    "SCONJ": "P",
    "ADV": "A",
    "NUM": "N",
}

_PERSONS = ("people",)
# Endings of nouns for people; "-er" and "-or" name things as often, so that such words have to be in the table.
_ENDINGS = ("ist", "ian", "goer", "eer", "man", "woman", "people", "folk", "mate", "grapher", "naut")


@cache
def cue_classes() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the classes of each (kind, lemma) of the cue lexicon; kind is V, N, A or P."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in load_table("attribution_cues"):
        key = (KIND[row["pos"]], row["term"])
        table[key] = (*table.get(key, ()), row["class"])
    return table


@cache
def source_classes() -> dict[str, tuple[str, ...]]:
    """Return the classes of each head noun of the source lexicon."""
    table: dict[str, tuple[str, ...]] = {}
    for row in load_table("attribution_sources"):
        table[row["term"]] = (*table.get(row["term"], ()), row["class"])
    return table


def classes_of(seen: View, i: int) -> tuple[str, ...]:
    """Return the classes of a source's head: those of its lemma or form, else what its ending tells of a plural."""
    table = source_classes()
    lemma = seen.lemma[i].lower()
    found = table.get(lemma) or table.get(seen.lower[i])
    if found is not None:
        return found
    return _PERSONS if seen.tag[i] == "NNS" and lemma.endswith(_ENDINGS) else ()
