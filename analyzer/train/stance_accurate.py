"""The accurate stance model: a small encoder tuned on targeted news and on the gold passages, stored as int8 ONNX.

Takes up to two hours on two cores, so its recipe stays out of CI, which checks the shipped file by hash and figures.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.stance_accurate import Encoder, joined
from analyzer.annotate.stance_fast import Linear, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train import stance_card
from analyzer.train.fit import Fit, calibration_bins, calibration_error
from analyzer.train.recipe import Data, Recipe
from analyzer.train.stance import calibrate, predict, scores, without_mixed
from analyzer.train.stance_data import gold_rows, sentences_of, target_rows
from analyzer.train.stance_encoder import Pairs, tune
from analyzer.vocabulary import STANCES

Array = np.ndarray[Any, Any]
Row = dict[str, Any]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets; the fast model must have been built before."""
    gold = gold_pairs(data.passages("gold-train"))
    news = target_pairs(data.jsonl("newsmtsc-train"))
    net, tokenizer = tune(gold, news, recipe.estimator, recipe.seed)
    return packed(int8_onnx(net), tokenizer.backend_tokenizer.to_str(), recipe, data)


def packed(network: bytes, tokenizer: str, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped, joined with the fast model.

    Scale and shifts are fitted on gold dev; the figures given are measured crosswise, each half of the passages with
    what was fitted on the other.
    """
    import spacy

    nlp = spacy.load(DEFAULT_MODEL)
    settings = {"fast_share": recipe.estimator["fast_share"], "scale": 1.0, "shift": [0.0] * len(STANCES)}
    encoder, fast = Encoder(network, tokenizer, settings), Linear.load()
    passages, examples = data.jsonl("gold-dev"), data.jsonl("newsmtsc-dev")
    dev, news = gold_pairs(passages), target_pairs(examples)
    alone = _scores(encoder, dev)
    found = joined(alone, predict(fast, gold_rows(nlp, passages)), encoder.share)
    half = np.array([i % 2 for i, row in enumerate(passages) for _ in row["sentences"]])
    prior = np.array(recipe.estimator["prior"])
    crossed = np.zeros_like(found)
    for side in (0, 1):
        scale, shift = calibrate(found[half != side], dev.labels[half != side], prior)
        crossed[half == side] = softmax(found[half == side] * scale + shift)
    scale, shift = calibrate(found, dev.labels, prior)
    curve = calibration_bins(crossed.max(1).tolist(), (crossed.argmax(1) == dev.labels).tolist())
    news_found = joined(_scores(encoder, news), predict(fast, target_rows(nlp, examples)), encoder.share)
    metrics = {
        "gold_dev": {**scores(dev.labels, crossed.argmax(1)), "ece": calibration_error(curve)},
        "gold_dev_encoder_alone": scores(dev.labels, alone.argmax(1)),
        "newsmtsc_dev": scores(news.labels, without_mixed(softmax(news_found * scale + shift))),
    }
    settings |= {"scale": scale, "shift": shift.tolist()}
    files = {"model.onnx": network, "tokenizer.json": tokenizer.encode(), "calibration.json": settings}
    return Fit(files, metrics, curve, stance_card.ACCURATE)


def gold_pairs(passages: Sequence[Row]) -> Pairs:
    """Return the sentences of passages in the gold format, each with its article's title (and section, if it has)."""
    titles, texts, labels = [], [], []
    for passage in passages:
        section = (passage.get("section") or "").strip()
        title = passage["title"] if section in ("", "Abstract") else f"{passage['title']} - {section}"
        for row, text in zip(passage["sentences"], sentences_of(passage), strict=True):
            titles.append(title)
            texts.append(text)
            labels.append(STANCES.index(row["stance"]))
    return Pairs(titles, texts, np.array(labels))


def target_pairs(examples: Sequence[Row]) -> Pairs:
    """Return sentences with a target each, the target in the title's place."""
    labels = np.array([STANCES.index(example["label"]) for example in examples])
    return Pairs([row["target"]["text"] for row in examples], [row["text"] for row in examples], labels, news=True)


def int8_onnx(net: Any) -> bytes:  # noqa: ANN401 - a torch module
    """Return the network as ONNX with 8-bit weights (dynamic quantization, a scale a channel)."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.arange(5, 23).reshape(2, 9)
    example = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    with tempfile.TemporaryDirectory() as scratch:
        plain, small = Path(scratch) / "plain.onnx", Path(scratch) / "small.onnx"
        torch.onnx.export(
            net.eval(),
            example,
            str(plain),
            input_names=names,
            output_names=["scores"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in names},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            str(plain),
            str(small),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
        )
        return small.read_bytes()


def _scores(encoder: Encoder, pairs: Pairs) -> Array:
    """Return the network's scores for each pair; pairs of one title share batches, as in an article."""
    found = np.zeros((len(pairs.texts), len(STANCES)), dtype=np.float32)
    rows: dict[str, list[int]] = {}
    for i, title in enumerate(pairs.titles):
        rows.setdefault(title, []).append(i)
    for title, chosen in rows.items():
        found[chosen] = encoder.scores(title, [pairs.texts[i] for i in chosen])
    return found
