"""The large encoder: of mpnet size, reads a sentence in its article (title, section, sentence before); int8 ONNX.

Takes hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import Reader
from analyzer.annotate.encoder.reading import OUTPUTS
from analyzer.linear import softmax
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, digest
from analyzer.train.encoder.joint import joint_network, tune_jointly
from analyzer.train.encoder.network import INPUTS, example_inputs, int8_onnx, smooth
from analyzer.train.encoder.parts import Part, rows_of
from analyzer.train.encoder.tuning import Examples, drawn, encoded, pad
from analyzer.train.reading import packing
from analyzer.train.reading.labelled import HeldOut, training
from analyzer.train.stance.data import gold_examples, target_examples
from analyzer.train.stance.figures import calibrate, curve_of, without_mixed
from analyzer.train.stance.silver import untuned
from analyzer.vocabulary import STANCES

MEASURED, BATCH = 320, 32  # sentences on which outliers are measured, and how many at once


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(recipe, data)
    net, tokenizer = tuned(recipe, parts)
    stored = stored_network(net, tokenizer, parts["gold"].examples, recipe.estimator["smoothing"])
    return shipped(stored, tokenizer.backend_tokenizer.to_str(), held_out, recipe, data)


def shipped(network: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network; what is fitted here is of sentences held out."""
    reader, settings = Reader(network, tokenizer, recipe.name), packing.uncalibrated(recipe)
    found, labels = packing.logs(reader, held_out.sentences, settings), held_out.sentences.labels
    scale, shift = calibrate(found, labels, np.bincount(labels, minlength=len(STANCES)) / len(labels))
    dev, news = gold_examples(data.jsonl("gold-dev"), context=True), target_examples(data.jsonl("newsmtsc-dev"))
    of_gold, of_news = (packing.logs(reader, examples, settings) for examples in (dev, news))
    curve = curve_of(softmax(found * scale + shift), labels)
    settings |= {"scale": scale, "shift": shift.tolist()}
    files, of_third = packing.files(network, tokenizer, settings, held_out.articles, recipe, data)
    metrics = {
        "gold_dev": named_f1(dev.labels, softmax(of_gold * scale + shift).argmax(1), STANCES),
        "gold_dev_uncalibrated": named_f1(dev.labels, of_gold.argmax(1), STANCES),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(of_news * scale + shift)), STANCES),
        "newsmtsc_dev_uncalibrated": named_f1(news.labels, without_mixed(softmax(of_news)), STANCES),
        "articles_held_out": {"ece": calibration_error(curve)},
    }
    return Fit(files, metrics | of_third, curve)


def stored_network(net: Any, tokenizer: Any, measured: Examples, smoothing: float) -> bytes:  # noqa: ANN401
    """Return a tuned network in 8 bits; what its layers' inputs come to is measured on some sentences."""
    rows = encoded(tokenizer, measured)[:MEASURED]
    smooth(net, [pad(rows[at : at + BATCH]) for at in range(0, len(rows), BATCH)], smoothing)
    inputs = 3 if net.typed else 2
    return int8_onnx(net, example_inputs()[:inputs], INPUTS[:inputs], OUTPUTS)


def without_dropout(net: Any) -> None:  # noqa: ANN401 - a torch module
    """Have nothing drop out below the heads: a fifth faster, and no worse."""
    import torch

    for module in net.modules():
        if isinstance(module, torch.nn.Dropout) and module is not net.dropout:
            module.p = 0.0


def tuned(recipe: Recipe, parts: dict[str, Part]) -> tuple[Any, Any]:
    """Return the network after all runs of the recipe, and its tokenizer: the first for stance alone, then all heads.

    Of each part a run has the share that its ``shares`` name (1.5: once, and half of it again).
    """
    import torch

    net, tokenizer = untuned(recipe.seed)
    joint = joint_network(net)
    without_dropout(joint)
    rows, numbers = rows_of(tokenizer, parts)
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]
    for number, run in enumerate(recipe.estimator["runs"]):
        torch.manual_seed(recipe.seed + number)
        rng = np.random.default_rng(recipe.seed + number)
        joint.encoder.encoder.layer[: run["frozen"]].requires_grad_(False)
        sizes, shares = [len(own) for own in numbers.values()], [run["shares"].get(name, 0.0) for name in numbers]
        kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt"
        tune_jointly(joint, rows, [drawn(sizes, shares, rng)], recipe.estimator | run, rng, kept)
    return joint.eval(), tokenizer
