"""Signals from the kinds of words an article is made of: advice, address, comment, approval, business, countries.

Each is a rate per 1,000 words of the prose outside quotations (``words_tone.tsv``), so that none grows with length.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from analyzer.counting import percent
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, fact
from analyzer.lexicons import load_table
from analyzer.records import Evidence, Sentence
from analyzer.spans import covered

_WORD = re.compile(r"[a-z][a-z'-]*+(?:(?<=\b[a-z])\.(?=[a-z]\b)[a-z'-]*+)*")
_OPENING = 3  # sentences that say what an article is about
# A pronoun far more often than a country.
_NO_COUNTRY = ("", "us")
# What each class is called, and how many per 1,000 words (+200) make 1.
_CLASSES = {
    "advice": ("words of advice (must, should, it is important to ...)", 20),
    "we": ("“we”, “us”, “our”", 8),
    "comment": ("words of comment (note that, of course, in fact ...)", 10),
    "importance": ("words of importance (crucial, key, major ...)", 15),
    "approval": ("words of approval (effective, benefit, unique ...)", 30),
    "trouble": ("words of trouble (problem, risk, fail ...)", 30),
    "business": ("words of business (customers, products, solutions ...)", 60),
    "people": ("words for people at large (people, society, world ...)", 30),
    "today": ("words for the present (today, recently, modern ...)", 20),
    "quantity": ("vague quantities (many, often, usually ...)", 40),
    "unnamed": ("phrases for views of nobody in particular (it is believed, critics, is often ...)", 10),
}


class _Term(NamedTuple):
    """What a word may begin: the class that counts, what is counted, and the words that must follow."""

    kind: str
    name: str
    rest: list[str]


@cache
def _terms() -> tuple[Mapping[str, list[tuple[str, str]]], Mapping[tuple[str, str], list[_Term]]]:
    """Return class and name of the terms of one word, by it, and what terms two words may begin, by both.

    The second are few, so that hardly a word is asked what follows it. Countries and their people are of the class
    "country".
    """
    found: dict[str, list[_Term]] = {}
    for row in load_table("words_tone"):
        first, *rest = row["term"].split()
        found.setdefault(first, []).append(_Term(row["class"], row["term"], rest))
    for row in load_table("countries"):
        for name in (row["name"], *row["aliases"].split(";"), *row["demonyms"].split(";")):
            first, *rest = name.lower().rstrip(".").split() or [""]
            if first not in _NO_COUNTRY:
                found.setdefault(first, []).append(_Term("country", row["name"], rest))
    alone = {word: [(row.kind, row.name) for row in rows if not row.rest] for word, rows in found.items()}
    begun = {
        (word, second): [row for row in rows if row.rest[:1] in ([], [second])]
        for word, rows in found.items()
        for second in {row.rest[0] for row in rows if row.rest}
    }
    return alone, begun


class Tone:
    """The terms of an article by class, each with the sentence it stands in, and the countries it speaks of."""

    def __init__(self, view: ArticleView) -> None:
        self.found: dict[str, list[tuple[str, Sentence]]] = {}
        first = " ".join(sentence.text for sentence in view.whole.sentences[:_OPENING])
        self._opening = f"{view.article.title} {view.article.subject} {first}"
        for sentence in view.sentences:
            if covered(sentence.start, view.quoted):
                continue
            for kind, name in view.whole.once(("tone", sentence.start), lambda text=sentence.text: _read(text)):  # type: ignore[misc]
                self.found.setdefault(kind, []).append((name, sentence))

    @classmethod
    def of(cls, view: ArticleView) -> "Tone":
        """Return the tone of an article, worked out once."""
        return view.once("tone", lambda: cls(view))

    def rows(self, kind: str) -> list[tuple[str, Sentence]]:
        """Return the terms of a class with their sentences, in order."""
        return self.found.get(kind, [])

    @cached_property
    def countries(self) -> Counter[str]:
        """How often each country or its people are named, those that the title or the opening names apart.

        Those are what the article is about: an article on a town may well speak of its country.
        """
        own = {name for kind, name in _read(self._opening) if kind == "country"}
        return Counter(name for name, _ in self.rows("country") if name not in own)

    def judging(self) -> list[Sentence]:
        """Return the sentences that judge: with words of approval, importance, trouble or vague quantities."""
        rows = {s.index: s for kind in ("approval", "importance", "trouble", "quantity") for _, s in self.rows(kind)}
        return [rows[at] for at in sorted(rows)]


def _read(text: str) -> list[tuple[str, str]]:
    """Return the class and name of each term in a sentence."""
    text = text.replace("US ", "U.S. ")  # in small letters it is a pronoun
    words, (alone, begun) = [*_WORD.findall(text.lower().replace("’", "'")), ""], _terms()
    found: list[tuple[str, str]] = []
    for place, pair in enumerate(pairwise(words), start=1):
        if pair in begun:
            found += [(kind, name) for kind, name, rest in begun[pair] if words[place : place + len(rest)] == rest]
        elif pair[0] in alone:
            found += alone[pair[0]]
    return found


def countries_in(text: str) -> list[str]:
    """Return the countries that a text names, by themselves or their people."""
    return [name for kind, name in _read(text) if kind == "country"]


def _of_class(kind: str, label: str, full: float) -> Signal:
    def evidence(view: ArticleView) -> list[Evidence]:
        rows = Tone.of(view).rows(kind)
        often = ", ".join(f"“{term}” {times}" for term, times in Counter(t for t, _ in rows).most_common(5))
        first = {sentence.index: sentence for _, sentence in rows}
        told = [at(s, label.split(" (")[0], f"tone.{kind}") for s in list(first.values())[: PER_SIGNAL - 1]]
        return [fact(f"{len(rows)} {label} in {view.words} words ({often})", f"tone.{kind}"), *told] if rows else []

    return Signal(
        f"{kind}-terms",
        f"{label} outside quotations per 1,000 words (+200); {full:g} or more = 1",
        lambda view: view.rate(len(Tone.of(view).rows(kind))) / full,
        evidence,
    )


def _country(view: ArticleView) -> list[tuple[str, int]]:
    return Tone.of(view).countries.most_common(1)


SIGNALS = (
    *(_of_class(kind, label, full) for kind, (label, full) in _CLASSES.items()),
    Signal(
        "one-country",
        "mentions of the country named most, and its people, per 1,000 words (+200), those of title and opening apart; "
        "15 or more = 1",
        lambda view: sum(view.rate(count) / 15 for _, count in _country(view)),
        lambda view: [
            fact(f"{name} and its people are named {count} times in {view.words} words", "tone.one-country")
            for name, count in _country(view)
        ],
    ),
    Signal(
        "country-share",
        "mentions of the country named most / (mentions of all countries + 1 a 100 words)",
        lambda view: sum(count / (Tone.of(view).countries.total() + view.words / 100) for _, count in _country(view)),
        lambda view: [
            fact(
                f"{percent(count / Tone.of(view).countries.total())} of the countries named are {name}", "tone.country"
            )
            for name, count in _country(view)
        ],
    ),
)
