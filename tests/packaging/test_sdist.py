"""The source archive builds the same wheel as the checkout, by itself."""

from __future__ import annotations

import zipfile

import pytest

from .building import ROOT, built, unpacked

pytestmark = pytest.mark.integration
pytest.importorskip("hatchling", reason="hatchling is not installed, so nothing can be built")
LARGEST = 40 * 10**6


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return built(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


def test_the_source_archive_builds_the_wheel_of_the_checkout_byte_for_byte(sdist, tmp_path):
    alone = built(unpacked(sdist, tmp_path / "alone"), tmp_path / "dist")
    wheel = built(ROOT, tmp_path / "wheel")
    assert alone.name == wheel.name
    ours, theirs = zipfile.ZipFile(wheel), zipfile.ZipFile(alone)
    assert sorted(theirs.namelist()) == sorted(ours.namelist())
    assert [name for name in ours.namelist() if ours.read(name) != theirs.read(name)] == []


def test_the_source_archive_holds_what_tells_of_the_package_and_no_corpora(sdist, tmp_path):
    folder = unpacked(sdist, tmp_path / "alone")
    held = {path.name for path in folder.iterdir()}
    assert {"README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "pyproject.toml", "analyzer", "models"} <= held
    assert not held & {"tests", "shared"} and not (folder / "models/large").exists()
    assert sdist.stat().st_size < LARGEST
