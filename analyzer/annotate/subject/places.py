"""Countries and territories: what they are called, who lives there, where they are governed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from analyzer.lexicons import load_table


@dataclass(frozen=True)
class Place:
    """A country or territory."""

    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    adjective: str
    capitals: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """Return the name and its aliases."""
        return (self.name, *self.aliases)

    def surface(self) -> tuple[str, ...]:
        """Return every word that stands for the place or its people and government."""
        return (*self.names(), *self.demonyms, *self.capitals)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@cache
def places() -> tuple[Place, ...]:
    """Return all known places."""
    return tuple(
        Place(row["name"], _split(row["aliases"]), _split(row["demonyms"]), row["adjective"], _split(row["capital"]))
        for row in load_table("countries")
    )


@cache
def _index() -> dict[str, Place]:
    """Return places by each of their own names, lower-cased."""
    found: dict[str, Place] = {}
    for place in places():
        for name in place.names():
            found.setdefault(name.lower(), place)
    return found


def find_place(name: str) -> Place | None:
    """Return the place with this name or alias, an article before it allowed; None where it is not known."""
    plain = name.strip().lower()
    return _index().get(plain) or _index().get(plain.removeprefix("the "))


@cache
def demonyms() -> dict[str, Place]:
    """Return places by demonym and adjective, lower-cased ("kazakh", "kazakhstani")."""
    found: dict[str, Place] = {}
    for place in places():
        for word in place.demonyms:
            found.setdefault(word.lower(), place)
    return found


@cache
def capitals() -> dict[str, Place]:
    """Return places by capital or seat of government, lower-cased."""
    found: dict[str, Place] = {}
    for place in places():
        for word in place.capitals:
            found.setdefault(word.lower(), place)
    return found
