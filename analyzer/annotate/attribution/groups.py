"""Groups of people that nobody names ("critics", "some", "audiences"), and the words beside which they hold a view.

"Popular with critics", "a favourite among fans", "audiences were lukewarm": the word that governs such a group may be
a cue though no table lists it as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.annotate.attribution.lexicon import classes_of
from analyzer.annotate.attribution.view import View

_PEOPLE = frozenset({"critic", "scholar", "people", "press", "quant"})
_VAGUE = frozenset({"critic", "people", "quant"})
_STATED = frozenset({"scholar", "press", "official", "body"})
_COLLECTIVE = frozenset({"public", "audience", "press", "community", "media", "majority", "minority"})
_QUANTITIES = frozenset({"some", "many", "most", "others", "few", "several", "those"})
_PRONOUNS = frozenset(
    {"people", "everyone", "everybody", "nobody", "anybody", "somebody", "someone", "all", "none", "both"}
)
_ANY = frozenset({"some", "many", "several", "most", "few", "other", "various", "numerous", "all", "these", "those"})
_ONE = frozenset({"some", "many", "one", "a", "an", "another", "no"})
_BESIDE = frozenset({"with", "among", "amongst", "by", "for", "to", "from", "between"})
_GOVERNS = frozenset({"NOUN", "ADJ", "VERB", "ADV"})
_STATES = frozenset({"acomp", "attr"})


def governed(seen: View) -> Iterator[tuple[int, int, str]]:
    """Yield (governing word, group, path) for the groups that hang on a word by a preposition or are its subject."""
    for i, dep in enumerate(seen.dep):
        if dep == "pobj" and _is_group(seen, i):
            yield from _beside(seen, i)
        elif dep == "nsubj" and seen.pos[seen.head[i]] == "AUX" and _is_group(seen, i):
            yield from _is_said_of(seen, i)


def _is_group(seen: View, i: int) -> bool:
    if seen.pos[i] == "NOUN":
        many = seen.tag[i] == "NNS" or seen.lower[i] in _COLLECTIVE
        return many and not _PEOPLE.isdisjoint(classes_of(seen, i))
    return seen.lower[i] in _QUANTITIES and seen.pos[i] in ("DET", "PRON", "ADJ")


def _beside(seen: View, i: int) -> Iterator[tuple[int, int, str]]:
    prep = seen.head[i]
    word, at = seen.lower[prep], seen.head[prep]
    if word in _BESIDE and at != prep and seen.pos[at] in _GOVERNS:
        yield at, i, f"{'agent' if seen.dep[prep] == 'agent' else f'prep:{word}'}/pobj"


def _is_said_of(seen: View, i: int) -> Iterator[tuple[int, int, str]]:
    for child in seen.children[seen.head[i]]:
        if seen.dep[child] in _STATES and seen.pos[child] in _GOVERNS:
            yield child, i, f"^{seen.dep[child]}/nsubj"
            return


def is_vague(seen: View, i: int) -> bool:
    """Tell whether a source's head may stand for people whom nobody names and whose class nobody states.

    A quantity ("some", "many"), a plural without an owner ("fans", "the critics"), "one critic"; not "historians".
    """
    if seen.pos[i] != "NOUN":
        return seen.pos[i] != "PROPN" and seen.lower[i] in _QUANTITIES | _PRONOUNS
    classes = frozenset(classes_of(seen, i))
    if classes and classes <= _STATED:
        return False
    before = {seen.dep[child]: seen.lower[child] for child in reversed(seen.children[i])}
    if "poss" in before:
        return False
    people = not classes.isdisjoint(_VAGUE)
    if seen.tag[i] == "NNS":
        return "det" not in before or before["det"] in _ANY or people
    return people and before.get("det") in _ONE
