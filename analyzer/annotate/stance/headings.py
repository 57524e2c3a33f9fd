"""Lines that tell what is judged below them and judge nothing: "Disadvantages", "Benefits and risks of concrete:".

In wikitext and HTML a paragraph may be a heading in all but its mark ("'''Disadvantages'''"). To a model that has
learnt from sentences its one word is blame or praise; readers call none a judgement, and what is below it is judged by
itself.
"""

import numpy as np

from analyzer.annotate.stance.masked import MaskedWords, rule_words
from analyzer.annotate.tokens import among, ids_of
from analyzer.linear import Array

_JOINTS = ids_of(("and", "or", "of", "&", "/", "vs", "vs."))


def headings(words: MaskedWords) -> Array:
    """Return the numbers of the sentences that have no other words than of a heading, the subject and what joins them.

    One with an article or a verb is none: "The main benefits of concrete:" says that there are some.
    """
    if not len(words.starts):
        return np.zeros(0, dtype=np.int64)
    form, mark = words.tokens.ids("LOWER"), (words.tokens.ids("IS_PUNCT") > 0) | ~words.word
    of_heading = among(form, rule_words("heading"))
    only = of_heading | words.subject | among(form, _JOINTS) | mark
    starts = words.starts.astype(np.int64)
    found: Array = np.flatnonzero(np.logical_and.reduceat(only, starts) & np.logical_or.reduceat(of_heading, starts))
    return found
