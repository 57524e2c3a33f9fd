"""The table of a Doc says what its tokens say, also after the Doc was changed."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span

from analyzer.annotate.sentences.component import regrow
from analyzer.annotate.tokens import among, id_of, ids_of, tokens_of

NLP = spacy.blank("en")


def assert_true_of(doc: Doc) -> None:
    found = tokens_of(doc)
    assert len(found) == len(doc)
    assert found.text == doc.text
    assert found.words == [token.text for token in doc]
    assert found.lower == [token.lower_ for token in doc]
    assert found.start == [token.idx for token in doc]
    assert found.end == [token.idx + len(token) for token in doc]
    assert found.lemma == [token.lemma_ for token in doc]
    assert (found.pos, found.tag) == ([token.pos_ for token in doc], [token.tag_ for token in doc])
    assert (found.dep, found.ent) == ([token.dep_ for token in doc], [token.ent_type_ for token in doc])
    assert found.ids("LOWER").tolist() == [token.lower for token in doc]
    assert found.ids("LIKE_NUM").tolist() == [token.like_num for token in doc]
    if doc.has_annotation("DEP"):
        assert found.head == [token.head.i for token in doc]
        assert found.children == [[child.i for child in token.children] for token in doc]
    if doc.has_annotation("SENT_START"):
        assert found.bounds == [(sent.start, sent.end) for sent in doc.sents]
        assert found.sent == [k for k, sent in enumerate(doc.sents) for _ in sent]


def parsed() -> Doc:
    words = ["Fans", "praised", "Amy", "Ito", ".", "She", "left", "."]
    return Doc(
        NLP.vocab,
        words=words,
        heads=[1, 1, 3, 1, 1, 6, 6, 6],
        deps=["nsubj", "ROOT", "compound", "dobj", "punct", "nsubj", "ROOT", "punct"],
        pos=["NOUN", "VERB", "PROPN", "PROPN", "PUNCT", "PRON", "VERB", "PUNCT"],
        lemmas=[word.lower() for word in words],
    )


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


def test_a_parse_is_read_and_sentences_that_were_joined_are_read_anew() -> None:
    doc = parsed()
    assert_true_of(doc)
    regrow(doc, [0])
    assert len(list(doc.sents)) == 1
    assert_true_of(doc)


def test_entities_and_lemmas_set_later_are_seen() -> None:
    doc = parsed()
    assert_true_of(doc)
    doc.set_ents([Span(doc, 2, 4, "PERSON")])
    assert_true_of(doc)
    doc[1].lemma_ = "praise"
    assert_true_of(doc)


def test_what_nothing_has_split_is_one_sentence() -> None:
    found = tokens_of(NLP("One. Two."))
    assert (found.bounds, found.sent) == ([(0, 4)], [0, 0, 0, 0])
    assert (tokens_of(NLP("")).bounds, tokens_of(NLP("")).sent) == ([], [])


def test_characters_lead_to_the_tokens_they_lie_in() -> None:
    found = tokens_of(NLP("Old Sorrel fell."))
    assert [found.at(offset) for offset in (0, 2, 4, 15)] == [0, 0, 1, 3]
    assert found.span(4, 15) == (1, 3)
    assert found.span(5, 12) == (1, 3)


def test_hashes_are_sorted_and_looked_up() -> None:
    known = ids_of(["some", "many", "some"])
    assert known.tolist() == sorted([get_string_id("some"), get_string_id("many")])
    asked = np.array([id_of("many"), id_of("few")])
    assert among(asked, known).tolist() == [True, False]
    assert among(asked, ids_of([])).tolist() == [False, False]
