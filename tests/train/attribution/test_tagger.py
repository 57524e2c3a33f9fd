"""What the layers for attribution learn from, without what is held out or measured, and what they give."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.annotate.encoder.reading import TAGS, WITHOUT_WORDS
from analyzer.train.encoder.parts import Part, Spoken, chosen, type_priors
from analyzer.train.encoder.tuning import Examples
from analyzer.train.labels.in_articles import without
from analyzer.train.labels.keyed import key_of

ACADEMIC, MEDIA = TAGS.index("academic"), TAGS.index("media")


def part(titles: list[str], texts: list[str], kinds: list[int]) -> Part:
    spoken = [Spoken(sources=(((0, 3), kind),)) for kind in kinds]
    return Part(Examples(titles, texts, np.zeros(len(texts), dtype=np.int64)), spoken)


def test_sentences_of_closed_articles_and_of_closed_keys_are_left_out() -> None:
    both = part(["Orme", "Orme - Uses: It is old.", "Ormesby", "Pell"], ["a", "b", "c", "d"], [ACADEMIC] * 4)
    left = without(both, ("Orme",), {key_of("d")})
    assert left.examples.titles == ["Ormesby"]
    assert left.examples.texts == ["c"] and len(left.spoken or ()) == 1


def test_priors_tell_how_much_rarer_a_type_is_in_what_is_learnt_from() -> None:
    gold = part(["A"] * 16, ["x"] * 16, list(range(1, len(TAGS))) + [MEDIA] * (17 - len(TAGS)))
    all_kinds = chosen(gold, list(range(len(TAGS) - 1)))
    scholars = part(["A"] * 4, ["x"] * 4, [ACADEMIC] * 4)
    found = type_priors({"gold": gold, "all": all_kinds, "scholars": scholars}, {"all": 1.0, "scholars": 2.0})
    assert found["academic"] < 0 < found["media"]
    assert found["academic"] == pytest.approx(np.log((1 / 16) / (9 / (len(TAGS) - 1 + 8))), abs=1e-3)


def test_layers_give_tags_for_each_piece_and_scores_for_each_text() -> None:
    pytest.importorskip("torch", reason="tuning networks takes the train extra")
    from analyzer.train.attribution.tagger import tagging
    from analyzer.train.encoder.network import padded

    tags, rest = tagging(1).eval()(*padded([np.zeros((5, 384)), np.ones((3, 384))]))
    assert tags.shape == (2, 5, len(TAGS) + 1)
    assert rest.shape == (2, len(WITHOUT_WORDS))
