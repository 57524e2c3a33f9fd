"""The layers that judge wording: they go on from the stance encoder they were made for, and from no other."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate import stance_accurate
from analyzer.annotate.stance_accurate import Encoder
from analyzer.annotate.wording_network import HEADS, NAME, Wording
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
