"""Sentence-level gold: stance and attributed source of passages given as plain text with their title, nothing else."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from analyzer.annotate.encoder import READERS
from analyzer.pipeline import engines
from analyzer.train.core import measures
from analyzer.train.core.passages import as_article, reports_by_engine
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.corpora import Row, dev_rows
from analyzer.train.evaluate.metrics import gold_counts, gold_figures
from analyzer.train.labels.passages import most_overlapping, read_labels
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

CHIEF = (
    *("sentence_boundary_f1", "attributed_sentence_f1", "source_f1", "source_and_type_macro_f1"),
    *("type_accuracy_of_found", "mode_accuracy_of_found", "unnamed_recall", "carried_recall"),
    *("stance_macro_f1", "stance_accuracy"),
)
SHOWN = (*CHIEF, "stance_f1_critique", "stance_f1_endorsement", "stance_f1_mixed", "stance_calibration_error")
_OF_LABELS = ("attributed_sentence_f1", "stance_macro_f1", "stance_accuracy")  # what a baseline of labels has


def measure(
    root: Path, *, file: Path | None = None, out: Path | None = None, engine: Engine = DEFAULT_ENGINE
) -> list[measures.Evaluation]:
    """Return the figures on the gold passages of ``file`` (the dev set by default); ``out`` keeps the reports.

    Figures are over all passages and, with the origin before the name, over each origin. On the dev set the figures of
    the other engines that depend on them are given too, from the same parse.
    """
    gold = read_labels(file) if file else dev_rows(root, "gold")
    others = tuple(other for other in engines() if other != engine and file is None)
    articles = (as_article(row["text"], row["title"], row["id"]) for row in gold)
    found = reports_by_engine(articles, (engine, *others))
    if out is not None:
        write_reports(gold, found[engine], out)
    guesses = _baselines(root, gold, found[engine]) if file is None else {}
    headline = replace(_measured(gold, found[engine], engine), baselines=guesses)
    measured = [_measured(gold, found[other], other) for other in others]
    return [headline, *(one if one.engine in READERS else _of_stance(one) for one in measured)]


def _measured(gold: Sequence[Row], reports: Sequence[Row], engine: Engine) -> measures.Evaluation:
    counts = [gold_counts(*pair) for pair in zip(gold, reports, strict=True)]
    figures = gold_figures(counts)
    figures["stance_calibration_error"] = measures.calibration_error(_calibration(gold, reports))
    for origin in sorted({row["origin"] for row in gold if row.get("origin")}):
        part = gold_figures(one for row, one in zip(gold, counts, strict=True) if row.get("origin") == origin)
        figures |= {f"{origin}.{figure}": part[figure] for figure in CHIEF}

    def resampled(positions: Sequence[int]) -> measures.Figures:
        drawn = gold_figures(measures.pick(counts, positions))
        return {figure: drawn[figure] for figure in SHOWN if figure in drawn}

    intervals = measures.bootstrap(len(gold), resampled)
    return measures.Evaluation(measures.set_name("gold", engine), len(gold), figures, SHOWN, intervals, engine=engine)


def _of_stance(found: measures.Evaluation) -> measures.Evaluation:
    return replace(
        found,
        figures={name: value for name, value in found.figures.items() if "stance" in name},
        intervals={name: value for name, value in found.intervals.items() if "stance" in name},
        chief=tuple(name for name in found.chief if "stance" in name),
    )


def _calibration(gold: Sequence[Row], reports: Sequence[Row]) -> list[dict[str, float]]:
    """Return the calibration curve of the stance: confidence against the share that was right, in ten bins."""
    met = [
        (best["confidence"], best["stance"] == wanted["stance"])
        for row, report in zip(gold, reports, strict=True)
        for wanted in row["sentences"]
        if (best := most_overlapping(wanted, report["sentences"]))
    ]
    return measures.calibration_bins([confidence for confidence, _ in met], [right for _, right in met])


def write_reports(gold: Sequence[Row], reports: Sequence[Row], path: Path) -> None:
    """Write the reports, one a line with the passage's id."""
    lines = (
        json.dumps({"passage": row["id"]} | report, ensure_ascii=False) + "\n"
        for row, report in zip(gold, reports, strict=True)
    )
    path.write_text("".join(lines), "utf-8")


def _baselines(root: Path, gold: Sequence[Row], reports: Sequence[Row]) -> dict[str, measures.Figures]:
    """Return the baselines' figures: they are given our sentence boundaries and put their own labels on them."""
    sentences = [report["sentences"] for report in reports]
    flat = [sentence["text"] for part in sentences for sentence in part]
    words, learnt = baselines.gold_words(root)
    attributed = words.learnt([bool(sentence["attributions"]) for sentence in learnt])
    speakers: dict[str, Sequence[bool]] = {
        "majority": [False] * len(flat),
        "lexicon": baselines.cue_words(flat),
        "tf-idf": attributed.predict(words.rows(flat)).tolist(),
    }
    ends = list(accumulate(map(len, sentences), initial=0))
    found = {}
    for name, labels in baselines.stances(root, flat).items():
        speaks = speakers[name]
        figures = gold_figures(
            gold_counts(row, _labelled(part, labels[start:end], speaks[start:end]))
            for row, part, start, end in zip(gold, sentences, ends, ends[1:], strict=False)
        )
        found[name] = {figure: figures[figure] for figure in _OF_LABELS}
    return found


def _labelled(sentences: Sequence[Row], stances: Sequence[str], attributed: Sequence[bool]) -> Row:
    """Return a report of our sentences with the given labels; whoever speaks is not named."""
    nobody = {"text": None, "name": None, "type": "unnamed", "start": None, "end": None}
    return {
        "sentences": [row | {"stance": stance} for row, stance in zip(sentences, stances, strict=True)],
        "attributions": [
            {"sentence": k, "source": nobody, "mode": "indirect"} for k, speaks in enumerate(attributed) if speaks
        ],
    }
