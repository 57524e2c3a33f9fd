"""Attribution in news and encyclopedic text: PolNeAR and GUM."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.annotate.encoder import READERS
from analyzer.pipeline import engines
from analyzer.train.core.measures import Evaluation, bootstrap, set_name
from analyzer.train.core.passages import as_article, pipeline_set
from analyzer.train.evaluate import baselines
from analyzer.train.evaluate.corpora import Row, dev_rows, train_rows
from analyzer.train.evaluate.metrics import attribution_counts, attribution_figures
from analyzer.vocabulary import DEFAULT_ENGINE, Engine

# What a corpus counts as an attribution: the scheme of the component that is measured on it.
SCHEMES = {"polnear": "news", "gum": "discourse"}
CHIEF = (
    *("sentence_any", "sentence_anchor", "source_overlap", "cue_overlap"),
    *("content_tokens", "content_soft", "who_said_what"),
)
_OF_SENTENCES = ("sentence_any", "sentence_anchor", "content_tokens")  # what a baseline of whole sentences has


def measure(root: Path) -> list[Evaluation]:
    """Return the figures on the dev sets of PolNeAR and GUM (F1 each; precision and recall of sources besides)."""
    learnt = _sentence_model(root)
    documents = {name: dev_rows(root, name) for name in SCHEMES}
    of_each = [(name, DEFAULT_ENGINE) for name in SCHEMES]
    heard = [("polnear", engine) for engine in engines() if engine in READERS]
    return [_measured(name, documents[name], learnt, engine) for name, engine in (*of_each, *heard)]


def predict(documents: Sequence[Row], scheme: str, engine: Engine = DEFAULT_ENGINE) -> list[list[Row]]:
    """Return the analyzer's attributions in each document, as lists of [start, end] by role.

    Those of engines without a network that reads for attributions are the same.
    """
    articles = (as_article(document["text"], id=document["doc_id"]) for document in documents)
    config = {"scheme": scheme, "reader": READERS.get(engine)}
    pipeline = pipeline_set("fast", "analyzer_attribution", config)  # nothing else of an engine counts here
    return [
        [
            {
                "source": [] if found.source.start is None else [[found.source.start, found.source.end]],
                "cue": [[found.cue.start, found.cue.end]] if found.cue else [],
                "content": [[extent.start, extent.end] for extent in found.content],
                "kind": found.mode,
            }
            for found in annotated.attributions
        ]
        for annotated in pipeline.annotate(articles, min_confidence=0.0)  # a scheme has its own
    ]


def _measured(
    name: str,
    documents: Sequence[Row],
    learnt: Callable[[Sequence[str]], list[bool]],
    engine: Engine,
) -> Evaluation:
    counts = _counts(documents, predict(documents, SCHEMES[name], engine))
    sentences = [[document["text"][start:end] for start, end in document["sentences"]] for document in documents]
    guesses = {
        "cue words": [baselines.cue_words(texts) for texts in sentences],
        "tf-idf": [learnt(texts) for texts in sentences],
    }
    of_guesses = {
        other: attribution_figures(_counts(documents, _whole_sentences(documents, speaks)))
        for other, speaks in guesses.items()
    }
    figures = attribution_figures(counts)
    return Evaluation(
        set_name(f"attribution.{name}", engine),
        len(documents),
        figures,
        CHIEF,
        bootstrap(len(documents), lambda drawn: attribution_figures(counts[list(drawn)])),
        {"majority": dict.fromkeys(_OF_SENTENCES[:2], 0.0)}
        | {other: {figure: found[figure] for figure in _OF_SENTENCES} for other, found in of_guesses.items()},
        notes=(f'The component\'s scheme "{SCHEMES[name]}": what this corpus counts as an attribution.',),
    )


def _counts(documents: Sequence[Row], found: Sequence[Sequence[Row]]) -> Any:  # noqa: ANN401 - an array
    return np.array([attribution_counts(*pair) for pair in zip(documents, found, strict=True)])


def _sentence_model(root: Path) -> Callable[[Sequence[str]], list[bool]]:
    """Return TF-IDF with logistic regression that tells sentences with an attribution, fitted on PolNeAR train."""
    texts: list[str] = []
    labels: list[bool] = []
    for document in train_rows(root, "polnear"):
        spans = [span for item in document["attributions"] for role in ("source", "cue") for span in item[role]]
        for start, end in document["sentences"]:
            texts.append(document["text"][start:end])
            labels.append(any(first < end and start < last for first, last in spans))
    words = baselines.Tfidf(texts, smallest=3)
    model = words.learnt(labels)
    return lambda unseen: model.predict(words.rows(unseen)).tolist()


def _whole_sentences(documents: Sequence[Row], speaks: Sequence[Sequence[bool]]) -> list[list[Row]]:
    """Return predictions that make every sentence found positive one attribution, content and cue alike."""
    return [
        [{"cue": [span], "content": [span]} for span, good in zip(document["sentences"], found, strict=True) if good]
        for document, found in zip(documents, speaks, strict=True)
    ]
