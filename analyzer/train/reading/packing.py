"""A tuned network as it is shipped: its weights, and what is fitted on articles that it has not seen."""

import gzip
from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.annotate.encoder import Reader
from analyzer.annotate.encoder.reading import NETWORK
from analyzer.annotate.stance.accurate import Joint
from analyzer.linear import Array, softmax
from analyzer.train.attribution.trainer import Settings
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error, named_f1
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.encoder.tuning import Examples
from analyzer.train.reading import in_articles
from analyzer.train.reading.labelled import HeldOut
from analyzer.train.reading.third import fit_third, seen
from analyzer.train.stance.data import gold_examples, target_examples
from analyzer.train.stance.figures import calibrate, curve_of, without_mixed
from analyzer.vocabulary import STANCES


def packed(
    network: bytes, tokenizer: str, held_out: HeldOut, recipe: Recipe, data: Data, more: Mapping[str, Any] | None = None
) -> Fit:
    """Return weights and figures of the network; ``more`` are further settings of its calibration.

    Where the recipe has a ``prior``, stances are taken to be as frequent as it says, else as they are in what is held
    out.
    """
    reader = Reader(network, tokenizer, recipe.name)
    settings: Row = {key: recipe.estimator[key] for key in ("fast_share", "sure")}
    settings |= {"scale": 1.0, "shift": [0.0] * len(STANCES)} | dict(more or {})
    alone = Joint(settings | {"fast_share": 0.0})

    def logs(examples: Examples) -> Array:
        scores = reader.read(examples.titles, examples.texts).stance
        return alone.logs(scores, np.ones_like(scores))

    found, labels = logs(held_out.sentences), held_out.sentences.labels
    prior = np.array(recipe.estimator.get("prior") or np.bincount(labels, minlength=len(STANCES)) / len(labels))
    scale, shift = calibrate(found, labels, prior)
    dev, news = gold_examples(data.jsonl("gold-dev"), context=True), target_examples(data.jsonl("newsmtsc-dev"))
    of_gold, of_news = logs(dev), logs(news)
    curve = curve_of(softmax(found * scale + shift), labels)
    metrics = {
        "gold_dev": named_f1(dev.labels, softmax(of_gold * scale + shift).argmax(1), STANCES),
        "gold_dev_uncalibrated": named_f1(dev.labels, of_gold.argmax(1), STANCES),
        "newsmtsc_dev": named_f1(news.labels, without_mixed(softmax(of_news * scale + shift)), STANCES),
        "newsmtsc_dev_uncalibrated": named_f1(news.labels, without_mixed(softmax(of_news)), STANCES),
        "articles_held_out": {"ece": calibration_error(curve)},
    }
    docs = in_articles.articles(data, held_out.articles)
    third, of_third = fit_third(
        seen(reader, docs), Settings(**recipe.estimator["third"], seed=recipe.seed), recipe.estimator["open"]
    )
    settings |= {"scale": scale, "shift": shift.tolist()}
    # Zipped, 8-bit weights lose a fifth: what comes of the zip are the same bytes.
    files = {NETWORK: gzip.compress(network, mtime=0), "tokenizer.json": tokenizer.encode()}
    return Fit(files | {"calibration.json": settings} | third, metrics | of_third, curve)
