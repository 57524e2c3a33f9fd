"""The large encoder: of mpnet size, reads the sentences of a section together behind title and heading; int8 ONNX.

Takes hours on two cores: what was done is kept under the system's folder for temporary files, and gone on with.
"""

import copy
import gzip
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from analyzer.annotate.encoder import Reader, session
from analyzer.annotate.encoder.reading import OUTPUTS
from analyzer.annotate.encoder.session import batches_of_stretches, laid_out
from analyzer.annotate.stance.accurate import Accurate, Joint
from analyzer.annotate.stance.linear import Fast
from analyzer.linear import softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.trainer import Settings
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, Row, digest
from analyzer.train.encoder.joint import joint_network, tune_jointly
from analyzer.train.encoder.network import int8_onnx, smooth
from analyzer.train.encoder.parts import Part, chosen, joined, rows_of
from analyzer.train.encoder.tuning import Array, Examples, drawn
from analyzer.train.labels import keyed
from analyzer.train.labels.keyed import LETTERS
from analyzer.train.large import in_articles
from analyzer.train.large.passages import passage_part
from analyzer.train.large.third import fit_third, seen
from analyzer.train.large.together import Sentences, as_tensors, heard_by, tune_together
from analyzer.train.large.unlabelled import unlabelled
from analyzer.train.stance import accurate
from analyzer.train.stance.data import gold_examples, target_examples, target_rows
from analyzer.train.stance.figures import calibrate_each, curve_of, without_mixed
from analyzer.train.stance.silver import untuned
from analyzer.train.wording import accurate as wording
from analyzer.vocabulary import STANCES

HELD_OUT, OTHERS = 5, 4  # one whole article in so many is held out, and one paragraph and article of the dump
MEASURED = 60  # stretches on which outliers are measured
LONGEST_IN_CONTEXT = 128  # pieces of a sentence and what is read beside it, in runs that read sentences one by one
STRETCHES = ("windows", "windows-second", "stretches")  # labelled stretches of articles
UNLABELLED = "unlabelled"  # the part that nobody has labelled
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
    net, tokenizer = tuned(recipe, parts, data)
    gold = Sentences(parts["gold"])
    laid = laid_out(tokenizer, [gold.asked(stretch) for stretch in gold.stretches()[:MEASURED]])
    batches = [as_tensors(inputs) for _, inputs in batches_of_stretches(laid)]
    smooth(net, batches, recipe.estimator["smoothing"])
    stored = int8_onnx(net, tuple(batches[0].values()), session.STRETCH_INPUTS, OUTPUTS, AXES)
    return packed(stored, tokenizer.to_str(), held_out, recipe, data)


@dataclass(frozen=True)
class HeldOut:
    """What no pass has seen: sentences of whole articles, and stretches of articles with their attributions.

    ``again`` are the sentences' labels by a second reader, where there is one.
    """

    sentences: Examples
    again: Array
    articles: list[Row]


