"""The cue and source lexicons as lookups over the words of a Doc."""

import re
from functools import cache

from analyzer.annotate.tokens import Tokens
from analyzer.lexicons import load_kinds, load_table, load_terms

KIND = dict(zip("VERB AUX NOUN PROPN NUM ADJ ADV ADP SCONJ".split(), "VVNNNAAPP", strict=True))
AT_LARGE, HANDING, COLLECTIVE, QUANTITY, EVERYONE, ANY, ONE, RANKING, PREPOSITION, STATEMENT, LAW = (
    load_terms("attribution_words", kind)
    for kind in "at large|handing|collective|quantity|everyone|any|one|ranking|preposition|statement|law".split("|")
)
DEED, DEED_UPON, DEED_ALONE, SORTING, OUTCOME, EPITHET = (
    load_terms("attribution_words", kind) for kind in "deed|deed upon|deed alone|sorting|outcome|epithet".split("|")
)
_PERSONS = ("people",)
_CLAUSES = ("ccomp", "xcomp")  # what somebody holds
_WRITER = ("we", "i")
_SYMBOL = 2  # letters of what is a symbol: "f is said to be continuous"
# Greek letters and signs of mathematics, numbers, a letter with a number, one or two small letters.
_SIGN = re.compile(r"[\u0370-\u03ff=<>|†±−∞∑∫∂√≤≥≠^{}\[\]/]|^[A-Za-z]?\d+[a-z]?$|^[a-z]{1,2}\.?$")
_SHORT = frozenset(["he", "it", "we", "us", "me", "my", "i", "at", "in", "of", "on", "al", "et"])
# Endings of nouns for people; "-er" and "-or" name things as often, so that such words have to be in the table.
_ENDINGS = ("ist", "ian", "goer", "eer", "man", "woman", "people", "folk", "mate", "grapher", "naut")


@cache
def cue_classes() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the classes of each (kind, lemma) of the cue lexicon; kind is V, N, A or P."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in load_table("cues"):
        if row["classes"]:
            key = (KIND[row["pos"]], row["term"])
            table[key] = (*table.get(key, ()), *row["classes"].split(","))
    return table


def cue_of(tokens: Tokens, i: int) -> tuple[str, str]:
    """Return the (kind, lemma) of a token as a cue; kind "?" attributes nothing."""
    return KIND.get(tokens.pos[i], "?"), tokens.lemma[i].lower()


def classes_of_cue(tokens: Tokens, i: int) -> tuple[str, ...]:
    """Return the classes that the lexicon gives a token as a cue."""
    return cue_classes().get(cue_of(tokens, i), ())


def source_classes() -> dict[str, tuple[str, ...]]:
    """Return the classes of each head noun of the source lexicon."""
    return load_kinds("attribution_sources", "class")


def classes_of_source(tokens: Tokens, i: int) -> tuple[str, ...]:
    """Return the classes of a source's head: those of its lemma or form, else what its ending tells of a plural."""
    table = source_classes()
    lemma = tokens.lemma[i].lower()
    found = table.get(lemma) or table.get(tokens.lower[i])
    if found is not None:
        return found
    return _PERSONS if tokens.tag[i] == "NNS" and lemma.endswith(_ENDINGS) else ()


def is_body(tokens: Tokens, i: int) -> bool:
    """Tell whether a word is a noun for a body; in a name also in the plural ("National Academies", "Centers")."""
    word = tokens.lower[i]
    return any("body" in source_classes().get(form, ()) for form in (word, *singulars(word)))


def singulars(word: str) -> tuple[str, ...]:
    """Return what a word may be the plural of; a name's lemma is the name."""
    return (word[:-1], f"{word[:-3]}y") if word.endswith("ies") else (word[:-1],) if word.endswith("s") else ()


def is_vague(tokens: Tokens, i: int) -> bool:
    """Tell whether a source's head may stand for people whom nobody names and whose class nobody states.

    A quantity ("some", "many"), a plural without an owner ("fans", "the critics"), "one critic"; not "historians".
    """
    if tokens.pos[i] != "NOUN":
        return tokens.pos[i] != "PROPN" and tokens.lower[i] in QUANTITY | EVERYONE
    classes = frozenset(classes_of_source(tokens, i))
    if classes and classes <= {"scholar", "press", "official", "body"}:
        return False
    before = {tokens.dep[child]: tokens.lower[child] for child in reversed(tokens.children[i])}
    if "poss" in before:
        return False
    people = not classes.isdisjoint({"critic", "people", "quant"})
    if tokens.tag[i] == "NNS":
        return "det" not in before or before["det"] in ANY or people
    return people and before.get("det") in ONE


