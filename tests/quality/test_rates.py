"""Scores of real and composed articles follow rates: neither twice the text nor half of it moves them much."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import mean

import pytest

from analyzer import issues
from analyzer.train.core.recipe import read_jsonl
from analyzer.vocabulary import DEFAULT_ENGINE

pytestmark = [pytest.mark.quality, pytest.mark.pipeline]

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
# How far the mean score of an issue may move; composed articles are short, and half of one is hardly text to judge.
FILES = {"gold/articles/train.jsonl.xz": 0.15, "corpora/composed_articles/train.jsonl": 0.25}
COUNT = 12
_BACK = re.compile(r"^== *(?:References|Bibliography|Further reading|External links|See also|Notes) *==", re.M | re.I)


def parts(wikitext: str) -> tuple[list[str], str]:
    """Return the paragraphs of an article, and what stands below its body."""
    back = _BACK.search(wikitext)
    end = back.start() if back else len(wikitext)
    return wikitext[:end].split("\n\n"), wikitext[end:]


def half_list(back: str, first: int) -> str:
    """Return back matter with every second of its list items."""
    kept, items = [], 0
    for line in back.splitlines():
        items += line.startswith("*")
        if not line.startswith("*") or items % 2 == first:
            kept.append(line)
    return "\n".join(kept)


def scores(wikitexts: list[str]) -> list[dict[str, float]]:
    from analyzer.pipeline import load_pipeline
    from analyzer.readers import read

    articles = [read(text.encode(), title="Subject", format="wikitext") for text in wikitexts]
    return [
        {s.issue: s.score or 0.0 for s in issues.score(a)}
        for a in load_pipeline(engine=DEFAULT_ENGINE).annotate(articles)
    ]


@pytest.fixture(scope="module", params=FILES)
def set_of(request: pytest.FixtureRequest) -> tuple[list[str], float]:
    path = SHARED / request.param
    if not path.is_file():
        pytest.skip(f"needs ../shared/{request.param}")
    rows = [row["wikitext"] for row in read_jsonl(path)]
    return rows[:: len(rows) // COUNT][:COUNT], FILES[request.param]


def test_an_article_set_twice_over_scores_as_it_did_once(set_of: tuple[list[str], float]) -> None:
    texts, most = set_of
    twice = ["\n\n".join([*body, *body]) + back + back for body, back in map(parts, texts)]
    moved = [
        {issue: abs(one[issue] - two[issue]) for issue in one}
        for one, two in zip(scores(texts), scores(twice), strict=True)
    ]
    assert all(mean(row[issue] for row in moved) <= most for issue in moved[0])


def test_halves_score_on_average_as_the_whole_does(set_of: tuple[list[str], float]) -> None:
    texts, most = set_of
    halves = [
        "\n\n".join(paragraph for at, paragraph in enumerate(body) if at % 4 in kept) + half_list(back, kept[0] // 2)
        for body, back in map(parts, texts)
        for kept in ((0, 1), (2, 3))
    ]
    whole, half = scores(texts), scores(halves)
    for issue in whole[0]:
        assert abs(mean(row[issue] for row in whole) - mean(row[issue] for row in half)) <= most, issue
