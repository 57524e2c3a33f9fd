"""Labels that would be wrong too often in whole articles are marked unsure."""

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate.encoder import ENCODER
from analyzer.annotate.stance import doubt
from analyzer.annotate.stance.component import BY_NAME
from analyzer.annotate.stance.doubt import Doubt, signs

PLAIN = [0.04, 0.04, 0.02, 0.9]
BLAME = [0.6, 0.05, 0.05, 0.3]


def shipped(name):
    return Doubt(name, {name: modelstore.load(name).digest})


def test_signs_tell_the_lead_over_neutral_and_what_stands_within_two_sentences():
    found = signs(np.array([BLAME, PLAIN, PLAIN, PLAIN], dtype=np.float32))
    assert found[:, 0].tolist() == [1, 1, 1, 1]
    assert np.allclose(found[:2, 1], np.log([0.6 / 0.3, 0.04 / 0.9]))
    around = 1 / (1 + np.exp(-found[:, 2]))
    assert np.allclose(around, [0.1, (0.7 + 0.1 + 0.1) / 3, (0.7 + 0.1 + 0.1) / 3, 0.1], atol=1e-6)


def test_a_sentence_alone_has_nothing_around_it():
    assert 1 / (1 + np.exp(-signs(np.array([BLAME]))[0, 2])) == pytest.approx(doubt.LEAST_AROUND)


def test_a_judgement_among_plain_sentences_is_unsure_where_the_same_among_judgements_is_not():
    lone = shipped(ENCODER).chances(np.array([PLAIN, PLAIN, BLAME, PLAIN, PLAIN], dtype=np.float32))
    among = shipped(ENCODER).chances(np.array([[0.9, 0.03, 0.02, 0.05]] * 5, dtype=np.float32))
    assert (lone < doubt.OFTEN).tolist() == [False, False, True, False, False]
    assert (among >= doubt.OFTEN).all()


@pytest.mark.parametrize("name", [ENCODER, "a-model-of-ones-own"])
def test_a_model_that_nothing_was_fitted_for_is_taken_at_its_word(name):
    other = Doubt(name, {name: "sha256:another"})
    likely = [[0.7, 0.1, 0.1, 0.1], [0.65, 0.1, 0.1, 0.15], PLAIN, [0.2, 0.1, 0.1, 0.6]]
    assert other.chances(np.array(likely, dtype=np.float32)).tolist() == pytest.approx([0.7, 0.65, 0.9, 0.6])
    assert other.models == {} and not other.tells(100)


@pytest.mark.parametrize("engine", ["fast", "accurate"])
def test_it_is_fitted_for_the_engines_of_the_wheel(engine):
    assert set(shipped(BY_NAME[engine].name).models) == {doubt.MODEL}


def test_in_articles_on_things_each_side_has_weights_of_its_own():
    side, neutral = [-1.0, 1.0, 0.0], [0.0, -1.0, 0.0]
    things = {"critique": [-5.0, 1.0, 0.0], "endorsement": [5.0, 1.0, 0.0], "mixed": side}
    fitted = {"side": side, "neutral": neutral, "things": things}
    plain, of_things = (doubt.by_stance(fitted, things=flag) for flag in (False, True))
    assert plain.tolist() == [side, side, side, neutral]
    assert of_things.tolist() == [things["critique"], things["endorsement"], side, neutral]
    del fitted["things"]
    assert doubt.by_stance(fitted, things=True).tolist() == plain.tolist()


def test_whether_an_article_is_on_a_thing_tells_which_weights_count():
    known = shipped(ENCODER)
    known._weights = {False: np.zeros((4, 3)), True: np.full((4, 3), [9.0, 0.0, 0.0])}
    likely = np.array([PLAIN, BLAME], dtype=np.float32)
    assert known.chances(likely).tolist() == [0.5, 0.5]
    assert (known.chances(likely, of_thing=True) > 0.99).all()


@pytest.mark.parametrize(
    ("engine", "sentences", "told"), [("accurate", 15, True), ("accurate", 14, False), ("fast", 99, False)]
)
def test_chances_are_told_of_articles_and_by_the_engine_with_enough_labels(engine, sentences, told):
    assert shipped(BY_NAME[engine].name).tells(sentences) is told
