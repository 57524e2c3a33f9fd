"""The article that sources are resolved and typed in, read once: its words, its subject, and what it talks of.

Somebody whom the text introduces without a word is a reviewer in a reception section, a maker in a production section.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, cached_property

from spacy.tokens import Doc, Span

from analyzer.annotate import store
from analyzer.annotate.sources.gazetteer import Gazetteer
from analyzer.annotate.subject.lead import place_of_any
from analyzer.annotate.tokens import tokens_of
from analyzer.lexicons import load_table

_LEVELS = (3, 8, 20)  # words of a theme in a thousand
_OPEN = frozenset(["NOUN", "VERB", "ADJ"])


class Context:
    """What all sources of one Doc share: the subject with its names and makers, sentences, words, where names stand."""

    def __init__(self, doc: Doc, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.about = store.subject(doc)
        self.tokens = tokens_of(doc)
        self.text = self.tokens.text
        self.record = self.about.get("kind") == "record"
        self.frame: str = "record" if self.record else self.about.get("sort", "other")
        self.own = frozenset(alias.lower() for alias in self.about.get("aliases") or ())
        self.makers = frozenset(name.lower() for name in self.about.get("makers") or ())

    def span(self, start: int, end: int) -> Span | None:
        """Return the tokens that hold any of these characters."""
        return self.doc.char_span(start, end, alignment_mode="expand")

    def sentence_at(self, at: int) -> int:
        """Return the index of the sentence that holds the character."""
        return max(0, bisect_left(self.starts, at + 1) - 1)

    def foreign(self, words: Iterable[str]) -> list[str]:
        """Return "own" and "other" as the words name the subject's place or another (country, people, capital)."""
        named = map(place_of_any, words)
        return sorted({"own" if place.name == self.about.get("place") else "other" for place in named if place})

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
