"""The words of a Doc as arrays, with the subject masked and the scope of negation and contrast marked.

Everything the stance models read of a Doc is here, computed for the whole Doc at once: a sentence costs
microseconds, and training and prediction see the same thing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.stance.scales import scales
from analyzer.annotate.stance.scales import valence as scale_valence
from analyzer.annotate.tokens import columns
from analyzer.lexicons import load_table

Ids = np.ndarray[Any, np.dtype[np.uint64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float32]]

_COLUMNS = ("LOWER", "LEMMA", "POS", "DEP", "HEAD", "LIKE_NUM", "SENT_START")
_NUM, _PROPN, _PUNCT, _SPACE = (np.uint64(get_string_id(tag)) for tag in ("NUM", "PROPN", "PUNCT", "SPACE"))

# Classes that stand in place of words: what a sentence says must not depend on whom or how many it is about.
SUBJECT, NAME, NUMBER = (np.uint64(get_string_id(word)) for word in ("<subject>", "<name>", "<number>"))

NEGATORS = (
    "not n't no never without neither nor none nobody nothing hardly barely scarcely rarely seldom lack lacks lacked "
    "lacking fail fails failed failing cannot few little refuse refuses refused"
).split()
CONTRAST = (
    "but although though despite however while yet nevertheless nonetheless whereas albeit notwithstanding still"
).split()
SCOPE = 4  # words after a negator that it may reach
NEGATION = -0.7  # what a negation does to a valence: "not good" is bad, but less so than "bad"

_PARENTHESIS = re.compile(r"\s*\([^)]*\)")
_PLACE = re.compile(r".*\b(?:in|of|by|to)\s+(?:the\s+)?(?=[^\W\d_]*[A-Z])([A-Z].*)$")
_SKIP = frozenset(
    "the a an of in on at and or for to by with from film song album series band novel book company university "
    "human rights freedom religion history list politics economy culture geography".split()
)


def ids_of(words: str) -> Ids:
    """Return the words of a text as sorted hashes."""
    return _ids(words.split())


def _ids(words: Iterable[str]) -> Ids:
    return np.array(sorted(get_string_id(word) for word in words), dtype=np.uint64)


_NEGATORS, _CONTRAST = _ids(NEGATORS), _ids(CONTRAST)


@dataclass(frozen=True)
class Table:
    """One row a token. ``sentence`` is the token's sentence, ``starts`` and ``ends`` the sentences' tokens.

    ``lower`` and ``lemma`` are spaCy's string hashes, with the subject's names, other names and numbers each replaced
    by one class; ``form`` is the word as it was. ``word`` is False for punctuation. ``subject`` marks the subject's
    names, ``speaks`` those and, for a state's record, its organs; ``contrasts`` are the tokens such as "but".
    ``valence`` is above zero for words that praise and below for words that blame, turned round by a negation.
    """

    lower: Ids
    lemma: Ids
    form: Ids
    dep: Ids
    head: Ints
    sentence: Ints
    starts: Ints
    ends: Ints
    subject: Flags
    speaks: Flags
    word: Flags
    negated: Flags
    contrasts: Ints
    after_contrast: Flags
    valence: Reals


def table(doc: Doc, aliases: Sequence[str] | None = None) -> Table:
    """Return the Doc's tokens; ``aliases`` override the names of the subject that the Doc knows."""
    raw = doc.to_array(list(_COLUMNS)).astype(np.uint64)
    raw = raw.reshape(len(doc), len(_COLUMNS))
    form, pos = raw[:, 0].copy(), raw[:, 2]
    starts = _starts(doc, raw[:, 6])
    ends = np.append(starts[1:], len(doc))
    sentence = np.repeat(np.arange(len(starts)), ends - starts)
    subject = subject_mask(doc, form, subject_aliases(doc) if aliases is None else aliases)
    lower, lemma = form.copy(), np.where(raw[:, 1] == 0, form, raw[:, 1])
    number = (raw[:, 5] > 0) | (pos == _NUM)
    name = (pos == _PROPN) & ~subject
    for column in (lower, lemma):
        column[number] = NUMBER
        column[name] = NAME
        column[subject] = SUBJECT
    negated = _scope(np.isin(form, _NEGATORS), sentence)
    contrast = np.isin(form, _CONTRAST)
    seen = np.concatenate(([0], np.cumsum(contrast)))
    return Table(
        lower=lower,
        lemma=lemma,
        form=form,
        dep=raw[:, 3],
        head=np.arange(len(doc)) + raw[:, 4].astype(np.int64),
        sentence=sentence,
        starts=starts,
        ends=ends,
        subject=subject,
        speaks=subject | np.isin(form, _organs(doc)),
        word=(pos != _PUNCT) & (pos != _SPACE),
        negated=negated,
        contrasts=np.flatnonzero(contrast),
        after_contrast=(seen[1:] - seen[starts][sentence]) > 0,
        valence=_with_scales(doc, _valence(form, raw[:, 1], negated) * ~subject),
    )


