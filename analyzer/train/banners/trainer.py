"""Models of tagged articles: the shipped ones from wiki_banners, and your own from a dump (``npov train banners``).

Each issue has a calibrated ridge regression. Editors' banners are the labels, and the only ones: no model sees a banner
or an inline tag of the article it judges.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.errors import UsageError
from analyzer.issues import SCORERS
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals import SIGNALS
from analyzer.issues.signals.tagged.words import CHANNELS
from analyzer.records import Annotated, Article
from analyzer.train.banners.features import FOLDS, Array, Articles, Columns, Examples, Settings, Weights, examples
from analyzer.train.banners.pages import FAMILIES, FEWEST, Choice, Chosen, PageFacts, Pages, Rows, choose, pages
from analyzer.train.core.fit import RETRAIN, Fit, Rebuilt, write_fit
from analyzer.train.core.measures import calibration_bins, calibration_error, ranking_figures, ties_half
from analyzer.train.core.recipe import Data, Recipe, find_recipe

_CALIBRATION_AT = "sourcing.citations-needed"
_BIAS = 1.0  # a column that is the same in all articles
# How strongly the model of other tags is held back: there are more labels of it, so it can do with one setting.
_OTHERS_RIDGE = 6.0
_RETRAIN = """
Rebuild the shipped weights (same data and seed give the same bytes on one machine):

    npov train banners --data ../shared

Make your own from a dump, or from articles with `wikitext`, one JSON object a line; the banners in it are the labels:

    npov train banners --dump enwiki.xml.bz2 --out my-models
    NPOV_MODELS=my-models npov check article.txt
"""
# What the card of models from a dump says in the place of the shipped ones' words.
_OWN: Any = {
    "summary": "How much an article reads like those that editors of your wiki tagged. Learnt from a dump of your own.",
    "intended_use": "One signal of the judge (like-...) for each issue below, in reports with `NPOV_MODELS` set to the "
    "folder above this one.",
    "out_of_scope": "Deciding alone that a page deserves a banner; wikis, topics or times unlike those of the dump.",
    "known_failures": "- Editors tag a fraction of the pages that deserve it: untagged pages are no clean negatives.\n"
    "- With fewer than some 50 articles with a banner the figures are rough: intervals are wider than .1.",
}
Tell = Callable[[str], None]


class Labels(NamedTuple):
    """Articles of an issue: whether each is tagged for it, and how many other tags it has where that is known."""

    keys: Sequence[str]
    gold: Array
    others: Array | None = None

    def part(self, chosen: Array) -> Labels:
        """Return the articles of a mask."""
        keys = [key for key, kept in zip(self.keys, chosen.tolist(), strict=True) if kept]
        return Labels(keys, self.gold[chosen], None if self.others is None else self.others[chosen])


class Learnt(NamedTuple):
    """One issue's model, and what it is worth on articles that it has not seen."""

    weights: Weights
    bias: float
    slope: float
    offset: float
    figures: dict[str, float]
    curve: list[dict[str, float]]


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the models of the recipe's issues: weights from train, figures by five folds of both, and on dev."""
    train, dev = data.jsonl("banners-train"), data.jsonl("banners-dev")
    rows = {row["title"]: row for row in (*train, *dev)}
    source = Rows(rows.items)
    seen = list(source.scan())
    articles = Articles(_channels(recipe.features.values()))
    for key, article in source.read(rows):
        articles.add(key, ArticleView(Annotated(article=article)))
    learning = frozenset(row["title"] for row in train)
    found = examples(articles, learning)
    learnt: dict[str, Learnt] = {}
    metrics: dict[str, dict[str, dict[str, float]]] = {"folds": {}, "dev": {}, "train": {}}
    for issue, settings in recipe.features.items():
        sure = [page for page in seen if issue not in page.doubtful]
        own, unseen = ([page for page in sure if (page.key in learning) == known] for known in (True, False))
        learnt[issue] = learn(found, labelled(own, issue), settings)
        metrics["folds"][issue] = _folds(found, sure, issue, settings)
        metrics["train"][issue] = learnt[issue].figures
        labels = labelled(unseen, issue)
        metrics["dev"][issue] = _figures(labels, found.scores(labels.keys, learnt[issue].weights))
    files = artifacts(found.columns, learnt, (), {"learnt_from": "wiki_banners"})
    return Fit(files, metrics, learnt[_CALIBRATION_AT].curve, {RETRAIN: _RETRAIN})


