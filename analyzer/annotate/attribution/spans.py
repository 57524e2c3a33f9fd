"""The words of an attribution: its source's shortest full name, its cue, what it says, and whether that is quoted."""

import re
from collections.abc import Iterable

from analyzer.annotate.attribution.candidates import Candidate, body_of, has_epithet, hyphenated, of_others
from analyzer.annotate.attribution.lexicon import KIND, classes_of_cue
from analyzer.annotate.tokens import QUOTE_MARKS, QuotedTokens
from analyzer.lexicons import load_terms

Span = tuple[int, int]
_LEFT = frozenset(
    {"det", "amod", "compound", "nmod", "poss", "nummod", "quantmod", "predet", "neg", "npadvmod", "punct"}
)
_OF_NAMES = frozenset({"of", "for", "on", "in", "against", "to", "without"})
_OF_NOUNS = frozenset({"of", "for", "at", "from", "in", "on", "with", "to", "against", "within", "about"})
_LINKERS = frozenset(
    {"of", "the", "and", "for", "de", "la", "van", "von", "der", "del", "al", "di", "da", "&", "-", "'s", "’s"}
)
_FOREIGN = frozenset({"de", "du", "des", "d'", "d’", "del", "della", "di", "do", "da", "dos", "für"})
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_LONGEST_TAIL = 9
_LONGEST_CUT = 14
_ADVERBS = load_terms("source_words", "adverb")
_BESIDE_SOURCE = QUOTE_MARKS | {",", ";", ":", "(", ")", "'s", "’s", "'", "’", "-", "–", "—", ".", "both", "and", "or"}
_DANGLING = frozenset(["of", "at", "in", "for", "with", "by", "from", "to", "the"])  # what a misread tree leaves
_BEFORE_SOURCE, _BEHIND_SOURCE = _BESIDE_SOURCE | _ADVERBS, _BESIDE_SOURCE - {"."} | _DANGLING

_COMPLEMENTS = frozenset(
    {"ccomp", "xcomp", "dobj", "attr", "oprd", "acomp", "prep", "dative", "advcl", "nsubjpass", "parataxis", "dep"}
)
_FULL_COMPLEMENTS = frozenset({"ccomp", "xcomp", "dobj", "oprd"})
_OBJECTS = _FULL_COMPLEMENTS | {"attr"}
_TIMES = frozenset({"when", "after", "before", "while", "during", "as", "since"})
_SETTINGS = frozenset({"in", "on", "at", "during", "after", "before", "since", "with"})
_LIGHT = frozenset({"DET", "PRON", "PUNCT", "SPACE", "ADP", "SCONJ", "AUX", "PART", "CCONJ"})
_EDGE = frozenset({",", ";", ":", ".", "-", "–", "—", "(", ")", "...", "?", "!"})


def source_span(tokens: QuotedTokens, i: int) -> Span:
    """Return the tokens (start, end) that name the source headed by ``i``; its appositive is left out."""
    if of_others(tokens, i):
        ends = i + 1 < len(tokens) and tokens.lower[i + 1] == "." and tokens.end[i] == tokens.start[i + 1]
        return _left(tokens, i - 2), i + 1 + ends
    start, end = _left(tokens, i), i + 1
    body = body_of(tokens, i)
    if body is not None:
        start = min(start, body[1].start)
        end = max(body[1].stop, _tail(tokens, i, _OF_NAMES, named=True))
    elif tokens.pos[i] == "PROPN":
        start = _after_description(tokens, start, i)
        if tokens.ent[i] != "PERSON":
            end = _tail(tokens, i, _OF_NAMES, named=True)
    elif tokens.pos[i] in ("NOUN", "NUM", "DET", "PRON", "ADJ"):
        end = _tail(tokens, i, _OF_NOUNS, named=False)
    first = tokens.bounds[tokens.sent[i]][0]
    while _in_foreign_name(tokens, first, start):  # "Bundesamt für | Statistik", which the parser takes apart
        start -= 1 if tokens.lower[start] in _FOREIGN else 2
    end = max(end, i + 1 + _numbered(tokens, i), i + 3 if has_epithet(tokens, i) else 0)
    return _trimmed(tokens, start, end, _BEFORE_SOURCE, _BEHIND_SOURCE, least=1)


