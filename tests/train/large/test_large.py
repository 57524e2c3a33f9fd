"""What the large engine learns from: sources and cues as pieces of words, and sentences found again by their keys."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import spacy

from analyzer.annotate.encoder.reading import TAGS
from analyzer.train.core.recipe import Data, find_recipe, read_jsonl
from analyzer.train.encoder.parts import Spoken, tagged
from analyzer.train.evaluate.whole_articles import SETS, labels_of
from analyzer.train.evaluate.whole_articles_samples import OF_SAMPLES
from analyzer.train.labels import keyed
from analyzer.train.labels.in_articles import SAMPLE_PAGES, articles, sentences
from analyzer.train.labels.keyed import LETTERS, key_of
from analyzer.train.large.trainer import read_twice
from analyzer.train.stance.passages import passage_part, spoken

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = CHECKOUT.parent / "shared"
OWN = CHECKOUT / "models" / "own-labels"
UNNAMED = TAGS.index("unnamed")


def _extent(text: str, words: str) -> dict[str, int]:
    return {"start": text.index(words), "end": text.index(words) + len(words)}


def test_sources_and_cues_are_places_in_the_sentence_without_reference_markers() -> None:
    text = "It is old. Some[3] critics called[4] it dull."
    said = {"source": _extent(text, "critics"), "cue": _extent(text, "called"), "type": "unnamed"}
    sentence = {**_extent(text, text[11:]), "attributions": [said]}
    (found,) = spoken({"text": text, "sentences": [sentence]})
    clean = "Some critics called it dull."
    assert [clean[slice(*extent)] for extent, _ in found.sources] == ["critics"]
    assert [clean[slice(*extent)] for extent in found.cues] == ["called"]
    assert [kind for _, kind in found.sources] == [UNNAMED]


@pytest.mark.parametrize(("carried", "without"), [(True, (True, False)), (False, (False, True))])
def test_an_attribution_without_words_is_carried_or_of_nobody(carried: bool, without: tuple[bool, bool]) -> None:
    said = {"source": None, "cue": None, "type": "unnamed", "carried": carried}
    (found,) = spoken({"text": "So it is.", "sentences": [{"start": 0, "end": 9, "attributions": [said]}]})
    assert found.without == without


def test_a_piece_is_of_what_it_touches_and_pieces_outside_the_sentence_are_not_judged() -> None:
    said = Spoken(sources=(((5, 12), UNNAMED),), cues=((13, 19),))
    tags, cues = tagged([None, (0, 4), (5, 9), (9, 12), (13, 19), None], said)
    assert tags.tolist() == [-1, 0, UNNAMED, UNNAMED, 0, -1]
    assert cues.tolist() == [-1, 0, 0, 0, 1, -1]


def test_labelled_sentences_are_found_by_their_keys_and_others_left_alone() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = nlp("It is old. It was  praised. Nobody knows.")
    row = {"sentences": [{"sha": key_of("It was praised."), "W": "e"}]}
    assert [(number, labels["W"]) for number, _, labels in sentences(row, doc)] == [(1, "e")]


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_sentences_of_pages_that_are_files_of_their_own_are_found_by_their_keys() -> None:
    pages = [row for row in read_jsonl(OWN / "stretches.jsonl") if row["source"] == SAMPLE_PAGES]
    few = [row for row in pages if len(row["sentences"]) < 130]
    assert len(pages) == 7 and len(few) == 4

    class Pages:
        @staticmethod
        def path(name: str) -> Path:
            return SHARED / "samples" / name

    for row, doc in articles(Pages(), few):
        assert len(list(sentences(row, doc))) >= 0.98 * len(row["sentences"]), row["title"]


@pytest.mark.parametrize(("name", "articles_in", "sentences_in"), [("lives", 64, 4485), ("lives-dense", 56, 3833)])
def test_composed_articles_stand_beside_their_labels(name: str, articles_in: int, sentences_in: int) -> None:
    rows = list(read_jsonl(OWN / f"{name}.jsonl"))
    assert len(rows) == articles_in and len({row["title"] for row in rows}) == articles_in
    assert sum(len(row["sentences"]) for row in rows) == sentences_in
    for row, doc in articles(None, rows[::16]):
        found = {number: (span.text, labels) for number, span, labels in sentences(row, doc)}
        assert len(found) == len(row["sentences"]), row["title"]
        for text, labels in found.values():
            assert {labels["A"], labels["B"]} <= set("cemn")
            for said in labels.get("A_attributions", ()):
                for words in (text.strip()[slice(*extent)] for extent in (said["source"], said["cue"]) if extent):
                    assert words and words == words.strip(" ,")
                assert said["type"] in TAGS


def test_lives_are_read_twice_but_for_those_of_one_writer() -> None:
    rows = [row for row in read_jsonl(OWN / "lives.jsonl") if row["id"] in ("x1-1", "x6-1")]
    given = SimpleNamespace(jsonl=lambda name: [row for row in rows if name == "lives"])
    parts = read_twice(given, "lives")
    first, second = (parts[name].examples for name in ("lives", "lives-second"))
    labels = next(row["sentences"] for row in rows if row["id"] == "x1-1")
    assert first.texts == second.texts and len(first.texts) == len(labels)
    assert [LETTERS[label] for label in first.labels] == [one["A"] for one in labels]
    assert [LETTERS[label] for label in second.labels] == [one["B"] for one in labels]


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_the_real_lives_are_those_of_gum() -> None:
    data = Data(find_recipe("attribution-discourse"), SHARED)
    for row, doc in articles(data, list(read_jsonl(OWN / "gum-lives.jsonl"))):
        assert len(list(sentences(row, doc))) == len(row["sentences"]), row["title"]


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_nothing_that_is_measured_is_among_the_labels_to_train_on() -> None:
    data = Data(find_recipe("large"), SHARED)
    dev = set(map(key_of, passage_part(data.jsonl("gold-dev")).examples.texts))
    closed = [labels_of(name) for name in (*SETS, OF_SAMPLES)]
    measured = dev.union(*map(_keys, closed))
    files = sorted(
        {*OWN.glob("w*.jsonl"), OWN / "stretches.jsonl", *OWN.glob("doubtful*.jsonl"), *OWN.glob("*lives*.jsonl")}
        - set(closed)
    )
    assert len(files) == 13
    for path in files:
        assert measured.isdisjoint(_keys(path)), path.name
    parts = [passage_part(keyed.passages(data)), passage_part(keyed.passages(data, "own-paragraphs"))]
    pairs = keyed.stance_pairs(Data(find_recipe("stance-accurate"), SHARED), context=True)
    for examples in [*(part.examples for part in parts), pairs]:
        assert dev.isdisjoint(map(key_of, examples.texts))  # the trainer leaves out those of whole articles


def _keys(path: Path) -> set[str]:
    return {sentence["sha"] for row in read_jsonl(path) for sentence in row["sentences"]}
