"""The large encoder: of mpnet size, reads the sentences of a section together behind title and heading; int8 ONNX.

Takes two hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
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
from analyzer.annotate.encoder import InContext, Reader, session
from analyzer.annotate.encoder.reading import OUTPUTS
from analyzer.annotate.encoder.session import STRETCH_INPUTS, laid_out
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
from analyzer.train.encoder.joint import joint_network
from analyzer.train.encoder.network import int8_onnx, smooth
from analyzer.train.encoder.parts import Part, joined, type_priors
from analyzer.train.encoder.tuning import Array, Examples, mean_state
from analyzer.train.labels import in_articles, keyed
from analyzer.train.large.earlier import network_of, state_of
from analyzer.train.large.together import Sentences, as_tensors, read_together, tune_together
from analyzer.train.stance import accurate
from analyzer.train.stance.data import gold_examples, target_examples, target_rows
from analyzer.train.stance.figures import calibrate, curve_of, sharpness, without_mixed
from analyzer.train.stance.passages import passage_part
from analyzer.train.stance.silver import untuned
from analyzer.vocabulary import STANCES

HELD_OUT, OTHERS = 5, 4  # one whole article in so many is held out, and one paragraph and article of the dump
LIVES = ("lives-dense", "lives")  # composed articles, whose stances alone are learnt from
HELD_OUT_WRITER = "6"  # of the lives, the writer of one in eight
AGAIN = ("windows-second", "stretches", "doubtful", "doubtful-second")  # more stretches of articles
NORMALIZED = ("attn.q", "attn.k", "attn.v", "intermediate.dense")  # layers that read states whose range hardly varies
MEASURED, BATCH = 64, 8  # stretches on which outliers are measured, and how many at once
AXES = {
    "input_ids": ("batch", "length"),
    "attention_mask": ("batch", "length"),
    "shares": ("batch", "sentences", "length"),
    "scores": ("batch", "sentences"),
    "sentence": ("batch", "sentences"),
    "tags": ("batch", "length"),
}


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned encoder with its figures on the dev sets."""
    parts, held_out = training(recipe, data)
    net, tokenizer = tuned(recipe, parts)
    found = packed(stored(net, tokenizer, parts["gold"], recipe), tokenizer.to_str(), held_out, recipe, data)
    priors = type_priors(parts, recipe.estimator["learnt"])
    return replace(found, artifacts={**found.artifacts, READ_TYPES: {"priors": priors}})


def stored(net: Any, tokenizer: Any, part: Part, recipe: Recipe) -> bytes:  # noqa: ANN401 - torch module, tokenizer
    """Return the network in 8 bits; a part's first stretches tell what its layers read."""
    sentences = Sentences(part)
    laid = laid_out(tokenizer, [sentences.asked(stretch) for stretch in sentences.stretches()[:MEASURED]])
    batches = [as_tensors(laid[at : at + BATCH]) for at in range(0, len(laid), BATCH)]
    largest = smooth(net, batches, recipe.estimator["smoothing"])
    ranges = {name: most for name, most in largest.items() if name.endswith(NORMALIZED)}
    return int8_onnx(net, tuple(batches[0].values()), STRETCH_INPUTS, OUTPUTS, AXES, ranges)


@dataclass(frozen=True)
class HeldOut:
    """What no pass has seen: sentences of whole articles and of real lives, and stretches with their attributions."""

    sentences: Examples
    lives: Examples
    articles: list[Row]


