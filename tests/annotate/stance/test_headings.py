"""Headings that stand among the sentences judge nothing."""

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.stance.component import HEADING, Stance
from analyzer.annotate.stance.headings import headings
from analyzer.annotate.stance.masked import masked_words


def lines(*texts: str) -> Doc:
    """Return a Doc with a sentence for each text, split at spaces; the article is on concrete."""
    words = [text.split() for text in texts]
    starts = [k == 0 for line in words for k in range(len(line))]
    doc = Doc(spacy.blank("en").vocab, [word for line in words for word in line], sent_starts=starts)
    store.register()
    store.put_value(doc, "title", "Concrete")
    return doc


@pytest.mark.parametrize(
    "text", ["Disadvantages", "Benefits :", "Advantage and Disadvantage of Concrete", "Concrete pros / cons"]
)
def test_words_that_tell_what_is_judged_below_are_a_heading(text):
    assert headings(masked_words(lines("It is grey .", text))).tolist() == [1]


@pytest.mark.parametrize(
    "text",
    ["The main benefits of concrete :", "Its disadvantages are many .", "Concrete", "High cost", "Awards of Spain"],
)
def test_what_says_more_or_names_no_judgement_is_none(text):
    assert headings(masked_words(lines(text, "It is grey ."))).tolist() == []


def test_a_doc_without_words_has_none():
    assert headings(masked_words(lines())).tolist() == []


def test_a_heading_is_neutral_whatever_its_word_and_says_why(monkeypatch):
    made = Stance("fast")
    doc = lines("Disadvantages", "It is a disgrace .")
    scores = made.engine.sentences(doc, masked_words(doc))
    blame = np.tile(np.array([[0.9, 0.03, 0.03, 0.04]], dtype=np.float32), (2, 1))
    monkeypatch.setattr(
        made.engine, "sentences", lambda *_: scores._replace(probabilities=blame, reasons=[["x"], ["y"]])
    )
    heading, sentence = store.get(made(doc), "sentences")
    assert (heading["stance"], heading["reasons"], heading["unsure"]) == ("neutral", [HEADING], False)
    assert (sentence["stance"], sentence["reasons"]) == ("critique", ["y"])
