"""How sure labels say they are is set by what they give as a side, and by how much each kind of article is to count."""

import numpy as np
import pytest

from analyzer.linear import softmax
from analyzer.train.stance.figures import sharpness
from analyzer.vocabulary import STANCES

CRITIQUE, NEUTRAL = STANCES.index("critique"), STANCES.index("neutral")


def _said(likely: float, right: int, of: int) -> tuple[np.ndarray, np.ndarray]:
    """Return as many critiques at a probability, and labels of which so many are that."""
    scores = np.full((of, len(STANCES)), -20.0)
    scores[:, CRITIQUE], scores[:, NEUTRAL] = np.log(likely), np.log(1 - likely)
    return scores, np.array([CRITIQUE] * right + [NEUTRAL] * (of - right))


def test_sides_that_are_more_often_right_than_they_say_get_surer_and_the_others_less_sure() -> None:
    for likely, right in ((0.7, 80), (0.8, 70), (0.75, 75)):
        scores, labels = _said(likely, right, 100)
        power = sharpness([(scores, labels, 1.0)])
        assert softmax(scores * power)[0, CRITIQUE] == pytest.approx(right / 100, abs=0.002)


def test_neutral_sentences_have_no_say() -> None:
    sides, neutral = _said(0.7, 80, 100), _said(0.3, 40, 100)
    both = tuple(np.concatenate(pair) for pair in zip(sides, neutral, strict=True))
    assert sharpness([(*both, 1.0)]) == pytest.approx(sharpness([(*sides, 1.0)]), abs=1e-4)


def test_each_kind_counts_by_its_weight_and_not_by_its_size() -> None:
    many, few = _said(0.7, 700, 1000), _said(0.7, 18, 20)
    power = sharpness([(*many, 0.5), (*few, 0.5)])
    assert softmax(many[0] * power)[0, CRITIQUE] == pytest.approx(0.8, abs=0.002)
