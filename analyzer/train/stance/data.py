"""What the stance models learn from: sentences as rows of hashed features, with labels and groups."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.encoder.context import beside
from analyzer.annotate.stance.linear import BITS, sentence_features
from analyzer.annotate.stance.masked import aliases_of_title, masked_words
from analyzer.annotate.subject.component import create_subject
from analyzer.linear import Matrix, SparseLinear
from analyzer.train.core.recipe import Data, Row
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels.pool import clean
from analyzer.vocabulary import STANCES

Ints = np.ndarray[Any, np.dtype[np.int64]]
HARD = frozenset("abc")  # writers asked to make labels hard to guess from single words


@dataclass(frozen=True)
class LabelledRows:
    """Sparse rows (``row``, ``column`` pairs), a label a row, and the passage or article each row came from."""

    row: Ints
    column: Ints
    label: Ints
    group: Ints
    bits: int = BITS

    def matrix(self) -> Any:  # noqa: ANN401 - scipy has no types
        """Return the rows as a sparse matrix of ones."""
        ones = np.ones(len(self.row), dtype=np.float32)
        return csr_matrix((ones, (self.row, self.column)), shape=(len(self.label), 1 << self.bits))

    def probabilities(self, model: SparseLinear) -> Matrix:
        """Return what a model makes of each row."""
        return model.probabilities(self.row, self.column, len(self.label))


def gold_rows(nlp: Language, passages: Sequence[Row]) -> LabelledRows:
    """Return the sentences of passages in the gold format, split where the gold splits them."""
    subject = create_subject(nlp, "analyzer_subject", None, None)
    docs = nlp.pipe((_presplit(nlp, sentences_of(passage)) for passage in passages), batch_size=32)
    labelled = []
    for doc, passage in zip(docs, passages, strict=True):
        store.put_value(doc, "title", passage["title"])
        labelled.append((subject(doc), [sentence["stance"] for sentence in passage["sentences"]], None))
    return _rows(labelled)


def target_rows(nlp: Language, examples: Sequence[Row]) -> LabelledRows:
    """Return sentences with a target each (``text``, ``target.text``, ``label``), the target taken as the subject."""
    texts = list(dict.fromkeys(example["text"] for example in examples))
    docs = dict(zip(texts, nlp.pipe((_presplit(nlp, [text]) for text in texts), batch_size=64), strict=True))
    return _rows((docs[example["text"]], [example["label"]], [example["target"]["text"]]) for example in examples)


def gold_examples(passages: Sequence[Row], *, context: bool = False) -> Examples:
    """Return the sentences of passages in the gold format, each with its article's title (and section, if it has).

    With ``context`` each has the sentence before it as well.
    """
    titles, texts, labels = [], [], []
    for passage in passages:
        section, sentences = (passage.get("section") or "").strip(), sentences_of(passage)
        before = ["", *sentences[:-1]] if context else [""] * len(sentences)
        titles += [beside(passage["title"], section, previous) for previous in before]
        texts += sentences
        labels += [STANCES.index(row["stance"]) for row in passage["sentences"]]
    return Examples(titles, texts, np.array(labels))


def own_examples(data: Data) -> dict[str, Examples]:
    """Return the composed sentences of our own by their writers' aim: ``hard`` for words, or ``plain`` articles."""
    rows = data.jsonl("own-labels")
    hard = [row for row in rows if row["writer"] in HARD]
    return {"hard": gold_examples(hard), "plain": gold_examples([row for row in rows if row["writer"] not in HARD])}


def target_examples(examples: Sequence[Row]) -> Examples:
    """Return sentences with a target each, the target in the title's place."""
    labels = np.array([STANCES.index(example["label"]) for example in examples])
    return Examples([row["target"]["text"] for row in examples], [row["text"] for row in examples], labels, news=True)


def title_examples(text: str) -> Examples:
    """Return the examples written by hand: JSON Lines with a ``sentence``, its ``titles`` and their ``stances``.

    A sentence that has the names of both its titles is given a second time with the names exchanged, and so the
    stances: it is the place in the sentence that decides, not the name.
    """
    titles, texts, labels = [], [], []
    for line in text.splitlines():
        row = json.loads(line)
        stances = [STANCES.index(stance) for stance in row["stances"]]
        for sentence, order in ((row["sentence"], stances), (_exchanged(row), stances[::-1])):
            if sentence:
                titles += row["titles"]
                texts += [sentence] * len(order)
                labels += order
    return Examples(titles, texts, np.array(labels))


def _exchanged(row: Row) -> str:
    """Return the sentence with the names of its two titles exchanged; nothing where it has not both."""
    if len(row["titles"]) != 2:
        return ""
    names = [[name for name in aliases_of_title(title) if name in row["sentence"]][:1] for title in row["titles"]]
    places = [" in " in title or " of " in title for title in row["titles"]]
    if not all(names) or places[0] != places[1]:
        return ""
    (first,), (second,) = names
    if first in second or second in first:
        return ""
    parts = [part.replace(second, first) for part in row["sentence"].split(first)]
    return second.join(parts)


def _rows(docs: Iterable[tuple[Doc, list[str], list[str] | None]]) -> LabelledRows:
    """Return the rows of Docs with one label for each of their sentences; ``aliases`` override the Doc's own."""
    rows, columns, labels, groups = [], [], [], []
    count = 0
    for group, (doc, stances, aliases) in enumerate(docs):
        words = masked_words(doc, aliases)
        if len(words.starts) != len(stances):
            raise ValueError(f"{len(words.starts)} sentences found, {len(stances)} labelled: {doc.text[:80]!r}")
        found = sentence_features(words)
        rows.append(found.unit + count)
        columns.append(found.feature)
        labels += [STANCES.index(stance) for stance in stances]
        groups += [group] * len(stances)
        count += len(stances)
    return LabelledRows(np.concatenate(rows), np.concatenate(columns), np.array(labels), np.array(groups))


def sentences_of(passage: Row) -> list[str]:
    """Return the passage's sentences with reference markers left out."""
    return [clean(passage["text"][row["start"] : row["end"]]) for row in passage["sentences"]]


def _presplit(nlp: Language, sentences: list[str]) -> Doc:
    """Return the words of the sentences, with sentence starts set before the parser sees them."""
    doc = nlp.make_doc(" ".join(sentences))
    at, starts = 0, set()
    for sentence in sentences:
        starts.add(at)
        at += len(sentence) + 1
    for token in doc:
        token.is_sent_start = token.idx in starts
    return doc
