"""Which source a name, a pronoun, "the report" or a quotation that runs on refers to: document-level, by rule.

First who and what the article has mentioned so far, and which of them a word may stand for; then each source in order.
Only sources are resolved, not every noun phrase: a handful of candidates a source keeps it linear and fast.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from analyzer.annotate.attribution.lexicon import source_classes
from analyzer.annotate.sources.context import Context, Gazetteer, normal
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import PARTICLES, PRONOUNS, sex_of, words_of
from analyzer.lexicons import load_kinds, load_terms

_ENTITIES = {"PERSON": "person", "ORG": "body", "NORP": "group", "GPE": "place"}
_DESCRIPTION = re.compile(r"(?i:the|this|that|these|those|both|his|her|its|their) [a-z]+(?: [a-z]+)?$")
_SUBJECTS = frozenset(["nsubj", "nsubjpass", "csubj"])
_BESIDE = frozenset(["appos", "conj"])  # "the critic X", "X and Y": in the role of what they hang on
_NO_MENTION = frozenset(["i", "we"]).union(*PRONOUNS.values())
_OF_PERSONS = frozenset(["critic", "official", "people", "scholar"])  # classes of nouns
_RELATIVE = re.compile(r",| (?:who|whom|that|which) ")
DEFINITE = frozenset(["the", "this", "that", "these", "those", "both", "neither"])
# Weights of what makes a mention the likelier antecedent of a pronoun, fitted on the training passages, where those of
# "own person" between 1.2 and 2.3 do alike: in a life, only who is the subject of the clause before is likelier.
WEIGHTS = {
    "distance": -1.5, "same sentence": -0.3, "main": 1.6, "clause": 0.8, "agent": 1.0, "source": 0.9, "opens": 0.8,
    "again": 1.15, "body": 0.45, "place": -0.8, "other sex": -3.0, "own sex": 1.0,
    "own person": 2.0, "own thing": -1.2, "own name": -0.35,
}  # fmt: skip
_OWNED = re.compile(r"\b((?:[Tt]he|[Tt]his|[Tt]hat) [a-z-]+(?: [a-z-]+)?)['’]s ([a-z].*)$")
_SEVERAL = frozenset(["both", "these", "neither"])
_COUNTED = frozenset(["two", "three", "four", "same", "latter"])
_LOOKED_AT = 1000  # mentions; more stand in no 30 sentences of prose
_NEAR = 8  # sentences back in which a pronoun finds its antecedent
_FAR = 30  # the same for "the commission" and other nouns that say more


@dataclass
class Mention:
    """One mention: where, under which fullest name, and what of; ``row`` is the attribution it is the source of."""

    start: int
    end: int
    sentence: int
    text: str
    name: str
    entity_type: str  # person | body | group | place | name (of whom or what is not known) | other
    subject: str = ""  # of the "main" clause, of a "clause", an "agent", or ""
    row: int = -1
    titled: bool = False  # the name of a work

    @property
    def acts(self) -> bool:
        """Whether it is the subject of a clause, an agent, or a source."""
        return bool(self.subject) or self.row >= 0


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
        found: dict[str, Mention] = {}
        left = _LOOKED_AT
        for index in range(sentence, max(-1, sentence - reach - 1), -1):
            here = self.by_sentence.get(index, ())
            for mention in islice(reversed(here), max(0, left)):
                old = found.get(mention.name)
                if mention.start >= at:
                    continue
                if old is None or (old.sentence == index and mention.acts > old.acts):
                    found[mention.name] = mention
            left -= len(here)
        return list(found.values())


def mentions(context: Context, rows: Sequence[Row], names: Names) -> list[Mention]:
    """Return the mentions of a Doc in text order: entities, other names that are subjects, and named sources."""
    found: dict[int, Mention] = {}
    for entity in (*_entities(context), *_subject_names(context)):
        words = context.text[entity.start : entity.end]
        entity_type = entity.entity_type
        if entity_type in ("person", "place", "name") and context.gazetteer.known.get(normal(words)):
            entity_type = "body"
        if entity.start not in found:
            entity.text, entity.name, entity.entity_type = words, names.fullest(words), entity_type
            found[entity.start] = entity
    for index, row in enumerate(rows):
        start, text = row["source_start"], row["source_text"] or ""
        if start is None or _bare(text):
            continue
        known = found.get(start)
        entity_type = known.entity_type if known and known.entity_type != "place" else _guess(text, context.gazetteer)
        span = context.span(start, row["source_end"])
        subject = _role(context, span.root.i) if span is not None else ""
        titled = known is not None and known.titled
        sentence = context.sentence_at(start)
        found[start] = Mention(
            start, row["source_end"], sentence, text, names.fullest(text), entity_type, subject, index, titled
        )
    return [found[start] for start in sorted(found)]


def _entities(context: Context) -> Iterator[Mention]:
    """Yield the recognised entities, their text and name still to be filled in."""
    for entity in context.doc.ents:
        entity_type = _ENTITIES.get(entity.label_)
        first = context.tokens.words[entity.start]
        if entity_type is not None and (first[:1].isupper() or first.lower() == "the"):
            yield _mention(context, entity.start, entity.end, entity.root.i, entity_type)


def _subject_names(context: Context) -> Iterator[Mention]:
    """Yield names that the recogniser did not see and that are the subject of a clause: "Funakoshi believed"."""
    tokens = context.tokens
    for i, dep in enumerate(tokens.dep):
        if dep not in _SUBJECTS or tokens.pos[i] != "PROPN" or tokens.ent[i] or not tokens.capital(i):
            continue
        start = i
        while start and tokens.dep[start - 1] == "compound" and tokens.pos[start - 1] == "PROPN":
            start -= 1
        yield _mention(context, start, i + 1, i, "name")


def _mention(context: Context, start: int, end: int, root: int, entity_type: str) -> Mention:
    """Return the mention of the tokens without its words; ``root`` is their head."""
    tokens = context.tokens
    titled = context.titled(start) or (start > 0 and tokens.lower[start - 1] in words_of("work"))
    at = tokens.start[start]
    return Mention(
        at, tokens.end[end - 1], tokens.sent[start], "", "", entity_type, _role(context, root), titled=titled
    )


def _role(context: Context, root: int) -> str:
    """Return "main" or "clause" for the subject of such a clause, "agent" for the agent of a passive, else ""."""
    dep = context.tokens.dep
    while dep[root] in _BESIDE:
        root = context.tokens.head[root]
    head = context.tokens.head[root]
    if dep[root] in _SUBJECTS:
        return "main" if dep[head] == "ROOT" else "clause"
    return "agent" if dep[root] == "pobj" and dep[head] == "agent" else ""


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


def fits(m: Mention, pronoun: str) -> bool:
    """Tell whether a mention may be what a pronoun stands for."""
    unknown_source = m.entity_type == "other" and m.row >= 0
    if pronoun in ("he", "she"):
        if m.titled or any(c.isdigit() for c in m.text):
            return False
        if m.entity_type in ("body", "place"):
            return _has_first_name(m.name)
        return m.entity_type in ("person", "name") or (unknown_source and _may_be_person(m.text))
    if pronoun == "it":
        return m.entity_type in ("body", "place") or unknown_source
    return m.entity_type in ("body", "group") or m.row >= 0


def _has_first_name(name: str) -> bool:
    """Tell whether a name of two or three words begins with a person's first name."""
    return len(name.split()) <= 3 and bool(sex_of(name))


