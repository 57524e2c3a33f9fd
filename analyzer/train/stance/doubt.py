"""How often a stance is right in whole articles: a logistic regression for each engine, for sides and for neutral.

Fitted on articles that the engine has not been trained on: on what it has seen it is right far more often than
elsewhere. Figures are of articles that the fit has not seen. For the large engine, which has learnt from the articles
that the others are measured on here, they are stretches of 150 more that two have read: a label is right where either
says so, as when whole articles are measured (``npov evaluate whole-articles``).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from analyzer import modelstore
from analyzer.annotate.stance.component import BY_NAME
from analyzer.annotate.stance.doubt import OFTEN, neutral, signs
from analyzer.pipeline import engines
from analyzer.readers import read
from analyzer.records import Annotated, Article
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.passages import annotated_by_engine
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels.keyed import keyed
from analyzer.train.large import in_articles
from analyzer.vocabulary import DEFAULT_ENGINE, STANCES, Engine

Array = np.ndarray[Any, Any]
Row = dict[str, Any]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights for each engine, with held-out figures."""
    weights: Row = {}
    metrics: Row = {}
    curves: dict[Engine, list[dict[str, float]]] = {}
    for engine in engines():
        articles, labelled = by_two(data) if engine == "large" else by_one(data)
        found = [each[engine] for each in annotated_by_engine(articles, [engine])]
        parts = [examples(*pair) for pair in zip(found, labelled, strict=True)]
        sign, seen, right = (np.concatenate(column) for column in zip(*parts, strict=True))
        group = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
        metrics[engine], curves[engine] = held_out(sign, seen, right, group, recipe)
        name = BY_NAME[engine].name
        weights[name] = {"model": modelstore.load(name).digest} | {
            kind: [round(float(w), 4) for w in fitted(sign[rows], right[rows], recipe)]
            for kind, rows in (("side", ~seen), ("neutral", seen))
        }
    return Fit({"weights.json": weights}, metrics, curves[DEFAULT_ENGINE])


def by_one(data: Data) -> tuple[Iterable[Article], list[list[Row]]]:
    """Return whole articles and, of each, its sentences with what their reader ``said`` (letters of stances)."""
    texts = {row["id"]: row["wikitext"] for row in data.jsonl("gold-articles")}
    rows = data.jsonl("whole-articles")
    articles = (read(texts[row["id"]], title=row["title"], format="wikitext") for row in rows)
    return articles, [[{"sha": one["sha"], "said": one["C"]} for one in row["sentences"]] for row in rows]


def by_two(data: Data) -> tuple[Iterable[Article], list[list[Row]]]:
    """Return articles and, of each, the sentences of a stretch with what both readers ``said``."""
    rows, second = data.jsonl("windows-held-out"), data.jsonl("windows-held-out-second")
    labelled = []
    for pair in zip(rows, second, strict=True):
        (a, b), both = (row["readers"][0] for row in pair), zip(*(row["sentences"] for row in pair), strict=True)
        labelled.append([{"sha": one["sha"], "said": one[a] + other[b]} for one, other in both])
    return in_articles.pages(data, rows), labelled


def examples(annotated: Annotated, labelled: Sequence[Row]) -> tuple[Array, Array, Array]:
    """Return of each labelled sentence its signs, whether it is shown as neutral, and whether its label is right."""
    everything = np.array([[s.probabilities[stance] for stance in STANCES] for s in annotated.sentences])
    sentences = [{"index": s.index, "text": s.text, "stance": s.stance} for s in annotated.sentences]
    pairs = keyed(labelled, {"sentences": sentences})
    at = [sentence["index"] for _, sentence in pairs]
    right = np.array([sentence["stance"][0] in row["said"] for row, sentence in pairs])
    return signs(everything)[at], neutral(everything)[at], right


def fitted(sign: Array, right: Array, recipe: Recipe) -> Array:
    """Return the weights of the signs."""
    model = LogisticRegression(C=recipe.estimator["C"], fit_intercept=False, max_iter=1000)
    found: Array = model.fit(sign, right).coef_[0]
    return found


def held_out(
    sign: Array, seen: Array, right: Array, group: Array, recipe: Recipe
) -> tuple[Row, list[dict[str, float]]]:
    """Return figures and the calibration curve, each article by weights that were fitted on others."""
    found = np.zeros(len(right))
    folds = GroupKFold(recipe.estimator["folds"], shuffle=True, random_state=recipe.seed)
    for train, test in folds.split(sign, groups=group):
        for kind in (seen, ~seen):
            weights = fitted(sign[train][kind[train]], right[train][kind[train]], recipe)
            rows = test[kind[test]]
            found[rows] = 1 / (1 + np.exp(-sign[rows] @ weights))
    curve = calibration_bins(found.tolist(), right.tolist())
    kept = (found >= OFTEN) & ~seen
    sides = {"shown": int((~seen).sum()), "right": float(right[~seen].mean()), "kept": int(kept.sum())}
    sides["kept_right"] = float(right[kept].mean()) if kept.any() else 0.0
    return {"sides": sides, "ece": calibration_error(curve)}, curve
