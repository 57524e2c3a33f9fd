"""Wording of single sentences: weasel words, hedges, bias and puffery, by marks and by scores of the whole sentence.

By marks, a sentence's score is n / (n + 1) for n findings of the kinds that its corpus is about: one makes it positive.
Sets with a ``judge`` take the score that the product gives the sentence: ``Sentence.wording`` for hedges and weasel
wording, the modules ``puffery`` and ``bias`` of ``issues.signals`` for the others; those named "-accurate" what
the accurate engine's layers for wording make of it, and that score where the engine does not read.
Corpora are never pooled: what counts as bias differs between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from analyzer.issues.signals import bias as tendency
from analyzer.issues.signals import puffery
from analyzer.records import Annotated
from analyzer.train.core.datasets import dev_rows, train_rows
from analyzer.train.core.measures import Figures, Measured, binary_figures, bootstrap, grouped, over_groups, pick
from analyzer.train.evaluate import baselines
from analyzer.vocabulary import StanceEngine

Row = dict[str, Any]
_EVALUATIVE = ("peacock", "promotional", "loaded", "editorializing")
CHIEF = ("macro_f1", "f1", "precision", "recall", "auroc", "average_precision", "pairs_right")


@dataclass(frozen=True)
class Task:
    """Which marks speak for the positive class; ``unnamed``: unnamed sources do too; ``key`` names a document.

    ``judge`` names the sentence's own score, which then stands in place of the marks; ``corpus``: the name by default.
    """

    name: str
    kinds: tuple[str, ...] = ()
    unnamed: bool = False
    key: str = "id"
    note: str = ""
    judge: str = ""
    corpus: str = ""
    engine: StanceEngine = "fast"

    @property
    def data(self) -> str:
        """The corpus's name."""
        return self.corpus or self.name


_UNTRAINED = (
    "No weights are fitted on it; strengths of cues and the threshold of blame were set by hand after a look at train."
)
_LAYERS = "By the accurate engine's layers for wording (models/wording-accurate)."
TASKS = (
    Task("weasel", ("weasel", "hedge"), unnamed=True, key="doc", note=_UNTRAINED),
    Task("weasel-sentences", key="doc", note=_UNTRAINED, judge="weasel", corpus="weasel"),
    Task("szeged", ("hedge", "weasel"), key="doc", note=_UNTRAINED),
    Task("szeged-sentences", key="doc", note=_UNTRAINED, judge="hedge", corpus="szeged"),
    Task("hube-cw-hard", (*_EVALUATIVE, "weasel"), note="Against neutral statements that a crowd judged (cw-hard)."),
    Task("hube-sentences", note=_UNTRAINED, judge="charged", corpus="hube-cw-hard"),
    Task("puffery", note="By the classifier of puffed sentences (models/wording).", judge="puffery"),
    Task("wnc", (*_EVALUATIVE, "weasel"), key="pair", note="Sentences before and after an edit, lower-cased."),
    Task("wnc-sentences", key="pair", note="By the classifier of biased wording.", judge="biased", corpus="wnc"),
    Task("weasel-accurate", key="doc", note=_LAYERS, judge="weasel", corpus="weasel", engine="accurate"),
    Task("puffery-accurate", note=_LAYERS, judge="puffery", corpus="puffery", engine="accurate"),
    Task("wnc-accurate", key="pair", note=_LAYERS, judge="biased", corpus="wnc", engine="accurate"),
)
_BY_TEXT = {"puffery": puffery.probabilities, "biased": tendency.biased, "charged": tendency.charged}


def measure(root: Path) -> list[Measured]:
    """Return the figures on each corpus of sentences."""
    return [_measure(root, task) for task in TASKS]


def findings(annotated: Annotated, task: Task) -> int:
    """Return how many findings of the task's kinds the annotations of a sentence hold."""
    count = sum(mark.kind in task.kinds and not mark.quoted for mark in annotated.marks)
    return count + (sum(found.source.type == "unnamed" for found in annotated.attributions) if task.unnamed else 0)


def sentence_scores(texts: Sequence[str], task: Task) -> list[float]:
    """Return the score of each sentence, each read alone and without a title."""
    by_words = _BY_TEXT[task.judge](texts) if task.judge in _BY_TEXT else [0.0] * len(texts)
    if task.judge in _BY_TEXT and task.engine == "fast":
        return by_words
    read = _annotated(tuple(texts), task.engine)
    if task.judge:
        return [_strongest(one, task.judge, words) for one, words in zip(read, by_words, strict=True)]
    counts = (findings(one, task) for one in read)
    return [count / (count + 1) for count in counts]


def _strongest(annotated: Annotated, kind: str, otherwise: float) -> float:
    """Return the highest score of a kind among the sentences, ``otherwise`` where none has one."""
    return max((s.wording[kind] for s in annotated.sentences if kind in s.wording), default=otherwise)


@lru_cache(maxsize=1)
def _annotated(texts: tuple[str, ...], engine: StanceEngine) -> list[Annotated]:
    """Return the sentences as the pipeline annotates them; the last corpus is kept, since two sets share it."""
    from analyzer.pipeline import load_pipeline
    from analyzer.readers import read

    articles = (
        read(text.encode("utf-8"), title="", format="plaintext", id=str(number)) for number, text in enumerate(texts)
    )
    return list(load_pipeline(stance=engine).annotate(articles))


@lru_cache(maxsize=1)
def _learnt(root: Path, corpus: str, texts: tuple[str, ...]) -> list[float]:
    """Return what a TF-IDF classifier makes of the sentences after training on the corpus."""
    training = _rows(root, corpus, train=True)
    model = baselines.tfidf([row["text"] for row in training], [int(row["label"]) for row in training], characters=True)
    return list(baselines.positive_probability(model, texts))


def _rows(root: Path, corpus: str, *, train: bool = False) -> list[Row]:
    """Return the corpus's rows; of Hube & Fetahu the biased ones and those of the hard neutral set."""
    rows = train_rows(root, corpus) if train else dev_rows(root, corpus)
    return [row for row in rows if row["label"] or row.get("neutral_set") in (None, "cw-hard")]


def _measure(root: Path, task: Task) -> Measured:
    """Return the figures on one corpus."""
    rows = _rows(root, task.data)
    gold = [int(row["label"]) for row in rows]
    texts = [row["text"] for row in rows]
    scores = sentence_scores(texts, task)
    learnt = _learnt(root, task.data, tuple(texts))
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
