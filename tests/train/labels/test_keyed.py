"""Labels kept by key are put together with their sentences again, and only with those that their readers saw."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyzer.errors import ModelError
from analyzer.train.core.recipe import Data, Recipe, digest
from analyzer.train.labels import keyed, pool
from analyzer.train.labels.keyed import document_title, restored
from analyzer.vocabulary import STANCES

TEXT = "Heading\nThe mill is old.[3] Critics called it[4] ugly. It was praised."
CLEAN = "Critics called it ugly. It was praised."
ROW = {
    "id": "x1",
    "source": "banners",
    "row": 0,
    "section": "Reception",
    "sha256": digest([CLEAN])[:16],
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
CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = CHECKOUT.parent / "shared"
WEASEL = [
    {"text": "Some say so.", "doc": "Mill_3"},
    {"text": "It is old.", "doc": "Mill_3"},
    {"text": "Many came.", "doc": "Fair_9"},
]


class Given:
    """Stands for a recipe's data: one file of labels, one corpus."""

    def __init__(self, labels: str) -> None:
        self.labels = labels

    def text(self, id: str) -> str:
        return self.labels

    def jsonl(self, id: str) -> list[dict[str, str]]:
        return json.loads(json.dumps(WEASEL))


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
    with pytest.raises(ModelError, match=r"passage x1 .* not those that were labelled"):
        restored(ROW, "Mill", TEXT.replace("ugly", "fine"))


def test_the_title_of_a_paragraph_loses_its_number_and_gets_its_brackets_back() -> None:
    assert document_title("Passing _LRB2_gender_RRB2__17") == "Passing (gender)"


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_every_labelled_passage_is_found_in_the_corpora_and_its_words_are_words() -> None:
    passages = keyed.passages(Data(Recipe.load(CHECKOUT / "models" / "attribution"), SHARED))
    assert len(passages) > 800
    rows = [row for passage in passages for sentence in passage["sentences"] for row in sentence["attributions"]]
    words = [row[key]["text"] for row in rows for key in ("source", "cue") if row[key]]
    assert all(word and word == word.strip() for word in words)


def weasel_file(*texts: str) -> Given:
    return Given(f"# sha256 of the sentences: {digest(texts)}\n0\ty\ty\n2\ty\tn\n")


def test_sentences_have_the_share_of_their_readers_and_the_title_of_their_article() -> None:
    found = keyed.weasel_sentences(weasel_file("Some say so.", "Many came."))
    assert found.texts == ["Some say so.", "Many came."]
    assert found.titles == ["Mill", "Fair"]
    assert found.labels.tolist() == [1.0, 0.5]


def test_a_changed_corpus_is_refused() -> None:
    with pytest.raises(ModelError, match=r"weasel\.tsv: .* not those that were labelled"):
        keyed.weasel_sentences(weasel_file("Some say so.", "Few came."))
    with pytest.raises(ModelError, match=r"weasel\.tsv"):
        keyed.weasel_sentences(Given("0\ty\ty\n2\ty\tn\n"))


def test_each_reader_has_half_the_word() -> None:
    soft = keyed.probabilities(np.array([[0, 0], [1, 3]]))
    assert np.allclose(soft.sum(1), 1)
    assert soft[0].argmax() == STANCES.index("critique")
    assert soft[0, 0] > 0.95
    assert soft[1, 1] == soft[1, 3] > 0.45


def test_a_sentence_is_read_by_its_key_with_a_stance_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    titles, texts = ["A", "B"], ["one", "two"]
    lines = ["# Two sentences.", f"# sha256 of titles and sentences: {digest([*titles, *texts])}"]
    given = Given("\n".join([*lines, "0\t0\t4\t60\t0\t0\t0\tc\tc", "2\t7\t0\t81\t-1\t12\t19\te\tn"]))
    asked = []
    monkeypatch.setattr(
        pool, "read", lambda data, keys: asked.append(keys.tolist()) or (titles, texts, ["", "Uses"], ["", "So?"])
    )
    found = keyed.stance_pairs(given)
    assert asked == [[[0, 0, 4, 60, 0, 0, 0], [2, 7, 0, 81, -1, 12, 19]]]
    assert (found.titles, found.texts) == (titles, texts)
    assert [STANCES[i] for i in found.labels] == ["critique", "endorsement"]
    assert found.soft[1, 1] == found.soft[1, 3] > 0.45
    assert keyed.stance_pairs(given, context=True).titles == [titles[0], f"{titles[1]} - Uses: So?"]


def test_sentences_that_changed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given(f"# sha256 of titles and sentences: {digest(['A', 'one'])}\n0\t0\t4\t60\t0\t0\t0\tc\tc\n")
    monkeypatch.setattr(pool, "read", lambda data, keys: (["A"], ["won"], [""], [""]))
    with pytest.raises(ModelError, match=r"articles\.tsv"):
        keyed.stance_pairs(given)
