"""Sentence boundaries as a reader would set them: the parser's, mended where quotations and abbreviations mislead it.

A quotation and the words that attribute it stay together ('"Never!" he said'), a closing quotation mark belongs to the
sentence it closes, and no sentence crosses from one passage to the next. Where a boundary moves, the dependency trees
on both sides are mended too: one root to a sentence, no arc across a boundary.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from analyzer.annotate import store
from analyzer.annotate.sentences.verbs import mend_verbs
from analyzer.annotate.store import get_value
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.lexicons import load_table, load_terms

_CLOSERS = frozenset(['"', "'", "”", "’", "»", "›", ")", "]", "''", "“"])
_OPENING = frozenset(['"', "'", "“", "‘", "«", "‹", "„", "‚", "(", "[", "``", "`", "—", "–", "-", "*", "•"])
_STRAIGHT = frozenset(['"', "'"])
_BRACKETS = frozenset("([)]")
_ENDS = frozenset(".!?…")
_INITIAL = re.compile(r"(?:[A-Z]\.-?)+$")
_ITEM = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\.?$")
# How many closing marks to look past: more than any real sentence has, so that hostile text stays linear.
_CLOSING_RUN = 12
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_QUOTES = frozenset("\"'”’»“‘`")


def sentence_starts(doc: Doc) -> list[int]:
    """Return the indexes of the tokens that open a sentence, in order; always the first token, be it white space."""
    tokens = tokens_of(doc)
    opening = next((i for i, word in enumerate(tokens.words) if not word.isspace()), 0)
    edges = _passage_starts(tokens, get_value(doc, "passages") or [])
    # Few of all tokens are looked at: those behind a word that tells, and those that the walk counts.
    kinds = np.fromiter(map(_tells, tokens.words), dtype=np.int8, count=len(tokens))
    looked_at = kinds > 1
    looked_at[1:] |= kinds[:-1] % 2 == 1
    looked_at[list(edges)] = True
    parsed = doc.has_annotation("SENT_START")
    title = get_value(doc, "title") or ""
    starts = [0]
    now = _Running()
    for i in np.flatnonzero(looked_at).tolist():
        if i > opening and (i in edges or _is_start(tokens, i, now, parsed, title)):
            starts.append(i)
            now.restart(i)
        now.step(i, tokens.words[i])
    return starts


def _passage_starts(tokens: Tokens, passages: Sequence[dict[str, Any]]) -> set[int]:
    """Return the token indexes at which passages begin; a passage row may begin on white space."""
    found: set[int] = set()
    for row in passages:
        i = bisect_left(tokens.start, row["start"])
        while i < len(tokens) and tokens.words[i].isspace():
            i += 1
        if i < len(tokens):
            found.add(i)
    return found


@dataclass
class _Running:
    """What a walk over the tokens knows of the sentence it is in."""

    since: int = 0
    depth: int = 0
    marks: Counter[str] = field(default_factory=Counter)
    bracketed: bool = False

    def restart(self, i: int) -> None:
        """Begin a sentence at token ``i``."""
        self.since, self.depth, self.bracketed = i, 0, False
        self.marks.clear()

    def step(self, i: int, text: str) -> None:
        """Take in the next token of the sentence."""
        if text in ("(", "["):
            self.bracketed = self.bracketed or i == self.since
            self.depth += 1
        elif text in (")", "]"):
            self.depth = max(0, self.depth - 1)
        elif text in _STRAIGHT:
            self.marks[text] += 1

    def inside_brackets(self) -> bool:
        """Tell whether a bracket that opened within the sentence is still open."""
        return self.depth > 0 and not self.bracketed


@lru_cache(1 << 13)
def _tells(word: str) -> int:
    """Return 1 for a word behind which a sentence may begin, 2 for one that :class:`_Running` counts, or their sum."""
    behind = word[-1:] in _ENDS or word in _CLOSERS or word.isspace() or "\n" in word
    return behind + 2 * (word in _BRACKETS or word in _STRAIGHT)


@cache
def _abbreviations() -> dict[str, dict[str, str]]:
    """Return the rows of the table by abbreviation."""
    return {row["term"]: row for row in load_table("abbreviations")}


def _is_start(tokens: Tokens, i: int, now: _Running, parsed: bool, title: str) -> bool:
    """Tell whether a sentence begins at token ``i``, up to which ``now`` has come; ``parsed``: the parser has a say."""
    before = tokens.words[i - 1]
    if not (_spaced(tokens, i - 1) or before.isspace()) or tokens.words[i].isspace():
        return False
    if _closes_here(tokens, i, now):
        return False
    last = _last_word_end(tokens, i, now.since)
    if last is None:
        return "\n" in before and _starts_upper(tokens, i) is not False and _line_ends(tokens, i)
    opinion = bool(tokens.ids("SENT_START")[i] == 1) if parsed else None
    return _decide(tokens, i, last, now, opinion, title)


def _spaced(tokens: Tokens, i: int) -> bool:
    """Tell whether a blank follows a token that is not the last."""
    return tokens.start[i + 1] > tokens.end[i]


def _decide(tokens: Tokens, i: int, last: int, now: _Running, opinion: bool | None, title: str) -> bool:
    """Weigh the mark at ``last`` against the word at ``i``."""
    upper = _starts_upper(tokens, i)
    if upper is False:
        return False
    word = tokens.words[last]
    if word[-1] in "!?" and (_attributes(tokens, i, last) or _in_title(tokens, last, title)):
        return bool(opinion) and _in_title(tokens, last, title) and _opener(tokens, i)
    kind = _abbreviation(tokens, last)
    if kind == "never":
        return False
    if kind == "number":
        return not tokens.words[i][:1].isdigit() and bool(opinion)
    if kind == "either":
        return _opener(tokens, i) or bool(opinion)
    if word in ("...", "…", "....") or now.inside_brackets():
        return bool(opinion)
    return True


def _closes_here(tokens: Tokens, i: int, now: _Running) -> bool:
    """Tell whether token ``i`` is a closing mark set apart by a space: it belongs to the sentence before."""
    mark = tokens.words[i]
    if mark in _STRAIGHT:
        apart = i + 1 == len(tokens) or _spaced(tokens, i) or bool(tokens.ids("IS_PUNCT")[i + 1])
        return apart and now.marks[mark] % 2 == 1
    return mark in _CLOSERS and mark != "“"


def _last_word_end(tokens: Tokens, i: int, since: int) -> int | None:
    """Return the token before ``i`` that ends in a full stop or the like, past closing marks; None if none does."""
    for k in range(i - 1, max(since, i - _CLOSING_RUN) - 1, -1):
        word = tokens.words[k]
        if word.isspace():
            continue
        if word[-1] in _ENDS:
            return k
        if word not in _CLOSERS or (word in "\"'“" and k + 1 < i and not _spaced(tokens, k)):
            return None
    return None


def _starts_upper(tokens: Tokens, i: int) -> bool | None:
    """Tell whether the first word from ``i`` on begins like a sentence; None where it is a number or a mark."""
    for text in tokens.words[i : i + 4]:
        if text in _OPENING or text.isspace():
            continue
        if text[0].isalpha():
            return text[0].isupper() or not text[0].islower() or any(c.isupper() for c in text[1:3])
        return None if text[0].isdigit() or text[0] in "$£€¥#@" else False
    return None


def _line_ends(tokens: Tokens, i: int) -> bool:
    """Tell whether the line before ``i`` is short enough to be a list entry or a verse rather than wrapped prose."""
    line = tokens.text[tokens.start[max(0, i - 12)] : tokens.end[i - 1]].rstrip().rsplit("\n", 1)[-1]
    return bool(line) and len(line) < 40 and line[-1] not in ",;:-–—"


def _opener(tokens: Tokens, i: int) -> bool:
    """Tell whether the first word from ``i`` on is one that opens sentences rather than continuing a name."""
    first = next((k for k in range(i, min(i + 3, len(tokens))) if tokens.words[k] not in _OPENING), None)
    return first is not None and tokens.lower[first] in load_terms("sentence_words", "opener")


def _abbreviation(tokens: Tokens, last: int) -> str:
    """Return "never", "number" (only before a number), "either" or "" for the word that the full stop ends."""
    word = tokens.words[last]
    if word[-1] != ".":
        return ""
    glued = word != "."
    at = last if glued else last - 1
    listed = at > 0 and tokens.words[at - 1] in (";", ":", ",", "and", "or")
    if listed and _ITEM.match(tokens.words[at]):  # the number of an item: "1. this; 2. that; and 3. the rest"
        return "never"
    if not glued and last and not _spaced(tokens, last - 1):
        word = tokens.words[last - 1] + "."
    stem = word[:-1].lower()
    row = _abbreviations().get(stem, {})
    ends, number = row.get("ends"), row.get("number")
    if glued and _INITIAL.match(word) and len(word) == 2:
        return "never"
    if ends == "either" or (glued and stem.count(".")):
        return "number" if number else "either"
    if ends == "never" and (glued or len(stem) > 1):
        return "never" if glued else row["apart"] or "never"
    return ""


def _attributes(tokens: Tokens, i: int, last: int) -> bool:
    """Tell whether words that attribute it follow a quotation ending in ! or ? ('"Why?" Smith asked.')."""
    if not any(word in ('"', "”", "’", "'", "»", "''") for word in tokens.words[last + 1 : i]):
        return False
    pos, mark = tokens.pos, tokens.ids("IS_PUNCT")
    for k in range(i, min(i + 5, len(tokens))):
        if mark[k]:
            return False
        if tokens.lemma[k].lower() in load_terms("cues", "yes", "sentences") and pos[k] == "VERB" and k > i:
            return k + 1 == len(tokens) or bool(mark[k + 1]) or pos[k + 1] in ("ADP", "ADV", "SCONJ")
        if not (pos[k] in ("PROPN", "PRON") or tokens.capital(k)):
            return False
    return False


def _in_title(tokens: Tokens, last: int, title: str) -> bool:
    """Tell whether the mark is part of the article's title ("?", "Panic! at the Disco")."""
    mark = tokens.words[last][-1]
    if mark not in title:
        return False
    head = title[: title.index(mark) + 1]
    first = max(0, last - head.count(" ") - 4)
    return tokens.text[tokens.start[first] : tokens.end[last]].endswith(head)


