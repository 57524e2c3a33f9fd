"""From the head token of a source to the words that name it: the shortest full name, its appositive left out."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.annotate.attribution.lexicon import source_classes
from analyzer.annotate.attribution.view import QUOTE_MARKS, View

_LEFT = frozenset(
    {"det", "amod", "compound", "nmod", "poss", "nummod", "quantmod", "predet", "advmod", "neg", "npadvmod", "punct"}
)
_OF_NAMES = frozenset({"of", "for", "on", "in", "against", "to", "without"})
_OF_NOUNS = frozenset({"of", "for", "at", "from", "in", "on", "with", "to", "against", "within", "about"})
_LINKERS = frozenset(
    {"of", "the", "and", "for", "de", "la", "van", "von", "der", "del", "al", "di", "da", "&", "-", "'s", "’s"}
)
_LONGEST_TAIL = 9
_LONGEST_CUT = 14
_LONGEST_NAME = 6
_TIMES = frozenset({"DATE", "TIME"})
_DESCRIBES = frozenset({"critic", "scholar", "press", "official", "people", "body"})
_PERSONS = frozenset({"PERSON"})
Span = tuple[int, int]


def is_name(seen: View, i: int) -> bool:
    """Tell whether a token is (part of) a proper name."""
    return seen.pos[i] == "PROPN"


def canonical(seen: View, i: int) -> int:
    """Return the name that a describing noun is followed by, else the token itself.

    "the editor, George Lundberg" is an apposition to the parser; "the editor George Lundberg" often two subjects.
    """
    if seen.pos[i] != "NOUN":
        return i
    for child in seen.children[i]:
        if seen.dep[child] == "appos" and child > i and (is_name(seen, child) or seen.ent[child] in _PERSONS):
            return child
    end = i + 1
    last = min(seen.bounds[seen.sent[i]][1], i + _LONGEST_NAME)
    while end < last and is_name(seen, end) and seen.capital(end):
        end += 1
    named = end - 1
    if named > i and seen.head[i] != named and seen.ent[named] not in _TIMES and _DESCRIBES & set(_classes(seen, i)):
        return named
    return i


def _classes(seen: View, i: int) -> tuple[str, ...]:
    return source_classes().get(seen.lemma[i].lower(), ())


def conjuncts(seen: View, i: int) -> Iterator[int]:
    """Yield the nouns coordinated after a source: "HRW and Amnesty"; not the parts of a name joined by an ampersand."""
    waiting = [i]
    while waiting:
        at = waiting.pop()
        if any(seen.dep[child] == "cc" and seen.lower[child] == "&" for child in seen.children[at]):
            continue
        for child in seen.children[at]:
            if seen.dep[child] == "conj" and seen.pos[child] in ("NOUN", "PROPN", "PRON", "NUM", "ADJ"):
                yield child
                waiting.append(child)


def source_span(seen: View, i: int) -> Span:
    """Return the tokens (start, end) that name the source headed by ``i``."""
    start, end = _left(seen, i), i + 1
    if is_name(seen, i):
        start = _after_description(seen, start, i)
        if seen.ent[i] not in _PERSONS:
            end = _tail(seen, i, _OF_NAMES, named=True)
    elif seen.pos[i] in ("NOUN", "NUM", "DET", "PRON", "ADJ"):
        end = _tail(seen, i, _OF_NOUNS, named=False)
    return _trimmed(seen, start, end)


def _left(seen: View, i: int) -> int:
    """Return the first token of the modifiers before ``i``."""
    start = i
    for child in reversed([c for c in seen.children[i] if c < i]):
        if seen.dep[child] not in _LEFT:
            break
        low, high = seen.subtree(child)
        if high >= i or start - high > 2:
            break
        if seen.dep[child] == "punct" and seen.lower[child] not in QUOTE_MARKS and seen.lower[child] != "-":
            break
        start = low
    return start


def _after_description(seen: View, start: int, i: int) -> int:
    """Return where a name starts after its description: "the historian | John Tauranac", "TIFF's director | Piers"."""
    for k in range(i - 1, start - 1, -1):
        opens = k == seen.bounds[seen.sent[k]][0]  # there a capital tells nothing
        plain = seen.pos[k] in ("NOUN", "ADJ", "VERB", "NUM") and seen.tag[k] not in ("NNP", "NNPS")
        if plain and seen.capital(k) and not (opens and seen.pos[k] == "NOUN"):
            continue
        if plain or (seen.lower[k] in ("'s", "’s") and seen.ent[i] in _PERSONS):
            return k + 1
    return start


def _tail(seen: View, i: int, words: frozenset[str], *, named: bool) -> int:
    """Return the end of the source with the prepositional phrases that belong to it."""
    end = i + 1
    for child in seen.children[i]:
        if child < end or seen.dep[child] != "prep" or seen.lower[child] not in words:
            continue
        if child != end and not (child == end + 1 and seen.lower[end] in QUOTE_MARKS):
            break
        low, high = seen.subtree(child)
        if high - low + 1 > _LONGEST_TAIL or (named and not _names_only(seen, low, high)):
            low, high = _short(seen, child)
            if named and not _names_only(seen, low, high):
                break
        if high < low:
            break
        end = high + 1
    return end


def _short(seen: View, prep: int) -> Span:
    """Return the start of a long phrase: up to its first comma or clause, or else its noun alone."""
    stop = min(seen.subtree(prep)[1] + 1, prep + _LONGEST_CUT)
    for k in range(prep + 1, stop):
        if seen.pos[k] in ("PUNCT", "VERB", "AUX", "SCONJ") and seen.lower[k] not in ("-", "'"):
            return prep, k - 1
    for child in seen.children[prep]:
        if seen.dep[child] == "pobj" and child - prep <= _LONGEST_TAIL:
            return prep, child
    return prep, prep - 1


def _names_only(seen: View, low: int, high: int) -> bool:
    """Tell whether a phrase reads as part of a name: every word a name or a linker."""
    named = False
    for k in range(low, high + 1):
        if seen.pos[k] == "PROPN" or seen.tag[k] in ("NNP", "NNPS"):
            named = True
        elif seen.lower[k] not in _LINKERS and k != low:
            return False
    return named


def _trimmed(seen: View, start: int, end: int) -> Span:
    """Return the span without punctuation, quotation marks and possessive endings at its edges."""
    edge = QUOTE_MARKS | {",", ";", ":", "(", ")", "'s", "’s", "'", "’", "-", "–", "—", ".", "both", "and", "or"}
    while end - start > 1 and (seen.lower[start] in edge or seen.pos[start] == "SPACE"):
        start += 1
    while end - start > 1 and (seen.lower[end - 1] in edge - {"."} or seen.pos[end - 1] == "SPACE"):
        end -= 1
    return start, end
