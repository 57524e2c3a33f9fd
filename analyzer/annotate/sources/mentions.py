"""Whom and what an article has mentioned so far: the candidates for what a pronoun or "the report" stands for.

Names, pairs of names, and common nouns for people, bodies and texts where they act; a handful a sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from analyzer.annotate.attribution.lexicon import source_classes
from analyzer.annotate.sources.context import Context, Gazetteer, normal
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import PRONOUNS, place_of_any, sex_of, words_of
from analyzer.annotate.tokens import Tokens
from analyzer.lexicons import load_kinds, load_terms

DEFINITE = frozenset(["the", "this", "that", "these", "those", "both", "neither"])
_ENTITIES = {"PERSON": "person", "ORG": "body", "NORP": "group", "GPE": "place"}
_DESCRIPTION = re.compile(r"(?i:the|this|that|these|those|both|his|her|its|their) [a-z]+(?: [a-z]+)?$")
_SUBJECTS = frozenset(["nsubj", "nsubjpass", "csubj"])
_BESIDE = frozenset(["appos", "conj"])  # "the critic X", "X and Y": in the role of what they hang on
_NO_MENTION = frozenset(["i", "we"]).union(*PRONOUNS.values())
_OF_PERSONS = frozenset(["critic", "official", "people", "scholar"])  # classes of nouns
_RELATIVE = re.compile(r",| (?:who|whom|that|which) ")
_BEHIND = frozenset(["prep", "acl", "agent"])  # what of a noun's tree says which one: "headed by X", "of the bank"
_OWN = frozenset(["his", "her", "their"])
_BEFORE_NAME = frozenset(["DET", "ADJ", "NOUN"])  # between "by" and a name
_LOOKED_AT = 1000  # mentions; more stand in no 30 sentences of prose
_WORDS = 3  # of a person's name, where the recogniser saw none
_LONGEST = 12  # tokens of a noun with what is behind it
_TOGETHER = 6  # names joined by an "and"; more are a list
_NOUNS = frozenset(["NOUN", "PROPN"])
_BEFORE_NOUN = frozenset(["amod", "compound", "poss", "nummod"])


@dataclass
class Mention:
    """One mention: where, under which fullest name, and what of; ``row`` is the attribution it is the source of."""

    start: int
    end: int
    sentence: int
    text: str
    name: str
    entity_type: str  # person | body | group | place | name (of whom or what is not known) | several | other
    subject: str = ""  # of the "main" clause, of a "clause", an "agent", the "owner" of such a one, or ""
    row: int = -1
    titled: bool = False  # the name of a work
    noun: str = ""  # the head of what is no name, as the text has it
    sure: bool = False  # a body by more than the recogniser's word
    author: bool = False  # of a text that no source names: "the study from 1998, by X", "published by X"
    several: str = ""  # all that a "they" here means, of whom the name is one

    @property
    def acts(self) -> bool:
        """Whether it is the subject of a clause, an agent, or a source."""
        return self.subject in ("main", "clause", "agent") or self.row >= 0


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

        Of several in one sentence, the one that acts stands for the name.
        """
        return [foremost(same) for same in self.named_before(at, sentence, reach)]

    def named_before(self, at: int, sentence: int, reach: int) -> list[list[Mention]]:
        """Return the same with all mentions of each name in the last sentence that has it, latest first."""
        found: dict[str, list[Mention]] = {}
        left = _LOOKED_AT
        for index in range(sentence, max(-1, sentence - reach - 1), -1):
            here = self.by_sentence.get(index, ())
            for mention in islice(reversed(here), max(0, left)):
                if mention.start < at:
                    same = found.setdefault(mention.name, [])
                    if not same or same[0].sentence == index:
                        same.append(mention)
            left -= len(here)
        return list(found.values())


def foremost(same: Sequence[Mention]) -> Mention:
    """Return the mention that stands for several of one name: the first that acts, else the first."""
    return next((m for m in same if m.acts), same[0])


def mentions(context: Context, rows: Sequence[Row], names: Names) -> list[Mention]:
    """Return the mentions of a Doc in text order: names, nouns that act, named sources, and pairs of names."""
    found: dict[int, Mention] = {}
    for entity in (*_entities(context), *_acting_names(context)):
        words = context.text[entity.start : entity.end]
        if entity.start not in found:
            entity.text, entity.name = words, names.fullest(words)
            entity.sure = _is_body(context, entity)
            if entity.sure and entity.entity_type != "group":
                entity.entity_type = "body"
            found[entity.start] = entity
    for noun in _acting_nouns(context):
        found.setdefault(noun.start, noun)
    for index, row in enumerate(rows):
        start, text = row["source_start"], row["source_text"] or ""
        if start is not None and not _bare(text):
            found[start] = _source(context, index, row, names.fullest(text), found.get(start))
    singles = [found[start] for start in sorted(found)]
    for mention in singles:
        mention.author = mention.row < 0 and not mention.noun and _is_author(context, mention)
    return sorted([*singles, *_pairs(context, singles)], key=lambda m: m.start)


