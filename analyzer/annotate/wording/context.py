"""Whether a word to watch stands in the context that makes it one: part of speech, head noun, names, negation.

A "leading bank" is praise, "leading to" is not; "no outstanding debts" praises nobody; "Best Actor" is a name.
Without a tagger and parser only the words that need no context are marked.
"""

from __future__ import annotations

from spacy.tokens import Span, Token

from analyzer.annotate.wording.matcher import Term, single_words

_NEGATIONS = frozenset(("not", "no", "never", "without", "nor", "n't", "neither", "hardly", "non", "nothing"))
_NAMES = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "WORK_OF_ART", "EVENT", "PRODUCT", "LAW", "NORP"))
_EVALUATIVE = frozenset(("peacock", "promotional", "loaded"))


def fits(span: Span, term: Term, *, tagged: bool) -> bool:
    """Return whether the matched words are used as the term means them."""
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
    if not words:
        return True
    sentence_start = span[0].is_sent_start or span.start == 0
    titled = [token.is_title for token in words]
    if all(titled) and not (sentence_start and (len(words) > 1 or not _next_titled(span))):
        return True
    if all(titled) and sentence_start and len(words) > 1:
        return True
    return any(token.ent_type_ in _NAMES and (token.is_title or token.is_upper) for token in words[1:] or words[:0])


def _next_titled(span: Span) -> bool:
    doc = span.doc
    return span.end < len(doc) and doc[span.end].is_title and doc[span.end].pos_ == "PROPN"


def _negated(span: Span) -> bool:
    """True where a negation governs the words: just before them, or on the word they hang on."""
    before = span.doc[max(0, span.start - 2) : span.start]
    if any(token.lower_ in _NEGATIONS for token in before):
        return True
    head = span.root.head
    return any(child.dep_ == "neg" for child in span.root.children) or (
        head is not span.root and span.root.dep_ in ("acomp", "attr", "amod") and _has_negation(head)
    )


def _has_negation(token: Token) -> bool:
    return any(child.dep_ == "neg" for child in token.children)


def _adjective(span: Span) -> bool:
    root = span.root
    return root.pos_ == "ADJ" or (root.pos_ in ("VERB", "NOUN", "ADV") and root.dep_ in ("amod", "acomp"))


def _modifier(span: Span) -> bool:
    return True


def _adverb(span: Span) -> bool:
    return span.root.pos_ in ("ADV", "ADJ", "SCONJ") and span.root.dep_ not in ("amod",)


def _noun(span: Span) -> bool:
    return span.root.pos_ in ("NOUN", "ADJ")


def _puffed_head(span: Span) -> bool:
    """True where the adjective modifies a noun that can be praised: a maker, a body, a work, a place."""
    root = span.root
    if root.pos_ not in ("ADJ", "VERB", "ADV") or root.dep_ not in ("amod", "advmod", "conj"):
        return False
    head = root.head
    if head.pos_ == "ADJ" and root.dep_ == "conj":
        head = head.head
    nouns = single_words("head")
    return head.i > root.i and (head.lemma_.lower() in nouns or head.lower_ in nouns)


def _verb_with_object(span: Span) -> bool:
    return span.root.pos_ == "VERB" and any(child.dep_ in ("dobj", "obj") for child in span.root.children)


def _second_person(span: Span) -> bool:
    return True


_CHECKS = {
    "adj": _adjective,
    "mod": _modifier,
    "adv": _adverb,
    "noun": _noun,
    "head": _puffed_head,
    "verb_object": _verb_with_object,
    "second_person": _second_person,
}