@Language.factory(
    "analyzer_sentences",
    assigns=[
        *("token.is_sent_start", "token.head", "token.dep", "token.tag", "token.pos"),
        *("doc.sents", "doc._.analyzer_sentences"),
    ],
)
def create_sentences(nlp: Language, name: str) -> "Sentences":
    """Return the component; it takes no settings."""
    return Sentences()


class Sentences:
    """Mends sentence starts of a Doc in place, by punctuation alone where it has no parse; writes ``sentences``.

    Verbs of saying that the tagger took for nouns are mended, too.
    """

    def __init__(self) -> None:
        store.register()

    def __call__(self, doc: Doc) -> Doc:
        """Return the Doc with its sentence starts (and the trees they cut or join) mended."""
        if len(doc):
            starts = sentence_starts(doc)
            if doc.has_annotation("DEP"):
                regrow(doc, starts)
                mend_verbs(doc)
            else:
                marks: Any = np.full((len(doc), 1), -1, dtype="int64").astype("uint64")
                marks[starts] = 1
                doc.from_array(["SENT_START"], marks)
        store.put(doc, "sentences", [])
        sentence_rows(doc)
        return doc


def sentence_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Return the sentences as trimmed (start, end) in ``doc.text``, blank ones left out; one where nothing is split."""
    bounds = []
    tokens = tokens_of(doc)
    edges = [*tokens.start, len(tokens.text)]
    for first, last in tokens.bounds:
        text = tokens.text[edges[first] : edges[last]]
        kept = text.strip()
        if kept:
            start = edges[last] - len(text.lstrip())
            bounds.append((start, start + len(kept)))
    return bounds


def sentence_rows(doc: Doc) -> list[store.Row]:
    """Return the rows of the ``sentences`` layer, one for each of :func:`sentence_bounds`.

    They are made anew where no component has written them, or another one has set the sentences since.
    """
    bounds = sentence_bounds(doc)
    rows = store.get(doc, "sentences")
    if [(row["start"], row["end"]) for row in rows] != bounds:
        rows = [{"start": start, "end": end} for start, end in bounds]
        store.put(doc, "sentences", rows)
    return rows


def regrow(doc: Doc, starts: Sequence[int]) -> None:
    """Make the Doc's sentences those that begin at ``starts``, cutting and joining its trees in place."""
    tokens = tokens_of(doc)
    now = tokens.starts.tolist()
    if now == list(starts):
        return
    heads, deps = tokens.heads.copy(), tokens.ids("DEP").copy()
    root, loose, clausal = (doc.vocab.strings.add(label) for label in ("ROOT", "dep", "ccomp"))
    untouched = set(zip(now, [*now[1:], len(doc)], strict=True))
    for start, end in zip(starts, [*starts[1:], len(doc)], strict=True):
        if (start, end) in untouched:
            continue
        tops = [i for i in range(start, end) if heads[i] == i or not start <= heads[i] < end]
        main = _main_root(doc, tops)
        for i in tops:
            heads[i] = main
            said = i < main and doc[i].pos_ in ("VERB", "AUX") and _after_quotation(doc, main)
            deps[i] = clausal if said else loose
        deps[main] = root
    columns: Any = np.stack([(heads - np.arange(len(doc))).astype("uint64"), deps], axis=1)
    doc.from_array(["HEAD", "DEP"], columns)


def _main_root(doc: Doc, tops: Sequence[int]) -> int:
    """Return the top that heads the joined sentence: a clause that attributes a quotation, else the first verb."""
    words = [i for i in tops if not (doc[i].is_punct or doc[i].is_space)] or list(tops)
    for i in words[1:]:
        if doc[i].pos_ == "VERB" and _after_quotation(doc, i):
            return i
    finite = [i for i in words if _is_finite(doc[i])]
    verbs = [i for i in words if doc[i].pos_ in ("VERB", "AUX")]
    return (finite or verbs or words)[0]


def _is_finite(token: Token) -> bool:
    """Tell whether a token is a finite verb, or has a finite auxiliary."""
    return token.tag_ in _FINITE or any(c.tag_ in _FINITE and c.dep_.startswith("aux") for c in token.children)


def _after_quotation(doc: Doc, i: int) -> bool:
    """Tell whether the clause of token ``i`` opens right behind a closing quotation mark ('"Never!" he said')."""
    first = doc[i].left_edge.i
    return first > 0 and i - first <= 5 and doc[first - 1].text in _QUOTES
