"""Every shipped model is the one that its recipe and metrics speak of, and they are small enough to ship."""

import json
from pathlib import Path

import pytest

from analyzer import modelstore
from analyzer.train.core.fit import compare
from analyzer.train.core.recipe import Recipe, check_sha256, recipe_folders

RECIPES = recipe_folders()
FOLDERS = {name: folder for name, folder in RECIPES.items() if (folder / modelstore.MANIFEST).is_file()}
APART = "large"  # comes in a wheel of its own; a clone may lack its weights
LARGEST, LARGEST_APART = 40 * 10**6, 100 * 10**6
each = pytest.mark.parametrize("name", FOLDERS)


def size_of(name):
    return sum(entry.size for entry in modelstore.Model(FOLDERS[name], name).files.values())


def test_every_recipe_but_that_of_the_wheel_apart_has_its_weights_here():
    assert set(RECIPES) - {APART} == set(FOLDERS) - {APART}


def test_all_weights_together_stay_under_40_megabytes():
    assert sum(size_of(name) for name in FOLDERS if name != APART) < LARGEST


def test_the_weights_apart_stay_under_100_megabytes():
    if APART not in FOLDERS:
        pytest.skip(f"models/{APART} has no weights in this clone")
    assert size_of(APART) < LARGEST_APART


@each
def test_the_weights_are_those_of_the_manifest(name):
    model = modelstore.Model(FOLDERS[name], name)
    for filename in model.files:
        assert model.read(filename)


@each
def test_no_file_in_the_folder_is_unaccounted_for(name):
    listed = set(modelstore.Model(FOLDERS[name], name).files)
    folder: Path = FOLDERS[name]
    there = {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}
    always, sometimes = {"README.md", "manifest.json", "metrics.json", "recipe.toml"}, {"notes.md", "pyproject.toml"}
    assert there - listed - sometimes == always


@each
def test_the_metrics_reach_what_the_recipe_expects(name):
    recipe = Recipe.load(FOLDERS[name])
    assert recipe.expected, "a recipe states the metrics to expect"
    metrics = json.loads((FOLDERS[name] / "metrics.json").read_text("utf-8"))
    assert list(compare(recipe, metrics)) == []


@each
def test_the_recipe_states_a_licence_for_all_its_data(name):
    for entry in Recipe.load(FOLDERS[name]).data:
        assert entry.licence and entry.origin, entry.id


@each
def test_the_card_tells_what_a_reader_must_know(name):
    text = (FOLDERS[name] / "README.md").read_text("utf-8")
    for title in ("Intended use", "Data", "How it is made", "Figures", "Known failures", "Retrain on your own data"):
        assert f"## {title}\n" in text, title


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_labels_of_our_own_as_they_are(name):
    recipe = Recipe.load(RECIPES[name])
    for entry in (entry for entry in recipe.data if entry.root == "models"):
        check_sha256(RECIPES[name].parent / entry.path, entry.sha256)
