"""What tells the class of a source: its words, names and nouns known by class, the words beside it, and the subject.

The same for training and for use. A feature is a short string; its order is that in which the model sums. What a
source's first full mention says ("Robin Fox, then editor of The Lancet") counts for every later mention ("He").
"""

from collections.abc import Iterator, Sequence

from analyzer.annotate.sources.context import Context
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.descriptions import Description, descriptions
from analyzer.annotate.sources.names import grams, plain, undated
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import words_of
from analyzer.lexicons import load_terms

_LINKS = frozenset(["of", "for", "at", "in", "from", "with", "by", "on"])
_STOP = frozenset([".", ";", ":", "(", ")", "—", "–"])
_BESIDE = 4  # words before a source that are read
_BEHIND = 9  # words behind it
_LABELS = frozenset(["PERSON", "ORG", "NORP", "GPE", "WORK_OF_ART", "PRODUCT", "FAC", "EVENT", "LAW", "LOC"])
_OFFICES = ("officer", "organ", "state role", "state organ", "work role", "person")


def features(context: Context, row: Row, reference: Reference) -> list[str]:
    """Return the features of one source."""
    spans = _spans(context, row, reference)
    found = ["bias", f"frame={context.frame}", *(f"topic={topic}" for topic in context.topics)]
    if spans:
        found.extend(_words(context, *spans[0]))
    elif reference.name:
        found.extend(_name(context, reference.name))
    for start, end in spans[:2]:
        found.extend(_before(context, start))
        found.extend(_behind(context, end))
        found.extend(_described(context, start, end))
    cue = context.span(row["cue_start"], row["cue_end"]) if row.get("cue_start") is not None else None
    if cue is not None:
        found.append(f"cue={cue.root.lemma_.lower()}")
    found.extend(_affiliation(context, row, reference, spans))
    found.extend(_standing(context, reference))
    found.extend(_around(context, row, "+".join(name for name in found if name.startswith("entity="))))
    return list(dict.fromkeys(found))


def _spans(context: Context, row: Row, reference: Reference) -> list[tuple[int, int]]:
    """Return token spans that speak of the source, the telling one first: what it refers to, then its own words."""
    found = []
    mention = reference.mention
    if reference.how in ("named", "possessed") or mention is None:
        found.append((row["source_start"], row["source_end"]))
    if mention is not None:
        found.append((mention.start, mention.end))
    spans = (context.span(start, end) for start, end in found if start is not None)
    return list(dict.fromkeys((span.start, span.end) for span in spans if span is not None))


def _framed(context: Context, feature: str) -> Iterator[str]:
    """Yield a feature by itself and crossed with what the article is about."""
    yield feature
    yield f"frame={context.frame}&{feature}"


def _stated(context: Context, word: str) -> tuple[str, ...]:
    nouns = context.gazetteer.nouns
    return nouns.get(word) or nouns.get(word.removesuffix("s")) or ()


def _words(context: Context, start: int, end: int) -> Iterator[str]:
    span = context.doc[start:end]
    root, first = span.root, context.tokens.lower[start]
    lemma, tag = root.lemma_.lower(), root.tag_
    labels = sorted({token.ent_type_ for token in span if token.ent_type_ in _LABELS})
    stated = context.gazetteer.nouns.get(lemma, ())
    yield f"head={lemma}"
    yield f"tag={tag}"
    opens = first in load_terms("source_words", "determiner")
    yield f"det={first if opens else '-'}"
    yield from _name(context, span.text)
    yield from (f"head noun={kind}" for kind in stated)
    yield from (f"entity={label}" for label in labels)
    yield f"frame={context.frame}&tag={tag}"
    yield from (f"frame={context.frame}&head noun={kind}" for kind in stated)
    yield f"frame={context.frame}&entity={'+'.join(labels)}"


def _name(context: Context, text: str) -> Iterator[str]:
    name = plain(text)
    words = name.split()
    yield f"length={min(len(words), 5)}"
    capital = sum(word[:1].isupper() for word in words)
    yield f"capitals={'all' if words and capital == len(words) else 'some' if capital else 'none'}"
    if len(words) == 1 and name.isupper() and len(name) > 1:
        yield "acronym"
    exact = context.gazetteer.type_of(name)
    if exact:
        yield f"known={exact}"
    yield from (f"holds={kind}" for _, _, kind in context.gazetteer.within(name))
    for word in words[:12]:
        low = undated(word.lower().strip(".,'’"))
        yield f"word={low}"
        yield from (f"noun={kind}" for kind in _stated(context, low))
    if words:
        yield f"last={words[-1].lower()}"
        yield f"ending={words[-1].lower()[-4:]}"


def _before(context: Context, start: int) -> Iterator[str]:
    """Yield features of the words before a source, up to a mark: "Savannah attorney Mark Tate"."""
    lower = context.tokens.lower
    k = start - 1
    while k >= max(0, start - _BESIDE) and lower[k] not in _STOP and lower[k] != ",":
        yield f"before={lower[k]}" if k == start - 1 else f"near before={lower[k]}"
        for kind in _stated(context, lower[k]):
            yield from _framed(context, f"before noun={kind}")
        k -= 1
    for _, _, kind in context.gazetteer.within(" ".join(context.tokens.words[k + 1 : start])):
        yield f"before name={kind}"
    if start > 1 and lower[start - 1] == ",":
        for k in range(start - 2, max(-1, start - 9), -1):
            if lower[k] in _STOP or lower[k] == ",":
                break
            for kind in _stated(context, lower[k]):
                yield from _framed(context, f"apposition noun={kind}")


