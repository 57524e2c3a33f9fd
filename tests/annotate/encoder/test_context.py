"""What is read beside a sentence: title, heading and the sentence before; the large engine reads it once, or again."""

import re

import numpy as np
import pytest
from msgspec.structs import replace

from analyzer import modelstore
from analyzer.annotate import documents
from analyzer.annotate.attribution import tagged
from analyzer.annotate.attribution.component import Attribution
from analyzer.annotate.encoder import ENCODER, LARGE, WORDING, Stretch, reading
from analyzer.annotate.encoder.context import ROOM, beside, contexts, together
from analyzer.annotate.encoder.reading import TAGS, Said
from analyzer.annotate.encoder.session import AT_ONCE, Laid, alike, inputs_of
from analyzer.annotate.networks import Networks
from analyzer.annotate.stance.accurate import UNREAD, Joint, Large
from analyzer.annotate.stance.component import Stance
from analyzer.annotate.stance.masked import masked_words
from analyzer.errors import ModelError
from analyzer.limits import MAX_TITLE
from analyzer.pipeline import analyze, engines, load_pipeline
from analyzer.readers import read
from analyzer.records import Section
from analyzer.train.core.fit import encode, write_model
from analyzer.vocabulary import ENGINES, SOURCE_TYPES, STANCES

FIGURES = 13  # columns of the third look
WIKITEXT = """Orme is a mill. It was built in 1881.

== Reception ==
It was praised. Nobody says why.<ref>A note.</ref> Critics called it dull."""


class Skimmer:
    """Stands for the large network: takes "dull" for critique, "Critics" for a source and "called" for its cue."""

    name = LARGE

    def __init__(self):
        self.asked = []

    @property
    def texts(self):
        return [text for _, texts in self.asked for text in texts]

    def read(self, stretches):
        self.asked += [(stretch.beside, tuple(stretch.texts)) for stretch in stretches]
        texts = [text for stretch in stretches for text in stretch.texts]
        stance, sentence = np.zeros((len(texts), 4)), np.full((len(texts), 5), -5.0)
        pieces, tags = [], []
        for row, text in enumerate(texts):
            stance[row, 0 if "dull" in text else 3] = 9.0
            words = [match.span() for match in re.finditer(r"\w+", text)]
            own = np.full((len(words), len(TAGS) + 1), -5.0)
            own[:, 0] = 5.0
            for k, (start, end) in enumerate(words):
                if text[start:end] == "Critics":
                    own[k, 0], own[k, TAGS.index("unnamed")] = -5.0, 5.0
                own[k, -1] = 5.0 if text[start:end] == "called" else -5.0
            pieces.append(np.array(words).reshape(-1, 2))
            tags.append(own)
        return Said(stance.astype(np.float32), sentence.astype(np.float32), pieces, tags)


class Sure:
    """Stands for the small network: sure that a sentence has no stance, but for one."""

    def __init__(self, doubtful):
        self.doubtful = doubtful

    def read(self, title, texts, heads):
        return self.read_tagging(title, texts, heads)[0]

    def read_tagging(self, title, texts, heads, tagging=()):
        stance = np.zeros((len(texts), 4), dtype=np.float32)
        stance[:, 3] = [0.0 if text == self.doubtful else 9.0 for text in texts]
        return {"stance": stance, "wording": np.zeros((len(texts), len(WORDING)), dtype=np.float32)}, {}


def third_look(suffix="attribution", **told):
    """The files of a third look that takes every candidate for likely, whatever the network says."""
    look = Networks(np.zeros(FIGURES), np.ones(FIGURES), ((np.zeros((FIGURES, 1)), np.zeros(1), np.ones(1), 2.0),))
    same = {"raw": [0.0, 1.0], "true": [0.0, 1.0]}
    tables = {"members": 1, "calibration": same, "thresholds": {"named": 0.3, "unnamed": 0.3}}
    return {f"{suffix}.npz": look.arrays(), f"{suffix}.json": tables | told}


@pytest.fixture
def skimmer(tmp_path, monkeypatch):
    """A network in the large one's place, with calibrations that change nothing."""
    plain = {"scale": dict.fromkeys(WORDING, 1.0), "shift": dict.fromkeys(WORDING, 0.0)}
    artifacts = {
        "calibration.json": {"fast_share": 0.0, "scale": 1.0, "shift": [0, 0, 0, 0], "wording": plain},
        **third_look(),
        "types.json": {"priors": dict.fromkeys(SOURCE_TYPES, 0.0)},
        reading.NETWORK: b"the network",
    }
    write_model(tmp_path / LARGE, LARGE, "1", {name: encode(name, artifact) for name, artifact in artifacts.items()})
    monkeypatch.setenv("NPOV_MODELS", str(tmp_path))
    monkeypatch.setattr("analyzer.pipeline._loaded", {})
    network = Skimmer()
    monkeypatch.setattr(reading, "load", lambda name: network)
    return network


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


