"""A component is added by one line in the list: a package beside ours brings one, and it runs with the others.

An issue is added in tests/issues/test_adding_an_issue.py, an input format in tests/readers/test_formats.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from analyzer import pipeline
from analyzer.annotate import registry, store

pytestmark = pytest.mark.pipeline

MODULE = """
from spacy.language import Language

from analyzer.annotate import store
from analyzer.annotate.registry import Component

COMPONENT = Component("house_questions", "house_questions", ("questions",))


@Language.factory("house_questions", assigns=["doc._.analyzer_questions"], requires=["doc._.analyzer_sentences"])
def create_questions(nlp, name):
    def questions(doc):
        rows = [row for row in store.get(doc, "sentences") if doc.text[row["start"] : row["end"]].endswith("?")]
        store.put(doc, "questions", [{"start": row["start"], "end": row["end"]} for row in rows])
        return doc

    return questions
"""


@pytest.fixture
def package(written_package: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a package with one component for a test; spaCy keeps its factory, so it is imported once."""
    place = written_package("house_questions", MODULE, registry.GROUP, "questions = house_questions:COMPONENT")
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.setattr(pipeline, "_loaded", {})
    importlib.invalidate_caches()
    registry.components.cache_clear()
    yield
    if Doc.has_extension("analyzer_questions"):
        Doc.remove_extension("analyzer_questions")
    registry.components.cache_clear()


def test_it_stands_in_the_list_behind_ours_and_its_layer_can_be_read(package: None) -> None:
    assert [component.name for component in registry.components()][-2:] == ["analyzer_marks", "house_questions"]
    assert registry.layers()[-1] == "questions"
    store.register()
    assert Doc.has_extension("analyzer_questions")


def test_the_pipeline_runs_it_after_the_others(package: None) -> None:
    loaded = pipeline.load_pipeline(engine="fast")
    doc = loaded.nlp("Is the mill old? It was built in 1801. Who built it?")
    assert [doc.text[row["start"] : row["end"]] for row in doc._.analyzer_questions] == [
        "Is the mill old?",
        "Who built it?",
    ]


def test_it_fits_into_anybodys_pipeline_without_a_problem(package: None) -> None:
    registry.register_factories()
    nlp = spacy.load(pipeline.DEFAULT_MODEL)
    nlp.add_pipe("analyzer_sentences")
    nlp.add_pipe("house_questions")
    assert not any(nlp.analyze_pipes()["problems"].values())


def test_without_its_package_nothing_of_it_is_left() -> None:
    assert "house_questions" not in {component.name for component in registry.components()}
    assert "questions" not in registry.layers()