def train_dump(
    path: Path | str, out: Path | str, *, most: int = 400, ratio: int = 3, tell: Tell = lambda line: None
) -> Rebuilt:
    """Return what models learnt from a dump came to; they are written to ``out``/banners, for ``$NPOV_MODELS``.

    ``path`` is a dump or a file of JSON Lines, or a folder of them. Articles that carry a banner are positives,
    untagged ones of like topic, length and date (``ratio`` each) are negatives; an issue with too few positives gets no
    model, and ``tell`` is told so. Besides words and build the models see the signals of the report on each article.

    Raises UsageError where no issue has enough positives.
    """
    began = time.perf_counter()
    source = pages(Path(path))
    tell(f"{path}: looking through the pages")
    choice = choose(source.scan(), [scorer.issue for scorer in SCORERS], most=most, ratio=ratio)
    for line in _lines(choice):
        tell(line)
    if not choice.chosen:
        raise UsageError(
            f"{path}: of {_counted(choice.pages)}, no issue has {FEWEST} with its banner and untagged ones beside "
            "them; give a larger dump."
        )
    recipe = find_recipe("banners")
    made = _fit_chosen(_annotated(source, choice, recipe, tell), choice, recipe)
    own = replace(recipe, data=(), features={}, expected={}, preprocessing={}, **_OWN)
    folder = write_fit(own, made, Path(out) / recipe.name)
    return Rebuilt(recipe.name, folder, made.metrics, time.perf_counter() - began)


def _lines(choice: Choice) -> list[str]:
    """Return what models are learnt from, and which issues have too few articles, a line each."""
    lines = [f"{_counted(choice.pages)}, {choice.untagged} of them without any banner or tag that counts"]
    for one in choice.chosen:
        tagged = _counted(len(one.positives))
        lines.append(f"{one.issue}: {tagged} with the banner, {len(one.negatives)} like them without")
    for issue, count in choice.too_few.items():
        if count:
            lines.append(f"{issue}: no model: {_counted(count)} with the banner, at least {FEWEST} are needed")
    none = [issue for issue, count in choice.too_few.items() if not count]
    if none:
        lines.append(f"no model, because no article carries the banner: {', '.join(none)}")
    return lines


