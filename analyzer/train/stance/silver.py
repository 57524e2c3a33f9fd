"""Silver labels for the stance models: what a large teacher makes of article sentences that nobody has labelled.

The teacher (all-mpnet-base-v2, training only) is tuned on the gold passages, then on our own labels as well; the mean
of both stages judges the chosen sentences of :mod:`.pool`.
Kept are its probabilities for those it takes a side on and for some that it calls neutral; with them the keys of the
sentences, no text.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer import modelstore
from analyzer.linear import Array, softmax
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import named_f1
from analyzer.train.core.recipe import Data, Recipe, Row, check_digest, digest
from analyzer.train.encoder.network import network, teacher_folder
from analyzer.train.encoder.tuning import Examples, encoded, predicted, train_run
from analyzer.train.labels import pool
from analyzer.train.labels.keyed import stance_pairs
from analyzer.train.stance.data import gold_examples, own_examples, title_examples
from analyzer.train.stance.figures import crosswise, halves
from analyzer.vocabulary import STANCES

NAME = "stance-silver"
PAIRS = "pairs.jsonl"
NEUTRAL = STANCES.index("neutral")


class Silver(NamedTuple):
    """Sentences with the teacher's probabilities, and the examples written by hand (``own``)."""

    examples: Examples
    own: Examples


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the silver labels, with the teachers' own figures on gold dev."""
    passages = data.jsonl("gold-dev")
    parts = {
        "gold": gold_examples(data.passages("gold-train")),
        "read": stance_pairs(data),
        **own_examples(data),
        "titles": title_examples((recipe.folder / PAIRS).read_text("utf-8")),
    }
    dev = gold_examples(passages)
    keys = pool.candidates(data, [passage["title"] for passage in passages], recipe.preprocessing["most"], recipe.seed)
    rows = Examples(*pool.read(data, keys)[:2], np.zeros(len(keys), dtype=np.int64))
    net, tokenizer = untuned(recipe.seed)
    ready = {name: (part, encoded(tokenizer, part)) for name, part in parts.items()}
    dev_rows, pool_rows = encoded(tokenizer, dev), encoded(tokenizer, rows)
    rng = np.random.default_rng(recipe.seed)
    alone, found = [], []
    for run in recipe.estimator["runs"]:  # one network: the second teacher is the first, gone on with
        train_run(net, ready, run, recipe.estimator, rng)
        alone.append(predicted(net, dev_rows))
        found.append(softmax(predicted(net, pool_rows)))
    figures = teacher_figures(np.mean(alone, 0), dev.labels, passages, recipe.estimator["prior"])
    return packed(recipe, data, keys, np.mean(found, 0), figures)


def teacher_figures(found: Array, labels: Array, passages: Sequence[Row], prior: Sequence[float]) -> Row:
    """Return the teacher's figures on gold dev, as it stands and calibrated crosswise."""
    crossed = crosswise(found, labels, halves(passages), np.array(prior))
    return {
        "teacher_gold_dev": named_f1(labels, crossed.argmax(1), STANCES),
        "teacher_gold_dev_uncalibrated": named_f1(labels, found.argmax(1), STANCES),
    }


def packed(recipe: Recipe, data: Data, keys: Array, found: Array, figures: Row) -> Fit:
    """Return what is kept of the teacher's labels, as files and figures."""
    kept = chosen(found, recipe.estimator["neutral_part"])
    keys, found = keys[kept], np.round(found[kept] * 255).astype(np.uint8)
    titles, texts, *_ = pool.read(data, keys)
    counts = np.bincount(found.argmax(1), minlength=len(STANCES))
    metrics = {
        **figures,
        "labelled": len(kept),
        "kept": {stance: int(count) for stance, count in zip(STANCES, counts, strict=True)},
    }
    files = {
        "silver.npz": {"keys": keys, "probabilities": found, "digest": np.array(digest([*titles, *texts]))},
        PAIRS: (recipe.folder / PAIRS).read_text("utf-8"),
    }
    return Fit(files, metrics, ())


def untuned(seed: int) -> tuple[Any, Any]:
    """Return the network that the teachers are made of, and its tokenizer."""
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = teacher_folder(Path(scratch))
        return network(folder), AutoTokenizer.from_pretrained(folder)


def chosen(found: Array, neutral_part: float) -> Array:
    """Return the rows to keep: all that are not neutral, and of the neutral ones up to a part of the whole."""
    label = found.argmax(1)
    sides = np.flatnonzero(label != NEUTRAL)
    most = round(len(sides) * neutral_part / (1 - neutral_part))
    rest = np.flatnonzero(label == NEUTRAL)
    spread = rest[np.linspace(0, len(rest) - 1, min(most, len(rest))).astype(np.int64)] if len(rest) else rest
    return np.sort(np.concatenate([sides, spread]))


def load(data: Data) -> Silver:
    """Return the shipped silver labels with the sentences that they stand for, read from the corpora.

    Raises :class:`ModelError` where the corpora, or the reading of them, are not what they were.
    """
    model = modelstore.load(NAME)
    arrays = model.arrays("silver.npz")
    titles, texts, *_ = pool.read(data, arrays["keys"])
    check_digest([*titles, *texts], str(arrays["digest"]), NAME)
    probabilities = arrays["probabilities"].astype(np.float32)
    probabilities /= probabilities.sum(1, keepdims=True)
    examples = Examples(titles, texts, probabilities.argmax(1), soft=probabilities)
    return Silver(examples, title_examples(model.text(PAIRS)))
