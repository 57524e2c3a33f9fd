"""A package beside ours brings an issue and an input format: really installed, and found by every way in.

What it is made of stands in docs/extending.md, word for word.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "example_package"
PAGE = """\
=> gemini://mill.example The mill's own page

# The Old Mill

The mill is a wonder to see! It was built in 1801 by the brothers Orme. Come and see it today! Critics called the
mill a costly mistake. Its wheel turns all year, and nobody leaves without bread! The council bought it in 1911.
"""
API = """
import json, warnings
warnings.simplefilter("error")
from pathlib import Path
import analyzer

page = Path("page.gmi")
article = analyzer.read(page)
pipeline = analyzer.load_pipeline(engine="fast", issues=["house"], thresholds={"house.shouting": 0.9})
report = analyzer.analyze(page, pipeline=pipeline)
record, = analyzer.analyze_many([page], pipeline=pipeline, workers=2)
print(json.dumps({
    "format": article.format,
    "title": article.title,
    "issues": {row.issue: [row.score, row.least, row.verdict] for row in report.issues},
    "settings": report.provenance.settings,
    "the same from another process": record.to_json() == report.to_json(),
    "and back": analyzer.Report.from_json(report.to_json()) == report,
}))
"""


def run(folder: Path, path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run the command line, or a program of ours, in a folder with another place for packages."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("NPOV")}
    env |= {"PYTHONPATH": os.pathsep.join([str(path), str(ROOT)]), "COLUMNS": "120"}
    words = [sys.executable, *(command if command[0] == "-c" else ("-m", "analyzer", *command))]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package as a user would, into a folder of its own."""
    pytest.importorskip("hatchling", reason="hatchling is not installed, so no package can be built offline")
    place = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run([*words, "--target", str(place), str(PACKAGE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.gmi").write_text(PAGE, "utf-8")
    return tmp_path


@pytest.mark.integration
@pytest.mark.pipeline
def test_the_command_line_knows_its_issue_and_its_format(site: Path, folder: Path) -> None:
    listed = run(folder, site, "issues")
    assert "house.shouting" in listed.stdout and "house style, chapter 3" in listed.stdout and listed.stderr == ""
    words = ("check", "page.gmi", "--engine", "fast", "--format", "json")
    done = run(folder, site, *words)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["article"]["format"] == "gemtext" and "gemini" not in report["article"]["text"]
    row = {row["issue"]: row for row in report["issues"]}["house.shouting"]
    assert (row["score"], row["verdict"], len(row["evidence"])) == (1.0, "missing banner", 3)
    assert "settings" not in report["provenance"]
    (folder / "npov.toml").write_text('issues = ["house"]\n[thresholds]\nhouse = 1.0\n', "utf-8")
    chosen = json.loads(run(folder, site, *words, "--input-format", "gemtext").stdout)
    assert [row["issue"] for row in chosen["issues"]] == ["house.shouting"]
    assert chosen["provenance"]["settings"] == {"issues": ["house"], "thresholds": {"house": 1.0}}


@pytest.mark.integration
@pytest.mark.pipeline
def test_a_program_knows_its_issue_and_its_format_in_every_process(site: Path, folder: Path) -> None:
    done = run(folder, site, "-c", API)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "format": "gemtext",
        "title": "The Old Mill",
        "issues": {"house.shouting": [1.0, 0.9, "missing banner"]},
        "settings": {"issues": ["house"], "thresholds": {"house.shouting": 0.9}},
        "the same from another process": True,
        "and back": True,
    }


BROKEN = """
from analyzer.issues import Finding
from analyzer.readers import Format


class Loud:
    issue, family, needs, policy, summary = "house.loud", "house", frozenset({"text"}), "house style", "loud words"

    def score(self, annotated):
        return Finding(None if annotated.article.text else 0.0, tuple(1 / 0 for _ in range(1)))


FORMAT = Format("bad", "broken_rules:read", signs=((99, lambda head: 1 / 0),), endings=(".bad",))
LETTERS = Format("letters", "broken_rules:nowhere", endings=(".letter",))
NUMBER = 3


def read(text, **known):
    return text
"""
ENTRIES = """
loud = broken_rules:Loud
lost = broken_rules_lost:LOST
number = broken_rules:NUMBER
[npov_analyzer.formats]
bad = broken_rules:FORMAT
letters = broken_rules:LETTERS
lost = broken_rules_lost:FORMAT
[npov_analyzer.components]
lost = broken_rules_lost:COMPONENT
[npov_analyzer.models]
lost = broken_rules_lost
"""


@pytest.mark.pipeline
def test_a_broken_package_costs_itself_with_a_notice_and_never_the_run(
    written_package: Callable[..., Path], tmp_path: Path
) -> None:
    site = written_package("broken_rules", BROKEN, "npov_analyzer.scorers", ENTRIES)
    for name in ("page.txt", "page.bad", "page.letter"):
        (tmp_path / name).write_text("The mill is old.\n\nCritics called the mill a costly mistake.\n", "utf-8")
    words = ("check", "--engine", "fast", "--format", "json")
    one = run(tmp_path, site, *words, "page.txt")
    assert one.returncode == 0, one.stderr
    rows = {row["issue"]: row for row in json.loads(one.stdout)["issues"]}
    assert rows["house.loud"]["score"] is None and "ZeroDivisionError" in rows["house.loud"]["why_null"]
    assert len(rows) > 20
    notices = [
        "the scorer 'broken_rules_lost:LOST' of the package broken_rules 1.0 is left out: it does not load",
        "the scorer 'broken_rules:NUMBER' of the package broken_rules 1.0 is left out: it gave 3, which lacks issue",
        "the format 'broken_rules_lost:FORMAT' of the package broken_rules 1.0 is left out",
        "the component 'broken_rules_lost:COMPONENT' of the package broken_rules 1.0 is left out",
        "the package of models 'broken_rules_lost' of the package broken_rules 1.0 is left out",
        "the format 'bad', which another package brings, cannot be told (ZeroDivisionError",
        "the scorer of house.loud, which another package brings, failed (ZeroDivisionError",
    ]
    assert all(sum(notice in line for line in one.stderr.splitlines()) == 1 for notice in notices), one.stderr
    assert all(line.startswith("npov: ") for line in one.stderr.splitlines()), one.stderr
    many = run(tmp_path, site, *words, "page.bad", "page.letter", "page.txt", "--workers", "2")
    assert many.returncode == 3
    assert json.loads(many.stdout) == json.loads(one.stdout), "the others are unharmed, in whatever process"
    assert "page.bad: the reader 'broken_rules:read' of the format bad, which another package brings" in many.stderr
    assert "it gave str, and not an Article" in many.stderr and "page.letter: the reader" in many.stderr
    assert notices[-1] in many.stderr and many.stderr.count(notices[0]) == 1


@pytest.mark.parametrize("path", sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".toml")))
def test_the_documentation_shows_the_package_as_it_is(path: Path) -> None:
    assert path.read_text("utf-8").strip() in (ROOT / "docs/extending.md").read_text("utf-8"), path.name
