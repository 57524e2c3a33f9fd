"""The fast stance model trained on a user's own labels, with nothing but the installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import modelstore
from analyzer.annotate.stance.linear import Fast
from analyzer.errors import UnreadableInput
from analyzer.train.core import fit, recipe

pytestmark = pytest.mark.pipeline

MODELS = Path(__file__).parents[3] / "models"
# A field whose words ours does not know.
SAID = {
    "critique": ("glorped", "The {} glorped again in {}."),
    "endorsement": ("zindled", "Everybody zindled the {} in {}."),
    "mixed": ("glorped", "The {} was zindled in {}, but glorped."),
    "neutral": ("stood", "The {} stood by the road in {}."),
}
THINGS = ("mill", "bridge", "school", "tower", "dam", "canal")


def passages(of_each: int) -> list[dict]:
    """Passages of four sentences, one of each stance."""
    found = []
    for number in range(of_each):
        text, sentences = "", []
        for stance, (_, sentence) in SAID.items():
            said = sentence.format(THINGS[number % len(THINGS)], 1900 + number)
            start = len(text) + bool(text)
            text = f"{text} {said}".strip()
            sentences.append({"start": start, "end": len(text), "stance": stance, "attributions": []})
        found.append({"id": str(number), "title": "The Works", "text": text, "sentences": sentences})
    return found


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """As in an installed package: the models lie in it, and there is no checkout, nor a folder of corpora."""
    monkeypatch.setattr(recipe, "CHECKOUT", tmp_path / "no" / "where")
    monkeypatch.setattr(recipe, "PACKAGED", MODELS)
    monkeypatch.setattr(fit, "PACKAGED", MODELS)


@pytest.mark.parametrize("alone", [False, True])
def test_labels_of_ones_own_are_enough_and_are_learnt(installed, monkeypatch, tmp_path, alone):
    out = tmp_path / "mine"
    rebuilt = fit.train("stance", labels=passages(12), labels_only=alone, out=out)
    assert rebuilt.ok and rebuilt.folder == out / "stance"
    figures = rebuilt.metrics["own_held_out"]
    assert figures["macro_f1"] > 0.9 and ("own_by_ours" in rebuilt.metrics) == (not alone)
    monkeypatch.setenv("NPOV_MODELS", str(out))
    assert Fast().models["stance"] == modelstore.Model(out / "stance", "stance").digest
    assert "held out" in (out / "stance" / "README.md").read_text("utf-8").replace("_", " ")


@pytest.mark.parametrize(
    ("of_each", "alone", "told"), [(9, True, "9 mixed.*at least 10"), (4, False, "4 mixed.*at least 20")]
)
def test_too_few_labels_are_a_sentence(installed, tmp_path, of_each, alone, told):
    with pytest.raises(UnreadableInput, match=f"too few labels.*{told}"):
        fit.train("stance", labels=passages(of_each), labels_only=alone, out=tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_labels_of_one_stance_teach_nothing(installed, tmp_path):
    rows = [row | {"sentences": [dict(s, stance="neutral") for s in row["sentences"]]} for row in passages(8)]
    with pytest.raises(UnreadableInput, match="of two stances"):
        fit.train("stance", labels=rows, out=tmp_path / "mine")


def test_a_model_that_needs_the_corpora_says_so_where_there_are_none(installed, tmp_path):
    with pytest.raises(recipe.DataMissing, match=r"'attribution' needs the corpora.*--data DIR.*`stance`"):
        fit.train("attribution", labels=passages(2), out=tmp_path / "mine")
    with pytest.raises(recipe.DataMissing, match="no data folder"):
        fit.train("stance", out=tmp_path / "mine")


def test_an_installed_packages_own_weights_stay_as_they_are(installed):
    with pytest.raises(fit.UsageError, match="--out DIR"):
        fit.train("stance")
