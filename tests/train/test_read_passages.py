"""Labelled passages kept without their text are put together again, and only from the text their readers saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ModelError
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels import read_passages
from analyzer.train.labels.read_passages import digest, document_title, restored

TEXT = "Heading\nThe mill is old.[3] Critics called it[4] ugly. It was praised."
CLEAN = "Critics called it ugly. It was praised."
ROW = {
    "id": "x1",
    "source": "banners",
    "row": 0,
    "section": "Reception",
    "sha256": digest(CLEAN),
    "sentences": [
        {
            "at": [TEXT.index("Critics"), TEXT.index(" It was")],
            "stance": "critique",
            "attributions": [{"source": [0, 7], "cue": [8, 14], "type": "unnamed", "mode": "direct"}],
        },
        {
            "at": [TEXT.index("It was"), len(TEXT)],
            "stance": "endorsement",
            "attributions": [{"source": None, "cue": [7, 14], "type": "unnamed", "mode": "indirect", "disputed": True}],
        },
    ],
}
SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def test_a_passage_has_its_text_without_markers_and_its_labels_in_place() -> None:
    passage = restored(ROW, "Mill", TEXT)
    assert passage["text"] == CLEAN
    first, second = passage["sentences"]
    assert first["attributions"][0]["source"] == {"text": "Critics", "start": 0, "end": 7}
    assert CLEAN[second["start"] : second["end"]] == "It was praised."
    cue = second["attributions"][0]["cue"]
    assert cue["text"] == CLEAN[cue["start"] : cue["end"]] == "praised"
    assert second["attributions"][0]["source"] is None
    assert second["attributions"][0]["disputed"]


def test_a_changed_document_is_refused() -> None:
    with pytest.raises(ModelError, match=r"x1 .* not the text its readers saw"):
        restored(ROW, "Mill", TEXT.replace("ugly", "fine"))


def test_the_title_of_a_paragraph_loses_its_number_and_gets_its_brackets_back() -> None:
    assert document_title("Passing _LRB2_gender_RRB2__17") == "Passing (gender)"


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_every_labelled_passage_is_found_in_the_corpora_and_its_words_are_words() -> None:
    folder = Path(__file__).resolve().parents[2] / "models" / "attribution"
    passages = read_passages.passages(Data(Recipe.load(folder), SHARED))
    assert len(passages) > 800
    rows = [row for passage in passages for sentence in passage["sentences"] for row in sentence["attributions"]]
    words = [row[key]["text"] for row in rows for key in ("source", "cue") if row[key]]
    assert all(word and word == word.strip() for word in words)
