"""What an article and a sentence talk of: reviewing, making, scholarship, government, trade or rights.

Somebody whom the text introduces without a word is a reviewer in a reception section, a maker in a production section.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from analyzer.annotate.sources.names import plain
from analyzer.annotate.sources.tables import grams
from analyzer.annotate.tokens import columns

_THEMES = {
    "reviews": "review reviews reviewer reviewers critic critics critical rating rated stars star reception acclaim "
    "praised praise praising criticized criticised criticising felt scored score wrote writing writer magazine column "
    "best worst favorable favourable positive mixed negative disappointing",
    "making": "filming filmed shot shooting shoot cast casting role script screenplay scene scenes set production "
    "producer producers director audition auditioned recorded recording studio record label wrote developed "
    "development design designed designer budget sequel idea inspired interview crew effects costume demo tour music "
    "video character characters actors actor album song lyrics",
    "scholarship": "scholars scholar historian historians interpretation argues argued argue theory theories suggests "
    "suggest evidence study studies research philosophy century thesis professor university published book art "
    "science journal",
    "state": "government minister parliament president law police court party election ministry army war state policy "
    "senate troops military king general",
    "trade": "company customers shares sales market product million revenue business industry analyst",
    "rights": "rights torture detention freedom abuse prison refugees report",
}
_WORDS = {theme: frozenset(words.split()) for theme, words in _THEMES.items()}
_LEVELS = (3, 8, 20)  # words of a theme in a thousand
_OPEN = frozenset(["NOUN", "VERB", "ADJ"])


def themes(counts: Counter[str]) -> list[str]:
    """Return features of how much an article talks of each theme; ``counts`` are those of its words in lower case."""
    size = max(1, counts.total())
    found = []
    for theme, words in _WORDS.items():
        share = sum(counts[word] for word in words) / size * 1000
        found.append(f"talks of {theme}={bisect_right(_LEVELS, share)}")
    return found


def said_around(doc: Doc, starts: Sequence[int], at: int) -> Iterator[str]:
    """Yield the lemmas of the sentence that holds a character; ``starts`` are the sentences' first characters."""
    if not starts:
        return
    index = max(0, bisect_right(starts, at) - 1)
    end = starts[index + 1] if index + 1 < len(starts) else len(columns(doc).text)
    span = doc.char_span(starts[index], end, alignment_mode="contract")
    for token in span if span is not None else ():
        if token.pos_ in _OPEN:
            yield f"around={token.lemma_.lower()}"


def agreement(name: str, own: frozenset[str], *, same: bool) -> Iterator[str]:
    """Yield how a capitalised name agrees with the subject's names ``own``: a name of another is seldom the subject.

    ``same`` says that the two are known to be one.
    """
    words = plain(name).split()
    if not words or not words[0][:1].isupper():
        return
    shape = "name" if len(words) > 1 else "acronym" if words[0].isupper() else "word"
    yield f"{shape} {'own' if same else 'other' if own.isdisjoint(grams(name.lower().split())) else 'shared'}"
