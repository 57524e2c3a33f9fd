"""Sentence-level gold: stance and attributed source of passages given as plain text with their title, nothing else.

The scorer beside the gold defines every figure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.train.core.datasets import dev_rows, scorer, train_rows
from analyzer.train.core.measures import Measured, bootstrap, calibration_bins, calibration_error, pick
from analyzer.train.core.recipe import DataMissing
from analyzer.train.evaluate import baselines
from analyzer.train.labels import agreement
from analyzer.train.labels.passages import passage_of, read_labels
from analyzer.vocabulary import StanceEngine

if TYPE_CHECKING:
    from analyzer.records import Report

Row = dict[str, Any]
CHIEF = (
    "sentence_boundary_f1",
    "attributed_sentence_f1",
    "source_f1",
    "source_and_type_macro_f1",
    "type_accuracy_of_found",
    "mode_accuracy_of_found",
    "unnamed_recall",
    "carried_recall",
    "stance_macro_f1",
    "stance_accuracy",
)
SHOWN = (*CHIEF, "stance_f1_critique", "stance_f1_endorsement", "stance_f1_mixed", "stance_calibration_error")


def measure(
    root: Path, *, file: Path | None = None, out: Path | None = None, stance: StanceEngine = "fast"
) -> list[Measured]:
    """Return the figures on the gold passages of ``file`` (the dev set by default); ``out`` keeps the reports.

    Figures are those of the scorer, over all passages and, with the origin before the name, over each origin. On the
    dev set the stance of the accurate engine is measured too.
    """
    gold = read_labels(file) if file else dev_rows(root, "gold")
    found = analyze_passages(gold, stance=stance)
    reports = {key: {"passage": key} | report.to_dict() for key, report in found.items()}
    if out is not None:
        write_reports(reports, out)
    try:
        score = scorer(root, "gold").score
    except DataMissing:
        if file is None:
            raise
        return [_by_agreement(gold, found)]
    others = _baselines(root, gold, reports, score) if file is None else {}
    measured = [_measured("gold", gold, found, score, others)]
    if file is None and stance == "fast":
        accurate = _measured("gold-accurate", gold, analyze_passages(gold, stance="accurate"), score, {})
        measured.append(_stance_only(accurate))
    return measured


def _measured(
    name: str,
    gold: Sequence[Row],
    found: Mapping[str, Report],
    score: Callable[..., Row],
    others: dict[str, dict[str, float]],
) -> Measured:
    """Return every figure with its interval."""
    reports = {key: report.to_dict() for key, report in found.items()}
    figures: dict[str, float] = dict(score(gold, reports))
    figures.pop("sentences", None)
    figures["stance_calibration_error"] = calibration_error(_reliability(gold, found))
    for origin in sorted({row["origin"] for row in gold if row.get("origin")}):
        part = score([row for row in gold if row.get("origin") == origin], reports)
        figures |= {f"{origin}.{figure}": part[figure] for figure in CHIEF}

    def resampled(positions: Sequence[int]) -> Mapping[str, float]:
        drawn: Mapping[str, float] = score(pick(gold, positions), reports)
        return {figure: drawn[figure] for figure in SHOWN if figure in drawn}

    return Measured(name, len(gold), figures, SHOWN, bootstrap(len(gold), resampled), others)


def _stance_only(found: Measured) -> Measured:
    """Return the figures that depend on the stance engine."""

    def kept(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if "stance" in name}

    return replace(
        found,
        figures=kept(found.figures),
        intervals=kept(found.intervals),
        chief=tuple(name for name in found.chief if "stance" in name),
    )


def _reliability(gold: Sequence[Row], found: Mapping[str, Report]) -> list[dict[str, float]]:
    """Return the calibration curve of the stance: confidence against the share that was right, in ten bins."""
    confidence: list[float] = []
    right: list[bool] = []
    for row in gold:
        sentences = list(found[row["id"]].sentences)
        for wanted in row["sentences"]:
            best = max(sentences, key=lambda s: min(wanted["end"], s.end) - max(wanted["start"], s.start), default=None)
            if best is not None and min(wanted["end"], best.end) > max(wanted["start"], best.start):
                confidence.append(best.confidence)
                right.append(best.stance == wanted["stance"])
    return calibration_bins(confidence, right)


def _by_agreement(gold: Sequence[Row], found: Mapping[str, Report]) -> Measured:
    """Return the agreement of the labels with the analyzer: for where the gold scorer is not at hand."""
    passages = [list(agreement.paired(row, passage_of(found[row["id"]]))) for row in gold]

    def figures(drawn: Sequence[int]) -> dict[str, float]:
        values, _ = agreement.compare(pick(passages, drawn))
        return {name: value for name, value in values.items() if value is not None}

    everything = figures(range(len(passages)))
    note = "Agreement of your labels with the analyzer's (npov agreement): the gold scorer was not found."
    return Measured("gold", len(gold), everything, tuple(everything), bootstrap(len(passages), figures), notes=(note,))


def analyze_passages(gold: Sequence[Row], *, stance: StanceEngine = "fast") -> dict[str, Report]:
    """Return the analyzer's report on each passage by the passage's id."""
    from analyzer.pipeline import analyze_many, load_pipeline
    from analyzer.readers import read

    pipeline = load_pipeline(stance=stance)
    articles = (
        read(row["text"].encode("utf-8"), title=row["title"], format="plaintext", id=str(row["id"])) for row in gold
    )
    reports = analyze_many(articles, pipeline=pipeline)
    return {row["id"]: report for row, report in zip(gold, reports, strict=True)}


def write_reports(reports: Mapping[str, Row], path: Path) -> None:
    """Write the reports, one a line with the passage's id: what the scorer reads."""
    lines = (json.dumps(report, ensure_ascii=False) + "\n" for report in reports.values())
    path.write_text("".join(lines), "utf-8")


