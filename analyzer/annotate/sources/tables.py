"""Closed lists and small look-ups that the features of a source are made with."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.annotate.subject.places import capitals, demonyms, find_place

TOPICS = {
    "film": ("film", "films", "movie", "screenplay", "cinematography"),
    "song": ("song", "single", "lyrics", "chorus", "vocals"),
    "album": ("album", "albums", "tracks"),
    "show": ("episode", "episodes", "season", "viewers", "sitcom"),
    "game": ("game", "gameplay", "players", "levels"),
    "book": ("novel", "book", "readers", "chapter"),
    "art": ("painting", "paintings", "canvas", "portrait", "fresco"),
    "firm": ("company", "customers", "products", "shares", "employees"),
    "war": ("war", "troops", "army", "battle", "forces"),
    "state": ("government", "parliament", "constitution", "ministry", "law"),
    "science": ("theory", "studies", "research", "cells", "species"),
}
DETERMINERS = frozenset(
    [
        "the",
        "a",
        "an",
        "some",
        "many",
        "most",
        "one",
        "several",
        "other",
        "another",
        "these",
        "those",
        "this",
        "that",
        "his",
        "her",
        "its",
        "their",
        "all",
        "both",
        "few",
        "two",
        "three",
    ]
)
LABELS = frozenset(["PERSON", "ORG", "NORP", "GPE", "WORK_OF_ART", "PRODUCT", "FAC", "EVENT", "LAW", "LOC"])


def grams(words: Sequence[str]) -> set[str]:
    """Return the words and the pairs and triples of words that stand together."""
    found = set(words)
    for size in (2, 3, 4):
        found.update(" ".join(words[i : i + size]) for i in range(len(words) - size + 1))
    return found


def foreign(words: set[str], place: str | None) -> list[str]:
    """Return "own" and "other" as the words name the subject's place or another (country, people, capital)."""
    found = set()
    for word in words:
        known = find_place(word) or demonyms().get(word) or capitals().get(word)
        if known is not None:
            found.add("own" if known.name == place else "other")
    return sorted(found)
