"""What the networks that read learn from: sentences in their articles and passages, and what is held out of them."""

from dataclasses import dataclass

import numpy as np

from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.encoder.parts import Part, chosen, joined
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels import keyed
from analyzer.train.reading import in_articles, wording
from analyzer.train.reading.passages import passage_part
from analyzer.train.stance.data import target_examples

HELD_OUT, OTHERS = 5, 4  # one whole article in so many is held out, and one paragraph and article of the dump


@dataclass(frozen=True)
class HeldOut:
    """What no pass has seen: sentences of whole articles, and stretches of articles with their attributions."""

    sentences: Examples
    articles: list[Row]


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
    }
    closed = data.jsonl("measured")
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    unseen = [*whole[::HELD_OUT], *paragraphs[::OTHERS], *articles[1::OTHERS], *in_articles.parts(data, held)]
    sentences = joined(unseen).examples
    return {name: without(part, titles, keys) for name, part in parts.items()}, HeldOut(sentences, held)


def without(part: Part, titles: tuple[str, ...], keys: set[str]) -> Part:
    """Return the sentences that are neither of an article of these titles nor of these keys."""
    heads = tuple(title + mark for title in titles for mark in (" - ", ": "))
    rows = [
        i
        for i, (title, text) in enumerate(zip(part.examples.titles, part.examples.texts, strict=True))
        if keyed.key_of(text) not in keys and not (title in titles or title.startswith(heads))
    ]
    return chosen(part, rows)
