"""Models of tagged articles: one calibrated ridge regression an issue, its figures, and the files of the folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from analyzer.train.banners.space import Array, Examples, Settings, Space, Weights
from analyzer.train.core.measures import calibration_bins, calibration_error, ranking_figures

FOLDS = 5
_BIAS = 1.0  # a column that is the same in all articles
# How strongly the model of other tags is held back: there are more labels of it, so it can do with one setting.
_OTHERS_RIDGE = 6.0


class Learnt(NamedTuple):
    """One issue's model, and what it is worth on articles that it has not seen."""

    weights: Weights
    bias: float
    slope: float
    offset: float
    figures: dict[str, float]
    curve: list[dict[str, float]]


class Labels(NamedTuple):
    """Articles of an issue: whether each is tagged for it, and how many other tags it has where that is known."""

    keys: Sequence[str]
    gold: Array
    others: Array | None = None

    def part(self, chosen: Array) -> Labels:
        """Return the articles of a mask."""
        keys = [key for key, kept in zip(self.keys, chosen.tolist(), strict=True) if kept]
        return Labels(keys, self.gold[chosen], None if self.others is None else self.others[chosen])


def learn(found: Examples, labels: Labels, settings: Settings) -> Learnt:
    """Return the model of one issue; calibrated, and measured, on articles of folds that were left out."""
    from sklearn.linear_model import LogisticRegression

    likeness = found.likeness(labels.keys, settings)
    unseen = _held_out(likeness, labels, settings)
    balanced = LogisticRegression(C=1e4, class_weight="balanced").fit(unseen[:, None], labels.gold)
    slope, offset = max(0.0, float(balanced.coef_[0, 0])), float(balanced.intercept_[0])
    dual = _dual(likeness, labels, settings)
    probabilities = 1 / (1 + np.exp(-np.clip(slope * unseen + offset, -30, 30)))
    curve = _balanced_curve(probabilities, labels.gold)
    counts = {"positives": float(labels.gold.sum()), "all": float(len(labels.gold))}
    measured = ranking_figures(labels.gold, unseen) | {"ece": calibration_error(curve)} | counts
    weights = found.weights(labels.keys, dual, settings)
    return Learnt(weights, _BIAS * float(dual.sum()), slope, offset, measured, curve)


def held_out(found: Examples, labels: Labels, settings: Settings) -> Array:
    """Return for each article what a model says that was fitted without its fold."""
    return _held_out(found.likeness(labels.keys, settings), labels, settings)


def _held_out(likeness: Array, labels: Labels, settings: Settings, folds: Array | None = None) -> Array:
    folds = folds_of(labels.keys, labels.gold.tolist()) if folds is None else folds
    unseen = np.zeros(len(labels.gold))
    for fold in range(FOLDS):
        test = folds == fold
        if test.any() and 0 < labels.gold[~test].sum() < (~test).sum():
            dual = _dual(likeness[np.ix_(~test, ~test)], labels.part(~test), settings)
            unseen[test] = (likeness[np.ix_(test, ~test)] + _BIAS) @ dual
    return unseen


def shuffled(found: Examples, labels: Labels, settings: Settings, draws: int = 5) -> float:
    """Return the mean AUROC over folds that are drawn anew."""
    likeness = found.likeness(labels.keys, settings)
    aurocs = []
    for draw in range(draws):
        keys = [f"{draw} {key}" for key in labels.keys]
        folds = folds_of(keys, labels.gold.tolist())
        aurocs.append(ranking_figures(labels.gold, _held_out(likeness, labels, settings, folds))["auroc"])
    return float(np.mean(aurocs))


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
    at = {key: i for i, key in enumerate(keys)}
    values = scores.tolist()
    both = [(values[at[one]], values[at[other]]) for one, other in pairs if one in at and other in at]
    right = [0.5 * ((one > other) + (one >= other)) for one, other in both]
    return float(np.mean(right)) if right else 0.0


def artifacts(space: Space, learnt: Mapping[str, Learnt], signals: Sequence[str], told: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return the files of the model folder by name; only channels that an issue looks at are kept."""
    models = list(learnt.values())
    channels = [name for name in space.terms if any(name in row.weights.words for row in models)]
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
        "need": space.needs.bias,
        "figures": list(space.scale.names),
        "knots": [[[round(x, 6), round(z, 4)] for x, z in row] for row in space.knots],
        "signals": list(signals),
    }
    arrays = {
        "figures": np.array([row.weights.figures for row in models], dtype=np.float32),
        "products": np.array([row.weights.products for row in models], dtype=np.float32),
        "need_terms": np.array(space.needs.terms, dtype=np.str_),
        "need_idf": space.needs.idf.astype(np.float32),
        "need_weights": space.needs.weights.astype(np.float32),
    }
    for n, name in enumerate(channels):
        none = np.zeros(len(space.terms[name]))
        arrays[f"terms{n}"] = np.array(space.terms[name], dtype=np.str_)
        arrays[f"idf{n}"] = space.idf[name].astype(np.float32)
        arrays[f"words{n}"] = np.array([row.weights.words.get(name, none) for row in models], dtype=np.float32)
    return {"banners.json": settings, "banners.npz": arrays}


def _balanced_curve(probabilities: Array, gold: Array) -> list[dict[str, float]]:
    """Return the calibration curve as if both classes were equally many: the rarer one counts as often as it must."""
    times = max(1, round(float((gold == 0).sum()) / max(1, int(gold.sum()))))
    repeated = np.concatenate([probabilities, *[probabilities[gold == 1]] * (times - 1)])
    right = np.concatenate([gold, np.ones(int(gold.sum()) * (times - 1), dtype=int)])
    return calibration_bins(repeated.tolist(), [bool(y) for y in right])
