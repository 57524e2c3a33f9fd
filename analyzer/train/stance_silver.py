"""Silver labels for the stance models: what a large teacher makes of article sentences that nobody has labelled.

The teacher (all-mpnet-base-v2, training only) is tuned on the gold passages and judges the chosen sentences of
:mod:`analyzer.train.stance_pool`. Kept are its probabilities for those it takes a side on and for some that it calls
neutral, so that the mix of stances is that of articles worth reading; with them the keys of the sentences, no text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analyzer import modelstore
from analyzer.annotate.stance_fast import softmax
from analyzer.errors import ModelError
from analyzer.train import stance_card, stance_pool
from analyzer.train.fit import Fit
from analyzer.train.recipe import Data, Recipe
from analyzer.train.stance_data import gold_pairs, title_pairs
from analyzer.train.stance_encoder import (
    Pairs,
    encoded,
    network,
    predicted,
    teacher_folder,
    train_passes,
)
from analyzer.train.stance_figures import crosswise, halves, scores
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
Row = dict[str, Any]
NAME = "stance-silver"
PAIRS = "pairs.jsonl"
NEUTRAL = STANCES.index("neutral")


@dataclass(frozen=True)
class Silver:
    """Sentences with their titles and the teacher's probabilities, and the examples written by hand (``own``)."""

    titles: list[str]
    texts: list[str]
    probabilities: Array
    own: Pairs

    def pairs(self) -> Pairs:
        """Return them as examples for an encoder."""
        return Pairs(self.titles, self.texts, self.probabilities.argmax(1), soft=self.probabilities)


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the silver labels, with the teacher's own figures on gold dev."""
    passages = data.jsonl("gold-dev")
    net, tokenizer = teacher(gold_pairs(data.passages("gold-train")), recipe.estimator, recipe.seed)
    dev = gold_pairs(passages)
    alone = predicted(net, encoded(tokenizer, dev))
    out = [passage["title"] for passage in passages]
    keys = stance_pool.candidates(data, out, recipe.preprocessing["most"], recipe.seed)
    titles, texts = stance_pool.read(data, keys)
    rows = encoded(tokenizer, Pairs(titles, texts, np.zeros(len(texts), dtype=np.int64)))
    figures = teacher_figures(alone, dev.labels, passages, recipe.estimator["prior"])
    return packed(recipe, data, keys, softmax(predicted(net, rows)), figures)


def teacher_figures(found: Array, labels: Array, passages: Sequence[Row], prior: Sequence[float]) -> Row:
    """Return the teacher's figures on gold dev, as it stands and calibrated crosswise."""
    crossed = crosswise(found, labels, halves(passages), np.array(prior))
    return {
        "teacher_gold_dev": scores(labels, crossed.argmax(1)),
        "teacher_gold_dev_uncalibrated": scores(labels, found.argmax(1)),
    }


def packed(recipe: Recipe, data: Data, keys: Array, found: Array, figures: Row) -> Fit:
    """Return what is kept of the teacher's labels, as files and figures."""
    kept = chosen(found, recipe.estimator["neutral_part"])
    keys, found = keys[kept], np.round(found[kept] * 255).astype(np.uint8)
    digest = stance_pool.digest(*stance_pool.read(data, keys))
    counts = np.bincount(found.argmax(1), minlength=len(STANCES))
    metrics = {
        **figures,
        "labelled": len(kept),
        "kept": {stance: int(count) for stance, count in zip(STANCES, counts, strict=True)},
    }
    files = {
        "silver.npz": {"keys": keys, "probabilities": found, "digest": np.array(digest)},
        PAIRS: (recipe.folder / PAIRS).read_text("utf-8"),
    }
    return Fit(files, metrics, (), stance_card.SILVER)


def teacher(gold: Pairs, settings: dict[str, Any], seed: int) -> tuple[Any, Any]:
    """Return the teacher tuned on the gold passages, and its tokenizer."""
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = teacher_folder(Path(scratch))
        tokenizer, net = AutoTokenizer.from_pretrained(folder), network(folder)
    passes = [np.arange(len(gold.texts))] * settings["passes"]
    train_passes(net, [(gold, encoded(tokenizer, gold))], passes, settings, rng)
    return net, tokenizer


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
    titles, texts = stance_pool.read(data, arrays["keys"])
    if stance_pool.digest(titles, texts) != str(arrays["digest"]):
        raise ModelError(
            f"the sentences that {NAME} labels are not those it was made from; expected the same corpora and the same "
            f"analyzer/train/stance_pool.py. Make the labels anew: npov train {NAME}."
        )
    probabilities = arrays["probabilities"].astype(np.float32)
    probabilities /= probabilities.sum(1, keepdims=True)
    return Silver(titles, texts, probabilities, title_pairs(model.text(PAIRS)))
