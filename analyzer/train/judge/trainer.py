"""The judge's weights: from labelled articles, with real articles that nobody tagged as controls.

Composed articles alone would teach their writers' habits, so articles of Wikipedia without any banner stand beside them
as negatives. Issues without labelled articles keep the weights that the recipe starts them with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.records import Article
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.evaluate import composed as evaluate_composed
from analyzer.train.evaluate.composed import ISSUES as LABELS
from analyzer.train.judge.weights import Sample, Start, fitted, scores

Row = dict[str, Any]
Measured = Mapping[str, float]
FOLDS = 5
_FAILURES = """\
- The composed articles are invented, eight subjects on dev: figures near 1 are a matter of that set. On real articles
  of 2019 (wiki_banners, science and engineering) the card of `banners` tells how well each issue is ranked: editors
  tag a fraction of the pages that deserve it.
- A paid article that is written soberly, with newspapers as references, looks like any other.
- A commercial site that is cited once, or under names that share nothing, is not seen as one site.
- Issues without labelled articles keep weights set by hand; their scores rank and are no probabilities. Where a
  `like-` signal stands among them, it is fitted on tagged articles and calibrated; what it weighs was set on them."""
_COMPOSED = "composed articles, with untagged Wikipedia articles as controls"
# Issues that the controls speak for: an untagged article may well lack references, but it is not promotion or spam.
_CONTROLLED = frozenset(LABELS) - {"unreferenced", "one-source", "primary-sources"}


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights of every issue, with figures on articles that the fit has not seen."""
    train, dev = data.jsonl("composed-train"), data.jsonl("composed-dev")
    longest = recipe.preprocessing["longest_control"]
    controls = measured(map(article_of, _controls(data.jsonl("banners-train"), longest)))
    unseen = measured(map(article_of, _controls(data.jsonl("banners-dev"), longest)))
    signals, dev_signals = measured(map(composed, train)), measured(map(composed, dev))
    starts = {issue: _start(settings) for issue, settings in recipe.features.items()}
    weights = dict(starts)
    held_out: list[tuple[float, bool]] = []
    for label, issue in LABELS.items():
        gold = [int(row["labels"][label]) for row in train]
        settings = recipe.estimator | {"controlled": label in _CONTROLLED}
        weights[issue] = _fitted(signals, gold, controls, starts[issue], settings)
        held_out += _held_out(train, signals, gold, controls, starts[issue], settings)
    curve = calibration_bins([p for p, _ in held_out], [right for _, right in held_out])
    labelled = set(LABELS.values())
    table = {
        issue: {
            "bias": start.bias,
            "weights": dict(start.weights),
            "calibrated_on": _COMPOSED if issue in labelled else "",
        }
        for issue, start in weights.items()
    }
    metrics = {
        "composed_dev": _ranked(dev, _by_label(weights, dev_signals)),
        "composed_train_as_started": _ranked(train, _by_label(starts, signals)),
        "controls_dev": _untouched(weights, unseen),
        "held_out": {"ece": calibration_error(curve)},
    }
    return Fit({"weights.json": table}, metrics, curve, {"Known failures": _FAILURES})


def composed(row: Row) -> Article:
    """Return a composed article as read."""
    from analyzer.readers import read

    return read(row["wikitext"].encode("utf-8"), title=row["subject"], format="wikitext", id=row["id"])


def article_of(row: Row) -> Article:
    """Return an article of wiki_banners as read, without its banners and inline tags."""
    from analyzer.readers import read
    from analyzer.train.evaluate.banners import wikitext

    return read(wikitext(row).encode("utf-8"), title=row["title"], format="wikitext", id=row["id"])


def measured(articles: Iterable[Article]) -> list[Measured]:
    """Return the signals of each article by name."""
    from analyzer.issues import signals_in_use
    from analyzer.issues.evidence.view import ArticleView
    from analyzer.pipeline import load_pipeline

    known = signals_in_use()
    return [
        {name: signal.measure(view) for name, signal in known.items()}
        for view in map(ArticleView, load_pipeline().annotate(articles))
    ]


def _ranked(rows: Sequence[Row], found: Sequence[Measured]) -> dict[str, float]:
    """Return the figures of ``npov evaluate banners`` on composed articles."""
    return dict(evaluate_composed._figures(rows, found, range(len(rows))))


def _controls(rows: Sequence[Row], longest: int) -> list[Row]:
    return [row for row in rows if row["role"] == "control" and row["prose_chars"] <= longest]


def _start(settings: Row) -> Start:
    return Start(settings["bias"], {name: value for name, value in settings.items() if name != "bias"})


def _fitted(
    signals: Sequence[Measured], gold: Sequence[int], controls: Sequence[Measured], start: Start, settings: Row
) -> Start:
    sample = Sample()
    sample.add(signals, gold)
    if settings["controlled"] and controls:
        each = settings["control_share"] * len(signals) / len(controls)
        sample.add(controls, [0] * len(controls), each)
    return fitted(sample, start, pull=settings["pull"])


def _held_out(
    rows: Sequence[Row],
    signals: Sequence[Measured],
    gold: Sequence[int],
    controls: Sequence[Measured],
    start: Start,
    settings: Row,
) -> list[tuple[float, bool]]:
    """Return probability and label of each training article, by weights from other subjects."""
    subjects = sorted({row["subject"] for row in rows})
    found: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        test = [i for i, row in enumerate(rows) if subjects.index(row["subject"]) % FOLDS == fold]
        held = set(test)
        rest = [i for i in range(len(rows)) if i not in held]
        weights = _fitted([signals[i] for i in rest], [gold[i] for i in rest], controls, start, settings)
        predicted = scores([signals[i] for i in test], weights)
        found += [(p, bool(gold[i])) for p, i in zip(predicted, test, strict=True)]
    return found


def _by_label(weights: Mapping[str, Start], signals: Sequence[Measured]) -> list[dict[str, float]]:
    columns = {label: scores(signals, weights[issue]) for label, issue in LABELS.items()}
    return [{label: column[i] for label, column in columns.items()} for i in range(len(signals))]


def _untouched(weights: Mapping[str, Start], signals: Sequence[Measured]) -> dict[str, float]:
    """Return the share of controls below the threshold, mean and least over the issues they speak for."""
    from analyzer.issues.scorer import THRESHOLD

    shares = {
        LABELS[label]: sum(p < THRESHOLD for p in scores(signals, weights[LABELS[label]])) / len(signals)
        for label in sorted(_CONTROLLED)
    }
    return {"not_flagged": sum(shares.values()) / len(shares), "least": min(shares.values())}
