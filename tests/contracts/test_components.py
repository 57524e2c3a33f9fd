"""The spaCy components: which there are, and that each works in anybody's pipeline."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from analyzer.annotate.registry import CHAIN, OWN, layers
from analyzer.pipeline import DEFAULT_MODEL

pytestmark = pytest.mark.pipeline

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
TEXT = (
    "The Halden Bridge is a road bridge in Norvia. Critics called the bridge a costly mistake. According to the "
    'Norvian Roads Union, it is "the safest crossing in the country". The union praised its lighting.'
)

FACTORIES = (
    "analyzer_sentences",
    "analyzer_quotes",
    "analyzer_subject",
    "analyzer_attribution",
    "analyzer_sources",
    "analyzer_stance",
    "analyzer_marks",
)


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(DEFAULT_MODEL)


def with_pipes(*names: str):
    made = spacy.load(DEFAULT_MODEL)
    for name in names:
        made.add_pipe(name)
    return made


def test_no_factory_is_lost_and_each_is_an_entry_point_of_its_room():
    assert tuple(component.name for component in OWN) == FACTORIES
    entries = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["entry-points"]["spacy_factories"]
    registered = {name: value.partition(":")[0] for name, value in entries.items()}
    assert registered == {CHAIN: "analyzer.annotate.chain"} | {each.name: each.module for each in OWN}


def test_each_layer_is_handed_out_by_the_doc_and_declared_by_a_component_that_writes_it(nlp):
    doc = with_pipes(*FACTORIES)(TEXT)
    assert {layer: bool(getattr(doc._, f"analyzer_{layer}")) for layer in layers()} == dict.fromkeys(layers(), True)
    for component in OWN:
        assigned = nlp.get_factory_meta(component.name).assigns
        assert set(component.layers) == {
            name.removeprefix("doc._.analyzer_") for name in assigned if name.startswith("doc._.")
        }


def test_spacy_finds_no_problem_in_the_whole_pipeline():
    problems = with_pipes(*FACTORIES).analyze_pipes()["problems"]
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize("name", FACTORIES)
def test_each_component_works_alone(name: str):
    doc = with_pipes(name)(TEXT)
    assert len(list(doc.sents)) == 4


def test_attribution_alone_finds_who_speaks():
    doc = with_pipes("analyzer_attribution")(TEXT)
    assert {row["source_text"] for row in doc._.analyzer_attributions} >= {"Critics", "the Norvian Roads Union"}


@pytest.mark.parametrize("name", FACTORIES)
def test_each_component_bears_a_doc_without_words(name: str, nlp):
    component = nlp.create_pipe(name)
    assert len(component(nlp.make_doc(""))) == 0


def test_annotations_survive_storage_and_other_processes():
    made = with_pipes(*FACTORIES)
    (doc,) = made.pipe([TEXT])
    stored = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(stored).get_docs(made.vocab)
    assert back._.analyzer_attributions == doc._.analyzer_attributions
    assert back._.analyzer_attributions
    parallel = list(made.pipe([TEXT, TEXT], n_process=2, batch_size=1))
    assert parallel[1]._.analyzer_sentences == doc._.analyzer_sentences


def test_sentences_are_rows_from_the_first_component_on_and_stance_goes_on_with_them():
    made = with_pipes("analyzer_sentences")
    rows = made(TEXT)._.analyzer_sentences
    assert [TEXT[row["start"] : row["end"]].split()[0] for row in rows] == ["The", "Critics", "According", "The"]
    assert all(set(row) == {"start", "end"} for row in rows)
    judged = with_pipes("analyzer_sentences", "analyzer_stance")(TEXT)._.analyzer_sentences
    assert [{"start": row["start"], "end": row["end"]} for row in judged] == rows
    assert all("stance" in row for row in judged)


def test_sentences_that_another_component_has_set_anew_are_not_those_of_before():
    made = spacy.blank("en")
    made.add_pipe("analyzer_sentences")
    doc = made(TEXT)
    assert len(doc._.analyzer_sentences) == 4
    for token in doc:
        token.is_sent_start = token.i == 0
    doc = made.create_pipe("analyzer_stance")(doc)
    assert [(row["start"], row["end"]) for row in doc._.analyzer_sentences] == [(0, len(TEXT))]
