"""A tiny model of made-up labels, trained end to end in a temporary folder."""

import hashlib
import json
import sys
import types

import pytest

TRAINER = """
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins
import numpy as np


def fit(recipe, data):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = data.jsonl("toy-train")
    texts, labels = [row["text"] for row in rows], np.array([row["label"] for row in rows])
    vectoriser = TfidfVectorizer()
    matrix = vectoriser.fit_transform(texts)
    model = LogisticRegression(C=recipe.estimator["C"], random_state=recipe.seed).fit(matrix, labels == "+")
    right = (np.where(model.predict(matrix), "+", "-") == labels).tolist()
    best = model.predict_proba(matrix).max(axis=1).tolist()
    own = sum(len(passage["sentences"]) for passage in data.labels)
    return Fit(
        {
            "toy.npz": {"weights": model.coef_[0], "terms": vectoriser.get_feature_names_out().astype("U")},
            "toy.json": {"labels": sorted(set(labels.tolist()))},
        },
        {"train": {"accuracy": sum(right) / len(right)}, "own": {"sentences": own}},
        calibration_bins(best, right),
        {"Known failures": "It knows eight words."},
    )
"""


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A folder with `data/`, `models/toy/recipe.toml`, and the trainer importable as analyzer.train.toy."""
    good = ["a fine honest hospital", "an honest and fair mayor", "a fine clean river"]
    bad = ["a cruel corrupt mayor", "a filthy river", "a corrupt and cruel hospital"]
    rows = [{"text": text, "label": label} for label, texts in (("+", good), ("-", bad)) for text in texts * 4]
    blob = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "toy.jsonl").write_bytes(blob)
    folder = tmp_path / "models" / "toy"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(recipe_text(hashlib.sha256(blob).hexdigest()), "utf-8")
    module = types.ModuleType("analyzer.train.toy")
    exec(TRAINER, module.__dict__)
    monkeypatch.setitem(sys.modules, "analyzer.train.toy", module)
    return tmp_path


def recipe_text(sha256: str) -> str:
    return f"""name = "toy"
version = "1"
seed = 3
summary = "Tells good words from bad ones."
intended_use = "Tests of the workshop."

[[data]]
id = "toy-train"
path = "toy.jsonl"
sha256 = "{sha256}"
use = "train"
licence = "CC0"
origin = "made up here"

[estimator]
C = 2.0

[expected]
"train.accuracy" = 1.0
"""


@pytest.fixture
def passage():
    """Makes passages of the gold format."""
    return make_passage


def make_passage(key="p1", stances=("critique", "neutral")):
    """A passage of the gold format with two sentences; the first has a source."""
    text = '=The inspectorate said that the bridge is unsafe.\nIt opened in 1931, "as planned".'
    first, second = text.index("\n"), len(text)
    return {
        "id": key,
        "title": "Bridge",
        "subject": "Bridge",
        "section": None,
        "text": text,
        "sentences": [
            {
                "id": f"{key}.01",
                "start": 0,
                "end": first,
                "stance": stances[0],
                "attributions": [
                    {
                        "source": {"text": "The inspectorate", "start": 1, "end": 17},
                        "cue": {"text": "said", "start": 18, "end": 22},
                        "name": "-the inspectorate",
                        "type": "government",
                        "mode": "indirect",
                        "carried": False,
                    }
                ],
            },
            {"id": f"{key}.02", "start": first + 1, "end": second, "stance": stances[1], "attributions": []},
        ],
    }
