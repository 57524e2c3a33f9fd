"""What is read beside a sentence: title, heading and the sentence before; the large engine reads it once."""

import gzip

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate import documents
from analyzer.annotate.encoder import ENCODER, LARGE, Encoder
from analyzer.annotate.encoder.context import beside, contexts
from analyzer.annotate.stance.component import Stance
from analyzer.errors import ModelError
from analyzer.pipeline import analyze, engines, load_pipeline
from analyzer.readers import read
from analyzer.train.core.fit import write_model
from analyzer.vocabulary import ENGINES

WIKITEXT = """Orme is a mill. It was built in 1881.

== Reception ==
It was praised. Nobody says why.<ref>A note.</ref> Critics called it dull."""


@pytest.fixture
def small_as_large(tmp_path, monkeypatch):
    """The small network in the large one's place."""
    small = modelstore.load(ENCODER)
    files = {
        "model.onnx.gz": gzip.compress(small.read("model.onnx"), 1),
        "tokenizer.json": small.read("tokenizer.json"),
        "calibration.json": b'{"fast_share": 0.0, "scale": 1.0, "shift": [0, 0, 0, 0]}',
    }
    write_model(tmp_path / LARGE, LARGE, "1", files)
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    monkeypatch.setattr("analyzer.pipeline._loaded", {})


@pytest.mark.parametrize(
    ("where", "read_beside"),
    [
        (("Orme",), "Orme"),
        (("Orme", "Abstract"), "Orme"),
        (("Orme", "Reception"), "Orme - Reception"),
        (("Orme", "", "It is old."), "Orme: It is old."),
        (("Orme", "Reception", "It is old."), "Orme - Reception: It is old."),
    ],
)
def test_title_heading_and_sentence_before_are_one_text(where, read_beside):
    assert beside(*where) == read_beside


@pytest.mark.pipeline
def test_a_section_begins_without_a_sentence_before_and_markers_are_left_out():
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [read(WIKITEXT, title="Orme", format="wikitext")])
    assert contexts(pipeline.components[0](doc)) == [
        "Orme",
        "Orme: Orme is a mill.",
        "Orme - Reception",
        "Orme - Reception: It was praised.",
        "Orme - Reception: Nobody says why.",
    ]


def test_each_text_may_have_a_title_of_its_own():
    encoder, texts = Encoder.load(wording=False), ["It was condemned.", "It was praised."]
    together = encoder.read(["Orme", "Penlow"], texts)["stance"]
    alone = [encoder.read([title], [text])["stance"][0] for title, text in zip(["Orme", "Penlow"], texts, strict=True)]
    assert np.abs(together - alone).max() < 0.5  # 8-bit scales depend on the batch, a little
    assert not np.array_equal(together, encoder.read("Orme", texts)["stance"])


@pytest.mark.pipeline
def test_the_large_engine_reads_every_sentence_once_beside_its_context(small_as_large, monkeypatch):
    asked = []
    read_by_it = Encoder.read

    def reading(self, title, texts, heads):
        asked.append((title, texts, heads))
        return read_by_it(self, title, texts, heads)

    monkeypatch.setattr(Encoder, "read", reading)
    pipeline = load_pipeline(engine="large")
    report = analyze(read(WIKITEXT, title="Orme", format="wikitext"), pipeline=pipeline)
    contextual = [(title, texts) for title, texts, heads in asked if heads == ("stance",)]
    titles, texts = contextual[0]
    assert texts == [sentence.text.replace("[1]", "") for sentence in report.sentences]
    assert titles[-1] == "Orme - Reception: Nobody says why."
    assert [title for title, _, heads in asked if "wording" in heads] == ["Orme"]
    assert report.provenance.engine == "large"
    assert report.provenance.models[LARGE] == modelstore.load(LARGE).digest


@pytest.mark.pipeline
def test_the_large_engine_reads_by_default_where_its_weights_are(small_as_large, monkeypatch):
    monkeypatch.setattr("analyzer.pipeline.engines", engines)
    assert engines() == ENGINES
    assert load_pipeline().provenance.engine == "large"


def test_without_its_weights_the_accurate_engine_is_the_best(monkeypatch):
    monkeypatch.setattr(modelstore, "installed", lambda: (ENCODER,))
    assert engines() == ("fast", "accurate")


def test_a_large_engine_that_is_not_there_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(modelstore, "installed", lambda: (ENCODER,))
    with pytest.raises(ModelError, match=r"no models/large .* `npov train large`, or use another engine"):
        Stance("large")
