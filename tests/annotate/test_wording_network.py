"""The layers that judge wording: they go on from the stance encoder they were made for, and from no other."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate.encoder import accurate as stance_accurate
from analyzer.annotate.encoder import wording as wording_network
from analyzer.annotate.encoder.accurate import Encoder
from analyzer.annotate.encoder.wording import HEADS, NAME, Wording
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
    _, found = encoder.read("Orme Bridge", [PLAIN, text])
    plain, worded = found[:, HEADS.index(head)].tolist()
    assert plain < 0.5 < worded


def test_reading_for_wording_leaves_the_stance_scores_as_they_are(encoder: Encoder) -> None:
    texts = [PLAIN, PUFFED, VAGUE]
    scores, wording = encoder.read("Orme Bridge", texts)
    assert np.array_equal(scores, encoder.scores("Orme Bridge", texts))
    assert wording.shape == (3, len(HEADS))
    assert ((wording >= 0) & (wording <= 1)).all()


def test_each_text_has_as_many_states_as_pieces_of_words(encoder: Encoder) -> None:
    short, long = encoder.states("Orme", ["It is old.", PLAIN])
    assert len(short) < len(long)
    assert short.shape[1] == long.shape[1] == 384


def test_layers_made_for_another_encoder_stay_silent() -> None:
    model = modelstore.load(stance_accurate.NAME)
    other = modelstore.Model(model.folder, model.name)
    other.files = {**model.files, "model.onnx": modelstore.FileEntry("0" * 64, 1)}
    assert Wording.load(model) is not None
    assert Wording.load(other) is None


def test_silent_layers_are_not_named_as_a_model_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    assert NAME in stance_accurate.Accurate().models
    monkeypatch.setattr(wording_network, "fits", lambda encoder: False)
    assert NAME not in stance_accurate.Accurate().models


def test_a_network_of_another_kind_is_refused() -> None:
    encoder, layers = modelstore.load(stance_accurate.NAME), modelstore.load(NAME)
    with pytest.raises(ModelError, match=r"takes attention_mask, states .*expected one that takes attention_mask, inp"):
        Encoder(layers.read("model.onnx"), encoder.text("tokenizer.json"), encoder.json("calibration.json"))
    with pytest.raises(ModelError, match="takes attention_mask, input_ids"):
        Wording(encoder.read("model.onnx"), layers.json("calibration.json"))


def test_an_encoder_without_states_is_refused_only_where_wording_is_asked_of_it() -> None:
    model = modelstore.load(stance_accurate.NAME)
    network = model.read("model.onnx").replace(b"states", b"statez")
    parts = network, model.text("tokenizer.json"), model.json("calibration.json")
    assert Encoder(*parts).scores("Orme", [PLAIN]).shape == (1, 4)
    with pytest.raises(ModelError, match="gives scores, states"):
        Encoder(*parts, Wording.load(model))


def test_an_onnxruntime_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # importing it raises an ImportError
    with pytest.raises(ModelError, match=r"installed but does not start .* use the fast engine"):
        Encoder.load()


def test_a_tokenizer_that_is_none_is_refused() -> None:
    model = modelstore.load(stance_accurate.NAME)
    with pytest.raises(ModelError, match="tokenizer of model 'stance-accurate' cannot be loaded"):
        Encoder(model.read("model.onnx"), "{}", model.json("calibration.json"))


def test_an_encoder_without_layers_says_nothing_of_wording() -> None:
    _, wording = Encoder.load(wording=False).read("Orme", [PLAIN])
    assert np.isnan(wording).all()


@pytest.mark.pipeline
def test_a_report_of_the_accurate_engine_has_the_scores_and_names_the_model() -> None:
    report = analyze(f"{PUFFED} {VAGUE}", title="Ada Quill", pipeline=load_pipeline(stance="accurate"))
    read = [sentence.wording for sentence in report.sentences if "puffery" in sentence.wording]
    assert read
    assert all(set(HEADS) <= set(wording) for wording in read)
    assert report.provenance.models[NAME] == modelstore.load(NAME).digest


@pytest.mark.pipeline
def test_the_fast_engine_reads_no_wording() -> None:
    report = analyze(PUFFED, title="Ada Quill", pipeline=load_pipeline(stance="fast"))
    assert not any("puffery" in sentence.wording for sentence in report.sentences)