def packed(network: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped; what is fitted here is of sentences held out."""
    reader = Reader(network, tokenizer, recipe.name)
    settings: Row = {key: recipe.estimator[key] for key in ("fast_share", "sure", "left")}
    settings |= {"scale": 1.0, "shift": [0.0] * len(STANCES)}
    joint, alone = Joint(settings), Joint(settings | {"fast_share": 0.0})

    def logs(examples: Examples, *, by: Joint = joint) -> Array:
        scores = read_together(reader, examples)
        return by.logs(scores, judged_before(examples) if by.share else np.ones_like(scores))

    found, labels = logs(held_out.sentences), held_out.sentences.labels
    natural = np.bincount(labels, minlength=len(STANCES)) / len(labels)
    scale, shift = calibrate(found, labels, natural)
    share, of_lives = recipe.estimator["lives_share"], logs(held_out.lives) * scale + shift
    sharper = sharpness([(found * scale + shift, labels, 1.0 - share), (of_lives, held_out.lives.labels, share)])
    scale, shift = scale * sharper, shift * sharper
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
    """Return the network of the recipe and its tokenizer: the mean of an ``earlier`` one and of what passes make of it.

    Each pass goes on from the one before, with the share of each part that its ``shares`` name (1.5: once, and half of
    it again); the earlier network's share of the mean is the recipe's ``earlier_share``.
    """
    import torch

    net, tokenizer = untuned(recipe.seed)
    joint, states = joint_network(net), []
    for module in joint.modules():
        if isinstance(module, torch.nn.Dropout) and module is not joint.dropout:
            module.p = 0.0  # a fifth faster, and no worse
    earlier = state_of(network_of(**recipe.estimator["earlier"]), joint.state_dict())
    joint.load_state_dict(earlier)
    written = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8]
    library = session.tokenizer(tokenizer.backend_tokenizer.to_str(), recipe.name)
    for number, run in enumerate(recipe.estimator["passes"]):
        torch.manual_seed(run["seed"])
        joint.encoder.encoder.layer[: run["frozen"]].requires_grad_(False)
        kept = Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt"
        tune_together(joint, library, parts, recipe.estimator | run, np.random.default_rng(run["seed"]), kept)
        states.append({name: value.clone() for name, value in joint.state_dict().items()})
    share = recipe.estimator["earlier_share"]
    joint.load_state_dict(mean_state([earlier, mean_state(states)], [share, 1 - share]))
    return joint.eval(), library


def read_twice(data: Data, name: str) -> dict[str, Part]:
    """Return the parts of a file's articles, by its first readers and by its second ones: each has its own stances."""
    rows = [row for row in data.jsonl(name) if name not in LIVES or row["id"][1] != HELD_OUT_WRITER]
    docs = in_articles.articles(data, rows)
    read = [[in_articles.part_of(row, doc, reader=number) for number in range(2)] for row, doc in docs]
    first, second = map(joined, zip(*read, strict=True))
    return {name: first, f"{name}-second": second}


def training(recipe: Recipe, data: Data) -> tuple[dict[str, Part], HeldOut]:
    """Return the parts that are trained on, and what is held out."""
    whole = in_articles.parts(data, data.jsonl("whole-articles"))
    paragraphs = [passage_part([row]) for row in keyed.passages(data, "own-paragraphs")]
    articles = in_articles.parts(data, data.jsonl("whole-articles-dump"))
    held = data.jsonl("windows-held-out")
    parts = {
        "gold": passage_part(data.passages("gold-train")),
        "passages": passage_part(keyed.passages(data)),
        "own": passage_part(data.jsonl("own-labels")),
        "whole": joined([part for i, part in enumerate(whole) if i % HELD_OUT]),
        "news": Part(target_examples(data.jsonl("newsmtsc-train"))),
        "paragraphs": joined([part for i, part in enumerate(paragraphs) if i % OTHERS]),
        "articles": joined([part for i, part in enumerate(articles) if i % OTHERS != 1]),
        "windows": joined(in_articles.parts(data, data.jsonl("windows"))),
        **{name: joined(in_articles.parts(data, data.jsonl(name))) for name in AGAIN},
        **read_twice(data, "whole-articles-2019-train"),
        **{name: Part(part.examples) for kind in LIVES for name, part in read_twice(data, kind).items()},
    }
    closed = data.jsonl("measured")
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    unseen = [*whole[::HELD_OUT], *paragraphs[::OTHERS], *articles[1::OTHERS], *in_articles.parts(data, held)]
    lives = joined(in_articles.parts(data, data.jsonl("gum-lives"))).examples
    held_out = HeldOut(joined(unseen).examples, lives, held)
    seen_never = {keyed.key_of(text) for text in held_out.sentences.texts}
    parts["older"] = in_articles.without(Part(keyed.stance_pairs(data, context=True)), (), seen_never)
    return {name: in_articles.without(part, titles, keys) for name, part in parts.items()}, held_out
