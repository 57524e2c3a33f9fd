"""Who and what an article has mentioned so far, and which of them a pronoun or "the report" may stand for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.annotate.sources.context import Context
from analyzer.annotate.sources.gazetteer import Gazetteer, normal
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import PRONOUNS
from analyzer.lexicons import load_kinds, load_terms

_ENTITIES = {"PERSON": "person", "ORG": "body", "NORP": "group", "GPE": "place"}
_DESCRIPTION = re.compile(r"(?i:the|this|that|these|those|both|his|her|its|their) [a-z]+(?: [a-z]+)?$")
_SUBJECTS = frozenset(["nsubj", "nsubjpass", "agent", "csubj"])
_NO_MENTION = frozenset(["i", "we"]).union(*PRONOUNS.values())
_RELATIVE = re.compile(r",| (?:who|whom|that|which) ")
DEFINITE = frozenset(["the", "this", "that", "these", "those", "both", "neither"])
# Weights of what makes a mention the likelier antecedent of a pronoun, tuned on the training passages.
WEIGHTS = {
    "distance": 1.2, "subject": 0.75, "source": 0.8, "again": 0.9, "body": 0.45, "place": -0.7, "other sex": -3.0,
    "own person": 0.3, "own thing": -1.0,
}  # fmt: skip


@dataclass
class Mention:
    """One mention: where, under which fullest name, and what of; ``row`` is the attribution it is the source of."""

    start: int
    end: int
    sentence: int
    text: str
    name: str
    entity_type: str  # person | body | group | place | other
    subject: bool = False
    row: int = -1


class Mentions:
    """The mentions of a Doc by sentence and by name."""

    def __init__(self, found: Iterable[Mention]) -> None:
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


def mentions(context: Context, rows: Sequence[Row], names: Names) -> list[Mention]:
    """Return the mentions of a Doc in text order: recognised entities and the sources that attributions name."""
    found: dict[int, Mention] = {}
    for entity in context.doc.ents:
        entity_type = _ENTITIES.get(entity.label_)
        start, end = entity.start_char, entity.end_char
        words = context.text[start:end]
        if entity_type is None or (not words[:1].isupper() and not words.lower().startswith("the ")):
            continue
        if entity_type in ("person", "place") and context.gazetteer.known.get(normal(words)):
            entity_type = "body"
        root = entity.root
        subject = root.dep_ in _SUBJECTS or (root.dep_ == "pobj" and root.head.dep_ == "agent")
        sentence = context.sentence_at(start)
        found[start] = Mention(start, end, sentence, words, names.fullest(words), entity_type, subject)
    for index, row in enumerate(rows):
        start, text = row["source_start"], row["source_text"] or ""
        if start is None or _bare(text):
            continue
        known = found.get(start)
        entity_type = known.entity_type if known and known.entity_type != "place" else _guess(text, context.gazetteer)
        sentence = context.sentence_at(start)
        found[start] = Mention(start, row["source_end"], sentence, text, names.fullest(text), entity_type, True, index)
    return [found[start] for start in sorted(found)]


def _bare(text: str) -> bool:
    """Tell whether a source is a pronoun or a bare description: "the report" is a mention once it is resolved."""
    pronoun = text.lower() in _NO_MENTION and not any(c.isupper() for c in plain(text)[:1])
    return pronoun or bool(_DESCRIPTION.match(text))


def _guess(text: str, gazetteer: Gazetteer) -> str:
    """Return the entity type of a source that the recogniser did not see, by its words."""
    words = plain(text).split()
    if not words:
        return "other"
    if gazetteer.type_of(text):
        return "body"
    if 2 <= len(words) <= 4 and all(w[:1].isupper() for w in words):
        last = words[-1].lower()
        named = last in gazetteer.nouns or last in load_terms("source_words", "body ending") or words[0] == "The"
        return "body" if named else "person"
    if len(words) == 1 and words[0][:1].isupper():
        return "body" if words[0].isupper() else "other"
    return "group" if words[-1].endswith("s") else "other"


def anaphors(noun: str) -> tuple[str, ...]:
    """Return what an anaphoric noun may stand for: media, document, body, person, people; nothing for other nouns."""
    return load_kinds("source_anaphors").get(noun, ())


def pronoun_of(word: str) -> str:
    """Return "he", "she", "it" or "they" for a form of these pronouns, else ""."""
    return next((pronoun for pronoun, forms in PRONOUNS.items() if word in forms), "")


def other_sex(name: str, pronoun: str) -> bool:
    """Tell whether a first name with a surname is mostly given to those whom "he" or "she" does not stand for."""
    words = name.lower().split()
    return len(words) > 1 and load_kinds("first_names", "pronoun").get(words[0], (pronoun,)) != (pronoun,)


def fits(m: Mention, pronoun: str) -> bool:
    """Tell whether a mention may be what a pronoun stands for."""
    unknown_source = m.entity_type == "other" and m.row >= 0
    if pronoun in ("he", "she"):
        if any(c.isdigit() for c in m.text):
            return False
        return m.entity_type == "person" or (unknown_source and _may_be_person(m.text))
    if pronoun == "it":
        return m.entity_type in ("body", "place") or unknown_source
    return m.entity_type in ("body", "group") or m.row >= 0


def _may_be_person(text: str) -> bool:
    """Tell whether a source that is no known name may be a person: "a lawyer", "Funakoshi", "the former head"."""
    words = _RELATIVE.split(plain(text))[0].split()
    link = next((w for w in words[1:] if w in ("of", "for", "at", "in", "from")), None)
    noun = words[words.index(link) - 1] if link else words[-1] if words else ""
    return bool(noun) and not noun.endswith("s") and "document" not in anaphors(noun.lower())


def has_word(m: Mention, head: str) -> bool:
    """Tell whether a mention's own words hold the noun: "Human Rights Commission" for "the commission"."""
    words = m.name.lower().replace("'s", "").split()
    own = m.text.lower().split()
    return head in words or (head in own and own[0] not in DEFINITE)


def stands_for(m: Mention, head: str, gazetteer: Gazetteer) -> bool:
    """Tell whether a source named before may be meant by a noun such as "report", "group" or "editor"."""
    kinds = anaphors(head)
    if m.row < 0 and "person" not in kinds:
        return False
    known = {source_type for _, _, source_type in gazetteer.within(m.text)}
    if "media" in kinds and "media" in known:
        return True
    if "person" in kinds:
        return m.entity_type == "person" and m.subject
    if "document" in kinds:
        return m.row >= 0
    if "body" in kinds:
        bodies = load_kinds("source_bodies", "type").get(head, ())
        return m.entity_type == "body" and bool(bodies) and known.issubset(bodies)
    return bool({"people", "media"}.intersection(kinds)) and m.entity_type != "place"