def _may_be_person(text: str) -> bool:
    """Tell whether a source that is no known name may be a person: "a lawyer", "Funakoshi", "the former head"."""
    words = _RELATIVE.split(plain(text))[0].split()
    link = next((w for w in words[1:] if w in ("of", "for", "at", "in", "from")), None)
    noun = words[words.index(link) - 1] if link else words[-1] if words else ""
    if noun.islower():
        return not _OF_PERSONS.isdisjoint(source_classes().get(noun, ()))
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
        return m.entity_type == "person" and m.acts
    if "document" in kinds:
        return m.row >= 0
    if "body" in kinds:
        bodies = load_kinds("source_bodies", "type").get(head, ())
        return m.entity_type == "body" and bool(bodies) and known.issubset(bodies)
    return bool({"people", "media"}.intersection(kinds)) and m.entity_type != "place"


@dataclass
class Reference:
    """What a source refers to: the fullest name, whether an earlier sentence was needed, and the mention meant."""

    name: str | None
    carried: bool
    mention: Mention | None = None
    subject: bool = False
    how: str = "named"  # named | pronoun | definite | possessed | continued | given | none
    possessed: bool = False


class Resolver:
    """Resolves the sources of one Doc in order; remembers what pronouns last stood for."""

    def __init__(self, context: Context, rows: Sequence[Row]) -> None:
        self.context = context
        self.rows = rows
        self.about = context.about
        self.core: str = "" if context.record else str(self.about.get("core") or "")  # a record has no name of its own
        aliases = () if context.record else tuple(self.about.get("aliases") or ())
        self.names = Names(context.text, self.core, aliases)
        self.last: dict[str, tuple[str, int]] = {}
        found = mentions(context, rows, self.names)
        self.mentions = Mentions(found)
        self.own = next((m for m in found if self._is_subject(m.name, m.text)), None)

    def resolve(self) -> list[Reference]:
        """Return one reference a row."""
        found: list[Reference | None] = []
        for index, row in enumerate(self.rows):
            reference = self._one(row) if "continues" not in row else None
            found.append(reference)
            if reference is not None and reference.how in ("pronoun", "definite") and row["source_start"] is not None:
                self._remember(index, row, reference)
        return [reference or self._continued(row, found) for row, reference in zip(self.rows, found, strict=True)]

    def _remember(self, index: int, row: Row, reference: Reference) -> None:
        """Let a resolved pronoun or description count as a mention of what it stands for."""
        person = self.about.get("sort") == "person" and reference.subject
        entity_type = reference.mention.entity_type if reference.mention else "person" if person else "other"
        at, end, name = row["source_start"], row["source_end"], reference.name or ""
        self.mentions.add(Mention(at, end, row["sentence"], row["source_text"], name, entity_type, "clause", index))

    def _continued(self, row: Row, found: list[Reference | None]) -> Reference:
        """Return the reference of the row that a row without words of its own continues."""
        at = row["continues"]
        head = found[at] if 0 <= at < len(found) else None
        if head is None:
            return Reference(row.get("name"), True, how="continued")
        return Reference(head.name, True, head.mention, head.subject, "continued", head.possessed)

    def _one(self, row: Row) -> Reference:
        """Return the reference of a row with words of its own, or of one without a source."""
        text = row["source_text"]
        if text is None:
            given = row.get("name")
            return Reference(given, bool(given), how="given" if given else "none")
        at, words = row["source_start"], text.lower().split()
        sentence = self.context.sentence_at(at)
        if pronoun := pronoun_of(text.lower().strip()):
            return self._pronoun(pronoun, at, sentence, text)
        if len(words) > 1 and words[0] in ("his", "her", "its", "their"):
            return self._possessed(at, sentence, text)
        if (len(words) > 1 and words[0] in DEFINITE) or _owned(text):  # "all of the magazine's reviewers"
            return self._definite(row, at, sentence, text)
        return self._named(text)

    def _named(self, text: str) -> Reference:
        name = self.names.fullest(text)
        return Reference(name, False, self.mentions.first.get(name), self._is_subject(name, text))

    def _meant(self, m: Mention, how: str) -> Reference:
        return Reference(m.name, True, m, self._is_subject(m.name, m.text), how)

    def _is_subject(self, name: str, text: str) -> bool:
        if not self.core:
            return False
        bare = plain(text).removeprefix("The ")
        return bare in self.names.aliases or name in self.names.aliases or name == self.core

    def _pronoun(self, pronoun: str, at: int, sentence: int, text: str) -> Reference:
        """Return what a pronoun stands for: the likeliest of the mentions before it and the subject."""
        choices = list(self.choices(pronoun, at, sentence))
        if not choices:
            return Reference(text, False, how="pronoun")
        found, _ = max(choices, key=lambda choice: sum(WEIGHTS[name] * value for name, value in choice[1].items()))
        self.last[pronoun] = (found.name or "", sentence)
        return found

    def choices(self, pronoun: str, at: int, sentence: int) -> Iterator[tuple[Reference, dict[str, float]]]:
        """Yield what a pronoun may stand for with its evidence: the subject, then mentions, latest first."""
        sort = self._subject_as(pronoun)
        if sort:
            own = {f"own {sort}": 1.0, "again": self._again(self.core, pronoun, sentence)}
            yield Reference(self.core, True, self.own, True, "pronoun"), own
        for m in self.mentions.before(at, sentence, _NEAR):
            if fits(m, pronoun):
                yield self._meant(m, "pronoun"), self._evidence(m, pronoun, sentence)

    def _again(self, name: str, pronoun: str, sentence: int) -> float:
        """Tell (1 or 0) whether the pronoun stood for this just before."""
        last, when = self.last.get(pronoun, ("", -9))
        return float(last == name and sentence - when <= 2)

    def _evidence(self, m: Mention, pronoun: str, sentence: int) -> dict[str, float]:
        """Return what speaks for a mention as what a pronoun in this sentence stands for, and against it."""
        found = {
            "distance": float(sentence - m.sentence),
            "same sentence": float(sentence == m.sentence),
            "source": float(m.row >= 0),
            "again": self._again(m.name, pronoun, sentence),
            "opens": float(self.mentions.by_sentence[m.sentence][0].start == m.start),
        }
        if m.subject:
            found[m.subject] = 1.0
        if pronoun in ("he", "she"):
            sex = sex_of(m.name)
            found["other sex"] = float(bool(sex) and pronoun not in sex)
            found["own sex"] = float(sex == (pronoun,))
        else:
            found |= {kind: float(m.entity_type == kind) for kind in ("body", "place")}
        return found

    def _subject_as(self, pronoun: str) -> str:
        """Return what of the article's subject is for a pronoun: a "person", "thing", or a "name" that may be one's."""
        if not self.core:
            return ""
        person = self.about.get("sort") == "person"
        pronouns = self.about.get("pronouns") or []
        if pronoun in pronouns or (person and pronoun in ("he", "she") and not pronouns):
            return "person" if person else "thing"
        return "name" if pronoun in ("he", "she") and self._may_be_person(pronoun) else ""

    def _may_be_person(self, pronoun: str) -> bool:
        """Tell whether the subject, of which the first lines say no other sort, has a name like a person's."""
        words = self.core.split()
        named = self.about.get("sort") in ("other", "work") and not self.about.get("disambiguator")
        capital = all(word[:1].isupper() or word in PARTICLES for word in words) and words[0] != "The"
        sex = sex_of(self.core)
        return named and capital and not self.context.record and (pronoun in sex if sex else len(words) > 1)

    def _possessed(self, at: int, sentence: int, text: str) -> Reference:
        """Return the reference of "its director": the director of what "its" stands for."""
        first, *rest = text.split()
        owner = self._pronoun(pronoun_of(first.lower()), at, sentence, first)
        if owner.mention is None and not owner.subject:
            return Reference(plain(text), False, how="possessed")
        return Reference(f"{' '.join(rest)} of {owner.name}", True, owner.mention, owner.subject, "possessed", True)

    def _definite(self, row: Row, at: int, sentence: int, text: str) -> Reference:
        """Return the reference of "the commission" and the like; named by itself where nothing before it fits."""
        owned = _owned(text)
        if owned:
            return self._of_owner(row, owned[1], owned[2], at, sentence)
        first, *rest = text.split()
        if any(word[:1].isupper() for word in rest):
            return self._named(text)
        head = self._head(row, text)
        if self._names_subject(head, text):
            return Reference(self.core, True, self.own, True, "definite")
        itself = Reference(plain(text), False, how="definite")
        kinds = anaphors(head)
        if "body" in kinds and _says_class(text):
            return itself
        near = self.mentions.before(at, sentence, _FAR)
        plural = head.endswith("s") and "people" in kinds
        same = None if "state" in kinds else next((m for m in near if has_word(m, head) and m.start < at), None)
        if same is not None and not plural:
            return self._meant(same, "definite")
        if first.lower() == "the" and len(rest) > 2 and not same:
            return itself
        if first.lower() in _SEVERAL and head.endswith(("s", "y")) and not same:
            return self._several(near, sentence) or itself
        fit = [m for m in near if sentence - m.sentence <= 4 and stands_for(m, head, self.context.gazetteer)]
        if not fit:
            return itself
        meant = self._meant(min(fit, key=lambda m: "document" in kinds and m.entity_type == "person"), "definite")
        if "people" in kinds:
            meant.name, meant.possessed = f"{' '.join(rest)} of {meant.name}", True
        return meant

    def _of_owner(self, row: Row, owner: str, rest: str, at: int, sentence: int) -> Reference:
        """Return the reference of "the commission's director": the director of what "the commission" stands for."""
        start = row["source_start"] + row["source_text"].find(owner)
        span = {"source_start": start, "source_end": start + len(owner)}
        whole = self._definite(row | span, at, sentence, owner)
        if not whole.carried or len(owner.split()) > 3:
            return Reference(plain(row["source_text"]), False, how="definite")
        return Reference(f"{rest} of {whole.name}", True, whole.mention, whole.subject, "possessed", True)

    def _several(self, near: Sequence[Mention], sentence: int) -> Reference | None:
        """Return the reference of "both studies": the last two sources named in the sentences before."""
        named = [m for m in near if m.row >= 0 and sentence - m.sentence <= 3][:2]
        if not named:
            return None
        return Reference(" and ".join(m.name for m in reversed(named)), True, named[0], how="definite")

    def _names_subject(self, head: str, text: str) -> bool:
        """Tell whether "the company" and the like mean the subject: its own noun, and nothing narrower said."""
        entity_type = self.about.get("sort")
        if self.context.record or len(text.split()) > 2 or entity_type in ("person", "work"):
            return False
        words = self.core.lower().split()
        if head in words:
            return True
        known = self.context.gazetteer.type_of(self.core)
        if known == "media":
            return "media" in anaphors(head) and head not in load_terms("source_words", "no paper")
        firm = entity_type == "organisation" or known is not None
        if entity_type == "other" and words:
            firm = firm or words[-1] in load_terms("source_words", "firm ending")
        return firm and head in load_terms("source_words", "firm noun")

    def _head(self, row: Row, text: str) -> str:
        """Return the head noun of a description, lower-cased; singular where the lemma is known."""
        span = self.context.span(row["source_start"], row["source_end"])
        if span is None:
            return text.split()[-1].lower()
        for token in span:
            if token.pos_ in ("NOUN", "PROPN") and (
                token.i + 1 == span.end or token.nbor().pos_ not in ("NOUN", "PROPN", "PART")
            ):
                return token.lower_ if anaphors(token.lower_) else token.lemma_.lower()
        return span.root.lemma_.lower()


def _owned(text: str) -> re.Match[str] | None:
    """Return the match of owner and owned in "the commission's director", where the text names nobody."""
    return None if any(word[:1].isupper() for word in text.split()[1:]) else _OWNED.search(text)


def _says_class(text: str) -> bool:
    """Tell whether "the" with a plural states a class ("the rights groups"), and is no "the two groups"."""
    words = text.lower().split()
    return words[0] == "the" and words[-1].endswith("s") and not _COUNTED.intersection(words[1:-1])
