"""How sentences are worded, as a network learns and is measured on it: vague (weasel), biased, puffed.

Every sentence trains the head of its corpus alone.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.annotate.encoder import WORDING
from analyzer.issues.signals.bias import biased
from analyzer.issues.signals.puffery import PUFFED, probabilities
from analyzer.issues.signals.style import LIKELY
from analyzer.train.core.measures import binary_figures
from analyzer.train.core.recipe import Data, Row
from analyzer.train.encoder.tuning import Array
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


def training(data: Data, rng: np.random.Generator) -> list[HeadExamples]:
    """Return the sentences of each head; corpora without titles get some of the others'."""
    weasel = keyed.weasel_sentences(data)
    known = sorted(set(weasel.titles))

    def part(head: str, rows: Sequence[Row]) -> HeadExamples:
        drawn = [known[i] if i % UNTITLED else "" for i in rng.integers(len(known), size=len(rows)).tolist()]
        return HeadExamples(head, drawn, [row["text"] for row in rows], np.array([float(row["label"]) for row in rows]))

    first = HeadExamples("weasel", weasel.titles, weasel.texts, weasel.labels)
    return [first, part("biased", data.jsonl("wnc-train")), part("puffery", data.jsonl("puffery-train"))]


def scales(read: Callable[[list[str]], Array], parts: Sequence[HeadExamples]) -> dict[str, float]:
    """Return the scale of each head; ``read`` gives the scores of sentences before calibration.

    A score of .5 is the network's even chance. The scale lets as many ordinary sentences reach the threshold of a
    signal as reach it by the fast engine's score, so that the signals mean the same with both engines; the sentences
    are those of another head's corpus.
    """
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
