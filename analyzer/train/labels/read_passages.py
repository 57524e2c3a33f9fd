"""Passages of real articles whose attributions and stance readers have labelled, by key and without their text.

``own-labels/passages.jsonl`` has a line a passage: the document it comes from (``source``, ``row``), its sentences as
stretches of that document (``at``), each with a stance and attributions whose source and cue are stretches of the
sentence without reference markers; ``sha256`` is that of the passage's text, by which a changed corpus is noticed.
"""

from __future__ import annotations

from typing import Any

from analyzer.errors import ModelError
from analyzer.train.core.recipe import Data
from analyzer.train.stance import pool as stance_pool

Row = dict[str, Any]
NAME = "passages"
PARAGRAPHS = "paragraphs"  # the id of a corpus of paragraphs, sentence by sentence; its own labels are not read
_BRACKETS = {"_LRB2_": "(", "_RRB2_": ")", "_LRB_": "(", "_RRB_": ")"}


def passages(data: Data) -> list[Row]:
    """Return the passages in the gold format (docs/labels.md), with their text put together from the corpora.

    Raises :class:`ModelError` where the corpora, or the reading of them, are not what the readers saw.
    """
    rows = data.jsonl(NAME)
    documents = {source: _documents(data, source) for source in sorted({row["source"] for row in rows})}
    return [restored(row, *documents[row["source"]][row["row"]]) for row in rows]


def restored(row: Row, title: str, text: str) -> Row:
    """Return a line of the file as a passage of the document that ``title`` and ``text`` are of."""
    sentences: list[Row] = []
    parts: list[str] = []
    start = 0
    for number, labelled in enumerate(row["sentences"], 1):
        sentence = stance_pool.clean(text[slice(*labelled["at"])])
        rows = [_attribution(found, sentence, start) for found in labelled["attributions"]]
        sentences.append(
            {
                "id": f"{row['id']}.{number:02}",
                "start": start,
                "end": start + len(sentence),
                "stance": labelled["stance"],
                "attributions": rows,
            }
        )
        parts.append(sentence)
        start += len(sentence) + 1
    whole = " ".join(parts)
    if digest(whole) != row["sha256"]:
        raise ModelError(
            f"passage {row['id']} of own-labels/passages.jsonl is not the text its readers saw; expected the same "
            "corpora and the same analyzer/train/stance/pool.py. Put these back, or make the labels anew."
        )
    return {
        "id": row["id"],
        "section": row.get("section"),
        "title": title,
        "subject": title,
        "text": whole,
        "sentences": sentences,
        "origin": "wikipedia",
    }


def digest(text: str) -> str:
    """Return the start of the sha256 of a passage's text."""
    return stance_pool.digest([], [text])[:16]


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


def _documents(data: Data, source: str) -> list[stance_pool.Document]:
    """Return titles and texts of the documents of a source, in the order of its file."""
    if source != PARAGRAPHS:
        return stance_pool.documents(data, source)
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
