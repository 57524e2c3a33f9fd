"""What the large engine learns from: sources and cues as pieces of words, and sentences found again by their keys."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import spacy
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from analyzer.annotate.encoder.reading import TAGS
from analyzer.annotate.encoder.session import laid_out
from analyzer.train.encoder.parts import Part, Rows, Spoken, tagged
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels.keyed import key_of
from analyzer.train.large.in_articles import SAMPLE_PAGES, articles, sentences
from analyzer.train.large.passages import spoken
from analyzer.train.large.together import Sentences, runs_of

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = CHECKOUT.parent / "shared"
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


FOLLOWING = Examples(
    ["Orme", "Orme: A mill.", "Orme - Past", "Orme - Past: Old.", "Orme - Past: Left out.", "Sorrel"],
    ["A mill.", "Tall.", "Old.", "Some critics called it dull.", "Late.", "A lake."],
    np.array([3, 3, 3, 0, 3, 3]),
)


def test_sentences_follow_each_other_where_one_is_read_beside_the_next() -> None:
    assert runs_of(FOLLOWING) == [range(2), range(2, 4), range(4, 5), range(5, 6)]


@pytest.mark.parametrize("rng", [None, np.random.default_rng(1)])
def test_every_sentence_is_in_one_stretch_and_none_leaves_its_section(rng: np.random.Generator | None) -> None:
    stretches = Sentences(Part(FOLLOWING)).stretches(rng)
    assert [number for stretch in stretches for number in stretch] == list(range(6))
    runs = runs_of(FOLLOWING)
    assert all(any(stretch[0] in run and stretch[-1] in run for run in runs) for stretch in stretches)


def test_a_share_of_one_and_a_half_has_each_stretch_once_and_half_of_them_again() -> None:
    drawn = Sentences(Part(FOLLOWING)).drawn(1.5, np.random.default_rng(1))
    counts = np.bincount([number for stretch in drawn for number in stretch], minlength=6)
    assert counts.min() == 1 and counts.max() == 2


def test_what_the_heads_are_to_say_of_a_stretch_is_that_of_its_sentences() -> None:
    said = [Spoken()] * 3 + [Spoken(sources=(((0, 12), UNNAMED),), cues=((13, 19),))] + [Spoken()] * 2
    made = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing("[UNK] $A", "[UNK] $A [UNK] $B", [("[UNK]", 0)])
    part, rows = Sentences(Part(FOLLOWING, said)), Rows()
    (laid,) = laid_out(made, [part.asked(range(2, 4))])
    part.add(rows, range(2, 4), laid)
    assert [int(target.argmax()) for target in rows.stance if target is not None] == [3, 0]
    assert [None if tags is None else tags.tolist() for tags in rows.tags] == [[0, 0], [UNNAMED, UNNAMED, 0, 0, 0, 0]]
    assert [None if cues is None else cues.tolist() for cues in rows.cues] == [[0, 0], [0, 0, 1, 0, 0, 0]]


@pytest.mark.quality
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
def test_sentences_of_pages_that_are_files_of_their_own_are_found_by_their_keys() -> None:
    labels = (CHECKOUT / "models" / "own-labels" / "stretches.jsonl").read_text("utf-8").splitlines()
    pages = [row for row in map(json.loads, labels) if row["source"] == SAMPLE_PAGES]
    few = [row for row in pages if len(row["sentences"]) < 130]
    assert len(pages) == 8 and len(few) == 5

    class Pages:
        @staticmethod
        def path(name: str) -> Path:
            return SHARED / "samples" / name

    for row, doc in articles(Pages(), few):
        assert len(list(sentences(row, doc))) >= 0.98 * len(row["sentences"]), row["title"]
