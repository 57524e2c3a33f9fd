"""Sentences of articles whose stance two readers have judged, by the keys of :mod:`analyzer.train.stance.pool`.

``own-labels/articles.tsv`` has a line a sentence: its key (source, row, start, end, row of the title, its start and
end) and a letter for each reader's stance; no text. Comment lines at its head say what it is, and the sha256 of all
titles and sentences, by which a changed corpus is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from analyzer.train.core.recipe import Data
from analyzer.train.encoder.tuning import SMOOTHING, Pairs
from analyzer.train.stance import pool as stance_pool
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
NAME = "articles"
READERS = 2
LETTERS = "".join(stance[0] for stance in STANCES)
_DIGEST = re.compile(r"^# sha256 of titles and sentences: ([0-9a-f]{64})$", re.M)


def articles(data: Data) -> Pairs:
    """Return the sentences with what the readers said as probabilities: where the two differ, half for each.

    Raises :class:`ModelError` where the corpora, or the reading of them, are not what the readers saw.
    """
    text = data.text(NAME)
    keys, said = parsed(text)
    digest = _DIGEST.search(text)
    titles, texts = stance_pool.read_checked(data, keys, digest[1] if digest else "", "own-labels/articles.tsv")
    soft = probabilities(said)
    return Pairs(titles, texts, soft.argmax(1), soft=soft)


def parsed(text: str) -> tuple[stance_pool.Keys, Array]:
    """Return the keys (a row of seven numbers a sentence) and the readers' stances, a row a sentence, as numbers."""
    rows = stance_pool.table(text)
    keys = np.array([[int(cell) for cell in row[:-READERS]] for row in rows], dtype=np.int32)
    return keys, np.array([[LETTERS.index(cell) for cell in row[-READERS:]] for row in rows])


def written(keys: stance_pool.Keys, said: Array, head: Sequence[str], digest: str) -> str:
    """Return the file's text; ``head`` are lines that say what it is."""
    lines = [f"# {line}" for line in (*head, f"sha256 of titles and sentences: {digest}")]
    for key, stances in zip(keys.tolist(), said.tolist(), strict=True):
        lines.append("\t".join([*map(str, key), *(LETTERS[stance] for stance in stances)]))
    return "\n".join(lines) + "\n"


def probabilities(said: Array) -> Array:
    """Return the share of readers for each stance, with a little for every other one."""
    shares: Array = np.eye(len(STANCES), dtype=np.float32)[said].mean(1)
    return (1 - SMOOTHING) * shares + np.float32(SMOOTHING / len(STANCES))
