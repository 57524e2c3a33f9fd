"""A release tells the same of itself everywhere, and its version stands in one place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

import analyzer
from analyzer.vocabulary import VERSION

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGES = (ROOT / "CHANGELOG.md").read_text("utf-8")
HEADINGS = re.findall(r"^## (.+)$", CHANGES, re.MULTILINE)


def test_the_version_stands_in_the_vocabulary_and_nowhere_else():
    assert "version" not in PROJECT and "version" in PROJECT["dynamic"]
    assert analyzer.__version__ == VERSION == str(Version(VERSION))
    assert not re.search(r"(?m)^version:", (ROOT / "CITATION.cff").read_text("utf-8"))


def test_what_changed_is_told_by_version_newest_first():
    assert HEADINGS[0].partition(" ")[0] == "Unreleased"
    versions = [Version(heading.partition(" ")[0]) for heading in HEADINGS[1:]]
    assert versions and versions == sorted(set(versions), reverse=True)
    assert Version(VERSION) >= versions[0]


def test_a_version_that_is_out_has_its_day_and_says_something():
    parts = re.split(r"^## .+$", CHANGES, flags=re.MULTILINE)[2:]
    for heading, part in zip(HEADINGS[1:], parts, strict=True):
        assert re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", heading)
        assert "\n- " in part


def test_the_package_is_cited_as_it_calls_itself():
    yaml = pytest.importorskip("yaml", reason="no pyyaml: pip install -e .[dev]")
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert (cited["title"], cited["type"], cited["license"]) == (PROJECT["name"], "software", PROJECT["license"])
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in PROJECT["authors"]]
    assert cited["keywords"] == PROJECT["keywords"]


def test_the_classifiers_are_on_the_registrys_list_and_agree_with_the_rest():
    known = pytest.importorskip(
        "trove_classifiers", reason="trove-classifiers comes with hatchling: pip install -e .[dev]"
    )
    assert [line for line in PROJECT["classifiers"] if line not in known.classifiers] == []
    assert len(set(PROJECT["classifiers"])) == len(PROJECT["classifiers"])
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    named = {f"3.{minor}" for minor in range(int(low), int(high))}
    prefix = "Programming Language :: Python :: 3."
    assert {line[len(prefix) - 2 :] for line in PROJECT["classifiers"] if line.startswith(prefix)} == named


def test_types_are_told_to_those_who_check_them():
    assert (ROOT / "analyzer/py.typed").read_bytes() == b"" and "Typing :: Typed" in PROJECT["classifiers"]
