"""Sentences of whole articles that no reader has labelled: those in whose stretches most judges and speaks."""

import re
from collections.abc import Sequence

import numpy as np

from analyzer.annotate.encoder.context import contexts, sections, together
from analyzer.annotate.tokens import tokens_of
from analyzer.lexicons import load_table
from analyzer.train.core.recipe import Data, Row
from analyzer.train.encoder.parts import Part
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels.keyed import key_of
from analyzer.train.large import in_articles
from analyzer.vocabulary import STANCES

_CUE = 0.7  # what a cue counts beside a word that takes a side
_RICHEST = 0.2  # the share of stretches that two thirds of those drawn are of
_LEAST = 3  # sentences of a stretch
_WORD = re.compile(r"[a-z]+")


def unlabelled(
    data: Data, labelled: Sequence[Row], closed: frozenset[str], count: int, rng: np.random.Generator
) -> Part:
    """Return so many stretches of the articles without a labelled sentence and without one of a ``closed`` key."""
    found: list[tuple[float, list[str], list[str]]] = []
    for row, doc in in_articles.articles(data, labelled):
        known = closed | {sentence["sha"] for sentence in row["sentences"]}
        beside, texts = contexts(doc), [sentence.text.strip() for sentence in doc.sents]
        for stretch in together(sections(doc), [end - start for start, end in tokens_of(doc).bounds]):
            own = [texts[number] for number in stretch]
            if len(own) >= _LEAST and known.isdisjoint(map(key_of, own)):
                found.append((_richness(own), [beside[number] for number in stretch], own))
    order = np.argsort([-richness for richness, _, _ in found], kind="stable")
    top = order[: round(_RICHEST * len(order))]
    rich = rng.permutation(top)[: round(count * 2 / 3)]
    chosen = [found[i] for i in [*rich, *rng.permutation(order[len(top) :])[: count - len(rich)]]]
    titles, sentences = ([text for one in chosen for text in one[column]] for column in (1, 2))
    return Part(Examples(titles, sentences, np.full(len(sentences), STANCES.index("neutral"))))


def _richness(texts: Sequence[str]) -> float:
    sides = {row["term"].lower() for row in load_table("stance_words")}
    cues = {row["term"].lower() for row in load_table("cues")}
    words = [word for text in texts for word in _WORD.findall(text.lower())]
    return sum((word in sides) + _CUE * (word in cues) for word in words) / len(texts)
