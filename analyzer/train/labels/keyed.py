"""Labels of the project's own, kept by key and without text: put together with the corpora they are of, and checked.

Readers labelled sentences whose text is not handed on, so ``models/own-labels`` names each by its place in a corpus,
with the sha256 of what they saw, by which a changed corpus is noticed.

- ``passages.jsonl``: a line a passage: the document it comes from (``source``, ``row``), its sentences as stretches of
  that document (``at``), each with a stance and attributions whose source and cue are stretches of the sentence without
  reference markers; ``sha256`` is that of the passage's text.
- ``articles.tsv``: a line a sentence: its key (:data:`analyzer.train.labels.pool.Keys`) and a letter for each reader's
  stance.
  ``paragraphs.jsonl`` is like it. Sentences of whole articles: :mod:`analyzer.train.labels.in_articles`.
- ``weasel.tsv``: a line a sentence: the number of its line in the corpus, whose own labels are not read, and a letter
  for each reader, y(es) or n(o): is it vague?
"""

import re
from collections.abc import Iterable

import numpy as np

from analyzer.annotate.encoder.context import beside
from analyzer.train.core.recipe import Data, Row, check_digest, digest
from analyzer.train.encoder.tuning import SMOOTHING, Array, Examples
from analyzer.train.labels import pool
from analyzer.train.labels.pool import clean
from analyzer.vocabulary import STANCES

Pair = tuple[Row, Row]  # the labels of a sentence, and the sentence of a report that they are of
PARAGRAPHS = "paragraphs"  # the id of a corpus of paragraphs, sentence by sentence; its own labels are not read
LETTERS = "".join(stance[0] for stance in STANCES)
READERS = 2
_BRACKETS = {"_LRB2_": "(", "_RRB2_": ")", "_LRB_": "(", "_RRB_": ")"}
_DIGEST = re.compile(r"^# sha256 of .*: ([0-9a-f]{64})$", re.M)


def stance_pairs(data: Data, *, context: bool = False) -> Examples:
    """Return the sentences of ``articles.tsv`` as examples: half the probability for each reader where the two differ.

    With ``context`` each has beside its title what stands before it.
    Raises :class:`ModelError` where the corpora, or the reading of them, are not what the readers saw.
    """
    rows, stated = _table(data.text("articles"))
    keys, said = stance_keys(rows)
    titles, texts, *where = pool.read(data, keys)
    check_digest([*titles, *texts], stated, "own-labels/articles.tsv")
    if context:
        titles = [beside(*row) for row in zip(titles, *where, strict=True)]
    soft = probabilities(said)
    return Examples(titles, texts, soft.argmax(1), soft=soft)


def stance_keys(rows: list[list[str]]) -> tuple[pool.Keys, Array]:
    """Return the keys (a row of seven numbers a sentence) and the readers' stances, a row a sentence, as numbers."""
    keys = np.array([[int(cell) for cell in row[:-READERS]] for row in rows], dtype=np.int32)
    return keys, np.array([[LETTERS.index(cell) for cell in row[-READERS:]] for row in rows])


def probabilities(said: Array) -> Array:
    """Return the share of readers for each stance, with a little for every other one."""
    shares: Array = np.eye(len(STANCES), dtype=np.float32)[said].mean(1)
    return (1 - SMOOTHING) * shares + np.float32(SMOOTHING / len(STANCES))


def key_of(sentence: str) -> str:
    """Return the key of a sentence of a whole article."""
    return digest([" ".join(sentence.split())])[:12]


def keyed(labelled: Iterable[Row], report: Row) -> list[Pair]:
    """Return the labels beside the report's sentences that they are of, in the report's order; each is used once."""
    waiting: dict[str, list[Row]] = {}
    for row in labelled:
        waiting.setdefault(row["sha"], []).append(row)
    keys = [key_of(s["text"]) for s in report["sentences"]]
    known = zip(map(waiting.get, keys), report["sentences"], strict=True)
    return [(rows.pop(0), sentence) for rows, sentence in known if rows]


def weasel_sentences(data: Data) -> Examples:
    """Return the sentences of ``weasel.tsv`` with the share of readers who found each vague.

    Raises :class:`ModelError` where the corpus is another one.
    """
    rows, stated = _table(data.text("weasel"))
    corpus = data.jsonl("weasel-sentences")
    chosen = [corpus[int(row[0])] for row in rows]
    texts = [row["text"] for row in chosen]
    check_digest(texts, stated, "own-labels/weasel.tsv")
    labels = np.array([[letter == "y" for letter in row[1:]] for row in rows], dtype=float).mean(1)
    return Examples([document_title(row["doc"]) for row in chosen], texts, labels)


def passages(data: Data, id: str = "passages") -> list[Row]:
    """Return the passages of ``passages.jsonl``, or of another file like it, in the gold format (docs/labels.md).

    Raises :class:`ModelError` where the corpora, or the reading of them, are not what the readers saw.
    """
    rows = data.jsonl(id)
    documents = {source: _documents(data, source) for source in sorted({row["source"] for row in rows})}
    return [restored(row, *documents[row["source"]][row["row"]]) for row in rows]


def restored(row: Row, title: str, text: str) -> Row:
    """Return a line of the file as a passage of the document that ``title`` and ``text`` are of."""
    texts = [clean(text[slice(*labelled["at"])]) for labelled in row["sentences"]]
    check_digest([" ".join(texts)], row["sha256"], f"passage {row['id']} of own-labels/passages.jsonl")
    sentences: list[Row] = []
    start = 0
    for labelled, sentence in zip(row["sentences"], texts, strict=True):
        sentences.append(
            {
                "id": f"{row['id']}.{len(sentences) + 1:02}",
                "start": start,
                "end": start + len(sentence),
                "stance": labelled["stance"],
                "attributions": [_attribution(found, sentence, start) for found in labelled["attributions"]],
            }
        )
        start += len(sentence) + 1
    head = {"id": row["id"], "section": row.get("section"), "title": title, "subject": title}
    return head | {"text": " ".join(texts), "sentences": sentences, "origin": "wikipedia"}


def _attribution(found: Row, sentence: str, start: int) -> Row:
    """Return a labelled attribution with its stretches in the passage and their words."""

    def stretch(key: str) -> Row | None:
        if found.get(key) is None:
            return None
        first, end = found[key]
        return {"text": sentence[first:end], "start": start + first, "end": start + end}

    carried, disputed = bool(found.get("carried")), bool(found.get("disputed"))
    plain = {"name": found.get("name"), "type": found["type"], "mode": found["mode"]}
    return {"source": stretch("source"), "cue": stretch("cue"), **plain, "carried": carried, "disputed": disputed}


def _documents(data: Data, source: str) -> list[pool.Document]:
    """Return titles and texts of the documents of a source, in the order of its file."""
    if source != PARAGRAPHS:
        return pool.documents(data, source)
    found: dict[str, list[str]] = {}
    for row in data.jsonl(PARAGRAPHS):
        if row["part"] == "Text":
            found.setdefault(row["doc"], []).append(row["text"])
    return [(document_title(name), " ".join(texts)) for name, texts in found.items()]


def document_title(name: str) -> str:
    """Return the title that the name of a paragraph begins with: "Passing _LRB2_gender_RRB2__17"."""
    title = name.rsplit("_", 1)[0]
    for code, bracket in _BRACKETS.items():
        title = title.replace(code, bracket)
    return title


def _table(text: str) -> tuple[list[list[str]], str]:
    """Return the cells of a file of labels, a list a line, and the sha256 that its comment lines state."""
    stated = _DIGEST.search(text)
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [line.split("\t") for line in lines], stated[1] if stated else ""
