"""The small encoder: MiniLM-L6 tuned for all that is read of a sentence, by labels and by the large network's word.

The large network says what it makes of sentences that nobody has labelled, piece by piece (distillation, Hinton et al.
2015); that takes a quarter of an hour on two cores, the tuning half an hour. Both must be run with the large engine's
weights there.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import LARGE, WORDING, Reader, calibrated
from analyzer.annotate.encoder.reading import load
from analyzer.linear import Array
from analyzer.train.core.fit import Fit
from analyzer.train.core.recipe import Data, Recipe, Row, digest
from analyzer.train.encoder.joint import joint_network, tune_jointly
from analyzer.train.encoder.network import base_folder, network
from analyzer.train.encoder.parts import Part, rows_of
from analyzer.train.encoder.tuning import drawn
from analyzer.train.labels.keyed import key_of
from analyzer.train.reading import wording
from analyzer.train.reading.labelled import HeldOut, training
from analyzer.train.reading.large import stored_network, without_dropout
from analyzer.train.reading.packing import packed
from analyzer.train.reading.taught import taught, unlabelled
from analyzer.train.stance.data import title_examples


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(recipe, data)
    net, tokenizer = tuned(recipe, lessons(recipe, data, parts, held_out))
    stored = stored_network(net, tokenizer, parts["gold"].examples, recipe.estimator["smoothing"])
    return shipped(stored, tokenizer.backend_tokenizer.to_str(), held_out, recipe, data)


def shipped(stored: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network, how sentences are worded among them."""
    reader = Reader(stored, tokenizer, recipe.name)

    def scores(texts: list[str]) -> Array:
        found: Array = reader.read([""] * len(texts), texts).sentence[:, : len(WORDING)]
        return found

    scale = wording.scales(scores, wording.training(data, np.random.default_rng(recipe.seed)))
    worded: Row = {"scale": scale, "shift": dict.fromkeys(WORDING, 0.0)}
    made = packed(stored, tokenizer, held_out, recipe, data, {"wording": worded})
    metrics = wording.figures(lambda texts: calibrated(scores(texts), worded), data)
    return Fit(made.artifacts, {**made.metrics, **metrics}, made.calibration)


def lessons(recipe: Recipe, data: Data, parts: dict[str, Part], held_out: HeldOut) -> dict[str, Part]:
    """Return the parts that are trained on, with what the large network says of some of them."""
    share = recipe.estimator["teachers_share"]
    closed = {row["title"] for row in [*data.jsonl("measured"), *data.jsonl("whole-articles"), *held_out.articles]}
    known = {key_of(text) for part in parts.values() for text in part.examples.texts}
    more = unlabelled(data, recipe.estimator["unlabelled"], known, closed, recipe.seed)
    large = load(LARGE)
    return parts | {
        "titles": Part(title_examples((recipe.folder.parent / "stance-silver" / "pairs.jsonl").read_text("utf-8"))),
        "read": taught(parts["read"], large, share),
        "unlabelled": taught(more, large, 1.0),
    }


def tuned(recipe: Recipe, parts: dict[str, Part]) -> tuple[Any, Any]:
    """Return the network after the recipe's passes, and its tokenizer."""
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    tokenizer, joint = AutoTokenizer.from_pretrained(base_folder()), joint_network(network(base_folder()))
    without_dropout(joint)
    rows, numbers = rows_of(tokenizer, parts)
    sizes, shares = [len(own) for own in numbers.values()], [recipe.estimator["shares"].get(n, 0.0) for n in numbers]
    passes = [drawn(sizes, shares, rng) for _ in range(recipe.estimator["passes"])]
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]
    kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}.pt"
    tune_jointly(joint, rows, passes, recipe.estimator, rng, kept)
    return joint.eval(), tokenizer
