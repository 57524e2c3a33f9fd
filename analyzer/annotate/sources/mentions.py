"""Who and what an article has mentioned so far: the candidates that a pronoun or "the report" may stand for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from analyzer.annotate.sources.gazetteer import Gazetteer, normal
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row
from analyzer.annotate.tokens import columns

_KINDS = {"PERSON": "person", "ORG": "body", "NORP": "group", "GPE": "place"}
_DESCRIPTION = re.compile(r"(?i:the|this|that|these|those|both|his|her|its|their) [a-z]+(?: [a-z]+)?$")
_SUBJECTS = frozenset(["nsubj", "nsubjpass", "agent", "csubj"])


@dataclass
class Mention:
    """One mention: where, under which fullest name, and what of; ``row`` is the attribution it is the source of."""

    start: int
    end: int
    sentence: int
    text: str
    name: str
    kind: str  # person | body | group | place | other
    subject: bool = False
    row: int = -1


class Seen:
    """The mentions of a Doc by sentence and by name."""

    def __init__(self, found: Sequence[Mention]) -> None:
        self.by_sentence: dict[int, list[Mention]] = {}
        self.first: dict[str, Mention] = {}
        for mention in found:
            self.by_sentence.setdefault(mention.sentence, []).append(mention)
            self.first.setdefault(mention.name, mention)

    def add(self, mention: Mention) -> None:
        """Add a mention in its place, instead of one that begins at the same character."""
        kept = [m for m in self.by_sentence.get(mention.sentence, ()) if m.start != mention.start]
        self.by_sentence[mention.sentence] = sorted([*kept, mention], key=lambda m: m.start)

    def before(self, at: int, sentence: int, reach: int) -> list[Mention]:
        """Return the mentions before a character, within so many sentences, latest first, one a name.

        Of several in one sentence, the one that is a subject stands for the name.
        """
        found: dict[str, Mention] = {}
        for index in range(sentence, max(-1, sentence - reach - 1), -1):
            for mention in reversed(self.by_sentence.get(index, ())):
                old = found.get(mention.name)
                if mention.start >= at:
                    continue
                if old is None or (old.sentence == index and mention.subject > old.subject):
                    found[mention.name] = mention
        return list(found.values())


def mentions(doc: Doc, rows: Sequence[Row], names: Names, gazetteer: Gazetteer, starts: Sequence[int]) -> list[Mention]:
    """Return the mentions of a Doc in text order: recognised entities and the sources that attributions name.

    ``starts`` are the characters at which the sentences start.
    """
    found: dict[int, Mention] = {}
    text = columns(doc).text
    for entity in doc.ents:
        kind = _KINDS.get(entity.label_)
        start, end = entity.start_char, entity.end_char
        words = text[start:end]
        if kind is None or (not words[:1].isupper() and not words.lower().startswith("the ")):
            continue
        root = entity.root
        subject = root.dep_ in _SUBJECTS or (root.dep_ == "pobj" and root.head.dep_ == "agent")
        kind = _corrected(words, kind, gazetteer)
        found[start] = Mention(start, end, sentence_at(starts, start), words, names.fullest(words), kind, subject)
    for index, row in enumerate(rows):
        if row["source_start"] is not None:
            mention = _of_row(index, row, names, gazetteer, found.get(row["source_start"]), starts)
            if mention:
                found[mention.start] = mention
    return [found[start] for start in sorted(found)]


def sentence_at(starts: Sequence[int], at: int) -> int:
    """Return the index of the sentence that holds the character."""
    return max(0, bisect_left(starts, at + 1) - 1)


def _of_row(
    index: int, row: Row, names: Names, gazetteer: Gazetteer, known: Mention | None, starts: Sequence[int]
) -> Mention | None:
    """Return the mention that an attribution's source is; None for pronouns and bare descriptions."""
    text = row["source_text"] or ""
    if not any(c.isupper() for c in plain(text)[:1]) and len(text.split()) < 2 and text.lower() in PRONOUNS:
        return None
    if _DESCRIPTION.match(text):
        return None  # "the report": a mention once it is resolved
    kind = known.kind if known and known.kind != "place" else _guess(text, gazetteer)
    start, end = row["source_start"], row["source_end"]
    return Mention(start, end, sentence_at(starts, start), text, names.fullest(text), kind, True, index)


PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "her",
        "them",
        "his",
        "its",
        "their",
        "hers",
        "theirs",
        "i",
        "we",
        "himself",
        "herself",
        "itself",
        "themselves",
    ]
)


def _guess(text: str, gazetteer: Gazetteer) -> str:
    """Return the kind of a source that the recogniser did not see, by its words."""
    words = plain(text).split()
    if not words:
        return "other"
    if gazetteer.type_of(text):
        return "body"
    if 2 <= len(words) <= 4 and all(w[:1].isupper() for w in words):
        last = words[-1].lower()
        return "body" if last in gazetteer.nouns or last in _BODY_WORDS or words[0] == "The" else "person"
    if len(words) == 1 and words[0][:1].isupper():
        return "body" if words[0].isupper() else "other"
    return "group" if words[-1].endswith("s") else "other"


_BODY_WORDS = frozenset(
    [
        "times",
        "post",
        "news",
        "herald",
        "weekly",
        "today",
        "international",
        "watch",
        "nations",
        "rights",
        "office",
        "service",
        "review",
        "reviews",
        "foundation",
        "council",
        "commission",
        "borders",
        "guardian",
        "court",
        "house",
    ]
)


def _corrected(text: str, kind: str, gazetteer: Gazetteer) -> str:
    """Return the kind of a recognised entity, set right where the gazetteer knows the name as a body's."""
    return "body" if kind in ("person", "place") and gazetteer.known.get(normal(text)) else kind
