"""Figures and intervals count as they say they do."""

import pytest

from analyzer.train.core import measures


def test_f1_follows_its_definition():
    assert measures.f1(8, 2, 2) == pytest.approx(0.8)
    assert measures.f1(0, 0, 0) == 0.0


def test_f1_by_label_leaves_out_labels_that_the_gold_lacks():
    found = measures.f1_by_label(["a", "a", "b"], ["a", "b", "b"], ("a", "b", "c"))
    assert found == pytest.approx({"a": 2 / 3, "b": 2 / 3})


def test_f1_by_name_is_that_of_the_labels_that_occur():
    found = measures.named_f1([0, 0, 1], [0, 1, 1], ("a", "b", "c"))
    assert found == pytest.approx({"macro_f1": 2 / 3, "a_f1": 2 / 3, "b_f1": 2 / 3})
    assert measures.f1_by_label([], [], ("a",)) == {}


def test_a_tie_is_half_right():
    assert measures.ties_half([(0.9, 0.1), (0.5, 0.5), (0.1, 0.9)]) == 0.5
    assert measures.ties_half([]) == 0.0


def test_binary_figures_of_a_perfect_ranking():
    found = measures.binary_figures([0, 0, 1, 1], [0.1, 0.6, 0.7, 0.9])
    assert found["auroc"] == found["average_precision"] == found["recall"] == 1.0
    assert found["precision"] == pytest.approx(2 / 3)
    assert measures.binary_figures([1, 1], [0.5, 0.6]) == {}


def test_the_interval_covers_the_mean_and_narrows_with_more_documents():
    def of(n):
        values = [i % 2 for i in range(n)]
        return measures.bootstrap(n, lambda drawn: {"mean": sum(values[i] for i in drawn) / len(drawn)})["mean"]

    few, many = of(20), of(2000)
    assert few[0] < 0.5 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert of(20) == few
    assert measures.bootstrap(1, lambda drawn: {"mean": 1.0}) == {}


def test_rows_of_one_document_are_drawn_together():
    groups = measures.grouped(["a", "b", "a", "c"])
    assert groups == [[0, 2], [1], [3]]
    seen = measures.over_groups(groups, lambda rows: {"n": len(rows)})([0, 0, 2])
    assert seen == {"n": 5}


def test_calibration_bins_count_every_prediction_once():
    curve = measures.calibration_bins([0.05, 0.15, 0.95, 1.0], [False, False, True, True])
    assert [row["count"] for row in curve] == [1, 1, 2]
    assert measures.calibration_error(curve) == pytest.approx((0.05 + 0.15 + 2 * 0.025) / 4)
