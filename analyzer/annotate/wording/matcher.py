"""Words to watch: where the lists' terms stand, whether in the context that makes them so, and a rule beside them.

A term is a row of a ``words_*`` table; ``<class>`` in it stands for any word of that class (``words_classes``). Phrases
of ``words_exceptions`` swallow the words in them: "leading to" keeps "leading" from being marked. Context decides by
part of speech, head noun, names and negation: "no outstanding debts" praises nobody, "Best Actor" is a name; without a
parse only the words that need no context are found. The rule knows views that nobody in particular holds: "some fans
consider", "seen by many as" (Wikipedia, Manual of Style, "Unsupported attributions").
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span, Token

from analyzer.annotate.tokens import Ids, Tokens, among, ids_of
from analyzer.lexicons import load_table, load_terms
from analyzer.lexicons.own import MAX_CELL, own_lines, refused
from analyzer.vocabulary import MARK_KINDS

TABLES = ("words_manual_of_style", "words_own", "words_linters", "words_proselint", "words_hedges")
# Tokens as spaCy's English tokenizer cuts them: clitics and hyphens stand alone.
_TOKEN = re.compile(r"<\w+>|[^\W_]+?(?=n['’]t\b)|n['’]t\b|['’](?:s|ll|re|ve|d|m)\b|[^\W_]+|[^\w\s]")
_LONGEST = 12
_NAMES = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "WORK_OF_ART", "EVENT", "PRODUCT", "LAW", "NORP"))
_EVALUATIVE = frozenset(("peacock", "promotional", "loaded"))
_REACH = 9  # tokens from a quantity of people to the verb of what they hold


@dataclass(frozen=True)
class Term:
    """One word or phrase to watch; ``check`` names the context it needs, "" where it needs none."""

    kind: str
    lexicon: str
    check: str
    weak: bool


UNMARKED = "none"  # the kind of what a user does not want marked
EXCEPTION = Term("", "words_exceptions", "", False)
HOLDERS = Term("weasel", "rule_unnamed_holders", "", False)
Found = tuple[int, int, Term]  # first token, the token after the last, what they are


class WordLists(NamedTuple):
    """Words to watch, ready to be looked for: a trie, the one-word terms, and the pairs that longer ones begin with."""

    root: "Node"
    singles: Ids
    pairs: Ids


def terms_in(doc: Doc, tokens: Tokens, lists: WordLists) -> list[Found]:
    """Return the terms found and the views of unnamed holders, in order; two of one kind do not overlap."""
    found = list(_terms(doc, tokens, lists))
    if not doc.has_annotation("DEP"):
        return found
    taken = {token for start, end, term in found if term.kind == HOLDERS.kind for token in range(start, end)}
    views = [(a, b, HOLDERS) for a, b in _unnamed_views(doc, tokens) if taken.isdisjoint(range(a, b))]
    return sorted([*found, *views], key=lambda hit: hit[:2])


def _terms(doc: Doc, tokens: Tokens, lists: WordLists) -> Iterator[Found]:
    """Yield the terms whose context fits, longest first at each place, without overlap."""
    lower = tokens.ids("LOWER")
    begins = among(lower, lists.singles)
    begins[:-1] |= among(lower[:-1] * np.uint64(31) + lower[1:], lists.pairs)
    tagged = doc.has_annotation("TAG") and doc.has_annotation("DEP")
    until = 0
    for at in np.flatnonzero(begins).tolist():
        if at < until:
            continue
        for end, term in sorted(_ends(tokens, at, lists.root), key=lambda hit: -hit[0]):
            exempt = term is EXCEPTION
            if exempt or _fits(doc[at:end], term, tagged=tagged):
                until = end
                if not exempt:
                    yield at, end, term
                break


@dataclass
class Node:
    """A state of the trie: where a literal word or a class of words leads, and the term that ends here."""

    words: "dict[str, Node]" = field(default_factory=dict)
    classes: "dict[str, Node]" = field(default_factory=dict)
    term: Term | None = None


def _tokens_of(text: str) -> list[str]:
    """Return the lower-cased tokens of a term, classes kept as ``<class>``."""
    return [token.replace("’", "'") for token in _TOKEN.findall(text.lower())]


@cache
def _classes() -> dict[str, frozenset[str]]:
    """Return the words of each class; words of several tokens keep their tokens joined by a blank."""
    found: dict[str, set[str]] = {}
    for row in load_table("words_classes"):
        found.setdefault(row["class"], set()).add(" ".join(_tokens_of(row["term"])))
    return {name: frozenset(words) for name, words in found.items()}


def word_lists(paths: Sequence[str] = ()) -> WordLists:
    """Return the packaged lists with the user's own before them; raises UnreadableInput where one is none."""
    return _joined(paths) if paths else _packaged()


