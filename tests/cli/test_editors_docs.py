"""docs/editors.md: its hook, task and workflow call the program as it is, and read what it writes."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/editors.md").read_text("utf-8")
LINES = (ROOT / "tests/report/golden/lint.txt").read_text("utf-8").splitlines()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, flags=re.DOTALL)


def is_sound(words: list[str]) -> bool:
    """Whether the program takes these words up to the point where it looks for the file."""
    told = CliRunner().invoke(app, [*words, "no/such/file.txt"])
    return told.exit_code == 3 and "does not exist" in told.stderr


@pytest.mark.pipeline
def test_the_task_of_vs_code_reads_every_line_of_a_linter():
    (task,) = json.loads(blocks("json")[0])["tasks"]
    assert task["command"] == "npov"
    words = [word for word in task["args"] if word != "${relativeFile}"]
    assert is_sound(words)
    matcher = task["problemMatcher"]["pattern"]
    pattern = re.compile(matcher["regexp"])
    assert LINES
    for line in LINES:
        found = pattern.match(line)
        assert found and found[matcher["file"]] == "article.txt" and found[matcher["line"]].isdecimal()
        assert line.endswith(found[matcher["message"]])


@pytest.mark.pipeline
def test_the_hook_and_the_workflow_call_the_program_as_it_is():
    yaml = pytest.importorskip("yaml")
    hook, workflow = map(yaml.safe_load, blocks("yaml"))
    (hook,) = hook["repos"][0]["hooks"]
    assert re.search(hook["files"], "articles/Mill.wikitext") and not re.search(hook["files"], "a.py")
    program, *words = shlex.split(hook["entry"])
    assert program == "npov" and is_sound(words)
    (run,) = [step["run"] for step in workflow["jobs"]["check"]["steps"] if step.get("run", "").startswith("npov")]
    assert "--out npov.sarif" in run


@pytest.mark.pipeline
def test_the_hook_stops_a_commit_where_an_issue_is_clear(tmp_path, monkeypatch):
    yaml = pytest.importorskip("yaml")
    hook = yaml.safe_load(blocks("yaml")[0])["repos"][0]["hooks"][0]
    sales = "Our world-class, award-winning team offers you the best, most innovative solutions. Contact us today! "
    (tmp_path / "bad.txt").write_text("# Acme\n\n" + sales * 12, "utf-8")
    (tmp_path / "good.txt").write_text("# Mill\n\n" + "The mill stands by a lake in the north. " * 12, "utf-8")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(hook["entry"])[1:]
    told = CliRunner().invoke(app, [*words, "bad.txt", "good.txt"])
    assert told.exit_code == 1 and re.search(r"^bad\.txt:\d+:\d+: promotion\.", told.stdout, re.MULTILINE)
    assert CliRunner().invoke(app, [*words, "good.txt"]).exit_code == 0
