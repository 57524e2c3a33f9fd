"""The names in an article, and for a short form (surname, acronym, part of a name) the fullest one."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import takewhile

from analyzer.annotate.attribution.lexicon import singulars, source_classes
from analyzer.annotate.subject.lead import CAPITAL, place_of, sex_of, words_of
from analyzer.lexicons import load_kinds, load_terms

_CAP = rf"(?:(?:[A-Z]\.)+(?:-?[A-Z]\.)*|(?:Jr|Sr|St|Dr|Mr|Mrs|Ms|Prof)\.|{CAPITAL}[\w'’&-]*)"
_SMALL = r"(?:de|da|di|van|von|der|den|del|della|la|le|du|des|bin|ibn|al|el|dos|of|for|on|against|to|the|and|&|in)"
_RUN = re.compile(rf"{_CAP}(?: (?:{_SMALL} ){{0,2}}{_CAP}){{0,9}}")

_SPLIT = re.compile(r"['’]s | (?:and|in|on|to|against|&|of|for) (?:the )?|, ")
_ACRONYM = re.compile(r"\((?:the |or )?[\"“]?([A-Z][A-Za-z&.-]{1,9})[\"”]?(?:[,;][^()]{0,60})?\)")
_POSSESSIVE = re.compile(r"['’]s?$")
_PAGE = re.compile(r":\d+(?:[–-]\d+)?$")  # what a reference marker has left: "Heinrich Hertz:843–44"
_FOOTNOTE = re.compile(r"(?<=[a-z]{2})\d{1,3}$")  # and what a footnote's number has: "Michael Armstrong11"
_MARKS = '"“”„«»‘ ,;:'
_QUOTES = re.compile(r"[\"“”„«»]")
_UNCLOSED = re.compile(r" ?\([^()]*$")  # "International Labour Organization (ILO"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# What is told of a source behind it: "a BBC poll in 2010", "Analysts at Nordea, who recommended the share".
_BEHIND = re.compile(rf" (?:in|from) (?:(?:early|late|mid|{_MONTH}) ){{0,2}}\d{{4}}s?$|, (?:who|which|whose|whom)\b.*$")
_IN_A_MONTH = re.compile(rf" (?:in|on|since|until) (?:(?:early|late|mid) )?{_MONTH}$")  # "Congress in October"
_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?) (?=\S)")
_QUANTITY = re.compile(r"(?:[a-z]+ )?(?:number|couple|handful|variety|lot|host) of ")
_OF = re.compile(r" (?:of|for|on) ")
_APART = re.compile(r" (?:the|to|in|on|against) ")  # parts two names, or a name and what stands before it
_OWNED = re.compile(r"['’]s ")
_STATES = ("US", "U.S.", "United States", "UK", "U.K.", "United Kingdom")
_SEATS = ("MP", "MEP", "MSP", "MLA")  # in a parliament, behind the party
_OFFICES = ("Department", "Ministry")
_DOTTED = re.compile(r"[A-Z]\.|Jr\.|Sr\.|al\.")
_GOES_ON = re.compile(r"[\w-]| [A-Z]")
_JOINT = re.compile(" & ")
_THE = re.compile(r"(?<= )[Tt]he (?=(.))", re.DOTALL)
_OPENS = ("", *".!?:;")  # what stands before the first word of a sentence
_CLOSING = "\"”’')]"
_BETWEEN = frozenset(["of", "for", "the", "and", "&"])  # parts of an office
_LOOSE = frozenset(["the", "to", "on", "in", "against", "for"])  # before a name: it begins there
_LETTER = re.compile(r"(?:[A-Z]\.-?)+")
_THEN = re.compile(r"^(?:then|ex|former)-")  # before an office: "then-CEO Carl Hahn"
_PEOPLE = frozenset(["people", "scholar", "critic", "press", "official"])
_MANY = frozenset(["people", "scholar", "critic", "doc"])
_LONGEST = 8  # words of a name
_LOOK = 160  # characters before an acronym in which its long form is looked for


@lru_cache(10_000)
def plain(text: str) -> str:
    """Return a source's words without article, possessive ending, page and stray marks."""
    kept = _PAGE.sub("", " ".join(text.split()).strip(_MARKS))
    if not re.match(r"The [A-Z]", kept) or _is_a_bodys(kept):
        kept = _ARTICLE.sub("", kept)
    kept = _BEHIND.sub("", _UNCLOSED.sub("", kept)) or kept
    if _is_given(kept.split(" ")[0]):
        kept = _FOOTNOTE.sub("", kept)
    if len(_QUOTES.findall(kept)) % 2:  # of a title one of whose marks stands outside: "Time" magazine
        kept = _QUOTES.sub("", kept).strip()
    return _POSSESSIVE.sub("", kept)


