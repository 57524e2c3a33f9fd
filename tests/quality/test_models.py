"""Every shipped model is the one that its recipe and metrics speak of, and they are small enough to ship."""

import json
from pathlib import Path

import pytest

from analyzer import modelstore
from analyzer.train.core.fit import compare
from analyzer.train.core.recipe import Recipe, check_sha256, recipe_folders

FOLDERS = recipe_folders()
LARGEST = 40 * 10**6
pytestmark = pytest.mark.parametrize("name", FOLDERS)


def test_the_weights_are_those_of_the_manifest(name):
    model = modelstore.Model(FOLDERS[name], name)
    for filename in model.files:
        assert model.read(filename)


def test_no_file_in_the_folder_is_unaccounted_for(name):
    listed = set(modelstore.Model(FOLDERS[name], name).files)
    folder: Path = FOLDERS[name]
    there = {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
    assert there - listed - {"notes.md"} == {"README.md", "manifest.json", "metrics.json", "recipe.toml"}


def test_the_metrics_reach_what_the_recipe_expects(name):
    recipe = Recipe.load(FOLDERS[name])
    assert recipe.expected, "a recipe states the metrics to expect"
    metrics = json.loads((FOLDERS[name] / "metrics.json").read_text("utf-8"))
    assert list(compare(recipe, metrics)) == []


def test_the_recipe_states_a_licence_for_all_its_data(name):
    for entry in Recipe.load(FOLDERS[name]).data:
        assert entry.licence and entry.origin, entry.id


def test_the_card_tells_what_a_reader_must_know(name):
    text = (FOLDERS[name] / "README.md").read_text("utf-8")
    for title in ("Intended use", "Data", "How it is made", "Figures", "Known failures", "Retrain on your own data"):
        assert f"## {title}\n" in text, title


def test_all_weights_together_stay_under_40_megabytes(name):
    total = sum(e.size for n, folder in FOLDERS.items() for e in modelstore.Model(folder, n).files.values())
    assert total < LARGEST


def test_a_recipe_names_labels_of_our_own_as_they_are(name):
    recipe = Recipe.load(FOLDERS[name])
    for entry in (entry for entry in recipe.data if entry.root == "models"):
        check_sha256(FOLDERS[name].parent / entry.path, entry.sha256)
