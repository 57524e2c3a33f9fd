"""Composed articles: one subject in four versions (neutral, paid, unfair, spammed), told apart by text and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.train.core.datasets import dev_rows, train_rows
from analyzer.train.core.measures import Figures, Measured, bootstrap, grouped, over_groups
from analyzer.train.evaluate import baselines

Row = dict[str, Any]
Scores = Sequence[Mapping[str, float]]
ISSUES = {
    "advert": "promotion.advert",
    "paid": "paid.undisclosed",
    "peacock": "promotion.peacock",
    "pov": "balance.pov",
    "weasel": "language.weasel",
    "quotation": "quotation.over-quotation",
    "citation-spam": "spam.citation-spam",
    "external-links": "spam.external-links",
    "unreferenced": "sourcing.unreferenced",
    "one-source": "sourcing.one-source",
    "primary-sources": "sourcing.primary",
    "self-published": "sourcing.self-published",
}
# Label and the version that should score higher than the neutral one of the same subject, where it carries the label.
PAIRS = (
    *(("advert", "p"), ("paid", "p"), ("peacock", "p"), ("pov", "u"), ("primary-sources", "p")),
    *(("citation-spam", "s"), ("external-links", "s")),
)
FEWEST = 2


def measure(root: Path) -> list[Measured]:
    """Return the mean AUROC over labels with two positives or more, each AUROC, and the share of pairs ranked right."""
    from analyzer.pipeline import analyze_many
    from analyzer.readers import read

    rows = dev_rows(root, "composed-articles")
    articles = (read(r["wikitext"].encode("utf-8"), title=r["subject"], format="wikitext", id=r["id"]) for r in rows)
    ours: list[dict[str, float]] = []
    for report in analyze_many(articles):
        found = {issue.issue: issue.score or 0.0 for issue in report.issues}
        ours.append({label: found.get(issue, 0.0) for label, issue in ISSUES.items()})
    figures = _figures(rows, ours, range(len(rows)))
    groups = grouped([row["subject"] for row in rows])

    def of_rows(drawn: Sequence[int]) -> Figures:
        return _figures(rows, ours, drawn)

    return [
        Measured(
            "banners.composed-articles",
            len(rows),
            figures,
            ("mean_auroc", "pairs_right", *(name for name in figures if name.startswith("auroc_"))),
            bootstrap(len(groups), over_groups(groups, of_rows)),
            {"tf-idf": _figures(rows, _learnt(root, rows), range(len(rows)))},
            notes=("Invented subjects, eight on this set: the intervals are over subjects.",),
        )
    ]


def _figures(rows: Sequence[Row], scores: Scores, drawn: Sequence[int]) -> Figures:
    """Return the figures over the drawn rows."""
    from sklearn.metrics import roc_auc_score

    each: Figures = {}
    for label in ISSUES:
        gold = [rows[i]["labels"][label] for i in drawn]
        if FEWEST <= sum(gold) < len(gold):
            each[f"auroc_{label}"] = float(roc_auc_score(gold, [scores[i][label] for i in drawn]))
    right = _pairs(rows, scores, drawn)
    mean = sum(each.values()) / len(each) if each else 0.0
    return {"mean_auroc": mean, "pairs_right": sum(right) / len(right) if right else 0.0, **each}


def _pairs(rows: Sequence[Row], scores: Scores, drawn: Sequence[int]) -> list[float]:
    """Return for each labelled version whether it scores above the neutral one of its subject; a tie is half right."""
    neutral = {rows[i]["subject"]: i for i in drawn if rows[i]["version"] == "n"}
    right = []
    for i in drawn:
        other = neutral.get(rows[i]["subject"])
        for label, version in PAIRS:
            if other is None or rows[i]["version"] != version:
                continue
            if rows[i]["labels"][label] and not rows[other]["labels"][label]:
                high, low = scores[i][label], scores[other][label]
                right.append(0.5 * ((high > low) + (high >= low)))
    return right


def _learnt(root: Path, rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return the scores of a TF-IDF baseline fitted on the train subjects, label by label."""
    training = train_rows(root, "composed-articles")
    scores: list[dict[str, float]] = [{} for _ in rows]
    for label in ISSUES:
        gold = [row["labels"][label] for row in training]
        model = baselines.tfidf([row["wikitext"] for row in training], gold)
        for score, value in zip(
            scores, baselines.positive_probability(model, [r["wikitext"] for r in rows]), strict=True
        ):
            score[label] = value
    return scores
