"""Whether a web page or publication is the article's subject's own."""

import re
import unicodedata
from dataclasses import dataclass

from analyzer.issues.evidence.patterns import holds, words_of
from analyzer.lexicons import load_table
from analyzer.lexicons.domains import DomainVerdict
from analyzer.records import Article, Reference

_WORD = re.compile(r"[a-z0-9]+")
_OPENING = re.compile(r"[(\"“”.:]")


@dataclass(frozen=True)
class Owner:
    """The subject's name in the forms a domain or an imprint may take, blank where the subject is no name."""

    joined: str
    words: tuple[str, ...]
    acronym: str
    country: str | None
    title: str

    @classmethod
    def of(cls, article: Article) -> "Owner":
        """Return the owner for an article's title; its subject stands in where there is no title."""
        title = re.sub(r"\s*\([^)]*\)\s*$", "", article.title or article.subject)
        if _is_common(title, article.text) and not _country_code(title):
            return cls("", (), "", None, "")
        words = tuple(_words(title))
        telling = tuple(w for w in words if w not in words_of("common in names") and len(w) > 2)
        acronym = "".join(w[0] for w in words if w not in ("of", "and", "the", "for", "in"))
        return cls("".join(words), telling, acronym if len(acronym) > 2 else "", _country_code(title), title)

    def owns(self, verdict: DomainVerdict) -> bool:
        """Return whether the domain carries the subject's name, or is of the government whose record it is."""
        if self.country and verdict.type == "government":
            return verdict.host.endswith("." + self.country) or verdict.host == self.country
        return bool(verdict.domain) and self._in(verdict)

    def _in(self, verdict: DomainVerdict) -> bool:
        label = re.sub(r"[^a-z0-9]", "", verdict.domain.split(".")[0])
        if not label or not self.joined or verdict.has("social_media", "blog_host", "user_generated", "commerce"):
            return False
        if label == self.joined or (self.acronym and label == self.acronym):
            return True
        if self.country or label.removeprefix(self.joined) in words_of("sites of others"):
            return False
        if len(self.joined) >= 5 and (label.startswith(self.joined) or label == self.joined.removeprefix("the")):
            return True
        if self._by_surname(label):
            return True
        telling = [word for word in self.words if len(word) >= 4]
        if len(telling) >= 2:
            return all(word in label for word in telling[:3])
        return (
            bool(telling)
            and len(telling[0]) >= 5
            and label.startswith(telling[0])
            and len(label) <= len(self.joined) + 8
        )

    def _by_surname(self, label: str) -> bool:
        """True for a personal site such as "surname2024" or "surnameonline": the last name, then little else."""
        surname = self.words[-1] if 2 <= len(self.words) <= 4 else ""
        rest = label.removeprefix(surname)
        return len(surname) >= 6 and rest != label and (rest.isdigit() or rest in words_of("personal sites"))

    def wrote(self, text: str) -> bool:
        """Return whether a reference opens with the subject as its author: "Surname, First (2008) ..."."""
        names = {word for word in self.words if len(word) >= 3}
        if len(names) < 2 or "," not in text[:60]:
            return False
        opening = set(_words(_OPENING.split(text, maxsplit=1)[0]))
        return names <= opening and len(opening) <= len(names) + 2

    def published(self, reference: Reference) -> bool:
        """Return whether a reference names the subject as its publisher, in its own field or in its words."""
        if not self.title or self.country:
            return False
        name = " ".join(_words(self.title))
        if reference.publisher and " ".join(_words(reference.publisher)) == name:
            return True
        official = bool(name) and holds(reference.text, "official-page")
        return official and f" {name} " in f" {' '.join(_words(reference.text))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text).replace("'", ""))


def _is_common(title: str, text: str) -> bool:
    """Return whether the prose writes the title small, as a common noun: such a subject has no pages of its own."""
    small = title[:1].lower() + title[1:]
    return small != title and 2 * text.count(small) > text.count(title)


def plain(text: str) -> str:
    """Return a text in lower-case ASCII letters, without accents."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _country_code(title: str) -> str | None:
    """Return the internet code of the country that a title such as "Human rights in X" or "X" speaks of."""
    name = re.split(r"\b(?:in|of)\b(?: the)? ", title)[-1].strip().lower()
    for row in load_table("country_codes"):
        if name == row["country"]:
            return row["code"]
    return None
