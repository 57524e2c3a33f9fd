"""Words to watch as a trie over tokens: built once a process, searched in time linear in the text.

A term is a row of a ``words_*`` table; ``<class>`` in it stands for any word of that class (``words_classes``).
Phrases of ``words_exceptions`` swallow the words in them: "leading to" keeps "leading" from being marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from spacy.tokens import Doc

from analyzer.lexicons import load_table

TABLES = (
    "words_manual_of_style",
    "words_own",
    "words_linters",
    "words_proselint",
    "words_hedges",
)
# Tokens as spaCy's English tokenizer cuts them: clitics and hyphens stand alone.
_TOKEN = re.compile(r"<\w+>|[^\W_]+?(?=n['’]t\b)|n['’]t\b|['’](?:s|ll|re|ve|d|m)\b|[^\W_]+|[^\w\s]")
_LONGEST = 12


@dataclass(frozen=True)
class Term:
    """One word or phrase to watch; ``check`` names the context it needs, "" where it needs none."""

    kind: str
    lexicon: str
    check: str
    weak: bool


EXCEPTION = Term("", "words_exceptions", "", False)


@dataclass
class Node:
    """A state of the trie: where a literal word or a class of words leads, and the term that ends here."""

    words: dict[str, Node] = field(default_factory=dict)
    classes: dict[str, Node] = field(default_factory=dict)
    term: Term | None = None


def tokens_of(text: str) -> list[str]:
    """Return the lower-cased tokens of a term, classes kept as ``<class>``."""
    return [token.replace("’", "'") for token in _TOKEN.findall(text.lower())]


@cache
def classes() -> dict[str, frozenset[str]]:
    """Return the words of each class; words of several tokens keep their tokens joined by a blank."""
    found: dict[str, set[str]] = {}
    for row in load_table("words_classes"):
        found.setdefault(row["class"], set()).add(" ".join(tokens_of(row["term"])))
    return {name: frozenset(words) for name, words in found.items()}


@cache
def trie() -> Node:
    """Return the trie of all terms and exceptions."""
    root = Node()
    for table in TABLES:
        for row in load_table(table):
            _add(root, row["term"], Term(row["kind"], table, row["check"], row["level"] == "weak"))
    for row in load_table("words_exceptions"):
        _add(root, row["term"], EXCEPTION)
    for name in _class_names(root):
        _expand(root, name)
    return root


@cache
def openings() -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the one-word terms, and the pairs of words with which a longer term may begin."""
    singles: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for first, node in _steps(trie()):
        if node.term is not None:
            singles.add(first)
        pairs.update((first, second) for second, _ in _steps(node))
    return tuple(sorted(singles)), tuple(sorted(pairs))


def _steps(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield every word that leads on from a node, with the node it leads to."""
    yield from node.words.items()
    for name, child in node.classes.items():
        for word in single_words(name):
            yield word, child


@cache
def single_words(name: str) -> frozenset[str]:
    """Return the one-token words of a class."""
    return frozenset(word for word in classes()[name] if " " not in word)


def _add(root: Node, text: str, term: Term) -> None:
    node = root
    for token in tokens_of(text)[:_LONGEST]:
        if token.startswith("<"):
            node = node.classes.setdefault(token[1:-1], Node())
        else:
            node = node.words.setdefault(token, Node())
    if node.term is None or node.term.weak:
        node.term = term


def _class_names(root: Node) -> list[str]:
    return [name for name, words in classes().items() if any(" " in word for word in words)]


def _expand(node: Node, name: str) -> None:
    """Give the words of several tokens of a class their own way through the trie to the class's node."""
    for child in (*node.words.values(), *node.classes.values()):
        _expand(child, name)
    target = node.classes.get(name)
    if target is None:
        return
    for word in sorted(classes()[name]):
        parts = word.split(" ")
        if len(parts) < 2:
            continue
        step = node
        for part in parts[:-1]:
            step = step.words.setdefault(part, Node())
        step.words.setdefault(parts[-1], target)


def ends(doc: Doc, start: int) -> Iterator[tuple[int, Term]]:
    """Yield (end, term) for every term that begins at token ``start``; a bounded number of tokens is looked at."""
    states = [trie()]
    by_word = _classes_by_word()
    for at in range(start, min(len(doc), start + _LONGEST + 4)):
        word = doc[at].lower_.replace("’", "'")
        following = [s.words[word] for s in states if word in s.words]
        if any(s.classes for s in states):
            names = by_word.get(word, ())
            following += [s.classes[n] for s in states for n in names if n in s.classes]
        if not following:
            return
        for state in following:
            if state.term is not None:
                yield at + 1, state.term
        states = following


@cache
def _classes_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(classes()):
        for word in single_words(name):
            found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}
