"""The layers of the accurate engine that tell who speaks, word by word, and the third look that weighs their tags.

They go on from what the shipped stance encoder's first layers leave, as they do at run time, so only the layers above
are tuned; torch is needed, the encoder's own weights are not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import spacy
from spacy.tokens import Doc

from analyzer import modelstore
from analyzer.annotate.attribution import tagged
from analyzer.annotate.attribution.model import load as load_attribution
from analyzer.annotate.encoder import ENCODER, Encoder, Reading
from analyzer.annotate.encoder.heads import MADE_FOR, AttributionLayers
from analyzer.annotate.encoder.reading import TAGS, WITHOUT_WORDS
from analyzer.annotate.encoder.session import LONGEST
from analyzer.annotate.sources.component import READ_TYPES
from analyzer.annotate.stance.accurate import Accurate, Together
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.examples import set_candidates, with_docs
from analyzer.train.attribution.labelled import seen, tables_of
from analyzer.train.attribution.third import Seen, fit_third, look_at
from analyzer.train.attribution.trainer import Settings
from analyzer.train.core.fit import Fit
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.encoder.joint import loss_of_tags, loss_without_words
from analyzer.train.encoder.network import base_folder, lower_states, padded, pooled, upper_layers
from analyzer.train.encoder.parts import Part, Rows, joined, rows_of, type_priors
from analyzer.train.encoder.tuning import Array, descend, drawn
from analyzer.train.labels import in_articles, keyed
from analyzer.train.stance.passages import passage_part

HELD_OUT = ("windows-held-out", "whole-articles-2019", "whole-articles-dump")
CLOSED = (*HELD_OUT, "measured", "measured-2019")
OF_ARTICLES = ("whole-articles", "windows", "windows-second", "stretches", "doubtful")

MEASURED = 320  # sentences on which outliers are measured


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned layers and the third look, with its figures on text that the layers have not seen."""
    from analyzer.train.encoder import alone

    encoder = Encoder.load(wording=False)
    parts = training(data)
    net = tune(parts, encoder, recipe.estimator, recipe.seed)
    gold = parts["gold"].examples
    states = lower_states(encoder, gold.titles[:MEASURED], gold.texts[:MEASURED])
    stored = alone.tagging(net, states, recipe.estimator["smoothing"])
    found = packed(stored, encoder, recipe, data)
    types = {"priors": type_priors(parts, recipe.estimator["shares"]), "share": recipe.estimator["types_share"]}
    return replace(found, artifacts={**found.artifacts, READ_TYPES: types})


def packed(stored: bytes, encoder: Encoder, recipe: Recipe, data: Data) -> Fit:
    """Return weights and figures of the layers as they are shipped, with the look that weighs their tags."""
    encoder.tagger = AttributionLayers(stored)
    engine = Accurate()
    engine.encoder = encoder

    def read(doc: Doc) -> Reading:
        return Together(doc, engine)

    articles = in_articles.articles(data, [row for name in HELD_OUT for row in data.jsonl(name)])
    rows = [*seen(read, articles), *_of_paragraphs(data, read)]
    settings = Settings(**recipe.estimator["third"], seed=recipe.seed)
    looks, tables, metrics = fit_third(rows, settings, load_attribution().thresholds)
    tables["share"] = recipe.estimator["share"]
    digest = modelstore.load(ENCODER).files["model.onnx"].sha256
    files = {"model.onnx": stored, MADE_FOR: {"encoder": digest}, tagged.WEIGHTS: looks, tagged.TABLES: tables}
    return Fit(files, {"held_out": metrics}, ())


def _of_paragraphs(data: Data, read: Callable[[Doc], Reading]) -> Iterator[Seen]:
    """Yield the labelled paragraphs, most of them on what has a name, as the layers read them."""
    model = load_attribution()
    made = tables_of(model)
    for example, doc in with_docs(spacy.load(DEFAULT_MODEL), keyed.passages(data, "own-paragraphs")):
        set_candidates([example], made)
        yield look_at(example, model.probabilities(example.tokens, example.candidates, example.title), read(doc))


def training(data: Data) -> dict[str, Part]:
    """Return sentences with their attributions, beside their articles' titles alone, as the encoder reads them.

    None is of what is held out or measured.
    """
    parts = {
        "gold": passage_part(data.passages("gold-train"), context=False),
        "passages": passage_part(keyed.passages(data), context=False),
        "own": passage_part(data.jsonl("own-labels"), context=False),
        **{name: joined(in_articles.parts(data, data.jsonl(name), context=False)) for name in OF_ARTICLES},
    }
    closed = [row for name in CLOSED for row in data.jsonl(name)]
    titles = tuple(row["title"] for row in closed)
    keys = {sentence["sha"] for row in closed for sentence in row["sentences"]}
    keys |= set(map(keyed.key_of, passage_part(keyed.passages(data, "own-paragraphs")).examples.texts))
    return {name: in_articles.without(part, titles, keys) for name, part in parts.items()}


def tune(parts: Mapping[str, Part], encoder: Encoder, settings: Row, seed: int) -> Any:  # noqa: ANN401 - a torch module
    """Return the layers after the recipe's passes, each over the ``shares`` of the parts, drawn anew."""
    import torch
    from transformers import AutoTokenizer

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows, numbers = rows_of(AutoTokenizer.from_pretrained(base_folder()), parts, LONGEST)
    examples = (part.examples for part in parts.values())
    states = [state for own in examples for state in lower_states(encoder, own.titles, own.texts)]
    sizes, shares = [len(own) for own in numbers.values()], [settings["shares"][name] for name in numbers]
    net = tagging(settings["layers"])

    def loss_of(chosen: Array) -> Any:  # noqa: ANN401 - a tensor
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tags, without = (scores.float() for scores in net(*padded([states[i] for i in chosen])))
        return _loss(rows, chosen, tags, without, settings["weights"]) / len(chosen)

    passes = [drawn(sizes, shares, rng) for _ in range(settings["passes"])]
    descend(net, np.array([len(state) for state in states]), passes, settings, rng, loss_of)
    return net.eval()


def _loss(rows: Rows, chosen: Array, tags: Any, without: Any, share: Row) -> Any:  # noqa: ANN401 - tensors
    of_tags = share["tags"] * loss_of_tags(rows, chosen, tags)
    return of_tags + share["without"] * loss_without_words(rows, chosen, without)


def tagging(count: int) -> Any:  # noqa: ANN401 - a torch module
    """Return the last ``count`` layers of the untuned encoder with heads for tags, and for what has no words."""
    import torch

    class Tagging(torch.nn.Module):  # type: ignore[misc]
        """States and attention mask in, tags and cue (a row a piece) and :data:`WITHOUT_WORDS` (a row a text) out."""

        def __init__(self) -> None:
            super().__init__()
            self.layers, width = upper_layers(count)
            self.dropout = torch.nn.Dropout(0.1)
            self.tags = torch.nn.Linear(width, len(TAGS) + 1)
            self.sentence = torch.nn.Linear(width, len(WITHOUT_WORDS))
            with torch.no_grad():  # most pieces are of nothing, most sentences have no source: begin there
                self.tags.bias[0], self.tags.bias[-1] = 4.0, -4.0
                self.sentence.bias.fill_(-3.0)

        def forward(self, states: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            states = self.layers(states, attention_mask)
            return self.tags(self.dropout(states)), self.sentence(self.dropout(pooled(states, attention_mask)))

    return Tagging()
