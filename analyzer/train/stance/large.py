"""The large encoder: of mpnet size, reads a sentence in its article (title, section, sentence before); int8 ONNX.

Takes hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
"""

import gzip
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import LARGE, LONGEST_IN_CONTEXT, Encoder
from analyzer.annotate.stance.accurate import Joint
from analyzer.linear import softmax
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, digest
from analyzer.train.encoder.network import INPUTS, example_inputs, int8_onnx
from analyzer.train.encoder.tuning import Array, Examples, encoded, train_run
from analyzer.train.labels import keyed
from analyzer.train.stance.data import gold_examples, target_examples
from analyzer.train.stance.figures import calibrate, curve_of, without_mixed
from analyzer.train.stance.silver import untuned
from analyzer.vocabulary import STANCES

HELD_OUT = 5  # one whole article in so many is for the calibration


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(data)
    net, tokenizer = tuned(recipe, parts)
    stored = int8_onnx(net, example_inputs(), INPUTS, ("scores",), recipe.estimator["exact"])
    return packed(stored, tokenizer.backend_tokenizer.to_str(), held_out, data)


def packed(network: bytes, tokenizer: str, held_out: Examples, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped; scale and shifts are of the articles held out."""
    encoder, settings = Encoder(network, tokenizer, name=LARGE), {"fast_share": 0.0, "scale": 1.0, "shift": [0.0] * 4}

    def read(examples: Examples) -> Array:
        scores = encoder.read(examples.titles, examples.texts, ("stance",))["stance"]
        return Joint(settings).logs(scores, np.ones_like(scores))

    found, labels = read(held_out), held_out.labels
    natural = np.bincount(labels, minlength=len(STANCES)) / len(labels)
    scale, shift = calibrate(found, labels, natural)
    dev, news = gold_examples(data.jsonl("gold-dev"), context=True), target_examples(data.jsonl("newsmtsc-dev"))
    alone, of_news = read(dev), read(news)
    curve = curve_of(softmax(found * scale + shift), labels)
    metrics = {
        "gold_dev": named_f1(dev.labels, softmax(alone * scale + shift).argmax(1), STANCES),
        "gold_dev_uncalibrated": named_f1(dev.labels, alone.argmax(1), STANCES),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(of_news * scale + shift)), STANCES),
        "newsmtsc_dev_uncalibrated": named_f1(news.labels, without_mixed(softmax(of_news)), STANCES),
        "articles_held_out": {"ece": calibration_error(curve)},
    }
    settings |= {"scale": scale, "shift": shift.tolist()}
    # Zipped, 8-bit weights lose a fifth: what comes of the zip are the same bytes.
    files = {"model.onnx.gz": gzip.compress(network, mtime=0), "tokenizer.json": tokenizer.encode()}
    return Fit(files | {"calibration.json": settings}, metrics, curve)


def tuned(recipe: Recipe, parts: dict[str, Examples]) -> tuple[Any, Any]:
    """Return the tuned network and its tokenizer."""
    net, tokenizer = untuned(recipe.seed)
    net.encoder.encoder.layer[: recipe.estimator["frozen"]].requires_grad_(False)
    ready = {name: (part, encoded(tokenizer, part, LONGEST_IN_CONTEXT)) for name, part in parts.items()}
    rng = np.random.default_rng(recipe.seed)
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]
    for number, run in enumerate(recipe.estimator["runs"]):
        kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt"
        train_run(net, ready, run, recipe.estimator, rng, kept)
    return net.eval(), tokenizer


def training(data: Data) -> tuple[dict[str, Examples], Examples]:
    """Return the parts that are trained on, and the sentences of whole articles that are held out."""
    whole = keyed.whole_articles(data)
    parts = {
        "gold": gold_examples(data.passages("gold-train"), context=True),
        "passages": gold_examples(keyed.passages(data), context=True),
        "whole": joined([part for i, part in enumerate(whole) if i % HELD_OUT]),
        "read": keyed.stance_pairs(data, context=True),
        "own": gold_examples(data.jsonl("own-labels"), context=True),
        "news": target_examples(data.jsonl("newsmtsc-train")),
    }
    closed = data.jsonl("measured")
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    return {name: without(part, titles, keys) for name, part in parts.items()}, joined(whole[::HELD_OUT])


def without(part: Examples, titles: tuple[str, ...], keys: set[str]) -> Examples:
    """Return the examples that are neither of an article of these titles nor a sentence of these keys."""
    rows = [
        i
        for i, (title, text) in enumerate(zip(part.titles, part.texts, strict=True))
        if keyed.key_of(text) not in keys and not (title in titles or title.startswith(_heads(titles)))
    ]
    soft = None if part.soft is None else part.soft[rows]
    return Examples([part.titles[i] for i in rows], [part.texts[i] for i in rows], part.labels[rows], part.news, soft)


def _heads(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Return how what is read beside a sentence begins in articles of these titles."""
    return tuple(title + mark for title in titles for mark in (" - ", ": "))


def joined(parts: list[Examples]) -> Examples:
    """Return examples of one kind as one."""
    return Examples(
        [title for part in parts for title in part.titles],
        [text for part in parts for text in part.texts],
        np.concatenate([part.labels for part in parts]),
    )
