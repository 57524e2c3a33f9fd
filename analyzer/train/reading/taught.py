"""Sentences of articles that nobody has labelled, and what the large network says of them: the small one's lessons."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analyzer.annotate import documents
from analyzer.annotate.encoder import Reader
from analyzer.annotate.encoder.context import contexts
from analyzer.annotate.sentences import sentence_rows
from analyzer.annotate.store import get
from analyzer.linear import softmax
from analyzer.pipeline import load_pipeline
from analyzer.readers import read
from analyzer.records import Article
from analyzer.train.core.recipe import Data, Row
from analyzer.train.encoder.parts import Part
from analyzer.train.encoder.tuning import Examples
from analyzer.train.evaluate.banners import article_of
from analyzer.train.labels.keyed import key_of

SHORTEST, LONGEST = 26, 600  # characters of a sentence
SIDED = 0.8  # to the fast model less neutral than this


def taught(part: Part, reader: Reader, share: float) -> Part:
    """Return a part with what the teacher says; of its stances ``share`` is the teacher's word, the rest the labels."""
    examples = part.examples
    said = reader.read(examples.titles, examples.texts)
    soft = share * softmax(said.stance) + (1 - share) * examples.targets()
    return replace(part, examples=replace(examples, soft=soft.astype(np.float32)), taught=said)


def unlabelled(data: Data, settings: Row, labelled: set[str], titles: set[str], seed: int) -> Part:
    """Return sentences of articles in their context: those that may have a stance or a source, and some others.

    Articles of these ``titles`` are left out, and sentences whose key is among ``labelled``.
    """
    rng = np.random.default_rng(seed)
    pipeline = load_pipeline(engine="fast")
    beside, texts, known = [], [], set(labelled)
    for _, doc, _ in documents(pipeline.nlp, _articles(data, titles, settings["articles"])):
        for component in pipeline.components:
            doc = component(doc)
        speaking = {row["sentence"] for row in get(doc, "attributions")}
        rows = zip(doc.sents, contexts(doc), sentence_rows(doc), strict=True)
        for number, (span, context, row) in enumerate(rows):
            text = " ".join(span.text.split())
            wanted = row["probabilities"]["neutral"] < SIDED or number in speaking
            if not SHORTEST <= len(text) < LONGEST or key_of(text) in known:
                continue
            if wanted or rng.random() < settings["plain"]:
                known.add(key_of(text))
                beside.append(context)
                texts.append(text)
    order = rng.permutation(len(texts))[: settings["most"]].tolist()
    chosen = Examples([beside[i] for i in order], [texts[i] for i in order], np.zeros(len(order), dtype=np.int64))
    return Part(chosen)


def _articles(data: Data, titles: set[str], most: int) -> Iterator[Article]:
    """Yield that many articles, first those whose issues were judged, then those with banners."""
    left = most
    for source in ("gold-articles", "banners"):
        for row in data.jsonl(source):
            if row["title"] in titles or not left:
                continue
            left -= 1
            yield article_of(row) if source == "banners" else read(row["wikitext"], title=row["title"])