@pytest.mark.pipeline
def test_no_title_or_heading_beside_a_sentence_is_longer_than_a_title_may_be():
    text = "It is a mill.\n\nIt is old."
    section = Section(start=text.index("It is old"), end=len(text), title="h" * 3000, level=2)
    article = replace(read(text, title="Orme"), title="t" * 3000, sections=(section,))
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [article])
    assert contexts(pipeline.components[0](doc)) == ["t" * MAX_TITLE, f"{'t' * MAX_TITLE} - {'h' * MAX_TITLE}"]


@pytest.mark.pipeline
@pytest.mark.skipif("large" not in engines(), reason="the large engine's weights are not installed")
def test_what_the_large_network_says_of_a_stretch_does_not_hang_on_those_read_with_it():
    reader = reading.load(LARGE)
    texts = ["It was praised.", "Critics called it dull, and a waste of what the town had.", "", "Dull " * 300]
    stretches = [Stretch("Orme - Reception", own) for own in (texts[:1], texts[1:], ["It is old."] * 90)]
    stretches += [Stretch("Orme", [text]) for text in (*texts, "It was praised.", "A dull mill.", "A fine mill.")]
    at_once = reader.read(stretches)
    first = 0
    for stretch in stretches:
        alone = reader.read([stretch])
        rows = slice(first, first + len(stretch.texts))
        assert np.array_equal(alone.stance, at_once.stance[rows])
        assert np.array_equal(alone.sentence, at_once.sentence[rows])
        for own, same in zip(alone.tags, at_once.tags[rows], strict=True):
            assert np.array_equal(own, same)
        first = rows.stop
    assert len(at_once.pieces[2]) == 0 and at_once.stance[0].argmax() != at_once.stance[1].argmax()


def test_stretches_of_like_length_are_read_at_once():
    laid = [Laid(np.arange(length), [(1, length)] * count, []) for length, count in ((9, 1), (17, 1), (16, 1), (12, 2))]
    laid += [Laid(np.arange(30), [(1, 30)], []) for _ in range(20)]
    found = list(alike(laid))
    assert sorted(number for numbers in found for number in numbers) == list(range(len(laid)))
    assert [0, 2] in found and [1] in found and [3] in found
    assert max(map(len, found)) == AT_ONCE // 32
    filled = inputs_of([laid[0], laid[2]])
    assert filled["input_ids"].shape == (2, 16)
    assert filled["attention_mask"].sum(axis=1).tolist() == [9, 16]
    assert np.allclose(filled["shares"].sum(axis=2), 1)


def test_sentences_are_read_together_by_section_as_many_as_find_room():
    assert together([], []) == []
    assert together(["", "", "History"], [5, 5, 5]) == [range(2), range(2, 3)]
    assert together([""] * 3, [ROOM, ROOM, 5]) == [range(1), range(1, 3)]  # of a long sentence not all counts
    found = together(["Reception"] * 100, [20] * 100)
    assert [n for stretch in found for n in stretch] == list(range(100))
    assert {len(stretch) for stretch in found[:-1]} == {ROOM // (int(1.15 * 20) + 1)}


def test_what_is_read_among_others_has_its_neighbours_of_the_same_stretch():
    stretches = [range(8), range(8, 12), range(12, 13)]
    assert reading.windows(stretches, {0, 2, 7}) == [range(4), range(6, 8)]
    assert reading.windows(stretches, {3, 7, 8, 11}) == [range(2, 5), range(6, 8), range(8, 10), range(10, 12)]
    assert reading.windows(stretches, {10, 11, 12}) == [range(9, 12), range(12, 13)]
    assert reading.windows(stretches, set()) == []


@pytest.mark.pipeline
def test_the_large_engine_reads_every_sentence_beside_its_context_and_what_is_in_doubt_among_others(skimmer):
    pipeline = load_pipeline(engine="large")
    report = analyze(read(WIKITEXT, title="Orme", format="wikitext"), pipeline=pipeline)
    sentences = [sentence.text.replace("[1]", "") for sentence in report.sentences]
    alone = [(beside, *texts) for beside, texts in skimmer.asked if len(texts) == 1 and texts[0] in sentences]
    assert sorted(text for _, text in alone) == sorted(sentences)
    assert ("Orme - Reception: Nobody says why.", "Critics called it dull.") in alone
    among = [(beside, texts) for beside, texts in skimmer.asked if len(texts) > 1]
    assert among == [("Orme - Reception: It was praised.", ("Nobody says why.", "Critics called it dull."))]
    assert report.provenance.engine == "large"
    assert report.provenance.models[LARGE] == modelstore.load(LARGE).digest


@pytest.mark.pipeline
def test_stance_wording_and_who_speaks_are_the_large_networks(skimmer):
    report = analyze(read(WIKITEXT, title="Orme", format="wikitext"), pipeline=load_pipeline(engine="large"))
    last = report.sentences[-1]
    assert (last.stance, round(last.confidence, 2)) == ("critique", 1.0)
    assert last.wording.keys() == set(WORDING)
    found = [(one.source.text, round(one.confidence, 2)) for one in report.attributions if one.source]
    assert ("Critics", 0.88) in found  # the logistic function of 2


@pytest.mark.pipeline
@pytest.mark.parametrize(("left", "read_for"), [(0.5, {"Critics called it dull."}), (2.0, None)])
def test_the_large_network_reads_no_stance_where_the_small_one_is_sure_of_none(skimmer, left, read_for):
    engine, words = Large(), "Critics called it dull."
    engine.large = Joint({"fast_share": 0.0, "left": left, "scale": 1.0, "shift": [0, 0, 0, 0]})
    engine.joint = Joint({"fast_share": 0.0, "scale": 1.0, "shift": [0, 0, 0, 0]})
    engine.encoder = Sure(words)
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [read(WIKITEXT, title="Orme", format="wikitext")])
    for stage in pipeline.components[:3]:
        doc = stage(doc)
    found = engine.sentences(doc, masked_words(doc))
    everything = {span.text.strip() for span in doc.sents}
    assert {*skimmer.texts[: len(read_for or everything)]} == (read_for or everything)
    assert found.probabilities[-1].argmax() == STANCES.index("critique")
    if read_for:
        assert (found.probabilities[:-1, STANCES.index("neutral")] >= UNREAD - 1e-6).all()


