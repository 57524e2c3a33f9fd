"""The large encoder: of mpnet size, reads a sentence in its article (title, section, sentence before); int8 ONNX.

Takes hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
"""

import gzip
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from analyzer.annotate.attribution import tagged
from analyzer.annotate.attribution.model import load as load_attribution
from analyzer.annotate.encoder import LONGEST_IN_CONTEXT, InContext, Reader
from analyzer.annotate.encoder.reading import OUTPUTS
from analyzer.annotate.encoder.session import INPUTS
from analyzer.annotate.sources.component import READ_TYPES
from analyzer.annotate.stance.accurate import Accurate, Joint
from analyzer.annotate.stance.linear import Fast
from analyzer.linear import softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.labelled import seen
from analyzer.train.attribution.third import fit_third
from analyzer.train.attribution.trainer import Settings
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, Row, digest
from analyzer.train.encoder.joint import joint_network, tune_jointly
from analyzer.train.encoder.network import example_inputs, int8_onnx, smooth
from analyzer.train.encoder.parts import Part, joined, rows_of, type_priors
from analyzer.train.encoder.tuning import Array, Examples, drawn, encoded, mean_state, pad
from analyzer.train.labels import in_articles, keyed
from analyzer.train.large.earlier import network_of, state_of
from analyzer.train.stance import accurate
from analyzer.train.stance.data import gold_examples, target_examples, target_rows
from analyzer.train.stance.figures import calibrate, curve_of, without_mixed
from analyzer.train.stance.passages import passage_part
from analyzer.train.stance.silver import untuned
from analyzer.train.wording import accurate as wording
from analyzer.vocabulary import STANCES

HELD_OUT, OTHERS = 5, 4  # one whole article in so many is held out, and one paragraph and article of the dump
MEASURED, BATCH = 320, 32  # sentences on which outliers are measured, and how many at once


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(recipe, data)
    net, tokenizer = tuned(recipe, parts)
    measured = encoded(tokenizer, parts["gold"].examples, LONGEST_IN_CONTEXT)[:MEASURED]
    batches = [pad(measured[at : at + BATCH]) for at in range(0, len(measured), BATCH)]
    smooth(net, batches, recipe.estimator["smoothing"])
    stored = int8_onnx(net, example_inputs()[:2], INPUTS[:2], OUTPUTS)
    found = packed(stored, tokenizer.backend_tokenizer.to_str(), held_out, recipe, data)
    return replace(found, artifacts={**found.artifacts, READ_TYPES: {"priors": priors(recipe, parts)}})


@dataclass(frozen=True)
class HeldOut:
    """What no pass has seen: sentences of whole articles, and stretches of articles with their attributions."""

    sentences: Examples
    articles: list[Row]


def priors(recipe: Recipe, parts: dict[str, Part]) -> dict[str, float]:
    """Return by type the log ratio of its frequency in passages to that in all that the runs learn sources from."""
    shares: dict[str, float] = {}
    for run in (*recipe.estimator["runs"], recipe.estimator["last"]):
        if run.get("weights", recipe.estimator["weights"])["tags"]:
            for name, share in run["shares"].items():
                shares[name] = shares.get(name, 0.0) + share
    return type_priors(parts, shares)


