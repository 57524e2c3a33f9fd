"""Weasel labels kept by line number: read back with their sentences, and refused where these have changed."""

from __future__ import annotations

import json

import pytest

from analyzer.errors import ModelError
from analyzer.train.labels import read_weasel
from analyzer.train.stance.pool import digest

ROWS = [
    {"text": "Some say so.", "doc": "Mill_3"},
    {"text": "It is old.", "doc": "Mill_3"},
    {"text": "Many came.", "doc": "Fair_9"},
]


class _Data:
    """Stands for a recipe's data."""

    def __init__(self, labels: str) -> None:
        self.labels = labels

    def text(self, name: str) -> str:
        return self.labels

    def jsonl(self, name: str) -> list[dict[str, str]]:
        return json.loads(json.dumps(ROWS))


def _labels(digest: str) -> str:
    return f"# sha256 of the sentences: {digest}\n0\ty\ty\n2\ty\tn\n"


def test_sentences_have_the_share_of_their_readers_and_the_title_of_their_article() -> None:
    found = read_weasel.sentences(_Data(_labels(digest([], ["Some say so.", "Many came."]))))  # type: ignore[arg-type]
    assert found.texts == ["Some say so.", "Many came."]
    assert found.titles == ["Mill", "Fair"]
    assert found.labels.tolist() == [1.0, 0.5]


def test_a_changed_corpus_is_refused() -> None:
    with pytest.raises(ModelError, match="not those its readers saw"):
        read_weasel.sentences(_Data(_labels(digest([], ["Some say so.", "Few came."]))))  # type: ignore[arg-type]
