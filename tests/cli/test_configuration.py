"""Where settings come from: a file, a variable, a flag; what `npov config` tells of it, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.configuration import SETTINGS, line_of

TOML = """\
# npov.toml
engine = "fast"
min_confidence = 0.6
gazetteer = "names.tsv"
lexicons = ["words.tsv"]
issues = ["balance", "promotion.advert"]
fail_at = 0.8

[thresholds]
balance = 0.6
"promotion.advert" = 0.7
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's folder to work in, with the tables that a configuration may name, and no variable of ours."""
    for name in SETTINGS:
        monkeypatch.delenv(f"NPOV_{name.upper()}", raising=False)
    for name in ("NPOV_CONFIG", "NPOV_MODELS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "names.tsv").write_text("Halden Watch\tngo\n", "utf-8")
    (tmp_path / "words.tsv").write_text("zippy\tpeacock\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def npov(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def in_force(*words: object) -> dict[str, Any]:
    told = npov(*words, "--json") if "config" in words else npov("config", *words, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_a_flag_goes_before_a_variable_and_that_before_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "npov.toml").write_text(TOML, "utf-8")
    monkeypatch.setenv("NPOV_MIN_CONFIDENCE", "0.7")
    monkeypatch.setenv("NPOV_FAIL_AT", "0.9")
    rows = in_force("--fail-at", "1")["settings"]
    assert rows["engine"] == {"value": "fast", "kind": "file", "where": "npov.toml, line 2"}
    assert rows["min_confidence"] == {"value": 0.7, "kind": "variable", "where": "NPOV_MIN_CONFIDENCE"}
    assert rows["fail_at"] == {"value": 1.0, "kind": "flag", "where": "--fail-at"}
    assert rows["workers"] == {"value": None, "kind": "default", "where": "default"}
    assert rows["thresholds"]["value"] == {"balance": 0.6, "promotion.advert": 0.7}
    assert rows["issues"]["value"] == ["balance", "promotion.advert"]


def test_every_setting_can_be_given_in_all_three_ways(folder: Path, monkeypatch: pytest.MonkeyPatch):
    values = {
        "engine": "fast", "model": "en_other", "min_confidence": 0.25, "gazetteer": "names.tsv", "sources": "names.tsv",
        "lexicons": ["words.tsv"], "issues": ["balance"], "ignore": ["spam"], "thresholds": {"balance": 0.6},
        "fail_at": 0.5, "workers": 2,
    }  # fmt: skip
    words = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}
    words["thresholds"] = "balance=0.6"
    assert values.keys() == SETTINGS.keys()
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items() if name != "thresholds"]
    (folder / "npov.toml").write_text("\n".join([*lines, "[thresholds]", "balance = 0.6"]), "utf-8")
    by_file = in_force()["settings"]
    (folder / "npov.toml").unlink()
    flags = [word for name, text in words.items() for word in (f"--{name.replace('_', '-')}", text)]
    by_flag = in_force(*flags)["settings"]
    for name, text in words.items():
        monkeypatch.setenv(f"NPOV_{name.upper()}", text)
    by_variable = in_force()["settings"]
    for rows, kind in ((by_file, "file"), (by_flag, "flag"), (by_variable, "variable")):
        assert {row["kind"] for row in rows.values()} == {kind}
    for name in SETTINGS:
        told = [rows[name]["value"] for rows in (by_file, by_flag, by_variable)]
        if name in ("gazetteer", "sources"):
            told[0] = Path(told[0]).name
        if name == "lexicons":
            told[0] = [Path(each).name for each in told[0]]
        assert told == [values[name]] * 3, name


def test_the_table_of_a_project_is_found_from_a_folder_below(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "npov"\n\n[tool.npov]\n{TOML.split("[thresholds]")[0]}', "utf-8"
    )
    below = folder / "articles" / "a"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    told = in_force()
    assert told["file"] == str(folder / "pyproject.toml")
    assert told["settings"]["engine"]["where"] == f"{folder / 'pyproject.toml'}, line 6"
    assert told["settings"]["gazetteer"]["value"] == str(folder / "names.tsv"), "paths count from the file's folder"


def test_the_nearest_file_counts_alone_and_npov_toml_goes_before_the_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    (folder / "npov.toml").write_text("workers = 3\n", "utf-8")
    below = folder / "below"
    below.mkdir()
    (below / "pyproject.toml").write_text('[tool.npov]\nengine = "fast"\n', "utf-8")
    monkeypatch.chdir(below)
    rows = in_force()["settings"]
    assert rows["engine"]["value"] == "fast" and rows["workers"]["kind"] == "default"
    (below / "npov.toml").write_text('engine = "accurate"\n', "utf-8")
    told = in_force()
    assert told["settings"]["engine"]["value"] == "accurate" and told["passed_over"] == str(below / "pyproject.toml")
    assert "Passed over: pyproject.toml" in npov("config").stdout


def test_beyond_the_root_of_a_repository_nothing_is_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "npov.toml").write_text('engine = "fast"\n', "utf-8")
    inner = folder / "inner"
    (inner / ".git").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert in_force()["file"] is None
    told = npov("config").stdout
    assert "No configuration file" in told and "\nhere or above.\n" in told


