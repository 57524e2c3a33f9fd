"""The judge's weights: from articles whose issues people judged, calibrated on articles that the fit has not seen.

Three kinds of articles teach it: real ones that readers judged (few advertisements among them, as on the wiki),
composed ones (advertisements, one-sided and spammed versions of invented subjects), and real ones with what editors had
tagged on them. Each issue is a logistic regression on its scorer's signals, each kind of article with a bias of its
own, pulled towards the weights that the scorer states; none may take the other sign, so that a reader can still say
what each signal does. Then the sum is moved and stretched, so that on held-out articles that readers judged a score of
0.5 means what most would at least call arguable (:func:`cut`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from analyzer.issues import SCORERS
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.scorer import CAP, Formula, Weighed
from analyzer.issues.signals import SIGNALS
from analyzer.issues.summary import NEUTRALITY_FAMILIES
from analyzer.records import Article
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.passages import as_article
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.core.wiki_banners import article_of
from analyzer.train.evaluate import composed as evaluate_composed
from analyzer.train.evaluate.banners import TASKS, labelled
from analyzer.train.evaluate.composed import ISSUES as COMPOSED
from analyzer.vocabulary import DEFAULT_ENGINE, THRESHOLD

Row = dict[str, Any]
Signals = Mapping[str, float]
Array = np.ndarray[Any, Any]
_READERS = "real articles that readers judged, beside composed ones"
# What most tags of a family say; most of those on lacking references ask for more.
_TAGGED = {
    "unreferenced": "sourcing.citations-needed",
    "footnotes": "sourcing.footnotes",
    "one-source": "sourcing.one-source",
    "primary-sources": "sourcing.primary",
    "unreliable_any": "sourcing.unreliable",
    "weasel_any": "language.weasel",
    "external-links": "spam.external-links",
}
# Issues that readers were not asked about are held against what they said of a near one.
_NEAR = {"paid.coi": "paid.undisclosed", "paid.autobiography": "paid.undisclosed"}
_CERTAIN, _ARGUABLE = 2.0, 1.0
# Where one of two readers of an article calls an issue other than missing citations arguable, the other does so often.
_SHARED_BY_ANOTHER = 0.84
_WELL_ABOVE = 0.75  # log odds: an article like the worst of those scores a third
_KEPT = 0.3  # of the weight that is stated: what defines an issue counts, be it rare among the articles
_LEAST_SPREAD = 0.02  # a signal that hardly varies in training is not blown up


class Measures(NamedTuple):
    """An article's signals by name, the issues that can be judged in it, those that it lacks signs of, its words."""

    signals: Signals
    assessable: frozenset[str]
    lacking: frozenset[str]
    words: int


