"""How gold labels become training examples, and how candidate pairs are counted against them."""

from __future__ import annotations

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate.attribution.candidates import Candidate
from analyzer.annotate.masking import OffsetMap
from analyzer.annotate.tokens import quoted_tokens
from analyzer.linear import codes, logistic_of
from analyzer.train.attribution.examples import (
    Example,
    Tables,
    Wanted,
    by_sentence,
    learnt,
    path_between,
    set_candidates,
    tables,
    wanted,
    with_learnt,
)
from analyzer.train.attribution.scoring import best_limits, calibration, cautious, evaluate, judged, rule_scores

TEXT = "Bakers say farmers lied"
GOLD = {
    "sentences": [
        {
            "start": 0,
            "end": len(TEXT),
            "attributions": [
                {"source": {"start": 0, "end": 6}, "cue": {"start": 7, "end": 10}, "carried": False},
            ],
        }
    ]
}


@pytest.fixture
def example() -> Example:
    doc = Doc(
        spacy.blank("en").vocab,
        words=["Bakers", "say", "farmers", "lied"],
        pos=["NOUN", "VERB", "NOUN", "VERB"],
        tags=["NNS", "VBP", "NNS", "VBD"],
        lemmas=["baker", "say", "farmer", "lie"],
        heads=[1, 1, 3, 1],
        deps=["nsubj", "ROOT", "nsubj", "ccomp"],
        sent_starts=[True, False, False, False],
    )
    offsets = OffsetMap()
    offsets.add(0, 0, len(TEXT))
    tokens = quoted_tokens(doc)
    return Example("x", tokens, "", wanted(GOLD["sentences"], offsets, tokens))


def _labelled(example: Example) -> Example:
    set_candidates([example], Tables(("V:nsubj",), ("V:lie",)))
    return example


def test_the_pair_that_the_gold_names_is_right_and_the_others_are_wrong(example: Example) -> None:
    _labelled(example)
    assert dict(zip(example.candidates, example.labels, strict=True)) == {
        Candidate(1, 0, "V:nsubj"): 1,
        Candidate(3, 2, "V:nsubj"): 0,
    }


def test_paths_and_cues_are_learnt_from_the_gold(example: Example) -> None:
    paths, cues = learnt([example])
    assert dict(paths) == {"V:nsubj": 1}
    assert dict(cues) == {"V:say": 1}
    assert path_between(example.tokens, 3, 0) == "V:^ccomp/nsubj"


def test_a_cue_that_often_could_and_hardly_ever_does_attribute_is_excluded(
    example: Example,
) -> None:
    example.gold[0][1].append(Wanted(None, None, (3, 4), carried=False, disputed=False))  # "lied": a cue, and no source
    made = tables([example], min_path=1, excluded=1, excluded_share=1.0)
    assert (made.paths, made.cues, made.excluded) == (("V:nsubj",), ("V:lie", "V:say"), ("V:lie",))
    assert tables([example], min_path=2, excluded=2, excluded_share=1.0) == Tables((), ("V:lie", "V:say"))


def test_what_another_corpus_has_learnt_comes_beside_the_tables_and_is_never_excluded(example: Example) -> None:
    base = Tables(("V:agent/pobj",), ("V:claim",), ("V:lie", "V:say"))
    assert with_learnt(base, [example]) == Tables(("V:agent/pobj", "V:nsubj"), ("V:claim", "V:say"), ("V:lie",))


def test_counts_tell_found_superfluous_and_missing_sources(example: Example) -> None:
    _labelled(example)
    limits = {"named": 0.5, "unnamed": 0.5}
    right = evaluate([example], [np.array([0.9, 0.1])], limits)
    assert (right.tp, right.fp, right.fn, right.f1(), right.sentence_f1()) == (1, 0, 0, 1.0, 1.0)
    wrong = evaluate([example], [np.array([0.1, 0.9])], limits)
    assert (wrong.tp, wrong.fp, wrong.fn) == (0, 1, 1)
    assert list(judged([example], [np.array([0.9, 0.8])], limits)) == [(0.9, True), (0.8, False)]


def test_thresholds_keep_the_right_pair_and_drop_the_wrong_one(example: Example) -> None:
    _labelled(example)
    limits = best_limits([example], [np.array([0.55, 0.35])])
    assert 0.35 < limits["named"] <= 0.55


def test_the_rules_find_a_plain_subject_of_a_reporting_verb(example: Example) -> None:
    _labelled(example)
    assert rule_scores([example])[0].tolist() == [0.9, 0.0]


def test_calibration_rises_and_stays_within_zero_and_one() -> None:
    rng = np.random.default_rng(1)
    raw = rng.random(2000)
    y = (rng.random(2000) < raw**2).astype(int)
    y[:50] = -1
    table = calibration(raw, y)
    assert all(a < b for a, b in zip(table["true"], table["true"][1:], strict=False))
    assert table["true"][0] >= 0 and table["true"][-1] <= 1
    assert table["true"][10] < table["raw"][10]


def test_a_masked_marker_maps_to_the_text_before_it() -> None:
    offsets = OffsetMap()
    offsets.add(0, 0, 4)
    offsets.add(4, 7, 3)
    assert [offsets.inverse(at) for at in (0, 3, 5, 7, 9)] == [0, 3, 4, 4, 6]


def test_spans_by_role_are_dealt_out_to_the_sentence_of_their_cue(example: Example) -> None:
    offsets = OffsetMap()
    offsets.add(0, 0, len(TEXT))
    document = {"sentences": [[0, len(TEXT)]], "attributions": [{"source": [[0, 6]], "cue": [[7, 10]], "content": []}]}
    ((_, (row,)),) = wanted(by_sentence(document), offsets, example.tokens)
    assert (row.source, row.cue, row.carried) == ((0, 1), (1, 2), False)


def test_a_feature_named_twice_counts_once_and_probabilities_do_not_overflow() -> None:
    assert len(codes(["a", "b", "a"])) == 2
    assert logistic_of(np.array([-1e9, 0.0, 1e9])).tolist() == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)


def test_caution_raises_every_threshold_but_that_of_quotations() -> None:
    limits = {"named": 0.3, "unnamed": 0.25, "vague": 0.25, "quoted": 0.6}
    assert cautious(limits, 0.05) == {"named": 0.35, "unnamed": 0.3, "vague": 0.3, "quoted": 0.6}
    assert cautious(limits, {"named": 0.05}) == limits | {"named": limits["named"] + 0.05}
