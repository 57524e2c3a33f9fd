"""What an article's first lines add to its subject: short names, acronyms, what it is, who made or leads it."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import islice

from spacy.tokens import Doc, Span, Token

from analyzer.annotate import store
from analyzer.annotate.tokens import Tokens, tokens_of
from analyzer.lexicons import load_kinds, load_patterns, load_table, load_terms

_LEAD = 1500  # characters of the first lines read
CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"  # also of "Ó Dálaigh"
_WORD = rf"(?:(?:[A-Z]\.)+|{CAPITAL}[\w'’-]*)"
_NAME = _WORD + r"(?: (?:" + _WORD + r"|(?:de|da|di|van|von|der|den|del|la|le|bin|al|of|e|y)\b)){0,4}"
_ACRONYM = re.compile(
    r"\s*\((?:[^()]{0,60}?[,;] )?(?:abbreviated |or |the )?\"?([A-Z][A-Za-z.&-]{1,9})\"?(?:[,;][^()]*)?\)"
)
_ALSO, _MADE, _WORKS, _LEADERS = (
    "|".join(load_patterns("subject_patterns", kind)) for kind in ("also", "made", "work", "leader")
)
_ALSO_NAMED = re.compile(rf'(?:{_ALSO}) (?:the )?"?({_NAME})')
_KNOWN_AS = re.compile(rf'(?:{_ALSO}) (?:the )?["“]?$')
_JOINTS = r"(?:and|or|for|from|in|of|on|to|with|at|as|by) "
# "by the Irish linguist X": neither the language nor the craft is who made it.
_MAKER = re.compile(
    rf"\b(?:(?:{_MADE}) (?:and \w+ )?by|(?:{_WORKS}) (?:recorded |written |made |released )?by) "
    rf"(?:(?:the |its |an? )?(?:[A-Z][a-z]+ )?(?:(?!{_JOINTS})[a-z]+ ){{1,4}}|the |its )?"
    rf"({_NAME})(?:,? and (?:the )?({_NAME}))?"
)
_LED = re.compile(rf"\b(?:its|the \w+'s|whose|The) (?:\w+ ){{0,2}}(?:{_LEADERS}),? ({_NAME})")
PARTICLES = frozenset(["de", "van", "von", "bin", "al", "da"])
# Each word of a person's name begins with a capital, but for little ones: "Vincent van Gogh", "Philip II of Spain".
_LITTLE = "|".join([*sorted(PARTICLES), "di", "du", "der", "den", "del", "la", "le", "of", "the"])
_PERSONAL = re.compile(rf"[A-Z][\w'’.-]+(?: (?:[A-Z][\w'’-]*\.?,?|{_LITTLE})){{1,4}}")
_NO_SURNAMES = ("organisation", "organ", "legal form", "work", "matter of science", "nature or building", "namesake")
# Kinds of words for those who speak for a subject, and for its bodies, by its entity type.
_ROLES = {"work": "work role", "organisation": "officer", "place": "state role"}
_ORGANS = {"organisation": "organ", "place": "state organ"}
PRONOUNS = {
    "he": frozenset(["he", "him", "his", "himself"]),
    "she": frozenset(["she", "her", "hers", "herself"]),
    "it": frozenset(["it", "its", "itself"]),
    "they": frozenset(["they", "them", "their", "theirs", "themselves"]),
}
_LINES, _DEFINED = 3, 40  # sentences of the lead, and tokens of each, in which "X is" may stand
_CHARACTERS = frozenset(["character", "protagonist", "antagonist", "superhero", "villain"])
_KINDS_OF_LIFE = frozenset(["genus", "species", "strain"])
_SORTS = frozenset("class collection family form group kind set series sort type variety".split())  # of something
_FIRM = re.compile(r",? (?:Inc|Ltd|Limited|LLC|LLP|PLC|plc|Corp|GmbH|AG|SE|S\.A|N\.V)\b(?!-)")
# "X is a fictional detective"; "in Greek mythology, X was a hero"; no constellation "named for the mythical princess".
_INVENTED = re.compile(r"\b(?:is|was) (?:an? |the )?(?:[\w'-]+ ){0,2}(?:fictional|mythical|mythological)\b")
_OF_MYTHS = re.compile(r"\b(?:mytholog(?:y|ies|ical)|mythical|legendary)\b")
_FIGURE = re.compile(
    r"\b(?:gods?|goddess(?:es)?|deit(?:y|ies)|demigod|hero(?:es|ine)?|titans?|nymphs?|giants?|monsters?|creatures?|spirits?|"
    r"personification|figures?|characters?|kings?|queens?|prince(?:ss)?|rulers?|warriors?|seer|founder)\b"
)
_NAMED_FOR = re.compile(r"\bnamed (?:after|for)\b")
_BORN = re.compile(r"\((?:[^()]*\bborn\b|[^()]*\d{4} ?[–-] ?(?:[^()]*\d{4})|[^()]*\bc\. \d{3,4})")


def words_of(kind: str) -> frozenset[str]:
    """Return the subject words of one kind ("topic", "state organ", "officer", "work" ...)."""
    return load_terms("subject_words", kind)


def read_lead(doc: Doc, row: store.Row) -> None:
    """Add to a subject row, in place, what the Doc's first lines say of it."""
    tokens = tokens_of(doc)
    text = tokens.text
    aliases: list[str] = list(row["aliases"])
    core = row["core"]
    entity_type = row["sort"]
    if row["kind"] != "record" and core:
        aliases.extend(_acronyms(core, text))
        stated = row["disambiguator"] is not None and entity_type != "other"
        row["common"] = not stated and _is_common(core, text)
        plain = row["kind"] == "entity" and row["disambiguator"] is None
        row["of_science"] = plain and not row["common"] and _is_of_science(doc, core)
        entity_type = "other" if row["common"] else _told(doc, tokens, core, entity_type)
        aliases.extend(_short_names(core, entity_type, text))
        row["sort"] = entity_type
        row["makers"] = _makers(text, core) if entity_type != "person" else []
        row["character"] = entity_type in ("person", "other") and not row["common"] and _is_character(doc, core)
        row["harmful"] = entity_type == "other" and _is_harmful(doc, core)
        row["roles"] = sorted(words_of(_ROLES.get(entity_type, "")))
        row["organs"] = sorted(words_of(_ORGANS.get(entity_type, "")))
    row["pronouns"] = _pronouns(tokens, entity_type)
    aliases += [bare for alias in aliases if (bare := _without_accents(alias)) != alias and bare in text]
    row["aliases"] = list(dict.fromkeys(alias for alias in aliases if alias))