def _baselines(
    root: Path, gold: Sequence[Row], reports: Mapping[str, Row], score: Callable[..., Row]
) -> dict[str, dict[str, float]]:
    """Return the baselines' figures: they are given our sentence boundaries and put their own labels on them."""
    texts = {key: [s["text"] for s in report["sentences"]] for key, report in reports.items()}
    flat = [text for row in gold for text in texts[row["id"]]]
    training = [
        (row["text"][s["start"] : s["end"]], s["stance"], bool(s["attributions"]))
        for row in train_rows(root, "gold")
        for s in row["sentences"]
    ]
    words, stances, attributed = zip(*training, strict=True)
    guesses: dict[str, tuple[Sequence[str], Sequence[bool]]] = {
        "majority": (baselines.majority(stances, len(flat)), [False] * len(flat)),
        "lexicon": (baselines.lexicon_stance(root, flat, mixed=True), baselines.cue_words(flat)),
        "tf-idf": (
            baselines.tfidf(words, stances, characters=True).predict(flat).tolist(),
            baselines.tfidf(words, attributed, characters=True).predict(flat).tolist(),
        ),
    }
    shown = ("attributed_sentence_f1", "stance_macro_f1", "stance_accuracy")
    found = {}
    for name, (labels, speaks) in guesses.items():
        guessed = _relabelled(gold, reports, labels, speaks)
        figures = score(gold, guessed)
        found[name] = {figure: figures[figure] for figure in shown}
    return found


def _relabelled(
    gold: Sequence[Row], reports: Mapping[str, Row], stances: Sequence[str], attributed: Sequence[bool]
) -> dict[str, Row]:
    """Return reports with our sentences and the given labels, in the order of the passages."""
    at = 0
    made = {}
    nobody = {"text": None, "name": None, "type": "unnamed", "start": None, "end": None}
    for row in gold:
        sentences = reports[row["id"]]["sentences"]
        n = len(sentences)
        made[row["id"]] = {
            "sentences": [s | {"stance": stance} for s, stance in zip(sentences, stances[at : at + n], strict=True)],
            "attributions": [
                {"sentence": i, "source": nobody, "mode": "indirect"} for i in range(n) if attributed[at + i]
            ],
        }
        at += n
    return made