def packed(network: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped; what is fitted here is of sentences held out."""
    reader = Reader(network, tokenizer, recipe.name)
    settings: Row = {key: recipe.estimator[key] for key in ("fast_share", "sure", "left")}
    settings |= {"scale": 1.0, "shift": [0.0] * len(STANCES)}
    joint, alone = Joint(settings), Joint(settings | {"fast_share": 0.0})

    def logs(examples: Examples, *, by: Joint = joint) -> Array:
        scores = reader.read(examples.titles, examples.texts).stance
        return by.logs(scores, judged_before(examples) if by.share else np.ones_like(scores))

    found, labels = logs(held_out.sentences), held_out.sentences.labels
    natural = np.bincount(labels, minlength=len(STANCES)) / len(labels)
    scale, shift = calibrate(found, labels, natural)
    dev, news = gold_examples(data.jsonl("gold-dev"), context=True), target_examples(data.jsonl("newsmtsc-dev"))
    of_gold, of_news = logs(dev), logs(news, by=alone)
    curve = curve_of(softmax(found * scale + shift), labels)

    metrics = {
        "gold_dev": named_f1(dev.labels, softmax(of_gold * scale + shift).argmax(1), STANCES),
        "gold_dev_uncalibrated": named_f1(dev.labels, of_gold.argmax(1), STANCES),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(of_news * scale + shift)), STANCES),
        "newsmtsc_dev_uncalibrated": named_f1(news.labels, without_mixed(softmax(of_news)), STANCES),
        "articles_held_out": {"ece": calibration_error(curve)},
    }
    docs = in_articles.articles(data, held_out.articles)
    third = Settings(**recipe.estimator["third"], seed=recipe.seed)
    read = seen(lambda doc: InContext(doc, reader), docs)
    looks, tables, of_third = fit_third(read, third, load_attribution().thresholds)
    settings |= {"scale": scale, "shift": shift.tolist()}
    # Zipped, 8-bit weights lose a fifth: what comes of the zip are the same bytes.
    files: dict[str, Any] = {"model.onnx.gz": gzip.compress(network, mtime=0), "tokenizer.json": tokenizer.encode()}
    files |= {"calibration.json": settings, tagged.WEIGHTS: looks, tagged.TABLES: tables}
    return Fit(files, metrics | {"attribution_held_out": of_third}, curve)


def judged_before(examples: Examples) -> Array:
    """Return what the accurate engine makes of sentences, each by itself beside its article's title."""
    nlp, small = spacy.load(DEFAULT_MODEL), Accurate()
    titles = [re.split(" - |: ", title)[0] for title in examples.titles]
    asked = zip(titles, examples.texts, strict=True)
    rows = [{"text": text, "label": "neutral", "target": {"text": title}} for title, text in asked]
    fast = target_rows(nlp, rows).probabilities(Fast().model)
    alone = accurate.scores(small.encoder, Examples(titles, examples.texts, examples.labels))
    return np.where(small.joint.unread(fast)[:, None], fast, small.joint.probabilities(alone, fast))


def tuned(recipe: Recipe, parts: dict[str, Part]) -> tuple[Any, Any]:
    """Return the network of the recipe's runs, and its tokenizer: the first for stance alone, then all heads.

    Of each part a run has the share that its ``shares`` name (1.5: once, and half of it again). A run goes on from the
    one before, or from that whose number it names (``after``, from 1). Half the weights of an ``earlier`` network and
    half the mean of those after the last ``averaged`` runs are put together, and the ``last`` run, a short one, fits
    them into each other: the heads of sources began from different numbers. The result is the mean of before and after.
    """
    import torch

    net, tokenizer = untuned(recipe.seed)
    joint = joint_network(net)
    for module in joint.modules():
        if isinstance(module, torch.nn.Dropout) and module is not joint.dropout:
            module.p = 0.0  # a fifth faster, and no worse
    rows, numbers = rows_of(tokenizer, parts, LONGEST_IN_CONTEXT)
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]

    def passed(number: int, run: Row) -> dict[str, Any]:
        torch.manual_seed(recipe.seed + number)
        rng = np.random.default_rng(recipe.seed + number)
        joint.encoder.encoder.layer[: run["frozen"]].requires_grad_(False)
        sizes, shares = [len(own) for own in numbers.values()], [run["shares"].get(name, 0.0) for name in numbers]
        kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt"
        tune_jointly(joint, rows, [drawn(sizes, shares, rng)], recipe.estimator | run, rng, kept)
        return {key: value.clone() for key, value in joint.state_dict().items()}

    states: list[dict[str, Any]] = []
    runs = recipe.estimator["runs"]
    for number, run in enumerate(runs):
        if "after" in run:
            joint.load_state_dict(states[run["after"] - 1])
        states.append(passed(number, run))
    mean = mean_state(states[-recipe.estimator["averaged"] :])
    earlier = state_of(network_of(**recipe.estimator["earlier"]), mean)
    joint.load_state_dict(both := mean_state([mean, earlier]))
    fitted = passed(len(runs), recipe.estimator["last"])
    joint.load_state_dict(mean_state([both, fitted]))
    return joint.eval(), tokenizer


def training(recipe: Recipe, data: Data) -> tuple[dict[str, Part], HeldOut]:
    """Return the parts that are trained on, and what is held out."""
    whole = in_articles.parts(data, data.jsonl("whole-articles"))
    paragraphs = [passage_part([row]) for row in keyed.passages(data, "own-paragraphs")]
    articles = in_articles.parts(data, data.jsonl("whole-articles-dump"))
    held = data.jsonl("windows-held-out")
    worded = wording.training(data, np.random.default_rng(recipe.seed))
    parts = {
        "gold": passage_part(data.passages("gold-train")),
        "passages": passage_part(keyed.passages(data)),
        "own": passage_part(data.jsonl("own-labels")),
        "whole": joined([part for i, part in enumerate(whole) if i % HELD_OUT]),
        "read": Part(keyed.stance_pairs(data, context=True)),
        "news": Part(target_examples(data.jsonl("newsmtsc-train"))),
        "paragraphs": joined([part for i, part in enumerate(paragraphs) if i % OTHERS]),
        "articles": joined([part for i, part in enumerate(articles) if i % OTHERS != 1]),
        "windows": joined(in_articles.parts(data, data.jsonl("windows"))),
        **{part.head: Part(Examples(part.titles, part.texts, part.labels), None, part.head) for part in worded},
        "windows-second": joined(in_articles.parts(data, data.jsonl("windows-second"))),
        "stretches": (stretches := joined(in_articles.parts(data, data.jsonl("stretches")))),
        "stretches-stances": Part(stretches.examples),
    }
    closed = data.jsonl("measured")
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    unseen = [*whole[::HELD_OUT], *paragraphs[::OTHERS], *articles[1::OTHERS], *in_articles.parts(data, held)]
    sentences = joined(unseen).examples
    return {name: in_articles.without(part, titles, keys) for name, part in parts.items()}, HeldOut(sentences, held)
