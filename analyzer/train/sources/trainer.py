"""The model of source types: multinomial logistic regression over what a source's words and neighbourhood say.

Gold sources are resolved and described by the same code that the component runs; agentless passives and quotations
that run on need no model and are left out of training.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import spacy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from spacy.tokens import Doc

from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.sentences.component import Sentences
from analyzer.annotate.sources.component import OF_THINGS, WEIGHTS, TypeModel, classify
from analyzer.annotate.sources.context import Context, Gazetteer
from analyzer.annotate.sources.coreference import Reference, Resolver
from analyzer.annotate.sources.features import features
from analyzer.annotate.store import Row
from analyzer.annotate.subject.component import Subject
from analyzer.linear import Array, log_softmax
from analyzer.pipeline import DEFAULT_MODEL
from analyzer.train.core.fit import Fit
from analyzer.train.core.measures import calibration_bins, calibration_error, f1_by_label, mean
from analyzer.train.core.passages import parsed_passages
from analyzer.train.core.recipe import Data, Recipe
from analyzer.train.labels import in_articles
from analyzer.train.labels.passages import name_words

IN_ARTICLES = ("windows", "whole-articles", "whole-articles-dump")  # ids of labels of sentences in their articles
Settings = Mapping[str, Any]
Owner = tuple[str, str]
# Features that are single words: many and rare, so they count less than classes and offices do.
_LEXICAL = tuple(
    "word=|ending=|last=|near before=|before=|behind=|apposition:|of:|at:|for:|in:|from:|with:|by:|on:|('s):|noun:|"
    "head=|cue=|talks of |around=".split("|")
)


@dataclass
class Example:
    """A parsed passage with its gold attributions as the component's rows, and the gold beside each."""

    title: str  # passages of one article are held out together
    context: Context
    rows: list[Row] = field(default_factory=list)
    gold: list[Row] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


class Part(NamedTuple):
    """Sources of one origin: features, type and (title, name) of each, and what one counts."""

    names: list[list[str]]
    kinds: list[str]
    owners: list[Owner]
    weight: float


def fit(recipe: Recipe, data: Data) -> Fit:
    """Return the fitted weights, with their held-out figures on the training passages and their figures on dev.

    Those for articles on things learn from all passages and from sentences of whole articles, the others from passages
    on what has a name of its own.
    """
    nlp = spacy.load(DEFAULT_MODEL)
    gazetteer = Gazetteer()
    settings = recipe.estimator
    writers = frozenset(settings.get("own_writers", ()))
    ours = () if data.labels_only else data.jsonl("own-labels")
    composed = [row for row in ours if not writers or row.get("writer") in writers]
    passages = [
        (list(examples(nlp, data.passages("gold-train"), gazetteer)), 1.0),
        (list(examples(nlp, composed, gazetteer)), settings["own_weight"]),
    ]
    with_names = [([one for one in part if not one.context.common], weight) for part, weight in passages]
    arrays, held_out = _fitted([Part(*asked(part), weight) for part, weight in with_names], recipe)
    named = things = TypeModel(arrays)
    files = {WEIGHTS: arrays}
    metrics = {"held_out": held_out}
    if not data.labels_only:
        read = [row for id in IN_ARTICLES for row in data.jsonl(id)]
        parts = [Part(*asked(part), weight) for part, weight in passages]
        parts.append(Part(*asked(of_articles(data, read, gazetteer)), settings["article_weight"]))
        files[OF_THINGS], metrics["held_out_with_articles"] = _fitted(parts, recipe)
        things = TypeModel(files[OF_THINGS])
        of_others, _, _ = _figures(of_articles(data, data.jsonl("windows-held-out"), gazetteer), named, things)
        metrics["articles_held_out"] = {key: of_others[key] for key in ("type_accuracy", "name_accuracy")}
    figures, probabilities, right = _figures(examples(nlp, data.jsonl("gold-dev"), gazetteer), named, things)
    curve = calibration_bins(probabilities, right)
    metrics["gold_dev"] = figures | {"ece": calibration_error(curve)}
    return Fit(files, metrics, curve)


