"""The large encoder: mpnet-size, reads a sentence in its article (title, section, sentence before), stored as 4-bit ONNX.

Takes hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.train.core.recipe import Data, Recipe, digest
from analyzer.train.encoder.tuning import Examples, encoded, train_run
from analyzer.train.labels import keyed
from analyzer.train.stance.data import gold_examples, target_examples
from analyzer.train.stance.silver import untuned

HELD_OUT = 5  # one whole article in so many is for the calibration


def tuned(recipe: Recipe, data: Data, parts: dict[str, Examples]) -> tuple[Any, Any]:
    """Return the tuned network and its tokenizer."""
    net, tokenizer = untuned(recipe.seed)
    net.encoder.encoder.layer[: recipe.estimator["frozen"]].requires_grad_(False)
    longest = recipe.preprocessing["longest"]
    ready = {name: (part, encoded(tokenizer, part, longest)) for name, part in parts.items()}
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
