"""What a source is said to say: the cue's words, the content they attribute, and whether it is quoted."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.annotate.attribution.candidates import Pair
from analyzer.annotate.attribution.lexicon import KIND, cue_classes
from analyzer.annotate.attribution.spans import Span
from analyzer.annotate.attribution.view import QUOTE_MARKS, View

_COMPLEMENTS = frozenset(
    {"ccomp", "xcomp", "dobj", "attr", "oprd", "acomp", "prep", "dative", "advcl", "nsubjpass", "parataxis", "dep"}
)
_FULL_COMPLEMENTS = frozenset({"ccomp", "xcomp", "dobj", "oprd"})
_OBJECTS = frozenset({"ccomp", "xcomp", "dobj", "oprd", "attr"})
_NOT_CONTENT = frozenset({"by", "according"})
_TIMES = frozenset({"when", "after", "before", "while", "during", "as", "since"})
_SETTINGS = frozenset({"in", "on", "at", "during", "after", "before", "since", "with"})
_LIGHT = frozenset({"DET", "PRON", "PUNCT", "SPACE", "ADP", "SCONJ", "AUX", "PART", "CCONJ"})
_EDGE = frozenset({",", ";", ":", ".", "-", "–", "—", "(", ")", "...", "?", "!"})


def cue_span(seen: View, cue: int) -> Span:
    """Return the cue with its particle ("pointed out"), or its "to" ("according to")."""
    end = cue + 1
    first_word = seen.lower[cue]
    for child in seen.children[cue]:
        if child == end and (seen.dep[child] == "prt" or (first_word == "according" and seen.lower[child] == "to")):
            end = child + 1
    if first_word == "according" and end < len(seen.lower) and seen.lower[end] == "to":
        end += 1
    return cue, end


def content(seen: View, pair: Pair, source: Span | None, *, clausal: bool = False) -> list[Span]:
    """Return the token spans of what is attributed, in text order, without the source and the cue.

    ``clausal`` takes a verb's subordinate clause alone, where it has one.
    """
    cue = cue_span(seen, pair.cue)
    first, last = seen.bounds[seen.sent[pair.cue]]
    kept = _clause(seen, pair.cue) if clausal else set()
    kept = kept or _own_content(seen, pair.cue)
    for other in () if clausal else _coordinated(seen, pair.cue):
        kept |= _own_content(seen, other)
    if not kept:
        kept = _around(seen, pair.cue, first, last)
    kept |= _touching_quotations(seen, kept, first, last)
    kept -= _settings(seen, pair.cue, kept)
    outside = set(range(*cue)) | (_source_words(seen, pair.source, source) if source is not None else set())
    return _runs(seen, kept - outside) or _runs(seen, set(range(first, last)) - outside)


def _source_words(seen: View, head: int, source: Span) -> set[int]:
    """Return the words of a source with its apposition and what else describes it, so far as they stand together."""
    words = set(range(*source))
    for child in seen.children[head]:
        if seen.dep[child] in ("appos", "relcl", "acl") and child >= source[1]:
            words.update(range(*_wide(seen, child)))
    return words


def _settings(seen: View, cue: int, kept: set[int]) -> set[int]:
    """Return the words that say when and where it was said, where a clause or a quotation says what."""
    if KIND.get(seen.pos[cue]) != "V":
        return set()
    if not _has(seen, cue, ("ccomp",)) and not any(seen.quoted[k] >= 0 for k in kept):
        return set()
    aside: set[int] = set()
    for child in seen.children[cue]:
        unit = range(*_wide(seen, child))
        timed = seen.dep[child] == "advcl" and any(seen.lower[k] in _TIMES for k in seen.children[child])
        if (timed or _is_setting(seen, cue, unit)) and not any(_in_marks(seen, k) for k in unit):
            aside.update(unit)
    return aside


def _own_content(seen: View, cue: int) -> set[int]:
    """Return the tokens of the cue's complements."""
    kind = KIND.get(seen.pos[cue], "?")
    if kind == "V" and seen.dep[cue] in ("ccomp", "parataxis") and not _has(seen, cue, _FULL_COMPLEMENTS):
        return set()  # "..., he said": the content is the clause around it
    if kind == "V" and seen.lower[cue] == "according":
        return set()
    test = {"V": _of_verb, "N": _of_noun, "A": _of_adjective}.get(kind)
    kept: set[int] = set()
    for child in seen.children[cue]:
        if test is not None and test(seen, cue, child):
            kept.update(range(*_wide(seen, child)))
    return kept


def _clause(seen: View, cue: int) -> set[int]:
    """Return the tokens of the cue's subordinate clause."""
    return {k for c in seen.children[cue] if seen.dep[c] == "ccomp" for k in range(*_wide(seen, c))}


def _of_verb(seen: View, cue: int, child: int) -> bool:
    dep = seen.dep[child]
    if dep not in _COMPLEMENTS or seen.lower[child] in _NOT_CONTENT:
        return False
    if dep == "advcl" and _has(seen, cue, _OBJECTS):
        return False  # "..., dealing a blow to the plan": the reporter's own words
    if dep in ("dobj", "dative") and _has(seen, cue, ("ccomp", "xcomp")):
        return False  # "urged [Congress] to act": to whom it was said
    return child > cue or dep not in ("prep", "advcl")