class Measured(NamedTuple):
    """What was measured in an article, and what people said of it: issue to 0, 1 or 2.

    ``asked`` are the issues that they spoke of, all where it is None. ``group`` is the article or the subject whose
    version it is. ``kind`` is "judged" by readers (who gave a ``neutrality``), "composed" or "tagged" by editors.
    """

    measures: Measures
    said: Mapping[str, float]
    group: str
    kind: str = "judged"
    asked: frozenset[str] | None = None
    neutrality: float = 0.0

    def speaks_of(self, issue: str) -> bool:
        """Return whether something was said of an issue, be it that it is not there."""
        return self.asked is None or issue in self.asked


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the weights of every issue and of the summary, with figures on articles that the fit has not seen."""
    measured_on = {row["title"] for row in data.jsonl("articles-dev")}  # tags of the same pages would tell on them
    own = data.jsonl("own-issues")
    banners = [row for row in data.jsonl("banners-train") if row["title"] not in measured_on]
    of_banners = measured(map(article_of, banners))
    real = [
        *judged(data.jsonl("articles-train")),
        *_own({row["id"]: found for row, found in zip(banners, of_banners, strict=True)}, own, "wiki_banners-train"),
        *_own(_dump(data.path("dump"), own), own, "enwiki_2016_half_a"),
    ]
    dev_rows = data.jsonl("composed-dev")
    rows = [*real, *composed(data.jsonl("composed-train")), *tagged(banners, of_banners)]
    weights: dict[str, Formula] = {}
    unseen: dict[str, Array] = {}
    for scorer in SCORERS:
        weights[scorer.issue], unseen[scorer.issue] = learnt(scorer, rows, recipe.estimator, recipe.seed)
    summary, neutrality = neutral_weights(real, unseen, weights, recipe.estimator, recipe.seed)
    right = [
        (p, row.said.get(issue, 0) >= _ARGUABLE)
        for issue in unseen
        for p, row in zip(unseen[issue], real, strict=False)
    ]
    curve = calibration_bins([float(p) for p, _ in right], [bool(yes) for _, yes in right])
    metrics = {
        "composed_dev": _ranked(dev_rows, weights, composed(dev_rows)),
        "articles_held_out": {**held_out_figures(real, unseen), **neutrality, "ece": calibration_error(curve)},
    }
    table = {issue: found._asdict() for issue, found in weights.items()}
    return Fit({"weights.json": table, "summary.json": summary}, metrics, curve)


def judged(rows: Sequence[Row]) -> list[Measured]:
    """Return real articles that readers judged, measured."""
    articles = (as_article(row["wikitext"], row["title"], row["id"], "wikitext") for row in rows)
    return [_rated(row["ratings"], found, row["id"]) for row, found in zip(rows, measured(articles), strict=True)]


def _own(found: Mapping[str, Measures], labels: Sequence[Row], source: str) -> list[Measured]:
    """Return the articles of a source that the project's own readers judged."""
    ratings: dict[str, list[Row]] = {}
    for label in labels:
        if label["source"] == source:
            ratings.setdefault(label["id"], []).append(label)
    return [_rated(rows, found[id], id) for id, rows in ratings.items()]


def _dump(path: Path, labels: Sequence[Row]) -> dict[str, Measures]:
    """Return the pages of a dump that readers judged, measured, by their id."""
    from analyzer.readers import read_many

    judged = {label["id"] for label in labels}
    articles = [page for page in read_many(path) if isinstance(page, Article) and page.id in judged]
    return {str(page.id): found for page, found in zip(articles, measured(articles), strict=True)}


def tagged(rows: Sequence[Row], found: Sequence[Measures]) -> list[Measured]:
    """Return articles with what editors had tagged on them; one without a tag says that the issue is not there."""
    said: list[dict[str, float]] = [{} for _ in rows]
    for task in TASKS:
        if task.name in _TAGGED:
            for place, there in zip(*labelled(rows, task), strict=True):
                said[place].setdefault(_TAGGED[task.name], _CERTAIN * there)
    return [
        Measured(measures, issues, row["id"], "tagged", frozenset(issues))
        for row, measures, issues in zip(rows, found, said, strict=True)
    ]


def _rated(ratings: Sequence[Row], measures: Measures, id: str) -> Measured:
    """Return an article with the mean of what its readers said."""
    issues = {issue for rating in ratings for issue in rating["issues"]}
    said = {issue: sum(r["issues"].get(issue, 0) for r in ratings) / len(ratings) for issue in issues}
    return Measured(measures, said, id, neutrality=sum(r["neutrality"] for r in ratings) / len(ratings))


def composed(rows: Sequence[Row]) -> list[Measured]:
    """Return composed articles, measured; what they carry is certain."""
    articles = (as_article(row["wikitext"], row["subject"], row["id"], "wikitext") for row in rows)
    return [
        Measured(
            found,
            {issue: _CERTAIN * row["labels"][label] for label, issue in COMPOSED.items()},
            row["subject"],
            "composed",
            frozenset(COMPOSED.values()),
        )
        for row, found in zip(rows, measured(articles), strict=True)
    ]


def measured(articles: Iterable[Article]) -> list[Measures]:
    """Return what is measured in each article."""
    from analyzer.pipeline import load_pipeline

    return [of_view(ArticleView(annotated)) for annotated in load_pipeline(engine=DEFAULT_ENGINE).annotate(articles)]


