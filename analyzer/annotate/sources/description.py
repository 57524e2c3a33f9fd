"""How a text introduces somebody: "the lawyer X", "X, a historian at Y", "Y's X", "X of Y", "writing in Y, X ..."."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_PHRASE = frozenset(["DET", "ADJ", "NOUN", "PROPN", "NUM", "PART", "ADV"])
_LINKS = frozenset(["of", "at", "for", "from", "with", "in", "to"])
_QUOTES = frozenset(['"', "“", "”", "'", "‘", "’"])  # around a paper's name
_OWNERS = frozenset(["'s", "’s", "'", "’"])
_REACH = 10  # tokens of an apposition or employer that are read
_WRITING = frozenset(["writing", "reporting", "speaking", "reviewing"])
_BETWEEN = frozenset(["then", "now", "formerly", "who", "himself", "herself", "writing", "currently"])
_SENTENCE = 14  # tokens before a name in which "writing in ..." is looked for


@dataclass(frozen=True)
class Description:
    """One description: how it is tied to the name, its noun, all its words, and the body it names, if any."""

    via: str  # head | title | apposition | before | owner | employer | writing
    noun: str = ""
    words: str = ""
    body: str = ""


@dataclass(frozen=True)
class Tokens:
    """The columns of a Doc that descriptions need."""

    text: list[str]
    lower: list[str]
    lemma: list[str]
    pos: list[str]


def descriptions(tokens: Tokens, start: int, end: int) -> Iterator[Description]:
    """Yield what describes the source that the tokens from ``start`` to ``end`` are."""
    yield from _own(tokens, start, end)
    yield from _ahead(tokens, start)
    yield from _behind(tokens, end)
    yield from _writing(tokens, start)


def _phrase(tokens: Tokens, at: int, high: int) -> int:
    """Return where the noun phrase that begins at ``at`` ends."""
    while at < high and (tokens.pos[at] in _PHRASE or tokens.text[at] in _QUOTES):
        at += 1
    return at


def _noun(tokens: Tokens, start: int, end: int) -> str:
    """Return the lemma of the last noun of a phrase, a common noun if there is one."""
    for wanted in ("NOUN", "PROPN"):
        for k in range(end - 1, start - 1, -1):
            if tokens.pos[k] == wanted:
                return tokens.lemma[k].lower()
    return ""


def _body(tokens: Tokens, at: int, high: int) -> str:
    """Return the name of a body that a preposition at ``at`` leads to, or ""."""
    if at >= high or tokens.lower[at] not in _LINKS:
        return ""
    end = _phrase(tokens, at + 1, min(high, at + 1 + _REACH))
    while end + 1 < high and tokens.lower[end] in ("of", "for", "and", "&") and tokens.text[end + 1][:1].isupper():
        end = _phrase(tokens, end + 1, min(high, end + 6))
    return " ".join(tokens.text[at + 1 : end])


def _own(tokens: Tokens, start: int, end: int) -> Iterator[Description]:
    """Yield the description that the source's own words are: "a lawyer for the defendants"."""
    stop = _phrase(tokens, start, end)
    if stop > start:
        noun = _noun(tokens, start, stop)
        yield Description("head", noun, " ".join(tokens.text[start:stop]), _body(tokens, stop, end))


def _ahead(tokens: Tokens, start: int) -> Iterator[Description]:
    """Yield descriptions before the name: a title, an owner ("Y's"), an apposition ("The provost, X")."""
    k = start
    while k > max(0, start - 6) and tokens.pos[k - 1] in ("NOUN", "ADJ", "PROPN", "PART", "NUM"):
        k -= 1
        if tokens.lower[k] in _OWNERS:
            break
    if k < start:
        owner = tokens.lower[k] in _OWNERS
        first = k + 1 if owner else k
        if first < start:
            yield Description("title", _noun(tokens, first, start), " ".join(tokens.text[first:start]))
        if owner:
            low = k
            while low > max(0, k - 6) and tokens.pos[low - 1] in ("PROPN", "NOUN", "ADJ", "DET"):
                low -= 1
            yield Description("owner", _noun(tokens, low, k), body=" ".join(tokens.text[low:k]))
    if start > 1 and tokens.lower[start - 1] == ",":
        low = start - 1
        while low > max(0, start - 1 - _REACH) and (tokens.pos[low - 1] in _PHRASE or tokens.lower[low - 1] in _LINKS):
            low -= 1
        stop = _phrase(tokens, low, start - 1)
        if low < start - 1:
            words = " ".join(tokens.text[low : start - 1])
            yield Description("before", _noun(tokens, low, stop), words, _body(tokens, stop, start - 1))


def _behind(tokens: Tokens, end: int) -> Iterator[Description]:
    """Yield descriptions behind the name: an employer ("of Y"), an apposition (", a historian at Y")."""
    high = min(len(tokens.text), end + 2 + _REACH)
    if end >= high:
        return
    body = _body(tokens, end, high)
    if body:
        yield Description("employer", body=body)
        end = min(high, end + 1 + len(body.split()))
    if end + 1 >= high or tokens.lower[end] not in (",", "("):
        return
    at = end + 1
    while at < high and tokens.lower[at] in (
        "then",
        "now",
        "formerly",
        "who",
        "himself",
        "herself",
        "writing",
        "currently",
    ):
        at += 1
    stop = _phrase(tokens, at, high)
    named = _body(tokens, stop if stop > at else at, high)
    if stop > at or named:
        yield Description("apposition", _noun(tokens, at, stop), " ".join(tokens.text[at:stop]), named)
    elif at < high and tokens.pos[at] == "VERB":
        yield Description("apposition", "", tokens.lower[at], _body(tokens, min(high, at + 2), high))


def _writing(tokens: Tokens, start: int) -> Iterator[Description]:
    """Yield the paper in "Writing in Y, X said" and "In a review for Y, X said"."""
    low = max(0, start - _SENTENCE)
    for k in range(start - 1, low - 1, -1):
        if tokens.lower[k] in (".", "!", "?"):
            return
        if tokens.lower[k] in _WRITING or (tokens.lower[k] in ("review", "article", "column", "essay", "interview")):
            body = _body(tokens, k + 1, start)
            if body:
                yield Description("writing", tokens.lower[k], body=body)
            return
