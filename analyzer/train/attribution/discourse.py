"""The attribution model of the scheme "discourse": clauses that attribute a clause, an author's "we find" among them.

GUM train has 275 of them (Zeldes 2017), too few to learn from alone: each feature has one weight that gold passages
share and one of GUM's own, and the two are added up (Daume 2007). Who "realises", "knows" or "ensures" is no source to
an encyclopaedia's reader, so the paths and cues of GUM's own labels are candidates beside those of models/attribution.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import spacy
from scipy import sparse

from analyzer.annotate.attribution.model import DISCOURSE, load
from analyzer.linear import Array, logistic_of
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.examples import Example, Tables, examples, set_candidates, with_learnt
from analyzer.train.attribution.labelled import tables_of
from analyzer.train.attribution.scoring import GRID, Counts, Limits, by_example, curve, evaluate
from analyzer.train.attribution.trainer import Settings, fit_weights, rows_of, stored
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error
from analyzer.train.core.recipe import Data, Recipe

DEALS = 3  # times that the documents are dealt into folds: one deal of 40 documents says little
_AS_IT_IS = {"raw": [0.0, 1.0], "true": [0.0, 1.0]}  # a calibration that changes nothing
_NEVER = 2.0  # a probability that nothing reaches: each attribution of GUM has words for its source

Found = list[tuple[Example, Array]]  # examples with the probabilities of their candidates


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its held-out figures and those on the dev documents."""
    nlp = spacy.load(DEFAULT_MODEL)
    settings = Settings(**recipe.estimator, seed=recipe.seed)
    gold = list(examples(nlp, data.jsonl("gold-train")))
    train = list(examples(nlp, data.passages("gum-train")))
    dev = list(examples(nlp, data.jsonl("gum-dev")))
    base = tables_of(load())
    deals = [_held_out(gold, train, base, settings, settings.seed + deal) for deal in range(DEALS)]
    limits = _best_limits(deals)
    made = with_learnt(base, train)
    weights, bias = _fitted(gold, train, made, settings)
    found = _judged(dev, made, (weights, bias), settings)
    bins = curve(*_apart([one for deal in deals for one in deal]), limits)
    metrics = {
        "held_out": _mean([_counts(deal, limits) for deal in deals]) | {"ece": calibration_error(bins)},
        "gum_dev": _counts(found, limits).figures(),
        "pairs": sum(len(example.candidates) for example in train),
    }
    return Fit(stored(made, weights, bias, {DISCOURSE: limits}, _AS_IT_IS), metrics, bins)


def _fitted(gold: Sequence[Example], train: Sequence[Example], made: Tables, settings: Settings) -> tuple[Array, float]:
    """Return weights and bias: what both corpora share plus what the second adds."""
    set_candidates((*gold, *train), made)
    first, second = rows_of(gold, settings), rows_of(train, settings)
    shared, own = first.x, second.x
    blank = sparse.csr_matrix(shared.shape, dtype=np.float32)
    x = sparse.vstack([sparse.hstack([shared, blank]), sparse.hstack([own, own])]).tocsr()
    y, weight = (np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("y", "weight"))
    weights, bias = fit_weights(x, y, weight, settings)
    return weights[: shared.shape[1]] + weights[shared.shape[1] :], bias


def _judged(found: Sequence[Example], made: Tables, model: tuple[Array, float], settings: Settings) -> Found:
    """Return copies of the examples with their candidates and what the model makes of these."""
    own = [replace(example) for example in found]
    set_candidates(own, made)
    weights, bias = model
    probabilities = np.asarray(logistic_of(rows_of(own, settings).x @ weights + bias))
    return list(zip(own, by_example(probabilities, own), strict=True))


def _held_out(gold: Sequence[Example], train: Sequence[Example], base: Tables, settings: Settings, seed: int) -> Found:
    """Return the documents as models judge them that have learnt nothing from them, paths and cues included."""
    fold = np.random.default_rng(seed).permutation(len(train)) % settings.folds
    found: Found = []
    for k in range(settings.folds):
        others, own = ([train[i] for i in np.flatnonzero(chosen).tolist()] for chosen in (fold != k, fold == k))
        made = with_learnt(base, others)
        found += _judged(own, made, _fitted(gold, others, made, settings), settings)
    return found


def _best_limits(deals: Sequence[Found]) -> Limits:
    """Return the threshold at which the F1 of sources is highest in the mean of the deals."""
    trials: list[Limits] = [{"named": named, "unnamed": _NEVER} for named in GRID]
    return max(trials, key=lambda trial: float(np.mean([_counts(deal, trial).f1() for deal in deals])))


def _counts(found: Found, limits: Limits) -> Counts:
    return evaluate(*_apart(found), limits)


def _apart(found: Found) -> tuple[list[Example], list[Array]]:
    return [example for example, _ in found], [probabilities for _, probabilities in found]


def _mean(counts: Sequence[Counts]) -> dict[str, float]:
    figures = [one.figures() for one in counts]
    return {name: float(np.mean([each[name] for each in figures])) for name in figures[0]}
