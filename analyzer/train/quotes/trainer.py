"""The scorecard of quotations: which quoted stretches are somebody's words, and which a title, a name or scare quotes.

An L1-penalised logistic regression over named features, so that few weights remain and a person can read them. The
gold marks no quoted stretch: a sentence with a directly reported attribution vouches for its only stretch, a sentence
without any attribution in quotation marks against all of its own. Stretches that neither settles are labelled by a
first fit on those that are, then all are fitted together.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import spacy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from analyzer.annotate import store
from analyzer.annotate.quotes.component import WEIGHTS, classify, features, repeated, stretches
from analyzer.annotate.sentences import Sentences
from analyzer.annotate.tokens import tokens_of
from analyzer.linear import NamedLinear
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit, table
from analyzer.train.core.measures import calibration_bins, calibration_error
from analyzer.train.core.passages import parsed_passages
from analyzer.train.core.recipe import Data, Recipe, Row

_REPORTED = frozenset({"direct", "mixed"})


@dataclass(frozen=True)
class Stretch:
    """A quoted stretch: its features, whether it quotes somebody (None: the gold does not tell), and its article."""

    names: tuple[str, ...]
    label: bool | None
    title: str  # passages of one article are held out together


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted scorecard, with its held-out figures on the training passages and its figures on dev."""
    nlp = spacy.load(DEFAULT_MODEL)
    train = list(examples(nlp, data.passages("gold-train")))
    dev = list(examples(nlp, data.jsonl("gold-dev")))
    settings, seed = recipe.estimator, recipe.seed
    card = scorecard(train, settings, seed)
    found = _asked(dev, card)
    curve = calibration_bins([probability for _, probability in found], [label for label, _ in found])
    metrics = {
        "held_out": _figures(_held_out(train, settings, seed)) | {"stretches": len(train)},
        "gold_dev": _figures(found) | {"stretches": len(dev), "ece": calibration_error(curve)},
        "majority": _figures([(label, 0.0) for label, _ in found]),
        "scorecard": {"weights": len(card.weights)},
    }
    artifact = {"intercept": card.bias, "weights": dict(card.weights)}
    return Fit({WEIGHTS: artifact}, metrics, curve, {"Scorecard": _table(card)})


def examples(nlp: Any, passages: Sequence[Row]) -> Iterator[Stretch]:  # noqa: ANN401 - a spaCy pipeline
    """Yield the quoted stretches of the passages, paired and described as the component does it."""
    for passage, doc, offsets in parsed_passages(nlp, passages, (Sentences(),)):
        tokens, title = tokens_of(doc), str(passage.get("title") or "")
        rows = stretches(tokens, store.get_value(doc, "passages"))
        often = repeated(tokens.text, rows)
        asked = [row for row in rows if not row["kind"]]
        labels = _labels(passage["sentences"], [offsets.start(row["start"]) for row in asked])
        for row, label in zip(asked, labels, strict=True):
            names = tuple(features(tokens, row["start"], row["end"], often, title))
            yield Stretch(names, label, title or str(passage["id"]))


def _labels(sentences: Sequence[Row], places: Sequence[int]) -> list[bool | None]:
    """Return what the gold says of the stretches that begin at these characters of the article."""
    starts = [sentence["start"] for sentence in sentences]
    at = [bisect_right(starts, place) - 1 for place in places]
    number = Counter(at)
    found: list[bool | None] = []
    for index in at:
        rows = sentences[index]["attributions"] if index >= 0 else []
        reported = [row for row in rows if row["mode"] in _REPORTED]
        sure = any(not row.get("disputed") for row in reported)
        found.append(None if reported and not (sure and number[index] == 1) else bool(reported))
    return found


def scorecard(train: Sequence[Stretch], settings: Mapping[str, Any], seed: int) -> NamedLinear:
    """Return the weights fitted on the stretches: rounded, those near zero left out."""
    labels = _completed(train, settings, seed)
    counts = Counter(name for row in train for name in row.names)
    vectoriser = DictVectorizer(sparse=False)
    least = int(settings["min_count"])
    matrix = vectoriser.fit_transform([dict.fromkeys((n for n in row.names if counts[n] >= least), 1) for row in train])
    model = LogisticRegression(
        C=float(settings["C"]), l1_ratio=1.0, solver="liblinear", max_iter=2000, random_state=seed
    ).fit(matrix, labels)
    named = zip(vectoriser.get_feature_names_out(), model.coef_[0], strict=True)
    floor = float(settings["least_weight"])
    return NamedLinear(
        round(float(model.intercept_[0]), 2), {str(n): round(float(w), 2) for n, w in named if abs(w) >= floor}
    )


def _completed(train: Sequence[Stretch], settings: Mapping[str, Any], seed: int) -> list[bool]:
    """Return a label for every stretch: the gold's, or that of a model of the stretches that the gold settles."""
    known = [row for row in train if row.label is not None]
    vectoriser = DictVectorizer()
    matrix = vectoriser.fit_transform([dict.fromkeys(row.names, 1) for row in known])
    first = LogisticRegression(C=float(settings["first_C"]), max_iter=2000, random_state=seed)
    first.fit(matrix, [bool(row.label) for row in known])
    guessed = first.predict_proba(vectoriser.transform([dict.fromkeys(row.names, 1) for row in train]))[:, 1]
    return [bool(p > 0.5) if row.label is None else row.label for row, p in zip(train, guessed, strict=True)]


def _held_out(train: Sequence[Stretch], settings: Mapping[str, Any], seed: int) -> list[tuple[bool, float]]:
    """Return gold label and probability of the settled stretches, each from a fit without its article."""
    folds = GroupKFold(int(settings["folds"]), shuffle=True, random_state=seed)
    found: list[tuple[bool, float]] = []
    for kept, left in folds.split(train, groups=[row.title for row in train]):
        card = scorecard([train[i] for i in kept], settings, seed)
        found += _asked([train[i] for i in left], card)
    return found


def _asked(rows: Sequence[Stretch], card: NamedLinear) -> list[tuple[bool, float]]:
    """Return gold label and the component's probability of the stretches that the gold settles."""
    found = []
    for row in rows:
        if row.label is not None:
            kind, probability = classify(list(row.names), card)
            found.append((row.label, probability if kind == "quotation" else min(probability, 0.499)))
    return found


def _figures(found: Sequence[tuple[bool, float]]) -> dict[str, float]:
    """Return accuracy, and precision, recall and F1 of quotations; recall of what is none."""
    hits = sum(label and p >= 0.5 for label, p in found)
    claimed = sum(p >= 0.5 for _, p in found)
    wanted = sum(label for label, _ in found)
    right = sum(label == (p >= 0.5) for label, p in found)
    return {
        "accuracy": right / max(1, len(found)),
        "quotation_precision": hits / max(1, claimed),
        "quotation_recall": hits / max(1, wanted),
        "quotation_f1": 2 * hits / max(1, claimed + wanted),
        "other_recall": (right - hits) / max(1, len(found) - wanted),
        "settled": len(found),
    }


def _table(card: NamedLinear) -> str:
    rows = sorted(card.weights.items(), key=lambda item: (-abs(item[1]), item[0]))
    head = f"A stretch quotes somebody where the weights of what holds of it, and {card.bias:+.2f}, are above 0."
    return f"{head}\n\n" + table(["what holds", "weight"], ((name, f"{weight:+.2f}") for name, weight in rows))