def _numbered(tokens: QuotedTokens, i: int) -> bool:
    """Tell whether a number behind a name is part of it: "ISO 9000", "Article 5"; not the year of "Rogers 2010"."""
    if i + 1 >= len(tokens) or tokens.head[i + 1] != i or tokens.dep[i + 1] != "nummod":
        return False
    return tokens.capital(i) and tokens.lower[i + 1].isdigit() and not _YEAR.fullmatch(tokens.lower[i + 1])


def cue_span(tokens: QuotedTokens, cue: int) -> Span:
    """Return the cue with its particle ("pointed out"), or its "to" ("according to")."""
    end = cue + 1
    according = tokens.lower[cue] == "according"
    for child in tokens.children[cue]:
        if child == end and (tokens.dep[child] == "prt" or (according and tokens.lower[child] == "to")):
            end = child + 1
    if according and end < len(tokens.lower) and tokens.lower[end] == "to":
        end += 1
    return cue, end


def content(tokens: QuotedTokens, candidate: Candidate, source: Span | None, *, clausal: bool = False) -> list[Span]:
    """Return the token spans of what is attributed, source and cue left out; with ``clausal`` a verb's clause alone."""
    cue = candidate.cue
    first, last = tokens.bounds[tokens.sent[cue]]
    kept = _clause(tokens, cue) if clausal else set()
    kept = kept or _own_content(tokens, cue)
    for other in () if clausal else _coordinated(tokens, cue):
        kept |= _own_content(tokens, other)
    kept = kept or _around(tokens, cue, first, last)
    touched = {tokens.quoted[k] for k in kept if tokens.quoted[k] >= 0}  # a quotation is never cut
    if touched:
        kept |= {k for k in range(first, last) if tokens.quoted[k] in touched}
    kept -= _settings(tokens, cue, kept)
    outside = {*range(*cue_span(tokens, cue)), *(_source_words(tokens, candidate.source, source) if source else ())}
    return _runs(tokens, kept - outside) or _runs(tokens, set(range(first, last)) - outside)


def mode(tokens: QuotedTokens, spans: list[Span], cue: int) -> str:
    """Return direct, indirect or mixed: how much of what is reported stands inside quotation marks.

    Of "called the plan 'a joke'" only the predicate is reported: complements without a quotation do not count where
    another one holds it. Where the quotation holds the cue itself, it is a part of the reporter's own sentence.
    """
    kept = {k for start, end in spans for k in range(start, end)}
    if not any(_in_marks(tokens, k) for k in kept):
        return "indirect"
    if tokens.quoted[cue] >= 0:
        return "mixed"
    units = [tokens.subtree(child) for child in tokens.children[cue] if child in kept]
    holding = [unit for unit in units if any(_in_marks(tokens, k) for k in unit)]
    if "call" in classes_of_cue(tokens, cue):
        counted = {k for unit in holding for k in unit if k in kept} or set(kept)
        counted -= {k for unit in holding for k in _subject_of(tokens, cue, unit)}
    else:
        addressed = [unit for unit in units if unit not in holding and _is_setting(tokens, cue, unit)]
        counted = kept - {k for unit in addressed for k in unit}
    words = [k for k in counted if tokens.pos[k] not in _LIGHT]
    words = words or [k for k in counted if tokens.lower[k] not in QUOTE_MARKS]
    return "direct" if all(_in_marks(tokens, k) for k in words) else "mixed"


def _has(tokens: QuotedTokens, i: int, deps: Iterable[str]) -> bool:
    return any(tokens.dep[child] in deps for child in tokens.children[i])


def _in_marks(tokens: QuotedTokens, k: int) -> bool:
    return tokens.quoted[k] >= 0 or tokens.scare[k]


def _trimmed(
    tokens: QuotedTokens, start: int, end: int, before: frozenset[str], behind: frozenset[str], least: int = 0
) -> Span:
    """Return a span without these words and white space at its edges, but with the ``least`` number of tokens."""
    while end - start > least and (tokens.lower[start] in before or tokens.pos[start] == "SPACE"):
        start += 1
    while end - start > least and (tokens.lower[end - 1] in behind or tokens.pos[end - 1] == "SPACE"):
        end -= 1
    return start, end


def _left(tokens: QuotedTokens, i: int) -> int:
    """Return the first token of the modifiers before ``i``; of a word with hyphens all parts are its own."""
    start = i
    while hyphenated(tokens, start - 1):
        start -= 2
    for child in reversed([c for c in tokens.children[i] if c < i]):
        if tokens.dep[child] not in _LEFT:
            break
        words = tokens.subtree(child)
        if words.stop > i or start - words.stop > 1:
            break
        if tokens.dep[child] == "punct" and tokens.lower[child] not in QUOTE_MARKS and tokens.lower[child] != "-":
            break
        start = min(start, words.start)
    return start


