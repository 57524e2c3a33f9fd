"""The encoder: one reading for all heads; the layers that judge wording go on from it, and from no other."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate import store
from analyzer.annotate.attribution.component import Attribution
from analyzer.annotate.encoder import ENCODER, LARGE, TAGGER, WORDING, Encoder, heads, models
from analyzer.annotate.encoder.heads import LAYERS, AttributionLayers, WordingLayers
from analyzer.annotate.stance.accurate import Accurate, heard_by
from analyzer.annotate.stance.masked import masked_words
from analyzer.errors import ModelError
from analyzer.pipeline import analyze, load_pipeline
from analyzer.readers import read
from analyzer.train.core.passages import annotated_by_engine

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
    (of_short, short), (of_long, long) = encoder.states("Orme", ["It is old.", PLAIN])
    assert len(of_short.ids) == len(short) < len(long) == len(of_long.ids)
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


SPOKEN = "Critics called the bridge a waste, but engineers said that it had paid for itself."


@pytest.fixture(scope="module")
def tagged(encoder: Encoder) -> heads.Tagged:
    return encoder.read_tagging("Orme Bridge", [PLAIN, SPOKEN], (), {1})[1][1]


def test_who_speaks_and_by_which_word_is_told_piece_by_piece(tagged: heads.Tagged) -> None:
    def words(columns: np.ndarray) -> str:
        return " ".join(SPOKEN[start:end] for (start, end), sure in zip(tagged.extents, columns, strict=True) if sure)

    of_any = np.logaddexp.reduce(tagged.tags[:, 1:-1], axis=1)
    assert words(of_any > tagged.tags[:, 0]) == "Critics engineers"
    assert words(tagged.tags[:, -1] > 0) == "called said"
    assert tagged.without.shape == (2,) and (tagged.without < 0).all()


def test_texts_that_nobody_asks_for_are_not_tagged_and_the_others_say_the_same_of_stance(encoder: Encoder) -> None:
    texts = [PLAIN, SPOKEN, VAGUE]
    found, tags = encoder.read_tagging("Orme Bridge", texts, tagging={2})
    assert tags.keys() == {2}
    assert np.array_equal(found["stance"], encoder.read("Orme Bridge", texts)["stance"])
    assert encoder.read_tagging("Orme Bridge", texts)[1] == {}


def test_layers_for_attribution_made_for_another_encoder_stay_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    model = modelstore.load(ENCODER)
    other = modelstore.Model(model.folder, model.name)
    other.files = {**model.files, "model.onnx": modelstore.FileEntry("0" * 64, 1)}
    assert AttributionLayers.load(model) is not None
    assert AttributionLayers.load(other) is None
    assert Attribution(reader=TAGGER).models.keys() == {"attribution", TAGGER}
    monkeypatch.setattr("analyzer.annotate.stance.accurate.tags_fit", lambda encoder: False)
    assert Attribution(reader=TAGGER).models.keys() == {"attribution"}


@pytest.mark.pipeline
def test_a_doc_is_read_once_for_stance_wording_and_who_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline, asked = load_pipeline(engine="accurate"), []
    whole = Encoder.read_tagging

    def counted(encoder: Encoder, title: str, texts: list[str], *rest: object) -> object:
        asked.extend(texts)
        return whole(encoder, title, texts, *rest)

    monkeypatch.setattr(Encoder, "read_tagging", counted)
    report = analyze(f"{PLAIN} {SPOKEN}", title="Orme Bridge", pipeline=pipeline)
    assert sorted(text for text in asked if text in (PLAIN, SPOKEN)) == sorted((PLAIN, SPOKEN))
    assert [one.source.text for one in report.attributions] == ["Critics", "engineers"]


@pytest.mark.pipeline
def test_engines_that_are_compared_on_one_doc_read_it_once_with_the_small_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if LARGE not in modelstore.installed():
        pytest.skip("the large engine's weights are not here")
    article, asked = read(f"{PLAIN} {SPOKEN}".encode(), title="Orme Bridge"), []
    whole = Encoder.read_tagging

    def counted(encoder: Encoder, title: str, texts: list[str], *rest: object) -> object:
        asked.extend(text for text in texts if text in (PLAIN, SPOKEN))
        return whole(encoder, title, texts, *rest)

    monkeypatch.setattr(Encoder, "read_tagging", counted)
    ((alone,),) = (found.values() for found in annotated_by_engine([article], ["large"]))
    assert sorted(asked) == sorted((PLAIN, SPOKEN))
    asked.clear()
    ((_, beside),) = (found.values() for found in annotated_by_engine([article], ["accurate", "large"]))
    assert beside == alone and sorted(asked) == sorted((PLAIN, SPOKEN))


@pytest.mark.pipeline
def test_what_was_found_of_a_doc_may_be_changed_by_whoever_asks() -> None:
    nlp = load_pipeline(engine="accurate").nlp
    with nlp.select_pipes(disable=["analyzer"]):
        doc = nlp(f"{PLAIN} {SPOKEN}")
    heard_by(doc, TAGGER).need({1})
    first = Accurate().sentences(doc, masked_words(doc))
    before = first.probabilities.copy()
    first.probabilities[:] = 0.0
    assert np.array_equal(Accurate().sentences(doc, masked_words(doc)).probabilities, before)


@pytest.mark.pipeline
def test_the_stance_found_by_the_way_is_that_found_by_itself_and_holds_for_its_subject_alone() -> None:
    nlp = load_pipeline(engine="accurate").nlp
    with nlp.select_pipes(disable=["analyzer"]):
        doc = nlp(f"{PLAIN} {SPOKEN}")
    store.put_value(doc, "title", "Orme Bridge")
    alone = Accurate().sentences(doc, masked_words(doc, ["the bridge"]))
    by_itself = Accurate().sentences(doc, masked_words(doc))
    heard_by(doc, TAGGER).need({1})
    other = Accurate().sentences(doc, masked_words(doc, ["the bridge"]))
    assert np.array_equal(alone.probabilities, other.probabilities)
    by_the_way = Accurate().sentences(doc, masked_words(doc))
    assert np.array_equal(by_itself.probabilities, by_the_way.probabilities)
    assert np.array_equal(by_itself.wording, by_the_way.wording)