def _source(context: Context, index: int, row: Row, name: str, known: Mention | None) -> Mention:
    """Return the mention of a source; ``known`` is what was found where it begins."""
    start, text = row["source_start"], row["source_text"]
    mention = Mention(start, row["source_end"], context.sentence_at(start), text, name, "", row=index)
    span = context.span(start, row["source_end"])
    mention.subject = _role(context, span.root.i) if span is not None else ""
    if known is not None:
        mention.titled, mention.noun, mention.sure = known.titled, known.noun, known.sure
        mention.entity_type = known.entity_type
    if mention.entity_type in ("", "place"):
        mention.entity_type = _guess(text, context.gazetteer)
    return mention


def _entities(context: Context) -> Iterator[Mention]:
    """Yield the recognised entities, their text and name still to be filled in."""
    for entity in context.doc.ents:
        entity_type = _ENTITIES.get(entity.label_)
        first = context.tokens.words[entity.start]
        if entity_type is not None and (first[:1].isupper() or first.lower() == "the"):
            yield _mention(context, entity.start, entity.end, entity.root.i, entity_type)


def _acting_names(context: Context) -> Iterator[Mention]:
    """Yield names that the recogniser did not see and that are the subject of a clause, or own it.

    "Funakoshi believed", "Pliny's history describes".
    """
    tokens = context.tokens
    for i, dep in enumerate(tokens.dep):
        name = tokens.pos[i] == "PROPN" and tokens.capital(i) and tokens.ent[i] not in _ENTITIES
        if not name or not (dep in _SUBJECTS or dep == "poss"):
            continue
        start = i
        while start and tokens.dep[start - 1] == "compound" and tokens.pos[start - 1] == "PROPN":
            start -= 1
        while start and tokens.capital(start - 1) and _known(context, start - 1, i + 1):
            start -= 1
        mention = _mention(context, start, i + 1, i, "name")
        if mention.subject:
            yield mention


def _known(context: Context, start: int, end: int) -> bool:
    """Tell whether the tokens are a name of the tables: "Rotten Tomatoes"."""
    return normal(context.text[context.tokens.start[start] : context.tokens.end[end - 1]]) in context.gazetteer.known


def _acting_nouns(context: Context) -> Iterator[Mention]:
    """Yield common nouns for people, bodies and texts that are the subject of a clause: "a panel set up in Lagos"."""
    tokens = context.tokens
    for i, dep in enumerate(tokens.dep):
        sort = _sort_of_noun(tokens, i) if dep in _SUBJECTS and tokens.pos[i] == "NOUN" else ""
        if not sort:
            continue
        start, end = min([i, *tokens.children[i]]), _end_of_noun(tokens, i)
        text = context.text[tokens.start[start] : tokens.end[end - 1]]
        which = end > i + 1 or any(tokens.dep[k] == "compound" for k in tokens.children[i])
        if (which or not _bare(text)) and " " in text and not _is_named(tokens, i, end):
            mention = _mention(context, start, end, i, sort)
            mention.text, mention.name, mention.noun = text, plain(text), tokens.lower[i]
            yield mention


def _is_named(tokens: Tokens, i: int, end: int) -> bool:
    """Tell whether a name stands beside a noun: "a contemporary of Hobbes, James Harrington"."""
    if any(tokens.dep[k] == "appos" and tokens.pos[k] == "PROPN" for k in tokens.children[i]):
        return True
    return end + 1 < len(tokens) and tokens.lower[end] == "," and tokens.pos[end + 1] == "PROPN"


def _sort_of_noun(tokens: Tokens, i: int) -> str:
    """Return "person", "body" (texts, too) or "group" (of any) for what a common noun may stand for; else ""."""
    lemma = tokens.lemma[i].lower()
    classes = source_classes().get(lemma, ())
    person = not _OF_PERSONS.isdisjoint(classes)
    if not (person or "body" in classes or "doc" in classes or not {"document", "body"}.isdisjoint(anaphors(lemma))):
        return ""
    return "group" if tokens.tag[i] != "NN" else "person" if person else "body"


