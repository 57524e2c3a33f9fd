"""Biased and charged sentences by their words: order, shape and odd text."""

from __future__ import annotations

import pytest

from analyzer.issues.signals.bias import biased, charged, features, names

LOADED = "The notorious regime brutally slaughtered the innocent victims of its corrupt and evil rule."
PLAIN = "The line was opened in 1902 and has nine stations."


def test_a_loaded_sentence_is_likelier_biased_than_a_plain_one() -> None:
    loaded, plain = biased([LOADED, PLAIN])
    assert loaded > 0.5 > plain


def test_blame_makes_a_sentence_charged_and_praise_does_not() -> None:
    blame, praise, plain = charged([LOADED, "The brilliant and beautiful hall delighted them.", PLAIN])
    assert blame > 0.9 and praise < 0.5 and plain < 0.5


def test_features_have_one_place_a_name() -> None:
    assert len(features(LOADED)) == len(names()) == len(set(names()))


@pytest.mark.parametrize("text", ["", " ", "!" * 5000, "evil " * 5000, "\x00", "ÄÖ 漢字"])
def test_odd_text_has_a_probability(text: str) -> None:
    assert 0 <= biased([text])[0] <= 1 and 0 <= charged([text])[0] <= 1
