"""Articles as the analyzer sees them: read, parsed, and taken through its components, the first ones or all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from analyzer.annotate import decode, documents
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.registry import components
from analyzer.pipeline import Pipeline, judge, load_pipeline, reports
from analyzer.readers import read
from analyzer.records import Annotated, Article, Report
from analyzer.vocabulary import DEFAULT_ENGINE, Engine, InputFormat

Row = dict[str, Any]


def as_article(
    text: str, title: str = "", id: object = "", format: InputFormat = "plaintext", subject: str | None = None
) -> Article:
    """Return what a text reads as; it is never taken for a file's name."""
    return read(text.encode("utf-8"), title=title, subject=subject, format=format, id=str(id))


def parsed_passages(
    nlp: Language, passages: Sequence[Row], stages: Sequence[Callable[[Doc], Doc]]
) -> Iterator[tuple[Row, Doc, OffsetMap]]:
    """Yield each passage (``text``, ``title``, an id) that has words, with its Doc after the stages and its offsets."""
    articles = (as_article(row["text"], row.get("title") or "", passage_id(row)) for row in passages)
    for passage, (_, doc, offsets) in zip(passages, documents(nlp, articles), strict=True):
        if not len(doc):
            continue
        for stage in stages:
            doc = stage(doc)
        yield passage, doc, offsets


def passage_id(passage: Row) -> str:
    """Return the passage's id, as the gold format or the attribution corpora name it."""
    return str(passage.get("id") or passage["doc_id"])


def pipeline_set(engine: Engine, component: str, config: dict[str, Any]) -> Pipeline:
    """Return an engine's pipeline with one of its components made by another config."""
    loaded = load_pipeline(engine=engine)
    own = loaded.nlp.create_pipe(component, config=config)
    names = (one.name for one in components())
    stages = (own if name == component else one for name, one in zip(names, loaded.components, strict=True))
    return replace(loaded, components=tuple(stages))


def annotated_by_engine(
    articles: Iterable[Article],
    engines: Sequence[Engine],
    made: Callable[[Engine], Pipeline] = lambda engine: load_pipeline(engine=engine),
) -> Iterator[dict[Engine, Annotated]]:
    """Yield each article as the pipeline with each engine annotates it, as ``made``; it is parsed once."""
    pipelines = {engine: made(engine) for engine in engines}
    first = pipelines[engines[0]]
    shared = [component.name for component in components()].index("analyzer_attribution")
    for article, doc, offsets in documents(first.nlp, articles):
        for stage in first.components[:shared]:
            doc = stage(doc)
        found: dict[Engine, Annotated] = {}
        for engine, pipeline in pipelines.items():
            for stage in pipeline.components[shared:]:  # what a component writes takes the place of what stood there
                doc = stage(doc)
            found[engine] = decode.annotated(doc, article, offsets)
        yield found


def reports_on(articles: Iterable[Article]) -> Iterator[Report]:
    """Yield the reports on the articles by the default engine, whatever else is installed."""
    return reports(articles, load_pipeline(engine=DEFAULT_ENGINE))


def reports_by_engine(articles: Iterable[Article], engines: Sequence[Engine]) -> dict[Engine, list[Row]]:
    """Return each engine's reports on the articles, as JSON has them; they are parsed once."""
    by_engine: dict[Engine, list[Row]] = {engine: [] for engine in engines}
    for found in annotated_by_engine(articles, engines):
        for engine, annotated in found.items():
            by_engine[engine].append(judge(annotated, load_pipeline(engine=engine).provenance).to_dict())
    return by_engine
