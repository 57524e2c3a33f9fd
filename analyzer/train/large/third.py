"""The third look of the attribution model, fitted on articles that the network whose tags it weighs has not seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc

from analyzer.annotate.attribution import tagged
from analyzer.annotate.attribution.model import load
from analyzer.annotate.encoder import Reader, Reading
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.tokens import quoted_tokens
from analyzer.train.attribution import scoring
from analyzer.train.attribution.examples import Example, Tables, set_candidates, wanted
from analyzer.train.attribution.trainer import Settings, fit_second
from analyzer.train.core.recipe import Row
from analyzer.train.large import in_articles

Array = np.ndarray[Any, Any]


class Seen(NamedTuple):
    """An article: its labelled candidates, how likely the looks before make them, and the third look's figures."""

    example: Example
    before: list[float]
    figures: Array


def seen(reader: Reader, docs: Iterable[tuple[Row, Doc]]) -> list[Seen]:
    """Return the articles as the network reads them; candidates outside the labelled sentences are not judged."""
    model, quotes = load(), Quotes()
    made = Tables(tuple(model.path_names), tuple(model.cues), tuple(model.excluded))
    found = []
    for row, doc in docs:
        doc = quotes(doc)
        tokens = quoted_tokens(doc)
        labelled = in_articles.in_gold_format(row, doc)["sentences"]
        example = Example(row["title"], tokens, row["title"], wanted(labelled, in_articles.itself(doc), tokens))
        set_candidates([example], made)
        before = model.probabilities(tokens, example.candidates, row["title"])
        reading = Reading(doc, reader)
        reading.need({tokens.sent[candidate.cue] for candidate in example.candidates if candidate.cue in example.owner})
        found.append(Seen(example, before, tagged.figures(tokens, example.candidates, before, reading)))
    return found


def fit_third(articles: Sequence[Seen], settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the third look's files and its figures; each article is measured by one that was fitted on the others."""
    examples = [article.example for article in articles]
    rows = np.concatenate([article.figures for article in articles if len(article.figures)])
    y = np.concatenate([np.asarray(example.labels) for example in examples])
    weight = np.ones(len(y))
    fold = np.repeat(np.arange(len(examples)) % settings.folds, [len(example.labels) for example in examples])
    raw = np.zeros(len(y))
    for k in range(settings.folds):
        raw[fold == k] = fit_second(rows[fold != k], y[fold != k], weight[fold != k], settings).probabilities(
            rows[fold == k], block=None
        )
    table = scoring.calibration(raw, y)
    kept = scoring.by_example(np.interp(raw, table["raw"], table["true"]), examples)
    limits = scoring.best_limits(examples, kept)
    before = [np.asarray(article.before) for article in articles]
    metrics: dict[str, Mapping[str, float]] = {"third": scoring.evaluate(examples, kept, limits).figures()}
    metrics["both_looks"] = scoring.evaluate(examples, before, load().thresholds).figures()
    look = fit_second(rows, y, weight, settings)
    tables = {"members": settings.members, "calibration": table, "thresholds": limits}
    return {tagged.WEIGHTS: look.arrays(), tagged.TABLES: tables}, {"attribution_held_out": metrics}