def subject_aliases(doc: Doc) -> list[str]:
    """Return the subject's names: those the subject component found, else those its title tells."""
    row = store.subject(doc)
    names = [name for name in (*row.get("aliases", ()), row.get("core"), row.get("place")) if name]
    return names or aliases_of_title(store.get_value(doc, "title") or "")


def aliases_of_title(title: str) -> list[str]:
    """Return the names by which a title's subject may be met: "Prisons in Chile" gives "Chile" too."""
    plain = _PARENTHESIS.sub("", title).strip()
    names = [plain] if plain else []
    place = _PLACE.fullmatch(plain)
    if place:
        names.append(place[1])
    names += [word for word in plain.split() if len(word) > 3 and word[0].isupper() and word.lower() not in _SKIP]
    return list(dict.fromkeys(names))


def subject_mask(doc: Doc, form: Ids, aliases: Sequence[str]) -> Flags:
    """Return which tokens name the subject."""
    mask = np.zeros(len(doc), dtype=bool)
    by_first: dict[int, list[list[int]]] = {}
    for alias in aliases:
        ids = _alias_ids(alias)
        if ids:
            by_first.setdefault(ids[0], []).append(ids)
    if not by_first:
        return mask
    firsts = np.array(sorted(by_first), dtype=np.uint64)
    for at in np.flatnonzero(np.isin(form, firsts)).tolist():
        for ids in by_first[int(form[at])]:
            if form[at : at + len(ids)].tolist() == ids:
                mask[at : at + len(ids)] = True
    return mask


def _organs(doc: Doc) -> Ids:
    """Return the words for the bodies that act for the subject, where the subject is a state's record."""
    row = store.subject(doc)
    return _ids(row.get("organs", ()) if row.get("kind") == "record" else ())


@cache
def _lexicon() -> tuple[Ids, Reals]:
    """Return the words that praise or blame as sorted hashes, and their valences."""
    rows = sorted((get_string_id(row["term"]), float(row["valence"])) for row in load_table("stance_words"))
    words, valences = zip(*rows, strict=True)
    return np.array(words, dtype=np.uint64), np.array(valences, dtype=np.float32)


def _valence(form: Ids, lemma: Ids, negated: Flags) -> Reals:
    """Return each token's valence, by its form or else its lemma; a negation turns it and weakens it."""
    words, valences = _lexicon()
    found = np.zeros(len(form), dtype=np.float32)
    for column in (lemma, form):
        at = np.minimum(np.searchsorted(words, column), len(words) - 1)
        found = np.where(words[at] == column, valences[at], found)
    turned: Reals = np.where(negated, NEGATION * found, found).astype(np.float32)
    return turned


def _with_scales(doc: Doc, valence: Reals) -> Reals:
    """Return the valences with those of ranks and scores, each on the first word of its reading."""
    readings = scales(columns(doc).text)
    if readings:
        offsets = columns(doc).start
        for start, _, value in readings:
            valence[bisect_right(offsets, start) - 1] = scale_valence(value)
    return valence


def _alias_ids(alias: str) -> list[int]:
    """Return an alias as lower-case word hashes, its words split as the tokenizer would split them."""
    return [get_string_id(word) for word in re.findall(r"['’]s\b|[\w\-.]+|[^\w\s]", alias.lower())]


def _starts(doc: Doc, flags: Ids) -> Ints:
    """Return the first token of each sentence; one sentence where nothing has split the Doc."""
    starts = np.flatnonzero(flags == 1)
    if len(doc) and (not len(starts) or starts[0] != 0):
        starts = np.concatenate(([0], starts))
    return starts.astype(np.int64)


def _scope(negator: Flags, sentence: Ints) -> Flags:
    """Return the tokens within ``SCOPE`` words after a negator of their own sentence."""
    reached = np.zeros_like(negator)
    for step in range(1, min(SCOPE, len(negator) - 1) + 1):
        reached[step:] |= negator[:-step] & (sentence[step:] == sentence[:-step])
    return reached
