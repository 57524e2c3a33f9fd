"""The puffery classifier: puffed sentences above plain ones, and no surprise on odd text."""

from __future__ import annotations

import pytest

from analyzer.issues.signals.puffery import PUFFED, features, groups, probabilities

PRAISE = (
    "She is a legendary and visionary artist whose outstanding and iconic work is renowned around the world.",
    "The prestigious, award-winning hotel is famous for its breathtaking views and exquisite kitchen.",
)
PLAIN = (
    "The line was opened in 1902 and closed in 1964.",
    "Its council has nine members, of whom three are elected each year.",
)


def test_puffed_sentences_are_likelier_than_plain_ones() -> None:
    found = probabilities([*PRAISE, *PLAIN])
    assert min(found[:2]) > PUFFED > max(found[2:])


def test_features_have_one_place_a_group() -> None:
    assert len(features(PRAISE[0])) == len(groups())
    assert features("")[:-4] == [0.0] * (len(groups()) - 4)


@pytest.mark.parametrize("text", ["", " ", "!" * 5000, "legendary " * 5000, "\x00", "ÄÖ 漢字"])
def test_odd_text_has_a_probability(text: str) -> None:
    assert 0 <= probabilities([text])[0] <= 1
