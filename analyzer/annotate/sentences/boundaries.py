"""Where sentences begin: the rules by which the parser's starts are mended."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np
from spacy.tokens import Doc, Token

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


def sentence_starts(doc: Doc) -> list[int]:
    """Return the indexes of the tokens that open a sentence, in order; always the first token."""
    tokens = tokens_of(doc)
    edges = _passage_starts(tokens, get_value(doc, "passages") or [])
    looked_at = _telling(tokens.words)
    looked_at[list(edges)] = True
    parsed = doc.has_annotation("SENT_START")
    title = get_value(doc, "title") or ""
    starts = [0]
    now = _Running()
    for i in np.flatnonzero(looked_at).tolist():
        if i and (i in edges or _is_start(doc, i, now, parsed, title)):
            starts.append(i)
            now.restart(i)
        now.step(doc[i])
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

    def step(self, token: Token) -> None:
        """Take in the next token of the sentence."""
        text = token.text
        if text in ("(", "["):
            self.bracketed = self.bracketed or token.i == self.since
            self.depth += 1
        elif text in (")", "]"):
            self.depth = max(0, self.depth - 1)
        elif text in _STRAIGHT:
            self.marks[text] += 1

    def inside_brackets(self) -> bool:
        """Tell whether a bracket that opened within the sentence is still open."""
        return self.depth > 0 and not self.bracketed


@lru_cache(100_000)
def _tells(word: str) -> int:
    """Return 1 for a word behind which a sentence may begin, 2 for one that :class:`_Running` counts, or their sum."""
    behind = word[-1:] in _ENDS or word in _CLOSERS or word.isspace() or "\n" in word
    return behind + 2 * (word in _BRACKETS or word in _STRAIGHT)


def _telling(words: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which tokens :func:`_is_start` and :meth:`_Running.step` have to look at: few of all."""
    kinds = np.fromiter(map(_tells, words), dtype=np.int8, count=len(words))
    looked_at: np.ndarray[Any, np.dtype[np.bool_]] = kinds > 1
    looked_at[1:] |= kinds[:-1] % 2 == 1
    return looked_at


@cache
def _abbreviations() -> dict[str, dict[str, str]]:
    """Return the rows of the table by abbreviation."""
    return {row["term"]: row for row in load_table("abbreviations")}


def _is_start(doc: Doc, i: int, now: _Running, parsed: bool, title: str) -> bool:
    """Tell whether a sentence begins at token ``i``; ``now`` has taken in the tokens before it.

    ``parsed`` says that the Doc carries the parser's own opinion (``is_sent_start``), which decides the doubtful cases.
    """
    before = doc[i - 1]
    if not (before.whitespace_ or before.is_space) or doc[i].is_space:
        return False
    if _closes_here(doc, i, now):
        return False
    last = _last_word_end(doc, i, now.since)
    if last is None:
        return "\n" in before.text and _starts_upper(doc, i) is not False and _line_ends(doc, i)
    opinion = bool(doc[i].is_sent_start) if parsed else None
    return _decide(doc, i, last, now, opinion, title)


def _decide(doc: Doc, i: int, last: Token, now: _Running, opinion: bool | None, title: str) -> bool:
    """Weigh the mark at ``last`` against the word at ``i``."""
    upper = _starts_upper(doc, i)
    if upper is False:
        return False
    if last.text[-1] in "!?" and (_attributes(doc, i, last) or _in_title(doc, last, title)):
        return bool(opinion) and _in_title(doc, last, title) and _opener(doc, i)
    kind = _abbreviation(doc, last)
    if kind == "never":
        return False
    if kind == "number":
        return not doc[i].text[:1].isdigit() and bool(opinion)
    if kind == "either":
        return _opener(doc, i) or bool(opinion)
    if last.text in ("...", "…", "....") or now.inside_brackets():
        return bool(opinion)
    return True