def _is_a_bodys(name: str) -> bool:
    """Tell whether a name has a noun for a body: "The Audit Court", "The Society of Engineers"."""
    head, *rest = _OF.split(name, maxsplit=1)
    noun = head.split()[-1]
    return _is_body(noun) or (bool(rest) and noun.lower() in _bodies())


@cache
def _bodies() -> frozenset[str]:
    """Return nouns for a body, of which not all tell one where they end a name ("board", "campaign")."""
    return load_terms("attribution_sources", "body", "class").union(words_of("state organ"), words_of("organisation"))


def shown(name: str | None) -> str | None:
    """Return a name as it is shown: an acronym without the article that its class was told with ("The WHO").

    A quantity has its article: "a number of scholars".
    """
    bare = name.removeprefix("The ") if name else name
    if name and _QUANTITY.match(name):
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    return bare if bare and bare.isupper() else name


def is_letters(name: str) -> bool:
    """Tell whether a name is letters alone: "ASA"."""
    return len(name) > 1 and name.isupper() and " " not in name


def grams(words: Sequence[str]) -> set[str]:
    """Return the words and the pairs, triples and fours of words that stand together."""
    return {" ".join(words[i : i + size]) for size in (1, 2, 3, 4) for i in range(len(words) - size + 1)}


class Names:
    """Every name of a text in order of appearance, with acronyms; ``fullest`` looks short forms up.

    ``known`` gives the type of a known body by its name ("Microsoft", which is not Microsoft Windows), None for others.
    """

    def __init__(
        self,
        text: str,
        subject: str = "",
        aliases: tuple[str, ...] = (),
        known: Callable[[str], str | None] = lambda name: None,
    ) -> None:
        self._text = text
        self._known_type = known
        self.acronyms = _acronyms(text)
        self.subject = subject
        self.aliases = frozenset(aliases)
        self.first: dict[str, int] = {}
        self.by_word: dict[str, list[str]] = {}
        self.by_initials: dict[str, list[str]] = {}
        self.alone: dict[str, list[int]] = {}  # where a single word stands that is no part of a longer name
        self._known: dict[str, str] = {}
        # Each name is looked for where it may stand, not in the whole text: half of the time of all names.
        self._juniors = tuple(end for end in (", Jr.", ", Sr.") if end in text)
        self._joints = [match.start() for match in _JOINT.finditer(text)]
        self._after_the: dict[str, list[int]] = {}  # where an article stands, by the first letter of what follows
        for match in _THE.finditer(text):
            self._after_the.setdefault(match[1], []).append(match.start())
        runs: set[str] = set()
        for match in _RUN.finditer(text):
            bare = _POSSESSIVE.sub("", match.group().removeprefix("The "))
            if " " not in bare:
                self.alone.setdefault(bare, []).append(match.start())
            if match.group() in runs:  # its names are known
                continue
            runs.add(match.group())
            for start, name in _pieces(match.group(), match.start()):
                if name not in self.first:
                    self.first[name] = start
                    words = name.split()
                    for word in set(words):
                        self.by_word.setdefault(word, []).append(name)
                    initials = "".join(word[0] for word in words if word[0].isupper())
                    self.by_initials.setdefault(initials, []).append(name)

    def fullest(self, text: str) -> str:
        """Return the fullest name that the text gives for these words; the words themselves where it gives no more."""
        found = self._known.get(text)
        if found is None:
            name = self._as_written(self._fullest(plain(text)))
            junior = next((f"{name}{end}" for end in self._juniors if f"{name}{end}" in self._text), name)
            found = self._known[text] = f"{name} al." if name.endswith(" et") else junior
        return found

    def _as_written(self, name: str) -> str:
        """Return a name with the capitals that the article writes within sentences, so that a source has one name.

        At the start of one a capital tells nothing: "The New York Times praised ...", "in the New York Times"; "Recent
        studies", "recent studies".
        """
        bare = name.removeprefix("The ")
        if not bare[:1].isupper() or bare == self.subject or bare.isupper():
            return name
        small = bare[:1].lower() + bare[1:]
        if small.islower() and (" " in small or _is_people_or_text(small)) and f" {small}" in self._text:
            return small
        written = {first for before, first in self._articles(bare) if before not in _OPENS}
        if "T" in written:
            return f"The {bare}"
        return bare if "t" in written else name

    def _articles(self, bare: str) -> Iterator[tuple[str, str]]:
        """Yield the mark or letter before each "The" or "the" of a name, and that article's first letter."""
        text = self._text
        for at in self._after_the.get(bare[:1], ()):
            name = at + len("the ")
            if text.startswith(bare, name) and not _GOES_ON.match(text, name + len(bare)):
                yield text[max(0, at - 4) : at - 1].rstrip(_CLOSING)[-1:], text[at]

    def _fullest(self, name: str) -> str:
        short = name.removeprefix("The ")
        if short in self.acronyms:
            return self.acronyms[short]
        if is_letters(short):
            name = self._by_initials(short) or name
        words = name.split()
        if not words or not words[-1][:1].isupper():
            return name
        if self.subject and (name in self.aliases or short in self.aliases):
            return self.subject
        if self._known_type(name) is None:  # "Economist Intelligence Unit", of which the first word is a calling
            name = _without_title(words)
        words = name.split()
        if is_letters(name):
            return self._by_initials(name) or name
        return self._longer(words) or self._known_as(words) or self._of_country(words) or name

    def _known_as(self, words: list[str]) -> str | None:
        """Return the full name behind two words: "Prof. Rivera", "US FDA", "Justice Department"."""
        if len(words) != 2:
            return None
        first, last = words
        if first in (*_STATES, "EU", "UN") and last.isupper():
            return self.acronyms.get(last) or self._by_initials(last)
        if last in _OFFICES:
            ending = f"{last} of {first}"
            return next((name for name in self.by_word.get(last, ()) if name.endswith(ending)), None)
        if is_title(first) and last.lower() not in load_kinds("first_names", "pronoun"):
            found = self._longer([last])
            return found if found and not _composed(found) and found.endswith(last) else None
        return None

    def _of_country(self, words: list[str]) -> str | None:
        """Return the form met first of a name with its country: "U.S.", "US" or "United States Justice Department"."""
        name = " ".join(words)
        country = next((each for each in _STATES if name.startswith(f"{each} ")), None)
        if country is None:
            return None
        rest = name.removeprefix(f"{country} ")
        same = [f"{each} {rest}" for each in _STATES if f"{each} {rest}" in self.first]
        return min(same, key=self.first.__getitem__, default=None)

    def _longer(self, words: list[str]) -> str | None:
        """Return the name that the words end or begin; a surname counts before a first name, earlier before later.

        A name of two words that stands alone somewhere goes on by chance ("Roger Federer US Open"); a body's may go on.
        """
        found = []
        size = len(words)
        body = _is_body(words[-1])
        alone = size > 1 and self._stands_alone(" ".join(words))
        short = size == 1 or (size == 2 and not alone)
        person = alone and words[-1].lower() not in _bodies()
        for name in self.by_word.get(words[-1], ()):
            parts = name.split()
            if not size < len(parts) <= size + 4:
                continue
            owned = person and _OWNED.search(name)  # "The Gazette's Ada Moreau"
            if owned or (size > 1 and " and " in name) or (parts[-2] == "&" and parts[-1:] == words):
                continue
            if size == 1 and self._has_by_chance(words[0], parts):
                continue
            ends, begins = _ends(parts, words), parts[:size] == words
            called = parts[size:-1] == ["the"]  # "Pliny the Elder"
            goes_on = called or not (parts[size].islower() or (size == 1 and self._is_whole(words[0], parts)))
            if ends or (begins and (body or (short and goes_on))):
                found.append((not ends, _composed(name), self.first[name], name))
        return min(found)[3] if found else None

    def _is_whole(self, word: str, parts: Sequence[str]) -> bool:
        """Tell whether a word is a name by itself that a longer one only begins with.

        A known body's (but "Yale" is a university's), a place's or a people's, and whose a thing is ("Schrödinger
        Equation"). Of two joined by an "&" it is one, unless both are known together ("Sight & Sound").
        """
        if parts[1] == "&":
            return self._known_type(" ".join(parts)) is None
        thing = parts[-1].lower() in words_of("matter of science") | words_of("nature or building")
        return thing or place_of(word.lower()) is not None or self._known_type(word) not in (None, "academic")

    def _stands_alone(self, name: str) -> bool:
        """Tell whether a name stands somewhere by itself, not only before an "&" ("U.S. News & World Report").

        People are names by themselves there, too ("Joan Reed & Ada Moreau").
        """
        text = self._text
        if name not in self.first or sex_of(name):
            return name in self.first
        joined = any(text.startswith(name, at - len(name)) for at in self._joints if at >= len(name))
        return text.count(name) > text.count(f"{name} & ") if joined else name in text

    def _has_by_chance(self, word: str, parts: Sequence[str]) -> bool:
        """Tell whether a longer name has a word by chance: it stood alone twice and more before, or is described.

        "Beatles" before "Beatles Again"; who is introduced late ("Isaac Newton") and bodies are known by either.
        """
        if _is_first_name(parts[0]) or _is_body(parts[-1]):
            return False
        described = len(parts) == 2 and parts[1] == word and self._describes(parts[0])
        return described or bisect_left(self.alone.get(word, ()), self.first[" ".join(parts)]) > 1

    @cached_property
    def _between_blanks(self) -> frozenset[str]:
        return frozenset(self._text.split(" ")[1:-1])

    def _describes(self, word: str) -> bool:
        """Tell whether a word before a name is none of it: a word of the language or for a people ("French Newton")."""
        place = place_of(word.lower())
        return word.lower() in self._between_blanks or (place is not None and word in place.demonyms)

    def _by_initials(self, acronym: str) -> str | None:
        """Return a name whose capitals spell the acronym."""
        wanted = acronym.replace(".", "")
        return next((name for name in self.by_initials.get(wanted, ()) if len(name) > len(wanted) * 2), None)


