"""Which source a name, a pronoun, "the report" or a quotation that runs on refers to: document-level, by rule.

First who and what the article has mentioned so far, and which of them a word may stand for; then each source in order.
Only sources are resolved, not every noun phrase: a handful of candidates a source keeps it linear and fast.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analyzer.annotate.sources.context import Context, Gazetteer
from analyzer.annotate.sources.mentions import (
    DEFINITE,
    Mention,
    Mentions,
    anaphors,
    fits,
    foremost,
    has_first_name,
    joined,
    mentions,
)
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import PARTICLES, PRONOUNS, sex_of, words_of
from analyzer.lexicons import load_kinds, load_terms

# Weights of what makes a mention the likelier antecedent of a pronoun, fitted on the training passages and stretches of
# articles: moved by a half, none gains more than one of 702 sources there or loses more than three. "own person": in a
# life, only who is the subject of the clause before is likelier.
WEIGHTS = {
    "distance": -1.75, "same sentence": -0.3, "main": 1.6, "clause": 0.8, "agent": 1.0, "owner": 0.4, "source": 0.9,
    "opens": 0.8, "body": 0.45, "place": -0.8, "other sex": -3.0, "own sex": 1.0, "unsure": -1.25,
    "own person": 1.75, "own thing": -1.2, "own name": -0.35,
}  # fmt: skip
_ROLES = ("main", "clause", "agent", "owner")  # the telling one first
_OWNED = re.compile(r"\b((?:[Tt]he|[Tt]his|[Tt]hat) [a-z-]+(?: [a-z-]+)?)['’]s ([a-z].*)$")
_WHICH = re.compile(r" (?:that|which|who|whom) ")
_MAKERS = frozenset(["maker", "makers", "manufacturer", "founder"])
_SAME = frozenset(["new", "same", "latter", "former", "first", "second", "third", "recent", "resulting", "original"])
_SEVERAL = frozenset(["both", "these", "neither"])
_COUNTED = frozenset(["two", "three", "four", "same", "latter"])
_AUTHORS = frozenset(["author", "authors", "researcher", "researchers", "team"])
TEAM = re.compile(r"(?: et al\b\.?|,? and (?:his |her |their )?(?:colleagues|co-authors)\b)")
_ALONE = ("person", "name")  # of whom one is hardly ever "they"
_TEXTS = 3  # sentences back in which "the study" finds who has made one
_NEAR = 8  # sentences back in which a pronoun finds its antecedent
_FAR = 30  # the same for "the commission" and other nouns that say more


def pronoun_of(word: str) -> str:
    """Return "he", "she", "it" or "they" for a form of these pronouns, else ""."""
    return next((pronoun for pronoun, forms in PRONOUNS.items() if word in forms), "")


def has_word(m: Mention, head: str) -> bool:
    """Tell whether a mention's own words hold the noun: "Human Rights Commission" for "the commission"."""
    words = m.name.lower().replace("'s", "").split()
    own = m.text.lower().split()
    return head in words or (head in own and own[0] not in DEFINITE)


def stands_for(m: Mention, head: str, gazetteer: Gazetteer) -> bool:
    """Tell whether a source named before may be meant by a noun such as "report", "group" or "editor"."""
    kinds = anaphors(head)
    if "media" in kinds and m.acts and "media" in _types_within(m, gazetteer):
        return True
    if m.row < 0 and "person" not in kinds:
        return False
    if "person" in kinds:
        return m.entity_type in ("person", "name") and fits(m, "he") and m.acts and not m.noun
    if "document" in kinds:
        return m.row >= 0
    if "body" in kinds:
        bodies = load_kinds("source_bodies", "type").get(head, ())
        named = m.entity_type == "body" and not m.noun
        return named and bool(bodies) and _types_within(m, gazetteer).issubset(bodies)
    return bool({"people", "media"}.intersection(kinds)) and m.entity_type != "place"


def _types_within(m: Mention, gazetteer: Gazetteer) -> set[str]:
    """Return the types of the known names that a mention's words hold."""
    return {source_type for _, _, source_type in gazetteer.within(m.text)}


@dataclass
class Reference:
    """What a source refers to: the fullest name, whether an earlier sentence was needed, and the mention meant."""

    name: str | None
    carried: bool
    mention: Mention | None = None
    subject: bool = False
    how: str = "named"  # named | pronoun | definite | possessed | continued | given | none
    possessed: bool = False
    several: str = ""  # all whom "they" means, where the mention is one of them: "X, Y and Z"

    @property
    def called(self) -> str | None:
        """How the source is called in a report."""
        return self.several or self.name


