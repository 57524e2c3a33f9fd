"""Whole articles with the banners they carried in 2019 (wiki_banners): issue scores against them, and reading them.

Each article goes through the analyzer as wikitext (:mod:`analyzer.train.core.wiki_banners`) without banners and inline
tags. Positive: the family was labelled at the levels named; negative: it was absent everywhere. A score is a rate of
the whole article, an inline tag stands on one sentence of it: where such tags count, articles are ranked by the score
times their words.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, convert

from analyzer.readers.banners.table import month_of
from analyzer.records import Report
from analyzer.report.overview import Overview
from analyzer.train.core.measures import Evaluation, Figures, Interval, bootstrap, pick, ranking_figures
from analyzer.train.core.passages import as_article, reports_on
from analyzer.train.core.wiki_banners import MARKER, article_of, body, defused
from analyzer.train.evaluate import baselines, corpora
from analyzer.train.evaluate.corpora import Row, dev_rows, train_rows
from analyzer.vocabulary import DEFAULT_ENGINE

_HEADING = re.compile(r"^(=+) *(.+?) *\1 *$", re.M)
# Banners that say of a section that references are lacking.
_LACKING = frozenset({"unreferenced", "unreferenced-section", "more-citations-needed", "more-citations-needed-section"})
_NEARLY_EVERYWHERE = "sourcing.citations-needed"
# Below this many positives a figure says nothing, and none is shown.
FEWEST = 4


class BannerTask(Struct, frozen=True):
    """Which issue scores speak for which families of banners (the highest score counts)."""

    name: str
    families: tuple[str, ...]
    issues: tuple[str, ...]
    levels: frozenset[str] = frozenset({"article", "section"})


TASKS = convert(corpora.TASKS["banners"], tuple[BannerTask, ...])


def measure(root: Path) -> list[Evaluation]:
    """Return AUROC and average precision for each family, and how well banners are read."""
    rows = dev_rows(root, "wiki-banners")
    learning = train_rows(root, "wiki-banners")
    words = baselines.Tfidf([_beginning(row) for row in learning], smallest=3)
    unseen = words.rows([_beginning(row) for row in rows])
    reports = list(reports_on(map(article_of, rows)))
    scores = [issue_scores(report) for report in reports]
    figures: Figures = {}
    intervals: dict[str, Interval] = {}
    guessing: Figures = {}
    learnt: Figures = {}
    for task in TASKS:
        kept, gold = labelled(rows, task)
        if sum(gold) < FEWEST:
            continue
        exposed = [reports[i].summary.words if "inline" in task.levels else 1 for i in kept]
        ours = [
            words * max(scores[i].get(issue, 0.0) for issue in task.issues)
            for words, i in zip(exposed, kept, strict=True)
        ]

        def ranked(drawn: Sequence[int], name: str = task.name, gold: Any = gold, ours: Any = ours) -> Figures:  # noqa: ANN401
            return _named(name, ranking_figures(pick(gold, drawn), pick(ours, drawn)))

        figures |= ranked(range(len(kept)))
        intervals |= bootstrap(len(kept), ranked)
        guessing |= _named(task.name, {"auroc": 0.5, "average_precision": sum(gold) / len(gold)})
        learnt_from, labels = labelled(learning, task)
        guesses = baselines.positive_probability(words.learnt(labels, learnt_from), unseen[kept])
        learnt |= _named(task.name, ranking_figures(gold, guesses))
    reading = reading_figures(rows) | false_alarms(rows, reports) | section_figures(rows)
    return [
        Evaluation(
            "banners.wiki-banners",
            len(rows),
            figures | reading,
            (*(name for name in figures if name.endswith("_auroc")), *reading),
            intervals,
            {"prevalence": guessing, "tf-idf": learnt},
            DEFAULT_ENGINE,
            ("Positives are few: mind the intervals. Editors tag a fraction of the articles that deserve it.",),
        )
    ]


def _named(task: str, figures: Figures) -> Figures:
    return {f"{task}_{name}": value for name, value in figures.items()}


def _beginning(row: Row) -> str:
    """Return what the TF-IDF baseline sees of an article."""
    return body(row)[:10_000]


def labelled(rows: Sequence[Row], task: BannerTask) -> tuple[list[int], list[int]]:
    """Return the positions of the rows that are positive or negative for the task, and which."""
    kept, gold = [], []
    for position, row in enumerate(rows):
        levels = {row["labels"][family] for family in task.families if family in row["labels"]}
        if levels & task.levels:
            kept.append(position)
            gold.append(1)
        elif not levels and not set(task.families) & set(row["labels_unplaced"]):
            kept.append(position)
            gold.append(0)
    return kept, gold


def reading_figures(rows: Sequence[Row]) -> Figures:
    """Return the share of banners that are recognised in text copies with their id and date, and of clean bodies."""
    known = right = dated = dates_right = 0
    for row in rows:
        for banner in (*row["lead_banners"], *row["section_banners"]):
            if banner["id"] is None or banner["family"] == "container":
                continue
            article = as_article(f"{banner['text']}\n\n{row['text'][:300]}", row["title"])
            hit = next((found for found in article.banners if found.id == banner["id"]), None)
            known += 1
            right += hit is not None
            if banner["date"]:
                dated += 1
                dates_right += hit is not None and hit.date == month_of(banner["date"])
    bare = [as_article(body(row), row["title"]) for row in rows]
    return {
        "banner_id_recall": right / known,
        "banner_date_recall": dates_right / dated,
        "articles_without_false_banner": sum(not article.banners for article in bare) / len(bare),
    }


def false_alarms(rows: Sequence[Row], reports: Sequence[Report]) -> Figures:
    """Return on the control articles, which carry no banner: marks per 1,000 words, and issues scored .5 or more.

    Missing citations are left out: of the control articles in gold/articles dev, two readers are certain of them in
    six of ten.
    """
    controls = [report for row, report in zip(rows, reports, strict=True) if row["role"] == "control"]
    words = sum(report.summary.words for report in controls)
    marks = sum(not mark.quoted for report in controls for mark in report.marks)
    scores = [found.score or 0 for report in controls for found in report.issues if found.issue != _NEARLY_EVERYWHERE]
    raised = sum(score >= 0.5 for score in scores)
    return {
        "control_marks_per_1000_words_error": 1000 * marks / max(1, words),
        "control_issues_per_article_error": raised / max(1, len(controls)),
    }


def section_figures(rows: Sequence[Row]) -> Figures:
    """Return the share of banners that say that references are lacking, over a section without one, found supported."""
    bannered = ((row, with_banners(row)) for row in rows)
    articles = (article_of(row, text) for row, text in bannered if text is not None)
    lines = [line for report in reports_on(articles) for line in Overview(report).banners]
    supported = [any(claim.verdict == "supported" for claim in line.claims) for line in lines]
    return {"section_banners_supported": sum(supported) / len(supported)} if supported else {}


def with_banners(row: Row) -> str | None:
    """Return the article's text with the banners that say that references are lacking, put back where none is.

    These stand over a section whose text, with its subsections, has words and no marker; None where there are none.
    """
    text = defused(body(row))
    headings = list(_HEADING.finditer(text))
    placed: list[tuple[int, str]] = []
    for banner in row["section_banners"]:
        named = [k for k, found in enumerate(headings) if found[2] == banner["section"]]
        if banner["id"] not in _LACKING or banner["level"] != "section" or len(named) != 1:
            continue
        heading = headings[named[0]]
        later = (found.start() for found in headings[named[0] + 1 :] if len(found[1]) <= len(heading[1]))
        stretch = text[heading.end() : next(later, len(text))]
        if stretch.strip() and not MARKER.search(stretch):
            placed.append((heading.end(), "\n{{" + f"{banner['template']}|date={banner['date'] or ''}" + "}}\n"))
    for place, template in sorted(placed, reverse=True):
        text = text[:place] + template + text[place:]
    return text if placed else None


def issue_scores(report: Report) -> dict[str, float]:
    """Return the scores of a report by issue; what could not be assessed counts as not found."""
    return {found.issue: found.score or 0.0 for found in report.issues}
