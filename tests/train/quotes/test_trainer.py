"""The scorecard of quotations: what the gold settles, and the fit from stretches to few named weights."""

import pytest

from analyzer.annotate.quotes.component import classify
from analyzer.linear import NamedLinear
from analyzer.train.quotes import trainer as quotes
from analyzer.train.quotes.trainer import Stretch, scorecard

SETTINGS = {"C": 0.5, "first_C": 0.5, "min_count": 2, "least_weight": 0.02}


def sentence(start, *modes, disputed=False):
    return {"start": start, "attributions": [{"mode": mode, "disputed": disputed} for mode in modes]}


@pytest.mark.parametrize(
    ("gold", "places", "expected"),
    [
        ([sentence(0, "direct")], [5], [True]),
        ([sentence(0, "indirect")], [5], [False]),
        ([sentence(0)], [5, 9], [False, False]),
        ([sentence(0, "mixed")], [5, 9], [None, None]),
        ([sentence(0, "direct", disputed=True)], [5], [None]),
        ([sentence(0, "direct"), sentence(20)], [5, 25], [True, False]),
    ],
)
def test_a_sentence_settles_its_stretches_only_where_it_can(gold, places, expected):
    assert quotes._labels(gold, places) == expected


def stretches():
    said = [Stretch(("finite", "reach saying"), True, f"a{i}") for i in range(20)]
    titles = [Stretch(("all capitals", "reach saying"), False, f"b{i}") for i in range(20)]
    return [*said, *titles, Stretch(("finite", "rare"), None, "c")]


def test_the_scorecard_tells_them_apart_with_named_weights_and_leaves_rare_features_out():
    card = scorecard(stretches(), SETTINGS, 7)
    assert card.weights["finite"] > 0 and "rare" not in card.weights
    assert card.weights.get("all capitals", 0.0) <= 0
    assert classify(["finite"], card)[0] == "quotation"
    assert classify(["all capitals"], card)[0] == "title"


def test_the_same_stretches_give_the_same_scorecard():
    assert scorecard(stretches(), SETTINGS, 7) == scorecard(stretches(), SETTINGS, 7)


def test_figures_count_both_kinds():
    found = quotes._figures([(True, 0.9), (True, 0.2), (False, 0.1), (False, 0.7)])
    assert (found["accuracy"], found["quotation_recall"], found["other_recall"]) == (0.5, 0.5, 0.5)


def test_a_stretch_of_nothing_quotes_nobody():
    assert classify(["empty"], NamedLinear(9.0, {})) == ("scare", 0.0)
