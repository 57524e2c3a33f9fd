"""The wording layers of the accurate engine, tuned on sentences: vague (weasel), biased, puffed.

They go on from what the shipped stance encoder's first layers leave, as they do at run time, so only the layers above
are tuned; torch is needed, the encoder's own weights are not. Every sentence trains the head of its corpus alone; what
several such networks say in the mean, of sentences of articles without labels, too, is what the shipped one learns
(Hinton, Vinyals and Dean 2015).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

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
from analyzer.train.encoder.parts import joined
from analyzer.train.encoder.tuning import SMOOTHING, Array, Examples, descend
from analyzer.train.evaluate.wording import SentenceTask, sentence_scores
from analyzer.train.labels import in_articles, keyed

UNTITLED = 4  # one in so many sentences of corpora without titles stands without any
THRESHOLDS = {"weasel": LIKELY, "biased": LIKELY, "puffery": PUFFED}


@dataclass(frozen=True)
class HeadExamples:
    """Sentences that train one head: their articles' titles, and how far each is what the head looks for (0 to 1).

    Those of one of ``apart`` are held out together: the sentences of an article, or the two of a pair.
    """

    head: str
    titles: list[str]
    texts: list[str]
    labels: Array
    apart: list[str]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the tuned layers with their figures on the dev sets; the stance encoder must be there."""
    encoder = Encoder.load(wording=False)
    parts = training(data, np.random.default_rng(recipe.seed))
    net = taught(parts, unlabelled(data), encoder, recipe.estimator, recipe.seed)
    stored = eased(int8_onnx(net, padded([np.zeros((9, 384))] * 2), LAYER_INPUTS, ("scores",)))
    return packed(stored, encoder, parts, data)


def training(data: Data, rng: np.random.Generator) -> list[HeadExamples]:
    """Return the sentences of each head; corpora without titles get some of the others'."""
    weasel = keyed.weasel_sentences(data)
    known = sorted(set(weasel.titles))

    def part(head: str, rows: Sequence[Row]) -> HeadExamples:
        drawn = [known[i] if i % UNTITLED else "" for i in rng.integers(len(known), size=len(rows)).tolist()]
        labels = np.array([float(row["label"]) for row in rows])
        apart = [row["pair"] if head == "biased" else row["id"] for row in rows]
        return HeadExamples(head, drawn, [row["text"] for row in rows], labels, apart)

    first = HeadExamples("weasel", weasel.titles, weasel.texts, weasel.labels, weasel.titles)
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


def unlabelled(data: Data) -> Examples:
    """Return sentences of real articles, each beside its title."""
    return joined(in_articles.parts(data, data.jsonl("windows"), context=False)).examples


def taught(
    parts: Sequence[HeadExamples], others: Examples, encoder: Encoder, settings: Row, seed: int
) -> Any:  # noqa: ANN401 - a torch module
    """Return the layers that have learnt what networks tuned without a fold each say in the mean, and the labels.

    The heads of ``settings["apart"]`` learn from the sentences of their own corpus alone.
    """
    texts = [text for part in parts for text in part.texts] + others.texts
    titles = [title for part in parts for title in part.titles] + others.titles
    states = lower_states(encoder, titles, texts)
    targets, weights = _labels(parts, len(texts))
    labelled = np.flatnonzero(weights.any(axis=1))
    heads = weights[labelled].argmax(axis=1)
    folds = np.concatenate([_folds(part.apart, settings["folds"]) for part in parts])
    said = np.empty((settings["folds"], *targets.shape), dtype=np.float32)
    for fold in range(settings["folds"]):
        rows = labelled[folds != fold]
        net = tune([states[i] for i in rows], targets[rows], weights[rows], settings, seed + fold)
        said[fold] = scores(net, states)
    mean = said.mean(axis=0)
    mean[labelled, heads] = said[folds, labelled, heads]  # what has not seen the label says
    soft = _calibrated(mean, targets, weights, texts)
    share = settings["labels"]
    soft[labelled, heads] = share * targets[labelled, heads] + (1 - share) * soft[labelled, heads]
    counted = np.ones_like(soft)
    for name in settings["apart"]:
        counted[:, WORDING.index(name)] = weights[:, WORDING.index(name)] > 0
    return tune(states, soft, counted, settings, seed)