def examples(nlp: Any, passages: Sequence[Row], gazetteer: Gazetteer) -> Iterator[Example]:  # noqa: ANN401
    """Yield each passage parsed as the analyzer parses it, with its gold attributions as rows, resolved."""
    for passage, doc, offsets in parsed_passages(nlp, passages, (Sentences(), Quotes(), Subject())):
        yield _example(passage, doc, offsets, gazetteer)


def of_articles(data: Data, labelled: Sequence[Row], gazetteer: Gazetteer) -> Iterator[Example]:
    """Yield each article some of whose sentences are labelled, with their attributions as rows, resolved."""
    quotes, subject = Quotes(), Subject()
    for row, doc in in_articles.articles(data, labelled):
        passage = in_articles.in_gold_format(row, doc)
        yield _example(passage, subject(quotes(doc)), in_articles.itself(doc), gazetteer)


def _example(passage: Row, doc: Doc, offsets: OffsetMap, gazetteer: Gazetteer) -> Example:
    example = Example(str(passage.get("title") or passage["id"]), Context(doc, gazetteer))
    _add_rows(example, passage, offsets)
    example.references = Resolver(example.context, example.rows).resolve()
    return example


def _add_rows(example: Example, passage: Row, offsets: OffsetMap) -> None:
    for sentence in passage["sentences"]:
        for gold in sentence["attributions"]:
            row = gold_row(gold, offsets, example.context.doc)
            at = row["source_start"] if row["source_start"] is not None else offsets.inverse(sentence["start"])
            row["sentence"] = example.context.sentence_at(at)
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
        start, end = offsets.inverse(source["start"]), offsets.inverse(source["end"] - 1) + 1
        row.update(source_start=start, source_end=end, source_text=doc.text[start:end])
    elif gold["carried"]:
        row["continues"] = -1
    else:
        row["agentless"] = True
    if cue:
        row.update(cue_start=offsets.inverse(cue["start"]), cue_end=offsets.inverse(cue["end"] - 1) + 1)
    return row | {"type": "unnamed", "mode": gold["mode"], "carried": False, "content": [], "confidence": 1.0}


def _continued(at: int, example: Example) -> int:
    """Return the row whose quotation this one continues: the nearest of the same gold name, earlier before later."""
    same = [
        k
        for k, row in enumerate(example.rows)
        if k != at and "continues" not in row and example.gold[k]["name"] == example.gold[at]["name"]
    ]
    return min(same, key=lambda k: (k > at, abs(at - k)), default=-1)


def asked(found: Iterable[Example]) -> tuple[list[list[str]], list[str], list[Owner]]:
    """Return features, gold types, and (title, name) of the sources that the model may be asked about."""
    names, kinds, owners = [], [], []
    for example in found:
        for row, gold, reference in zip(example.rows, example.gold, example.references, strict=True):
            if gold.get("disputed") or "continues" in row or reference.how == "none":
                continue
            names.append(features(example.context, row, reference))
            kinds.append(str(gold["type"]))
            owners.append((example.title, reference.name or ""))
    return names, kinds, owners


def _weights(owners: Sequence[Owner], kinds: Sequence[str], part: Array, settings: Settings) -> Array:
    """Return a weight a source: that of the part it is of, less for each time an article names it.

    The rarer a type, the more it counts, to the power ``balance``.
    """
    counts = Counter(owners)
    weights = np.array([counts[owner] ** -0.5 for owner in owners]) * part
    sums = {kind: weights[np.array(kinds) == kind].sum() for kind in sorted(set(kinds))}
    even = weights.sum() / len(sums)
    weights = weights * np.array([(even / sums[kind]) ** float(settings["balance"]) for kind in kinds])
    scaled: Array = weights * part.sum() / weights.sum()
    return scaled