def _without_accents(name: str) -> str:
    """Return a name as those write it who leave its accents out: "Piech" for "Piëch"."""
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))


def _is_common(core: str, text: str) -> bool:
    """Tell whether the subject's name is a word of the language, as the text writes it: "a tendon", "public space".

    The first sentence of such an article says "band", "product" or "group" of what is neither a body nor a work.
    """
    if not core[1:].islower():
        return False
    plain = re.findall(rf"(?<![\w-]){re.escape(core.lower())}(?:e?s)?(?![\w-])", text)
    named = re.findall(rf"(?<=[a-z,;] ){re.escape(core)}(?![\w-])", text)
    return len(plain) > len(named)


def _is_of_science(doc: Doc, core: str) -> bool:
    """Tell whether the subject is a thing whose name science or a craft gave, though it be somebody's: "Banach space".

    Its title ends in a word for such things, in small letters or before "of", or the lead defines it as one. Those who
    found it out do not speak for it, as the makers of a work and the officers of a body do for these.
    """
    if _ends_in(core, "matter of science"):
        return True
    head = _defined_as(doc, core)
    return head is not None and head.lemma_.lower() in words_of("matter of science")


def _is_harmful(doc: Doc, core: str) -> bool:
    """Tell whether the subject is a harm by its nature: "Pitting corrosion", "Shigella is a genus of bacteria".

    What is told of the damage that it does is no critique of it.
    """
    if _ends_in(core, "harm", alone=True):
        return True
    head = _defined_as(doc, core)
    nouns = [] if head is None else [head]
    if head is not None and head.lemma_.lower() in _KINDS_OF_LIFE:
        nouns += [token for of in head.children if of.lower_ == "of" for token in of.children]
    return any(noun.lemma_.lower() in words_of("harm") for noun in nouns)


