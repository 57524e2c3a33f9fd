"""The article that sources are resolved and typed in, read once, and the names whose class is known.

Somebody whom the text introduces without a word is a reviewer in a reception section, a maker in a production section.
The gazetteer has organisations and media by name, and nouns that state a class; a user's own file joins them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

from spacy.tokens import Doc, Span

from analyzer.annotate import store
from analyzer.annotate.subject.lead import place_of_any
from analyzer.annotate.tokens import tokens_of
from analyzer.lexicons import load_kinds, load_table, load_terms
from analyzer.lexicons.own import MAX_CELL, own_lines, refused
from analyzer.spans import covered, merged
from analyzer.vocabulary import SOURCE_TYPES

_TABLES = ("source_names_actors", "source_names_media", "source_names_igo", "source_names_own")
_WORD = re.compile(r"[\w&.'!?+-]+")
_LONGEST = 9  # words of the longest name looked for
_TIED = re.compile(
    r"^(?:(?:the|a|an|one|two|three|four|five|some|several|many|other|all|most) )?$"
    r"|\b(?:of|at|from|for|with) (?:the )?$",
    re.IGNORECASE,
)
_ARTICLES = ("the ", "a ", "an ")
_LEVELS = (3, 8, 20)  # words of a theme in a thousand
_OPEN = frozenset(["NOUN", "VERB", "ADJ"])


def normal(name: str) -> str:
    """Return a name as the gazetteer spells it: lower case, straight apostrophes, no article, no possessive ending."""
    plain = " ".join(name.lower().replace("’", "'").split())
    for article in _ARTICLES:
        plain = plain.removeprefix(article)
    return plain.removesuffix("'s").strip(" .,;:\"'")


class Gazetteer:
    """Looks names up; ``own`` entries (from a user's file) win over the packaged ones."""

    def __init__(self, own: dict[str, str] | None = None) -> None:
        self.own = own or {}
        self.known = {**_packaged(), **self.own}
        self.nouns = load_kinds("source_nouns", "type")  # the classes that a noun may state, by lemma

    def ends_in_s(self, name: str) -> bool:
        """Tell whether a name with an "'s" is known that is none of an owner's: "Moody's"."""
        return name.endswith(("'s", "’s")) and name.lower().replace("’", "'") in self.known

    def type_of(self, name: str) -> str | None:
        """Return the type of exactly this name; None where it is not known."""
        whole = name.lower().replace("’", "'") if self.ends_in_s(name) else normal(name)
        return self.known.get(whole)

    def own_type(self, text: str) -> str | None:
        """Return the type that the user's own file gives to this name, or to one that the text holds."""
        if not self.own:
            return None
        held = (text[start:end] for start, end, _ in self.within(text))
        found = (self.own.get(normal(name)) for name in chain([text], held))
        return next((source_type for source_type in found if source_type), None)

    def within(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, type) of the known names in a short text, longest first, capitalised ones only."""
        words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        i = 0
        while i < len(words):
            step = 1
            for size in range(min(_LONGEST, len(words) - i), 0, -1):
                start, end = words[i][0], words[i + size - 1][1]
                found = self._match(text[start:end])
                if found and not (size == 1 and _in_longer_name(text, words, i)):
                    yield start, end, found
                    step = size
                    break
            i += step

    def _match(self, piece: str) -> str | None:
        """Return the type of a piece of text that begins with a capital and is a known name."""
        if not any(c.isupper() for c in piece[:2]) and piece[:1].isalpha():
            return None
        return self.known.get(normal(piece))


def _in_longer_name(text: str, words: list[tuple[int, int]], i: int) -> bool:
    """Tell whether a known name of one word is part of a longer one ("Independent" in "Independent Inquiry").

    So is what only describes a noun: "Independent experts".
    """
    start, end = words[i]
    if text[start:end].isupper():
        return False
    following = text[words[i + 1][0] : words[i + 1][1]] if i + 1 < len(words) else ""
    before = text[words[i - 1][0] : words[i - 1][1]] if i else ""
    joined = not text[end : words[i + 1][0]].strip() if following else False
    if joined and following[:1].islower() and text[start:end].lower() in load_terms("source_words", "also adjective"):
        return True
    if joined and (following[:1].isupper() or following in ("of", "for", "on", "in")):
        return not text[start:end].endswith(("'s", "’s"))
    return (
        before[:1].isupper() and before.lower() not in ("the", "a", "an") and not text[words[i - 1][1] : start].strip()
    )


def affiliated(text: str, gazetteer: Gazetteer) -> str | None:
    """Return the type of the body that a source's own words tie it to: "EU observers", "one engineer from the ADB"."""
    known = () if " by " in text else gazetteer.within(text)
    return next((kind for start, _, kind in known if kind != "government" and _TIED.search(text[:start])), None)


@cache
def _packaged() -> dict[str, str]:
    """Return the packaged names with their types; hand-made entries win."""
    return {row["name"]: row["type"] for table in _TABLES for row in load_table(table)}


@cache
def well_known() -> dict[str, str]:
    """Return what well-known people are usually quoted as, by the name that the table gives."""
    return {normal(row["name"]): row["type"] for row in load_table("source_people")}


def read_own(path: str | Path) -> dict[str, str]:
    """Return the names of a user's gazetteer file: one ``name<TAB>type`` a line; ``#`` lines and a header are skipped.

    Raises :class:`~analyzer.errors.UnreadableInput` on a file that cannot be read or a type that is not one.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(own_lines(path, "gazetteer"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and cells[:2] == ["name", "type"]):
            continue
        if len(cells) < 2 or cells[1] not in SOURCE_TYPES or not 0 < len(cells[0]) <= MAX_CELL:
            types = ", ".join(SOURCE_TYPES)
            raise refused(path, number, f"expected name, a tab, and a type ({types}); met {line[:60]!r}")
        found[normal(cells[0])] = cells[1]
    return found


class Context:
    """What all sources of one Doc share: the subject with its names and makers, sentences, words, where names stand.

    ``thing`` tells that the subject has its name from a common noun, from science or from a craft.
    """

    def __init__(self, doc: Doc, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.about = store.subject(doc)
        self.tokens = tokens_of(doc)
        self.text = self.tokens.text
        self.record = self.about.get("kind") == "record"
        self.common: bool = self.about.get("common", False)
        self.thing: bool = store.on_thing(doc)
        named = "record" if self.record else self.about.get("sort", "other")
        self.frame: str = "thing" if self.thing else named
        self.own = frozenset(alias.lower() for alias in self.about.get("aliases") or ())
        self.makers = frozenset(name.lower() for name in self.about.get("makers") or ())
        self.introduced: dict[tuple[str, ...], str | None] = {}  # the classes that the article states of names

    def span(self, start: int, end: int) -> Span | None:
        """Return the tokens that hold any of these characters."""
        return self.doc.char_span(start, end, alignment_mode="expand")

    def sentence_at(self, at: int) -> int:
        """Return the index of the sentence that holds the character."""
        return max(0, bisect_left(self.starts, at + 1) - 1)

    def made_by(self, name: str | None) -> bool:
        """Tell whether the text says of somebody of that name that he made, founded or leads the subject."""
        low = (name or "").lower()
        return bool(low) and any(low in maker.split() or maker in low for maker in self.makers)

    def foreign(self, words: Iterable[str]) -> list[str]:
        """Return "own" and "other" as the words name the subject's place or another (country, people, capital)."""
        named = map(place_of_any, words)
        return sorted({"own" if place.name == self.about.get("place") else "other" for place in named if place})

    def titled(self, token: int) -> bool:
        """Tell whether a token lies in a quoted title."""
        return covered(self.tokens.start[token], self._titles)

    @cached_property
    def _titles(self) -> list[tuple[int, int]]:
        rows = store.get(self.doc, "quotations")
        return merged((row["start"], row["end"]) for row in rows if row["kind"] == "title")

    @cached_property
    def apart(self) -> str:
        """The text with a line break between passages, which no name goes across."""
        parts, at = [], 0
        for passage in store.get_value(self.doc, "passages") or ():
            if self.text[passage["end"] : passage["end"] + 1] == " ":
                parts.append(self.text[at : passage["end"]])
                at = passage["end"] + 1
        return "\n".join([*parts, self.text[at:]])

    @cached_property
    def starts(self) -> list[int]:
        """The first character of each sentence."""
        return [self.tokens.start[first] for first, _ in self.tokens.bounds]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The tokens at which each capitalised word stands."""
        found: dict[str, list[int]] = {}
        for at, word in enumerate(self.tokens.words):
            if word[:1].isupper():
                found.setdefault(word, []).append(at)
        return found

    @cached_property
    def topics(self) -> list[str]:
        """The two topics that most words are of."""
        counts = self.tokens.counts
        weight = {topic: sum(counts[word] for word in words) for topic, words in _words_by("topic").items()}
        return [topic for topic, n in sorted(weight.items(), key=lambda item: -item[1])[:2] if n > 1]

    @cached_property
    def themes(self) -> list[str]:
        """Features of how much the article talks of each theme."""
        counts = self.tokens.counts
        size = max(1, counts.total())
        found = []
        for theme, words in _words_by("theme").items():
            share = sum(counts[word] for word in words) / size * 1000
            found.append(f"talks of {theme}={bisect_right(_LEVELS, share)}")
        return found

    def lemmas_around(self, at: int) -> Iterator[str]:
        """Return the lemmas of nouns, verbs and adjectives in the sentence that holds a character."""
        pos, lemma = self.tokens.pos, self.tokens.lemma
        return (lemma[k].lower() for k in range(*self.tokens.bounds[self.sentence_at(at)]) if pos[k] in _OPEN)


@cache
def _words_by(kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in load_table("source_topics"):
        if row["kind"] == kind:
            found.setdefault(row["name"], []).append(row["term"])
    return found
