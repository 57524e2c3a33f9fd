"""The columns of a Doc say what its tokens say, also after the Doc was retokenized."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate.tokens import columns

NLP = spacy.blank("en")


def assert_true_of(doc: Doc) -> None:
    found = columns(doc)
    assert found.text == doc.text
    assert found.words == [token.text for token in doc]
    assert found.lower == [token.lower_ for token in doc]
    assert found.start == [token.idx for token in doc]
    assert found.end == [token.idx + len(token) for token in doc]


@pytest.mark.parametrize("text", ["", " \n", "İzmir's ﬁsh\x00 cost 3 €.  ", "👨‍👩‍👧 said: “e\u0301”."])
def test_they_are_what_the_tokens_say(text: str) -> None:
    assert_true_of(NLP(text))


def test_merged_tokens_are_seen() -> None:
    doc = NLP("New Sorrel is a town.")
    assert_true_of(doc)
    with doc.retokenize() as change:
        change.merge(doc[0:2])
    assert_true_of(doc)


def test_tokens_merged_and_split_so_that_their_number_stays_are_seen() -> None:
    doc = NLP("New Sorrel is near OldSorrel today.")
    assert_true_of(doc)
    with doc.retokenize() as change:
        change.merge(doc[0:2])
        change.split(doc[4], ["Old", "Sorrel"], [doc[3], doc[3]])
    assert len(doc) == 7
    assert_true_of(doc)


def test_a_doc_that_takes_the_place_of_another_in_memory_is_read_anew() -> None:
    for number in range(50):
        assert_true_of(Doc(NLP.vocab, words=["Town", str(number)]))
