"""The attribution model: rules propose candidates of cue and source, two trained looks tell which attribute.

First a linear model over the hashed features of a candidate by itself, then a small network over its probability beside
those of its rivals and neighbours. Thresholds and calibration come from held-out passages of the training set alone.
"""

from typing import Any

import spacy

from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.attribution import scoring
from analyzer.train.attribution.examples import examples, set_candidates, tables
from analyzer.train.attribution.fitting import Settings, fit_both
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels import keyed


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model with its held-out figures and those on the dev passages."""
    nlp = spacy.load(DEFAULT_MODEL)
    settings = Settings(**recipe.estimator, seed=recipe.seed)
    train = list(examples(nlp, data.passages("gold-train")))
    composed, nested, read = [], [], []
    if not data.labels_only:  # the project's own passages: composed, composed with nested sources, real
        composed = list(examples(nlp, data.jsonl("own-labels"), settings.own_weight))
        nested = list(examples(nlp, data.jsonl("nested"), settings.nested_weight))
        read = list(examples(nlp, keyed.passages(data), settings.read_weight))
    dev = list(examples(nlp, data.jsonl("gold-dev")))
    discourse = list(examples(nlp, data.jsonl("gum-train")))
    # Paths and cues of the nested sources alone would make candidates that are hardly ever right elsewhere.
    made = tables(
        [*train, *composed, *read],
        min_path=settings.min_path,
        excluded=settings.idle,
        excluded_share=settings.idle_share,
    )
    own = [*composed, *nested, *read]
    for each in (train, own, dev, discourse):
        set_candidates(each, made)
    model = fit_both(train, own, discourse, settings)
    first, found = model.probabilities(dev, settings)
    rules, rule_limits = scoring.rule_scores(dev), scoring.best_limits(train, scoring.rule_scores(train))
    metrics: dict[str, Any] = {
        "held_out": scoring.evaluate(train, model.held_out, model.limits).figures(),
        "gold_dev": scoring.evaluate(dev, found, model.limits).figures(),
        "gold_dev_first_stage": scoring.evaluate(dev, first, model.first_limits).figures(),
        "gold_dev_rules": scoring.evaluate(dev, rules, rule_limits).figures(),
        "pairs": sum(len(example.candidates) for example in train),
    }
    judged = list(scoring.judged(dev, found, model.limits))
    curve = calibration_bins([probability for probability, _ in judged], [right for _, right in judged])
    metrics["gold_dev"]["ece"] = calibration_error(curve)
    return Fit(model.artifacts(made, settings), metrics, curve, {"Comparison": _comparison(metrics)})


def _comparison(metrics: dict[str, Any]) -> str:
    """Return the table of the shipped system beside its parts and the baseline, for the card."""
    rows = (
        ("(a) rules over the dependency parse", "gold_dev_rules"),
        ("(b) linear model over candidates, by itself", "gold_dev_first_stage"),
        ("(d) both looks (shipped)", "gold_dev"),
    )
    lines = ["| system | source F1 | attributed-sentence F1 |", "|---|---|---|"]
    for name, key in rows:
        figures = metrics[key]
        lines.append(f"| {name} | {figures['source_f1']:.3f} | {figures['attributed_sentence_f1']:.3f} |")
    return "\n".join(lines) + "\n\n" + _SCOPE


_SCOPE = """\
Gold dev, sources by extent, quotations that run on left out on both sides. The scheme "discourse" adds the attribution
relations of GUM train as a second domain; the default scheme does not use them. Nothing in the training labels was
changed, but coordinated sources that a reader took as one are not judged.
"""
