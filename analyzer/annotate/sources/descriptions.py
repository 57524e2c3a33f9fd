"""What the article says of somebody it names: "the lawyer X", "X, a historian at Y", "Y's X", "X of Y", "writing in Y".

A body of known class or a profession that states one settles the class of every mention of the name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.annotate.sources.context import Context
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.names import grams, plain
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import Tokens
from analyzer.lexicons import load_terms

_PHRASE = frozenset(["DET", "ADJ", "NOUN", "PROPN", "NUM", "PART", "ADV"])
_LINKS = frozenset(["of", "at", "for", "from", "with", "in", "to"])
_QUOTES = frozenset(['"', "“", "”", "'", "‘", "’"])  # around a paper's name
_OWNERS = frozenset(["'s", "’s", "'", "’"])
_REACH = 10  # tokens of an apposition or employer that are read
_SENTENCE = 14  # tokens before a name in which "writing in ..." is looked for
_SURE = 0.94
_MOST = 10  # mentions of a name that are read
_LONGEST = 4  # words of a person's name
_TIES = frozenset(["employer", "owner", "apposition", "before", "writing"])
_BODIES = frozenset(["media", "academic", "ngo", "igo"])
_PROFESSIONS = frozenset(["media", "academic", "ngo"])
_OFFICES_BY = frozenset(["head", "title", "apposition", "before"])
_STATES = frozenset(["record", "place"])  # whose own officers are the subject's


@dataclass(frozen=True)
class Description:
    """One description: how it is tied to the name, its noun, all its words, and the body it names, if any."""

    via: str  # head | title | apposition | before | owner | employer | writing
    noun: str = ""
    words: str = ""
    body: str = ""


def descriptions(tokens: Tokens, start: int, end: int) -> Iterator[Description]:
    """Yield what describes the source that the tokens from ``start`` to ``end`` are."""
    stop = _phrase(tokens, start, end)
    if stop > start:  # its own words: "a lawyer for the defendants"
        words = " ".join(tokens.words[start:stop])
        yield Description("head", _noun(tokens, start, stop), words, _body(tokens, stop, end))
    yield from _ahead(tokens, start)
    yield from _behind(tokens, end)
    yield from _writing(tokens, start)


def _phrase(tokens: Tokens, at: int, high: int) -> int:
    """Return where the noun phrase that begins at ``at`` ends."""
    while at < high and (tokens.pos[at] in _PHRASE or tokens.words[at] in _QUOTES):
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
    while end + 1 < high and tokens.lower[end] in ("of", "for", "and", "&") and tokens.words[end + 1][:1].isupper():
        end = _phrase(tokens, end + 1, min(high, end + 6))
    return " ".join(tokens.words[at + 1 : end])


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
            yield Description("title", _noun(tokens, first, start), " ".join(tokens.words[first:start]))
        if owner:
            low = k
            while low > max(0, k - 6) and tokens.pos[low - 1] in ("PROPN", "NOUN", "ADJ", "DET"):
                low -= 1
            yield Description("owner", _noun(tokens, low, k), body=" ".join(tokens.words[low:k]))
    if start > 1 and tokens.lower[start - 1] == ",":
        low = start - 1
        while low > max(0, start - 1 - _REACH) and (tokens.pos[low - 1] in _PHRASE or tokens.lower[low - 1] in _LINKS):
            low -= 1
        low += 2 * (tokens.lower[low : low + 2] == ["one", "of"])  # "One of its suppliers, X"
        stop = _phrase(tokens, low, start - 1)
        if low < start - 1:
            words = " ".join(tokens.words[low : start - 1])
            yield Description("before", _noun(tokens, low, stop), words, _body(tokens, stop, start - 1))


def _behind(tokens: Tokens, end: int) -> Iterator[Description]:
    """Yield descriptions behind the name: an employer ("of Y"), an apposition (", a historian at Y")."""
    high = min(len(tokens), end + 2 + _REACH)
    if end >= high:
        return
    body = _body(tokens, end, high)
    if body:
        yield Description("employer", body=body)
        end = min(high, end + 1 + len(body.split()))
    if end + 1 >= high or tokens.lower[end] not in (",", "("):
        return
    at = end + 1
    while at < high and tokens.lower[at] in load_terms("source_words", "between"):
        at += 1
    stop = _phrase(tokens, at, high)
    named = _body(tokens, stop if stop > at else at, high)
    if stop > at or named:
        yield Description("apposition", _noun(tokens, at, stop), " ".join(tokens.words[at:stop]), named)
    elif at < high and tokens.pos[at] == "VERB":
        yield Description("apposition", "", tokens.lower[at], _body(tokens, min(high, at + 2), high))


def _writing(tokens: Tokens, start: int) -> Iterator[Description]:
    """Yield the paper in "Writing in Y, X said" and "In a review for Y, X said"."""
    telling = load_terms("source_words", "writing") | load_terms("source_words", "piece")
    for k in range(start - 1, max(0, start - _SENTENCE) - 1, -1):
        if tokens.lower[k] in (".", "!", "?"):
            return
        if tokens.lower[k] in telling:
            body = _body(tokens, k + 1, start)
            if body:
                yield Description("writing", tokens.lower[k], body=body)
            return


def introduced(context: Context, row: Row, reference: Reference) -> tuple[str, float] | None:
    """Return (type, confidence) where the article introduces the named source by a body or a profession."""
    words = plain(reference.name or "").split()
    person = (
        0 < len(words) <= _LONGEST and words[-1][:1].isupper() and all(w[:1].isupper() or len(w) < 4 for w in words)
    )
    if not person or reference.subject or reference.possessed:
        return None
    name = " ".join(words)
    low = name.lower()
    if context.gazetteer.type_of(name) or any(low == maker or low in maker.split() for maker in context.makers):
        return None
    settled = _settled_by_itself(context, row, reference)
    if settled is None:  # what the article says of the name elsewhere is the same for each of its mentions
        key = tuple(words)
        if key not in context.introduced:
            found = (_settled_at(context, start, end) for start, end in _places(context, words))
            context.introduced[key] = next(filter(None, found), None)
        settled = context.introduced[key]
    return (settled, _SURE) if settled else None


def _settled_by_itself(context: Context, row: Row, reference: Reference) -> str | None:
    """Return the class that the source's own mention states."""
    if reference.how != "named" or row["source_start"] is None:
        return None
    span = context.span(row["source_start"], row["source_end"])
    return _settled_at(context, span.start, span.end) if span is not None else None


