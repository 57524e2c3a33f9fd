"""The attribution model of the scheme "news": both looks fitted on political news, with paths and cues of their own.

What news attributes goes beyond what an encyclopedia's reader would call an attribution: wishes, plans, feelings and
votes are somebody's, too (PolNeAR; Newell, Margolin and Ruths 2018).
"""

from typing import Any

import spacy

from analyzer.annotate.attribution.model import NEWS
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.examples import examples, set_candidates, tables
from analyzer.train.attribution.scoring import curve, evaluate
from analyzer.train.attribution.trainer import Settings, fit_both
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error
from analyzer.train.core.recipe import Data, Recipe


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its held-out figures and those on the dev documents."""
    nlp = spacy.load(DEFAULT_MODEL)
    settings = Settings(**recipe.estimator, seed=recipe.seed)
    train = list(examples(nlp, data.passages("polnear-train")))
    dev = list(examples(nlp, data.jsonl("polnear-dev")))
    made = tables(train, min_path=settings.min_path, excluded=settings.idle, excluded_share=settings.idle_share)
    set_candidates(dev, made)
    model = fit_both(train, (), settings)
    _, found = model.probabilities(dev, settings)
    metrics: dict[str, Any] = {
        "held_out": evaluate(train, model.held_out, model.limits).figures(),
        "polnear_dev": evaluate(dev, found, model.limits).figures(),
        "pairs": sum(len(example.candidates) for example in train),
    }
    bins = curve(dev, found, model.limits)
    metrics["polnear_dev"]["ece"] = calibration_error(bins)
    return Fit(model.artifacts(made, settings, {NEWS: model.limits}), metrics, bins)