class Resolver:
    """Resolves the sources of one Doc in order; what a pronoun stood for counts as mentioned there."""

    def __init__(self, context: Context, rows: Sequence[Row]) -> None:
        self.context = context
        self.rows = rows
        self.about = context.about
        self.core: str = "" if context.record else str(self.about.get("core") or "")  # a record has no name of its own
        aliases = () if context.record else tuple(self.about.get("aliases") or ())
        self.names = Names(context.apart, self.core, aliases, context.gazetteer.type_of)
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
        at, end, name = row["source_start"], row["source_end"], reference.name or ""
        meant = reference.mention or Mention(at, end, 0, "", name, "person" if person else "other")
        here = {"start": at, "end": end, "sentence": row["sentence"], "text": row["source_text"]}
        if reference.several and meant.entity_type in _ALONE:
            here["entity_type"] = "several"
        self.mentions.add(replace(meant, **here, name=name, subject="clause", row=index, several=reference.several))

    def _continued(self, row: Row, found: list[Reference | None]) -> Reference:
        """Return the reference of the row that a row without words of its own continues."""
        at = row["continues"]
        head = found[at] if 0 <= at < len(found) else None
        if head is None:
            return Reference(row.get("name"), True, how="continued")
        return Reference(head.name, True, head.mention, head.subject, "continued", head.possessed, head.several)

    def _one(self, row: Row) -> Reference:
        """Return the reference of a row with words of its own, or of one without a source."""
        text = row["source_text"]
        if text is None:
            given = row.get("name")
            return (
                replace(self._named(given), carried=True, how="given") if given else Reference(None, False, how="none")
            )
        at, words = row["source_start"], text.lower().split()
        sentence = self.context.sentence_at(at)
        if pronoun := pronoun_of(text.lower().strip()):
            return self._pronoun(pronoun, at, sentence, text)
        if len(words) > 1 and words[0] in ("his", "her", "its", "their"):
            return self._possessed(at, sentence, text)
        if (len(words) > 1 and words[0] in DEFINITE) or _owned(text):  # "all of the magazine's reviewers"
            return self._definite(row, at, sentence, text)
        return self._named(text, self._ending(row))

    def _ending(self, row: Row) -> str:
        """Return the ending of a known name that is none of an owner's: the "'s" of "Moody's"; else nothing."""
        end, name = row["source_end"], plain(row["source_text"])
        ending = self.context.text[end : end + 2]
        owner = not self.context.gazetteer.ends_in_s(name + ending)
        if owner or sex_of(f"{name} X") or self.names.fullest(name) != name:  # "Jane's claim", "Christie's novels"
            return ""
        return ending

    def _named(self, text: str, ending: str = "") -> Reference:
        name = plain(text) + ending if ending else self.names.fullest(text)
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
        return found

    def choices(self, pronoun: str, at: int, sentence: int) -> Iterator[tuple[Reference, dict[str, float]]]:
        """Yield what a pronoun may stand for with its evidence: the subject, then mentions, latest first."""
        sort = self._subject_as(pronoun)
        if sort:
            yield Reference(self.core, True, self.own, True, "pronoun"), {f"own {sort}": 1.0}
        for same in self.mentions.named_before(at, sentence, _NEAR):
            m = foremost(same)
            team = self._team(m) if pronoun == "they" else ""
            if not (fits(m, pronoun) or team) or self._differs(m, pronoun):
                continue
            meant = self._meant(m, "pronoun")
            if pronoun == "they":
                here = self.mentions.by_sentence[m.sentence]
                meant.several = m.several or team or joined(self.context, m, here)
                spoke = m.row >= 0 and sentence - m.sentence <= 1
                if m.entity_type in _ALONE and not meant.several and not spoke:
                    continue
            yield meant, self._evidence(m, same, pronoun, sentence)

    def _team(self, m: Mention) -> str:
        """Return a name with what says that it stands for several, "Franklin et al."; "" where nothing does."""
        if m.noun:
            return ""
        behind = TEAM.match(self.context.text, m.end)
        if behind is not None:
            return m.name + behind.group().replace(",", "")
        return m.name if TEAM.search(m.text) else ""

    def _differs(self, m: Mention, pronoun: str) -> bool:
        """Tell whether what the article is about speaks against it: a life's subject is not they.

        Where that is nobody, neither it nor a body's name that holds its name is he ("Karate", "Shodokan Aikido").
        """
        if self.about.get("sort") == "person":
            return pronoun == "they" and self._is_subject(m.name, m.text)
        if pronoun not in ("he", "she") or not self.core:
            return False
        itself = self._is_subject(m.name, m.text) and not self._subject_as(pronoun)
        return itself or (m.entity_type == "body" and self.core in m.name)

    def _evidence(self, m: Mention, same: Sequence[Mention], pronoun: str, sentence: int) -> dict[str, float]:
        """Return what speaks for a mention as what a pronoun in this sentence stands for, and against it.

        Of ``same``, the mentions of its name in its sentence, all count: "X was accused when he warned".
        """
        found = {
            "distance": float(sentence - m.sentence),
            "same sentence": float(sentence == m.sentence),
            "source": float(any(other.row >= 0 for other in same)),
            "opens": float(self.mentions.by_sentence[m.sentence][0].name == m.name),
        }
        role = next((role for role in _ROLES if any(other.subject == role for other in same)), None)
        if role is not None:
            found[role] = 1.0
        if pronoun in ("he", "she"):
            sex = sex_of(m.name)
            found["other sex"] = float(bool(sex) and pronoun not in sex)
            found["own sex"] = float(sex == (pronoun,))
            found["unsure"] = float(m.entity_type in ("body", "place", "group") and not has_first_name(m.name))
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
        name = f"{' '.join(rest)} of {owner.name}"
        several = f"{' '.join(rest)} of {owner.several}" if owner.several else ""
        return Reference(name, True, owner.mention, owner.subject, "possessed", True, several)

    def _definite(self, row: Row, at: int, sentence: int, text: str) -> Reference:
        """Return the reference of "the commission" and the like; named by itself where nothing before it fits."""
        owned = _owned(text)
        if owned:
            return self._of_owner(row, owned[1], owned[2], at, sentence)
        if any(word[:1].isupper() for word in text.split()[1:]):
            return self._named(text)
        head = self._head(row, text)
        if self._names_subject(head, text):
            return Reference(self.core, True, self.own, True, "definite")
        itself = Reference(plain(text), False, how="definite")
        if _WHICH.match(self.context.text, row["source_end"]) or ("body" in anaphors(head) and _says_class(text)):
            return itself
        return self._described(head, at, sentence, text) or itself

    def _described(self, head: str, at: int, sentence: int, text: str) -> Reference | None:
        """Return the reference of a description to what was named before; None where nothing fits."""
        first, *rest = text.split()
        kinds = anaphors(head)
        near = self.mentions.before(at, sentence, _FAR)
        plural = head.endswith("s") and "people" in kinds
        named = (m for m in near if has_word(m, head) and m.start < at and not _tells_apart(rest[:-1], m))
        same = None if "state" in kinds else next(named, None)
        author = self._author(head, kinds, near, sentence)
        if author is not None and (same is None or same.start < author.start):
            return self._meant(author, "definite")
        if same is not None and not plural:
            return self._meant(same, "definite")
        if first.lower() == "the" and not same and (len(rest) > 2 or self._says_which(at, rest, kinds)):
            return None
        if first.lower() in _SEVERAL and head.endswith(("s", "y")) and not same:
            return self._several(near, sentence)
        maker = self._maker(head, near)
        if maker is not None:
            return maker
        fit = [m for m in near if sentence - m.sentence <= 4 and stands_for(m, head, self.context.gazetteer)]
        if not fit:
            return None
        found = min(fit, key=lambda m: "document" in kinds and m.entity_type == "person")
        meant = self._meant(found, "definite")
        themselves = found.entity_type == "group" or head in found.name.lower().split()
        wrote = head in _AUTHORS and found.entity_type in ("person", "name")
        if "people" in kinds and not themselves and not wrote:  # not "authors of Rivera et al."
            meant.name, meant.possessed = f"{' '.join(rest)} of {meant.name}", True
        return meant

    def _author(self, head: str, kinds: Sequence[str], near: Sequence[Mention], sentence: int) -> Mention | None:
        """Return who is said to have written the text that a description means: "by X", unless a source came later."""
        if "document" not in kinds and head not in _AUTHORS:
            return None
        for m in near:
            if sentence - m.sentence > _TEXTS:
                return None
            if m.author:
                return m
            if m.row >= 0 and m.entity_type not in ("group", "other"):
                return None
        return None

    def _says_which(self, at: int, rest: Sequence[str], kinds: Sequence[str]) -> bool:
        """Tell whether a description says which one by an adjective or owner: "the diocesan weekly"."""
        if len(rest) < 2 or "person" in kinds or rest[0] in _SAME:
            return False
        return rest[0].endswith(("'", "’")) or self.context.tokens.pos[self.context.tokens.at(at) + 1] == "ADJ"

    def _maker(self, head: str, near: Sequence[Mention]) -> Reference | None:
        """Return the reference of "the director" of a work or "the manufacturer": who is said to have made it."""
        makers = self.about.get("makers") or ()
        if not makers or (head not in words_of("work role") and head not in _MAKERS):
            return None
        found = next((m for m in near if not m.noun and self.context.made_by(m.name)), None)
        if found is None and len(makers) > 1:
            return None
        return Reference(found.name if found else makers[0], True, found, True, "definite")

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


def _tells_apart(words: Sequence[str], m: Mention) -> bool:
    """Tell whether a description's own words say that it is another one: "the 2006 census" after a "2011 census"."""
    own = m.name.lower().split() + m.text.lower().split()
    return any(word.lower() not in own and word.lower() not in _SAME for word in words)


def _says_class(text: str) -> bool:
    """Tell whether "the" with a plural states a class ("the rights groups"), and is no "the two groups"."""
    words = text.lower().split()
    return words[0] == "the" and words[-1].endswith("s") and not _COUNTED.intersection(words[1:-1])