def _settled_at(context: Context, start: int, end: int) -> str | None:
    """Return the class that a description of the tokens from ``start`` to ``end`` states."""
    return next(filter(None, (_settled(context, told) for told in descriptions(context.tokens, start, end))), None)


def _places(context: Context, words: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the token spans of a name in the article, as many as are read."""
    text = context.tokens.words
    for at in context.places.get(words[-1], ())[:_MOST]:
        start = at
        while start > max(0, at - len(words) + 1) and text[start - 1] in words:
            start -= 1
        yield start, at + 1


def _paper(body: str) -> bool:
    """Tell whether what somebody quoted on a work is "of" may be a paper: a name, no journal's."""
    words = body.removeprefix("the ").split()
    return bool(words) and words[0][:1].isupper() and "journal" not in body.lower()


def _settled(context: Context, described: Description) -> str | None:
    tied = described.via in _TIES and described.noun not in load_terms("source_words", "spoken")
    body = described.body if tied else ""
    words = grams(body.lower().split())
    if context.own & words:
        return None
    return (_by_body(context, described.via, body, words) if body else None) or _by_office(context, described)


def _by_body(context: Context, via: str, body: str, words: set[str]) -> str | None:
    """Return the class of the body that somebody is tied to; ``words`` are the body's."""
    bodies = {source_type for _, _, source_type in context.gazetteer.within(body)} & _BODIES
    if bodies:
        return bodies.pop() if len(bodies) == 1 else None
    if via != "writing" and not words.isdisjoint(load_terms("source_words", "academic body")):
        return "academic"
    return "media" if via == "employer" and context.frame == "work" and _paper(body) else None


def _by_office(context: Context, described: Description) -> str | None:
    """Return the class that the office, profession or trade of a description states.

    A state's officers may be the subject.
    """
    low = described.words.lower()
    if described.via in _OFFICES_BY and (
        "attorney general" in low or not load_terms("source_words", "office").isdisjoint(low.split())
    ):
        said = f"{low} {described.body.lower()}".replace("'s", "").replace("’s", "").split()
        elsewhere = context.frame not in _STATES or "other" in context.foreign(grams(said))
        return "government" if elsewhere else "subject"
    if described.via in _OFFICES_BY and described.noun in load_terms("source_words", "trade"):
        return "company"
    if described.via == "title":
        stated = context.gazetteer.nouns.get(described.noun, ())
        if described.noun in load_terms("source_words", "critic") and context.frame == "work":
            return "media"
        if len(stated) == 1 and stated[0] in _PROFESSIONS:
            return stated[0]
    return None
