"""The workshop's commands: what they pass on, print, and exit with. Training and measuring themselves are stand-ins."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.train.core import fit
from analyzer.train.evaluate import gate
from analyzer.train.evaluate import run as evaluate
from analyzer.train.labels import passages as labels

from ..report.example_report import build_report

RESULT = {
    "package": "0.1.0",
    "models": {},
    "sets": {
        "gold": {
            "documents": 66,
            "chief": ["source_f1"],
            "figures": {"source_f1": 0.61, "other": 0.5},
            "intervals": {"source_f1": [0.58, 0.64]},
            "baselines": {},
            "engine": "accurate",
            "notes": [],
            "counts": {},
        }
    },
    "skipped": {},
    "parts": {"gold": 3.0},
    "slowest": "gold",
    "seconds": 3.0,
}


def npov(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def passages(tmp_path):
    first, second = tmp_path / "ann.jsonl", tmp_path / "ben.jsonl"
    row = labels.passage_of(build_report())
    labels.write_labels([row], first)
    row = json.loads(json.dumps(row))
    row["sentences"][0]["stance"] = "neutral"
    labels.write_labels([row], second)
    return first, second


@pytest.mark.parametrize(("moved", "code"), [((), 0), (("stance: dev.macro_f1 .5, expected .6",), 1)])
def test_train_tells_where_the_model_is_and_what_fell(monkeypatch, moved, code):
    asked = {}

    def train(name, data, **options):
        asked.update(name=name, data=data, **options)
        return fit.Rebuilt(name, Path("models") / name, {}, 12.0, moved)

    monkeypatch.setattr(fit, "train", train)
    result = npov("train", "stance", "--data", "corpora", "--check")
    assert result.exit_code == code and "stance: compared with models/stance in 12 s" in result.stdout
    assert ("fell: stance: dev.macro_f1" in result.stdout) == bool(moved)
    assert asked["data"] == Path("corpora") and asked["check"] is True


@pytest.mark.parametrize(("own", "worse"), [(0.51, True), (0.62, False)])
def test_a_model_that_does_worse_on_ones_own_labels_than_the_installed_one_is_said_to(monkeypatch, own, worse):
    figures = {"own_held_out": {"macro_f1": own}, "own_by_ours": {"macro_f1": 0.6}}
    monkeypatch.setattr(fit, "train", lambda name, data, **asked: fit.Rebuilt(name, Path("mine/stance"), figures, 1.0))
    told = npov("train", "stance", "--out", "mine").stdout
    assert ("the installed model does better" in told) == worse and "use it: NPOV_MODELS=mine" in told


def test_train_all_goes_through_every_model(monkeypatch):
    monkeypatch.setattr(
        fit, "train_all", lambda data, **options: (fit.Rebuilt(name, Path(name), {}, 1.0) for name in ("a", "b"))
    )
    result = npov("train", "all")
    assert result.exit_code == 0 and result.stdout.count("all expected figures reached") == 2


def test_evaluate_prints_a_table_or_json(monkeypatch):
    monkeypatch.setattr(evaluate, "run", lambda which, data, **options: RESULT)
    assert "source_f1" in npov("evaluate", "gold").stdout and "other" not in npov("evaluate", "gold").stdout
    assert "other" in npov("evaluate", "gold", "--full").stdout
    assert json.loads(npov("evaluate", "gold", "--json").stdout) == RESULT


@pytest.mark.parametrize(("floor", "code"), [(0.61, 0), (0.7, 1)])
def test_the_gate_exits_with_1_and_names_the_figure_that_fell(monkeypatch, floor, code):
    monkeypatch.setattr(evaluate, "run", lambda which, data, **options: RESULT)
    monkeypatch.setattr(gate.Floors, "load", classmethod(lambda cls: cls({"gold": {"source_f1": floor}}, {})))
    result = npov("evaluate", "gold", "--gate")
    assert result.exit_code == code and ("gold: source_f1" in result.stderr) == bool(code)


def test_floors_are_raised_by_a_whole_run_only():
    result = npov("evaluate", "gold", "--raise-floors")
    assert result.exit_code == 2 and "evaluate all" in result.stderr


def test_annotate_refuses_a_place_that_cannot_be_written_before_it_reads(tmp_path):
    result = npov("annotate", "missing.txt", "--out", tmp_path / "no" / "labels.csv")
    assert result.exit_code == 2 and "no directory" in result.stderr
    assert npov("annotate", tmp_path / "missing.txt", "--out", tmp_path / "labels.csv").exit_code == 3


def test_annotate_reads_tables_and_of_these_the_page_that_the_title_names(tmp_path, monkeypatch):
    def analyze(article, **asked):
        return build_report(article=replace(build_report().article, id=article.id, title=article.title))

    monkeypatch.setattr("analyzer.pipeline.load_pipeline", lambda model: None)
    monkeypatch.setattr("analyzer.pipeline.analyze", analyze)
    table, out = tmp_path / "a.csv", tmp_path / "labels.jsonl"
    table.write_text("title,text\nMill,It is old.\nLake,It is deep.\n", "utf-8")
    (tmp_path / "bridge.txt").write_text("It is long.", "utf-8")

    def titles(*words):
        result = npov("annotate", *words, "--out", out)
        assert result.exit_code == 0, result.stderr
        return [json.loads(line)["title"] for line in out.read_text("utf-8").splitlines()]

    assert titles(table) == ["Mill", "Lake"]
    assert titles(table, "--title", "Lake") == ["Lake"]
    assert titles(tmp_path / "bridge.txt", "--title", "Bridge") == ["Bridge"]
    result = npov("annotate", table, "--title", "Lak", "--out", out)
    assert result.exit_code == 3 and "no page 'Lak'" in result.stderr


def test_agreement_prints_kappa_and_lists_what_differs(passages):
    result = npov("agreement", *passages, "--show")
    assert result.exit_code == 0
    assert "stance_kappa" in result.stdout and "source_f1" in result.stdout
    assert "critique / neutral: Press freedom in Karelonia" in result.stdout
    found = json.loads(npov("agreement", *passages, "--json").stdout)
    assert found["counts"]["sentences"] == 8 and found["figures"]["stance_accuracy"] == 7 / 8


def test_a_label_file_cannot_steer_the_terminal(passages):
    first, second = passages
    for path in passages:
        path.write_text(path.read_text("utf-8").replace("fragile", "fr\\u001bgile"), "utf-8")
    result = npov("agreement", first, second, "--show")
    assert result.exit_code == 0 and "\x1b" not in result.stdout and "␛" in result.stdout