def _after_description(tokens: QuotedTokens, start: int, i: int) -> int:
    """Return where a name starts after its description: "the historian | John Tauranac", "TIFF's director | Piers"."""
    for k in range(i - 1, start - 1, -1):
        if hyphenated(tokens, k):  # whatever the tagger takes it for: "Inter-American Commission"
            continue
        if _in_foreign_name(tokens, start, k):
            continue
        opens = k == tokens.bounds[tokens.sent[k]][0]  # there a capital tells nothing
        plain = tokens.pos[k] in ("NOUN", "ADJ", "VERB", "NUM") and tokens.tag[k] not in ("NNP", "NNPS")
        if plain and tokens.capital(k) and not (opens and tokens.pos[k] == "NOUN"):
            continue
        if plain or (tokens.lower[k] in ("'s", "’s") and tokens.ent[i] == "PERSON"):
            return k + 1
    return start


def _in_foreign_name(tokens: QuotedTokens, start: int, k: int) -> bool:
    """Tell whether a word is part of a name in another language: "Commission | de toponymie | du Québec"."""
    at = k if tokens.lower[k] in _FOREIGN else k - 1
    joins = at > start and tokens.lower[at] in _FOREIGN and tokens.pos[at] not in ("AUX", "VERB")
    return joins and tokens.capital(at - 1)


def _tail(tokens: QuotedTokens, i: int, words: frozenset[str], *, named: bool) -> int:
    """Return the end of the source with the prepositional phrases that belong to it."""
    end = i + 1
    for child in tokens.children[i]:
        if child < end or tokens.dep[child] != "prep" or tokens.lower[child] not in words:
            continue
        if child != end and not (child == end + 1 and tokens.lower[end] in QUOTE_MARKS):
            break
        phrase = tokens.subtree(child)
        if len(phrase) > _LONGEST_TAIL or (named and not _names_only(tokens, phrase)):
            phrase = _short(tokens, child, phrase.stop)
            if not phrase or (named and not _names_only(tokens, phrase)):
                break
        end = phrase.stop
    return end


def _short(tokens: QuotedTokens, prep: int, stop: int) -> range:
    """Return the start of a long phrase: up to its first comma or clause, or else its noun alone."""
    for k in range(prep + 1, min(stop, prep + _LONGEST_CUT)):
        if tokens.pos[k] in ("PUNCT", "VERB", "AUX", "SCONJ") and tokens.lower[k] not in ("-", "'"):
            return range(prep, k)
    for child in tokens.children[prep]:
        if tokens.dep[child] == "pobj" and child - prep <= _LONGEST_TAIL:
            return range(prep, child + 1)
    return range(prep, prep)


def _names_only(tokens: QuotedTokens, phrase: range) -> bool:
    """Tell whether a phrase reads as part of a name: every word a name or a linker."""
    named = False
    for k in phrase:
        if tokens.pos[k] == "PROPN" or tokens.tag[k] in ("NNP", "NNPS"):
            named = True
        elif tokens.lower[k] not in _LINKERS and k != phrase.start:
            return False
    return named


def _own_content(tokens: QuotedTokens, cue: int) -> set[int]:
    kind = KIND.get(tokens.pos[cue], "?")
    if kind == "V" and tokens.dep[cue] in ("ccomp", "parataxis") and not _has(tokens, cue, _FULL_COMPLEMENTS):
        return set()  # "..., he said": the content is the clause around it
    if kind == "V" and tokens.lower[cue] == "according":
        return set()
    test = {"V": _of_verb, "N": _of_noun}.get(kind)
    if kind == "A":
        own = [child for child in tokens.children[cue] if tokens.dep[child] in ("ccomp", "xcomp", "prep")]
    else:
        own = [child for child in tokens.children[cue] if test is not None and test(tokens, cue, child)]
    return {k for child in own for k in tokens.subtree(child)}


def _of_verb(tokens: QuotedTokens, cue: int, child: int) -> bool:
    dep = tokens.dep[child]
    if dep not in _COMPLEMENTS or tokens.lower[child] in ("by", "according"):
        return False
    if dep == "advcl" and _has(tokens, cue, _OBJECTS):
        return False  # "..., dealing a blow to the plan": the reporter's own words
    if dep in ("dobj", "dative") and _has(tokens, cue, ("ccomp", "xcomp")):
        return False  # "urged [Congress] to act": to whom it was said
    return child > cue or dep not in ("prep", "advcl")