def may_attribute(tokens: Tokens, cue: int, source: int, *, of_thing: bool) -> bool:
    """Tell whether a cue and a source (-1: none) can be an attribution, by the sort of the words.

    Equations state but do not speak, and what "found applications" has found out nothing. Where an article is on a
    thing (``of_thing``: a method, a law of nature), laws and principles do not speak either, "a space is said to be
    closed" defines, "may be considered" reports nobody, "we see that" is the article's own voice, who coins, calculates
    or approves something acts, and what is "sorted according to size" follows a measure.
    """
    if source < 0:
        return not _says_nobody(tokens, cue, of_thing=of_thing)
    noun = tokens.lemma[source].lower()
    if tokens.pos[source] == "NOUN" and (noun in STATEMENT or (of_thing and noun in LAW)):
        return False
    if tokens.lemma[cue].lower() == "find" and _object_of(tokens, cue) in OUTCOME:
        return False
    if not of_thing:
        return True
    if tokens.lower[cue] == "for" and not _is_somebody(tokens, source):
        return False
    return tokens.lower[source] not in _WRITER and not _is_deed(tokens, cue)


def is_symbol(word: str, *, of_thing: bool) -> bool:
    """Tell whether a source is a sign or a quantity ("λ > 1000", "z2", "cv"), on a thing also a letter ("pole B")."""
    letter = of_thing and len(word) == 1 and word != "I"
    return letter or (_SIGN.search(word) is not None and word.lower() not in _SHORT)


def _is_somebody(tokens: Tokens, source: int) -> bool:
    """Tell whether "for" may give somebody's view: "for Kant", "for him", not "for PCA" or "for every NADH"."""
    word = tokens.words[source]
    return tokens.pos[source] == "PRON" or (word.istitle() and len(word) > _SYMBOL)


def _says_nobody(tokens: Tokens, cue: int, *, of_thing: bool) -> bool:
    """Tell whether a cue without a source is none: a summing up, a definition, what may be considered, a deed."""
    passive = tokens.tag[cue] == "VBN"
    if passive and tokens.lower[cue] == "said" and (_sums_up(tokens, cue) or (of_thing and _defines(tokens, cue))):
        return True
    if not of_thing:
        return False
    children = tokens.children[cue]
    if passive and any(tokens.tag[child] == "MD" for child in children):
        return True
    # "Is referred to as" defines; "has been referred to as" tells what somebody said.
    told = any(tokens.dep[child] in _CLAUSES or tokens.lemma[child] == "have" for child in children)
    return _is_deed(tokens, cue) or (tokens.lemma[cue].lower() in DEED_ALONE and not told)


def _is_deed(tokens: Tokens, cue: int) -> bool:
    """Tell whether a cue is an act or a measure in an article on a thing, and no speech."""
    lemma = tokens.lemma[cue].lower()
    if lemma == "accord":
        return tokens.head[cue] < cue and tokens.lemma[tokens.head[cue]].lower() in SORTING
    return lemma in DEED or (lemma in DEED_UPON and _object_of(tokens, cue) is not None)


def _object_of(tokens: Tokens, verb: int) -> str | None:
    """Return the lemma of the object of a verb that says nothing else of it ("found applications"); else None."""
    children = {tokens.dep[child]: child for child in tokens.children[verb]}
    alone = tokens.pos[verb] == "VERB" and "dobj" in children and children.keys().isdisjoint((*_CLAUSES, "oprd"))
    return tokens.lemma[children["dobj"]].lower() if alone else None


def _sums_up(tokens: Tokens, said: int) -> bool:
    """Tell whether "said" is that of "that being said"."""
    return said > 1 and tokens.lower[said - 2 : said] == ["that", "being"]


def _defines(tokens: Tokens, said: int) -> bool:
    """Tell whether "is said to" says what any such thing is called, or a thing on a condition.

    "Two genes are said to be linked", "more generally, X is said to have the same rank"; not "is often said", "it is
    said that", "is said to have left", "the river is said".
    """
    subject = _subject_of_said(tokens, said)
    if subject is None:
        return False
    symbol = tokens.pos[subject] == "PROPN" and len(tokens.words[subject]) <= _SYMBOL
    if tokens.pos[subject] != "NOUN" and not symbol:
        return False
    if any(word in AT_LARGE or word == "also" for word in tokens.lower[subject:said]):
        return False
    if tokens.lower[said + 1 : said + 3] == ["to", "have"] and "VBN" in tokens.tag[said + 3 : said + 5]:
        return False
    first, last = tokens.bounds[tokens.sent[said]]
    definite = any(tokens.lower[child] in ("the", "this", "these") for child in tokens.children[subject])
    return not definite or not {"if", "when"}.isdisjoint(tokens.lower[first:last])


def _subject_of_said(tokens: Tokens, said: int) -> int | None:
    """Return the subject of a passive, else that of the verb it is joined to ("do not assort and are said ...")."""
    for verb in (said, tokens.head[said]) if tokens.dep[said] == "conj" else (said,):
        for child in reversed(tokens.children[verb]):
            if child < said and tokens.dep[child] in ("nsubjpass", "nsubj"):
                return child
    return None
