"""Whole articles whose issues experienced readers judged (gold/articles): whether flags, scores and summary agree.

Each article goes through the analyzer as wikitext with its title. The figures are those of the scorer beside the set.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.train.core.measures import Evaluation, Figures, bootstrap, pick
from analyzer.train.core.passages import as_article, reports_on
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.banners import issue_scores
from analyzer.train.evaluate.corpora import Row, dev_rows, train_rows
from analyzer.train.evaluate.metrics import SHARED, Judged, article_figures, issue_table, shared_opinion
from analyzer.vocabulary import DEFAULT_ENGINE

# Of the train articles, an issue with fewer positives teaches a baseline nothing.
FEWEST = 4


def measure(root: Path) -> list[Evaluation]:
    """Return how far flags and rankings agree with the readers, with counts and AUROC of each issue."""
    rows = dev_rows(root, "articles")
    reports = reports_on(as_article(row["wikitext"], row["title"], row["id"], "wikitext") for row in rows)
    scored = [(issue_scores(report), report.summary.neutrality_score) for report in reports]
    judged = [Judged.of(row, *found) for row, found in zip(rows, scored, strict=True)]
    guesses = [Judged.of(row, scores, None) for row, scores in zip(rows, _learnt(root, rows), strict=True)]
    figures = article_figures(judged)
    return [
        Evaluation(
            "articles",
            len(rows),
            figures,
            tuple(figures),
            bootstrap(len(rows), lambda drawn: article_figures(pick(judged, drawn))),
            {"tf-idf": {name: value for name, value in article_figures(guesses).items() if "rho" not in name}},
            DEFAULT_ENGINE,
            ("Two readers of one school: expect strangers to agree less.",),
            {issue: row for issue, row in issue_table(judged).items() if row["flags"] or row["readers"]},
        )
    ]


def _learnt(root: Path, rows: Sequence[Row]) -> list[Figures]:
    """Return each issue's scores by a TF-IDF baseline fitted on the train articles (their first 10,000 characters)."""
    training = train_rows(root, "articles")
    words = baselines.Tfidf([row["wikitext"][:10_000] for row in training], smallest=3)
    unseen = words.rows([row["wikitext"][:10_000] for row in rows])
    opinions: list[Mapping[str, float]] = [shared_opinion(row) for row in training]
    issues = sorted({issue for opinion in opinions for issue in opinion})
    scores = [dict.fromkeys(issues, 0.0) for _ in rows]
    for issue in issues:
        labels = [int(opinion.get(issue, 0.0) >= SHARED) for opinion in opinions]
        if FEWEST <= sum(labels) < len(labels):
            found = baselines.positive_probability(words.learnt(labels), unseen)
            for row, probability in zip(scores, found, strict=True):
                row[issue] = probability
    return scores
