"""The attribution model of the scheme "news": its looks fitted on political news, with paths and cues of their own.

What news attributes goes beyond what an encyclopedia's reader would call an attribution: wishes, plans, feelings and
votes are somebody's, too (PolNeAR; Newell, Margolin and Ruths 2018).
"""

from collections.abc import Iterable
from typing import Any

import spacy

from analyzer.annotate.attribution.model import NEWS
from analyzer.annotate.encoder import LARGE, InContext, network_of
from analyzer.annotate.encoder.reading import load
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution.examples import Example, Tables, examples, set_candidates, tables, with_docs
from analyzer.train.attribution.scoring import curve, evaluate
from analyzer.train.attribution.third import Seen, fit_third, look_at
from analyzer.train.attribution.trainer import Fitted, Settings, fit_both
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_error
from analyzer.train.core.recipe import Data, Recipe, Row

_EVERY = "read_every"  # of so many documents that network reads one


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its held-out figures and those on the dev documents."""
    nlp = spacy.load(DEFAULT_MODEL)
    settings = Settings(**{k: v for k, v in recipe.estimator.items() if k != _EVERY}, seed=recipe.seed)
    passages = data.passages("polnear-train")
    train = list(examples(nlp, passages))
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
    heard = _heard(nlp, passages[:: recipe.estimator[_EVERY]], made, train, model)
    arrays, third, metrics["with_large_held_out"] = fit_third(heard, settings, model.limits)
    files = {f"{LARGE}.npz": arrays, f"{LARGE}.json": third | {"network": network_of(LARGE)}}
    return Fit(model.artifacts(made, NEWS) | files, metrics, bins)


def _heard(nlp: Any, passages: list[Row], made: Tables, train: Iterable[Example], model: Fitted) -> list[Seen]:  # noqa: ANN401
    """Return documents as the network reads them; the looks before it have learnt from others of ``train``."""
    known = {
        example.id: {(one.cue, one.source): p for one, p in zip(example.candidates, held.tolist(), strict=True)}
        for example, held in zip(train, model.held_out, strict=True)
    }
    reader, found = load(LARGE), []
    for example, doc in with_docs(nlp, passages):
        set_candidates([example], made)
        before = [known[example.id][one.cue, one.source] for one in example.candidates]
        found.append(look_at(example, before, InContext(doc, reader)))
    return found