def packed(network: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the network as it is shipped; what is fitted here is of sentences held out."""
    reader = Reader(network, tokenizer, recipe.name)
    settings: Row = {key: recipe.estimator[key] for key in ("fast_share", "sure", "left")}
    settings |= {"scale": 1.0, "shift": [0.0] * len(STANCES)}
    joint, alone = Joint(settings), Joint(settings | {"fast_share": 0.0})

    def logs(examples: Examples, *, by: Joint = joint) -> Array:
        sentences = Sentences(Part(examples))
        scores = reader.read([sentences.asked(stretch) for stretch in sentences.stretches()]).stance
        return by.logs(scores, judged_before(examples) if by.share else np.ones_like(scores))

    found = np.concatenate([logs(held_out.sentences)] * 2)
    labels = np.concatenate([held_out.sentences.labels, held_out.again])
    scale, shift = calibrate_each(found.astype(np.float64), labels)
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
    third, of_third = fit_third(seen(reader, docs), Settings(**recipe.estimator["third"], seed=recipe.seed))
    settings |= {"scale": scale.tolist(), "shift": shift.tolist()}
    # Zipped, 8-bit weights lose a fifth: what comes of the zip are the same bytes.
    files = {"model.onnx.gz": gzip.compress(network, mtime=0), "tokenizer.json": tokenizer.encode()}
    return Fit(files | {"calibration.json": settings} | third, metrics | of_third, curve)


def judged_before(examples: Examples) -> Array:
    """Return what the accurate engine makes of sentences, each by itself beside its article's title."""
    nlp, small = spacy.load(DEFAULT_MODEL), Accurate()
    titles = [re.split(" - |: ", title)[0] for title in examples.titles]
    asked = zip(titles, examples.texts, strict=True)
    rows = [{"text": text, "label": "neutral", "target": {"text": title}} for title, text in asked]
    fast = target_rows(nlp, rows).probabilities(Fast().model)
    alone = accurate.scores(small.encoder, Examples(titles, examples.texts, examples.labels))
    return np.where(small.joint.unread(fast)[:, None], fast, small.joint.probabilities(alone, fast))


def tuned(recipe: Recipe, parts: dict[str, Part], data: Data) -> tuple[Any, Any]:
    """Return the network after all runs of the recipe, and its tokenizer.

    The first run is for stance alone, then all heads; ``together`` are those that read stretches. Of each part a run
    has the share that its ``shares`` name (1.5: once, and half of it again). A run that is ``taught`` learns what the
    networks after the runs of those numbers make, in the mean, of sentences without labels; one that ``begins`` with
    runs begins with the mean of their weights.
    """
    import torch

    net, tokenizer = untuned(recipe.seed)
    joint = joint_network(net)
    for module in joint.modules():
        if isinstance(module, torch.nn.Dropout) and module is not joint.dropout:
            module.p = 0.0  # a fifth faster, and no worse
    rows, numbers = rows_of(tokenizer, parts, LONGEST_IN_CONTEXT)
    library = session.tokenizer(tokenizer.backend_tokenizer.to_str(), recipe.name)
    sentences = {name: Sentences(part) for name, part in parts.items() if part.head is None}
    written, runs = digest([(recipe.folder / "recipe.toml").read_text("utf-8")])[:8], recipe.estimator["runs"]
    kept = [Path(tempfile.gettempdir()) / f"npov-{recipe.name}-{written}-{number}.pt" for number in range(len(runs))]
    for number, run in enumerate(runs):
        torch.manual_seed(recipe.seed + number)
        rng = np.random.default_rng(recipe.seed + number)
        joint.encoder.encoder.layer[: run["frozen"]].requires_grad_(False)
        if "begins" in run:
            joint.load_state_dict(_mean([kept[by - 1] for by in run["begins"]]))
        if not run.get("together"):
            sizes, shares = [len(own) for own in numbers.values()], [run["shares"].get(name, 0.0) for name in numbers]
            tune_jointly(joint, rows, [drawn(sizes, shares, rng)], recipe.estimator | run, rng, kept[number])
            continue
        if "taught" in run:
            part = nobodys(recipe, data, run["stretches"], rng)
            nets = [(_as_after(joint, kept[by - 1]), bool(runs[by - 1].get("together"))) for by in run["taught"]]
            sentences[UNLABELLED] = Sentences(part, heard_by(nets, library, part))
        tune_together(joint, library, sentences, recipe.estimator | run, rng, kept[number])
    return joint.eval(), library


def nobodys(recipe: Recipe, data: Data, count: int, rng: np.random.Generator) -> Part:
    """Return so many stretches without labels, of articles that stretches of are labelled."""
    rows = [*data.jsonl("measured"), *data.jsonl("windows-held-out"), *data.jsonl("stretches")]
    closed = frozenset(sentence["sha"] for row in rows for sentence in row["sentences"])
    return unlabelled(data, data.jsonl("windows"), closed, count, rng)


def _as_after(net: Any, kept: Path) -> Any:  # noqa: ANN401 - torch modules
    """Return a network like this one with the weights that a run has left."""
    earlier = copy.deepcopy(net)
    earlier.load_state_dict(_mean([kept]))
    return earlier


def _mean(kept: Sequence[Path]) -> dict[str, Any]:
    """Return the mean of the weights that runs have left (Izmailov et al. 2018)."""
    import torch

    states = [torch.load(one, weights_only=True)["net"] for one in kept]
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


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
        **{name: joined(in_articles.parts(data, data.jsonl(name))) for name in STRETCHES},
        **{part.head: Part(Examples(part.titles, part.texts, part.labels), None, part.head) for part in worded},
    }
    closed = data.jsonl("measured")
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    unseen = [*whole[::HELD_OUT], *paragraphs[::OTHERS], *articles[1::OTHERS], *in_articles.parts(data, held)]
    sentences = joined(unseen).examples
    second = {
        sentence["sha"]: LETTERS.index(sentence[row["readers"]])
        for row in data.jsonl("windows-held-out-second")
        for sentence in row["sentences"]
    }
    pairs = zip(sentences.texts, sentences.labels.tolist(), strict=True)
    again = np.array([second.get(keyed.key_of(text), label) for text, label in pairs])
    return {name: without(part, titles, keys) for name, part in parts.items()}, HeldOut(sentences, again, held)


def without(part: Part, titles: tuple[str, ...], keys: set[str]) -> Part:
    """Return the sentences that are neither of an article of these titles nor of these keys."""
    heads = tuple(title + mark for title in titles for mark in (" - ", ": "))
    rows = [
        i
        for i, (title, text) in enumerate(zip(part.examples.titles, part.examples.texts, strict=True))
        if keyed.key_of(text) not in keys and not (title in titles or title.startswith(heads))
    ]
    return chosen(part, rows)