def _behind(context: Context, end: int) -> Iterator[str]:
    """Yield features of the words behind a source: an apposition ("X, a historian at ..."), "of The Guardian"."""
    lower, pos = context.tokens.lower, context.tokens.pos
    if end >= len(lower):
        return
    first = lower[end]
    where = "apposition" if first == "," else first if first in _LINKS else "('s)" if first in ("'s", "’s") else ""
    yield f"behind={first}"
    clause = end + 1 < len(lower) and pos[end + 1] in ("VERB", "AUX", "ADV", "CCONJ")
    if not where or (where == "apposition" and clause):
        return
    k = end + 1
    while k < min(len(lower), end + _BEHIND) and lower[k] not in _STOP and (lower[k] != "," or where == "apposition"):
        if k < end + 5:
            yield f"{where}: {lower[k]}"
        for kind in _stated(context, lower[k]):
            yield from _framed(context, f"{where} noun={kind}")
        if lower[k] == "," and k > end + 1:
            break
        k += 1
    for _, _, kind in context.gazetteer.within(" ".join(context.tokens.words[end + 1 : k])):
        yield f"{where} name={kind}"


def _described(context: Context, start: int, end: int) -> Iterator[str]:
    for described in descriptions(context.tokens, start, end):
        if described.noun:
            yield f"noun: {described.noun}"
            for kind in context.gazetteer.nouns.get(described.noun, ()):
                yield f"stated={kind}"
                yield f"{described.via} stated={kind}"
                yield f"frame={context.frame}&stated={kind}"
            yield from _office(context, described)
        if described.body:
            yield from _employer(context, described)


def _office(context: Context, described: Description) -> Iterator[str]:
    """Yield features of the offices that a description names, by the subject and the place it speaks of."""
    low = described.words.lower()
    place = "+".join(context.foreign(grams(low.split()))) or "no"
    words = {described.noun, *low.split()}
    for office in _OFFICES:
        if not words.isdisjoint(words_of(office)):
            yield f"office={office}"
            yield f"frame={context.frame}&office={office}&{place} place"
            if low.startswith(("its ", "his ", "her ", "their ")):
                yield f"frame={context.frame}&its office={office}"


def _employer(context: Context, described: Description) -> Iterator[str]:
    body = described.body
    words = grams(body.lower().split())
    if context.own & words:
        yield from _framed(context, "employer=own subject")
    yield from (f"frame={context.frame}&employer {place} place" for place in context.foreign(words))
    kinds = {kind for _, _, kind in context.gazetteer.within(body)}
    if not kinds and any(word[:1].isupper() for word in body.split()):
        yield f"employer {described.via} unknown"
        kinds.update(context.gazetteer.nouns.get(body.split()[-1].lower(), ()))
        if not words.isdisjoint(load_terms("source_words", "school")):
            kinds.add("academic")
    for kind in sorted(kinds):
        yield f"employer={kind}"
        yield f"{described.via} employer={kind}"


def _affiliation(context: Context, row: Row, reference: Reference, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield what ties the source to the subject or to another state."""
    name = (reference.name or "").lower()
    if reference.subject:
        yield f"subject{' possessed' if reference.possessed else ''}"
    if context.made_by(name):
        yield "maker"
    for agreement in _agreement(reference, context.own):
        yield from _framed(context, agreement)
    itself = grams(context.tokens.lower[slice(*spans[0])] if spans else name.split())
    near = grams(name.split())
    for start, end in spans[:2]:
        near |= grams(context.tokens.lower[max(0, start - 3) : end])
    if context.own & near and not reference.subject:
        yield "beside subject"
        if context.own & itself:
            yield from _framed(context, "holds subject")
    near_places = context.foreign(near)
    for label, values in (("holds place", context.foreign(itself)), ("near place", near_places)):
        for value in values:
            yield from _framed(context, f"{label}={value}")
    if not near_places:
        yield f"frame={context.frame}&no place"


def _agreement(reference: Reference, own: frozenset[str]) -> Iterator[str]:
    """Yield how a capitalised name agrees with the subject's ``own`` names: a name of another is seldom the subject."""
    name = reference.name or ""
    words = plain(name).split()
    if not words or not words[0][:1].isupper():
        return
    shape = "name" if len(words) > 1 else "acronym" if words[0].isupper() else "word"
    other = "other" if own.isdisjoint(grams(name.lower().split())) else "shared"
    yield f"{shape} {'own' if reference.subject else other}"


def _standing(context: Context, reference: Reference) -> Iterator[str]:
    """Yield how the text treats the name: how often it comes, whether it was ever introduced in full."""
    words = plain(reference.name or "").split()
    if not words or not words[-1][:1].isupper():
        return
    count = len(context.places.get(words[-1], ()))
    often = "1" if count < 2 else "2" if count < 3 else "3-5" if count < 6 else "6+"
    yield from _framed(context, f"named {often}")
    if len(words) == 1 and not words[0].isupper():
        yield "bare"
        yield f"frame={context.frame}&bare&named {often}"


def _around(context: Context, row: Row, labels: str) -> Iterator[str]:
    for theme in context.themes:
        yield theme
        yield f"{theme}&{labels}"
    at = row["source_start"] if row["source_start"] is not None else row.get("cue_start")
    if at is not None:
        yield from (f"around={lemma}" for lemma in context.lemmas_around(at))