def _of_noun(tokens: QuotedTokens, cue: int, child: int) -> bool:
    if tokens.dep[child] in ("acl", "ccomp", "relcl", "appos"):
        return True
    return tokens.dep[child] == "prep" and tokens.lower[child] in ("of", "about", "on", "for", "over", "that")


def _clause(tokens: QuotedTokens, cue: int) -> set[int]:
    return {k for c in tokens.children[cue] if tokens.dep[c] == "ccomp" for k in tokens.subtree(c)}


def _coordinated(tokens: QuotedTokens, cue: int) -> list[int]:
    """Return the cues coordinated with a verb that share its subject: "commended ... but shared concerns about ..."."""
    found, waiting = [], [cue]
    while waiting:
        for child in tokens.children[waiting.pop()]:
            verb = tokens.dep[child] == "conj" and KIND.get(tokens.pos[child]) == "V" and child > cue
            if verb and classes_of_cue(tokens, child) and not _has(tokens, child, ("nsubj", "nsubjpass", "agent")):
                found.append(child)
                waiting.append(child)
    return found


def _around(tokens: QuotedTokens, cue: int, first: int, last: int) -> set[int]:
    """Return the clause that a parenthetical cue stands in, without the cue's own words."""
    head = tokens.head[cue]
    if head == cue:
        return set(range(first, last)) - {cue}
    own = tokens.subtree(cue)
    low, high = own.start, own.stop
    top = head
    while tokens.dep[top] in ("prep", "pobj", "pcomp", "nmod", "compound") and tokens.head[top] != top:
        low, high = min(low, top), max(high, top + 1)
        top = tokens.head[top]
    return (set(tokens.subtree(top)) - set(range(low, high))) | _clause(tokens, cue)


def _settings(tokens: QuotedTokens, cue: int, kept: set[int]) -> set[int]:
    """Return the words that say when and where it was said, where a clause or a quotation says what."""
    if KIND.get(tokens.pos[cue]) != "V":
        return set()
    if not _has(tokens, cue, ("ccomp",)) and not any(tokens.quoted[k] >= 0 for k in kept):
        return set()
    aside: set[int] = set()
    for child in tokens.children[cue]:
        unit = tokens.subtree(child)
        timed = tokens.dep[child] == "advcl" and any(tokens.lower[k] in _TIMES for k in tokens.children[child])
        if (timed or _is_setting(tokens, cue, unit)) and not any(_in_marks(tokens, k) for k in unit):
            aside.update(unit)
    return aside


def _is_setting(tokens: QuotedTokens, cue: int, unit: range) -> bool:
    """Tell whether a complement says to whom, when or where it was said rather than what."""
    return any(
        tokens.dep[k] in ("dobj", "dative", "npadvmod") or (tokens.dep[k] == "prep" and tokens.lower[k] in _SETTINGS)
        for k in unit
        if tokens.head[k] == cue
    )


def _subject_of(tokens: QuotedTokens, cue: int, unit: range) -> set[int]:
    """Return the words of a small clause's own subject: "called [the treaty] 'a truce'"."""
    head = next((k for k in unit if tokens.head[k] == cue), None)
    subjects = [c for c in tokens.children[head] if tokens.dep[c] in ("nsubj", "nsubjpass")] if head is not None else ()
    return {k for c in subjects for k in tokens.subtree(c)}


def _source_words(tokens: QuotedTokens, head: int, source: Span) -> set[int]:
    """Return the words of a source with its apposition and what else describes it, so far as they stand together."""
    words = set(range(*source))
    for child in tokens.children[head]:
        if tokens.dep[child] in ("appos", "relcl", "acl") and child >= source[1]:
            words.update(tokens.subtree(child))
    return words


def _runs(tokens: QuotedTokens, kept: set[int]) -> list[Span]:
    """Return the kept tokens as spans without punctuation at their edges; a comma does not cut a span."""
    spans: list[list[int]] = []
    for k in sorted(kept):
        if spans and spans[-1][1] == k:
            spans[-1][1] = k + 1
        else:
            spans.append([k, k + 1])
    trimmed = [_trimmed(tokens, start, end, _EDGE, _EDGE) for start, end in spans]
    return [span for span in trimmed if any(tokens.pos[k] not in ("PUNCT", "SPACE", "CCONJ") for k in range(*span))]
