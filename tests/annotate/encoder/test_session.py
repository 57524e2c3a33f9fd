"""Texts in pieces of words: cut as the library would cut them, and in time linear in their length."""

from __future__ import annotations

import random
import string
import time

import pytest
from tokenizers import Tokenizer

from analyzer import modelstore
from analyzer.annotate.encoder import ENCODER, session

CHANCE = random.Random(5)


def words(count: int) -> str:
    return " ".join("".join(CHANCE.choices(string.ascii_letters, k=CHANCE.randint(1, 9))) for _ in range(count))


@pytest.mark.parametrize("longest", [7, 8, 112])
def test_pieces_are_those_of_the_library_that_cuts_the_longer_text_first(longest: int) -> None:
    stored = modelstore.load(ENCODER).text("tokenizer.json")
    library = Tokenizer.from_str(stored)
    library.no_padding()
    library.enable_truncation(longest, strategy="longest_first")
    sizes = [(0, 3), (2, 2), (30, 2), (2, 30), (30, 31), (90, 4), (4, 90), (60, 60), (0, 0), (5, 0)]
    beside, texts = ([words(pair[side]) for pair in sizes] for side in (0, 1))
    found = session.encoded(session.tokenizer(stored, ENCODER), beside, texts, longest)
    for mine, expected in zip(found, library.encode_batch(list(zip(beside, texts, strict=True))), strict=True):
        own = [k for k, side in enumerate(expected.sequence_ids) if side == 1]
        assert mine.ids.tolist() == expected.ids
        assert mine.type_ids.tolist() == expected.type_ids
        assert mine.own.tolist() == own
        assert mine.extents.tolist() == [list(expected.offsets[k]) for k in own]


STORED = modelstore.load(ENCODER).text("tokenizer.json")
STRETCHES = [
    session.Stretch(["Orme - Reception"] * 3, ["It was praised.", "Nobody says why.", "Critics called it dull."]),
    session.Stretch([words(90)], [words(200)]),
    session.Stretch(["Orme"] * 60, [words(9) for _ in range(60)]),
    session.Stretch(["", ""], ["", "It is old."]),
]


def test_a_stretch_is_laid_out_with_a_mark_behind_each_sentence_and_cut_where_it_is_too_long() -> None:
    made = session.tokenizer(STORED, ENCODER)
    first, long, many, empty = session.laid_out(made, STRETCHES)
    assert made.decode(first.ids.tolist(), skip_special_tokens=False) == (
        "[CLS] orme - reception [SEP] it was praised. [SEP] nobody says why. [SEP] critics called it dull. [SEP]"
    )
    assert [made.decode(first.ids[a:b].tolist()) for a, b in first.places] == [
        "it was praised.",
        "nobody says why.",
        "critics called it dull.",
    ]
    text = STRETCHES[0].texts[2]
    assert [text[a:b] for a, b in first.extents[2].tolist()] == ["Critics", "called", "it", "dull", "."]
    assert len(long.ids) == 2 + session.LONGEST_BESIDE + session.LONGEST_SENTENCE + 1
    assert len(many.ids) <= session.LONGEST_STRETCH and len(many.places) == 60
    assert all(behind > start for start, behind in many.places)
    assert empty.places[0][0] == empty.places[0][1] and len(empty.extents[0]) == 0
    for laid in (first, long, many, empty):
        assert [behind - start for start, behind in laid.places] == [len(extents) for extents in laid.extents]


def test_a_batch_of_stretches_has_each_once_and_of_each_sentence_the_mean() -> None:
    laid = session.laid_out(session.tokenizer(STORED, ENCODER), STRETCHES * 9)
    seen = []
    for chosen, inputs in session.batches_of_stretches(laid):
        seen += chosen
        ids, mask, shares = (inputs[name] for name in session.STRETCH_INPUTS)
        assert ids.size <= session.AT_ONCE
        for row, at in enumerate(chosen):
            assert mask[row].sum() == len(laid[at].ids)
            for sentence, (start, behind) in enumerate(laid[at].places):
                assert shares[row, sentence].sum() == pytest.approx(1.0 if behind > start else 0.0, abs=1e-5)
                assert not shares[row, sentence, :start].any() and not shares[row, sentence, behind:].any()
    assert sorted(seen) == list(range(len(laid)))


def test_two_long_texts_take_little_more_than_one() -> None:
    made = session.tokenizer(modelstore.load(ENCODER).text("tokenizer.json"), ENCODER)
    long = words(600)

    def seconds(beside: str) -> float:
        begin = time.process_time()
        session.encoded(made, [beside] * 40, [long] * 40, session.LONGEST)
        return time.process_time() - begin

    seconds("")  # the first call makes what the others use again
    assert seconds(long) < 6 * seconds("")  # each part that is cut off beside each of the other: 15 times