def _closes_here(doc: Doc, i: int, now: _Running) -> bool:
    """Tell whether token ``i`` is a closing mark set apart by a space: it belongs to the sentence before."""
    token = doc[i]
    if token.text not in _CLOSERS or token.text == "“":
        return False
    if token.text in _STRAIGHT:
        spaced = bool(token.whitespace_) or i + 1 == len(doc) or doc[i + 1].is_punct
        return spaced and now.marks[token.text] % 2 == 1
    return True


def _last_word_end(doc: Doc, i: int, since: int) -> Token | None:
    """Return the token before ``i`` that ends in a full stop or the like, past closing marks; None if none does."""
    for k in range(i - 1, max(since, i - _CLOSING_RUN) - 1, -1):
        token = doc[k]
        if token.is_space:
            continue
        if token.text[-1] in _ENDS:
            return token
        if token.text not in _CLOSERS or (token.text in "\"'“" and token.whitespace_ == "" and k + 1 < i):
            return None
    return None


def _starts_upper(doc: Doc, i: int) -> bool | None:
    """Tell whether the first word from ``i`` on begins like a sentence; None where it is a number or a mark."""
    for k in range(i, min(i + 4, len(doc))):
        text = doc[k].text
        if text in _OPENING or doc[k].is_space:
            continue
        if text[0].isalpha():
            return text[0].isupper() or not text[0].islower() or any(c.isupper() for c in text[1:3])
        return None if text[0].isdigit() or text[0] in "$£€¥#@" else False
    return None


def _line_ends(doc: Doc, i: int) -> bool:
    """Tell whether the line before ``i`` is short enough to be a list entry or a verse rather than wrapped prose."""
    line = doc[max(0, i - 12) : i].text.rstrip().rsplit("\n", 1)[-1]
    return bool(line) and len(line) < 40 and line[-1] not in ",;:-–—"


def _opener(doc: Doc, i: int) -> bool:
    """Tell whether the first word from ``i`` on is one that opens sentences rather than continuing a name."""
    for k in range(i, min(i + 3, len(doc))):
        if doc[k].text not in _OPENING:
            return doc[k].lower_ in load_terms("sentence_words", "opener")
    return False


def _abbreviation(doc: Doc, last: Token) -> str:
    """Return "never", "number" (only before a number), "either" or "" for the word that the full stop ends."""
    if last.text[-1] != ".":
        return ""
    glued = last.text != "."
    if _numbers_item(doc, last.i if glued else last.i - 1):
        return "never"
    word = last.text if glued else (doc[last.i - 1].text + "." if last.i and not doc[last.i - 1].whitespace_ else ".")
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


def _numbers_item(doc: Doc, k: int) -> bool:
    """Tell whether token ``k`` is the number of an item in a running list ("1. this; 2. that; and 3. the rest")."""
    return k > 0 and bool(_ITEM.match(doc[k].text)) and doc[k - 1].text in (";", ":", ",", "and", "or")


def _attributes(doc: Doc, i: int, last: Token) -> bool:
    """Tell whether words that attribute it follow a quotation ending in ! or ? ('"Why?" Smith asked.')."""
    if not any(doc[k].text in ('"', "”", "’", "'", "»", "''") for k in range(last.i + 1, i)):
        return False
    for k in range(i, min(i + 5, len(doc))):
        token = doc[k]
        if token.is_punct:
            return False
        if token.lemma_.lower() in load_terms("cues", "yes", "sentences") and token.pos_ == "VERB" and k > i:
            rest = doc[k + 1] if k + 1 < len(doc) else None
            return rest is None or rest.is_punct or rest.pos_ in ("ADP", "ADV", "SCONJ")
        if not (token.pos_ in ("PROPN", "PRON") or token.text[0].isupper()):
            return False
    return False


def _in_title(doc: Doc, last: Token, title: str) -> bool:
    """Tell whether the mark is part of the article's title ("?", "Panic! at the Disco")."""
    mark = last.text[-1]
    if mark not in title:
        return False
    head = title[: title.index(mark) + 1]
    first = max(0, last.i - head.count(" ") - 4)
    return doc[first : last.i + 1].text.endswith(head)