def _end_of_noun(tokens: Tokens, i: int) -> int:
    """Return where a noun ends with what says which one right behind it: "headed by X", "of the bank"."""
    end = i + 1
    if end < len(tokens) and tokens.head[end] == i and tokens.dep[end] in _BEHIND:
        while end < min(len(tokens), i + _LONGEST) and _hangs_on(tokens, end, i):
            end += 1
    return end


def _hangs_on(tokens: Tokens, at: int, i: int) -> bool:
    """Tell whether a token hangs on another, over few steps, with no comma between."""
    if tokens.lower[at] == ",":
        return False
    for _ in range(_LONGEST):
        at = tokens.head[at]
        if at == i:
            return True
    return False


def _pairs(context: Context, singles: Sequence[Mention]) -> Iterator[Mention]:
    """Yield "X and Y" as one mention, of two people next to each other."""
    for one, other in pairwise(singles):
        between = context.text[one.end : other.start].strip()
        if between in ("and", "&") and {one.entity_type, other.entity_type} <= {"person", "name", "other"}:
            name, text = f"{one.name} and {other.name}", context.text[one.start : other.end]
            at = one.start, other.end, one.sentence
            yield Mention(*at, text, name, "several", one.subject, one.row, author=one.author)


def joined(context: Context, mention: Mention, here: Sequence[Mention]) -> str:
    """Return all that a mention is joined with by an "and", itself among them ("X, Y and Z"); "" where it stands alone.

    ``here`` are the mentions of its sentence, whose names count.
    """
    tokens = context.tokens
    members, joints = _coordinated(tokens, _root(tokens, mention))
    if len(members) == 1 or len(members) > _TOGETHER or joints.isdisjoint(("and", "&")):
        return ""
    places = [tokens.start[member] for member in members]
    alone = [m for m in here if m.entity_type != "several" and sum(m.start <= at < m.end for at in places) == 1]
    named = [_named_at(context, member, alone) for member in sorted(members)]
    return f"{', '.join(named[:-1])} and {named[-1]}" if all(named) else ""


def _coordinated(tokens: Tokens, noun: int) -> tuple[list[int], set[str]]:
    """Return the nouns that one is coordinated with, itself among them, and the words that join them.

    A list is not followed further than to where it is too long to be told.
    """
    for _ in range(_TOGETHER):
        if tokens.dep[noun] == "conj" and tokens.pos[tokens.head[noun]] in _NOUNS:
            noun = tokens.head[noun]
    members, joints = [noun], set[str]()
    for member in members:
        if len(members) > _TOGETHER:
            break
        joints.update(tokens.lower[child] for child in tokens.children[member] if tokens.dep[child] == "cc")
        members += [c for c in tokens.children[member] if tokens.dep[c] == "conj" and tokens.pos[c] in _NOUNS]
    return members, joints


def _root(tokens: Tokens, mention: Mention) -> int:
    """Return the token of a mention that hangs on another outside it."""
    words = range(tokens.at(mention.start), tokens.at(mention.end - 1) + 1)
    return next((k for k in words if tokens.head[k] not in words or tokens.head[k] == k), words[-1])


def _named_at(context: Context, token: int, here: Sequence[Mention]) -> str:
    """Return the name of the mention with a token in it, else the noun with what says which one; "" of a name alone."""
    tokens = context.tokens
    start = tokens.start[token]
    found = next((m.name for m in here if m.start <= start < m.end), "")
    if found:
        return found
    if tokens.pos[token] != "NOUN":
        return ""
    first = min([token, *(k for k in tokens.children[token] if tokens.dep[k] in _BEFORE_NOUN)])
    return plain(context.text[tokens.start[first] : tokens.end[_end_of_noun(tokens, token) - 1]])


def _mention(context: Context, start: int, end: int, root: int, entity_type: str) -> Mention:
    """Return the mention of the tokens without its words; ``root`` is their head."""
    tokens = context.tokens
    titled = context.titled(start) or (start > 0 and tokens.lower[start - 1] in words_of("work"))
    at = tokens.start[start]
    if start and tokens.lower[start - 1] in _OWN and entity_type in ("person", "name"):
        entity_type = "other"  # who or what is "his" is not he
    return Mention(
        at, tokens.end[end - 1], tokens.sent[start], "", "", entity_type, _role(context, root), titled=titled
    )


