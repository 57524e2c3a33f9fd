"""The accurate stance model: a small encoder that learns from labels and from a large teacher, stored as int8 ONNX.

Takes up to two hours on two cores, so its recipe stays out of CI, which checks the shipped file by hash and figures.
"""

from __future__ import annotations

import numpy as np

from analyzer.annotate.encoder import Encoder
from analyzer.annotate.stance.accurate import Joint
from analyzer.annotate.stance.linear import Fast
from analyzer.linear import Matrix, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, grouped, named_f1
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.encoder.tuning import Examples, encoded, tune
from analyzer.train.labels.keyed import stance_pairs
from analyzer.train.stance.data import gold_examples, gold_rows, target_examples, target_rows
from analyzer.train.stance.figures import calibrate, crosswise, curve_of, halves, without_mixed
from analyzer.train.stance.silver import load as silver
from analyzer.vocabulary import STANCES

MEASURED = 320  # sentences on which outliers are measured


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets; the fast model must have been built before."""
    from analyzer.train.encoder import alone

    labels = silver(data)
    parts = {
        "gold": gold_examples(data.passages("gold-train")),
        "news": target_examples(data.jsonl("newsmtsc-train")),
        "silver": labels.examples,
        "read": stance_pairs(data),
        "own": gold_examples(data.jsonl("own-labels")),
        "titles": labels.own,
    }
    net, tokenizer = tune(parts, recipe.estimator, recipe.seed)
    measured = encoded(tokenizer, parts["gold"])[:MEASURED]
    stored = alone.stances(net, measured, recipe.estimator["smoothing"])
    return packed(stored, tokenizer.backend_tokenizer.to_str(), recipe, data)


def packed(network: bytes, tokenizer: str, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped, joined with the fast model.

    Scale and shifts are fitted on gold dev; the figures given are measured crosswise, each half of the passages with
    what was fitted on the other.
    """
    import spacy

    nlp = spacy.load(DEFAULT_MODEL)
    given = recipe.estimator
    settings = {"fast_share": given["fast_share"], "sure": given["sure"], "scale": 1.0, "shift": [0.0] * len(STANCES)}
    encoder, fast, joint, prior = Encoder(network, tokenizer), Fast().model, Joint(settings), np.array(given["prior"])
    passages, examples = data.jsonl("gold-dev"), data.jsonl("newsmtsc-dev")
    dev, news = gold_examples(passages), target_examples(examples)
    alone, words = scores(encoder, dev), gold_rows(nlp, passages).probabilities(fast)
    found = joint.logs(alone, words)
    crossed = crosswise(found, dev.labels, halves(passages), prior)
    skipping = np.where(joint.unread(words)[:, None], words, crossed)
    scale, shift = calibrate(found, dev.labels, prior)
    curve = curve_of(skipping, dev.labels)
    news_found = joint.logs(scores(encoder, news), target_rows(nlp, examples).probabilities(fast))
    metrics = {
        "gold_dev": {**named_f1(dev.labels, skipping.argmax(1), STANCES), "ece": calibration_error(curve)},
        "gold_dev_every_sentence_read": named_f1(dev.labels, crossed.argmax(1), STANCES),
        "gold_dev_encoder_alone": named_f1(dev.labels, alone.argmax(1), STANCES),
        "gold_dev_unread": float(joint.unread(words).mean()),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(news_found * scale + shift)), STANCES),
    }
    settings |= {"scale": scale, "shift": shift.tolist()}
    files = {"model.onnx": network, "tokenizer.json": tokenizer.encode(), "calibration.json": settings}
    return Fit(files, metrics, curve)


def scores(encoder: Encoder, examples: Examples) -> Matrix:
    """Return the network's scores for each example; those of one title are read together, as in an article."""
    found = np.zeros((len(examples.texts), len(STANCES)), dtype=np.float32)
    for chosen in grouped(examples.titles):
        texts = [examples.texts[i] for i in chosen]
        found[chosen] = encoder.read(examples.titles[chosen[0]], texts, ("stance",))["stance"]
    return found
