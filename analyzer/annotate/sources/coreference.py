"""Which source a name, a pronoun, "the report" or a quotation that runs on refers to: document-level, by rule.

First who and what the article has mentioned so far, and which of them a word may stand for; then each source in order.
Only sources are resolved, not every noun phrase: a handful of candidates a source keeps it linear and fast.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.annotate.sources.context import Context, Gazetteer, normal
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
_OWNED = re.compile(r"\b((?:[Tt]he|[Tt]his|[Tt]hat) [a-z-]+(?: [a-z-]+)?)['’]s ([a-z].*)$")
_SEVERAL = frozenset(["both", "these", "neither"])
_COUNTED = frozenset(["two", "three", "four", "same", "latter"])
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
        self.mentions.add(Mention(at, end, row["sentence"], row["source_text"], name, entity_type, True, index))

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
        near = [m for m in self.mentions.before(at, sentence, _NEAR) if fits(m, pronoun)]
        scored = [(self._score(m, pronoun, sentence), -m.start, m) for m in near]
        best = max(scored, default=None, key=lambda item: item[:2])
        subject = self._subject_score(pronoun, sentence)
        if subject is not None and (best is None or subject >= best[0]):
            found = Reference(self.core, True, self.own, True, "pronoun")
        elif best is None:
            return Reference(text, False, how="pronoun")
        else:
            found = self._meant(best[2], "pronoun")
        self.last[pronoun] = (found.name or "", sentence)
        return found

    def _again(self, name: str, pronoun: str, sentence: int) -> float:
        """Return the bonus of what the pronoun stood for just before."""
        last, when = self.last.get(pronoun, ("", -9))
        return WEIGHTS["again"] if last == name and sentence - when <= 2 else 0.0

    def _score(self, m: Mention, pronoun: str, sentence: int) -> float:
        """Return how likely a mention is what a pronoun in this sentence stands for."""
        w = WEIGHTS
        score = w["subject"] * m.subject + w["source"] * (m.row >= 0) - w["distance"] * (sentence - m.sentence)
        score += self._again(m.name, pronoun, sentence)
        if pronoun in ("he", "she"):
            return score + w["other sex"] * other_sex(m.name, pronoun)
        return score + w["body"] * (m.entity_type == "body") + w["place"] * (m.entity_type == "place")

    def _subject_score(self, pronoun: str, sentence: int) -> float | None:
        """Return the score of the article's subject as what a pronoun stands for; None where it cannot be."""
        if not self.core:
            return None
        person = self.about.get("sort") == "person"
        pronouns = self.about.get("pronouns") or []
        if pronoun not in pronouns and not (person and pronoun in ("he", "she") and not pronouns):
            return None
        return WEIGHTS["own person" if person else "own thing"] + self._again(self.core, pronoun, sentence)

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
