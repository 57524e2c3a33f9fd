"""What of a list is prose: items that are sentences, not the names, works, links and figures of most lists."""

import re
from collections.abc import Iterable

from analyzer.lexicons import load_terms

_MARKER = re.compile(r"\s?\[[^\[\]]{1,40}\]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")
# An entry of a bibliography ends with a full stop, too.
_SOURCE = re.compile(
    r"\b(?:ISBN|ISSN|OCLC|LCCN|doi:|Retrieved|Archived from|pp?\.\s?\d|https?://)"
    r"|^[^\W\d_][\w'-]+, [A-Z](?:\.|[^.:]{0,60}[(,.] ?\d{4}\b)"
)
_FEWEST = 4  # words of a sentence
_FEWEST_SMALL = {True: 5, False: 15}  # small words of one without a known verb: with a full stop, and without


def has_verb(words: Iterable[str]) -> bool:
    """Tell whether one of some words is a verb that is finite by its form."""
    return not load_terms("sentence_words", "finite").isdisjoint(words)


def is_sentence(item: str) -> bool:
    """Tell whether a list item is a sentence, by cheap signs, before any parser sees it.

    It has a verb that is finite by its form ("was", "has", "could"), or many small words; fewer do where it ends with a
    full stop.
    """
    item = _MARKER.sub("", item).replace("’", "'")
    words = _WORD.findall(item[:2000])
    small = [word for word in words if word[0].islower()]
    if len(words) < _FEWEST or _SOURCE.search(item):
        return False
    ends = _END.search(item[-200:]) is not None
    if has_verb(small) and (ends or 2 * len(small) >= len(words)):
        return True
    return 2 * len(small) >= len(words) and len(small) >= _FEWEST_SMALL[ends]
