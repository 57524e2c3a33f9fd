"""How often labels are right is learnt from what readers say of sentences in their articles."""

from types import SimpleNamespace

import numpy as np
import pytest

from analyzer.train.labels.keyed import key_of
from analyzer.train.stance import doubt
from analyzer.vocabulary import STANCES

RECIPE = SimpleNamespace(estimator={"C": 1.0, "folds": 4}, seed=3)


def row(source, title, reader, **said):
    sentences = [{"sha": key_of(text), reader: letter} for text, letter in said.items()]
    return {"source": source, "id": title.lower(), "title": title, "readers": reader, "sentences": sentences}


def sentence(text, **likely):
    return SimpleNamespace(text=text, probabilities={stance: likely.get(stance, 0.01) for stance in STANCES})


def test_what_readers_say_of_an_article_is_put_together_by_its_place_in_a_corpus():
    rows = [
        row("banners", "Mill", "X", turns="c"),
        row("banners", "Mill", "C", turns="n", grinds="e"),
        row("gold-articles-train", "Mill", "C", turns="m"),
        row("dump-sample", "Mill", "C", turns="e"),
    ]
    assert doubt.said_of(rows) == {
        ("banners", "mill", "Mill"): {key_of("turns"): {"c", "n"}, key_of("grinds"): {"e"}},
        ("gold-articles-train", "mill", "Mill"): {key_of("turns"): {"m"}},
    }


def test_a_label_is_right_where_one_reader_says_so_and_unread_sentences_are_left_out():
    annotated = SimpleNamespace(
        sentences=[
            sentence("It turns.", critique=0.8),
            sentence("It stands.", neutral=0.9),
            sentence("It grinds.", endorsement=0.7),
        ]
    )
    said = {key_of("It turns."): {"c", "n"}, key_of("It grinds."): {"n"}}
    sign, shown, right = doubt.signs_and_said(annotated, said)
    assert [STANCES[stance] for stance in shown] == ["critique", "endorsement"]
    assert right.tolist() == [True, False]
    assert sign[:, 1] == pytest.approx(np.log([80, 70]))


def test_each_article_is_judged_by_weights_that_were_fitted_on_others():
    rng = np.random.default_rng(0)
    sign = np.column_stack([np.ones(400), rng.normal(size=400), np.zeros(400)])
    right = sign[:, 1] > 0
    group = np.arange(400) // 40
    found = doubt.by_folds(sign, right, group, RECIPE)
    assert ((found > 0.5) == right).mean() > 0.95
    right[group == 0] = ~right[group == 0]  # what is wrong in an article says nothing of itself
    again = doubt.by_folds(sign, right, group, RECIPE)
    assert ((again > 0.5) == right)[group == 0].mean() < 0.1


def test_figures_tell_how_often_the_labels_that_are_kept_are_right():
    found = doubt.figures_of(np.array([True, False, True, True]), np.array([True, True, False, False]))
    assert found == {"shown": 4, "right": 0.75, "kept": 2, "kept_right": 0.5}
    assert doubt.figures_of(np.array([True]), np.array([False]))["kept_right"] == 0.0
