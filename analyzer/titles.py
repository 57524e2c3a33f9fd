"""What an article is about where nobody says it: the name that its first sentence, or its file, gives it.

A guess decides stance, so it must not hang on what a file happens to be called: a file's name counts only where the
text bears it out, and every report says where its title is from.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, get_args

from analyzer.lexicons import load_patterns, load_terms
from analyzer.limits import MAX_TITLE
from analyzer.vocabulary import TitleOrigin

_LONGEST = 8  # words of a name that a sentence opens with
_NEAR = 200  # characters from the start within which words in bold name the subject
_PROSE = 200_000  # characters that are looked at for the words of a file's name
_BLANKS = re.compile(r"[\s_]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CUT = re.compile(r"\s*\[[^\[\]]{1,40}\]")  # reference markers and tags
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\]”\"][.!?])\s")
_DISAMBIGUATOR = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*+$")
_SMALL = frozenset("a an and at by for from in of on the to with".split())
GUESSED: frozenset[TitleOrigin] = frozenset(("first sentence", "file name"))


class Title(NamedTuple):
    """A title and where it is from; no words where there is none."""

    words: str
    origin: TitleOrigin

    def rank(self) -> int:
        """Return how sure it is, 0 for the surest."""
        return get_args(TitleOrigin).index(self.origin)

    def notice(self, subject: str | None = None) -> str:
        """Return what is to be said of it: that it was guessed, or that nothing says what stance is toward, else ""."""
        if len(self.words) >= MAX_TITLE:
            return f"The title was cut after {MAX_TITLE} characters."
        if self.origin in GUESSED:
            return f"The title {self.words!r} was guessed from the {self.origin}; give a title to set it."
        if not self.words and not subject:
            return "No title was given or found, and stance is toward what the title names; give a title."
        return ""

    def noticed(self, notices: Iterable[str], subject: str | None = None) -> tuple[str, ...]:
        """Return an article's notices with the one on this title, in place of any on another."""
        others = [notice for notice in notices if not notice.startswith(("The title ", "No title "))]
        return (*others, *filter(None, [self.notice(subject)]))


def title_of(
    *, given: str | None = None, marked: Title | None = None, bold: str = "", name: str = "", lead: str, prose: str
) -> Title:
    """Return the title: the one given, the one that the article is ``marked`` with, else the best guess; never endless.

    ``lead`` is the first block of prose, ``prose`` all of it; ``bold`` are the first words in bold, which count where
    the lead begins with them, and ``name`` is what the file's name reads as.
    """
    if given:
        return Title(given[:MAX_TITLE], "given")
    if marked is not None and marked.words:
        return Title(marked.words[:MAX_TITLE], marked.origin)
    bold, name = bold[:MAX_TITLE], name[:MAX_TITLE]
    named = bold and bold in lead[:_NEAR]
    opening = Title(bold, "markup") if named else Title(opening_name(lead), "first sentence")
    if name and says_more(name, opening.words, lead):
        return Title(recased(name, prose), "file name")
    if opening.words:
        return opening
    if name and stands_in(name, prose):
        return Title(recased(name, prose), "file name")
    return Title("", "none")


@cache
def _opening() -> re.Pattern[str]:
    """Return what a sentence that introduces its subject looks like: its name, what is said in between, its verb."""
    verbs, asides = ("|".join(load_patterns("title_patterns", kind)) for kind in ("verb", "aside"))
    letter = r"(?:\b(?:[A-Z]|St|Mt|Dr|Mr|Jr|Sr|vs|No|Co|Inc|Bros|Ltd)\.|[^.,;:()\[\]\n\"“”])"
    name = rf"(?:(?:The|A|An|the|a|an) (?=[^\W_])|(?=[^\W_a-z]))(?P<name>{letter}{{1,80}}?)[\"”’]?"
    return re.compile(
        rf"[\s\"“‘'*_]{{0,6}}(?:In [a-z][^.,;:\n]{{1,60}}, (?=[a-z]))?{name}(?: or [a-z][^.,;:()\n]{{1,60}})?"
        rf"(?:\s?\([^()\n]{{0,200}}\)){{0,2}}(?:,? (?:{asides})[^.;\n]{{1,160}}?,)?,? (?:{verbs})\b"
    )


def opening_name(lead: str) -> str:
    """Return the name that an article's first sentence opens with ("The Halden Bridge (1911) is ..."); "" for none."""
    match = _opening().match(_CUT.sub("", lead[:1000]))
    words = _BLANKS.sub(" ", match["name"]).strip(" *_'’") if match else ""
    parts = words.lower().split(" ")
    opener, finite = (load_terms("sentence_words", kind) for kind in ("opener", "finite"))
    if not words or len(parts) > _LONGEST or parts[0] in opener or not finite.isdisjoint(parts):
        return ""
    return words[:1].upper() + words[1:]


def says_more(name: str, opening: str, lead: str) -> bool:
    """Tell whether a file's name is the opening's in better words: the first sentence has all of its words."""
    words = _telling(name)
    if len(words) < 2 or _BLANKS.sub(" ", name).lower() in opening.lower():
        return False
    return words <= _telling(_SENTENCE_END.split(lead, maxsplit=1)[0]) and bool(words & _telling(opening))


def stands_in(name: str, prose: str) -> bool:
    """Tell whether a text has all the words of a file's name; a single one must be a name there, too."""
    words, text = _telling(name), prose[:_PROSE]
    if len(words) == 1:
        word = re.escape(next(iter(words)))
        named = re.search(rf"(?<=[a-z,] )(?i:{word})\b", text)
        return named is not None and named[0][:1].isupper() and re.search(rf"\b{word}\b", text) is None
    return bool(words) and words <= _telling(text)


def _telling(text: str) -> set[str]:
    """Return the words of a text in small letters, those that stand in any name left out."""
    found = {word.lower().replace("’", "'") for word in _WORD.findall(_DISAMBIGUATOR.sub("", text))}
    return {word.removesuffix("'s") for word in found} - _SMALL


def recased(words: str, text: str) -> str:
    """Return a title from a lower-case file name with the capitals that the text gives its words."""
    if words[1:] != words[1:].lower():
        return words
    whole = re.search(r"[\s_-]+".join(map(re.escape, words.split())), text[:_PROSE], re.IGNORECASE)
    if whole:
        found = _BLANKS.sub(" ", whole[0])
        return found[:1].upper() + found[1:]

    def occurs(word: str) -> bool:
        return re.search(rf"\b{re.escape(word)}\b", text[:_PROSE]) is not None

    return " ".join(
        word.title() if occurs(word.title()) and not occurs(word.lower()) else word for word in words.split()
    )
