"""The whole chain as one component in anybody's pipeline, and what components say where something is missing."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.tokens import DocBin

import analyzer
from analyzer.annotate.registry import OWN, components, register_factories
from analyzer.errors import AnalyzerWarning
from analyzer.pipeline import DEFAULT_MODEL, load_pipeline

pytestmark = pytest.mark.pipeline

TEXT = (
    "The Halden Bridge is a road bridge in Norvia. Critics called the bridge a costly mistake. According to the "
    'Norvian Roads Union, it is "the safest crossing in the country". The union praised its lighting.'
)
NAMELESS = "It opened in 1911. Critics called it a costly mistake."
DOCS = (Path(__file__).parents[2] / "docs/spacy.md").read_text("utf-8")


@pytest.fixture(scope="module")
def nlp():
    register_factories()
    made = spacy.load(DEFAULT_MODEL)
    made.add_pipe("analyzer", config={"engine": "fast"})
    return made


def source_types(doc):
    return [row["type"] for row in doc._.analyzer_attributions]


def test_one_component_adds_the_chain_in_order(nlp):
    assert nlp.pipe_names[-1] == "analyzer"
    stages = [type(stage).__name__.lower() for stage in nlp.get_pipe("analyzer").stages]
    assert stages == [component.name.removeprefix("analyzer_") for component in components()]
    assert not any(nlp.analyze_pipes()["problems"].values())
    doc = nlp(TEXT)
    assert all(getattr(doc._, f"analyzer_{layer}") for component in OWN for layer in component.layers)


def test_the_pipeline_that_is_loaded_is_the_one_that_does_the_work():
    loaded = load_pipeline(engine="fast")
    assert loaded.components == loaded.nlp.get_pipe("analyzer").stages
    doc = loaded.nlp(TEXT)
    report = analyzer.analyze(TEXT, pipeline=loaded)
    rows = [(row["stance"], round(row["confidence"], 4)) for row in doc._.analyzer_sentences]
    assert rows == [(sentence.stance, sentence.confidence) for sentence in report.sentences]
    names = [row["name"] for row in doc._.analyzer_attributions if row["confidence"] >= 0.5]
    assert names == [each.source.name for each in report.attributions]


@pytest.mark.parametrize("processes", [1, 2])
def test_the_context_of_a_text_gives_its_title_or_subject(nlp, processes):
    texts = [(TEXT, {"title": "Norvian Roads Union"}), (TEXT, {"subject": "critics", "id": 2}), (TEXT, "as it was")]
    found = list(nlp.pipe(texts, as_tuples=True, n_process=processes, batch_size=1))
    assert [context for _, context in found] == [context for _, context in texts]
    first, second, third = (doc for doc, _ in found)
    assert first._.analyzer_title == "Norvian Roads Union"
    assert source_types(first) == ["unnamed", "subject", "subject"]
    assert second._.analyzer_subject[0]["name"] == "critics"
    assert third._.analyzer_title == "Halden Bridge"


def test_what_the_doc_brings_goes_before_the_context_and_that_before_the_config():
    made = spacy.load(DEFAULT_MODEL)
    made.add_pipe("analyzer", config={"engine": "fast", "title": "Of the config"})
    assert made(NAMELESS)._.analyzer_title == "Of the config"
    ((doc, _),) = made.pipe([(NAMELESS, {"title": "Of the context"})], as_tuples=True)
    assert doc._.analyzer_title == "Of the context"
    doc = made.make_doc(NAMELESS)
    doc._.analyzer_title = "Of the Doc"
    ((doc, _),) = made.pipe([(doc, {"title": "Of the context"})], as_tuples=True)
    assert doc._.analyzer_title == doc._.analyzer_subject[0]["title"] == "Of the Doc"


def test_a_text_without_title_or_subject_is_told_of(nlp):
    with pytest.warns(AnalyzerWarning, match="without a title.*as_tuples"):
        nlp(NAMELESS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nlp(TEXT)
        list(nlp.pipe([(NAMELESS, {"subject": "the bridge"})], as_tuples=True))


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("analyzer_attribution", "token.dep .add a parser"),
        ("analyzer_sources", "analyzer_attributions .add analyzer_attribution "),
        ("analyzer_stance", "analyzer_subject .add analyzer_subject "),
        ("analyzer_marks", "token.lemma .add a lemmatizer"),
        ("analyzer_quotes", "token.tag .add a tagger"),
    ],
)
def test_a_component_whose_needs_are_missing_says_so(name, lacking):
    register_factories()
    made = spacy.blank("en")
    made.add_pipe(name)
    with pytest.warns(AnalyzerWarning, match=f"{name}.*{lacking}"):
        made(TEXT)


def test_attributions_are_spans_that_displacy_shows(nlp):
    doc = nlp(TEXT)
    spans = [(span.label_, span.text) for span in doc.spans["attributions"]]
    assert spans[:3] == [
        ("SOURCE", "Critics"),
        ("CUE", "called"),
        ("CONTENT", "the bridge a costly mistake"),
    ]
    html = displacy.render(doc, style="span", options=analyzer.DISPLACY_OPTIONS, jupyter=False)
    assert all(colour in html for colour in analyzer.DISPLACY_OPTIONS["colors"].values())
    (back,) = DocBin().from_bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes()).get_docs(nlp.vocab)
    assert [(span.label_, span.text) for span in back.spans["attributions"]] == spans


def test_a_pipeline_that_was_saved_with_the_chain_loads_and_analyses(nlp, tmp_path):
    nlp.to_disk(tmp_path / "saved")
    assert spacy.load(tmp_path / "saved")(TEXT).spans["attributions"]
    loaded = load_pipeline(tmp_path / "saved", engine="fast")
    assert loaded.nlp.pipe_names.count("analyzer") == 1
    assert len(analyzer.analyze(TEXT, pipeline=loaded).sentences) == 4


def test_the_examples_of_the_documentation_run(capsys):
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", DOCS, flags=re.DOTALL):
        exec(compile(block, "docs/spacy.md", "exec"), scope)
    assert "7 Halden Bridge" in capsys.readouterr().out
    assert "CONTENT" in scope["html"]