def _ends_in(core: str, kind: str, *, alone: bool = False) -> bool:
    """Tell whether a title ends in a word of a kind, in small letters or as the only one before "of".

    ``alone``: one that has no other word counts, too.
    """
    words = core.split(" of ")[0].split()
    single = len(words) == 1 and (alone or len(core.split()) > 1)
    return bool(words) and (words[-1].islower() or single) and _is_any(words[-1], kind)


def _is_character(doc: Doc, core: str) -> bool:
    """Tell whether the first sentence calls the subject fictional or a figure of a mythology: "Achilles".

    One born and named like a person of today may study them ("a scholar of Greek mythology").
    """
    line = next((line.text for line in _lines(doc)), "")
    if given_name(core) or _has_dates(core, line) or _NAMED_FOR.search(line):
        return False
    return bool(_INVENTED.search(line) or (_OF_MYTHS.search(line) and _FIGURE.search(line)))


def _is_any(word: str, *kinds: str) -> bool:
    """Tell whether a word, one or many, is a subject word of one of these kinds."""
    low = word.lower()
    return any(low in words_of(kind) or low.removesuffix("s") in words_of(kind) for kind in kinds)


def _defined_as(doc: Doc, core: str) -> Token | None:
    """Return the noun of the first "X is a ..." of the lead: in "a type of rubber" what it is a type of."""
    last = core.split()[-1].lower()
    for sentence in _lines(doc):
        for copula in (token for token in sentence[:_DEFINED] if token.lemma_ == "be"):
            noun = next((token for token in copula.children if token.dep_ == "attr"), None)
            if noun is not None and any(t.lower_ == last for t in doc[sentence.start : copula.i]):
                return _sort_of(noun)
    return None


def _lines(doc: Doc) -> list[Span]:
    """Return the first sentences; none where nothing has split the text."""
    return list(islice(doc.sents, _LINES)) if doc.has_annotation("SENT_START") else []


def _sort_of(noun: Token) -> Token:
    while noun.lemma_.lower() in _SORTS:
        of = next((token for token in noun.children if token.lower_ == "of"), None)
        inner = None if of is None else next((token for token in of.children if token.dep_ == "pobj"), None)
        if inner is None:
            break
        noun = inner
    return noun


def _acronyms(core: str, text: str) -> list[str]:
    """Return acronyms and other names that the lead gives right behind the subject's name, and its own initials."""
    found = []
    lead = text[:_LEAD]
    at = lead.find(core)
    if at >= 0:
        behind = lead[at + len(core) : at + len(core) + 120]
        match = _ACRONYM.match(behind)
        if match and not match[1].isdigit():
            found.append(match[1])
        found.extend(m[1].rstrip(".,") for m in _ALSO_NAMED.finditer(lead[at : at + 400]))
        found.extend(_known_by(core, lead[:at]))
    initials = "".join(word[0] for word in re.split(r"[\s-]+", core) if word[:1].isupper())
    if len(initials) >= 2 and re.search(rf"\b{re.escape(initials)}\b", text) and initials != core:
        found.append(initials)
    return found


def _known_by(core: str, before: str) -> list[str]:
    """Return the name that the first sentence begins with, a person's also short, where "known as" leads to the title.

    "Eric Arthur Blair (1903–1950), better known by his pen name George Orwell": also "Blair".
    """
    name = re.match(_NAME, before)
    if name is None or " " not in name.group() or not _KNOWN_AS.search(before):
        return []
    person = sex_of(name.group()) and not name.group().endswith(core)
    return [name.group(), *([name.group().split()[-1]] if person else [])]


def _told(doc: Doc, tokens: Tokens, core: str, entity_type: str) -> str:
    """Return what the title tells the subject to be; where that is little, what the first lines or the topic tell."""
    if entity_type in ("other", "person"):
        entity_type = _what(doc, tokens, core, entity_type)
    return _by_topic(tokens) if entity_type == "other" else entity_type


def _what(doc: Doc, tokens: Tokens, core: str, entity_type: str) -> str:
    """Return what the subject is: by the noun of "X is a ...", by its dates, by the recogniser and the pronouns."""
    lead = tokens.text[:_LEAD]
    at = lead.find(core)
    if entity_type == "person" or _has_dates(core, lead):
        return "person"
    if at >= 0 and _FIRM.match(lead, at + len(core)):
        return "organisation"
    stated = _stated(doc, core)
    return stated or _by_mentions(doc, tokens, core) or ("person" if given_name(core) else entity_type)


