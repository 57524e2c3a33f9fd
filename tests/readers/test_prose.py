"""List items that are sentences are prose; names, works, links and figures are not. All examples are invented."""

from __future__ import annotations

import pytest

from analyzer.readers import read
from analyzer.readers.prose import is_sentence

SENTENCES = [
    "The mill was sold to a neighbour.",
    "Marlow’s gauges don’t rust, which made them known",
    '"Last Light" is a song by Lind (North, 1976).',
    "Lind: The hall was built before 1900[3][4] and burnt down.",
    "A small, quiet owner of a well-kept farm, loyal to the end.",
    "providing grants to schools and teachers who work with young people in the poorer parts of the town",
]
NO_SENTENCES = [
    "Karin Lind",
    "Lind, Karin (2001). Foundries and what they were. Harwick Press.",
    "Lind, K. Foundries that are no more. Harwick: Press, 2001.",
    "1931 The Town That Was Not There",
    "Foundries of the north, ISBN 0-452-27750-7, which is out of print.",
    "40 patrol boats (refurbished in 2002)",
    "Best title design: rejected in 1999",
    "https://a.example/it-is-here is a page on it.",
    "",
]


@pytest.mark.parametrize("item", SENTENCES)
def test_an_item_with_a_verb_or_a_full_stop_is_a_sentence(item: str) -> None:
    assert is_sentence(item)


@pytest.mark.parametrize("item", NO_SENTENCES)
def test_a_name_a_work_a_figure_or_a_source_is_none(item: str) -> None:
    assert not is_sentence(item)


@pytest.mark.parametrize(
    "source",
    [
        "'''Harwick''' is a [[town]].\n\n== People ==\n* Karin Lind\n* {}\n",
        "<html><body><p>Harwick is a town.</p><h2>People</h2><ul><li>Karin Lind</li><li>{}</li></ul></body></html>",
        "Harwick is a town.\n\n== People ==\n* Karin Lind\n* {}\n",
    ],
    ids=["wikitext", "html", "plain text"],
)
def test_items_that_are_no_sentences_stay_in_the_text_of_every_format(source: str) -> None:
    article = read(source.format("The mill was sold to a neighbour."), title="Harwick")
    assert "Karin Lind" in article.text
    blocks = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert blocks == [("paragraph", "Harwick is a town."), ("list", "The mill was sold to a neighbour.")]


@pytest.mark.parametrize("title", ["Discography", "Selected works", "Partial filmography", "Further reading"])
def test_a_list_of_works_is_no_prose(title: str) -> None:
    article = read(
        f"'''Lind''' is a [[singer]].\n\n== {title} ==\n=== Early ===\n* It was all there is.\n", title="Lind"
    )
    assert [article.text[block.start : block.end] for block in article.blocks] == ["Lind is a singer."]
