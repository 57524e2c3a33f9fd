"""What the stance models learn from: targets, shares of a pass, and the examples written by hand."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from analyzer.train.encoder.parts import Part
from analyzer.train.encoder.tuning import SMOOTHING, Examples, drawn
from analyzer.train.labels.in_articles import without
from analyzer.train.labels.keyed import key_of
from analyzer.train.stance.data import gold_examples, title_examples
from analyzer.train.stance.silver import chosen
from analyzer.vocabulary import STANCES

ROOT = Path(__file__).parents[3]
WRITTEN = (ROOT / "models" / "stance-silver" / "pairs.jsonl").read_text("utf-8")
CRITIQUE, ENDORSEMENT, MIXED, NEUTRAL = range(4)


def _line(sentence: str, titles: list[str], stances: list[str]) -> str:
    return json.dumps({"sentence": sentence, "titles": titles, "stances": stances})


def test_names_are_exchanged_with_their_stances() -> None:
    pairs = title_examples(_line("Vell Trust sued Orme Ltd.", ["Vell Trust", "Orme Ltd"], ["neutral", "critique"]))
    found = list(zip(pairs.titles, pairs.texts, pairs.labels.tolist(), strict=True))
    assert found == [
        ("Vell Trust", "Vell Trust sued Orme Ltd.", NEUTRAL),
        ("Orme Ltd", "Vell Trust sued Orme Ltd.", CRITIQUE),
        ("Vell Trust", "Orme Ltd sued Vell Trust.", CRITIQUE),
        ("Orme Ltd", "Orme Ltd sued Vell Trust.", NEUTRAL),
    ]


@pytest.mark.parametrize(
    ("sentence", "titles"),
    [
        ("Torture has ceased.", ["Human rights in Penlow"]),
        ("The court found that Orme had beaten Jo Hale.", ["Human rights in Orme", "Jo Hale"]),
        ("Iron Vale II is worse than Iron Vale.", ["Iron Vale II", "Iron Vale"]),
        ("The mill closed.", ["Vell Trust", "Orme Ltd"]),
    ],
)
def test_names_that_cannot_change_places_stay(sentence: str, titles: list[str]) -> None:
    pairs = title_examples(_line(sentence, titles, ["critique", "neutral"][: len(titles)]))
    assert pairs.texts == [sentence] * len(titles)


def test_the_examples_written_by_hand_are_many_and_none_is_of_the_test_set() -> None:
    rows = [json.loads(line) for line in WRITTEN.splitlines()]
    assert len({row["sentence"] for row in rows}) == len(rows) >= 300
    for row in rows:
        assert set(row["stances"]) <= set(STANCES)
        assert len(row["titles"]) == len(row["stances"])
    tested = tomllib.loads((ROOT / "tests" / "examples" / "stance.toml").read_text("utf-8"))["pair"]
    assert not {row["sentence"] for row in rows} & {row["sentence"] for row in tested}


def test_a_label_is_learnt_with_a_little_for_the_others_and_news_has_nothing_for_mixed() -> None:
    labels = np.array([CRITIQUE])
    assert Examples(["A"], ["b"], labels).targets()[0] == pytest.approx([1 - SMOOTHING * 3 / 4] + [SMOOTHING / 4] * 3)
    news = Examples(["A"], ["b"], labels, news=True).targets()[0]
    assert news[MIXED] == 0
    assert news.sum() == pytest.approx(1)
    soft = np.array([[0.1, 0.6, 0.1, 0.2]])
    assert Examples(["A"], ["b"], labels, soft=soft).targets() == pytest.approx(soft)


def test_a_pass_has_the_share_of_each_part() -> None:
    rows = drawn([10, 100], [2.0, 0.25], np.random.default_rng(1))
    assert np.bincount(rows[rows < 10]).tolist() == [2] * 10
    others = rows[rows >= 10]
    assert len(others) == len(set(others.tolist())) == 25
    assert others.max() < 110


def test_all_that_takes_a_side_is_kept_and_some_of_the_rest() -> None:
    found = np.eye(4)[[NEUTRAL] * 80 + [CRITIQUE, ENDORSEMENT, MIXED] * 4]
    kept = chosen(found, neutral_part=0.4)
    label = found[kept].argmax(1)
    assert (label != NEUTRAL).sum() == 12
    assert (label == NEUTRAL).sum() == 8
    assert len(chosen(found[:80], 0.4)) == 0


def test_sentences_of_articles_that_are_measured_are_not_trained_on() -> None:
    titles = ["Orme", "Orme - Uses", "Orme: It is old.", "Ormesby", "Penlow"]
    texts = ["It is dull.", "It was sold.", "It burnt.", "It is new.", "It  was praised."]
    part = Part(Examples(titles, texts, np.arange(5) % 4, soft=np.arange(20).reshape(5, 4)))
    kept = without(part, ("Orme",), {key_of("It was praised.")}).examples
    assert (kept.titles, kept.texts, kept.labels.tolist()) == (["Ormesby"], ["It is new."], [3])
    assert kept.soft is not None
    assert kept.soft.tolist() == [[12, 13, 14, 15]]


def test_a_sentence_in_context_has_the_one_before_it_and_without_it_the_heading_alone() -> None:
    sentences = [{"start": 0, "end": 11, "stance": "neutral"}, {"start": 12, "end": 27, "stance": "endorsement"}]
    passage = {"title": "Orme", "section": "Uses", "text": "It was new. It was praised.", "sentences": sentences}
    assert gold_examples([passage]).titles == ["Orme - Uses", "Orme - Uses"]
    assert gold_examples([passage], context=True).titles == ["Orme - Uses", "Orme - Uses: It was new."]
