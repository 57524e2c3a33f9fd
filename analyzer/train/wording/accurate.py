"""The wording layers of the accurate engine, tuned on sentences: vague (weasel), biased, puffed.

They go on from what the shipped stance encoder's first layers leave, as they do at run time, so only the layers above
are tuned; torch is needed, the encoder's own weights are not. Every sentence trains the head of its corpus alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer import modelstore
from analyzer.annotate.encoder import ENCODER, WORDING, Encoder, calibrated
from analyzer.annotate.encoder.heads import LAYER_INPUTS, WordingLayers
from analyzer.issues.signals.bias import biased
from analyzer.issues.signals.puffery import PUFFED, probabilities
from analyzer.issues.signals.style import LIKELY
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import binary_figures
from analyzer.train.core.recipe import Data, Recipe, Row
from analyzer.train.encoder.masks import eased
from analyzer.train.encoder.network import int8_onnx, lower_states, padded, pooled, upper_layers
from analyzer.train.encoder.tuning import SMOOTHING, Array, descend
from analyzer.train.evaluate.wording import SentenceTask, sentence_scores
from analyzer.train.labels import keyed

UNTITLED = 4  # one in so many sentences of corpora without titles stands without any
THRESHOLDS = {"weasel": LIKELY, "biased": LIKELY, "puffery": PUFFED}


@dataclass(frozen=True)
class HeadExamples:
    """Sentences that train one head: their articles' titles, and how far each is what the head looks for (0 to 1)."""

    head: str
    titles: list[str]
    texts: list[str]
    labels: Array


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned layers with their figures on the dev sets; the stance encoder must be there."""
    encoder = Encoder.load(wording=False)
    parts = training(data, np.random.default_rng(recipe.seed))
    net = tune(parts, encoder, recipe.estimator, recipe.seed)
    stored = eased(int8_onnx(net, padded([np.zeros((9, 384))] * 2), LAYER_INPUTS, ("scores",)))
    return packed(stored, encoder, parts, data)


def training(data: Data, rng: np.random.Generator) -> list[HeadExamples]:
    """Return the sentences of each head; corpora without titles get some of the others'."""
    weasel = keyed.weasel_sentences(data)
    known = sorted(set(weasel.titles))

    def part(head: str, rows: Sequence[Row]) -> HeadExamples:
        drawn = [known[i] if i % UNTITLED else "" for i in rng.integers(len(known), size=len(rows)).tolist()]
        return HeadExamples(head, drawn, [row["text"] for row in rows], np.array([float(row["label"]) for row in rows]))

    first = HeadExamples("weasel", weasel.titles, weasel.texts, weasel.labels)
    return [first, part("biased", data.jsonl("wnc-train")), part("puffery", data.jsonl("puffery-train"))]


def packed(stored: bytes, encoder: Encoder, parts: Sequence[HeadExamples], data: Data) -> Fit:
    """Return weights and figures of the layers as they are shipped.

    A score of .5 is the network's even chance. The scale lets as many ordinary sentences reach the threshold of a
    signal as reach it by the fast engine's score, so that the signals mean the same with both engines; the sentences
    are those of another head's corpus.
    """
    digest = modelstore.load(ENCODER).files["model.onnx"].sha256
    settings: Row = {"encoder": digest, "scale": dict.fromkeys(WORDING, 1.0), "shift": dict.fromkeys(WORDING, 0.0)}
    layers = WordingLayers(stored, settings)
    settings["scale"] = scales(lambda texts: _read(layers, encoder, texts), parts)
    shipped = WordingLayers(stored, settings)
    metrics = figures(lambda texts: calibrated(_read(shipped, encoder, texts), settings), data)
    return Fit({"model.onnx": stored, "calibration.json": settings}, metrics | {"scale": settings["scale"]}, ())


