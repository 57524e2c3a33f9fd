"""Stance by two readers, by key: what is written is read again, and what readers differ on is halved."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.errors import ModelError
from analyzer.train.core.recipe import Data
from analyzer.train.labels import read_stance as stance_read
from analyzer.train.stance import pool as stance_pool
from analyzer.vocabulary import STANCES

KEYS = np.array([[0, 0, 4, 60, 0, 0, 0], [2, 7, 0, 81, -1, 12, 19]], dtype=np.int32)
SAID = np.array([[0, 0], [1, 3]])


def test_what_is_written_is_read_again() -> None:
    text = stance_read.written(KEYS, SAID, ["Two sentences."], "0" * 64)
    keys, said = stance_read.parsed(text)
    assert keys.tolist() == KEYS.tolist()
    assert said.tolist() == SAID.tolist()
    assert text.startswith("# Two sentences.\n# sha256")


def test_each_reader_has_half_the_word() -> None:
    soft = stance_read.probabilities(SAID)
    assert np.allclose(soft.sum(1), 1)
    assert soft[0].argmax() == STANCES.index("critique")
    assert soft[0, 0] > 0.95
    assert soft[1, 1] == soft[1, 3] > 0.45


def test_sentences_that_changed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = stance_read.written(KEYS, SAID, [], stance_pool.digest(["A", "B"], ["one", "two"]))
    monkeypatch.setattr(Data, "text", lambda self, id: text)
    data = Data(None, None)  # type: ignore[arg-type]
    monkeypatch.setattr(stance_pool, "read", lambda data, keys: (["A", "B"], ["one", "two"]))
    assert stance_read.articles(data).texts == ["one", "two"]
    monkeypatch.setattr(stance_pool, "read", lambda data, keys: (["A", "B"], ["one", "too"]))
    with pytest.raises(ModelError, match=r"articles\.tsv"):
        stance_read.articles(data)
