"""The model of source types: multinomial logistic regression over what a source's words and neighbourhood say.

Gold sources are resolved and described by the same code that the component runs; agentless passives and quotations
that run on need no model and are left out of training.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.sentences.component import Sentences
from analyzer.annotate.sources.component import classify, resolve
from analyzer.annotate.sources.coreference import Reference
from analyzer.annotate.sources.features import Extractor
from analyzer.annotate.sources.gazetteer import Gazetteer
from analyzer.annotate.sources.typing import WEIGHTS, TypeModel
from analyzer.annotate.subject.component import Subject
from analyzer.train.attribution.examples import inverse
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error, f1_by_label, mean
from analyzer.train.core.passages import parsed_passages
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels.passages import name_words
from analyzer.train.sources import card as sources_card

Row = dict[str, Any]
Array = np.ndarray[Any, Any]
Owner = tuple[str, str]
# Features that are single words: many and rare, so they count less than classes and offices do.
_LEXICAL = tuple(
    "word=|ending=|last=|near before=|before=|behind=|apposition:|of:|at:|for:|in:|from:|with:|by:|on:|('s):|noun:|"
    "head=|cue=|talks of |around=".split("|")
)


@dataclass
class Example:
    """A parsed passage with its gold attributions as the component's rows, and the gold beside each."""

    id: str
    doc: Doc
    rows: list[Row] = field(default_factory=list)
    gold: list[Row] = field(default_factory=list)
    title: str = ""  # passages of one article are held out together
    references: list[Reference] = field(default_factory=list)


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted model, with its held-out figures on the training passages and its figures on dev."""
    import spacy

    from analyzer.pipeline import DEFAULT_MODEL

    nlp = spacy.load(DEFAULT_MODEL)
    gazetteer = Gazetteer()
    train = list(examples(nlp, data.passages("gold-train"), gazetteer))
    writers = frozenset(recipe.estimator.get("own_writers", ()))
    ours = () if data.labels_only else data.jsonl("own-labels")
    own = list(examples(nlp, [row for row in ours if not writers or row.get("writer") in writers], gazetteer))
    dev = list(examples(nlp, data.jsonl("gold-dev"), gazetteer))
    given, made = asked(train, gazetteer), asked(own, gazetteer)
    names, kinds, owners = given[0] + made[0], given[1] + made[1], given[2] + made[2]
    settings = dict(recipe.estimator)
    weights = _weights(owners, kinds, np.arange(len(kinds)) >= len(given[1]), settings)
    temperature, held_out = _held_out(names, kinds, owners, weights, settings, recipe.seed)
    arrays = _arrays(names, kinds, weights, settings) | {"temperature": np.array([temperature])}
    model = TypeModel(arrays)
    figures, probabilities, right = _figures(dev, gazetteer, model)
    curve = calibration_bins(probabilities, right)
    metrics = {
        "held_out": {"type_accuracy": held_out, "sources": len(kinds), "temperature": temperature},
        "gold_dev": figures | {"ece": calibration_error(curve)},
    }
    return Fit({WEIGHTS: arrays}, metrics, curve, sources_card.SECTIONS)


def examples(nlp: Any, passages: Sequence[Row], gazetteer: Gazetteer) -> Iterator[Example]:  # noqa: ANN401
    """Yield each passage parsed as the analyzer parses it, with its gold attributions as rows, resolved."""
    for passage, doc, offsets in parsed_passages(nlp, passages, (Sentences(), Quotes(), Subject())):
        example = Example(str(passage["id"]), doc, title=str(passage.get("title") or passage["id"]))
        _add_rows(example, passage, offsets)
        example.references = resolve(doc, example.rows, gazetteer)
        yield example


def _add_rows(example: Example, passage: Row, offsets: OffsetMap) -> None:
    """Set an example's rows from the gold attributions."""
    starts = [sent.start_char for sent in example.doc.sents]
    for sentence in passage["sentences"]:
        for gold in sentence["attributions"]:
            row = gold_row(gold, offsets, example.doc)
            at = row["source_start"] if row["source_start"] is not None else inverse(offsets, sentence["start"])
            row["sentence"] = max(0, bisect_right(starts, at) - 1)
            example.rows.append(row)
            example.gold.append(gold)
    for at, row in enumerate(example.rows):
        if row.get("continues") == -1:
            row["continues"] = _continued(at, example)


