"""Floors rise and never fall, what fell is named, and the tables show whose figures these are."""

import importlib

import pytest

from analyzer.errors import UsageError
from analyzer.train.core.measures import set_name
from analyzer.train.evaluate import EVALUATIONS, RESTED, WHICH, gate
from analyzer.train.evaluate.gate import Floors
from analyzer.train.evaluate.run import run, table
from analyzer.train.evaluate.whole_articles_samples import OF_SAMPLES
from analyzer.vocabulary import DEFAULT_ENGINE


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
                "engine": "accurate",
                "notes": [],
                "counts": {"a.b": {"flags": 3, "auroc": 0.25}},
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
    assert "- `a.b`: flags 3, auroc 0.250" in page
    assert "Not measured in this run: banners (not there)" in page


def test_the_table_shows_chief_figures_and_says_what_was_skipped():
    text = table(result(f1=0.5, other=0.25))
    assert "0.400-0.600" in text and "0.100" in text and "other" not in text
    assert "skipped banners: not there" in text and "slowest part: gold" in text
    full = table(result(f1=0.5, other=0.25), full=True)
    assert "other" in full and "flags 3, auroc 0.250" in full and "flags 3" not in text


def test_an_unknown_group_and_a_misplaced_file_are_usage_errors(tmp_path):
    with pytest.raises(UsageError, match="expected one of gold, attribution"):
        run("everything", tmp_path)
    with pytest.raises(UsageError, match="go with `evaluate gold` only"):
        run("wording", tmp_path, file="x.jsonl")


def test_every_evaluation_is_a_module_that_measures():
    for modules in (*EVALUATIONS.values(), *RESTED.values()):
        for name in modules:
            assert callable(importlib.import_module(f"analyzer.train.evaluate.{name}").measure)
    assert set(WHICH) == {*EVALUATIONS, *RESTED, "all"}


def test_what_is_rested_is_measured_by_its_name_and_not_with_all(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("analyzer.train.evaluate.run._measured", lambda job: asked.append(job[0]) or (job[0], [], 0, 0))
    (tmp_path / "gold").mkdir()
    run("samples", tmp_path, workers=1)
    assert asked == ["whole_articles_samples"]
    asked.clear()
    run("all", tmp_path, workers=1)
    assert "whole_articles" in asked and "whole_articles_samples" not in asked


def test_what_is_rested_has_no_floor():
    floors = gate.Floors.load().floors
    assert "whole-articles-2019" in floors and not [name for name in floors if name.startswith(OF_SAMPLES)]


def test_a_set_without_an_engine_behind_its_name_is_the_default_engines():
    assert set_name("gold", DEFAULT_ENGINE) == "gold"
    assert set_name("gold", "fast") == "gold-fast"


def test_table_and_page_say_whose_figures_these_are():
    found = result(f1=0.5)
    assert "gold (2 documents; accurate engine, the default)" in table(found)
    assert "2 documents, accurate engine, the default." in gate.quality_page(found)
    found["sets"]["gold"]["engine"] = None
    assert "gold (2 documents; any engine)" in table(found)