def _is_body(word: str) -> bool:
    """Tell whether a name's last word is a noun for a body ("European Committee", which may go on "for the ...")."""
    return word.lower() in words_of("state organ") or word.lower() in words_of("organisation")


def _is_one_body(name: str) -> bool:
    """Tell whether a name with an "and" is one body: "Food and Drug Administration", not "CIA and State Department"."""
    words = name.split()
    before = (words[k - 1] for k, word in enumerate(words) if word == "and")
    one = sum(map(_is_body, words)) == 1 and not any(word.isupper() for word in before)
    return one and not _APART.search(name)


def _ends(parts: list[str], words: list[str]) -> bool:
    """Tell whether words end a longer name, of which more is told than an article before them ("X to the King")."""
    before = parts[: -len(words)]
    return _same(parts[-len(words) :], words) and before[-1].lower() not in _LOOSE and not all(map(is_title, before))


def _is_first_name(word: str) -> bool:
    """Tell whether a name's word is a known first name, or the letter of one."""
    return _is_given(word) or bool(_LETTER.fullmatch(word))


def _is_given(word: str) -> bool:
    """Tell whether a word is a known first name: "Pierre", "Pierre-Joseph"."""
    return word.split("-")[0].lower() in load_kinds("first_names", "pronoun")


def _same(part: list[str], words: list[str]) -> bool:
    """Tell whether words are a part of a name, at the start of a sentence, too: "De Vries" of Hugo de Vries."""
    return part == words or (len(words) > 1 and part == [words[0].lower(), *words[1:]])


