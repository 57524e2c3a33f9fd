"""The encoder: one reading for all heads; the layers that judge wording go on from it, and from no other."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate.encoder import ENCODER, WORDING, Encoder, heads, models
from analyzer.annotate.encoder.heads import LAYERS, WordingLayers
from analyzer.errors import ModelError
from analyzer.pipeline import analyze, load_pipeline

PLAIN = "The bridge was opened in 1931 and carries two tracks of the railway."
PUFFED = "She is a legendary, visionary genius whose breathtaking masterpieces have enchanted millions."
VAGUE = "It is widely believed by some experts that many of these reports may have been exaggerated."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.mark.parametrize(("head", "text"), [("puffery", PUFFED), ("weasel", VAGUE)])
def test_wording_of_a_kind_scores_higher_than_a_plain_sentence(encoder: Encoder, head: str, text: str) -> None:
    found = encoder.read("Orme Bridge", [PLAIN, text])["wording"]
    plain, worded = found[:, WORDING.index(head)].tolist()
    assert plain < 0.5 < worded


def test_reading_for_wording_leaves_the_stance_scores_as_they_are(encoder: Encoder) -> None:
    texts = [PLAIN, PUFFED, VAGUE]
    found = encoder.read("Orme Bridge", texts)
    assert np.array_equal(found["stance"], encoder.read("Orme Bridge", texts, ("stance",))["stance"])
    wording = found["wording"]
    assert wording.shape == (3, len(WORDING))
    assert ((wording >= 0) & (wording <= 1)).all()


def test_each_text_has_as_many_states_as_pieces_of_words(encoder: Encoder) -> None:
    short, long = encoder.states("Orme", ["It is old.", PLAIN])
    assert len(short) < len(long)
    assert short.shape[1] == long.shape[1] == 384


def test_layers_made_for_another_encoder_stay_silent() -> None:
    model = modelstore.load(ENCODER)
    other = modelstore.Model(model.folder, model.name)
    other.files = {**model.files, "model.onnx": modelstore.FileEntry("0" * 64, 1)}
    assert WordingLayers.load(model) is not None
    assert WordingLayers.load(other) is None


def test_silent_layers_are_not_named_as_a_model_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LAYERS in models()
    monkeypatch.setattr(heads, "fits", lambda encoder: False)
    assert LAYERS not in models()


def test_a_network_of_another_kind_is_refused() -> None:
    encoder, layers = modelstore.load(ENCODER), modelstore.load(LAYERS)
    with pytest.raises(ModelError, match=r"takes attention_mask, states .*expected one that takes attention_mask, inp"):
        Encoder(layers.read("model.onnx"), encoder.text("tokenizer.json"))
    with pytest.raises(ModelError, match="takes attention_mask, input_ids"):
        WordingLayers(encoder.read("model.onnx"), layers.json("calibration.json"))


def test_an_encoder_without_states_is_refused_only_where_wording_is_asked_of_it() -> None:
    model = modelstore.load(ENCODER)
    network = model.read("model.onnx").replace(b"states", b"statez")
    parts = network, model.text("tokenizer.json")
    assert Encoder(*parts).read("Orme", [PLAIN], ("stance",))["stance"].shape == (1, 4)
    with pytest.raises(ModelError, match="gives scores, states"):
        Encoder(*parts, WordingLayers.load(model))


def test_an_onnxruntime_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # importing it raises an ImportError
    with pytest.raises(ModelError, match=r"installed but does not start .* use the fast engine"):
        Encoder.load()


def test_a_tokenizer_that_is_none_is_refused() -> None:
    model = modelstore.load(ENCODER)
    with pytest.raises(ModelError, match="tokenizer of model 'stance-accurate' cannot be loaded"):
        Encoder(model.read("model.onnx"), "{}")


def test_an_encoder_without_layers_says_nothing_of_wording() -> None:
    assert np.isnan(Encoder.load(wording=False).read("Orme", [PLAIN])["wording"]).all()


@pytest.mark.pipeline
def test_a_report_of_the_accurate_engine_has_the_scores_and_names_the_model() -> None:
    report = analyze(f"{PUFFED} {VAGUE}", title="Ada Quill", pipeline=load_pipeline(engine="accurate"))
    read = [sentence.wording for sentence in report.sentences if "puffery" in sentence.wording]
    assert read
    assert all(set(WORDING) <= set(wording) for wording in read)
    assert report.provenance.models[LAYERS] == modelstore.load(LAYERS).digest


@pytest.mark.pipeline
def test_the_fast_engine_reads_no_wording() -> None:
    report = analyze(PUFFED, title="Ada Quill", pipeline=load_pipeline(engine="fast"))
    assert not any("puffery" in sentence.wording for sentence in report.sentences)
