"""Readability without the network, and silence where a formula means nothing."""

from __future__ import annotations

import sys

import pytest

from analyzer import readability

PROSE = (
    "The harbour was dredged in the spring of that year. Small boats came back first, and the larger ones followed "
    "when the channel had been marked with buoys. Nobody in the town remembered so many masts at the quay."
)


def test_every_measure_has_a_value_on_plain_prose():
    found = readability.measure(PROSE)
    assert set(found) == set(readability.MEASURES)
    assert all(isinstance(value, float) for value in found.values())


def test_simple_prose_reads_easier_than_learned_prose():
    learned = (
        "The committee reviewed administrative responsibilities at considerable length, and its members found that "
        "the documentation of earlier negotiations was incomplete. Several constitutional questions remained open, "
        "so the parliamentary secretariat commissioned an independent historical interpretation of the agreement."
    )
    assert readability.measure(PROSE)["flesch_reading_ease"] > readability.measure(learned)["flesch_reading_ease"] + 30


@pytest.mark.parametrize("text", ["", "Short.", "a. " * 100_000, "日本語 " * 100, "1 2 3 4 5 " * 20])
def test_no_measure_is_given_where_the_formula_does_not_apply(text: str):
    assert set(readability.measure(text).values()) == {None}


def test_the_syllable_source_is_never_the_dictionary_that_would_be_downloaded():
    readability.measure(PROSE)
    counter = sys.modules["textstat.backend.counts._count_syllables"]
    assert counter.get_cmudict("en_US") is None
