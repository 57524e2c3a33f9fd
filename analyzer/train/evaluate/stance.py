"""Stance toward a named target in news sentences: NewsMTSC (one target) and DSE (from a source toward a target).

Sentences here have three labels; ``mixed`` from the analyzer counts as whichever of critique and endorsement is
likelier.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import spacy

from analyzer.annotate.encoder import READERS
from analyzer.annotate.stance.accurate import NEWS
from analyzer.annotate.stance.directed import between
from analyzer.pipeline import DEFAULT_MODEL, Pipeline, engines
from analyzer.records import Annotated
from analyzer.train.core.measures import Evaluation, bootstrap, grouped, over_groups, pick, set_name
from analyzer.train.core.passages import annotated_by_engine, as_article, pipeline_set
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.corpora import Row, dev_rows, train_rows
from analyzer.train.evaluate.metrics import stance_figures
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

CHIEF = ("macro_f1", "accuracy", "avg_recall", "f1_critique", "f1_endorsement", "f1_neutral")
SETS = ("newsmtsc", "dse")
_OF_DIRECTED = (
    "The directed model, the same with every engine whose network does not read for every component.",
    "The directed model with what the engine's network makes of the sentence, read beside the target.",
)


def measure(root: Path) -> list[Evaluation]:
    """Return the figures on the dev sets of NewsMTSC and DSE, for each stance engine."""
    found = []
    for name in SETS:
        rows = dev_rows(root, name)
        for engine, labels in predict(rows).items():
            guesses = _guesses(root, name, rows) if engine == DEFAULT_ENGINE else {}
            found.append(_measured(name, engine, rows, labels, guesses))
    return found


def predict(rows: Sequence[Row]) -> dict[Engine, list[str]]:
    """Return each engine's stance toward the target of each row, by the component's scheme "news".

    The target is given as title and subject.

    Where a source is asked for, it is the stance from that source toward the target, which all engines leave to the
    directed model, the large one with what its network makes of the sentence.
    """
    if rows and "source" in rows[0]:
        texts = dict.fromkeys(row["text"] for row in rows)
        docs = dict(zip(texts, spacy.load(DEFAULT_MODEL).pipe(texts, batch_size=64), strict=True))
        readers = {engine: READERS.get(engine) for engine in engines()}
        by_reader = {reader: directed(docs, rows, reader) for reader in dict.fromkeys(readers.values())}
        return {engine: by_reader[reader] for engine, reader in readers.items()}
    targets = [(row["target"]["text"], row) for row in rows]
    articles = (as_article(row["text"], target, row["id"], subject=target) for target, row in targets)
    labels: dict[Engine, list[str]] = {engine: [] for engine in engines()}
    for found in annotated_by_engine(articles, engines(), _for_news):
        for engine, annotated in found.items():
            labels[engine].append(overall(annotated))
    return labels


def _for_news(engine: Engine) -> Pipeline:
    return pipeline_set(engine, "analyzer_stance", {"engine": engine, "scheme": NEWS})


def overall(annotated: Annotated) -> str:
    """Return the stance of a text as a whole: its sentences' probabilities, weighed by their length."""
    totals: dict[str, float] = {}
    for sentence in annotated.sentences:
        for label, p in sentence.probabilities.items():
            totals[label] = totals.get(label, 0.0) + p * len(sentence.text)
    return three_way(totals) if totals else "neutral"


def directed(docs: Mapping[str, Any], rows: Sequence[Row], reader: str | None = None) -> list[str]:
    """Return the stance of each row's source toward its target, as :func:`between` gives it for any two names.

    ``docs`` are the Docs of the rows' texts, parsed.
    """
    labels = []
    for row in rows:
        source, target = (
            docs[row["text"]].char_span(row[role]["start"], row[role]["end"], alignment_mode="expand")
            for role in ("source", "target")
        )
        found = between(docs[row["text"]], source, target, reader)
        labels.append(max(found, key=lambda label: found[label]))
    return labels


def three_way(probabilities: Mapping[str, float]) -> str:
    """Return the likeliest of three labels; the mass of ``mixed`` goes to the likelier of the two sides."""
    sides = {label: probabilities.get(label, 0.0) for label in ("critique", "endorsement")}
    best = max(sides, key=lambda label: sides[label])
    polar = sides[best] + probabilities.get("mixed", 0.0)
    return best if polar > probabilities.get("neutral", 0.0) else "neutral"


def masked(row: Row) -> str:
    """Return the text with the target, and the source where there is one, as a word of its own: for TF-IDF."""
    text: str = row["text"]
    roles = (role for role in ("source", "target") if role in row)
    for start, end, word in sorted(((row[r]["start"], row[r]["end"], f" {r.upper()} ") for r in roles), reverse=True):
        text = text[:start] + word + text[end:]
    return text


def _measured(
    name: str, engine: Engine, rows: Sequence[Row], found: Sequence[str], guesses: Mapping[str, Sequence[str]]
) -> Evaluation:
    gold = [row["label"] for row in rows]
    groups = grouped([row["text"] for row in rows])
    return Evaluation(
        set_name(f"stance.{name}", engine),
        len(groups),
        stance_figures(gold, found),
        CHIEF,
        bootstrap(
            len(groups), over_groups(groups, lambda drawn: stance_figures(pick(gold, drawn), pick(found, drawn)))
        ),
        {other: stance_figures(gold, labels) for other, labels in guesses.items()},
        engine=engine,
        notes=(_OF_DIRECTED[engine in READERS],) if "source" in rows[0] else (),
    )


def _guesses(root: Path, name: str, rows: Sequence[Row]) -> dict[str, list[str]]:
    training = train_rows(root, name)
    words, labels = baselines.Tfidf([masked(row) for row in training]), [row["label"] for row in training]
    return {
        "majority": baselines.majority(labels, len(rows)),
        "lexicon": baselines.lexicon_stance(root, [row["text"] for row in rows], mixed=False),
        "tf-idf": words.learnt(labels).predict(words.rows([masked(row) for row in rows])).tolist(),
    }
