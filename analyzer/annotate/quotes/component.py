"""Quoted stretches of an article, each told apart: somebody's words, a title or name, or scare quotes.

A scorecard tells them by the words around and inside the marks, by one extractor for training and for use; every
feature is a short name that a person can read.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate import needs, store
from analyzer.annotate.quotes.pairing import MarkPair, mark_pairs
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.lexicons import load_terms
from analyzer.linear import NamedLinear, NamedTable

MODEL = "quotes"
WEIGHTS = "scorecard.json"
_VERBS = ("saying", "judging", "naming")
_TITLE_SIGNS = frozenset(["all capitals", "title", "before=work", "before=naming", "reach work", "proper"])
_SMALL = load_terms("quotation_cues", "small")
_SUBJECTS = frozenset(["i", "we", "you", "he", "she", "they", "it", "there", "this", "that"])
_REACH = 8
_WINDOW = 25
_END = re.compile(r"[.!?…,;][\"'”’»›]*$")
_COUNTS = ((2, "1"), (3, "2"), (5, "3-4"), (9, "5-8"))
_SINGLE = frozenset("'’‘‚‛`")


@cache
def load_scorecard() -> NamedLinear:
    """Return the installed scorecard; raises :class:`~analyzer.errors.ModelError` without one."""
    return NamedLinear.of(modelstore.load(MODEL).json(WEIGHTS, NamedTable))


def classify(names: list[str], card: NamedLinear | None = None) -> tuple[str, float]:
    """Return the kind of a quoted stretch with these features, and the probability that it quotes somebody."""
    if "empty" in names:
        return "scare", 0.0
    probability = (card or load_scorecard()).of_names(names)
    if "sentences" in names or probability >= 0.5:
        return "quotation", round(max(probability, 0.5), 3)
    return ("title" if _TITLE_SIGNS.intersection(names) else "scare"), round(probability, 3)


def repeated(text: str, rows: Iterable[Row]) -> Counter[str]:
    """Return how often each quoted wording stands in quotation marks in the Doc's text, lower-cased."""
    return Counter(_inner(text, row["start"], row["end"]).lower() for row in rows)


def _inner(text: str, start: int, end: int) -> str:
    """Return what stands between the marks, without the punctuation at its end."""
    return text[start:end].strip("\"“”„‟«»‹›‘’‚‛'` ").rstrip(".,;!?… ")


def features(tokens: Tokens, start: int, end: int, often: Counter[str], title: str) -> list[str]:
    """Return the names of the features that hold for the quoted stretch of characters."""
    first, last = tokens.span(start, end)
    inner = _inner(tokens.text, start, end)
    if not inner:
        return ["empty"]
    found = [*_inside(tokens, first, last, inner, tokens.text[start:end]), *_beside(tokens, first, last)]
    found += _around(tokens, first, last)
    if often[inner.lower()] > 1:
        found.append("repeated")
    if inner.lower() in title.lower() or (title and title.lower() in inner.lower()):
        found.append("title")
    return found