def _is_people_or_text(word: str) -> bool:
    """Tell whether a word is a plural for people or for texts ("scholars", "studies")."""
    return any(not _MANY.isdisjoint(source_classes().get(form, ())) for form in singulars(word))


def _composed(name: str) -> bool:
    """Tell whether a name is several in one: "Rolling Stone's Jon Dolan", "Dan Martin of The Guardian"."""
    return bool(re.search(r"['’]s | (?:of|in|for|at) ", name))


def _without_title(words: list[str]) -> str:
    """Return a person's name without the office before it ("Prime Minister Meles Zenawi"); other names as they are."""
    kept = words[_behind_seat(words) :]
    kept = kept[_behind_office(kept) :]
    owners = [k for k, word in enumerate(kept[:-2]) if word.endswith(("'s", "’s")) and _opens_person(kept[k + 1])]
    kept = kept[owners[-1] + 1 :] if owners else kept  # "Wyoming's Governor Matt Mead"
    while len(kept) > 2 and _is_called(kept) and kept[1][:1].isupper():
        kept = kept[1:]
    kept = kept[: _before_body(kept)]
    return " ".join(kept if len(kept) < 4 and not _is_body(kept[-1]) else words)


def _before_body(words: Sequence[str]) -> int:
    """Return where a person's name ends before the body that he is of: "Tom Charity | of CNN", else the length."""
    of = next((k for k, word in enumerate(words) if word == "of"), 0)
    if not 1 < of < len(words) - 1 or not _is_first_name(words[0]):
        return len(words)
    body = words[of + 1 :]
    named = body[0] == "The" or (len(body) == 1 and is_letters(body[0])) or any(map(_is_body, body))
    return of if named else len(words)


