"""Sentences of real articles that two readers have judged for weasel wording, by the number of their line.

``own-labels/weasel.tsv`` has a line a sentence: the number of its line in the corpus, and a letter for each reader,
y(es) or n(o); no text. The corpus's own labels are not read. A comment line has the sha256 of the sentences, by which
a changed corpus is noticed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import ModelError
from analyzer.train.core.recipe import Data
from analyzer.train.labels.read_passages import document_title
from analyzer.train.stance import pool as stance_pool

Array = np.ndarray[Any, Any]
NAME = "weasel"  # the labels
SENTENCES = "weasel-sentences"  # the corpus
_DIGEST = re.compile(r"^# sha256 of the sentences: ([0-9a-f]{64})$", re.M)


class Weasel(NamedTuple):
    """Sentences, the titles of their articles, and the share of readers who found them vague."""

    titles: list[str]
    texts: list[str]
    labels: Array


def sentences(data: Data) -> Weasel:
    """Return the sentences; raises :class:`ModelError` where the corpus is not what the readers saw."""
    text = data.text(NAME)
    rows = stance_pool.table(text)
    corpus = data.jsonl(SENTENCES)
    chosen = [corpus[int(row[0])] for row in rows]
    stated = _DIGEST.search(text)
    if stated is None or stance_pool.digest([], [row["text"] for row in chosen]) != stated[1]:
        raise ModelError(
            "the sentences that own-labels/weasel.tsv labels are not those its readers saw; expected the same corpus. "
            "Put it back, or make the labels anew."
        )
    labels = np.array([[letter == "y" for letter in row[1:]] for row in rows], dtype=float).mean(1)
    return Weasel([document_title(row["doc"]) for row in chosen], [row["text"] for row in chosen], labels)
