"""Wording of single sentences: weasel words, hedges, bias and puffery, by the words to watch that the analyzer marks.

A sentence's score is n / (n + 1) for n findings of the kinds that its corpus is about: one makes it positive. For
puffery it is the probability that the promotion scores use.
Corpora are never pooled: what counts as bias differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.issues import puffery
from analyzer.records import Annotated
from analyzer.train import baselines
from analyzer.train.datasets import dev_rows, train_rows
from analyzer.train.measures import Figures, Measured, binary_figures, bootstrap, grouped, over_groups, pick

Row = dict[str, Any]
_EVALUATIVE = ("peacock", "promotional", "loaded", "editorializing")
CHIEF = ("macro_f1", "f1", "precision", "recall", "auroc", "average_precision", "pairs_right")


@dataclass(frozen=True)
class Task:
    """Which marks speak for the positive class; ``unnamed``: unnamed sources do too; ``key`` names a document."""

    name: str
    kinds: tuple[str, ...]
    unnamed: bool = False
    key: str = "id"
    note: str = ""


TASKS = (
    Task("weasel", ("weasel", "hedge"), unnamed=True, key="doc", note="Evaluation only: never trained on."),
    Task("szeged", ("hedge", "weasel"), key="doc", note="Evaluation only: never trained on."),
    Task("hube-cw-hard", (*_EVALUATIVE, "weasel"), note="Against neutral statements that a crowd judged (cw-hard)."),
    Task("puffery", ("peacock", "promotional"), note="By the classifier of puffed sentences (models/wording)."),
    Task("wnc", (*_EVALUATIVE, "weasel"), key="pair", note="Sentences before and after an edit, lower-cased."),
)


def measure(root: Path) -> list[Measured]:
    """Return the figures on each corpus of sentences."""
    return [_measure(root, task) for task in TASKS]


def findings(annotated: Annotated, task: Task) -> int:
    """Return how many findings of the task's kinds the annotations of a sentence hold."""
    count = sum(mark.kind in task.kinds and not mark.quoted for mark in annotated.marks)
    return count + (sum(found.source.type == "unnamed" for found in annotated.attributions) if task.unnamed else 0)


def sentence_scores(texts: Sequence[str], task: Task) -> list[float]:
    """Return the score of each sentence, each read alone and without a title."""
    if task.name == "puffery":
        return puffery.probabilities(texts)
    from analyzer.pipeline import load_pipeline
    from analyzer.read import read

    articles = (
        read(text.encode("utf-8"), title="", format="plaintext", id=str(number)) for number, text in enumerate(texts)
    )
    counts = (findings(annotated, task) for annotated in load_pipeline().annotate(articles))
    return [count / (count + 1) for count in counts]


def _rows(root: Path, task: Task, *, train: bool = False) -> list[Row]:
    """Return the corpus's rows; of Hube & Fetahu the biased ones and those of the hard neutral set."""
    rows = train_rows(root, task.name) if train else dev_rows(root, task.name)
    return [row for row in rows if row["label"] or row.get("neutral_set") in (None, "cw-hard")]


def _measure(root: Path, task: Task) -> Measured:
    """Return the figures on one corpus."""
    rows = _rows(root, task)
    gold = [int(row["label"]) for row in rows]
    texts = [row["text"] for row in rows]
    scores = sentence_scores(texts, task)
    training = _rows(root, task, train=True)
    model = baselines.tfidf([row["text"] for row in training], [int(row["label"]) for row in training], characters=True)
    learnt = baselines.positive_probability(model, texts)
    polar = [float(good + bad > 0) for good, bad in baselines.polarity(root, texts)]
    groups = grouped([str(row.get(task.key) or row["id"]) for row in rows])

    def figures(values: Sequence[float], positions: Sequence[int]) -> Figures:
        drawn = binary_figures(pick(gold, positions), pick(values, positions))
        return drawn | _pairs(pick(rows, positions), pick(values, positions)) if drawn else {}

    def ours(positions: Sequence[int]) -> Mapping[str, float]:
        return figures(scores, positions)

    everything = range(len(rows))
    return Measured(
        f"wording.{task.name}",
        len(groups),
        figures(scores, everything),
        CHIEF,
        bootstrap(len(groups), over_groups(groups, ours)),
        {
            "all positive": figures([1.0] * len(rows), everything),
            "lexicon": figures(polar, everything),
            "tf-idf": figures(learnt, everything),
        },
        notes=(task.note,) if task.note else (),
    )


def _pairs(rows: Sequence[Row], scores: Sequence[float]) -> Figures:
    """Return the share of edited pairs whose earlier sentence scores higher; a tie is half right."""
    pairs: dict[str, dict[int, float]] = {}
    for row, score in zip(rows, scores, strict=True):
        if "pair" in row:
            pairs.setdefault(row["pair"], {})[row["label"]] = score
    whole = [pair for pair in pairs.values() if len(pair) == 2]
    if not whole:
        return {}
    return {"pairs_right": sum(0.5 * ((p[1] > p[0]) + (p[1] >= p[0])) for p in whole) / len(whole)}