def of_view(view: ArticleView) -> Measures:
    """Return what is measured in an article."""
    signals = {name: signal.measure(view) for name, signal in SIGNALS.items()}
    assessable = frozenset(scorer.issue for scorer in SCORERS if scorer.assessable(view))
    lacking = frozenset(scorer.issue for scorer in SCORERS if scorer.issue in assessable and scorer.lacks(view))
    return Measures(signals, assessable, lacking, view.words)


def learnt(scorer: Weighed, rows: Sequence[Measured], settings: Mapping[str, Any], seed: int) -> tuple[Formula, Array]:
    """Return an issue's formula, and the score of each row by a formula that has not seen it.

    With fewer than ``fewest`` articles that carry the issue the scorer's own weights stay; then only their cut is set.
    """
    among = np.array([row.speaks_of(scorer.issue) for row in rows])
    said = np.array([_said(row, scorer.issue) for row in rows])
    wanted = said >= (_CERTAIN if scorer.issue in settings["read_as_certain"] else _ARGUABLE)
    judged = among & np.array([row.kind == "judged" for row in rows])
    if np.sum(wanted & among & np.array([row.kind != "tagged" for row in rows])) < settings["fewest"]:
        formula = Formula(0.0, {name: weight for name, weight in scorer.weights.items() if weight})
        sums, slope, source = total(rows, formula), 1.0, ""
    else:
        sums, formula = _held_out(scorer, rows, among, wanted, settings, seed)
        slope, source = _slope(sums[judged], wanted[judged]), _READERS
    judgeable = judged & np.array([scorer.issue in row.measures.assessable for row in rows])
    at = cut(sums[judgeable], said[judgeable], settings["shared"], settings["found"])
    if not source:
        at = max(at, -scorer.bias)
    bias = slope * (formula.bias - at)
    scaled = {name: round(slope * weight, 3) for name, weight in formula.weights.items()}
    kept = {name: weight for name, weight in scaled.items() if weight}
    return Formula(round(bias, 3), kept, source), _capped(scorer.issue, rows, 1 / (1 + np.exp(-slope * (sums - at))))


def _said(row: Measured, issue: str) -> float:
    return max(row.said.get(issue, 0.0), row.said.get(_NEAR.get(issue, issue), 0.0))


def _capped(issue: str, rows: Sequence[Measured], scores: Array) -> Array:
    """Return the scores as the scorer gives them: less without what it requires, 0 where none is given."""
    counts = [CAP if issue in row.measures.lacking else float(issue in row.measures.assessable) for row in rows]
    return np.asarray(scores * np.array(counts))


def _held_out(
    scorer: Weighed, rows: Sequence[Measured], among: Array, wanted: Array, settings: Mapping[str, Any], seed: int
) -> tuple[Array, Formula]:
    """Return each row's sum by formulas that have not seen it, mean over several draws of folds, and the formula."""

    def made(keep: Array) -> Formula:
        places = np.flatnonzero(among & keep)
        sample = [rows[i] for i in places.tolist()]
        return fitted(sample, wanted[places], scorer.weights, pull=settings["pull"], shares=settings["shares"])

    whole = made(np.ones(len(rows), dtype=bool))
    sums = np.zeros(len(rows))
    for draw in range(settings["draws"]):
        fold = folds(rows, wanted, settings["folds"], seed + draw)
        for at in range(settings["folds"]):
            test = fold == at
            sums[test] += total([rows[i] for i in np.flatnonzero(test).tolist()], made(~test)) / settings["draws"]
    return sums, whole


def folds(rows: Sequence[Measured], wanted: Array, count: int, seed: int) -> Array:
    """Return the fold of each row: what is of one group stays together, rows that are wanted are dealt out first."""
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row.group, []).append(place)
    members = list(groups.values())
    carry = [bool(wanted[group].any()) for group in members]
    order, found = np.random.default_rng(seed), np.zeros(len(rows), dtype=int)
    for kind in (True, False):
        some = [group for group, has in zip(members, carry, strict=True) if has is kind]
        for place, at in enumerate(order.permutation(len(some))):
            found[some[at]] = place % count
    return found