def scales(read: Callable[[list[str]], Array], parts: Sequence[HeadExamples]) -> dict[str, float]:
    """Return the scale of each head; ``read`` gives the scores of sentences before calibration."""
    ordinary = {part.head: part.texts for part in parts}
    (vague,) = sentence_scores(ordinary["puffery"], [SentenceTask("", "", score="weasel")])
    return {
        head: _scale(read(texts)[:, WORDING.index(head)], np.array(fast), THRESHOLDS[head])
        for head, texts, fast in (
            ("weasel", ordinary["puffery"], vague),
            ("biased", ordinary["weasel"], biased(ordinary["weasel"])),
            ("puffery", ordinary["weasel"], probabilities(ordinary["weasel"])),
        )
    }


def figures(read: Callable[[list[str]], Array], data: Data) -> Row:
    """Return the figures of each head on its dev set; ``read`` gives the scores of sentences between 0 and 1."""
    metrics: Row = {}
    for head, name in (("weasel", "weasel-dev"), ("biased", "wnc-dev"), ("puffery", "puffery-dev")):
        rows = data.jsonl(name)
        scores = read([row["text"] for row in rows])[:, WORDING.index(head)]
        metrics[name.replace("-", "_")] = binary_figures([int(row["label"]) for row in rows], scores.tolist())
    return metrics


def _scale(found: Array, fast: Array, threshold: float) -> float:
    """Return the scale by which as large a share of the scores reaches the threshold as of the fast engine's."""
    at = float(np.quantile(found, 1 - (fast >= threshold).mean()))
    return round(math.log(threshold / (1 - threshold)) / at, 3) if at > 0 else 1.0


def _read(layers: WordingLayers, encoder: Encoder, texts: list[str]) -> Array:
    """Return the scores of sentences without a title."""
    found = np.zeros((len(texts), len(WORDING)), dtype=np.float32)
    for i, (_, states) in enumerate(encoder.states("", texts)):
        found[i] = layers.scores(states[None], np.ones((1, len(states)), dtype=np.int64))[0]
    return found


def tune(parts: Sequence[HeadExamples], encoder: Encoder, settings: Row, seed: int) -> Any:  # noqa: ANN401 - a torch module
    """Return the layers after the recipe's passes over all sentences, with a learning rate that rises and falls."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    states = [state for part in parts for state in lower_states(encoder, part.titles, part.texts)]
    heads = np.concatenate([np.full(len(part.texts), WORDING.index(part.head)) for part in parts])
    targets = np.concatenate([part.labels for part in parts]) * (1 - SMOOTHING) + SMOOTHING / 2
    weights = np.concatenate([_balanced(part.labels) for part in parts])
    lengths = np.array([len(state) for state in states])
    net = layers(settings["layers"])

    def loss_of(rows: Array) -> Any:  # noqa: ANN401 - a tensor
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(*padded([states[i] for i in rows]))
        return torch.nn.functional.binary_cross_entropy_with_logits(
            scores.float()[torch.arange(len(rows)), torch.tensor(heads[rows])],
            torch.tensor(targets[rows]).float(),
            torch.tensor(weights[rows]).float(),
        )

    descend(net, lengths, [np.arange(len(states))] * settings["passes"], settings, rng, loss_of)
    return net.eval()


def _balanced(labels: Array) -> Array:
    """Return weights by which both sides of a head count the same."""
    share = labels.mean()
    weights: Array = labels * (0.5 / share) + (1 - labels) * (0.5 / (1 - share))
    return weights


def layers(count: int) -> Any:  # noqa: ANN401 - a torch module
    """Return the last ``count`` layers of the untuned encoder with mean pooling and a score for each head."""
    import torch

    class Layers(torch.nn.Module):  # type: ignore[misc]
        """Scores of the heads for a batch of states and its attention mask."""

        def __init__(self) -> None:
            super().__init__()
            self.layers, width = upper_layers(count)
            self.dropout = torch.nn.Dropout(0.1)
            self.scores = torch.nn.Linear(width, len(WORDING))

        def forward(self, states: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            return self.scores(self.dropout(pooled(self.layers(states, attention_mask), attention_mask)))

    return Layers()
