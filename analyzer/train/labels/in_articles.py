"""Sentences that readers labelled in their articles, by key and without text: put together with their corpora.

``whole-articles-train.jsonl``, ``whole-articles-dump.jsonl``, ``windows.jsonl`` and ``stretches.jsonl`` have a line an
article: where it is from (``source``; ``id`` or ``title``), its reader's letter, and of each labelled sentence the key
of its text, a letter for its stance, and its attributions, whose ``source`` and ``cue`` are stretches of the sentence.
The few whose text is no more that of a sentence are left out. Composed articles have their ``text`` in the line.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

import numpy as np
import spacy
from spacy.tokens import Doc, Span

from analyzer.annotate import documents
from analyzer.annotate.encoder.context import contexts, title_of
from analyzer.annotate.encoder.reading import TAGS
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.sentences.component import Sentences
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.readers import read, read_many
from analyzer.records import Article
from analyzer.train.core.passages import passage_id
from analyzer.train.core.recipe import Data, Row
from analyzer.train.core.wiki_banners import article_of
from analyzer.train.encoder.parts import Part, Spoken, chosen
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels.keyed import LETTERS, key_of

_EXTENTS = ("source", "cue")
SAMPLE_PAGES = "sample-pages"  # files of their own; a recipe's data have them under the row's id
COMPOSED, GUM = "composed", "gum-train"  # articles that stand in the labels' own file; biographies of GUM, by doc_id
# A source's id among a recipe's data:
IN_CORPORA = {"gold-articles-train": "gold-articles", "banners": "banners", GUM: GUM}


def parts(data: Data, labelled: Sequence[Row], *, context: bool = True) -> list[Part]:
    """Return the sentences of each labelled article, as the analyzer splits them, in context or beside its title."""
    return [part_of(row, doc, context=context) for row, doc in articles(data, labelled)]


def part_of(row: Row, doc: Doc, *, context: bool = True, reader: int = 0) -> Part:
    """Return an article's labelled sentences, as the first of its readers sees them, or another."""
    beside, by = contexts(doc) if context else [title_of(doc)] * len(list(doc.sents)), row["readers"][reader]
    known = [(beside[number], span.text.strip(), sentence) for number, span, sentence in sentences(row, doc)]
    return Part(
        Examples(
            [context for context, _, _ in known],
            [text for _, text, _ in known],
            np.array([LETTERS.index(sentence[by]) for *_, sentence in known], dtype=np.int64),
        ),
        [_spoken(sentence.get(f"{by}_attributions", ())) for *_, sentence in known],
    )


def without(part: Part, titles: tuple[str, ...], keys: Set[str]) -> Part:
    """Return the sentences that are neither of an article of these titles nor of these keys."""
    heads = tuple(title + mark for title in titles for mark in (" - ", ": "))
    rows = [
        i
        for i, (title, text) in enumerate(zip(part.examples.titles, part.examples.texts, strict=True))
        if key_of(text) not in keys and not (title in titles or title.startswith(heads))
    ]
    return chosen(part, rows)


def sentences(row: Row, doc: Doc) -> Iterator[tuple[int, Span, Row]]:
    """Yield the sentences of a Doc that are labelled: their number, the sentence, its labels."""
    waiting: dict[str, Row] = {}
    for sentence in row["sentences"]:
        waiting.setdefault(sentence["sha"], sentence)
    for number, span in enumerate(doc.sents):
        labels = waiting.get(key_of(span.text))
        if labels is not None:
            yield number, span, labels


def in_gold_format(row: Row, doc: Doc) -> Row:
    """Return an article's labelled sentences as those of a passage in the gold format, in characters of the Doc."""
    found: list[Row] = []
    for _, span, sentence in sentences(row, doc):
        start = span.start_char + len(span.text) - len(span.text.lstrip())
        attributions = [
            one | {key: one[key] and {"start": start + one[key][0], "end": start + one[key][1]} for key in _EXTENTS}
            for one in sentence.get(f"{row['readers'][0]}_attributions", ())
        ]
        found.append({"start": start, "end": span.end_char, "attributions": attributions})
    return {"title": row["title"], "sentences": found}


def itself(doc: Doc) -> OffsetMap:
    """Return the map of a Doc's characters to themselves."""
    offsets = OffsetMap()
    offsets.add(0, 0, len(doc.text))
    return offsets


def _spoken(attributions: Sequence[Row]) -> Spoken:
    sources, cues, without = [], [], [False, False]
    for row in attributions:
        if row["source"]:
            sources.append(((row["source"][0], row["source"][1]), TAGS.index(row["type"])))
        else:
            without[0 if row["carried"] else 1] = True
        if row["cue"]:
            cues.append((row["cue"][0], row["cue"][1]))
    return Spoken(tuple(sources), tuple(cues), (without[0], without[1]))


def articles(data: Data, labelled: Sequence[Row]) -> Iterator[tuple[Row, Doc]]:
    """Yield each row with its article's Doc, split into sentences; articles of the dump come first."""
    nlp, split = spacy.load(DEFAULT_MODEL), Sentences()
    rows = sorted(labelled, key=lambda row: row["source"] != "dump-sample")
    for row, (_, doc, _) in zip(rows, documents(nlp, articles_of(data, rows)), strict=True):
        yield row, split(doc)


def articles_of(data: Data, rows: Sequence[Row]) -> Iterator[Article]:
    """Yield the article that each row is of; rows of the dump must come first."""
    titles = {row["title"]: None for row in rows if row["source"] == "dump-sample"}
    if titles:
        pages = {page.title: page for page in read_many(data.path("dump")) if page.title in titles}
        yield from (pages[title] for title in titles)
    corpora = {
        source: {passage_id(row): row for row in data.jsonl(IN_CORPORA[source])}
        for source in sorted({row["source"] for row in rows} & IN_CORPORA.keys())
    }
    yield from (_article(data, row, corpora) for row in rows if row["source"] != "dump-sample")


def _article(data: Data, row: Row, corpora: Mapping[str, Mapping[str, Row]]) -> Article:
    """Return the article of a row that is not of the dump: of a corpus, of a file of its own, or of the row."""
    source, title = row["source"], row["title"]
    if source == "banners":
        return article_of(corpora[source][row["id"]])
    if source == SAMPLE_PAGES:
        text = data.path(row["id"]).read_text("utf-8")
    elif source == COMPOSED:
        text = row["text"]
    else:
        text = corpora[source][row["id"]]["text" if source == GUM else "wikitext"]
    return read(text, title=title)
