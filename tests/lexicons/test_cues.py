"""The one lexicon of cues, and the lists that are taken from it."""

from __future__ import annotations

from analyzer.annotate.attribution.lexicon import KIND, cue_classes
from analyzer.lexicons import load_table, load_terms


def test_each_word_stands_once_for_each_part_of_speech() -> None:
    keys = [(row["term"], row["pos"]) for row in load_table("cues")]
    assert keys == sorted(set(keys))
    assert {pos for _, pos in keys} <= set(KIND)


def test_every_column_holds_what_its_header_says() -> None:
    allowed = {
        "quotes": {"saying", "judging", "speech"},
        "sentences": {"yes"},
        "views": {"holding", "holding as"},
    }
    for column, kinds in allowed.items():
        assert {kind for row in load_table("cues") for kind in row[column].split(",") if kind} == kinds


def test_every_verb_of_saying_elsewhere_is_a_cue_of_attribution() -> None:
    verbs = {term for kind, term in cue_classes() if kind == "V"}
    taken = {
        *load_terms("cues", "saying", "quotes"),
        *load_terms("cues", "judging", "quotes"),
        *load_terms("cues", "yes", "sentences"),
        *load_terms("cues", "holding", "views"),
        *load_terms("cues", "holding as", "views"),
    }
    assert len(taken) > 100
    assert taken - verbs == set()
