"""Wording of single sentences: weasel words, hedges, bias and puffery, by marks and by scores of the whole sentence.

By marks, a sentence's score is n / (n + 1) for n findings of the kinds that its corpus is about: one makes it positive.
Sets with a ``score`` take the score that the product gives the sentence: ``Sentence.wording`` for hedges and weasel
wording, the modules ``puffery`` and ``bias`` of ``issues.signals`` for the others; with the accurate engine what its
layers for wording make of it, and that score where the engine does not read.
Corpora are never pooled: what counts as bias differs between them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from msgspec import Struct, convert

from analyzer.issues.signals import bias, puffery
from analyzer.records import Annotated
from analyzer.train.core import measures
from analyzer.train.core.passages import annotated_by_engine, as_article
from analyzer.train.evaluate import baselines, corpora
from analyzer.train.evaluate.corpora import Row, dev_rows, train_rows
from analyzer.vocabulary import Engine

CHIEF = ("macro_f1", "f1", "precision", "recall", "auroc", "average_precision", "pairs_right")
_BY_TEXT = {"puffery": puffery.probabilities, "biased": bias.biased, "charged": bias.charged}


class SentenceTask(Struct, frozen=True):
    """Which marks speak for the positive class; ``unnamed``: unnamed sources do too; ``key`` names a document.

    ``score`` names the sentence's own score, which then stands in place of the marks; ``engine``: the stance engine
    where it has a say in that.
    """

    name: str
    corpus: str
    kinds: tuple[str, ...] = ()
    unnamed: bool = False
    key: str = "id"
    note: str = ""
    score: str = ""
    engine: Engine | None = None

    @property
    def reads(self) -> Engine | None:
        """The engine that has to read the sentences; None where their words alone decide."""
        return None if self.score in _BY_TEXT and self.engine != "accurate" else self.engine or "fast"


TASKS = convert(corpora.TASKS["wording"], tuple[SentenceTask, ...])


def measure(root: Path) -> list[measures.Evaluation]:
    """Return the figures on each corpus of sentences."""
    tasks = groupby(TASKS, key=lambda task: task.corpus)
    return [found for corpus, asked in tasks for found in _measured(root, corpus, tuple(asked))]


def findings(annotated: Annotated, task: SentenceTask) -> int:
    """Return how many findings of the task's kinds the annotations of a sentence hold."""
    count = sum(mark.kind in task.kinds and not mark.quoted for mark in annotated.marks)
    return count + (sum(found.source.type == "unnamed" for found in annotated.attributions) if task.unnamed else 0)


def sentence_scores(texts: Sequence[str], tasks: Sequence[SentenceTask]) -> list[list[float]]:
    """Return for each task the score of each sentence, each read alone and without a title; they are parsed once."""
    engines = tuple(dict.fromkeys(task.reads for task in tasks if task.reads))
    articles = (as_article(text, id=number) for number, text in enumerate(texts))
    annotated = list(annotated_by_engine(articles, engines)) if engines else [{} for _ in texts]
    return [[*_scores(texts, [one[task.reads] if task.reads else None for one in annotated], task)] for task in tasks]


def _scores(texts: Sequence[str], annotated: Iterable[Annotated | None], task: SentenceTask) -> Iterator[float]:
    by_words = _BY_TEXT[task.score](texts) if task.score in _BY_TEXT else [0.0] * len(texts)
    for found, by_word in zip(annotated, by_words, strict=True):
        if found is None:
            yield by_word
        elif task.score:
            yield max((s.wording[task.score] for s in found.sentences if task.score in s.wording), default=by_word)
        else:
            count = findings(found, task)
            yield count / (count + 1)


def hard_rows(rows: Iterable[Row]) -> list[Row]:
    """Return the rows to use; of Hube & Fetahu the biased ones and those of the hard neutral set."""
    return [row for row in rows if row["label"] or row.get("neutral_set") in (None, "cw-hard")]


def _measured(root: Path, corpus: str, tasks: Sequence[SentenceTask]) -> Iterator[measures.Evaluation]:
    rows, training = hard_rows(dev_rows(root, corpus)), hard_rows(train_rows(root, corpus))
    gold, texts = [int(row["label"]) for row in rows], [row["text"] for row in rows]

    def figures(values: Sequence[float], positions: Sequence[int]) -> measures.Figures:
        drawn = measures.binary_figures(measures.pick(gold, positions), measures.pick(values, positions))
        return drawn | _pairs(measures.pick(rows, positions), measures.pick(values, positions)) if drawn else {}

    everything = range(len(rows))
    words = baselines.Tfidf([row["text"] for row in training], characters=True)
    model = words.learnt([int(row["label"]) for row in training])
    guesses = {
        "all positive": [1.0] * len(rows),
        "lexicon": [float(good + bad > 0) for good, bad in baselines.polarity(root, texts)],
        "tf-idf": baselines.positive_probability(model, words.rows(texts)),
    }
    of_guesses = {other: figures(values, everything) for other, values in guesses.items()}
    for task, scores in zip(tasks, sentence_scores(texts, tasks), strict=True):
        groups = measures.grouped([str(row.get(task.key) or row["id"]) for row in rows])

        def ours(positions: Sequence[int], scores: Sequence[float] = scores) -> measures.Figures:
            return figures(scores, positions)

        yield measures.Evaluation(
            f"wording.{task.name}",
            len(groups),
            ours(everything),
            CHIEF,
            measures.bootstrap(len(groups), measures.over_groups(groups, ours)),
            of_guesses,
            task.engine,
            (task.note,) if task.note else (),
        )


def _pairs(rows: Sequence[Row], scores: Sequence[float]) -> measures.Figures:
    """Return the share of edited pairs whose earlier sentence scores higher; a tie is half right."""
    pairs: dict[str, dict[int, float]] = {}
    for row, score in zip(rows, scores, strict=True):
        if "pair" in row:
            pairs.setdefault(row["pair"], {})[row["label"]] = score
    whole = [(pair[1], pair[0]) for pair in pairs.values() if len(pair) == 2]
    return {"pairs_right": measures.ties_half(whole)} if whole else {}