def _counted(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _annotated(source: Pages, choice: Choice, recipe: Recipe, tell: Tell) -> Articles:
    """Return the features of the chosen articles, with the signals of the report."""
    from analyzer.pipeline import load_pipeline

    articles = Articles(_channels([*recipe.features.values(), recipe.estimator]), tuple(sorted(SIGNALS)))
    keys = choice.keys()
    order: list[str] = []

    def remembered() -> Iterable[Article]:
        met: set[str] = set()
        for key, article in source.read(keys):
            if key not in met:
                met.add(key)
                order.append(key)
                yield article

    for count, annotated in enumerate(load_pipeline(stance="fast").annotate(remembered()), 1):
        articles.add(order.pop(0), ArticleView(annotated))
        if count % 250 == 0:
            tell(f"{count} of {len(keys)} articles read")
    return articles


def _fit_chosen(articles: Articles, choice: Choice, recipe: Recipe) -> Fit:
    """Return a model for each issue that was chosen; settings are the recipe's, or its default ones."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        found = examples(articles)
        learnt: dict[str, Learnt] = {}
        metrics: dict[str, Any] = {}
        for one in choice.chosen:
            settings = recipe.features.get(one.issue, recipe.estimator)
            labels = _chosen_labels(one, found)
            learnt[one.issue] = learn(found, labels, settings)
            matched = pairs_right(one.pairs, labels.keys, held_out(found, labels, settings))
            metrics[one.issue] = learnt[one.issue].figures | {"matched_pairs": matched}
    curve = max(learnt.values(), key=lambda row: row.figures["positives"]).curve
    first, *rest = _lines(choice)
    told = "\n".join([f"{first}.", "", *(f"- {line}" for line in rest)])
    files = artifacts(found.columns, learnt, articles.signals, {"learnt_from": "a dump"})
    return Fit(files, {"folds": metrics}, curve, {"What it learnt from": told, RETRAIN: _RETRAIN})


def _channels(settings: Iterable[Settings]) -> tuple[str, ...]:
    """Return the channels that some issue looks at."""
    wanted = {block for row in settings for block in row["blocks"]}
    return tuple(name for name in CHANNELS if name in wanted)


def _chosen_labels(one: Chosen, found: Examples) -> Labels:
    """Return the articles that could be read; untagged ones were chosen to have no tag at all, so no others count."""
    rows = dict.fromkeys(one.negatives, 0) | dict.fromkeys(one.positives, 1)
    kept = {key: label for key, label in rows.items() if key in found.at}
    return Labels(list(kept), np.array(list(kept.values())))


def labelled(rows: Sequence[PageFacts], issue: str) -> Labels:
    """Return articles with their labels for an issue, and how many other tags each carries."""
    gold = np.array([int(issue in page.issues) for page in rows])
    others = [sum(issue not in FAMILIES.get(family, ()) for family in page.tags) for page in rows]
    return Labels([page.key for page in rows], gold, np.array(others))


def _folds(found: Examples, rows: Sequence[PageFacts], issue: str, settings: Settings) -> dict[str, float]:
    """Return AUROC and average precision over five folds, and how often matched pairs are ranked right.

    ``auroc_shuffled`` is the mean AUROC over folds drawn anew: the settings were chosen by such draws.
    """
    labels = labelled(rows, issue)
    likeness = found.likeness(labels.keys, settings)
    unseen = _held_out(likeness, labels, settings, labels.keys)
    drawn = ([f"{draw} {key}" for key in labels.keys] for draw in range(5))
    aurocs = [ranking_figures(labels.gold, _held_out(likeness, labels, settings, keys))["auroc"] for keys in drawn]
    tagged = frozenset({"tagged"})
    alike = [
        page._replace(doubtful=frozenset(), issues=tagged if issue in page.issues else frozenset()) for page in rows
    ]
    chosen = choose(alike, ["tagged"], most=len(rows), ratio=1, fewest=1).chosen
    pairs = chosen[0].pairs if chosen else ()
    matched = pairs_right(pairs, labels.keys, unseen)
    return _figures(labels, unseen, auroc_shuffled=float(np.mean(aurocs)), matched_pairs=matched)


def _figures(labels: Labels, scores: Array, **more: float) -> dict[str, float]:
    """Return AUROC and average precision with other figures, and of how many positives they are."""
    return ranking_figures(labels.gold, scores) | more | {"positives": float(labels.gold.sum())}


def learn(found: Examples, labels: Labels, settings: Settings) -> Learnt:
    """Return the model of one issue; calibrated, and measured, on articles of folds that were left out."""
    from sklearn.linear_model import LogisticRegression

    likeness = found.likeness(labels.keys, settings)
    unseen = _held_out(likeness, labels, settings, labels.keys)
    balanced = LogisticRegression(C=1e4, class_weight="balanced").fit(unseen[:, None], labels.gold)
    slope, offset = max(0.0, float(balanced.coef_[0, 0])), float(balanced.intercept_[0])
    dual = _dual(likeness, labels, settings)
    curve = _balanced_curve(1 / (1 + np.exp(-np.clip(slope * unseen + offset, -30, 30))), labels.gold)
    counts = {"positives": float(labels.gold.sum()), "all": float(len(labels.gold))}
    measured = ranking_figures(labels.gold, unseen) | {"ece": calibration_error(curve)} | counts
    weights = found.weights(labels.keys, dual, settings)
    return Learnt(weights, _BIAS * float(dual.sum()), slope, offset, measured, curve)


def held_out(found: Examples, labels: Labels, settings: Settings) -> Array:
    """Return for each article what a model says that was fitted without its fold."""
    return _held_out(found.likeness(labels.keys, settings), labels, settings, labels.keys)


def _held_out(likeness: Array, labels: Labels, settings: Settings, keys: Sequence[str]) -> Array:
    """Return what models say of the articles they were fitted without, in the folds that ``keys`` give."""
    folds = folds_of(keys, labels.gold.tolist())
    unseen = np.zeros(len(labels.gold))
    for fold in range(FOLDS):
        test = folds == fold
        if test.any() and 0 < labels.gold[~test].sum() < (~test).sum():
            dual = _dual(likeness[np.ix_(~test, ~test)], labels.part(~test), settings)
            unseen[test] = (likeness[np.ix_(test, ~test)] + _BIAS) @ dual
    return unseen


def _dual(likeness: Array, labels: Labels, settings: Settings) -> Array:
    """Return the weight of each article in the regression.

    Tagged and untagged articles weigh the same in all. Where the settings give a share to other tags, a regression on
    their number is added at that share, both made equally wide: editors who tag one fault look at others as well, and
    of all tags together there are many more than of one.
    """
    tagged = labels.gold == 1
    weighed = np.where(tagged, 0.5 / tagged.mean(), 0.5 / (~tagged).mean())
    dual = _ridge(likeness, np.where(tagged, 1.0, -1.0), settings["ridge"], weighed)
    share = float(settings.get("others", 0.0))
    if not share or labels.others is None or not labels.others.any():
        return dual
    counts = np.log1p(labels.others)
    other = _ridge(likeness, (counts - counts.mean()) / counts.std(), _OTHERS_RIDGE, np.ones(len(counts)))
    return np.asarray(dual / (likeness @ dual).std() + share * other / (likeness @ other).std())


def _ridge(likeness: Array, wanted: Array, ridge: float, weighed: Array) -> Array:
    from sklearn.kernel_ridge import KernelRidge

    model = KernelRidge(alpha=ridge, kernel="precomputed").fit(likeness + _BIAS, wanted, sample_weight=weighed)
    return np.asarray(model.dual_coef_)


def folds_of(keys: Sequence[str], gold: Sequence[int]) -> Array:
    """Return a fold for each article by the hash of its key; tagged and untagged ones are spread alike."""
    folds = np.zeros(len(keys), dtype=int)
    for label in (0, 1):
        members = sorted((hashlib.sha256(keys[i].encode()).digest(), i) for i, y in enumerate(gold) if y == label)
        for place, (_, i) in enumerate(members):
            folds[i] = place % FOLDS
    return folds


def pairs_right(pairs: Iterable[tuple[str, str]], keys: Sequence[str], scores: Array) -> float:
    """Return how often a tagged article scores above the untagged one most like it; a tie is half right."""
    at = dict(zip(keys, scores.tolist(), strict=True))
    return ties_half((at[one], at[other]) for one, other in pairs if one in at and other in at)


def _balanced_curve(probabilities: Array, gold: Array) -> list[dict[str, float]]:
    """Return the calibration curve as if both classes were equally many: the rarer one counts as often as it must."""
    times = max(1, round(float((gold == 0).sum()) / max(1, int(gold.sum()))))
    repeated = np.concatenate([probabilities, *[probabilities[gold == 1]] * (times - 1)])
    right = np.concatenate([gold, np.ones(int(gold.sum()) * (times - 1), dtype=int)])
    return calibration_bins(repeated.tolist(), [bool(y) for y in right])


def artifacts(
    columns: Columns, learnt: Mapping[str, Learnt], signals: Sequence[str], told: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the files of the model folder by name; only channels that an issue looks at are kept."""
    models = list(learnt.values())
    channels = [name for name in columns.terms if any(name in row.weights.words for row in models)]
    settings = {
        "issues": {
            issue: {
                "row": at,
                "bias": round(row.bias, 5),
                "slope": round(row.slope, 5),
                "offset": round(row.offset, 5),
                "positives": int(row.figures["positives"]),
                "auroc": round(row.figures["auroc"], 4),
                **told,
            }
            for at, (issue, row) in enumerate(learnt.items())
        },
        "channels": channels,
        "need": columns.needs.bias,
        "figures": list(columns.scale.names),
        "knots": [[[round(x, 6), round(z, 4)] for x, z in row] for row in columns.knots],
        "signals": list(signals),
    }
    arrays = {
        "figures": np.array([row.weights.figures for row in models], dtype=np.float32),
        "products": np.array([row.weights.products for row in models], dtype=np.float32),
        "need_terms": np.array(columns.needs.terms, dtype=np.str_),
        "need_idf": columns.needs.idf.astype(np.float32),
        "need_weights": columns.needs.weights.astype(np.float32),
    }
    for n, name in enumerate(channels):
        none = np.zeros(len(columns.terms[name]))
        arrays[f"terms{n}"] = np.array(columns.terms[name], dtype=np.str_)
        arrays[f"idf{n}"] = columns.idf[name].astype(np.float32)
        arrays[f"words{n}"] = np.array([row.weights.words.get(name, none) for row in models], dtype=np.float32)
    return {"banners.json": settings, "banners.npz": arrays}
