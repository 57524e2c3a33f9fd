"""Verbs of saying that the tagger took for something else: "critics of the scheme claim that", "the NIH comments that".

In English a form may be a verb and a noun, and tagger and parser are asked apart. Where the parser makes a noun or an
adjective the head of the sentence and hangs a subject on it, it is right nine times in ten; and a verb that is taken
for a noun hides who speaks. In 44,000 labelled sentences 20 of 40 such words of the cue lexicon report what somebody
said, of those that head another clause two in 29: these are left, and so is what stands in quotation marks, where none
of the 40 does.
"""

from functools import cache

import numpy as np
from spacy.tokens import Doc

from analyzer.annotate.tokens import QUOTE_MARKS, Ids, Tokens, among, ids_of, tokens_of
from analyzer.lexicons import load_terms

_TAKEN_FOR = ids_of(("NN", "NNS", "JJ"))
_HEADS = ids_of(("ROOT", "parataxis"))
_OF_NOUNS = frozenset({"det", "poss"})


def mend_verbs(doc: Doc) -> None:
    """Make verbs of such words in place: a plural's form is that of "she claims", any other that of "they claim"."""
    tokens = tokens_of(doc)
    cues, heads = among(tokens.ids("LEMMA"), _cues()), among(tokens.ids("DEP"), _HEADS)
    found = cues & heads & among(tokens.ids("TAG"), _TAKEN_FOR)
    for i in np.flatnonzero(found).tolist():
        before = {tokens.dep[child] for child in tokens.children[i] if child < i}
        if "nsubj" in before and before.isdisjoint(_OF_NOUNS) and not _in_quotation(tokens, i):
            doc[i].tag_ = "VBZ" if doc[i].tag_ == "NNS" else "VBP"
            doc[i].pos_ = "VERB"


@cache
def _cues() -> Ids:
    return ids_of(load_terms("cues", "VERB", "pos"))


def _in_quotation(tokens: Tokens, i: int) -> bool:
    """Tell whether a quotation is open at a token of a sentence; quotations are not paired yet."""
    first, _ = tokens.bounds[tokens.sent[i]]
    return sum(word in QUOTE_MARKS for word in tokens.words[first:i]) % 2 == 1