def fitted(rows: Sequence[Measured], wanted: Array, stated: Signals, *, pull: float, shares: Signals) -> Formula:
    """Return the weights that fit best, each of the sign that is stated, with the bias of judged articles.

    ``pull`` is the price of moving a weight from the one stated, by 1 on a signal of unit spread, squared;
    ``shares`` what all articles of a kind count beside those of the others.
    """
    from scipy.optimize import minimize

    names, weights = list(stated), np.array(list(stated.values()))
    signs = np.where(weights < 0, -1.0, 1.0)
    x = matrix(rows, names)
    spread = np.maximum(x.std(axis=0), _LEAST_SPREAD)
    z, start = x / spread * signs, np.abs(weights) * spread
    y = wanted.astype(float)
    kind = np.array([[row.kind == name for name in shares] for row in rows], dtype=float)
    share = kind @ (np.array(list(shares.values())) / np.maximum(1, kind.sum(axis=0)))
    share /= share.sum()
    many = len(shares)

    def loss(theta: Array) -> tuple[float, Array]:
        sums = kind @ theta[:many] + z @ theta[many:]
        probability = 1 / (1 + np.exp(-np.clip(sums, -60, 60)))
        residual = share * (probability - y)
        moved = theta[many:] - start
        value = float(share @ (np.logaddexp(0, sums) - y * sums)) + pull * float(moved @ moved)
        return value, np.concatenate([kind.T @ residual, z.T @ residual + 2 * pull * moved])

    begin = np.array([*[-2.0] * many, *start])
    bounds = [(-15.0, 6.0)] * many + [(_KEPT * least, None) for least in start.tolist()]
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds).x
    fitted_weights: list[float] = (found[many:] / spread * signs).tolist()
    return Formula(float(found[list(shares).index("judged")]), dict(zip(names, fitted_weights, strict=True)))


def _slope(sums: Array, wanted: Array) -> float:
    """Return by how much sums are stretched to be log odds (Platt), within bounds."""
    from sklearn.linear_model import LogisticRegression

    slope = LogisticRegression(C=100.0).fit(sums[:, None], wanted).coef_[0, 0]
    return float(np.clip(slope, 0.5, 2.0))


def cut(sums: Array, said: Array, shared: float, found: float) -> float:
    """Return from which sum on an issue is there, by articles that readers judged.

    It is the lowest from which on readers share at least ``shared`` of the flags, one more counted as wrong, so that a
    few lucky ones prove nothing; but no lower than it takes to find ``found`` of the certain ones. What one reader
    calls arguable, :data:`_SHARED_BY_ANOTHER` of the others do. Where nothing will do, the cut lies well above all
    articles that do not carry the issue (:data:`_WELL_ABOVE`).
    """
    order = np.argsort(-sums, kind="stable")
    wrong = np.interp(said[order], [0, _ARGUABLE, _CERTAIN], [1, 1 - _SHARED_BY_ANOTHER, 0])
    good = np.flatnonzero(np.cumsum(wrong) + 1 <= (1 - shared) * np.arange(2, len(order) + 2))
    if not len(good):
        plain = sums[said < _ARGUABLE]
        return float(plain.max()) + _WELL_ABOVE if len(plain) else -np.inf
    lowest = float(sums[order[good[-1] : good[-1] + 2]].mean())
    certain = sums[said >= _CERTAIN]
    return max(lowest, float(np.quantile(certain, 1 - found))) if len(certain) else lowest


