"""The spaCy components: which there are, and that each works in anybody's pipeline."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
import spacy
from spacy.tokens import DocBin

from analyzer.annotate import COMPONENTS
from analyzer.pipeline import DEFAULT_MODEL

pytestmark = pytest.mark.pipeline

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


def test_no_factory_is_lost_and_each_is_an_entry_point():
    assert COMPONENTS == FACTORIES
    registered = {e.name for e in entry_points(group="spacy_factories") if e.value.startswith("analyzer.")}
    assert registered == set(FACTORIES)


def test_spacy_finds_no_problem_in_the_whole_pipeline():
    problems = with_pipes(*FACTORIES).analyze_pipes()["problems"]
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize("name", FACTORIES)
def test_each_component_works_alone(name: str):
    doc = with_pipes(name)(TEXT)
    assert len(list(doc.sents)) == 4


def test_attribution_alone_finds_who_speaks():
    doc = with_pipes("analyzer_attribution")(TEXT)
    assert {row["source_text"] for row in doc._.analyzer_attributions} >= {"Critics", "the Norvian Roads Union"} or {
        row["source_text"] for row in doc._.analyzer_attributions
    } >= {"Critics", "Norvian Roads Union"}


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
