"""Training: one call from recipe to weights, metrics and card; the same data and seed give the same bytes."""

import json
import subprocess
import sys
import tomllib

import pytest
from msgspec.structs import replace

from analyzer import modelstore
from analyzer.errors import ModelError, UsageError
from analyzer.train.core.fit import Fit, compare, encode, flatten, npz_bytes, render_card, train, train_all
from analyzer.train.core.recipe import CHECKOUT, DataMissing, Recipe, find_recipe, in_order
from analyzer.train.labels.passages import read_labels


def build(workshop, **options):
    return train("toy", workshop / "data", root=workshop / "models", **options)


def test_training_writes_weights_manifest_metrics_and_card(workshop):
    result = build(workshop)
    assert result.ok and result.metrics["train"]["accuracy"] == 1.0
    assert sorted(path.name for path in result.folder.iterdir()) == [
        *("README.md", "manifest.json", "metrics.json", "recipe.toml", "toy.json", "toy.npz")
    ]
    assert json.loads((result.folder / "metrics.json").read_text())["train"]["accuracy"] == 1.0
    text = (result.folder / "README.md").read_text("utf-8")
    for part in ("## Intended use", "CC0", "## Calibration", "It knows eight words.", "npov train toy --labels"):
        assert part in text


def test_the_same_data_and_seed_give_the_same_bytes(workshop, tmp_path):
    first = build(workshop, out=tmp_path / "one").folder
    second = build(workshop, out=tmp_path / "two").folder
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    code = """
import hashlib
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from analyzer.train.core.fit import npz_bytes
from threadpoolctl import threadpool_limits
with threadpool_limits(1):
    vectoriser = CountVectorizer()
    matrix = vectoriser.fit_transform(["one two", "two three", "three four", "four one"] * 10)
    model = LogisticRegression(random_state=0).fit(matrix, [0, 0, 1, 1] * 10)
terms = vectoriser.get_feature_names_out().astype("U")
print(hashlib.sha256(npz_bytes({"weights": model.coef_, "terms": terms})).hexdigest())
"""
    digests = set()
    for seed in ("1", "2"):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONHASHSEED": seed})
        assert run.returncode == 0, run.stderr
        digests.add(run.stdout)
    assert len(digests) == 1


def test_checking_leaves_the_folder_alone_and_tells_what_differs(workshop):
    folder = build(workshop).folder
    assert build(workshop, check=True).changed == ()
    recipe = (folder / "recipe.toml").read_text()
    (folder / "recipe.toml").write_text(recipe.replace("C = 2.0", "C = 0.1"))
    before = (folder / "toy.npz").read_bytes()
    assert build(workshop, check=True).changed == ("toy.npz",)
    assert (folder / "toy.npz").read_bytes() == before


def test_altered_data_is_refused_with_both_hashes(workshop):
    path = workshop / "data" / "toy.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DataMissing, match=r"toy\.jsonl: sha256 is [0-9a-f]{64}, the recipe was written for"):
        build(workshop)


def test_missing_data_is_named_with_the_option_that_helps(workshop):
    (workshop / "data" / "toy.jsonl").unlink()
    with pytest.raises(DataMissing, match=r"toy\.jsonl: data file missing.*--data DIR"):
        build(workshop)


def test_a_missing_data_folder_is_named(workshop):
    with pytest.raises(DataMissing, match="no data folder there"):
        train("toy", workshop / "nowhere", root=workshop / "models")


def test_a_figure_below_what_the_recipe_expects_is_told(workshop):
    path = workshop / "models" / "toy" / "recipe.toml"
    path.write_text(path.read_text().replace('"train.accuracy" = 1.0', '"train.accuracy" = 1.5\n"dev.f1" = 0.5'))
    assert build(workshop).moved == (
        "toy: train.accuracy 1.0000, expected 1.5000 - 0.0100",
        "toy: dev.f1 expected 0.5000, not among the metrics",
    )


def test_all_rebuilds_every_recipe_but_the_slow_ones(workshop):
    assert [t.name for t in train_all(workshop / "data", root=workshop / "models")] == ["toy"]
    path = workshop / "models" / "toy" / "recipe.toml"
    path.write_text("ci = false\n" + path.read_text())
    assert list(train_all(workshop / "data", root=workshop / "models")) == []
    assert len(list(train_all(workshop / "data", root=workshop / "models", slow=True))) == 1


def test_models_are_rebuilt_after_those_they_need(workshop):
    text = (workshop / "models" / "toy" / "recipe.toml").read_text()
    for name, needs in (("aa", ["toy", "zz"]), ("zz", [])):
        (workshop / "models" / name).mkdir()
        changed = text.replace('name = "toy"', f'name = "{name}"\nneeds = {needs}'.replace("'", '"'))
        (workshop / "models" / name / "recipe.toml").write_text(changed)
    assert [recipe.name for recipe in in_order(workshop / "models")] == ["toy", "zz", "aa"]
    (workshop / "models" / "toy" / "recipe.toml").write_text('needs = ["aa"]\n' + text)
    with pytest.raises(ModelError, match="aa, toy need each other in a circle"):
        in_order(workshop / "models")