def held_out_figures(real: Sequence[Measured], scores: Mapping[str, Array]) -> dict[str, float]:
    """Return how many flags readers share, how many certain issues are found, and how well issues are ranked."""
    from sklearn.metrics import roc_auc_score

    flags = shared = certain = found = 0
    ranked = []
    for issue, column in scores.items():
        said = np.array([row.said.get(issue, 0.0) for row in real])
        flagged = column[: len(real)] >= THRESHOLD
        flags, shared = flags + int(flagged.sum()), shared + int((flagged & (said >= _ARGUABLE)).sum())
        certain, found = certain + int((said >= _CERTAIN).sum()), found + int((flagged & (said >= _CERTAIN)).sum())
        if 4 <= (said >= _ARGUABLE).sum() < len(real):
            ranked.append(float(roc_auc_score(said >= _ARGUABLE, column[: len(real)])))
    return {
        "flags": flags,
        "flags_agreed": shared / max(1, flags),
        "sure_found": found / max(1, certain),
        "auroc_mean": sum(ranked) / max(1, len(ranked)),
    }


def neutral_weights(
    real: Sequence[Measured],
    scores: Mapping[str, Array],
    weights: Mapping[str, Formula],
    settings: Mapping[str, Any],
    seed: int,
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Return what each issue's score takes off the neutrality, and the rank correlation with held-out readers."""
    from scipy.stats import spearmanr

    issues = [s.issue for s in SCORERS if s.family in NEUTRALITY_FAMILIES and weights[s.issue].calibrated_on]
    x = np.stack([scores[issue][: len(real)] for issue in issues], axis=1)
    full = np.maximum(np.quantile(x, settings["full_at"], axis=0).round(3), 0.001)
    x = np.minimum(1, x / full)
    judgeable = np.array([[issue in row.measures.assessable for issue in issues] for row in real])
    usual = (x * judgeable).sum(axis=0) / np.maximum(1, judgeable.sum(axis=0))
    x = np.where(judgeable, x, usual)
    loss = (5 - np.array([row.neutrality for row in real])) / 4
    fold = np.random.default_rng(seed).permutation(len(real)) % settings["folds"]
    taken = np.zeros(len(real))
    for at in range(settings["folds"]):
        rest, test = fold != at, fold == at
        taken[test] = x[test] @ _taken_off(x[rest], loss[rest], **settings["neutrality"])
    columns = zip(issues, _taken_off(x, loss, **settings["neutrality"]).round(3), full, usual.round(3), strict=True)
    table = {
        issue: {"weight": float(weight), "full": float(most), "usual": float(score)}
        for issue, weight, most, score in columns
    }
    return table, {
        "rho_neutrality": float(spearmanr(-taken, -loss)[0]),
        "rho_length": float(spearmanr(-taken, [row.measures.words for row in real])[0]),
    }


def _taken_off(x: Array, loss: Array, *, pull: float, least: float) -> Array:
    """Return the weights, none below ``least``, that explain best what readers take off an article's neutrality."""
    from scipy.optimize import lsq_linear

    many = x.shape[1]
    left = np.vstack([np.c_[x, np.ones(len(x))], np.c_[np.sqrt(pull) * np.eye(many), np.zeros(many)]])
    right = np.concatenate([loss, np.zeros(many)])
    found = lsq_linear(left, right, bounds=([least] * many + [-1.0], [1.0] * many + [1.0])).x
    return np.asarray(found[:many])


def _ranked(rows: Sequence[Row], weights: Mapping[str, Formula], found: Sequence[Measured]) -> dict[str, float]:
    """Return the figures of ``npov evaluate banners`` on composed articles."""
    columns = {label: 1 / (1 + np.exp(-total(found, weights[issue]))) for label, issue in COMPOSED.items()}
    scores = [{label: float(column[i]) for label, column in columns.items()} for i in range(len(rows))]
    return dict(evaluate_composed.figures(rows, scores, range(len(rows))))


def matrix(rows: Sequence[Measured], names: Sequence[str]) -> Array:
    """Return the signals named, a column each."""
    return np.array([[row.measures.signals[name] for name in names] for row in rows], dtype=float).reshape(
        -1, len(names)
    )


def total(rows: Sequence[Measured], formula: Formula) -> Array:
    """Return each row's weighted sum."""
    return np.asarray(formula.bias + matrix(rows, list(formula.weights)) @ np.array(list(formula.weights.values())))
