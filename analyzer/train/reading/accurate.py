"""The small encoder: MiniLM-L6 tuned for all that is read of a sentence, by labels and by the large network's word.

The large network says what it makes of sentences that nobody has labelled, piece by piece (distillation, Hinton et al.
2015); that takes a quarter of an hour on two cores, the tuning half an hour. Both must be run with the large engine's
weights there.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import LARGE, WORDING, Reader, calibrated
from analyzer.annotate.encoder.reading import load
from analyzer.annotate.stance.accurate import Joint
from analyzer.annotate.stance.linear import Fast
from analyzer.linear import Array, softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, Row, digest
from analyzer.train.encoder.joint import joint_network, tune_jointly
from analyzer.train.encoder.network import base_folder, network
from analyzer.train.encoder.parts import Part, rows_of
from analyzer.train.encoder.tuning import Examples, drawn
from analyzer.train.labels.keyed import key_of
from analyzer.train.reading import packing, wording
from analyzer.train.reading.labelled import HeldOut, training
from analyzer.train.reading.large import stored_network, without_dropout
from analyzer.train.reading.taught import taught, unlabelled
from analyzer.train.stance.data import gold_examples, gold_rows, target_examples, target_rows, title_examples
from analyzer.train.stance.figures import calibrate, crosswise, curve_of, halves, without_mixed
from analyzer.vocabulary import STANCES


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(recipe, data)
    net, tokenizer = tuned(recipe, lessons(recipe, data, parts, held_out))
    stored = stored_network(net, tokenizer, parts["gold"].examples, recipe.estimator["smoothing"])
    return shipped(stored, tokenizer.backend_tokenizer.to_str(), held_out, recipe, data)


def shipped(stored: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network, joined with the fast model.

    Scale and shifts are fitted on gold dev, stances being as frequent as the recipe's ``prior`` says; the figures given
    are measured crosswise, each half of the passages with what was fitted on the other. What the labels are worth in
    whole articles tells models/stance-doubt.
    """
    import spacy

    nlp, fast, prior = spacy.load(DEFAULT_MODEL), Fast().model, np.array(recipe.estimator["prior"])
    reader, settings = Reader(stored, tokenizer, recipe.name), packing.uncalibrated(recipe)
    passages, targets = data.jsonl("gold-dev"), data.jsonl("newsmtsc-dev")
    dev, news = gold_examples(passages, context=True), target_examples(targets)
    words = gold_rows(nlp, passages).probabilities(fast)
    found = packing.logs(reader, dev, settings, words)
    crossed = crosswise(found, dev.labels, halves(passages), prior)
    unread = Joint(settings).unread(words)
    skipping = np.where(unread[:, None], words, crossed)
    of_news = packing.logs(reader, news, settings, target_rows(nlp, targets).probabilities(fast))
    scale, shift = calibrate(found, dev.labels, prior)
    settings |= {"scale": scale, "shift": shift.tolist()}

    def scores(texts: list[str]) -> Array:
        said: Array = reader.read([""] * len(texts), texts).sentence[:, : len(WORDING)]
        return said

    worded: Row = {"shift": dict.fromkeys(WORDING, 0.0)}
    worded["scale"] = wording.scales(scores, wording.training(data, np.random.default_rng(recipe.seed)))
    settings["wording"] = worded
    files, of_third = packing.files(stored, tokenizer, settings, held_out.articles, recipe, data)
    curve = curve_of(skipping, dev.labels)
    metrics = {
        "gold_dev": {**named_f1(dev.labels, skipping.argmax(1), STANCES), "ece": calibration_error(curve)},
        "gold_dev_every_sentence_read": named_f1(dev.labels, crossed.argmax(1), STANCES),
        "gold_dev_unread": float(unread.mean()),
        "newsmtsc_dev_uncalibrated": named_f1(news.labels, without_mixed(softmax(of_news)), STANCES),
        **wording.figures(lambda texts: calibrated(scores(texts), worded), data),
        **of_third,
    }
    return Fit(files, metrics, curve)


def lessons(recipe: Recipe, data: Data, parts: dict[str, Part], held_out: HeldOut) -> dict[str, Part]:
    """Return the parts that are trained on, with what the large network says of some of them."""
    share = recipe.estimator["teachers_share"]
    closed = {row["title"] for row in [*data.jsonl("measured"), *data.jsonl("whole-articles"), *held_out.articles]}
    known = {key_of(text) for part in parts.values() for text in part.examples.texts}
    more = unlabelled(data, recipe.estimator["unlabelled"], known, closed, recipe.seed)
    large = load(LARGE)
    pairs = data.jsonl("dse-train")
    return parts | {
        "sided": _between([row for row in pairs if row["label"] != "neutral"]),
        "unsided": _between([row for row in pairs if row["label"] == "neutral"]),
        "titles": Part(title_examples((recipe.folder.parent / "stance-silver" / "pairs.jsonl").read_text("utf-8"))),
        "read": taught(parts["read"], large, share),
        "unlabelled": taught(more, large, 1.0),
    }


def _between(pairs: Sequence[Row]) -> Part:
    """Return sentences with the stance of one name toward another; both stand beside them."""
    beside = [f"{row['source']['text']} about {row['target']['text']}" for row in pairs]
    labels = np.array([STANCES.index(row["label"]) for row in pairs])
    return Part(Examples(beside, [row["text"] for row in pairs], labels, news=True))


def tuned(recipe: Recipe, parts: dict[str, Part]) -> tuple[Any, Any]:
    """Return the network after all runs of the recipe, and its tokenizer.

    The later runs each go on from the first; the weights are the mean of all (model soups, Wortsman et al. 2022).
    """
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(recipe.seed)
    tokenizer, joint = AutoTokenizer.from_pretrained(base_folder()), joint_network(network(base_folder()))
    without_dropout(joint)
    rows, numbers = rows_of(tokenizer, parts)
    sizes = [len(own) for own in numbers.values()]
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]
    states: list[dict[str, Any]] = []
    for number, run in enumerate(recipe.estimator["runs"]):
        if states:
            joint.load_state_dict(states[0])
        rng = np.random.default_rng(recipe.seed + number)
        passes = [drawn(sizes, [run["shares"].get(name, 0.0) for name in numbers], rng) for _ in range(run["passes"])]
        kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt"
        tune_jointly(joint, rows, passes, recipe.estimator | run, rng, kept)
        states.append({key: value.clone() for key, value in joint.state_dict().items()})
    joint.load_state_dict(mean_state(states))
    return joint.eval(), tokenizer


def mean_state(states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean of networks' weights; what is no floating-point number is the first one's."""
    return {
        key: sum(state[key] for state in states) / len(states) if first.is_floating_point() else first
        for key, first in states[0].items()
    }