def test_what_the_small_network_says_has_its_share():
    scores, before = np.array([[9.0, 0, 0, 0]]), np.array([[0.01, 0.97, 0.01, 0.01]])
    alone, both = (
        Joint({"fast_share": share, "scale": 1.0, "shift": [0, 0, 0, 0]}).probabilities(scores, before)[0]
        for share in (0.0, 0.1)
    )
    assert alone[1] < both[1] < before[0, 1] and both.argmax() == 0


@pytest.mark.pipeline
def test_what_nobody_asks_for_is_not_read(skimmer):
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [read(WIKITEXT, title="Orme", format="wikitext")])
    found = reading.InContext(pipeline.components[0](doc), skimmer)
    found.need([4])
    found.need([2, 4])
    assert skimmer.texts == ["Critics called it dull.", "It was praised."]
    assert found.read.tolist() == [False, False, True, False, True]
    assert [doc[int(k)].text for k in np.flatnonzero(found.source > 0)] == ["Critics"]
    assert [doc[int(k)].text for k in np.flatnonzero(found.cue > 0)] == ["called"]
    assert SOURCE_TYPES[found.types[found.source.argmax()].argmax()] == "unnamed"


@pytest.mark.pipeline
def test_the_large_engine_reads_by_default_where_its_weights_are(skimmer, monkeypatch):
    monkeypatch.setattr("analyzer.pipeline.engines", engines)
    assert engines() == ENGINES
    assert load_pipeline().provenance.engine == "large"


def test_without_its_weights_the_accurate_engine_is_the_best(monkeypatch):
    monkeypatch.setattr(modelstore, "installed", lambda: (ENCODER,))
    assert engines() == ("fast", "accurate")


def test_a_large_engine_that_is_not_there_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(modelstore, "installed", lambda: (ENCODER,))
    with pytest.raises(ModelError, match=r"no models/large .*`make large` builds it in a clone\), or use another"):
        Stance("large")


def own_news(folder, **files):
    """Write a copy of the model for news with other files of third looks."""
    shipped = modelstore.load("attribution-news")
    kept = {name: shipped.read(name) for name in ("attribution.npz", "attribution.json")}
    write_model(folder, "attribution-news", "1", kept | {name: encode(name, files[name]) for name in files})
    return str(folder)


@pytest.mark.pipeline
def test_in_news_the_network_is_heard_by_the_look_that_has_learnt_from_news(skimmer, tmp_path):
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [read("Critics called it dull. The mayor wept.", title="Orme")])
    for stage in pipeline.components[:2]:
        doc = stage(doc)
    folder = own_news(tmp_path / "heard", **third_look(LARGE, network=reading.network_of(LARGE)))
    rows = Attribution(scheme="news", folder=folder, reader=LARGE)(doc.copy())._.analyzer_attributions
    assert rows[0]["source_text"] == "Critics"
    assert {row["confidence"] for row in rows} == {0.8808}  # the look's, whatever those before it say
    assert set(skimmer.texts) == {"Critics called it dull."}
    without = own_news(tmp_path / "unheard")
    found = [
        Attribution(scheme="news", folder=without, reader=reader)(doc.copy())._.analyzer_attributions
        for reader in (LARGE, None)
    ]
    assert found[0] == found[1] != rows


def test_a_look_that_has_learnt_from_another_network_is_refused(skimmer, tmp_path):
    folder = own_news(tmp_path / "other", **third_look(LARGE, network="0" * 64))
    with pytest.raises(ModelError, match=r"large\.json: learnt from another network .* `npov train attribution-news`"):
        tagged.load(LARGE, "news", folder)
