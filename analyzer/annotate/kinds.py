"""Part of speech and lemma, found once for each kind of token: what spaCy's own rules give, at a fraction of the cost.

spaCy's attribute ruler runs a matcher over every Doc and its lemmatizer asks every token for its features, though what
they give hangs on little: the rules look at tag, dependency and a few words, the lemma at the word with its part of
speech and morphology. Here both are asked once for each such kind, on a Doc of one token, and what they said is set on
all tokens of that kind. A Doc in which a rule of several words might hold goes through the ruler itself.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

_COLUMNS: list[int | str] = ["ORTH", "LOWER", "TAG", "DEP", "IS_SPACE"]
_PLACES = {"LOWER": 1, "TAG": 2, "DEP": 3}  # of what rules look at, among the columns
_LOOKED_AT = frozenset({*_PLACES, "IS_SPACE"})
_MOST = 1 << 14  # kinds that are remembered
Rule = list[dict[str, Any]]
Parts = tuple[int, int, int]  # part of speech, morphology, lemma or 0


def hasten(nlp: Language) -> None:
    """Let a pipeline's batches take parts of speech and lemmas from memory, where its rules are of a known form."""
    names = nlp.pipe_names
    if not {"attribute_ruler", "lemmatizer"} <= set(names):
        return
    ruler: Any = nlp.get_pipe("attribute_ruler")
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    rules: list[Rule] = [pattern for row in ruler.patterns for pattern in row["patterns"]]
    in_a_row = names.index("lemmatizer") == names.index("attribute_ruler") + 1
    by_rules = getattr(lemmatizer, "mode", None) == "rule" and not lemmatizer.overwrite
    if in_a_row and by_rules and all(map(_is_known, rules)):
        ruler.pipe = Kinds(nlp, ruler, lemmatizer, rules).pipe


def _is_known(rule: Rule) -> bool:
    return all(set(token) <= _LOOKED_AT for token in rule)


def _listed(value: object) -> list[str] | None:
    """Return the words that a rule names; None where it describes them (by an expression)."""
    if isinstance(value, str):
        return [value]
    return list(value["IN"]) if isinstance(value, dict) and set(value) == {"IN"} else None


class Kinds:
    """The ruler and the lemmatizer of a pipeline, and what they have said so far."""

    def __init__(self, nlp: Language, ruler: Any, lemmatizer: Any, rules: list[Rule]) -> None:  # noqa: ANN401
        self._vocab, self._ruler, self._lemmatizer = nlp.vocab, ruler, lemmatizer
        add = nlp.vocab.strings.add
        self._words: set[int] = set()
        self._expressions: list[re.Pattern[str]] = []
        self._several: list[list[tuple[int, frozenset[int]]]] = []  # column and values that a rule needs to be there
        for rule in rules:
            if len(rule) == 1 and "LOWER" in rule[0]:
                words = _listed(rule[0]["LOWER"])
                self._words.update(map(add, words or ()))
                if words is None:
                    self._expressions.append(re.compile(rule[0]["LOWER"].get("REGEX", "")))
            elif len(rule) > 1:
                named = [(_PLACES[name], _listed(token[name])) for token in rule for name in token if name in _PLACES]
                self._several.append([(at, frozenset(map(add, words))) for at, words in named if words is not None])
        self._telling: dict[int, int] = {}
        self._parts: dict[tuple[int, int, int, int], Parts | None] = {}
        self._lemma = lru_cache(2 * _MOST)(self._ask_lemmatizer)

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Yield the Docs with parts of speech and lemmas set, as spaCy's components do."""
        for doc in stream:
            if not self._set(doc):
                doc = self._ruler(doc)
            yield doc

    def _set(self, doc: Doc) -> bool:
        """Set what is known of each token's kind; return False where the ruler has to look at the whole Doc."""
        if not len(doc):
            return True
        found: Any = doc.to_array(_COLUMNS)
        rows = found.reshape(len(doc), len(_COLUMNS)).tolist()
        columns = [frozenset(column) for column in zip(*rows, strict=True)]
        if any(all(not values.isdisjoint(columns[at]) for at, values in needs) for needs in self._several):
            return False
        values = []
        strings = self._vocab.strings
        for orth, lower, tag, dep, space in rows:
            kind = (tag, self._told(lower), dep, space)
            if kind not in self._parts:
                self._parts[kind] = self._ask_ruler(strings[lower], tag, dep)
            parts = self._parts[kind]
            if parts is None:
                return False
            pos, morph, lemma = parts
            values.append((pos, lemma or strings.add(self._lemma(orth, pos, morph))))
        array: Any = np.array(values, dtype="uint64")
        doc.from_array(["POS", "LEMMA"], array)
        return True

    def _told(self, lower: int) -> int:
        """Return a word where a rule may look at it, else 0."""
        if lower not in self._telling:
            if len(self._telling) >= _MOST:
                self._telling.clear()
            word = self._vocab.strings[lower]
            telling = lower in self._words or any(rule.search(word) for rule in self._expressions)
            self._telling[lower] = lower if telling else 0
        return self._telling[lower]

    def _ask_ruler(self, word: str, tag: int, dep: int) -> Parts | None:
        """Return what the ruler sets on a token; None where it changes what it looks at."""
        doc = Doc(self._vocab, words=[word])
        array: Any = np.array([[tag, dep]], dtype="uint64")
        doc.from_array(["TAG", "DEP"], array)
        token = self._ruler(doc)[0]
        return (token.pos, token.morph.key, token.lemma) if (token.tag, token.dep) == (tag, dep) else None

    def _ask_lemmatizer(self, orth: int, pos: int, morph: int) -> str:
        """Return the lemma of a word with a part of speech and morphology."""
        token: Any = Doc(self._vocab, words=[self._vocab.strings[orth]])[0]
        token.pos = pos
        token.set_morph(morph)
        lemma: str = self._lemmatizer.lemmatize(token)[0]
        return lemma
