"""What tells the class of a source: its words, names and nouns known by class, the words beside it, and the subject.

One extractor for training and for use. A feature is a short string; what a source's first full mention says
("Robin Fox, then editor of The Lancet") counts for every later mention ("He").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from analyzer.annotate.sources.context import agreement, said_around, themes
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.description import Description, Tokens, descriptions
from analyzer.annotate.sources.gazetteer import Gazetteer
from analyzer.annotate.sources.names import plain
from analyzer.annotate.sources.tables import DETERMINERS, LABELS, TOPICS, foreign, grams
from analyzer.annotate.store import Row
from analyzer.annotate.subject.lead import words_of
from analyzer.annotate.tokens import columns, strings

_LINKS = frozenset(["of", "for", "at", "in", "from", "with", "by", "on"])
_STOP = frozenset([".", ";", ":", "(", ")", "—", "–"])
_BESIDE = 4  # words before a source that are read
_BEHIND = 9  # words behind it


@dataclass
class Extractor:
    """Features of the sources of one Doc."""

    doc: Doc
    about: Row
    gazetteer: Gazetteer
    text: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    tokens: Tokens = field(init=False)
    topics: list[str] = field(default_factory=list)
    own: frozenset[str] = frozenset()
    makers: frozenset[str] = frozenset()
    frame: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    starts: list[int] = field(default_factory=list)  # characters at which sentences start
    themes: list[str] = field(default_factory=list)
    places: dict[str, list[int]] = field(default_factory=dict)  # tokens at which a capitalised word stands

    def __post_init__(self) -> None:
        seen = columns(self.doc)
        self.text, self.lower, counts = seen.words, seen.lower, seen.counts
        lemma, pos = (strings(self.doc, self.doc.to_array(name)) for name in ("LEMMA", "POS"))
        self.tokens = Tokens(self.text, self.lower, lemma, pos)
        self.counts = Counter(self.text)
        self.starts = [sent.start_char for sent in self.doc.sents]
        self.themes = themes(counts)
        for at, word in enumerate(self.text):
            if word[:1].isupper():
                self.places.setdefault(word, []).append(at)
        weight = {topic: sum(counts[word] for word in words) for topic, words in TOPICS.items()}
        self.topics = [topic for topic, n in sorted(weight.items(), key=lambda item: -item[1])[:2] if n > 1]
        self.own = frozenset(alias.lower() for alias in self.about.get("aliases") or ())
        self.makers = frozenset(name.lower() for name in self.about.get("makers") or ())
        kind, sort = self.about.get("kind", "entity"), self.about.get("sort", "other")
        self.frame = "record" if kind == "record" else sort

    def features(self, row: Row, reference: Reference) -> list[str]:
        """Return the features of one source."""
        spans = self._spans(row, reference)
        found = ["bias", f"frame={self.frame}"]
        found.extend(f"topic={topic}" for topic in self.topics)
        if spans:
            found.extend(self._words(*spans[0]))
        elif reference.name:
            found.extend(self._name(reference.name))
        for start, end in spans[:2]:
            found.extend(self._before(start))
            found.extend(self._behind(end))
            found.extend(self._described(start, end))
        found.extend(self._cue(row))
        found.extend(self._affiliation(row, reference, spans))
        found.extend(self._standing(reference))
        found.extend(self._context(row, "+".join(name for name in found if name.startswith("entity="))))
        return list(dict.fromkeys(found))

    def _spans(self, row: Row, reference: Reference) -> list[tuple[int, int]]:
        """Return token spans that speak of the source, the telling one first: what it refers to, then its own words."""
        found = []
        mention = reference.mention
        own = row["source_start"], row["source_end"]
        if reference.how in ("named", "possessed") or mention is None:
            found.append(own)
        if mention is not None:
            found.append((mention.start, mention.end))
        spans = []
        for start, end in found:
            if start is not None:
                span = self.doc.char_span(start, end, alignment_mode="expand")
                if span is not None and (span.start, span.end) not in spans:
                    spans.append((span.start, span.end))
        return spans

    def _words(self, start: int, end: int) -> Iterator[str]:
        """Yield features of the source's own words."""
        span = self.doc[start:end]
        root = span.root
        yield f"head={root.lemma_.lower()}"
        yield f"tag={root.tag_}"
        yield f"det={self.lower[start] if self.lower[start] in DETERMINERS else '-'}"
        yield from self._name(span.text)
        for kind in self.gazetteer.nouns.get(root.lemma_.lower(), ()):
            yield f"head noun={kind}"
        labels = {token.ent_type_ for token in span if token.ent_type_ in LABELS}
        yield from (f"entity={label}" for label in sorted(labels))
        yield f"frame={self.frame}&tag={root.tag_}"
        for kind in self.gazetteer.nouns.get(root.lemma_.lower(), ()):
            yield f"frame={self.frame}&head noun={kind}"
        yield f"frame={self.frame}&entity={'+'.join(sorted(labels))}"

    def _name(self, text: str) -> Iterator[str]:
        """Yield features of a name as a string."""
        name = plain(text)
        words = name.split()
        yield f"length={min(len(words), 5)}"
        capital = sum(word[:1].isupper() for word in words)
        yield f"capitals={'all' if words and capital == len(words) else 'some' if capital else 'none'}"
        if len(words) == 1 and name.isupper() and len(name) > 1:
            yield "acronym"
        exact = self.gazetteer.type_of(name)
        if exact:
            yield f"known={exact}"
        for _, _, kind in self.gazetteer.within(name):
            yield f"holds={kind}"
        for word in words[:12]:
            low = word.lower().strip(".,'’")
            yield f"word={low}"
            for kind in self.gazetteer.nouns.get(low, ()) or self.gazetteer.nouns.get(low.removesuffix("s"), ()):
                yield f"noun={kind}"
        if words:
            yield f"last={words[-1].lower()}"
            yield f"ending={words[-1].lower()[-4:]}"

    def _before(self, start: int) -> Iterator[str]:
        """Yield features of the words before a source, up to a mark: "Savannah attorney Mark Tate"."""
        low = max(0, start - _BESIDE)
        k = start - 1
        while k >= low and self.lower[k] not in _STOP and self.lower[k] != ",":
            yield f"before={self.lower[k]}" if k == start - 1 else f"near before={self.lower[k]}"
            for kind in self._kinds(k):
                yield f"before noun={kind}"
                yield f"frame={self.frame}&before noun={kind}"
            k -= 1
        for _, _, kind in self.gazetteer.within(" ".join(self.text[k + 1 : start])):
            yield f"before name={kind}"
        if start > 1 and self.lower[start - 1] == ",":
            for k in range(start - 2, max(-1, start - 9), -1):
                if self.lower[k] in _STOP or self.lower[k] == ",":
                    break
                for kind in self._kinds(k):
                    yield f"apposition noun={kind}"
                    yield f"frame={self.frame}&apposition noun={kind}"

    def _behind(self, end: int) -> Iterator[str]:
        """Yield features of the words behind a source: an apposition ("X, a historian at ..."), "of The Guardian"."""
        if end >= len(self.text):
            return
        high = min(len(self.text), end + _BEHIND)
        first = self.lower[end]
        where = "apposition" if first == "," else first if first in _LINKS else "('s)" if first in ("'s", "’s") else ""
        yield f"behind={first}"
        clause = end + 1 < len(self.doc) and self.doc[end + 1].pos_ in ("VERB", "AUX", "ADV", "CCONJ")
        if not where or (where == "apposition" and clause):
            return
        k = end + 1
        while k < high and self.lower[k] not in _STOP and not (self.lower[k] == "," and where != "apposition"):
            if k < end + 5:
                yield f"{where}: {self.lower[k]}"
            for kind in self._kinds(k):
                yield f"{where} noun={kind}"
                yield f"frame={self.frame}&{where} noun={kind}"
            if self.lower[k] == "," and k > end + 1:
                break
            k += 1
        for _, _, kind in self.gazetteer.within(" ".join(self.text[end + 1 : k])):
            yield f"{where} name={kind}"

    def _kinds(self, k: int) -> tuple[str, ...]:
        """Return the classes that the word at token ``k`` may state."""
        low = self.lower[k]
        nouns = self.gazetteer.nouns
        return nouns.get(low) or nouns.get(low.removesuffix("s")) or ()

    def _described(self, start: int, end: int) -> Iterator[str]:
        """Yield features of the descriptions of a source: nouns, offices, and the bodies it belongs to."""
        for described in descriptions(self.tokens, start, end):
            place = "+".join(foreign(grams(described.words.lower().split()), self.about.get("place"))) or "no"
            if described.noun:
                yield f"noun: {described.noun}"
                for kind in self.gazetteer.nouns.get(described.noun, ()):
                    yield f"stated={kind}"
                    yield f"{described.via} stated={kind}"
                    yield f"frame={self.frame}&stated={kind}"
                yield from self._office(described, place)
            if described.body:
                yield from self._employer(described)

    def _office(self, described: Description, place: str) -> Iterator[str]:
        """Yield features of the offices that a description names, by the subject and the place it speaks of."""
        words = {described.noun, *described.words.lower().split()}
        for office in ("officer", "organ", "state role", "state organ", "work role", "person"):
            if not words.isdisjoint(words_of(office)):
                yield f"office={office}"
                yield f"frame={self.frame}&office={office}&{place} place"
                if described.words.lower().startswith(("its ", "his ", "her ", "their ")):
                    yield f"frame={self.frame}&its office={office}"

    def _employer(self, described: Description) -> Iterator[str]:
        """Yield features of the body that somebody belongs to or writes for."""
        body = described.body
        words = grams(body.lower().split())
        if self.own & words:
            yield "employer=own subject"
            yield f"frame={self.frame}&employer=own subject"
        for place in foreign(words, self.about.get("place")):
            yield f"frame={self.frame}&employer {place} place"
        kinds = {kind for _, _, kind in self.gazetteer.within(body)}
        if not kinds and any(word[:1].isupper() for word in body.split()):
            yield f"employer {described.via} unknown"
            last = body.split()[-1].lower()
            kinds.update(self.gazetteer.nouns.get(last, ()))
            if not {"university", "school", "college", "institute", "institut"}.isdisjoint(words):
                kinds.add("academic")
        for kind in sorted(kinds):
            yield f"employer={kind}"
            yield f"{described.via} employer={kind}"

    def _standing(self, reference: Reference) -> Iterator[str]:
        """Yield how the text treats the name: how often it comes, whether it was ever introduced in full."""
        words = plain(reference.name or "").split()
        if not words or not words[-1][:1].isupper():
            return
        count = self.counts[words[-1]]
        often = "1" if count < 2 else "2" if count < 3 else "3-5" if count < 6 else "6+"
        bare = len(words) == 1 and not words[0].isupper()
        yield f"named {often}"
        yield f"frame={self.frame}&named {often}"
        if bare:
            yield "bare"
            yield f"frame={self.frame}&bare&named {often}"

    def _context(self, row: Row, labels: str) -> Iterator[str]:
        """Yield what the article and the sentence talk of."""
        for theme in self.themes:
            yield theme
            yield f"{theme}&{labels}"
        at = row["source_start"] if row["source_start"] is not None else row.get("cue_start")
        if at is not None:
            yield from said_around(self.doc, self.starts, at)

    def _cue(self, row: Row) -> Iterator[str]:
        """Yield the cue's lemma."""
        if row.get("cue_start") is not None:
            span = self.doc.char_span(row["cue_start"], row["cue_end"], alignment_mode="expand")
            if span is not None:
                yield f"cue={span.root.lemma_.lower()}"

    def _affiliation(self, row: Row, reference: Reference, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
        """Yield what ties the source to the subject or to another state."""
        name = (reference.name or "").lower()
        if reference.subject:
            yield f"subject{' possessed' if reference.possessed else ''}"
        if any(name == maker or name in maker.split() or maker in name for maker in self.makers if name):
            yield "maker"
        for stand in agreement(reference.name or "", self.own, same=reference.subject):
            yield stand
            yield f"frame={self.frame}&{stand}"
        words: set[str] = set()
        for start, end in spans[:2]:
            words.update(grams(self.lower[max(0, start - 3) : end]))
        words.update(grams(name.split()))
        own = self.own & words
        if own and not reference.subject:
            yield "beside subject"
            inside = self.own & grams(self.lower[spans[0][0] : spans[0][1]]) if spans else own
            if inside:
                yield "holds subject"
                yield f"frame={self.frame}&holds subject"
        others = foreign(
            grams(self.lower[spans[0][0] : spans[0][1]] if spans else name.split()), self.about.get("place")
        )
        near = foreign(words, self.about.get("place"))
        for label, values in (("holds place", others), ("near place", near)):
            for value in values:
                yield f"{label}={value}"
                yield f"frame={self.frame}&{label}={value}"
        if not near:
            yield f"frame={self.frame}&no place"