def _labels(parts: Sequence[HeadExamples], count: int) -> tuple[Array, Array]:
    """Return targets and their weights, a row for each of so many texts, those of the parts first, a column a head."""
    targets, weights = np.zeros((count, len(WORDING))), np.zeros((count, len(WORDING)))
    first = 0
    for part in parts:
        rows, head = np.arange(first, first + len(part.texts)), WORDING.index(part.head)
        targets[rows, head] = part.labels * (1 - SMOOTHING) + SMOOTHING / 2
        weights[rows, head] = _balanced(part.labels)
        first += len(rows)
    return targets, weights


def _calibrated(mean: Array, targets: Array, weights: Array, texts: list[str]) -> Array:
    """Return what networks say of texts, between 0 and 1, of weasel words with the fast engine's score beside it.

    Its scores of the other kinds have been fitted to the labels that this is fitted to.
    """
    found = np.zeros(mean.shape)
    (vague,) = sentence_scores(texts, [SentenceTask("", "", score="weasel")])
    for head, name in enumerate(WORDING):
        beside = [logit(np.clip(vague, 0.01, 0.99))] if name == "weasel" else []
        figures, rows = np.column_stack([mean[:, head], *beside]), np.flatnonzero(weights[:, head])
        target, weight = targets[rows, head], weights[rows, head]
        both = np.concatenate([weight * (1 - target), weight * target])
        sides = np.repeat([0, 1], len(rows))
        model = LogisticRegression(C=10.0).fit(np.concatenate([figures[rows]] * 2), sides, sample_weight=both)
        found[:, head] = model.predict_proba(figures)[:, 1]
    return found


def _folds(apart: Sequence[str], folds: int) -> Array:
    """Return the fold of each row; those of one name share theirs."""
    numbers = {name: number % folds for number, name in enumerate(dict.fromkeys(apart))}
    return np.array([numbers[name] for name in apart])


def tune(  # noqa: PLR0913 - what is learnt, and how
    states: Sequence[Array], targets: Array, weights: Array, settings: Row, seed: int, pairs: Mapping[int, int] | None = None
) -> Any:  # noqa: ANN401 - a torch module
    """Return the layers after the recipe's passes, with a learning rate that rises and falls.

    ``targets`` (0 to 1) and ``weights`` have a row a text and a column a head. ``pairs`` are rows of biased sentences
    with those of what editors made of them, which are to score less: a pair has all its other words in common.
    """
    import torch

    torch.manual_seed(seed)
    net, others, biased = layers(settings["layers"]), pairs or {}, WORDING.index("biased")

    def loss_of(rows: Array) -> Any:  # noqa: ANN401 - a tensor
        first = [i for i, row in enumerate(rows.tolist()) if row in others]
        edited = [others[row] for row in rows.tolist() if row in others]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = net(*padded([states[i] for i in (*rows.tolist(), *edited)])).float()
        losses = torch.nn.functional.binary_cross_entropy_with_logits(
            found[: len(rows)],
            torch.tensor(targets[rows]).float(),
            torch.tensor(weights[rows]).float(),
            reduction="sum",
        )
        less = found[len(rows) :, biased] - found[first, biased]
        return (losses + torch.nn.functional.softplus(less).sum()) / len(rows)

    lengths = np.array([len(state) for state in states])
    descend(net, lengths, [np.arange(len(states))] * settings["passes"], settings, np.random.default_rng(seed), loss_of)
    return net.eval()


def scores(net: Any, states: Sequence[Array], size: int = 64) -> Array:  # noqa: ANN401 - a torch module
    """Return what tuned layers say of texts by their states, a column a head."""
    import torch

    found = np.zeros((len(states), len(WORDING)), dtype=np.float32)
    order = np.argsort([len(state) for state in states], kind="stable")
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            found[rows] = net(*padded([states[i] for i in rows])).float().numpy()
    return found


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