def _fitted(parts: Sequence[Part], recipe: Recipe) -> tuple[dict[str, Array], dict[str, float]]:
    """Return the weights, and figures of weights fitted alike on articles held out."""
    settings = recipe.estimator
    names = [row for part in parts for row in part.names]
    kinds = [kind for part in parts for kind in part.kinds]
    owners = [owner for part in parts for owner in part.owners]
    shares = np.repeat([float(part.weight) for part in parts], [len(part.kinds) for part in parts])
    weights, titles = _weights(owners, kinds, shares, settings), [title for title, _ in owners]
    counts = Counter(name for row in names for name in row)
    least, lexical = int(settings["min_count"]), float(settings["lexical_weight"])

    def value(name: str) -> float:
        return lexical if name.startswith(_LEXICAL) else 1.0

    vectoriser = DictVectorizer(dtype=np.float32)
    matrix = vectoriser.fit_transform({n: value(n) for n in row if counts[n] >= least} for row in names)
    model = LogisticRegression(C=float(settings["C"]), max_iter=int(settings["max_iter"]), tol=1e-3)
    split = {"groups": titles, "cv": GroupKFold(int(settings["folds"]), shuffle=True, random_state=recipe.seed)}
    asking = {"method": "decision_function", "params": {"sample_weight": weights}}
    temperature, accuracy = _calibrated(cross_val_predict(model, matrix, kinds, **split, **asking), np.array(kinds))
    model.fit(matrix, kinds, sample_weight=weights)
    terms = vectoriser.get_feature_names_out()
    values = np.array([[value(term)] for term in terms])  # so that use needs no values, only names
    arrays = {
        "terms": terms.astype(np.str_),
        "coef": (model.coef_.T * values).astype("float16"),
        "intercept": model.intercept_.astype("float32"),
        "classes": np.array(model.classes_, dtype=np.str_),
        "temperature": np.array([temperature]),
    }
    return arrays, {"type_accuracy": accuracy, "sources": len(kinds), "temperature": temperature}


def _calibrated(logits: Array, target: Array) -> tuple[float, float]:
    """Return (temperature, accuracy) of held-out scores: temperature scaling (Guo et al. 2017)."""
    classes = np.unique(target)
    right = np.arange(len(target)), np.searchsorted(classes, target)
    losses = {t: -float(log_softmax(logits / t)[right].mean()) for t in np.arange(0.5, 2.51, 0.05).round(2).tolist()}
    best = min(losses, key=lambda t: (losses[t], t))
    return float(best), float((classes[logits.argmax(axis=1)] == target).mean())


def _figures(
    found: Iterable[Example], named: TypeModel, things: TypeModel
) -> tuple[dict[str, float], list[float], list[bool]]:
    """Return the figures on gold sources, and the confidence and correctness of each type."""
    counts: Counter[str] = Counter()
    expected: list[str] = []
    given: list[str] = []
    probabilities: list[float] = []
    for example in found:
        model = things if example.context.thing else named
        types = classify(example.context, example.rows, example.references, model)
        for gold, reference, (source_type, confidence) in zip(example.gold, example.references, types, strict=True):
            if gold.get("disputed"):
                continue
            good = bool(name_words(gold["name"]) & name_words(reference.name))
            expected.append(str(gold["type"]))
            given.append(source_type)
            probabilities.append(confidence)
            counts["named"] += bool(gold["name"])
            counts["named right"] += bool(gold["name"]) and good
            counts["carried"] += bool(gold["carried"])
            counts["carried right"] += bool(gold["carried"]) and good
    right = [one == other for one, other in zip(expected, given, strict=True)]
    each = f1_by_label(expected, given, sorted(set(expected)))
    figures = {
        "type_accuracy": mean(right),
        "type_macro_f1": mean(each.values()),
        "name_accuracy": counts["named right"] / max(1, counts["named"]),
        "carried_recall": counts["carried right"] / max(1, counts["carried"]),
        **{f"type_f1_{label}": value for label, value in each.items()},
    }
    return figures, probabilities, right
