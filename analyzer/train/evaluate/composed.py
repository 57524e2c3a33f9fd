"""Composed articles: one subject in four versions (neutral, paid, unfair, spammed), told apart by text and links."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sklearn.metrics import roc_auc_score

from analyzer.train.core.measures import Evaluation, Figures, bootstrap, grouped, mean, over_groups, ties_half
from analyzer.train.core.passages import as_article, reports_on
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.banners import issue_scores
from analyzer.train.evaluate.corpora import TASKS, Row, dev_rows, train_rows
from analyzer.vocabulary import DEFAULT_ENGINE

Scores = Sequence[Mapping[str, float]]
ISSUES: Mapping[str, str] = TASKS["composed"]["issues"]
FEWEST = 2


def measure(root: Path) -> list[Evaluation]:
    """Return the mean AUROC over labels with two positives or more, each AUROC, and the share of pairs ranked right."""
    rows = dev_rows(root, "composed-articles")
    articles = (as_article(row["wikitext"], row["subject"], row["id"], "wikitext") for row in rows)
    found = [issue_scores(report) for report in reports_on(articles)]
    ours = [{label: scores.get(issue, 0.0) for label, issue in ISSUES.items()} for scores in found]
    everything, groups = range(len(rows)), grouped([row["subject"] for row in rows])
    of_rows = figures(rows, ours, everything)
    return [
        Evaluation(
            "banners.composed-articles",
            len(rows),
            of_rows,
            ("mean_auroc", "pairs_right", *(name for name in of_rows if name.startswith("auroc_"))),
            bootstrap(len(groups), over_groups(groups, lambda drawn: figures(rows, ours, drawn))),
            {"tf-idf": figures(rows, _learnt(root, rows), everything)},
            DEFAULT_ENGINE,
            ("Invented subjects, eight on this set: the intervals are over subjects.",),
        )
    ]


def figures(rows: Sequence[Row], scores: Scores, drawn: Sequence[int]) -> Figures:
    """Return the figures over the drawn rows."""
    each: Figures = {}
    for label in ISSUES:
        gold = [rows[i]["labels"][label] for i in drawn]
        if FEWEST <= sum(gold) < len(gold):
            each[f"auroc_{label}"] = float(roc_auc_score(gold, [scores[i][label] for i in drawn]))
    return {"mean_auroc": mean(each.values()), "pairs_right": ties_half(_pairs(rows, scores, drawn)), **each}


def _pairs(rows: Sequence[Row], scores: Scores, drawn: Sequence[int]) -> Iterator[tuple[float, float]]:
    """Yield the scores of each labelled version and of the neutral one of its subject, which should be lower."""
    neutral = {rows[i]["subject"]: i for i in drawn if rows[i]["version"] == "n"}
    for i in drawn:
        other = neutral.get(rows[i]["subject"])
        for label, version in TASKS["composed"]["pairs"].items():
            if other is None or rows[i]["version"] != version:
                continue
            if rows[i]["labels"][label] and not rows[other]["labels"][label]:
                yield scores[i][label], scores[other][label]


def _learnt(root: Path, rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return the scores of a TF-IDF baseline fitted on the train subjects, label by label."""
    training = train_rows(root, "composed-articles")
    words = baselines.Tfidf([row["wikitext"] for row in training])
    unseen = words.rows([row["wikitext"] for row in rows])
    columns = {
        label: baselines.positive_probability(words.learnt([row["labels"][label] for row in training]), unseen)
        for label in ISSUES
    }
    return [{label: column[i] for label, column in columns.items()} for i in range(len(rows))]