def _has_dates(core: str, text: str) -> bool:
    """Tell whether a birth or the years of a life stand behind the subject's name, where a text has it first."""
    at = text.find(core)
    return at >= 0 and _BORN.match(text[at + len(core) :].lstrip(" ,")) is not None


def _stated(doc: Doc, core: str) -> str | None:
    """Return what the first sentence says that the subject is: its noun, before one that only describes another.

    A "film director" is a person, a "software company" a body; of a "film sequel" nothing else is known than "film".
    """
    first = next(iter(_lines(doc)), doc[:0])
    copula = next((t for t in first if t.lemma_ == "be" and t.i - first.start < _DEFINED), None)
    if copula is None:
        return None
    itself = not {core.split()[-1], "He", "She"}.isdisjoint(token.text for token in doc[first.start : copula.i])
    kinds = ("person", "work", "organisation") if itself else ("work", "organisation")
    nouns = [token for token in doc[copula.i + 1 : min(copula.i + 15, first.end)] if token.pos_ == "NOUN"]
    if nouns and nouns[0].lemma_.lower() in _CHARACTERS:  # of a series of films, which the subject is not
        return None
    for token in sorted(nouns, key=lambda token: token.dep_ == "compound"):
        kind = next((kind for kind in kinds if token.lemma_.lower() in words_of(kind)), None)
        if kind:
            return kind
    return None


def _by_mentions(doc: Doc, tokens: Tokens, core: str) -> str | None:
    """Return "person" where the name looks like a person's and he or she is spoken of; None where that is unclear."""
    words = core.split()
    if not 1 <= len(words) <= 4 or words[0] == "The" or not all(w[:1].isupper() or w in PARTICLES for w in words):
        return None
    last = words[-1].strip(".,")
    thing = any(last.lower().removesuffix("s") in words_of(kind) for kind in ("organisation", "work", "organ"))
    if thing or last.lower() in tokens.words:  # a word of the language: "Rice", "The Usual Suspects"
        return None
    labels = Counter(ent.label_ for ent in doc.ents if last in ent.text.split())
    spoken = tokens.counts
    persons, things = sum(spoken[w] for w in PRONOUNS["he"] | PRONOUNS["she"]), spoken["it"] + spoken["its"]
    alone = len(re.findall(rf"(?<![A-Z]\w )\b{re.escape(last)}\b(?! [A-Z])", tokens.text))
    if len(words) > 1 and persons > 2 * things and (alone > 1 or labels["PERSON"]):
        return "person"
    known = labels["PERSON"] > labels["ORG"] + labels["WORK_OF_ART"] + labels["GPE"]
    return "person" if known and persons >= 1 and alone > 0 else None


def sex_of(name: str) -> tuple[str, ...]:
    """Return the pronouns for those to whom the first name of a person's full name is mostly given."""
    words = name.lower().split()
    return load_kinds("first_names", "pronoun").get(words[0], ()) if len(words) > 1 else ()


def given_name(core: str) -> bool:
    """Tell whether a title is a person's full name by its first word: "Chris Huhne", "Pedro II of Brazil"."""
    named = bool(sex_of(core)) and _PERSONAL.fullmatch(core) is not None
    return named and not _is_any(core.split()[-1], *_NO_SURNAMES)


def _by_topic(tokens: Tokens) -> str:
    """Return "work" or "organisation" where the words of the article tell it, else "other"."""
    counts = tokens.counts
    weight = {kind: sum(counts[word] for word in words_of(f"tells {kind}")) for kind in ("work", "organisation")}
    best = max(weight, key=lambda kind: weight[kind])
    return best if weight[best] > 2 and weight[best] * 60 > len(tokens) else "other"


def _last_word(core: str, text: str) -> list[str]:
    """Return the last word of the subject's name where the text uses it alone as a name ("the Star said")."""
    last = core.split()[-1]
    if not last[:1].isupper() or len(last) < 3 or find_place(last):
        return []
    alone = re.findall(rf"(?<=[a-z,] )(?<![A-Z] ){re.escape(last)}\b(?! [A-Z])", text)
    plain = re.findall(rf"\b{re.escape(last.lower())}\b", text)
    return [last] if len(alone) > len(plain) else []