def _opens_person(word: str) -> bool:
    """Tell whether a word begins how a person is called: an office or a first name."""
    return is_title(word) or _is_first_name(word)


def _is_calling(word: str, first: str) -> bool:
    """Tell whether a word says what the person is whose first name follows: "Geographer Don Mitchell"."""
    people = not _PEOPLE.isdisjoint(source_classes().get(word.lower(), ()))
    return _is_first_name(first) and not _is_first_name(word) and (people or word.lower() in _callings())


@cache
def _callings() -> frozenset[str]:
    return load_terms("source_nouns", "person", "type")


def _behind_seat(words: Sequence[str]) -> int:
    """Return where a member of parliament's name begins behind party and seat: "Labour MP | Joan Reed"."""
    return max((k + 1 for k, word in enumerate(words[:-1]) if k and word in _SEATS), default=0)


def _behind_office(words: Sequence[str]) -> int:
    """Return where a name begins behind an office told with its field or place, or behind a people; else 0.

    "Secretary of State | John Kerry", "UN Envoy | Ada Moreau", "Dutch | Max Roux".
    """
    the = int(words[0] == "The")
    if _is_of_people(words[the:]):
        return the + 1
    before = list(takewhile(bool, map(_part_of_office, words)))
    start = len(before)
    if "office" not in before or len(set(before)) == 1 or len(words) - start not in (1, 2, 3):
        return 0
    # "President of | Real Madrid", "a columnist for the Daily | Star", "Spokesman for President | Duterte": not they.
    small = "between" in before and undated(words[0])[:1].islower()
    if small or before[-1] == "between" or ("for", "office") in zip(words, before[1:], strict=False):
        return 0
    people = words[start][:1].isupper() and all(word.lower() not in _bodies() for word in words[start:])
    surname = len(words) - start == 1 and before[-1] == "office"  # "Minister Lavrov", who may be in full elsewhere
    return (start - surname) if people else 0


def _is_of_people(words: Sequence[str]) -> bool:
    """Tell whether somebody's first and last name follow the word for a people: "French Pierre-Joseph Proudhon"."""
    place = place_of(words[0].lower()) if 2 < len(words) < 5 else None
    if place is None or words[0] not in place.demonyms:
        return False
    return _is_given(words[1]) and all(word.lower() not in _bodies() for word in words[1:])


def _part_of_office(word: str) -> str:
    """Return what a word may be before a name: an "office", its "field" or place, a word "between"; else nothing."""
    low = word.lower()
    if is_title(word):
        return "office"
    if low in _BETWEEN:
        return "between"
    field = low in load_terms("source_words", "field") or place_of(low) or is_letters(word.replace(".", ""))
    return "field" if field else ""


