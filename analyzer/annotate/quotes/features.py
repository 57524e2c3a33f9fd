"""What tells a quotation from a title, a term or scare quotes: the cues around and inside a quoted stretch.

One extractor for training and for use; every feature is a short name that a person can read.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from spacy.tokens import Doc, Span, Token

from analyzer.lexicons import load_table

_SMALL = frozenset(
    ["a", "an", "the", "of", "in", "on", "and", "or", "to", "for", "with", "at", "by", "from", "is", "as"]
)
_SUBJECTS = frozenset(["i", "we", "you", "he", "she", "they", "it", "there", "this", "that"])
_REACH = 8
_WINDOW = 25
_END = re.compile(r"[.!?…,;][\"'”’»›]*$")


@cache
def _cues() -> dict[str, frozenset[str]]:
    """Return the cue lemmas by kind: saying, judging, naming, work, term."""
    kinds: dict[str, set[str]] = {}
    for row in load_table("quotation_cues"):
        kinds.setdefault(row["kind"], set()).add(row["term"])
    return {kind: frozenset(terms) for kind, terms in kinds.items()}


def repeated(text: str, spans: list[tuple[int, int]]) -> Counter[str]:
    """Return how often each quoted wording stands in quotation marks in the Doc's text, lower-cased."""
    return Counter(_inner(text, start, end).lower() for start, end in spans)


def _inner(text: str, start: int, end: int) -> str:
    """Return what stands between the marks, without the punctuation at its end."""
    return text[start:end].strip("\"“”„‟«»‹›‘’‚‛'` ").rstrip(".,;!?… ")


def features(doc: Doc, text: str, start: int, end: int, often: Counter[str], title: str) -> list[str]:
    """Return the names of the features that hold for the quoted stretch ``text[start:end]``; ``text`` is the Doc's."""
    span = doc.char_span(start, end, alignment_mode="expand")
    inner = _inner(text, start, end)
    if span is None or not inner:
        return ["empty"]
    found = [*_inside(span, inner, text[start:end]), *_before(doc, span), *_after(doc, span)]
    found.extend(_around(doc, span))
    if often[inner.lower()] > 1:
        found.append("repeated")
    if inner.lower() in title.lower() or (title and title.lower() in inner.lower()):
        found.append("title")
    return found


def _inside(span: Span, inner: str, whole: str) -> list[str]:
    """Features of the quoted words themselves."""
    words = [t for t in span if t.text[0].isalnum()]
    content = [t for t in words if t.lower_ not in _SMALL]
    count = len(words)
    found = [
        f"words={'1' if count < 2 else '2' if count < 3 else '3-4' if count < 5 else '5-8' if count < 9 else '9+'}"
    ]
    capital = sum(t.text[0].isupper() for t in content)
    if content and capital == len(content) and not (count == 1 and bool(words[0].is_sent_start)):
        found.append("all capitals" if count > 1 else "one capital")
    found.append("lower start" if inner[:1].islower() else "upper start")
    if count > 2 and inner[:1].isupper() and capital <= max(1, len(content) // 2):
        found.append("sentence case")
    if any(t.tag_ in ("VBZ", "VBP", "VBD", "MD") for t in words):
        found.append("finite")
    if any(t.lower_ in _SUBJECTS for t in words):
        found.append("pronoun")
    if any(t.is_sent_start for t in words[1:]):
        found.append("sentences")
    if _END.search(whole):
        found.append("ends in " + ("comma" if whole.rstrip("\"'”’»›")[-1:] in ",;" else "stop"))
    if content and all(t.pos_ == "ADJ" or t.tag_ in ("RB", "VBN", "VBG") for t in content):
        found.append("adjectives")
    if content and all(t.pos_ == "PROPN" for t in content):
        found.append("proper")
    return found


def _before(doc: Doc, span: Span) -> list[str]:
    """Features of the words before the opening mark."""
    if span.start == 0 or doc[span.start].is_sent_start:
        return ["before=start"]
    last = doc[span.start - 1]
    found = [f"before={_class(last)}"]
    for back in range(2, 4):
        if span.start - back >= 0:
            kind = _kind(doc[span.start - back])
            if kind:
                found.append(f"near before={kind}")
    return found


def _after(doc: Doc, span: Span) -> list[str]:
    """Features of the words behind the closing mark."""
    if span.end >= len(doc) or doc[span.end].is_sent_start:
        return ["after=end"]
    following = doc[span.end]
    found = [f"after={_class(following)}"]
    if following.i + 1 < len(doc):
        kind = _kind(doc[following.i + 1])
        if kind:
            found.append(f"near after={kind}")
    return found


def _around(doc: Doc, span: Span) -> list[str]:
    """Features of the sentence around the stretch: is anybody saying or judging there at all."""
    low, high = _bounds(doc, span)
    outside = [doc[i] for i in range(low, high) if not span.start <= i < span.end]
    kinds = {kind for kind in map(_kind, outside) if kind}
    found = [f"sentence has {kind}" for kind in ("saying", "judging", "naming") if kind in kinds]
    near = {_kind(doc[i]) for i in range(max(low, span.start - _REACH), span.start)}
    found.extend(f"reach {kind}" for kind in ("saying", "judging", "naming", "work", "term") if kind in near)
    if not outside:
        found.append("whole sentence")
    return found


def _bounds(doc: Doc, span: Span) -> tuple[int, int]:
    """Return the stretch of the sentence that is looked at, in tokens; marks of sentence starts are all it needs."""
    low, high = span.start, span.end
    while low > max(0, span.start - _WINDOW) and not doc[low].is_sent_start:
        low -= 1
    while high < min(len(doc), span.end + _WINDOW) and not doc[high].is_sent_start:
        high += 1
    return low, high


def _kind(token: Token) -> str:
    """Return the cue kind of a token, or ""."""
    lemma = token.lemma_.lower()
    cues = _cues()
    if token.pos_ == "VERB" or token.lower_ == "according":
        for kind in ("saying", "judging", "naming"):
            if lemma in cues[kind]:
                return kind
        return ""
    for kind in ("work", "term", "speech"):
        if lemma in cues[kind]:
            return kind
    return ""


def _class(token: Token) -> str:
    """Return the class of a word next to the marks: a cue kind, the word itself if it is a small one, else its tag."""
    kind = _kind(token)
    if kind:
        return kind
    if token.is_punct or token.pos_ in ("DET", "ADP", "SCONJ", "CCONJ", "AUX", "PART", "PRON"):
        return token.lower_
    return token.pos_
