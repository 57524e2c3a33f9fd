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


def test_two_long_texts_take_little_more_than_one() -> None:
    made = session.tokenizer(modelstore.load(ENCODER).text("tokenizer.json"), ENCODER)
    long = words(600)

    def seconds(beside: str) -> float:
        begin = time.process_time()
        session.encoded(made, [beside] * 40, [long] * 40, session.LONGEST)
        return time.process_time() - begin

    seconds("")  # the first call makes what the others use again
    assert seconds(long) < 6 * seconds("")  # each part that is cut off beside each of the other: 15 times
