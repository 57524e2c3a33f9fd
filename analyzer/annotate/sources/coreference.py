"""Which source a name, a pronoun, "the report" or a quotation that runs on refers to: document-level, by rule.

Only sources are resolved, not every noun phrase: a handful of candidates a source keeps it linear and fast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from analyzer.annotate.sources.candidates import (
    DEFINITE,
    NOT_FOR_PAPERS,
    NOUNS_FOR_FIRMS,
    SEVERAL,
    WEIGHTS,
    anaphors,
    fits,
    has_word,
    pronoun_kind,
    sex_score,
    stands_for,
)
from analyzer.annotate.sources.gazetteer import Gazetteer
from analyzer.annotate.sources.mentions import Mention, Seen, mentions, sentence_at
from analyzer.annotate.sources.names import Names, plain
from analyzer.annotate.store import Row

_OWNED = re.compile(r"\b((?:[Tt]he|[Tt]his|[Tt]hat) [a-z-]+(?: [a-z-]+)?)['’]s ([a-z].*)$")
_COUNTED = frozenset(["two", "three", "four", "same", "latter"])
_NEAR = 8  # sentences back in which a pronoun finds its antecedent
_FAR = 30  # the same for "the commission" and other nouns that say more


@dataclass
class Reference:
    """What a source refers to: the fullest name, whether an earlier sentence was needed, and the mention meant."""

    name: str | None
    carried: bool
    mention: Mention | None = None
    subject: bool = False
    how: str = "named"
    possessed: bool = False


@dataclass
class Resolver:
    """Resolves the sources of one Doc in order; remembers what pronouns last stood for."""

    doc: Doc
    rows: Sequence[Row]
    about: Row
    names: Names
    gazetteer: Gazetteer
    starts: list[int] = field(default_factory=list)
    last: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = [sent.start_char for sent in self.doc.sents]
        found = mentions(self.doc, self.rows, self.names, self.gazetteer, self.starts)
        self.seen = Seen(found)
        self.own = next((m for m in found if self._is_subject(m.name, m.text)), None)

    def resolve(self) -> list[Reference]:
        """Return one reference a row."""
        found: list[Reference | None] = []
        for index, row in enumerate(self.rows):
            reference = self._one(row) if "continues" not in row else None
            found.append(reference)
            if reference is not None and reference.how in ("pronoun", "definite") and row["source_start"] is not None:
                self._remember(index, row, reference)
        return [self._continued(i, row, found) for i, row in enumerate(self.rows)]

    def _remember(self, index: int, row: Row, reference: Reference) -> None:
        """Let a resolved pronoun or description count as a mention of what it stands for."""
        old = reference.mention
        kind = old.kind if old else "person" if self.about.get("sort") == "person" and reference.subject else "other"
        at, end = row["source_start"], row["source_end"]
        made = Mention(at, end, row["sentence"], row["source_text"], reference.name or "", kind, True, index)
        self.seen.add(made)

    def _continued(self, i: int, row: Row, found: list[Reference | None]) -> Reference:
        """Return the reference of a row, that of the row it continues where it has no words of its own."""
        own = found[i]
        if own is not None:
            return own
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
        lower = text.lower().strip()
        at, sentence = row["source_start"], sentence_at(self.starts, row["source_start"])
        kind = pronoun_kind(lower)
        if kind:
            return self._pronoun(kind, at, sentence, text)
        words = lower.split()
        owner = pronoun_kind(words[0])
        if owner and len(words) > 1 and words[0] in ("his", "her", "its", "their"):
            return self._possessed(owner, at, sentence, text)
        if words[0] in DEFINITE and len(words) > 1:
            return self._definite(row, at, sentence, text)
        owned = _OWNED.search(text)
        if owned and not any(word[:1].isupper() for word in text.split()[1:]):  # "all of the magazine's reviewers"
            return self._owned(row, owned[1], owned[2], at, sentence)
        return self._named(row, text)

    def _named(self, row: Row, text: str) -> Reference:
        """Return the reference of a source that names itself."""
        name = self.names.fullest(text)
        return Reference(name, False, self.seen.first.get(name), self._is_subject(name, text))

    def _is_subject(self, name: str, text: str) -> bool:
        """Tell whether a name is the article's subject."""
        if self.about.get("kind") == "record" or not self.about.get("core"):
            return False
        bare = plain(text).removeprefix("The ")
        return bare in self.names.aliases or name in self.names.aliases or name == self.about["core"]

    def _pronoun(self, kind: str, at: int, sentence: int, text: str) -> Reference:
        """Return what a pronoun stands for: the likeliest of the mentions before it and the subject."""
        scored = [
            (self._score(m, kind, sentence), -m.start, m)
            for m in self.seen.before(at, sentence, _NEAR)
            if fits(m, kind)
        ]
        best = max(scored, default=None, key=lambda item: item[:2])
        subject = self._subject_score(kind, sentence)
        if subject is not None and (best is None or subject >= best[0]):
            self.last[kind] = (self.about["core"], sentence)
            return Reference(self.about["core"], True, self.own, True, "pronoun")
        if best is None:
            return Reference(text, False, how="pronoun")
        self.last[kind] = (best[2].name, sentence)
        return Reference(best[2].name, True, best[2], self._is_subject(best[2].name, best[2].text), "pronoun")

    def _score(self, m: Mention, kind: str, sentence: int) -> float:
        """Return how likely a mention is what a pronoun in this sentence stands for."""
        w = WEIGHTS
        score = w["subject"] * m.subject + w["source"] * (m.row >= 0) - w["distance"] * (sentence - m.sentence)
        name, when = self.last.get(kind, ("", -9))
        if name == m.name and sentence - when <= 2:
            score += w["again"]
        if kind in ("he", "she"):
            return score + sex_score(m.name, kind)
        return score + w["body"] * (m.kind == "body") + w["place"] * (m.kind == "place")

    def _subject_score(self, kind: str, sentence: int) -> float | None:
        """Return the score of the article's subject as what a pronoun stands for; None where it cannot be."""
        if not self.about.get("core") or self.about.get("kind") == "record":
            return None
        person = self.about.get("sort") == "person"
        pronouns = self.about.get("pronouns") or []
        if kind not in pronouns and not (person and kind in ("he", "she") and not pronouns):
            return None
        name, when = self.last.get(kind, ("", -9))
        again = WEIGHTS["again"] if name == self.about["core"] and sentence - when <= 2 else 0.0
        return WEIGHTS["own person" if person else "own thing"] + again

    def _possessed(self, kind: str, at: int, sentence: int, text: str) -> Reference:
        """Return the reference of "its director": the director of what "its" stands for."""
        owner = self._pronoun(kind, at, sentence, text.split()[0])
        if owner.mention is None and not owner.subject:
            return Reference(plain(text), False, how="possessed")
        rest = " ".join(text.split()[1:])
        return Reference(f"{rest} of {owner.name}", True, owner.mention, owner.subject, "possessed", True)

    def _definite(self, row: Row, at: int, sentence: int, text: str) -> Reference:
        """Return the reference of "the commission" and the like; named by itself where nothing before it fits."""
        owned = _OWNED.search(text)
        if owned and not any(word[:1].isupper() for word in text.split()[1:]):
            return self._owned(row, owned[1], owned[2], at, sentence)
        head = self._head(row, text)
        if any(word[:1].isupper() for word in text.split()[1:]):
            return self._named(row, text)
        kinds = anaphors().get(head, frozenset())
        if self._names_subject(head, text):
            return Reference(self.about["core"], True, self.own, True, "definite")
        if "body" in kinds and _says_class(text):
            return Reference(plain(text), False, how="definite")
        near = self.seen.before(at, sentence, _FAR)
        plural = head.endswith("s") and "people" in kinds
        same = None if "state" in kinds else next((m for m in near if has_word(m, head) and m.start < at), None)
        if same is not None and not plural:
            return Reference(same.name, True, same, self._is_subject(same.name, same.text), "definite")
        if text.split()[0].lower() == "the" and len(text.split()) > 3 and not same:
            return Reference(plain(text), False, how="definite")
        if text.split()[0].lower() in SEVERAL and head.endswith(("s", "y")) and not same:
            return self._several(near, sentence, text)
        fit = [m for m in near if sentence - m.sentence <= 4 and stands_for(m, head, self.gazetteer)]
        other = next(iter(sorted(fit, key=lambda m: "document" in kinds and m.kind == "person")), None)
        if other is not None:
            head_words = " ".join(text.split()[1:])
            name = f"{head_words} of {other.name}" if kinds & {"people"} else other.name
            return Reference(
                name, True, other, self._is_subject(other.name, other.text), "definite", bool(kinds & {"people"})
            )
        return Reference(plain(text), False, how="definite")

    def _owned(self, row: Row, owner: str, rest: str, at: int, sentence: int) -> Reference:
        """Return the reference of "the commission's director": the director of what "the commission" stands for."""
        words = owner.split()
        end = row["source_start"] + row["source_text"].find(owner) + len(owner)
        start = end - len(owner)
        whole = self._definite(row | {"source_start": start, "source_end": end}, at, sentence, owner)
        if not whole.carried or len(words) > 3:
            return Reference(plain(row["source_text"]), False, how="definite")
        return Reference(f"{rest} of {whole.name}", True, whole.mention, whole.subject, "possessed", True)

    def _several(self, near: Sequence[Mention], sentence: int, text: str) -> Reference:
        """Return the reference of "both studies": the last two sources named in the sentences before."""
        named = [m for m in near if m.row >= 0 and sentence - m.sentence <= 3][:2]
        if not named:
            return Reference(plain(text), False, how="definite")
        return Reference(" and ".join(m.name for m in reversed(named)), True, named[0], how="definite")

    def _names_subject(self, head: str, text: str) -> bool:
        """Tell whether "the company" and the like mean the subject: its own noun, and nothing narrower said."""
        sort = self.about.get("sort")
        if self.about.get("kind") == "record" or len(text.split()) > 2 or sort in ("person", "work"):
            return False
        core = self.about.get("core") or ""
        if head in core.lower().split():
            return True
        known = self.gazetteer.type_of(core)
        if known == "media":
            return "media" in anaphors().get(head, ()) and head not in NOT_FOR_PAPERS
        firm = sort == "organisation" or known is not None or (sort == "other" and self._organisation_noun(core))
        return firm and head in NOUNS_FOR_FIRMS

    def _organisation_noun(self, core: str) -> bool:
        """Tell whether the article calls its subject "the company" or the like often, and nobody else a company."""
        last = core.split()[-1].lower() if core else ""
        return last in ("technologies", "colleges", "airlines", "systems", "motors", "foods", "industries", "holdings")

    def _head(self, row: Row, text: str) -> str:
        """Return the head noun of a description, lower-cased; singular where the lemma is known."""
        span = self.doc.char_span(row["source_start"], row["source_end"], alignment_mode="expand")
        if span is None:
            return text.split()[-1].lower()
        for token in span:
            if token.pos_ in ("NOUN", "PROPN") and (
                token.i + 1 == span.end or token.nbor().pos_ not in ("NOUN", "PROPN", "PART")
            ):
                return token.lower_ if token.lower_ in anaphors() else token.lemma_.lower()
        return span.root.lemma_.lower()


def _says_class(text: str) -> bool:
    """Tell whether "the" with a plural states a class ("the rights groups"), and is no "the two groups"."""
    words = text.lower().split()
    return words[0] == "the" and words[-1].endswith("s") and not _COUNTED.intersection(words[1:-1])
