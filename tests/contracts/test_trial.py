"""What broke when the analyzer was tried as newcomers would: each of the nine has tests that are named after it."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import analyzer
from analyzer import analyze, read
from analyzer.batch.inputs import Inputs
from analyzer.batch.work import read_item
from analyzer.cli.app import app

from ..report.example_report import build_report

SEED = Path(__file__).parents[2] / "seeds/human-rights-in-kazakhstan.txt"
HERE = "contracts/test_trial.py"
NINE = {
    "the name of a file decided stance": {
        HERE: [
            "test_the_name_of_a_file_does_not_decide_stance",
            "test_two_files_of_one_text_do_not_differ_by_their_names",
        ],
    },
    "the pipeline that was loaded was not the one that works": {
        HERE: ["test_the_loaded_pipeline_is_the_one_that_does_the_work"],
        "annotate/test_chain.py": ["test_one_component_adds_the_chain_in_order"],
    },
    "a component that lacked something silently did less": {
        "annotate/test_chain.py": ["test_a_component_whose_needs_are_missing_says_so"],
    },
    "a shell offered everything, a report filled the screen, the package did not run as a module": {
        HERE: [
            "test_a_shell_offers_the_public_names_and_nothing_else",
            "test_a_report_shows_itself_in_one_line",
            "test_the_package_runs_as_a_module",
        ],
    },
    "training needed a checkout, and too few labels were a traceback": {
        "contracts/test_wheel.py": ["test_it_trains_on_labels_of_ones_own_without_any_folder_beside_it"],
        "train/stance/test_own.py": ["test_too_few_labels_are_a_sentence"],
    },
    "an NPOV_MODELS that is not there was passed over": {
        "test_modelstore.py": ["test_an_npov_models_without_a_model_is_an_error"],
    },
    "a JSON array was read as prose": {
        "batch/test_inputs.py": ["test_json_that_is_no_known_snapshot_is_refused_with_what_was_expected"],
    },
    "many articles were not read from standard input, a missing library stopped all, a title picked no page": {
        "batch/test_inputs.py": [
            "test_many_articles_are_read_from_standard_input_as_from_a_file",
            "test_a_missing_library_costs_the_file_that_needs_it_alone",
            "test_a_title_picks_the_page_of_a_file_of_many_and_takes_a_subject",
        ],
    },
    "options were not named as the documentation says, and --out x.html wrote text": {
        "contracts/test_options.py": ["test_options_are_named_as_they_are"],
        "cli/test_cli.py": ["test_the_ending_of_out_tells_the_format_unless_it_is_named"],
    },
}


def test_each_of_the_nine_things_has_a_test_that_is_named_after_it():
    assert len(NINE) == 9
    for tests in NINE.values():
        for name, wanted in tests.items():
            tree = ast.parse((Path(__file__).parents[1] / name).read_text("utf-8"))
            there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert set(wanted) <= there, name


@pytest.mark.pipeline
def test_the_name_of_a_file_does_not_decide_stance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = SEED.read_bytes()
    articles = [read(SEED)]
    for name in ("article.txt", "export.txt"):
        (tmp_path / name).write_bytes(text)
        articles.append(read(tmp_path / name))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    articles.append(read_item(next(Inputs(("-",)).events())))
    assert {article.title for article in articles} == {"Human rights in Kazakhstan"}
    reports = [analyze(article) for article in articles]
    labels = [[(sentence.stance, sentence.confidence) for sentence in report.sentences] for report in reports]
    assert labels[1:] == labels[:1] * 3
    assert all("guessed" in report.article.notices[-1] for report in reports)
    assert {report.article.title_origin for report in reports} == {"first sentence"}


@pytest.mark.pipeline
def test_two_files_of_one_text_do_not_differ_by_their_names(tmp_path: Path):
    paths = [tmp_path / "article.txt", tmp_path / "export.txt"]
    for path in paths:
        path.write_bytes(SEED.read_bytes())
    told = CliRunner().invoke(app, ["compare", *map(str, paths), "--json"])
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert not any(found[what] for what in ("scores", "sentences", "sources", "summary"))


@pytest.mark.pipeline
def test_the_loaded_pipeline_is_the_one_that_does_the_work():
    loaded = analyzer.load_pipeline()
    assert loaded.nlp.pipe_names[-1] == "analyzer"
    doc = loaded.nlp("The Halden Bridge is old. Critics called the bridge a costly mistake.")
    assert doc._.analyzer_attributions and doc.spans["attributions"] and doc._.analyzer_sentences[1]["stance"]


def test_a_shell_offers_the_public_names_and_nothing_else():
    assert dir(analyzer) == sorted(analyzer.__all__)
    assert set(analyzer.__all__) == set(analyzer._HOMES)


def test_a_report_shows_itself_in_one_line():
    report = build_report()
    assert repr(report).count("\n") == 0 and len(repr(report)) < 400
    assert report.article.title in repr(report) and f"{report.summary.critique} critique" in repr(report)
    assert repr(read("# T\n\nThe mill is old.")) == "<Article 'T' (plaintext): 21 characters, 0 banners>"


def test_the_package_runs_as_a_module():
    told = subprocess.run([sys.executable, "-m", "analyzer", "--version"], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, f"npov-analyzer {analyzer.__version__}\n")
