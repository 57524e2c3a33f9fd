"""Words and phrases to watch: peacock terms, weasel wording, loaded words, hedges, editorializing, promotion.

The component writes two layers of :mod:`.store`: ``marks`` (:mod:`.matcher`), and ``wording``, how far each sentence is
hedged and leans on nobody in particular. The guideline is Wikipedia's Manual of Style, "Words to watch". Words inside
somebody's quotation are ``quoted``; titles of works are not marked. Weak terms count in company only.

For ``wording``, a cue of ``words_cues`` with strength s leaves a sentence unaffected with probability 1 - s: its score
is 1 - (1 - s1)(1 - s2)... ("noisy or"). Grammar decides whether a word is a cue at all: "May" the month and "considered
the offer" are none. Words and classes come from the literature that the table names; strengths were set by hand in
steps, after a look at how often each cue was right in the training parts of the Szeged and CoNLL-2010 corpora.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from analyzer.annotate import needs, store
from analyzer.annotate.tokens import Ids, Tokens, among, ids_of, tokens_of
from analyzer.annotate.wording.matcher import Found, has, has_preposition, terms_in, word_lists
from analyzer.lexicons import load_table
from analyzer.spans import covered, merged

KINDS = ("hedge", "weasel")
_CLAUSES = ("ccomp", "xcomp", "oprd")
_SUBJECTS = ("nsubj", "nsubjpass")
# What an own finding of the marks says about its sentence, by kind: as a cue of "weasel".
_MARKED = {"weasel": 0.8, "peacock": 0.4, "promotional": 0.4, "loaded": 0.3, "editorializing": 0.3}
_UNNAMED = 0.4
_Check = Callable[[Token], float]
Score = dict[str, Any]
# How many weak terms of a kind a sentence needs before they are marked (a strong one counts as two).
COMPANY = {"hedge": 3, "promotional": 4, "loaded": 2, "editorializing": 3, "peacock": 2, "weasel": 2}
_DOUBLE_QUOTED = re.compile(r"“[^“”\n]{1,2000}”|\"[^\"\n]{1,2000}\"|«[^«»\n]{1,2000}»")


@dataclass(frozen=True)
class Cue:
    """A cue word: the check that grammar makes, and how strongly it speaks for each of :data:`KINDS`."""

    check: str
    strengths: tuple[float, float]


@cache
def cues() -> dict[str, dict[str, tuple[Cue, ...]]]:
    """Return the cues by key ("word" as written, "lemma") and term."""
    found: dict[str, dict[str, tuple[Cue, ...]]] = {"word": {}, "lemma": {}}
    for row in load_table("words_cues"):
        cue = Cue(row["check"], (float(row["hedge"]), float(row["weasel"])))
        terms = found[row["key"]]
        terms[row["term"]] = (*terms.get(row["term"], ()), cue)
    return found


@cache
def _keys(key: str) -> Ids:
    return ids_of(cues()[key])


def scores(
    doc: Doc, tokens: Tokens, marks: list[Score], attributions: list[Score], quoted: Callable[[int], bool]
) -> list[Score]:
    """Return a row for each sentence with a cue outside quotations: where its cues stand, and its score by kind.

    ``marks`` are the rows of the marks layer (those in quotations do not count), ``attributions`` of the attribution
    layer: an unnamed source is a cue too; ``quoted`` tells of a character whether it is quoted. Without a parse there
    are no rows.
    """
    if not (len(doc) and doc.has_annotation("DEP") and doc.has_annotation("TAG")):
        return []
    found = _of_words(doc, tokens, quoted)
    others = [(m["start"], m["end"], _MARKED[m["kind"]]) for m in marks if not m["quoted"] and m["kind"] in _MARKED]
    for row in attributions:
        if row["type"] == "unnamed" and row.get("source_start") is not None:
            others.append((row["source_start"], row["source_end"], _UNNAMED))
    for start, end, strength in others:
        _join(found, tokens.sent[tokens.at(start)], start, end, (0.0, strength))
    return [found[at] for at in sorted(found)]


def _of_words(doc: Doc, tokens: Tokens, quoted: Callable[[int], bool]) -> dict[int, Score]:
    is_cue = among(tokens.ids("LOWER"), _keys("word")) | among(tokens.ids("LEMMA"), _keys("lemma"))
    tables = cues()
    found: dict[int, Score] = {}
    for at in np.flatnonzero(is_cue).tolist():
        token = doc[at]
        if quoted(token.idx):
            continue
        for cue in (*tables["word"].get(token.lower_, ()), *tables["lemma"].get(token.lemma_, ())):
            share = CHECKS[cue.check](token)
            if share:
                strengths = cue.strengths[0] * min(1.0, share), min(0.9, cue.strengths[1] * share)
                _join(found, tokens.sent[at], token.idx, token.idx + len(token), strengths)
    return found


def _join(found: dict[int, Score], sentence: int, start: int, end: int, strengths: tuple[float, float]) -> None:
    row = found.setdefault(sentence, {"start": start, "end": end, **dict.fromkeys(KINDS, 0.0)})
    row["start"], row["end"] = min(row["start"], start), max(row["end"], end)
    for kind, strength in zip(KINDS, strengths, strict=True):
        row[kind] = round(1 - (1 - row[kind]) * (1 - strength), 4)


def _passive(token: Token) -> float:
    return float(token.tag_ == "VBN" and has(token, "auxpass"))


def _belief(token: Token) -> float:
    """A verb of belief counts in full with what is believed or in the passive, half without either."""
    if token.pos_ not in ("VERB", "AUX"):
        return 0.0
    return 1.0 if has(token, *_CLAUSES) or _passive(token) else 0.5


def _deemed(token: Token) -> float:
    """A verdict: "is considered", "regards it as", "deemed it unsafe"; "considered the offer" counts half."""
    if token.pos_ != "VERB":
        return 0.0
    return 1.0 if _passive(token) or has(token, *_CLAUSES) or has_preposition(token, "as") else 0.5


def _quantity(token: Token) -> float:
    """A vague quantity of people or things; most telling where it is the subject, alone or with its noun."""
    if token.dep_ in (*_SUBJECTS, "pobj", "dobj"):
        return 1.3 if token.dep_ in _SUBJECTS else 1.0
    if token.pos_ not in ("ADJ", "DET") or token.head.i < token.i:
        return 0.0
    return 1.3 if token.head.dep_ in _SUBJECTS else 1.0


def _people(token: Token) -> float:
    """Several people whom no name, number or owner identifies, as subject or agent."""
    if token.tag_ != "NNS" or token.dep_ not in ("nsubj", "pobj") or any(t.pos_ == "PROPN" for t in token.subtree):
        return 0.0
    return 1.0 if token.dep_ == "nsubj" or token.head.dep_ == "agent" else 0.5


CHECKS: dict[str, _Check] = {
    "modal": lambda token: float(token.tag_ == "MD"),
    "adverb": lambda token: float(token.pos_ in ("ADV", "ADJ")),
    "adjective": lambda token: float(token.pos_ in ("ADJ", "VERB") and not token.ent_type_),
    "noun": lambda token: float(token.pos_ == "NOUN"),
    "verb": lambda token: float(token.pos_ == "VERB"),
    "marker": lambda token: float(token.dep_ == "mark"),
    "of": lambda token: float(has_preposition(token, "of")),
    "passive": _passive,
    "belief": _belief,
    "deemed": _deemed,
    "deemed_as": lambda token: float(bool(_passive(token)) and has_preposition(token, "as")),
    # "appears to have left", not "appears in the film"
    "raising": lambda token: float(token.pos_ == "VERB" and has(token, *_CLAUSES, "acomp")),
    "quantity": _quantity,
    "people": _people,
}


@Language.factory(
    "analyzer_marks",
    assigns=["doc._.analyzer_marks", "doc._.analyzer_wording"],
    requires=["token.dep", "token.tag", "token.lemma"],
    default_config={"weak": True, "lexicons": []},
)
def create_marks(nlp: Language, name: str, weak: bool, lexicons: list[str]) -> "Marks":
    """Return the component that marks words to watch.

    ``weak=False`` leaves the weak terms out; ``lexicons`` are lists of the user's own (term, tab, kind), which go
    before the packaged ones.
    """
    return Marks(weak=weak, lexicons=lexicons)


class Marks:
    """The component ``analyzer_marks``; see the module."""

    def __init__(self, *, weak: bool = True, lexicons: Sequence[str] = ()) -> None:
        self.weak = weak
        self.lists = word_lists(lexicons)
        store.register()

    def __call__(self, doc: Doc) -> Doc:
        """Write the layers ``marks`` and ``wording``."""
        needs.check(doc, "analyzer_marks")
        tokens = tokens_of(doc)
        quoted, titles = _quotations(doc, tokens)
        found = [hit for hit in terms_in(doc, tokens, self.lists) if not covered(tokens.start[hit[0]], titles)]
        rows: list[store.Row] = []
        for start, end, term in _kept(doc, tokens, found, weak=self.weak):
            first, last = tokens.start[start], tokens.end[end - 1]
            inside = covered(first, quoted) or covered(last - 1, quoted)
            rows.append({"start": first, "end": last, "kind": term.kind, "lexicon": term.lexicon, "quoted": inside})
        store.put(doc, "marks", rows)
        attributions = store.get(doc, "attributions")
        store.put(doc, "wording", scores(doc, tokens, rows, attributions, lambda offset: covered(offset, quoted)))
        return doc


def _kept(doc: Doc, tokens: Tokens, found: list[Found], *, weak: bool) -> list[Found]:
    """Return the strong terms and those weak ones that have company in their sentence."""
    split = doc.has_annotation("SENT_START")
    keys = [(tokens.sent[start] if split else start // 25, term.kind) for start, _, term in found]
    company: Counter[tuple[int, str]] = Counter()
    for (_, _, term), key in zip(found, keys, strict=True):
        company[key] += 1 if term.weak else 2
    return [
        hit
        for hit, key in zip(found, keys, strict=True)
        if not hit[2].weak or (weak and company[key] >= COMPANY[hit[2].kind])
    ]


def _quotations(doc: Doc, tokens: Tokens) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the quoted stretches and the titles in quotation marks, in characters of the Doc."""
    quoted = [(p["start"], p["end"]) for p in store.get_value(doc, "passages", []) if p["kind"] == "quotation"]
    rows = store.get(doc, "quotations")
    titles = [(r["start"], r["end"]) for r in rows if r["kind"] == "title"]
    if rows:
        quoted += [(r["start"], r["end"]) for r in rows if r["kind"] != "title"]
    else:
        quoted += [match.span() for match in _DOUBLE_QUOTED.finditer(tokens.text)]
    return merged(quoted), merged(titles)
