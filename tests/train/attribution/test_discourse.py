"""The trainer of the scheme "discourse": what GUM shares with gold passages, and what it adds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate.tokens import quoted_tokens
from analyzer.train.attribution import discourse
from analyzer.train.attribution.examples import Example, Tables, Wanted
from analyzer.train.attribution.trainer import Settings

BASE = Tables((), ())
SETTINGS = Settings(folds=2, min_feature=1)


def sentence(name: str, verb: str, *, attributes: bool) -> Example:
    """Return "NAME VERB it works", whose clause is attributed to the name or not."""
    doc = Doc(
        spacy.blank("en").vocab,
        words=[name, verb, "it", "works"],
        pos=["PROPN", "VERB", "PRON", "VERB"],
        tags=["NNP", "VBZ", "PRP", "VBZ"],
        lemmas=[name, verb, "it", "work"],
        heads=[1, 1, 3, 1],
        deps=["nsubj", "ROOT", "nsubj", "ccomp"],
        sent_starts=[True, False, False, False],
    )
    rows = [Wanted((0, 1), 0, (1, 2), carried=False, disputed=False)] if attributes else []
    return Example(name, quoted_tokens(doc), "", [((0, 4), rows)])


@pytest.fixture
def corpora() -> Iterator[tuple[list[Example], list[Example]]]:
    gold = [sentence(f"G{k}", verb, attributes=verb == "say") for k, verb in enumerate(("say", "know") * 3)]
    return gold, [sentence(f"D{k}", verb, attributes=True) for k, verb in enumerate(("know", "say") * 3)]


def test_what_attributes_in_the_second_corpus_alone_is_learnt_from_it(corpora) -> None:
    gold, train = corpora
    made = Tables(("V:nsubj",), ())
    model = discourse._fitted(gold, train, made, SETTINGS)
    of_both = dict(zip(("know", "say"), discourse._judged(train[:2], made, model, SETTINGS), strict=True))
    chances = {
        verb: float(found[[c.cue for c in example.candidates].index(1)]) for verb, (example, found) in of_both.items()
    }
    alone = discourse._fitted(gold, gold, made, SETTINGS)
    (_, before), _ = discourse._judged(train[:2], made, alone, SETTINGS)
    assert chances["say"] > chances["know"] > 0.5 > before.max()


def test_documents_are_held_out_with_their_paths(corpora) -> None:
    gold, train = corpora
    odd = sentence("Odd", "hint", attributes=True)
    odd.tokens.dep[0] = "npadvmod"  # a path that no other document has
    found = discourse._held_out(gold, [*train, odd], BASE, SETTINGS, seed=1)
    assert sorted(example.id for example, _ in found) == sorted(example.id for example in [*train, odd])
    sources = {example.id: {one.source for one in example.candidates} for example, _ in found}
    assert 0 not in sources.pop("Odd") and all(0 in heads for heads in sources.values())


def test_the_limit_is_the_one_at_which_most_is_right(corpora) -> None:
    gold, _ = corpora
    made = Tables(("V:nsubj",), ())
    found = [
        (example, np.full(len(example.candidates), 0.42 if example.gold[0][1] else 0.33))
        for example, _ in discourse._judged(gold, made, (np.zeros(1 << SETTINGS.bits), 0.0), SETTINGS)
    ]
    limits = discourse._best_limits([found, found])
    assert 0.33 < limits["named"] <= 0.42 and limits["unnamed"] > 1
