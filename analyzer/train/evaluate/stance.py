"""Stance toward a named target in news sentences: NewsMTSC (one target) and DSE (from a source toward a target).

The scorer beside the corpora defines the figures. Sentences here have three labels; ``mixed`` from the analyzer counts
as whichever of critique and endorsement is likelier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analyzer.train.core.datasets import dev_rows, scorer, train_rows
from analyzer.train.core.measures import Figures, Measured, bootstrap, grouped, over_groups, pick
from analyzer.train.evaluate import baselines
from analyzer.vocabulary import STANCE_ENGINES, StanceEngine

if TYPE_CHECKING:
    from spacy.language import Language

    from analyzer.records import Annotated

Row = dict[str, Any]
CHIEF = ("macro_f1", "accuracy", "avg_recall", "f1_critique", "f1_endorsement", "f1_neutral")
SETS = ("newsmtsc", "dse")


def measure(root: Path) -> list[Measured]:
    """Return the figures on the dev sets of NewsMTSC and DSE, for each stance engine."""
    return [
        _measure(root, name, engine, rows, found)
        for name in SETS
        for rows in [dev_rows(root, name)]
        for engine, found in _by_engine(rows)
    ]


def _by_engine(rows: Sequence[Row]) -> Iterator[tuple[StanceEngine, list[str]]]:
    """Yield each engine with its labels; what a source makes of a target does not depend on it and is asked once."""
    shared = predict(rows) if "source" in rows[0] else None
    for engine in STANCE_ENGINES:
        yield engine, shared or predict(rows, engine)


def predict(rows: Sequence[Row], engine: StanceEngine = "fast") -> list[str]:
    """Return the analyzer's stance toward the target of each row; the target is given as title and subject.

    Where a source is asked for, it is the stance from that source toward the target, which both engines leave to the
    directed model.
    """
    from analyzer.pipeline import load_pipeline
    from analyzer.readers import read

    pipeline = load_pipeline(stance=engine)
    if rows and "source" in rows[0]:
        return directed(pipeline.nlp, rows)
    articles = (
        read(
            row["text"].encode("utf-8"),
            title=row["target"]["text"],
            subject=row["target"]["text"],
            format="plaintext",
            id=row["id"],
        )
        for row in rows
    )
    return [overall(found) for found in pipeline.annotate(articles)]


def overall(annotated: Annotated) -> str:
    """Return the stance of a text as a whole: its sentences' probabilities, weighed by their length."""
    totals: dict[str, float] = {}
    for sentence in annotated.sentences:
        for label, p in sentence.probabilities.items():
            totals[label] = totals.get(label, 0.0) + p * len(sentence.text)
    return three_way(totals) if totals else "neutral"


def directed(nlp: Language, rows: Sequence[Row]) -> list[str]:
    """Return the stance of each row's source toward its target, as :func:`between` gives it for any two names."""
    from analyzer.annotate.stance.directed import between

    texts = list(dict.fromkeys(row["text"] for row in rows))
    docs = dict(zip(texts, nlp.pipe(texts, batch_size=64), strict=True))
    labels = []
    for row in rows:
        source, target = (
            docs[row["text"]].char_span(row[role]["start"], row[role]["end"], alignment_mode="expand")
            for role in ("source", "target")
        )
        found = between(docs[row["text"]], source, target)
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
    text = row["text"]
    spans = sorted(
        ((row[role]["start"], row[role]["end"], f" {role.upper()} ") for role in ("source", "target") if role in row),
        reverse=True,
    )
    for start, end, word in spans:
        text = text[:start] + word + text[end:]
    return str(text)


def _measure(root: Path, name: str, engine: StanceEngine, rows: Sequence[Row], found: Sequence[str]) -> Measured:
    """Return the figures of an engine's labels on one corpus; baselines stand beside the fast one."""
    rules = scorer(root, name)
    gold = [row["label"] for row in rows]
    groups = grouped([row["text"] for row in rows])
    guesses = _guesses(root, name, rows) if engine == "fast" else {}

    def figures(drawn: Sequence[int]) -> Figures:
        return _figures(rules, pick(gold, drawn), pick(found, drawn))

    return Measured(
        f"stance.{name}" + ("" if engine == "fast" else f"-{engine}"),
        len(groups),
        _figures(rules, gold, found),
        CHIEF,
        bootstrap(len(groups), over_groups(groups, figures)),
        {other: _figures(rules, gold, labels) for other, labels in guesses.items()},
    )


def _guesses(root: Path, name: str, rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the labels that the baselines give."""
    training = train_rows(root, name)
    learnt = baselines.tfidf([masked(row) for row in training], [row["label"] for row in training])
    return {
        "majority": baselines.majority([row["label"] for row in training], len(rows)),
        "lexicon": baselines.lexicon_stance(root, [row["text"] for row in rows], mixed=False),
        "tf-idf": learnt.predict([masked(row) for row in rows]).tolist(),
    }


def _figures(rules: ModuleType, gold: Sequence[str], found: Sequence[str]) -> Figures:
    """Return the scorer's figures, flat."""
    scores = rules.score(gold, found)
    flat: Figures = {key: scores[key] for key in ("macro_f1", "accuracy", "avg_recall", "polar_f1")}
    return flat | {f"f1_{label}": row["f1"] for label, row in scores["per_class"].items()}
