"""Models of tagged articles: the shipped ones from wiki_banners, and your own from a dump (``npov train banners``).

Editors' banners are the labels, and the only ones: no model sees a banner or an inline tag of the article it judges.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.errors import UsageError
from analyzer.issues import SCORERS
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.tagged.words import CHANNELS
from analyzer.records import Annotated
from analyzer.train.banners import fitting as banner_fit
from analyzer.train.banners.controls import FEWEST, Choice, Chosen, choose
from analyzer.train.banners.fitting import Labels, Learnt, learn
from analyzer.train.banners.pages import FAMILIES, Pages, Rows, Seen, pages
from analyzer.train.banners.space import Articles, Examples, Settings, examples
from analyzer.train.core.fit import RETRAIN, Fit, Rebuilt, write_fit
from analyzer.train.core.measures import ranking_figures
from analyzer.train.core.recipe import Data, Recipe, find_recipe

_CALIBRATION_AT = "sourcing.citations-needed"
_COMPARISON = "Comparison"
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


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the models of the recipe's issues: weights from train, figures by five folds of both, and on dev."""
    train, dev = data.jsonl("banners-train"), data.jsonl("banners-dev")
    source = Rows([*train, *dev])
    seen = list(source.scan())
    articles = Articles(_channels(recipe.features.values()))
    for key, article in source.read([page.key for page in seen]):
        articles.add(key, ArticleView(Annotated(article=article)))
    learning = frozenset(row["title"] for row in train)
    found = examples(articles, learning)
    learnt: dict[str, Learnt] = {}
    metrics: dict[str, dict[str, dict[str, float]]] = {"folds": {}, "dev": {}, "train": {}}
    for issue, settings in recipe.features.items():
        rows = [page for page in seen if issue not in page.doubtful]
        learnt[issue] = learn(found, _labelled([page for page in rows if page.key in learning], issue), settings)
        metrics["folds"][issue] = _folds(found, rows, issue, settings)
        metrics["train"][issue] = learnt[issue].figures
        metrics["dev"][issue] = _unseen(
            found, learnt[issue], [page for page in rows if page.key not in learning], issue
        )
    files = banner_fit.artifacts(found.space, learnt, (), {"learnt_from": "wiki_banners"})
    sections = {_COMPARISON: recipe.preprocessing["comparison"], RETRAIN: _RETRAIN}
    return Fit(files, metrics, learnt[_CALIBRATION_AT].curve, sections)


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
    articles = _annotated(source, choice, recipe, tell)
    made = _fit_chosen(articles, choice, recipe)
    own = replace(recipe, data=(), features={}, expected={}, preprocessing={})
    own = replace(own, **_OWN)
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
    from analyzer.issues.signals import SIGNALS
    from analyzer.pipeline import load_pipeline

    names = tuple(sorted(SIGNALS))
    articles = Articles(_channels([*recipe.features.values(), recipe.estimator]), names)
    keys = choice.keys()
    order: list[str] = []

    def remembered() -> Iterable[Any]:
        for key, article in source.read(keys):
            if key not in articles.keys and key not in order:
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
        default = recipe.estimator
        learnt: dict[str, Learnt] = {}
        metrics: dict[str, Any] = {}
        for one in choice.chosen:
            settings = recipe.features.get(one.issue, default)
            labels = _labels(one, found)
            learnt[one.issue] = learn(found, labels, settings)
            unseen = banner_fit.held_out(found, labels, settings)
            matched = banner_fit.pairs_right(one.pairs, labels.keys, unseen)
            metrics[one.issue] = learnt[one.issue].figures | {"matched_pairs": matched}
    curve = max(learnt.values(), key=lambda row: row.figures["positives"]).curve
    files = banner_fit.artifacts(found.space, learnt, articles.signals, {"learnt_from": "a dump"})
    return Fit(files, {"folds": metrics}, curve, {"What it learnt from": _own_words(choice), RETRAIN: _RETRAIN})


def _channels(settings: Iterable[Settings]) -> tuple[str, ...]:
    """Return the channels that some issue looks at."""
    wanted = {block for row in settings for block in row["blocks"]}
    return tuple(name for name in CHANNELS if name in wanted)


def _labels(one: Chosen, found: Examples) -> Labels:
    """Return the articles that could be read; untagged ones were chosen to have no tag at all, so no others count."""
    rows = {key: 0 for key in one.negatives if key in found.at} | {key: 1 for key in one.positives if key in found.at}
    return Labels(list(rows), np.array(list(rows.values())))


def _labelled(rows: Sequence[Seen], issue: str) -> Labels:
    """Return articles with their labels for an issue, and how many other tags each carries."""
    gold = np.array([int(issue in page.issues) for page in rows])
    others = [sum(issue not in FAMILIES.get(family, ()) for family in page.tags) for page in rows]
    return Labels([page.key for page in rows], gold, np.array(others))


def _own_words(choice: Choice) -> str:
    """Return for the card what these models were learnt from, and which issues have none."""
    first, *rest = _lines(choice)
    return "\n".join([f"{first}.", "", *(f"- {line}" for line in rest)])


def _folds(found: Examples, rows: Sequence[Seen], issue: str, settings: Settings) -> dict[str, float]:
    """Return AUROC and average precision over five folds, and how often matched pairs are ranked right.

    ``auroc_shuffled`` is the mean AUROC over folds drawn anew: the settings were chosen by such draws.
    """
    labels = _labelled(rows, issue)
    unseen = banner_fit.held_out(found, labels, settings)
    tagged = frozenset({"tagged"})
    alike = [
        page._replace(doubtful=frozenset(), issues=tagged if issue in page.issues else frozenset()) for page in rows
    ]
    chosen = choose(alike, ["tagged"], most=len(rows), ratio=1, fewest=1).chosen
    pairs = chosen[0].pairs if chosen else ()
    return ranking_figures(labels.gold, unseen) | {
        "auroc_shuffled": banner_fit.shuffled(found, labels, settings),
        "matched_pairs": banner_fit.pairs_right(pairs, labels.keys, unseen),
        "positives": float(labels.gold.sum()),
    }


def _unseen(found: Examples, learnt: Learnt, rows: Sequence[Seen], issue: str) -> dict[str, float]:
    """Return AUROC and average precision of the weights on articles that they were not fitted on."""
    labels = _labelled(rows, issue)
    scores = found.scores(labels.keys, learnt.weights)
    return ranking_figures(labels.gold, scores) | {"positives": float(labels.gold.sum())}
