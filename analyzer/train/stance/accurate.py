"""The accurate stance model: a small encoder that learns from labels and from a large teacher, stored as int8 ONNX.

Takes up to two hours on two cores, so its recipe stays out of CI, which checks the shipped file by hash and figures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analyzer.annotate.encoder.accurate import Encoder, joined
from analyzer.annotate.stance.fast import Linear, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error, grouped, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.encoder.network import INPUTS, example_pairs, int8_onnx
from analyzer.train.encoder.tuning import Pairs, tune
from analyzer.train.labels.keyed import stance_pairs
from analyzer.train.stance import card as stance_card
from analyzer.train.stance.data import gold_pairs, gold_rows, target_pairs, target_rows
from analyzer.train.stance.fast import predict
from analyzer.train.stance.figures import calibrate, crosswise, halves, without_mixed
from analyzer.train.stance.silver import load as silver
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
Row = dict[str, Any]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets; the fast model must have been built before."""
    labels = silver(data)
    parts = {
        "gold": gold_pairs(data.passages("gold-train")),
        "news": target_pairs(data.jsonl("newsmtsc-train")),
        "silver": labels.pairs(),
        "read": stance_pairs(data),
        "own": gold_pairs(data.jsonl("own-labels")),
        "titles": labels.own,
    }
    net, tokenizer = tune(parts, recipe.estimator, recipe.seed)
    net.shows = True
    return packed(
        int8_onnx(net, example_pairs(), INPUTS, ("scores", "states")),
        tokenizer.backend_tokenizer.to_str(),
        recipe,
        data,
    )


def packed(network: bytes, tokenizer: str, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped, joined with the fast model.

    Scale and shifts are fitted on gold dev; the figures given are measured crosswise, each half of the passages with
    what was fitted on the other.
    """
    import spacy

    nlp = spacy.load(DEFAULT_MODEL)
    given = recipe.estimator
    settings = {"fast_share": given["fast_share"], "sure": given["sure"], "scale": 1.0, "shift": [0.0] * len(STANCES)}
    encoder, fast = Encoder(network, tokenizer, settings), Linear.load()
    passages, examples = data.jsonl("gold-dev"), data.jsonl("newsmtsc-dev")
    dev, news = gold_pairs(passages), target_pairs(examples)
    alone, words = _scores(encoder, dev), predict(fast, gold_rows(nlp, passages))
    found = joined(alone, words, encoder.share)
    crossed = crosswise(found, dev.labels, halves(passages), np.array(given["prior"]))
    skipping = np.where(encoder.unread(words)[:, None], words, crossed)
    scale, shift = calibrate(found, dev.labels, np.array(given["prior"]))
    curve = calibration_bins(skipping.max(1).tolist(), (skipping.argmax(1) == dev.labels).tolist())
    news_found = joined(_scores(encoder, news), predict(fast, target_rows(nlp, examples)), encoder.share)
    metrics = {
        "gold_dev": {**named_f1(dev.labels, skipping.argmax(1), STANCES), "ece": calibration_error(curve)},
        "gold_dev_every_sentence_read": named_f1(dev.labels, crossed.argmax(1), STANCES),
        "gold_dev_encoder_alone": named_f1(dev.labels, alone.argmax(1), STANCES),
        "gold_dev_unread": float(encoder.unread(words).mean()),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(news_found * scale + shift)), STANCES),
    }
    settings |= {"scale": scale, "shift": shift.tolist()}
    files = {"model.onnx": network, "tokenizer.json": tokenizer.encode(), "calibration.json": settings}
    return Fit(files, metrics, curve, stance_card.ACCURATE)


def _scores(encoder: Encoder, pairs: Pairs) -> Array:
    """Return the network's scores for each pair; pairs of one title share batches, as in an article."""
    found = np.zeros((len(pairs.texts), len(STANCES)), dtype=np.float32)
    for chosen in grouped(pairs.titles):
        found[chosen] = encoder.scores(pairs.titles[chosen[0]], [pairs.texts[i] for i in chosen])
    return found