@cache
def _packaged() -> WordLists:
    return _joined(())


def _joined(paths: Sequence[str]) -> WordLists:
    root = _trie(paths)
    singles = ids_of(first for first, node in _steps(root) if node.term is not None)
    pairs = {
        (get_string_id(first) * 31 + get_string_id(second)) % 2**64
        for first, node in _steps(root)
        for second, _ in _steps(node)
    }
    return WordLists(root, singles, np.array(sorted(pairs), dtype=np.uint64))


def read_own(path: str | Path) -> list[tuple[str, str]]:
    """Return term and kind of a user's list: one ``term<TAB>kind`` a line; ``#`` lines and a header are skipped.

    Raises :class:`~analyzer.errors.UnreadableInput` on a file that cannot be read or a kind that is not one.
    """
    rows = []
    for number, line in enumerate(own_lines(path, "list of words"), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[:2] == ["term", "kind"]:
            continue
        known = (*MARK_KINDS, UNMARKED)
        if len(cells) < 2 or cells[1] not in known or len(cells[0]) > MAX_CELL or not _tokens_of(cells[0]):
            kinds = f"{', '.join(MARK_KINDS)}, or {UNMARKED}"
            raise refused(path, number, f"expected a word or phrase, a tab, and a kind ({kinds}); met {line[:60]!r}")
        rows.append((cells[0], cells[1]))
    return rows


def _trie(paths: Sequence[str]) -> Node:
    root = Node()
    for path in paths:
        name = Path(path).stem
        for text, kind in read_own(path):
            _add(root, text, EXCEPTION if kind == UNMARKED else Term(kind, name, "", False))
    for table in TABLES:
        for row in load_table(table):
            _add(root, row["term"], Term(row["kind"], table, row["check"], row["level"] == "weak"))
    for row in load_table("words_exceptions"):
        _add(root, row["term"], EXCEPTION)
    for name, words in _classes().items():
        if any(" " in word for word in words):
            _expand(root, name)
    return root


def _steps(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield every word that leads on from a node, with the node it leads to."""
    yield from node.words.items()
    for name, child in node.classes.items():
        for word in _single_words(name):
            yield word, child


@cache
def _single_words(name: str) -> frozenset[str]:
    return frozenset(word for word in _classes()[name] if " " not in word)


def _add(root: Node, text: str, term: Term) -> None:
    node = root
    for token in _tokens_of(text)[:_LONGEST]:
        if token.startswith("<"):
            node = node.classes.setdefault(token[1:-1], Node())
        else:
            node = node.words.setdefault(token, Node())
    if node.term is None or node.term.weak:
        node.term = term


def _expand(node: Node, name: str) -> None:
    """Give the words of several tokens of a class their own way through the trie to the class's node."""
    for child in (*node.words.values(), *node.classes.values()):
        _expand(child, name)
    target = node.classes.get(name)
    if target is None:
        return
    for word in sorted(_classes()[name]):
        parts = word.split(" ")
        if len(parts) < 2:
            continue
        step = node
        for part in parts[:-1]:
            step = step.words.setdefault(part, Node())
        step.words.setdefault(parts[-1], target)


def _ends(tokens: Tokens, start: int, root: Node) -> Iterator[tuple[int, Term]]:
    """Yield (end, term) for every term that begins at token ``start``; a bounded number of tokens is looked at."""
    states = [root]
    by_word = _classes_by_word()
    for at in range(start, min(len(tokens), start + _LONGEST + 4)):
        word = tokens.lower[at].replace("’", "'")
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
    for name in sorted(_classes()):
        for word in _single_words(name):
            found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


def _fits(span: Span, term: Term, *, tagged: bool) -> bool:
    if term.kind in _EVALUATIVE and (_is_name(span) or _negated(span)):
        return False
    if not term.check:
        return True
    if not tagged:
        return term.check in ("mod", "second_person", "noun")
    return _CHECKS[term.check](span)


def _is_name(span: Span) -> bool:
    """True where the words are written as part of a name, or inside one."""
    words = [token for token in span if token.is_alpha]
    opens = span[0].is_sent_start or span.start == 0
    named = any(token.is_title and token.pos_ == "PROPN" for token in span.doc[span.end : span.end + 1])
    if all(token.is_title for token in words) and (len(words) != 1 or not opens or named):
        return True
    return any(token.ent_type_ in _NAMES and (token.is_title or token.is_upper) for token in words[1:])


def _negated(span: Span) -> bool:
    """True where a negation governs the words: just before them, or on the word they hang on."""
    before = span.doc[max(0, span.start - 2) : span.start]
    root = span.root
    return (
        any(token.lower_ in load_terms("words_rules", "negation") for token in before)
        or has(root, "neg")
        or (root.dep_ in ("acomp", "attr", "amod") and has(root.head, "neg"))
    )


def has(token: Token, *labels: str) -> bool:
    """Tell whether something hangs on a token by one of the labels."""
    return any(child.dep_ in labels for child in token.children)


def has_preposition(token: Token, word: str) -> bool:
    """Tell whether a phrase with this preposition hangs on a token."""
    return any(child.dep_ == "prep" and child.lower_ == word for child in token.children)


def _adjective(span: Span) -> bool:
    root = span.root
    return root.pos_ == "ADJ" or (root.pos_ in ("VERB", "NOUN", "ADV") and root.dep_ in ("amod", "acomp"))


def _puffed_head(span: Span) -> bool:
    """True where the adjective modifies a noun that can be praised: a maker, a body, a work, a place."""
    root = span.root
    if root.pos_ not in ("ADJ", "VERB", "ADV") or root.dep_ not in ("amod", "advmod", "conj"):
        return False
    head = root.head
    if head.pos_ == "ADJ" and root.dep_ == "conj":
        head = head.head
    nouns = _single_words("head")
    return head.i > root.i and (head.lemma_.lower() in nouns or head.lower_ in nouns)


_CHECKS: dict[str, Callable[[Span], bool]] = {
    "adj": _adjective,
    "mod": lambda span: True,
    "adv": lambda span: span.root.pos_ in ("ADV", "ADJ", "SCONJ") and span.root.dep_ != "amod",
    "noun": lambda span: span.root.pos_ in ("NOUN", "ADJ"),
    "head": _puffed_head,
    "verb_object": lambda span: span.root.pos_ == "VERB" and has(span.root, "dobj", "obj"),
    "second_person": lambda span: True,
}


def _unnamed_views(doc: Doc, tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each view of which a mere quantity of people is subject or agent; needs a parse."""
    quantities = ids_of(load_terms("words_rules", "quantity"))
    for at in np.flatnonzero(among(tokens.ids("LOWER"), quantities)).tolist():
        noun = _quantified(doc[at])
        span = noun and (_as_subject(doc[at], noun) or _as_agent(noun))
        if span:
            yield span


def _quantified(quantity: Token) -> Token | None:
    """Return the plural noun that the word quantifies, or the word itself where it stands alone."""
    head = quantity.head
    if quantity.dep_ in ("amod", "det", "quantmod", "nummod") and head.i > quantity.i:
        return head if head.tag_ == "NNS" and not head.ent_type_ else None
    if quantity.dep_ in ("nsubj", "pobj", "nsubjpass"):
        return quantity
    return None


def _as_subject(quantity: Token, noun: Token) -> tuple[int, int] | None:
    verb = noun.head
    if noun.dep_ != "nsubj" or not quantity.i < verb.i <= quantity.i + _REACH:
        return None
    plain, with_as = load_terms("cues", "holding", "views"), load_terms("cues", "holding as", "views")
    holds = verb.lemma_ in plain or (verb.lemma_ in with_as and has_preposition(verb, "as"))
    return (quantity.i, verb.i + 1) if holds else None


def _as_agent(noun: Token) -> tuple[int, int] | None:
    agent = noun.head
    verb = agent.head
    if noun.dep_ != "pobj" or agent.dep_ != "agent" or not verb.i < noun.i <= verb.i + _REACH:
        return None
    holds = verb.lemma_ in load_terms("cues", "holding", "views") | load_terms("cues", "holding as", "views")
    return (verb.i, noun.i + 1) if holds else None
