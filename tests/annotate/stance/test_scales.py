"""Ranks, scores and shares: a number beside its scale praises or blames, a number alone says nothing."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from analyzer.annotate.stance.component import doubt_low_places
from analyzer.annotate.stance.masked import scales, valence_of


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("It ranked 167th of 180 countries.", -1),
        ("It ranked 3rd out of 180 countries.", 1),
        ("The paper gave the film 4 out of 5 stars.", 1),
        ("The paper gave the film one star.", -1),
        ("The paper gave the film three and a half stars.", 1),
        ("The paper gave the film 1.5/5.", -1),
        ("It holds an 87 % approval rating on Rotten Tomatoes.", 1),
        ("Only 12 per cent of the reviews were positive.", -1),
        ("It has a Metascore of 24.", -1),
        ("The city came in second-worst in the region.", -1),
        ("The college was ranked first in the country.", 1),
    ],
)
def test_a_reading_praises_or_blames_by_its_place_on_the_scale(text: str, sign: int) -> None:
    readings = scales(text)
    assert len(readings) == 1, readings
    assert valence_of(readings[0][2]) * sign > 0


@pytest.mark.parametrize(
    "text",
    [
        "The attacks of 9/11 changed the law.",
        "The shop is open 24/7.",
        "Forests cover 87 % of the island.",
        "It is one of 25 members.",
        "On 4/5/2010 the bridge was closed.",
        "She is the third of 2 daughters.",
        "A score of 5 violins plays.",
    ],
)
def test_numbers_without_a_scale_of_judgement_say_nothing(text: str) -> None:
    assert scales(text) == []


@pytest.mark.parametrize(
    ("text", "stance", "unsure"),
    [
        (
            "The body ranked the media environment as 156 out of 173, with the 1st being the most free.",
            "endorsement",
            True,
        ),
        ("The body ranked it 12th of 180 countries.", "endorsement", False),
        ("The 2015 index ranked the country 12 out of 180.", "endorsement", False),
        ("The 2015 index placed the country at number 164, out of 178 ranked countries.", "endorsement", True),
        ("Guards were placed in 39 of 40 towns.", "endorsement", False),
        ("The guild ranked the films. In 2003 39 of 40 were lost.", "endorsement", False),
        ("It was praised, though 150th of 180 by size, and rated 5 out of 5 stars.", "endorsement", False),
        ("The body ranked it 150th of 180 countries.", "critique", False),
        ("The body praised the law.", "endorsement", False),
    ],
)
def test_praise_by_nothing_but_a_low_place_is_unsure(text: str, stance: str, unsure: bool) -> None:
    rows = [{"start": 4, "end": 4 + len(text), "stance": stance, "unsure": False}]
    doubt_low_places(rows, f"So. {text} 3rd of 180.")
    assert rows[0]["unsure"] == unsure


def test_the_middle_of_a_scale_is_neither() -> None:
    assert valence_of(0.5) == 0
    assert valence_of(1) == pytest.approx(3)
    assert valence_of(0) == pytest.approx(-3)


def test_readings_do_not_overlap_and_lie_in_the_text() -> None:
    text = "Ranked 2nd of 40, rated 4 out of 5 stars, with 90 % positive reviews and a score of 81."
    readings = scales(text)
    assert len(readings) >= 3
    assert all(0 <= a < b <= len(text) for a, b, _ in readings)
    assert all(first[1] <= second[0] for first, second in pairwise(readings))


def test_long_runs_of_numbers_take_linear_time() -> None:
    began = time.process_time()
    scales("1/5 " * 20_000 + "9" * 20_000 + " % " * 20_000)
    assert time.process_time() - began < 5
