"""Article -> Annotated: the only place, with the pipeline, that knows spaCy.

Passages of many articles are parsed in one stream of batches; each article's passages are then joined to one Doc,
on which the ``analyzer_*`` components see the whole article.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
from msgspec.structs import replace
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import decode, store
from analyzer.annotate.english import read_only_in_english
from analyzer.annotate.masking import OffsetMap, Passage, bounded, mask
from analyzer.annotate.products import one_thread
from analyzer.annotate.registry import factories
from analyzer.limits import MAX_TITLE
from analyzer.records import Annotated, Article, Section
from analyzer.spans import last_begun

# Batches of paragraphs parse 30-45 % faster than whole articles, in a quarter of the memory: 100 MB for 30,000
# characters, about those of as many paragraphs. Longer ones would make it gigabytes.
BATCH_SIZE = 64
_BATCH_LENGTH = 30_000
_BATCH_WORDS = 12_000  # twice those of prose so long: where each character is a word, they are what takes memory
_COLUMNS: list[int | str] = [*"ORTH NORM TAG POS LEMMA DEP HEAD ENT_IOB ENT_TYPE SENT_START SPACY".split()]
Stage = Callable[[Doc], Doc]
Long = TypeVar("Long", bound=Sized)


@dataclass
class _Pending:
    """An article whose passages are being parsed."""

    article: Article
    passages: list[Passage]
    parts: list["_Part"] = field(default_factory=list)


def annotate(
    nlp: Language, components: Iterable[Stage], articles: Iterable[Article], *, min_confidence: float = 0.0
) -> Iterator[Annotated]:
    """Yield an Annotated for each article, in order; attributions below ``min_confidence`` are left out."""
    stages = tuple(components)
    for article, doc, offsets in documents(nlp, articles):
        with _uncollected():
            for stage in stages:
                doc = stage(doc)
            found = decode.annotated(doc, article, offsets, min_confidence=min_confidence)
        del doc, offsets  # most of what a long article takes is not needed while it is judged
        yield found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles from going through all rows of a long article again and again.

    Components make lists and records without cycles, which are freed at once when nothing needs them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def documents(nlp: Language, articles: Iterable[Article]) -> Iterator[tuple[Article, Doc, OffsetMap]]:
    """Yield each article with its parsed Doc, before any component, and the map from the Doc to its text."""
    for pending in _parsed(nlp, articles):
        yield pending.article, *_joined(nlp, pending)


def _parsed(nlp: Language, articles: Iterable[Article]) -> Iterator[_Pending]:
    """Yield the articles with their passages parsed; reads ahead by at most a batch."""
    waiting: deque[_Pending] = deque()

    def feed() -> Iterator[str]:
        for article in articles:
            article = bounded(article)
            passages, notices = mask(article)
            if notices:
                article = replace(article, notices=(*article.notices, *notices))
            article = read_only_in_english(article, (passage.text for passage in passages))
            if "text" not in article.facets:
                passages = []
            waiting.append(_Pending(article, passages))
            for passage in passages:
                yield passage.text

    ours = [name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory in factories()]  # for whole articles
    split = (words for texts in batches(feed()) for words in batches(map(nlp.make_doc, texts), _BATCH_WORDS))
    for docs in split:
        with one_thread(), _uncollected():
            parts = [_Part.of(doc) for doc in nlp.pipe(docs, batch_size=BATCH_SIZE, disable=ours)]
        docs.clear()  # what is needed of them is in the numbers
        for part in parts:
            while not waiting[0].passages:
                yield waiting.popleft()
            waiting[0].parts.append(part)
            if len(waiting[0].parts) == len(waiting[0].passages):
                yield waiting.popleft()
    yield from waiting


def batches(texts: Iterable[Long], most: int = _BATCH_LENGTH) -> Iterator[list[Long]]:
    """Yield texts (or Docs, which are as long as their words) as many at a time as are parsed together."""
    batch: list[Long] = []
    length = 0
    for text in texts:
        if batch and (len(batch) == BATCH_SIZE or length + len(text) > most):
            yield batch
            batch, length = [], 0
        batch.append(text)
        length += len(text)
    if batch:
        yield batch


class _Part(NamedTuple):
    """The parse of a passage as numbers: a hundredth of the Doc's memory where passages are short."""

    rows: Any  # a row a token, a column for each of _COLUMNS
    ends_in_space: bool  # its last token is one

    @classmethod
    def of(cls, doc: Doc) -> "_Part":
        return cls(doc.to_array(_COLUMNS), doc[-1].is_space)

    @property
    def ends_in_blank(self) -> bool:
        return bool(self.rows[-1, -1])


def _one(nlp: Language, parts: list[_Part]) -> Doc:
    """Return passages as one Doc, with blanks between; five times faster than ``Doc.from_docs``, which keeps more."""
    if not parts:
        return Doc(nlp.vocab)
    for part in parts[:-1]:
        part.rows[-1, -1] |= not part.ends_in_space
    rows: Any = np.concatenate([part.rows for part in parts])
    joined = Doc(nlp.vocab, words=rows[:, 0].tolist(), spaces=(rows[:, -1] > 0).tolist())
    return joined.from_array(_COLUMNS[1:], rows[:, 1:])


def _section(titles: Mapping[int, list[str]], article: Article, passage: Passage) -> store.Row:
    """Return the heading under which a passage stands, "" in the lead, and the headings above that one."""
    start = passage.kept[0][0] if passage.kept else 0
    section = last_begun(article.sections, start)
    if section is None:
        return {"section": ""}
    *within, title = titles[section.start]
    return {"section": title, "within": within} if within else {"section": title}


def _titles(article: Article) -> dict[int, list[str]]:
    """Return for each section, by where it begins, its heading behind those of the sections that it is in."""
    found, within = {}, list[Section]()
    for section in article.sections:
        while within and within[-1].level >= section.level:
            within.pop()
        within.append(section)
        found[section.start] = [each.title[:MAX_TITLE] for each in within]
    return found


def _joined(nlp: Language, pending: _Pending) -> tuple[Doc, OffsetMap]:
    """Return one Doc for the article, with its title and passages stored on it, and the map back to its text."""
    offsets, titles = OffsetMap(), _titles(pending.article)
    passages = []
    base = 0
    for passage, part in zip(pending.passages, pending.parts, strict=True):
        length = len(passage.text)
        for at, to, size in passage.pieces:
            offsets.add(base + at, to, size)
        row = {"start": base, "end": base + length, "kind": passage.kind, "source": passage.source}
        passages.append(row | _section(titles, pending.article, passage) | {"follows": passage.follows})
        base += length + (0 if part.ends_in_blank else 1)
    doc = _one(nlp, pending.parts)
    pending.parts.clear()
    store.put_name(doc, "title", pending.article.title)
    store.put_name(doc, "given_subject", pending.article.subject or None)
    store.put_value(doc, "passages", passages)
    return doc, offsets