def _short_names(core: str, entity_type: str, text: str) -> list[str]:
    """Return shorter names for the subject that the text uses: a surname, a name without its legal form."""
    words = core.split()
    found: list[str] = []
    if entity_type == "person" and len(words) > 1:
        found.extend(w for w in (words[-1], " ".join(words[-2:])) if w.rstrip(".") not in ("Jr", "Sr"))
        found.append(words[0])
    elif len(words) > 1:
        stem = [w for w in core.replace(",", "").split() if w.lower() not in words_of("legal form")]
        if stem and len(stem) < len(words):
            found.append(" ".join(stem))
        found.extend(_last_word(core, text))
        bare = words[1:] if words[0] in ("The", "A") else words
        for size in range(1, len(bare)):
            short = " ".join(bare[:size])
            if find_place(short) or not short[0].isupper() or len(short) < 4 or (size == 1 and _surname(short, text)):
                continue
            alone = re.findall(rf"(?<!\w){re.escape(short)}(?!,? [A-Z])(?!\w)", text)
            if len(alone) > (size == 1 and len(short) < 7):
                found.append(short)
    return found


def _surname(word: str, text: str) -> bool:
    """Tell whether a word stands behind a given name ("by Arthur Michael"): alone it means him, not his reaction."""
    return re.search(rf"(?<=[a-z,] )[A-Z][\w.’'-]* {re.escape(word)}(?!\w)", text) is not None


def _makers(text: str, core: str) -> list[str]:
    """Return the names of those who made, founded, own or lead the subject, as the text gives them."""
    found: list[str] = []
    for match in _MAKER.finditer(text):
        ahead = text[max(0, match.start() - 200) : match.start()]
        if core.split()[0] in ahead or re.search(r"\b(?:[Ii]t|[Tt]he \w+) (?:was|is|were)\b", ahead[-60:]):
            found.extend(name for name in match.groups() if name)
    found.extend(match[1] for match in _LED.finditer(text))
    cleaned = (name.rstrip(".,").removesuffix("'s").removesuffix("’s") for name in found)
    return list(dict.fromkeys(name for name in cleaned if name and name != core))[:20]


def _pronouns(tokens: Tokens, entity_type: str) -> list[str]:
    if entity_type != "person":
        return ["it", "they"] if entity_type in ("organisation", "place") else ["it"]
    counts = tokens.counts
    he, she = (sum(counts[word] for word in PRONOUNS[pronoun]) for pronoun in ("he", "she"))
    return ["they"] if he == she == 0 else ["he"] if he >= she else ["she"]


@dataclass(frozen=True)
class Place:
    """A country or territory: its name with other names, its people and adjectives, its seats of government."""

    name: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]

    def surface(self) -> tuple[str, ...]:
        """Return every word that stands for the place or its people and government."""
        return (*self.names, *self.demonyms, *self.capitals)


@cache
def places() -> tuple[Place, ...]:
    """Return all known places."""
    found = []
    for row in load_table("countries"):
        aliases, demonyms, capitals = (
            filter(None, row[part].split(";")) for part in ("aliases", "demonyms", "capital")
        )
        found.append(Place(row["name"], (row["name"], *aliases), tuple(demonyms), tuple(capitals)))
    return tuple(found)


@cache
def _index(*parts: str) -> dict[str, Place]:
    """Return places by each of their "names", "demonyms" or "capitals", lower-cased; who comes first has the word."""
    found: dict[str, Place] = {}
    for part in parts:
        for place in places():
            for word in getattr(place, part):
                found.setdefault(word.lower(), place)
    return found


def find_place(name: str) -> Place | None:
    """Return the place with this name or alias, an article before it allowed; None where it is not known."""
    plain = name.strip().lower()
    return _index("names").get(plain) or _index("names").get(plain.removeprefix("the "))


def place_of(word: str) -> Place | None:
    """Return the place that a lower-case word names, or whose people it is."""
    return _index("names", "demonyms").get(word) or find_place(word)


def place_of_any(word: str) -> Place | None:
    """Return the same, or the place whose capital it is."""
    return _index("names", "demonyms", "capitals").get(word) or find_place(word)
