"""Countries and territories: what they are called, who lives there, where they are governed from."""

from dataclasses import dataclass
from functools import cache

from analyzer.lexicons import load_table


@dataclass(frozen=True)
class Place:
    """A country or territory: its name with other names, its people and adjectives, its seats of government."""

    name: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]

    def surface(self) -> tuple[str, ...]:
        """Return every word that stands for the place or its people and government."""
        return (*self.names, *self.demonyms, *self.capitals)


@cache
def places() -> tuple[Place, ...]:
    """Return all known places."""
    found = []
    for row in load_table("countries"):
        aliases, demonyms, capitals = (
            filter(None, row[part].split(";")) for part in ("aliases", "demonyms", "capital")
        )
        found.append(Place(row["name"], (row["name"], *aliases), tuple(demonyms), tuple(capitals)))
    return tuple(found)


@cache
def _index(*parts: str) -> dict[str, Place]:
    """Return places by each of their "names", "demonyms" or "capitals", lower-cased; who comes first has the word."""
    found: dict[str, Place] = {}
    for part in parts:
        for place in places():
            for word in getattr(place, part):
                found.setdefault(word.lower(), place)
    return found


def find_place(name: str) -> Place | None:
    """Return the place with this name or alias, an article before it allowed; None where it is not known."""
    plain = name.strip().lower()
    return _index("names").get(plain) or _index("names").get(plain.removeprefix("the "))


def place_of(word: str) -> Place | None:
    """Return the place that a lower-case word names, or whose people it is."""
    return _index("names", "demonyms").get(word) or find_place(word)


def place_of_any(word: str) -> Place | None:
    """Return the same, or the place whose capital it is."""
    return _index("names", "demonyms", "capitals").get(word) or find_place(word)
