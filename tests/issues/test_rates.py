"""No score grows with length alone: an article set twice over, and its halves, score much as it does."""

from __future__ import annotations

from itertools import cycle

import pytest

from analyzer import issues
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals import SIGNALS
from analyzer.records import Annotated

from .building import build

# What a signal may move by: damping for short texts lets a rate rise somewhat as a text of a few hundred words doubles.
SIGNAL_MOVES = 0.2
PLAIN = (
    ("The mill was put up by a company from the coast in 1881 and burnt down in 1904.", ("1",)),
    ("It must be noted that the best and most effective wheels were made by its own smiths.", ()),
    ("Some people believe that the river was dug by monks.", ()),
    ("Many customers in the United States and Canada bought its products.", ("2",)),
    ("The harbour has two basins, a crane and a shed for the nets of the boats.", ()),
    ("Is it not important to keep such a place alive for the people of the valley?", ()),
    ("Figures for 1950 show 300 hands, of whom 40 were women.", ("3", "4")),
    (
        "The engineer Ruth Pell called the crane “a very poor machine that nobody who had to work it would praise”.",
        (),
    ),
)


def article(times: int) -> Annotated:
    """Return an article of eight sections of twelve sentences, repeated so many times."""
    rows: list[dict] = []
    for at, (text, cites) in zip(range(96 * times), cycle(PLAIN)):
        if at % 12 == 0:
            rows.append({"heading": f"Part {at // 12}"})
        elif at % 4 == 0:
            rows.append({"paragraph": True})
        rows.append({"text": text, "cites": cites})
    works = ("Pell, R. Cranes of the coast", "Orn, T. The mill", "Tarn, A. Rivers dug by hand", "Board of Trade. Hands")
    references = [{"label": str(n), "text": f"{work}. {1950 + n}."} for n, work in enumerate(works, 1)]
    return build({"sentences": rows, "references": references * times, "neutral": 0})


@pytest.mark.parametrize("name", SIGNALS)
def test_no_signal_grows_with_length_alone(name: str) -> None:
    once, twice = (SIGNALS[name].measure(ArticleView(article(times))) for times in (1, 2))
    assert abs(once - twice) <= SIGNAL_MOVES


def test_an_article_set_twice_over_scores_as_it_did_once() -> None:
    once, twice = ({s.issue: s.score or 0.0 for s in issues.score(article(times))} for times in (1, 2))
    moved = {issue: (once[issue], twice[issue]) for issue in once if abs(once[issue] - twice[issue]) > 0.15}
    assert not moved
