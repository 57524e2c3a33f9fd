"""The cue and source lexicons as lookups."""

from __future__ import annotations

from functools import cache

from analyzer.lexicons import load_table

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