def test_a_file_can_be_named_or_all_of_them_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "npov.toml").write_text('engine = "fast"\n', "utf-8")
    (folder / "other.toml").write_text("workers = 2\n", "utf-8")
    assert in_force("--config", "other.toml", "config")["settings"]["workers"]["where"] == "other.toml, line 1"
    assert in_force("--isolated", "config")["file"] is None
    monkeypatch.setenv("NPOV_CONFIG", "other.toml")
    assert in_force()["settings"]["engine"]["kind"] == "default"
    monkeypatch.setenv("NPOV_CONFIG", "nowhere.toml")
    told = npov("config")
    assert told.exit_code == 2 and "nowhere.toml: cannot be read (No such file" in told.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('engine = "fats"', ['npov.toml, line 1: engine is "fats"; expected one of fast, accurate', "mean 'fast'?"]),
        ("\nenigne = 1", ["npov.toml, line 2: there is no setting 'enigne'", "Did you mean 'engine'?"]),
        ("min_confidence = 7", ["line 1: min_confidence is 7; expected a number from 0 to 1."]),
        ("min_confidence = true", ["min_confidence is true; expected a number"]),
        ("workers = 0", ["workers is 0; expected a whole number from 1 on"]),
        ('issues = "balance"', ['issues is "balance"; expected a list of issues']),
        ('# issues\nissues = ["balanec"]', ["line 2: issues: met the issue 'balanec'", "Did you mean 'balance'?"]),
        ('ignore = ["spam",\n  "spma"]', ["line 1: ignore: met the issue 'spma'", "Did you mean 'spam'?"]),
        ("[thresholds]\nbalance = 2", ["line 2: the threshold of balance is 2; expected a number from 0 to 1."]),
        ("thresholds = 0.7", ["line 1: thresholds is 0.7; expected a table of issues or families"]),
        ("[thresholds]\n\nbalnce = 0.7", ["line 3: thresholds: met the issue 'balnce'", "Did you mean 'balance'?"]),
        ("thresholds.balance = 0.0", ["line 1: thresholds: the threshold of balance is 0; expected more than 0"]),
        ('gazetteer = "nmes.tsv"', ["line 1: gazetteer names nmes.tsv, where there is no file"]),
        ('lexicons = ["words.tsv", "w.tsv"]', ["line 1: lexicons names w.tsv, where there is no file"]),
        ('[tool.npov]\nengine = "fast"', ["line 1: there is no setting 'tool'"]),
        ("engine = fast", ["npov.toml: is no TOML", "at line 1, column 10"]),
        ("engine = '\xff'", ["npov.toml: is no TOML"]),
        ("a = " + "[" * 5000, ["npov.toml: is no TOML"]),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place_what_was_met_and_what_was_expected(
    folder: Path, text: str, told: list[str]
):
    (folder / "npov.toml").write_bytes(text.encode("latin-1"))
    for words in (("config",), ("check", "article.txt")):
        result = npov(*words)
        assert result.exit_code == 2 and "Traceback" not in result.output
        assert all(each in result.stderr for each in told), result.stderr


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("NPOV_ENGINE", "fats", ["NPOV_ENGINE", "fats"]),
        ("NPOV_WORKERS", "many", ["NPOV_WORKERS", "valid integer"]),
        ("NPOV_ISSUES", "balance,balanec", ["NPOV_ISSUES: met the issue 'balanec'", "Did you mean 'balance'?"]),
        ("NPOV_THRESHOLDS", "balance", ["NPOV_THRESHOLDS: met 'balance'; expected ISSUE=SCORE"]),
    ],
)
def test_a_mistake_in_a_variable_names_the_variable(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: list[str]
):
    monkeypatch.setenv(name, text)
    monkeypatch.setenv("COLUMNS", "200")
    result = npov("config")
    assert result.exit_code == 2 and all(each in result.stderr for each in told), result.stderr


def test_a_mistake_in_a_flag_names_the_flag(folder: Path):
    result = npov("config", "--thresholds", "balance=0.7,balanec=0.7")
    assert result.exit_code == 2 and "--thresholds: met the issue 'balanec'" in result.stderr


def test_a_broken_file_keeps_nobody_from_help_or_from_commands_without_settings(folder: Path):
    (folder / "npov.toml").write_text("engine = ", "utf-8")
    assert npov("check", "--help").exit_code == 0
    assert npov("--version").exit_code == 0
    assert npov("explain", "balance.unbalanced").exit_code == 0


def test_a_key_is_found_where_it_stands_and_not_where_words_look_like_it():
    text = 'note = """\nengine = "x"\n"""\nlist = ["engine",\n "b"]  # engine\nengine = """\nfast"""\n[a]\nengine = 1\n'
    assert line_of(text, ("engine",)) == 6
    assert line_of(text, ("a", "engine")) == 9
    assert line_of(text, ("list",)) == 4
    assert line_of(text, ("b", "engine")) is None
    assert (
        line_of('[tool.npov.thresholds]\n"promotion.advert" = 1', ("tool", "npov", "thresholds", "promotion.advert"))
        == 2
    )


def test_a_project_that_is_not_ours_is_left_alone(folder: Path):
    (folder / "pyproject.toml").write_text("this is no TOML", "utf-8")
    assert in_force()["file"] is None
    (folder / "pyproject.toml").write_text('[project]\nname = "npov-notes"\n[tool]\nruff = 1\n', "utf-8")
    assert in_force()["file"] is None


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_what_is_in_force_fits_the_width(folder: Path, monkeypatch: pytest.MonkeyPatch, columns: int):
    (folder / "npov.toml").write_text(TOML, "utf-8")
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = npov("config").stdout.splitlines()
    assert max(map(len, lines)) <= columns
    told = " ".join(" ".join(lines).split())
    assert "issues balance, promotion.advert (npov.toml, line 6)" in told
    assert "thresholds balance 0.6, promotion.advert 0.7 (npov.toml, line 9)" in told
    assert "workers 1; npov batch: one a core (default)" in told


def test_own_models_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NPOV_MODELS", "mine")
    assert in_force()["settings"]["models"] == {"value": "mine", "kind": "variable", "where": "NPOV_MODELS"}
