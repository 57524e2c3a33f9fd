"""The shipped small network: one reading for stance, wording and tags; what it cannot run is refused with a reason."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from analyzer import modelstore
from analyzer.annotate.encoder import ACCURATE, WORDING, Reader
from analyzer.annotate.encoder.reading import NETWORK, TAGS, load
from analyzer.errors import ModelError
from analyzer.pipeline import analyze, load_pipeline
from analyzer.vocabulary import STANCES

PLAIN = "The bridge was opened in 1931 and carries two tracks of the railway."
PUFFED = "She is a legendary, visionary genius whose breathtaking masterpieces have enchanted millions."
VAGUE = "It is widely believed by some experts that many of these reports may have been exaggerated."
SAID = "Critics called the bridge an eyesore."


def of_title(title: str, texts: list[str]):
    return load(ACCURATE).read([title] * len(texts), texts)


@pytest.mark.parametrize(("head", "text"), [("puffery", PUFFED), ("weasel", VAGUE)])
def test_wording_of_a_kind_scores_higher_than_a_plain_sentence(head: str, text: str) -> None:
    plain, worded = of_title("Orme Bridge", [PLAIN, text]).sentence[:, WORDING.index(head)].tolist()
    assert plain < 0 < worded


def test_the_words_of_a_source_and_of_its_cue_are_tagged() -> None:
    said = of_title("Orme Bridge", [SAID])
    words = [SAID[start:end] for start, end in said.pieces[0]]
    tags = said.tags[0]
    source = tags[:, 1 : len(TAGS)].max(axis=1) > tags[:, 0]
    assert [word for word, own in zip(words, source, strict=True) if own] == ["Critics"]
    assert words[int(tags[:, len(TAGS)].argmax())] == "called"
    assert STANCES[int(said.stance[0].argmax())] == "critique"


def test_texts_get_a_row_each_in_their_own_order() -> None:
    texts = ["Torture is common.", "It was praised " + "and praised " * 40, "It has two rivers."]
    scores = of_title("Norvia", texts).stance
    assert scores.shape == (3, 4)
    alone = np.concatenate([of_title("Norvia", [text]).stance for text in texts])
    assert np.abs(scores - alone).max() < 0.5  # 8-bit scales depend on the batch, a little
    assert (scores.argmax(1) == alone.argmax(1)).all()


def test_no_text_gives_no_row_and_an_endless_one_is_cut() -> None:
    assert of_title("Norvia", []).stance.shape == (0, 4)
    assert np.isfinite(load(ACCURATE).read(["x" * 5000], ["word " * 5000]).stance).all()


def test_a_damaged_network_is_refused_with_a_reason() -> None:
    with pytest.raises(ModelError, match="onnxruntime"):
        Reader(b"not a network", modelstore.load(ACCURATE).text("tokenizer.json"), ACCURATE)


def test_a_network_without_a_head_is_refused() -> None:
    model = modelstore.load(ACCURATE)
    network = model.unzipped(NETWORK).replace(b"sentence", b"sentenze")
    with pytest.raises(ModelError, match=r"gives scores, sentenze, tags; expected one that .* gives scores, sentence,"):
        Reader(network, model.text("tokenizer.json"), ACCURATE)


def test_an_onnxruntime_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    model = modelstore.load(ACCURATE)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # importing it raises an ImportError
    with pytest.raises(ModelError, match=r"installed but does not start .* use the fast engine"):
        Reader(model.unzipped(NETWORK), model.text("tokenizer.json"), ACCURATE)


def test_a_tokenizer_that_is_none_is_refused() -> None:
    model = modelstore.load(ACCURATE)
    with pytest.raises(ModelError, match="tokenizer of model 'accurate' cannot be loaded"):
        Reader(model.unzipped(NETWORK), "{}", ACCURATE)


@pytest.mark.pipeline
def test_a_report_of_the_accurate_engine_has_the_scores_and_names_the_model() -> None:
    report = analyze(f"{PUFFED} {VAGUE}", title="Ada Quill", pipeline=load_pipeline(engine="accurate"))
    read = [sentence.wording for sentence in report.sentences if "puffery" in sentence.wording]
    assert read
    assert all(set(WORDING) <= set(wording) for wording in read)
    assert report.provenance.models[ACCURATE] == modelstore.load(ACCURATE).digest


@pytest.mark.pipeline
def test_the_fast_engine_reads_no_wording() -> None:
    report = analyze(PUFFED, title="Ada Quill", pipeline=load_pipeline(engine="fast"))
    assert not any("puffery" in sentence.wording for sentence in report.sentences)
