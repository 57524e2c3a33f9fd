"""Attribution in news and encyclopedic text: PolNeAR and GUM, by the scorer that lies beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analyzer.train.core.datasets import dev_rows, scorer, train_rows
from analyzer.train.core.measures import Measured, bootstrap
from analyzer.train.evaluate import baselines

if TYPE_CHECKING:
    from analyzer.pipeline import Pipeline

Row = dict[str, Any]
CHIEF = (
    "sentence_any",
    "sentence_anchor",
    "source_overlap",
    "cue_overlap",
    "content_tokens",
    "content_soft",
    "who_said_what",
)


# What a corpus counts as an attribution: the scheme of the component that is measured on it.
SCHEMES = {"polnear": "news", "gum": "discourse"}


def measure(root: Path) -> list[Measured]:
    """Return the figures on the dev sets of PolNeAR and GUM (F1 each; precision and recall of sources besides)."""
    model = _sentence_model(root)
    return [_measure(root, name, model) for name in SCHEMES]


def pipeline_for(scheme: str) -> Pipeline:
    """Return the default pipeline with the attribution component set to a scheme."""
    from analyzer.annotate.registry import components as listed
    from analyzer.pipeline import load_pipeline

    loaded = load_pipeline(stance="fast")
    name = "analyzer_attribution"
    own = loaded.nlp.create_pipe(name, config={"scheme": scheme})
    stages = zip(listed(), loaded.components, strict=True)
    return replace(loaded, components=tuple(own if entry.name == name else stage for entry, stage in stages))


def predict(documents: Sequence[Row], scheme: str) -> list[Row]:
    """Return the analyzer's attributions on each document in the scorer's format."""
    from analyzer.readers import read

    articles = (
        read(document["text"].encode("utf-8"), title="", format="plaintext", id=str(document["doc_id"]))
        for document in documents
    )
    predicted = []
    for document, annotated in zip(documents, pipeline_for(scheme).annotate(articles), strict=True):
        items = [
            {
                "source": _span(found.source.start, found.source.end),
                "cue": _span(found.cue.start, found.cue.end) if found.cue else [],
                "content": [[extent.start, extent.end] for extent in found.content],
                "kind": found.mode,
            }
            for found in annotated.attributions
        ]
        predicted.append({"doc_id": document["doc_id"], "attributions": items})
    return predicted


def _span(start: int | None, end: int | None) -> list[list[int]]:
    """Return an extent as the scorer's list of spans; none for a source without words."""
    return [] if start is None or end is None else [[start, end]]


def _measure(root: Path, name: str, model: Any) -> Measured:  # noqa: ANN401 - a fitted scikit-learn pipeline
    """Return the figures on one corpus."""
    rules = scorer(root, name)
    documents = dev_rows(root, name)
    tallies = _tallies(rules, documents, predict(documents, SCHEMES[name]))
    everything = range(len(documents))
    figures = dict(_figures(rules, tallies, everything))
    total = rules.Tally()
    for tally in (document["source_overlap"] for document in tallies):
        total.add(*tally)
    figures |= {f"source_overlap_{key}": total.scores()[key] for key in ("precision", "recall")}
    found = {
        "cue words": _sentence_baseline(documents, baselines.cue_words),
        "tf-idf": _sentence_baseline(documents, lambda texts: model.predict(list(texts)).tolist()),
    }
    return Measured(
        f"attribution.{name}",
        len(documents),
        figures,
        CHIEF,
        bootstrap(len(documents), lambda drawn: _figures(rules, tallies, drawn)),
        notes=(f'The component\'s scheme "{SCHEMES[name]}": what this corpus counts as an attribution.',),
        baselines={
            "majority": dict.fromkeys(("sentence_any", "sentence_anchor"), 0.0),
            **{
                key: {
                    figure: _figures(rules, _tallies(rules, documents, rows), everything)[figure]
                    for figure in ("sentence_any", "sentence_anchor", "content_tokens")
                }
                for key, rows in found.items()
            },
        },
    )


def _tallies(rules: ModuleType, documents: Sequence[Row], predicted: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the counts behind each figure for each document, so that resamples need no new matching."""
    rows = []
    for document, prediction in zip(documents, predicted, strict=True):
        report = rules.Report()
        rules.score_document(report, document, prediction)
        rows.append(
            {k: (t.predicted, t.gold, t.predicted_hits, t.gold_hits) for k, t in report.tallies.items()},
        )
    return rows


def _figures(rules: ModuleType, tallies: Sequence[Mapping[str, Any]], drawn: Sequence[int]) -> dict[str, float]:
    """Return F1 for each figure over the drawn documents."""
    figures = {}
    for name in rules.METRICS:
        total = rules.Tally()
        for position in drawn:
            total.add(*tallies[position][name])
        figures[name] = float(total.scores()["f1"])
    return figures


def _sentence_model(root: Path) -> Any:  # noqa: ANN401
    """Return TF-IDF with logistic regression that tells sentences with an attribution, fitted on PolNeAR train."""
    texts: list[str] = []
    labels: list[bool] = []
    for document in train_rows(root, "polnear"):
        spans = sorted(
            (start, end) for item in document["attributions"] for role in ("source", "cue") for start, end in item[role]
        )
        for start, end in document["sentences"]:
            texts.append(document["text"][start:end])
            labels.append(any(a < end and start < b for a, b in spans))
    return baselines.tfidf(texts, labels, smallest=3)


def _sentence_baseline(documents: Sequence[Row], speaks: Callable[[Sequence[str]], Sequence[bool]]) -> list[Row]:
    """Return predictions that make every sentence found positive one attribution, content and cue alike."""
    predicted = []
    for document in documents:
        spans = document["sentences"]
        found = speaks([document["text"][start:end] for start, end in spans])
        items = [
            {"source": [], "cue": [span], "content": [span], "kind": "indirect"}
            for span, good in zip(spans, found, strict=True)
            if good
        ]
        predicted.append({"doc_id": document["doc_id"], "attributions": items})
    return predicted