def _pieces(run: str, at: int) -> list[tuple[int, str]]:
    """Return the names in a run of capitalised words: the whole and its parts, function words and titles stripped."""
    found = []
    words = run.split(" ")
    office = _width(words[: _behind_office(words)])
    run, at = run[office:], at + office
    whole = _strip(run, at)
    if whole and (" and " not in whole[1] or _is_one_body(whole[1])) and len(whole[1].split()) <= _LONGEST:
        found.append(whole)
    start = 0
    for match in [*_SPLIT.finditer(run), None]:
        end = match.start() if match else len(run)
        part = _strip(run[start:end], at + start)
        if part and part not in found:
            found.append(part)
        start = match.end() if match else end
    return found


def _strip(run: str, at: int) -> tuple[int, str] | None:
    """Return (start, name) without leading function words and titles; None where fewer than two words are left."""
    words = run.split(" ")
    seat = _behind_seat(words)
    at += _width(words[:seat])
    words = words[seat:]
    function = load_terms("source_words", "no name") | load_terms("source_words", "adverb")
    while words and (words[0].lower() in function or (len(words) > 2 and _is_called(words))):
        at += len(words.pop(0)) + 1
    while words and not words[0][:1].isupper():
        at += len(words.pop(0)) + 1
    while words and (words[-1].islower() or not words[-1]):
        words.pop()
    words = _IN_A_MONTH.sub("", " ".join(words)).split(" ") if len(words) > 2 else words
    name = _POSSESSIVE.sub("", " ".join(words)).rstrip(".,") if words else ""
    if words and _DOTTED.fullmatch(words[-1]):
        name = " ".join(words)
    return (at, name) if len(name.split()) > 1 else None


def _is_called(words: Sequence[str]) -> bool:
    """Tell whether a name begins with what a person is called, and is no body's ("Writers Guild of America")."""
    if is_title(words[0]):
        return not (_is_body(words[1]) or _is_body(words[-1]))
    return _is_calling(words[0], words[1])


def _width(words: Sequence[str]) -> int:
    """Return how many characters words take, each with the space behind it."""
    return sum(len(word) + 1 for word in words)


def is_title(word: str) -> bool:
    """Tell whether a word may stand before a person's name and is no part of it: "CEO", "then-CEO"."""
    low = undated(word.lower().rstrip(".,"))
    return low in titles() or (len(low) > 4 and low.removesuffix("s") in titles())


def undated(word: str) -> str:
    """Return a word without what says that somebody is that no more: "then-mayor"."""
    return _THEN.sub("", word)


@cache
def titles() -> frozenset[str]:
    """Return words that stand before a person's name and are no part of it."""
    found = load_terms("source_words", "title")
    return found.union(*(words_of(kind) for kind in ("state role", "officer", "person", "work role")))


def _acronyms(text: str) -> dict[str, str]:
    """Return the acronyms that the text explains ("Human Rights Watch (HRW)"), with what they stand for."""
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        acronym = match[1].rstrip(".")
        if sum(c.isupper() for c in acronym) < 2 or acronym in found:
            continue
        long = _long_form(text[max(0, match.start() - _LOOK) : match.start()].rstrip(" ,"), acronym)
        if long:
            found[acronym] = _POSSESSIVE.sub("", long)
    return found


def _long_form(before: str, acronym: str) -> str | None:
    """Return the words before the bracket whose initials spell the acronym; the name that ends there failing that."""
    words = before.split(" ")
    wanted = [c.lower() for c in acronym if c.isalnum()]
    for size in range(2, min(len(words), len(wanted) + 6) + 1):
        chosen = words[-size:]
        if not chosen[0][:1].isupper() or chosen[0].lower() == "the":
            continue
        capitals = [w[0].lower() for w in re.split(r"[ -]", " ".join(chosen)) if w[:1].isupper()]
        every = [w[0].lower() for w in re.split(r"[ -]", " ".join(chosen)) if w]
        if wanted in (capitals, every):
            return " ".join(chosen)
    run = next((match.group() for match in _RUN.finditer(before) if match.end() == len(before)), "")
    stripped = _strip(run, 0)
    return stripped[1] if stripped else None
