"""How often a stance is right in whole articles: a logistic regression for each engine, for sides and for neutral.

Fitted on whole articles that the engine has not been trained on: on what it has seen it is right far more often than
elsewhere. For the default engine each side has weights of its own in articles on things, of which many more have
labels: stretches of 700 articles, most read twice, and whole ones. Figures are of articles that the fit has not seen.
The large engine's probabilities are calibrated on whole articles and taken at their word.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from analyzer import modelstore
from analyzer.annotate import decode, documents, store
from analyzer.annotate.stance.component import BY_NAME
from analyzer.annotate.stance.doubt import NEUTRAL, OFTEN, signs
from analyzer.pipeline import engines, load_pipeline
from analyzer.readers import read
from analyzer.records import Annotated
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.passages import annotated_by_engine
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels import in_articles
from analyzer.train.labels.keyed import key_of, keyed
from analyzer.vocabulary import DEFAULT_ENGINE, STANCES, Engine

Array = np.ndarray[Any, Any]
Row = dict[str, Any]
# Labels of articles on things, by their ids among a recipe's data.
OF_THINGS = (
    *("whole-articles", "whole-articles-2019", "stretches"),
    *(f"{part}{reader}" for part in ("doubtful", "windows", "windows-held-out") for reader in ("", "-second")),
)


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights for each engine but the large one, with held-out figures."""
    texts = {row["id"]: row["wikitext"] for row in data.jsonl("gold-articles")}
    labelled = data.jsonl("whole-articles")
    weights: Row = {}
    metrics: Row = {}
    curves: dict[Engine, list[dict[str, float]]] = {}
    fitted_for: list[Engine] = [engine for engine in engines() if engine != "large"]
    for engine in fitted_for:
        articles = (read(texts[row["id"]], title=row["title"], format="wikitext") for row in labelled)
        found = [each[engine] for each in annotated_by_engine(articles, [engine])]
        parts = [examples(*pair) for pair in zip(found, (row["sentences"] for row in labelled), strict=True)]
        sign, seen, right, group = stacked(parts)
        metrics[engine], curves[engine] = held_out(sign, seen, right, group, recipe)
        name = BY_NAME[engine].name
        weights[name] = recipe.estimator["kept"].get(name, {})
        if weights[name].get("model") != (digest := modelstore.load(name).digest):
            kinds = {"side": ~seen, "neutral": seen}
            own = {kind: stored(sign[rows], right[rows], recipe) for kind, rows in kinds.items()}
            weights[name] = {"model": digest} | own
    name = BY_NAME[DEFAULT_ENGINE].name
    things, metrics["things"] = on_things(recipe, data)
    weights[name] = weights[name] | {"things": things}
    return Fit({"weights.json": weights}, metrics, curves[DEFAULT_ENGINE])


def on_things(recipe: Recipe, data: Data) -> tuple[Row, Row]:
    """Return the weights of each side in articles on things, and how often those shown as sure are right, by folds."""
    said = said_of(chain.from_iterable(map(data.jsonl, OF_THINGS)))
    parts = []
    pipeline = load_pipeline(engine=DEFAULT_ENGINE)
    rows = [{"source": source, "id": id, "title": title} for source, id, title in said]
    read = documents(pipeline.nlp, in_articles.articles_of(data, rows))
    for labels, (article, doc, offsets) in zip(said.values(), read, strict=True):
        for stage in pipeline.components:
            doc = stage(doc)
        if store.on_thing(doc):
            parts.append(signs_and_said(decode.annotated(doc, article, offsets), labels))
    sign, shown, right, group = stacked(parts)
    weights: Row = {}
    metrics: Row = {}
    for side in (stance for stance in STANCES if stance != "neutral"):
        own = np.flatnonzero(shown == STANCES.index(side))
        weights[side] = stored(sign[own], right[own], recipe)
        found = by_folds(sign[own], right[own], group[own], recipe)
        metrics[side] = figures_of(right[own], found >= OFTEN)
    return weights, metrics


def said_of(rows: Iterable[Row]) -> dict[tuple[str, str, str], dict[str, set[str]]]:
    """Return for each article (its corpus, id and title) what readers say of its sentences, by key, in letters."""
    found: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for row in rows:
        if row["source"] not in in_articles.IN_CORPORA:
            continue
        own = found.setdefault((row["source"], row["id"], row["title"]), {})
        for sentence in row["sentences"]:
            own.setdefault(sentence["sha"], set()).update(sentence[reader] for reader in row["readers"])
    return found


def signs_and_said(annotated: Annotated, said: Mapping[str, set[str]]) -> tuple[Array, Array, Array]:
    """Return of each labelled sentence its signs, its likeliest stance, and whether a reader says so, too."""
    everything = likely(annotated)
    labels = [said.get(key_of(sentence.text), set()) for sentence in annotated.sentences]
    at = [number for number, label in enumerate(labels) if label]
    shown = everything.argmax(axis=1)[at]
    right = [STANCES[stance][0] in labels[number] for number, stance in zip(at, shown.tolist(), strict=True)]
    return signs(everything)[at], shown, np.array(right, dtype=bool)


def examples(annotated: Annotated, labelled: Sequence[Row]) -> tuple[Array, Array, Array]:
    """Return of each labelled sentence its signs, whether it is shown as neutral, and whether its label is right."""
    everything = likely(annotated)
    sentences = [{"index": s.index, "text": s.text, "stance": s.stance} for s in annotated.sentences]
    pairs = keyed(labelled, {"sentences": sentences})
    at = [sentence["index"] for _, sentence in pairs]
    right = np.array([row["C"] == sentence["stance"][0] for row, sentence in pairs])
    return signs(everything)[at], everything.argmax(axis=1)[at] == NEUTRAL, right


def likely(annotated: Annotated) -> Array:
    """Return the probabilities of an article's sentences, a column for each of ``STANCES``."""
    return np.array([[s.probabilities[stance] for stance in STANCES] for s in annotated.sentences])


def stacked(parts: Sequence[tuple[Array, Array, Array]]) -> tuple[Array, Array, Array, Array]:
    """Return the columns of all articles' sentences one behind the other, and the number of each one's article."""
    first, second, third = (np.concatenate(column) for column in zip(*parts, strict=True))
    return first, second, third, np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])


def stored(sign: Array, right: Array, recipe: Recipe) -> list[float]:
    """Return the weights of the signs as they are written down."""
    return [round(float(weight), 4) for weight in fitted(sign, right, recipe)]


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
    for kind in (seen, ~seen):
        found[kind] = by_folds(sign[kind], right[kind], group[kind], recipe)
    curve = calibration_bins(found.tolist(), right.tolist())
    return {"sides": figures_of(right[~seen], found[~seen] >= OFTEN), "ece": calibration_error(curve)}, curve


def by_folds(sign: Array, right: Array, group: Array, recipe: Recipe) -> Array:
    """Return how likely each label is right by weights that were fitted on other articles."""
    found = np.zeros(len(right))
    folds = GroupKFold(recipe.estimator["folds"], shuffle=True, random_state=recipe.seed)
    for train, test in folds.split(sign, groups=group):
        found[test] = 1 / (1 + np.exp(-sign[test] @ fitted(sign[train], right[train], recipe)))
    return found


def figures_of(right: Array, kept: Array) -> Row:
    """Return how many labels are shown and how often they are right, all of them and those that are not unsure."""
    found = {"shown": len(right), "right": float(right.mean()), "kept": int(kept.sum())}
    return found | {"kept_right": float(right[kept].mean()) if kept.any() else 0.0}