def _of_noun(seen: View, cue: int, child: int) -> bool:
    if seen.dep[child] in ("acl", "ccomp", "relcl", "appos"):
        return True
    return seen.dep[child] == "prep" and seen.lower[child] in ("of", "about", "on", "for", "over", "that")


def _of_adjective(seen: View, cue: int, child: int) -> bool:
    return seen.dep[child] in ("ccomp", "xcomp", "prep")


def _coordinated(seen: View, cue: int) -> list[int]:
    """Return the cues coordinated with a verb that share its subject: "commended ... but shared concerns about ..."."""
    found, waiting = [], [cue]
    while waiting:
        for child in seen.children[waiting.pop()]:
            if seen.dep[child] == "conj" and KIND.get(seen.pos[child]) == "V" and child > cue:
                kind_known = ("V", seen.lemma[child].lower()) in cue_classes()
                if kind_known and not _has(seen, child, ("nsubj", "nsubjpass", "agent")):
                    found.append(child)
                    waiting.append(child)
    return found


def _has(seen: View, i: int, deps: Iterable[str]) -> bool:
    return any(seen.dep[child] in deps for child in seen.children[i])


def _around(seen: View, cue: int, first: int, last: int) -> set[int]:
    """Return the clause that a parenthetical cue stands in, without the cue's own words."""
    low, high = seen.subtree(cue)
    head = seen.head[cue]
    if head == cue:
        return set(range(first, last)) - {cue}
    top = head
    while seen.dep[top] in ("prep", "pobj", "pcomp", "nmod", "compound") and seen.head[top] != top:
        low, high = min(low, top), max(high, top)
        top = seen.head[top]
    start, end = seen.subtree(top)
    own = set(range(low, high + 1))
    nested = {k for child in seen.children[cue] if seen.dep[child] == "ccomp" for k in range(*_wide(seen, child))}
    return (set(range(start, end + 1)) - own) | nested


def _wide(seen: View, i: int) -> Span:
    low, high = seen.subtree(i)
    return low, high + 1


def _touching_quotations(seen: View, kept: set[int], first: int, last: int) -> set[int]:
    """Return the tokens of the sentence's quotations that the content touches: a quotation is never cut."""
    touched = {seen.quoted[k] for k in kept if seen.quoted[k] >= 0}
    return {k for k in range(first, last) if seen.quoted[k] in touched} if touched else set()


def _runs(seen: View, kept: set[int]) -> list[Span]:
    """Return the kept tokens as spans without punctuation at their edges; a comma does not cut a span."""
    spans: list[list[int]] = []
    for k in sorted(kept):
        if spans and spans[-1][1] == k:
            spans[-1][1] = k + 1
        else:
            spans.append([k, k + 1])
    out = []
    for start, end in spans:
        while start < end and (seen.lower[start] in _EDGE or seen.pos[start] == "SPACE"):
            start += 1
        while end > start and (seen.lower[end - 1] in _EDGE or seen.pos[end - 1] == "SPACE"):
            end -= 1
        if end > start and any(seen.pos[k] not in ("PUNCT", "SPACE", "CCONJ") for k in range(start, end)):
            out.append((start, end))
    return out


def mode(seen: View, spans: list[Span], cue: int) -> str:
    """Return direct, indirect or mixed: how much of what is reported stands inside quotation marks.

    Of "called the plan 'a joke'" only the predicate is reported: complements without a quotation do not count where
    another one holds it. Where the quotation holds the cue itself, it is a part of the reporter's own sentence.
    """
    kept = {k for start, end in spans for k in range(start, end)}
    if not any(_in_marks(seen, k) for k in kept):
        return "indirect"
    if seen.quoted[cue] >= 0:
        return "mixed"
    units = [range(*_wide(seen, child)) for child in seen.children[cue] if child in kept]
    holding = [unit for unit in units if any(_in_marks(seen, k) for k in unit)]
    if "call" in cue_classes().get((KIND.get(seen.pos[cue], "?"), seen.lemma[cue].lower()), ()):
        counted = {k for unit in holding for k in unit if k in kept} or set(kept)
        counted -= {k for unit in holding for k in _subject_of(seen, cue, unit)}
    else:
        addressed = [unit for unit in units if unit not in holding and _is_setting(seen, cue, unit)]
        counted = kept - {k for unit in addressed for k in unit}
    words = [k for k in counted if seen.pos[k] not in _LIGHT]
    words = words or [k for k in counted if seen.lower[k] not in QUOTE_MARKS]
    return "direct" if all(_in_marks(seen, k) for k in words) else "mixed"


def _in_marks(seen: View, k: int) -> bool:
    return seen.quoted[k] >= 0 or seen.scare[k]


def _is_setting(seen: View, cue: int, unit: range) -> bool:
    """Tell whether a complement says to whom, when or where it was said rather than what."""
    heads = [k for k in unit if seen.head[k] == cue]
    return any(
        seen.dep[k] in ("dobj", "dative", "npadvmod") or (seen.dep[k] == "prep" and seen.lower[k] in _SETTINGS)
        for k in heads
    )


def _subject_of(seen: View, cue: int, unit: range) -> set[int]:
    """Return the words of a small clause's own subject: "called [the treaty] 'a truce'"."""
    for head in unit:
        if seen.head[head] == cue:
            subjects = [c for c in seen.children[head] if seen.dep[c] in ("nsubj", "nsubjpass")]
            return {k for c in subjects for k in range(*_wide(seen, c))}
    return set()
