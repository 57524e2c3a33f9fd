"""What is read beside a sentence, and which are read together; the large engine reads each sentence once."""

import re

import numpy as np
import pytest
from msgspec.structs import replace

from analyzer import modelstore
from analyzer.annotate import documents
from analyzer.annotate.attribution.model import SecondLook
from analyzer.annotate.encoder import ENCODER, LARGE, WORDING, reading
from analyzer.annotate.encoder.context import beside, contexts, together
from analyzer.annotate.encoder.reading import TAGS, Said
from analyzer.annotate.encoder.session import Stretch, tokenizer
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

    def __init__(self):
        self.asked = []

    def read(self, stretches):
        self.asked += [(stretch.beside[0], stretch.texts) for stretch in stretches]
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
        stance = np.zeros((len(texts), 4), dtype=np.float32)
        stance[:, 3] = [0.0 if text == self.doubtful else 9.0 for text in texts]
        return {"stance": stance, "wording": np.zeros((len(texts), len(WORDING)), dtype=np.float32)}


@pytest.fixture
def skimmer(tmp_path, monkeypatch):
    """A network in the large one's place, with calibrations that change nothing."""
    plain = {"scale": dict.fromkeys(WORDING, 1.0), "shift": dict.fromkeys(WORDING, 0.0)}
    same = {"raw": [0.0, 1.0], "true": [0.0, 1.0]}
    look = SecondLook(np.zeros(FIGURES), np.ones(FIGURES), ((np.zeros((FIGURES, 1)), np.zeros(1), np.ones(1), 2.0),))
    artifacts = {
        "calibration.json": {"fast_share": 0.0, "scale": 1.0, "shift": [0, 0, 0, 0], "wording": plain},
        "attribution.npz": look.arrays(),
        "attribution.json": {"members": 1, "calibration": same, "thresholds": {"named": 0.3, "unnamed": 0.3}},
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


@pytest.mark.parametrize(
    ("headings", "words", "room", "read_together"),
    [
        ("", [], 10, []),
        ("aaa", [2, 2, 2], 100, [[0, 1, 2]]),
        ("aab", [2, 2, 2], 100, [[0, 1], [2]]),
        ("aba", [2, 2, 2], 100, [[0], [1], [2]]),
        ("aaaa", [4, 4, 4, 4], 10, [[0, 1], [2, 3]]),  # five pieces each, with its mark
        ("aaa", [2, 900, 2], 10, [[0], [1], [2]]),
        ("aaa", [900, 900, 900], 250, [[0, 1], [2]]),  # a sentence is cut: no more than that counts
    ],
)
def test_sentences_of_a_section_are_read_together_as_many_as_find_room(headings, words, room, read_together):
    assert [list(stretch) for stretch in together(headings, words, room)] == read_together


@pytest.mark.pipeline
def test_the_large_engine_reads_every_sentence_once_with_those_around_it(skimmer):
    pipeline = load_pipeline(engine="large")
    report = analyze(read(WIKITEXT, title="Orme", format="wikitext"), pipeline=pipeline)
    assert sorted(asked for asked in skimmer.asked if len(asked[1]) > 1) == [
        ("Orme", ["Orme is a mill.", "It was built in 1881."]),
        ("Orme - Reception", ["It was praised.", "Nobody says why.", "Critics called it dull."]),
    ]
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
@pytest.mark.parametrize(("left", "read_for"), [(0.5, ["Orme - Reception"]), (2.0, ["Orme", "Orme - Reception"])])
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
    assert [beside for beside, _ in skimmer.asked] == read_for
    assert found.probabilities[-1].argmax() == STANCES.index("critique")
    if len(read_for) == 1:  # what stands beside a sentence that is read for its stance is not judged for that
        assert (found.probabilities[:-1, STANCES.index("neutral")] >= UNREAD - 1e-6).all()


def test_what_the_small_network_says_has_its_share():
    scores, before = np.array([[9.0, 0, 0, 0]]), np.array([[0.01, 0.97, 0.01, 0.01]])
    alone, both = (
        Joint({"fast_share": share, "scale": 1.0, "shift": [0, 0, 0, 0]}).probabilities(scores, before)[0]
        for share in (0.0, 0.1)
    )
    assert alone[1] < both[1] < before[0, 1] and both.argmax() == 0


class Echo:
    """Stands for a network session: sure of critique where sentences are read together, unsure where one is alone."""

    def __init__(self):
        self.batches = []

    def run(self, inputs, widths):
        shares = inputs["shares"]
        self.batches.append(shares.shape)
        (rows, most, pieces), (scores, sentence, tags) = shares.shape, widths.values()
        stance = np.zeros((rows, most, scores), dtype=np.float32)
        stance[..., 0] = 4.0 if most > 1 else 1.0
        stance[:, 0, 3] = 9.0  # the first of a stretch is plainly neutral
        return [stance, np.zeros((rows, most, sentence)), np.full((rows, pieces, tags), 2.0 if most > 1 else 1.0)]


def test_what_is_not_plainly_neutral_beside_others_is_read_again_by_itself_and_counts_half():
    reader = object.__new__(reading.Reader)
    reader._network, reader._tokenizer = Echo(), tokenizer(modelstore.load(ENCODER).text("tokenizer.json"), ENCODER)
    texts = ["It is old.", "It is dull.", "Nobody says why."]
    said = reader.read([Stretch(["Orme"] * 3, texts), Stretch(["Orme"], ["It is dull."])])
    assert [shape[:2] for shape in reader._network.batches] == [(2, 3), (2, 1)]  # together, then those two alone
    logs = [np.log(np.exp(row) / np.exp(row).sum()) for row in ([4.0, 0, 0, 0], [1.0, 0, 0, 9.0])]
    assert said.stance[1] == pytest.approx((logs[0] + logs[1]) / 2, abs=1e-5)
    assert said.stance[0].tolist() == [4.0, 0, 0, 9.0]
    assert said.tags[0].max() == 2.0 and said.tags[1].max() == 1.5


@pytest.mark.pipeline
def test_what_nobody_asks_for_is_not_read(skimmer):
    pipeline = load_pipeline(engine="fast")
    ((_, doc, _),) = documents(pipeline.nlp, [read(WIKITEXT, title="Orme", format="wikitext")])
    found = reading.Reading(pipeline.components[0](doc), skimmer)
    found.need([4])
    found.need([2, 4])
    assert [beside for beside, _ in skimmer.asked] == ["Orme - Reception"]  # once, with all that stands there
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