def gold_row(gold: Row, offsets: OffsetMap, doc: Doc) -> Row:
    """Return one gold attribution as a row of the ``attributions`` layer, without its gold name and type."""
    row: Row = dict.fromkeys(("source_start", "source_end", "source_text", "name", "cue_start", "cue_end"))
    source, cue = gold.get("source"), gold.get("cue")
    if source:
        start, end = inverse(offsets, source["start"]), inverse(offsets, source["end"] - 1) + 1
        row.update(source_start=start, source_end=end, source_text=doc.text[start:end])
    elif gold["carried"]:
        row["continues"] = -1
    else:
        row["agentless"] = True
    if cue:
        row.update(cue_start=inverse(offsets, cue["start"]), cue_end=inverse(offsets, cue["end"] - 1) + 1)
    return row | {"type": "unnamed", "mode": gold["mode"], "carried": False, "content": [], "confidence": 1.0}


def _continued(at: int, example: Example) -> int:
    """Return the row whose quotation this one continues: the nearest of the same gold name, earlier before later."""
    same = [
        k
        for k, row in enumerate(example.rows)
        if k != at and "continues" not in row and example.gold[k]["name"] == example.gold[at]["name"]
    ]
    return min(same, key=lambda k: (k > at, abs(at - k)), default=-1)


def asked(found: Sequence[Example], gazetteer: Gazetteer) -> tuple[list[list[str]], list[str], list[Owner]]:
    """Return features, gold types, and (title, name) of the sources that the model may be asked about."""
    names, kinds, owners = [], [], []
    for example in found:
        extractor = Extractor(example.doc, store.subject(example.doc), gazetteer)
        for row, gold, reference in zip(example.rows, example.gold, example.references, strict=True):
            if gold.get("disputed") or "continues" in row or reference.how == "none":
                continue
            names.append(extractor.features(row, reference))
            kinds.append(str(gold["type"]))
            owners.append((example.title, reference.name or ""))
    return names, kinds, owners


def _weights(owners: Sequence[Owner], kinds: Sequence[str], own: Array, settings: Row) -> Array:
    """Return a weight a source.

    One that an article names again and again counts less each time; our own composed passages count ``own_weight``;
    a type counts the more the rarer it is, to the power ``balance``.
    """
    counts = Counter(owners)
    part = np.where(own, float(settings.get("own_weight", 1.0)), 1.0)
    weights = np.array([counts[owner] ** -0.5 for owner in owners]) * part
    sums = {kind: weights[np.array(kinds) == kind].sum() for kind in sorted(set(kinds))}
    mean = weights.sum() / len(sums)
    weights = weights * np.array([(mean / sums[kind]) ** float(settings.get("balance", 0.0)) for kind in kinds])
    scaled: Array = weights * part.sum() / weights.sum()
    return scaled


def _estimator(settings: Row) -> Any:  # noqa: ANN401 - a scikit-learn estimator
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=float(settings.get("C", 0.5)), max_iter=int(settings.get("max_iter", 2000)), tol=1e-3)


def _vectors(names: Sequence[Sequence[str]], settings: Row) -> tuple[Any, Any]:
    """Return (vectoriser, matrix) over the features that occur often enough."""
    from sklearn.feature_extraction import DictVectorizer

    least = int(settings.get("min_count", 1))
    counts = Counter(name for row in names for name in row)
    vectoriser = DictVectorizer(dtype=np.float32)
    weight = float(settings.get("lexical_weight", 1.0))
    rows = ({n: _weight(n, weight) for n in row if counts[n] >= least} for row in names)
    matrix = vectoriser.fit_transform(rows)
    return vectoriser, matrix


