"""Figures, intervals and the gate count as they say they do."""

import pytest

from analyzer.errors import UsageError
from analyzer.train.core import measures
from analyzer.train.evaluate import gate
from analyzer.train.evaluate.gate import Floors
from analyzer.train.evaluate.run import run, table


def test_f1_follows_its_definition():
    assert measures.f1(8, 2, 2) == pytest.approx(0.8)
    assert measures.f1(0, 0, 0) == 0.0


def test_macro_f1_leaves_out_labels_that_the_gold_lacks():
    assert measures.macro_f1(["a", "a", "b"], ["a", "b", "b"], ("a", "b", "c")) == pytest.approx((2 / 3 + 2 / 3) / 2)


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


def result(**figures):
    return {
        "package": "0",
        "models": {"toy": "sha256:" + "0" * 64},
        "sets": {
            "gold": {
                "documents": 2,
                "figures": figures,
                "intervals": {"f1": [0.4, 0.6]},
                "baselines": {"majority": {"f1": 0.1}},
                "chief": ["f1"],
                "seconds": 1.0,
                "notes": [],
            }
        },
        "skipped": {"banners": "not there"},
        "parts": {"gold": 1.0},
        "slowest": "gold",
        "seconds": 1.0,
    }


def floors(**figures):
    return Floors({"gold": figures}, {"gold.b": 0.2}, 0.01)


def test_a_figure_that_falls_below_its_floor_by_more_than_its_tolerance_is_told():
    moves = list(gate.fallen(result(f1=0.48, b=0.35, e_error=0.2), floors(f1=0.5, b=0.5, e_error=0.1, gone=0.1)))
    assert [str(move) for move in moves] == [
        "gold: f1 0.4800 (-0.0200), floor 0.500, tolerance 0.01",
        "gold: e_error 0.2000 (+0.1000), floor 0.100, tolerance 0.01",
        "gold: gone not measured, floor 0.100, tolerance 0.01",
    ]


def test_a_set_that_was_skipped_does_not_fall():
    assert not list(gate.fallen(result(f1=0.5), Floors({"elsewhere": {"f1": 0.9}}, {})))


def test_floors_rise_and_never_fall(tmp_path):
    path = tmp_path / "floors.toml"
    path.write_text(floors(f1=0.5, b=0.5, e_error=0.1).dump())
    lines = gate.raise_floors(result(f1=0.61299, b=0.4, e_error=0.0501, new=0.7), path, tmp_path / "quality.md")
    assert lines == ["gold: f1 0.500 -> 0.612", "gold: e_error 0.100 -> 0.051", "gold: new new -> 0.700"]
    again = Floors.load(path)
    assert again.floors["gold"] == {"f1": 0.612, "b": 0.5, "e_error": 0.051, "new": 0.7}
    assert again.tolerances == {"gold.b": 0.2}
    assert not list(gate.fallen(result(f1=0.61299, b=0.5, e_error=0.0501, new=0.7), again))


def test_the_page_of_results_shows_value_interval_and_baseline():
    page = gate.quality_page(result(f1=0.5, other=0.25))
    assert "| f1 | **0.500** | 0.400 to 0.600 | 0.100 |" in page
    assert "| other | **0.250** |  |  |" in page
    assert "Not measured in this run: banners (not there)" in page


def test_the_table_shows_chief_figures_and_says_what_was_skipped():
    text = table(result(f1=0.5, other=0.25))
    assert "0.400-0.600" in text and "0.100" in text and "other" not in text
    assert "skipped banners: not there" in text and "slowest part: gold" in text
    assert "other" in table(result(f1=0.5, other=0.25), full=True)


def test_an_unknown_group_and_a_misplaced_file_are_usage_errors(tmp_path):
    with pytest.raises(UsageError, match="expected one of gold, attribution"):
        run("everything", tmp_path)
    with pytest.raises(UsageError, match="go with `evaluate gold` only"):
        run("wording", tmp_path, file="x.jsonl")
