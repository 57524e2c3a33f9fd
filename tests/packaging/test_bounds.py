"""The lowest and the highest version of each direct dependency: an environment of each makes the same reports.

``make bounds`` does so with every Python that is promised; here with the one that runs the tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .building import ROOT, interpreter, registry_answers, run

pytestmark = pytest.mark.integration
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize("resolution", ["lowest", "highest"])
def test_reports_are_the_same_with_both_ends_of_the_ranges(resolution: str, tmp_path: Path):
    if not registry_answers(tmp_path):
        pytest.skip("no package registry answers")
    if interpreter(VERSION) is None:
        pytest.skip(f"no python{VERSION} that can make environments")
    told = run([sys.executable, "tests/packaging/bounds.py", resolution, VERSION], ROOT)
    assert told.count("reports of engine") == 2 and "a model is trained" in told, told