def _weight(name: str, lexical: float) -> float:
    """Return the value of a feature that holds."""
    return lexical if name.startswith(_LEXICAL) else 1.0


def _arrays(names: Sequence[Sequence[str]], kinds: Sequence[str], weights: Array, settings: Row) -> dict[str, Array]:
    """Return the fitted weights."""
    vectoriser, matrix = _vectors(names, settings)
    model = _estimator(settings).fit(matrix, list(kinds), sample_weight=weights)
    terms = [str(term) for term in vectoriser.get_feature_names_out()]
    lexical = float(settings.get("lexical_weight", 1.0))
    values = np.array([[_weight(term, lexical)] for term in terms])  # so that use needs no values, only names
    return {
        "terms": np.array(terms, dtype=np.str_),
        "coef": (model.coef_.T * values).astype("float16"),
        "intercept": model.intercept_.astype("float32"),
        "classes": np.array(model.classes_, dtype=np.str_),
    }


def _held_out(
    names: Sequence[Sequence[str]],
    kinds: Sequence[str],
    owners: Sequence[Owner],
    weights: Array,
    settings: Row,
    seed: int,
) -> tuple[float, float]:
    """Return (temperature, accuracy) from predictions on passages held out of training."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    _, matrix = _vectors(names, settings)
    target = np.array(kinds)
    folds = GroupKFold(int(settings.get("folds", 8)), shuffle=True, random_state=seed)
    logits = cross_val_predict(
        _estimator(settings),
        matrix,
        target,
        groups=[title for title, _ in owners],
        cv=folds,
        method="decision_function",
        params={"sample_weight": weights},
    )
    classes = np.unique(target)
    place = np.searchsorted(classes, target)
    losses = {t: _loss(logits / t, place) for t in np.arange(0.5, 2.51, 0.05).round(2).tolist()}
    best = min(losses, key=lambda t: (losses[t], t))
    return float(best), float((classes[logits.argmax(axis=1)] == target).mean())


def _loss(logits: Array, place: Array) -> float:
    """Return the mean negative log likelihood."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(place)), place]).mean())


def _figures(
    found: Sequence[Example], gazetteer: Gazetteer, model: TypeModel
) -> tuple[dict[str, float], list[float], list[bool]]:
    """Return the figures on gold sources, and the confidence and correctness of each type."""
    counts: Counter[str] = Counter()
    pairs: list[tuple[str, str]] = []
    probabilities: list[float] = []
    for example in found:
        types = classify(example.doc, example.rows, example.references, gazetteer, model)
        for gold, reference, (kind, confidence) in zip(example.gold, example.references, types, strict=True):
            if gold.get("disputed"):
                continue
            good = bool(name_words(gold["name"]) & name_words(reference.name))
            pairs.append((str(gold["type"]), kind))
            probabilities.append(confidence)
            counts["named"] += bool(gold["name"])
            counts["named right"] += bool(gold["name"]) and good
            counts["carried"] += bool(gold["carried"])
            counts["carried right"] += bool(gold["carried"]) and good
    right = [gold == kind for gold, kind in pairs]
    gold_types, found_types = [gold for gold, _ in pairs], [kind for _, kind in pairs]
    each = f1_by_label(gold_types, found_types, sorted(set(gold_types)))
    per = {f"type_f1_{kind}": value for kind, value in each.items()}
    figures = {
        "type_accuracy": sum(right) / max(1, len(right)),
        "type_macro_f1": mean(per.values()),
        "name_accuracy": counts["named right"] / max(1, counts["named"]),
        "carried_recall": counts["carried right"] / max(1, counts["carried"]),
        **per,
    }
    return figures, probabilities, right
