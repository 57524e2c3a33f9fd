"""Views held by some, many or several unnamed people, found by the parse: "some fans consider", "seen by many as".

The trie knows the phrases; this rule knows the grammar: a quantity, a plural noun or none, and a verb of holding or
saying that it is the subject or agent of. Source: Wikipedia's Manual of Style, "Unsupported attributions".
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token

from analyzer.annotate.wording.matcher import Term

_QUANTITIES = frozenset(("some", "many", "most", "several", "numerous", "various", "certain", "countless"))
_HOLDING = frozenset(
    "argue believe claim think feel consider regard suggest contend maintain assert agree insist wonder question fear"
    " describe call allege suspect speculate doubt complain criticize criticise condemn hail praise credit worry warn"
    " attribute dispute object accuse deem label dub cite view perceive say hold oppose reject favor favour admire"
    " question characterize characterise interpret recognize recognise acknowledge denounce".split()
)
_WITH_AS = frozenset(("see", "view", "cite", "perceive", "hold"))
_REACH = 9
_TERM = Term("weasel", "rule_unnamed_holders", "", False)
_KEYS = np.array(sorted(get_string_id(word) for word in _QUANTITIES), dtype=np.uint64)


def unnamed_holders(doc: Doc) -> Iterator[tuple[int, int, Term]]:
    """Yield (first token, end, term) for each view that a mere quantity of people holds; needs a parse."""
    lower = doc.to_array("LOWER")
    for at in np.flatnonzero(np.isin(lower, _KEYS)).tolist():
        noun = _noun(doc[at])
        if noun is None:
            continue
        span = _as_subject(doc[at], noun) or _as_agent(noun)
        if span:
            yield (*span, _TERM)


def _noun(quantity: Token) -> Token | None:
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
    if verb.lemma_ in _HOLDING - _WITH_AS or (verb.lemma_ in _WITH_AS and _has_as(verb)):
        return quantity.i, verb.i + 1
    return None


def _as_agent(noun: Token) -> tuple[int, int] | None:
    agent = noun.head
    verb = agent.head
    if noun.dep_ != "pobj" or agent.dep_ != "agent" or not verb.i < noun.i <= verb.i + _REACH:
        return None
    return (verb.i, noun.i + 1) if verb.lemma_ in _HOLDING | _WITH_AS else None


def _has_as(verb: Token) -> bool:
    return any(child.dep_ == "prep" and child.lower_ == "as" for child in verb.children)