def _inside(tokens: Tokens, first: int, last: int, inner: str, whole: str) -> list[str]:
    words = [i for i in range(first, last) if tokens.words[i][0].isalnum()]
    content = [i for i in words if tokens.lower[i] not in _SMALL]
    count = len(words)
    found = [f"words={next((name for most, name in _COUNTS if count < most), '9+')}"]
    capital = sum(tokens.capital(i) for i in content)
    if content and capital == len(content) and not (count == 1 and tokens.opens[words[0]]):
        found.append("all capitals" if count > 1 else "one capital")
    found.append("lower start" if inner[:1].islower() else "upper start")
    if count > 2 and inner[:1].isupper() and capital <= max(1, len(content) // 2):
        found.append("sentence case")
    if any(tokens.tag[i] in ("VBZ", "VBP", "VBD", "MD") for i in words):
        found.append("finite")
    if any(tokens.lower[i] in _SUBJECTS for i in words):
        found.append("pronoun")
    if any(tokens.opens[i] for i in words[1:]):
        found.append("sentences")
    if _END.search(whole):
        found.append("ends in " + ("comma" if whole.rstrip("\"'”’»›")[-1:] in ",;" else "stop"))
    if content and all(tokens.pos[i] == "ADJ" or tokens.tag[i] in ("RB", "VBN", "VBG") for i in content):
        found.append("adjectives")
    if content and all(tokens.pos[i] == "PROPN" for i in content):
        found.append("proper")
    return found


def _beside(tokens: Tokens, first: int, last: int) -> list[str]:
    """Return features of the words before the opening mark and behind the closing one."""
    if first == 0 or tokens.opens[first]:
        found = ["before=start"]
    else:
        near = [_kind(tokens, i) for i in (first - 2, first - 3) if i >= 0]
        found = [f"before={_class(tokens, first - 1)}", *(f"near before={kind}" for kind in near if kind)]
    if last >= len(tokens) or tokens.opens[last]:
        return [*found, "after=end"]
    kind = _kind(tokens, last + 1) if last + 1 < len(tokens) else ""
    return [*found, f"after={_class(tokens, last)}", *([f"near after={kind}"] if kind else [])]


def _around(tokens: Tokens, first: int, last: int) -> list[str]:
    """Return features of the sentence around the stretch: is anybody saying or judging there at all."""
    low, high = first, last
    while low > max(0, first - _WINDOW) and not tokens.opens[low]:
        low -= 1
    while high < min(len(tokens), last + _WINDOW) and not tokens.opens[high]:
        high += 1
    kinds = {_kind(tokens, i) for i in (*range(low, first), *range(last, high))}
    near = {_kind(tokens, i) for i in range(max(low, first - _REACH), first)}
    found = [f"sentence has {kind}" for kind in _VERBS if kind in kinds]
    found += [f"reach {kind}" for kind in (*_VERBS, "work", "term") if kind in near]
    return found if kinds else [*found, "whole sentence"]


@cache
def _kinds() -> tuple[dict[str, str], dict[str, str]]:
    """Return the kind of each lemma of a verb and of each other word; the first kind named here counts."""
    table = {kind: load_terms("cues", kind, "quotes") for kind in ("saying", "judging", "speech")}
    table |= {kind: load_terms("quotation_cues", kind) for kind in ("naming", "work", "term")}
    verbs, others = (
        {term: kind for kind in reversed(kinds) for term in table[kind]}
        for kinds in (_VERBS, ("work", "term", "speech"))
    )
    return verbs, others


def _kind(tokens: Tokens, i: int) -> str:
    """Return the cue kind of a token, or ""."""
    verbs, others = _kinds()
    table = verbs if tokens.pos[i] == "VERB" or tokens.lower[i] == "according" else others
    return table.get(tokens.lemma[i].lower(), "")


def _class(tokens: Tokens, i: int) -> str:
    """Return the class of a word next to the marks: a cue kind, the word itself if it is a small one, else its tag."""
    kind = _kind(tokens, i)
    if kind:
        return kind
    small = tokens.pos[i] in ("DET", "ADP", "SCONJ", "CCONJ", "AUX", "PART", "PRON")
    return tokens.lower[i] if small or tokens.ids("IS_PUNCT")[i] else tokens.pos[i]


@Language.factory(
    "analyzer_quotes",
    assigns=["doc._.analyzer_quotations"],
    requires=["token.is_sent_start", "token.tag", "token.lemma"],
)
def create_quotes(nlp: Language, name: str) -> "Quotes":
    """Return the component; it takes no settings."""
    return Quotes()


class Quotes:
    """Writes the ``quotations`` layer: outermost quoted stretches, marks included, nested ones under ``inner``."""

    def __init__(self) -> None:
        store.register()
        self.models = {MODEL: modelstore.load(MODEL).digest}

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its quoted stretches found and classed."""
        needs.check(doc, "analyzer_quotes")
        tokens = tokens_of(doc)
        rows = stretches(tokens, store.get_value(doc, "passages") or _paragraphs(tokens.text))
        often = repeated(tokens.text, rows)
        for row in rows:
            if not row["kind"]:
                title = store.get_value(doc, "title") or ""
                row["kind"], row["score"] = classify(features(tokens, row["start"], row["end"], often, title))
        store.put(doc, "quotations", rows)
        return doc


def _paragraphs(text: str) -> list[Row]:
    made, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            made.append({"start": at, "end": at + len(line), "kind": "paragraph", "source": None})
        at += len(line) + 1
    return made


def stretches(tokens: Tokens, passages: Sequence[Row]) -> list[Row]:
    """Return the quoted stretches as rows; ``kind`` is empty where it is still to be told."""
    rows: list[Row] = []
    closing = [tokens.end[last - 1] for _, last in tokens.bounds]
    for index, passage in enumerate(passages):
        start, end = passage["start"], passage["end"]
        if passage["kind"] == "quotation":
            rows.append(_row(start, end, "quotation") | {"source": passage.get("source")})
            continue
        following = "".join(tokens.text[row["start"] : row["end"]] for row in passages[index + 1 : index + 2])
        for pair in mark_pairs(tokens.text[start:end]):
            if pair.closed:
                rows.append(_pair_row(pair, start))
            elif pair.mark not in _SINGLE and following.lstrip().startswith(pair.mark):  # it goes on there
                rows.append(_row(start + pair.start, end, "quotation") | {"open": True})
            else:
                rows.extend(_cut(pair, start, closing))
    return rows


def _row(start: int, end: int, kind: str = "") -> Row:
    return {"start": start, "end": end, "kind": kind, "open": False, "source": None, "score": 1.0, "inner": []}


def _pair_row(pair: MarkPair, at: int) -> Row:
    """Return the row of a closed pair; its nested stretches (doubles in singles and the like) go under ``inner``."""
    inner = [[at + p.start, at + p.end] for p in pair.inner if p.closed]
    return _row(at + pair.start, at + pair.end) | {"inner": inner}


def _cut(pair: MarkPair, at: int, closing: list[int]) -> list[Row]:
    """Return rows for an unclosed pair: it ends with its sentence, and the pairs behind that stand by themselves."""
    behind = bisect_right(closing, at + pair.start)
    stop = closing[behind] if behind < len(closing) else at + pair.end
    kept = [p for p in pair.inner if p.closed]
    rows = [] if any(at + p.start < stop for p in kept) else [_row(at + pair.start, min(stop, at + pair.end))]
    return [*rows, *(_pair_row(p, at) for p in kept)]