def test_own_labels_never_replace_the_shipped_weights_unnoticed(workshop, passage):
    with pytest.raises(UsageError, match="--labels needs --out DIR"):
        build(workshop, labels=[passage()])
    with pytest.raises(UsageError, match="--labels-only needs --labels"):
        build(workshop, labels_only=True)


def test_own_labels_reach_the_trainer_and_the_model_is_used_through_the_environment(
    workshop, tmp_path, monkeypatch, passage
):

    labels = tmp_path / "labels.jsonl"
    labels.write_text(json.dumps(passage()) + "\n", "utf-8")
    result = build(workshop, labels=read_labels(labels), out=tmp_path / "mine")
    assert result.metrics["own"]["sentences"] == 2
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path / "mine"))
    assert modelstore.load("toy").folder == tmp_path / "mine" / "toy"


def test_an_unknown_model_lists_the_known_ones(workshop):
    with pytest.raises(UsageError, match="no recipe named 'x'; there are: toy"):
        find_recipe("x", workshop / "models")


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("seed = 3\n", "", "missing required field `seed`"),
        ("seed = 3", "seed = = 3", "not TOML"),
        ("seed = 3", "seed = 3\ncolour = 1", "unknown field `colour`"),
        ('use = "train"', 'use = "test"', r"Invalid enum value 'test' - at `\$.data\[0\].use`"),
        ('use = "train"', 'use = "train"\nroot = "home"', "Invalid enum value 'home'"),
        ('licence = "CC0"', 'licence = "CC0"\nmood = "good"', "unknown field `mood`"),
    ],
)
def test_a_faulty_recipe_says_what_is_wrong(workshop, old, new, message):
    path = workshop / "models" / "toy" / "recipe.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ModelError, match=message):
        Recipe.load(path.parent)


def test_labels_of_the_projects_own_are_read_from_beside_the_models(workshop):
    path = workshop / "models" / "toy" / "recipe.toml"
    path.write_text(path.read_text().replace('use = "train"', 'use = "train"\nroot = "models"'))
    (workshop / "data" / "toy.jsonl").rename(workshop / "models" / "toy.jsonl")
    assert build(workshop).ok


def test_arrays_of_python_objects_cannot_be_stored():
    import numpy as np

    with pytest.raises(ModelError, match="without pickle"):
        npz_bytes({"x": np.array([{}], dtype=object)})


def test_arrays_come_back_with_their_shape_and_kind():
    import numpy as np

    given = {
        "scalar": np.float32(0.5),
        "fortran": np.asfortranarray(np.eye(3)),
        "empty": np.zeros((0, 2)),
        "u": np.array(["é"]),
    }
    found = modelstore.read_arrays(npz_bytes(given), "x.npz")
    assert {name: (a.shape, a.dtype) for name, a in found.items()} == {
        name: (np.shape(a), np.asarray(a).dtype) for name, a in given.items()
    }
    assert all((found[name] == given[name]).all() for name in given)


def test_an_artifact_of_no_known_kind_is_refused():
    with pytest.raises(ModelError, match=r"x\.bin: a fit returns"):
        encode("x.bin", object())


def test_expected_figures_are_found_by_dotted_path(workshop):
    assert flatten({"dev": {"f1": 0.5, "per": {"a": 1}}, "note": "x"}) == {"dev.f1": 0.5, "dev.per.a": 1.0}
    recipe = Recipe.load(workshop / "models" / "toy")
    assert not list(compare(recipe, {"train": {"accuracy": 0.995}}))


def test_a_card_shows_figures_of_one_level_as_one_table(workshop):
    recipe = Recipe.load(workshop / "models" / "toy")
    metrics = {"dev": {"a": {"P": 0.5, "R": 1.0}, "b": {"P": 0.25, "R": 0.0}}}
    text = render_card(recipe, Fit({}, metrics), {"x": 1})
    assert "| dev | P | R |" in text and "| a | 0.500 | 1.000 |" in text
    assert "## Calibration" not in text and "## Known failures" not in text


def test_known_failures_are_those_of_the_trainer_or_else_of_the_recipe(workshop):
    told = replace(Recipe.load(workshop / "models" / "toy"), known_failures="It cannot read irony.")
    assert "## Known failures\n\nIt cannot read irony." in render_card(told, Fit({}, {}), {})
    assert "irony" not in render_card(told, Fit({}, {}, card={"Known failures": "Its own."}), {})


def test_a_card_links_to_the_notes_of_what_was_tried_where_there_are_some(workshop):
    (workshop / "models" / "toy" / "notes.md").write_text("Tried: more words.\n")
    assert "[notes.md](notes.md)" in (build(workshop).folder / "README.md").read_text("utf-8")
    assert "notes.md" not in (build(workshop, out=workshop / "mine").folder / "README.md").read_text("utf-8")


def test_the_recipe_that_explains_the_fields_is_one_and_has_them_all():
    folder = CHECKOUT / "analyzer" / "train" / "core"
    recipe = Recipe.load(folder)
    fields = set(Recipe.__struct_fields__) - {"folder"}
    assert fields == set(tomllib.loads((folder / "recipe.toml").read_text("utf-8")))
    assert recipe.data[0].root == "data"