def _role(context: Context, root: int) -> str:
    """Return "main" or "clause" for the subject of such a clause, "agent", or "owner" of such a one; else ""."""
    dep = context.tokens.dep
    while dep[root] in _BESIDE:
        root = context.tokens.head[root]
    head = context.tokens.head[root]
    if dep[root] in _SUBJECTS:
        return "main" if dep[head] == "ROOT" else "clause"
    if dep[root] == "poss":
        return "owner" if dep[head] in _SUBJECTS else ""
    return "agent" if dep[root] == "pobj" and dep[head] == "agent" else ""


def _is_body(context: Context, entity: Mention) -> bool:
    """Tell whether a name is a body's by its last word, the tables, or the noun before it: "the charity Lumos"."""
    last = entity.text.split()[-1].lower()
    if " " in entity.text and (last in load_terms("source_words", "body ending") or "body" in anaphors(last)):
        return True
    if entity.entity_type == "person" and has_first_name(entity.name):
        return False  # who is quoted often is in the tables, too
    if context.gazetteer.known.get(normal(entity.text)):
        return True
    first = context.tokens.at(entity.start)
    return first > 0 and context.tokens.pos[first - 1] == "NOUN" and "body" in anaphors(context.tokens.lower[first - 1])


def _is_author(context: Context, mention: Mention) -> bool:
    """Tell whether a name stands behind the "by" of a text, or a person's behind that of a text's publication."""
    tokens = context.tokens
    at = tokens.at(mention.start) - 1
    while at > 0 and tokens.pos[at] in _BEFORE_NAME:  # "by the economist X"
        at -= 1
    if at <= 0 or tokens.lower[at] != "by":
        return False
    made = tokens.head[at]
    if tokens.pos[made] == "VERB":
        person = mention.entity_type in ("person", "name")  # a body publishes what others wrote
        before = range(tokens.bounds[tokens.sent[at]][0], at)
        published = tokens.lemma[made].lower() in load_terms("source_words", "published")
        return person and published and any(_is_document(tokens, k) for k in before)
    return tokens.pos[made] in ("ADJ", "NUM") or _is_document(tokens, made)  # "the first from 1998, by X"


def _is_document(tokens: Tokens, at: int) -> bool:
    """Tell whether a token is a noun for a text or what one tells: "study", "analysis"."""
    return tokens.pos[at] == "NOUN" and "doc" in source_classes().get(tokens.lemma[at].lower(), ())


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


def fits(m: Mention, pronoun: str) -> bool:
    """Tell whether a mention may be what a pronoun stands for."""
    unknown_source = m.entity_type == "other" and m.row >= 0
    if pronoun in ("he", "she"):
        if m.titled or any(c.isdigit() for c in m.text) or (m.name.isupper() and "." not in m.name):
            return False
        if m.entity_type in ("body", "place", "group"):
            return not (m.noun or m.sure) and (has_first_name(m.name) or _may_be_name(m))
        named = m.entity_type == "person" or (m.entity_type == "name" and len(m.name.split()) <= _WORDS)
        return named or (unknown_source and _may_be_person(m.text))
    if pronoun == "it":
        return m.entity_type in ("body", "place") or unknown_source
    return (m.entity_type in ("body", "group", "several") or m.row >= 0) and not _is_text(m)


def _is_text(m: Mention) -> bool:
    """Tell whether a mention is a single text ("a law", "this analysis"), which is never "they"."""
    return bool(m.noun) and m.entity_type == "body" and "body" not in source_classes().get(m.noun, ())


def has_first_name(name: str) -> bool:
    """Tell whether a name of two or three words begins with a person's first name."""
    return len(name.split()) <= _WORDS and bool(sex_of(name))


def _may_be_name(m: Mention) -> bool:
    """Tell whether what the recogniser takes for a body, people or a place may be somebody: "Aristotle" acts."""
    words = m.name.split()
    if not m.subject or not 0 < len(words) <= _WORDS or place_of_any(m.name.lower()) is not None:
        return False
    capitals = all(word[:1].isupper() and (word[1:].islower() or "." in word or "'" in word) for word in words)
    return capitals and (len(words) == 1 or not words[-1].endswith("s"))


def _may_be_person(text: str) -> bool:
    """Tell whether a source that is no known name may be a person: "a lawyer", "Funakoshi", "the former head"."""
    words = _RELATIVE.split(plain(text))[0].split()
    link = next((w for w in words[1:] if w in ("of", "for", "at", "in", "from")), None)
    noun = words[words.index(link) - 1] if link else words[-1] if words else ""
    if noun.islower():
        return not _OF_PERSONS.isdisjoint(source_classes().get(noun, ()))
    return bool(noun) and not noun.endswith("s") and "document" not in anaphors(noun.lower())
