"""Hostile wikitext costs no more than its size: each page is read in bounded time and the report says what was done."""

from __future__ import annotations

import time

import pytest

from analyzer.readers.wikitext.reader import read_wikitext

# The cases on which mwparserfromhell needs 10 to 20 s or crashes (its issues 352, 364), and other shapes that break
# parsers. Sizes are ten times those on record.
CASES = {
    "open templates": "{{a|" * 40_000,
    "closed templates": "{{a|" * 20_000 + "}}" * 20_000,
    "templates that show their argument": "{{nowrap|" * 10_000 + "x" + "}}" * 10_000,
    "open tables": "{|\n|-\n|a\n" * 20_000,
    "open references": "<ref>a" * 80_000,
    "bare ampersands": "{{a|b=&" * 40_000,
    "open links": "[[a|" * 50_000,
    "nested links": "[[a|" * 20_000 + "]]" * 20_000,
    "open external links": "[http://a [b] [b] " * 20_000,
    "addresses": "http://a." * 30_000,
    "apostrophes": "''a'''" * 40_000,
    "one run of marks": "'" * 100_000 + "=" * 100_000 + "[" * 100_000 + "{" * 100_000,
    "open comments": "<!--" * 50_000,
    "open tags": '<ref name="' * 20_000,
    "open attributes": '<div style="' * 20_000,
    "mixed openers": "{{[[" * 30_000 + "]]}}" * 30_000,
    "quotation templates": "{{quote|" * 30_000,
    "multiple issues": "{{multiple issues|{{pov}}" * 8_000,
    "arguments": "{{a" + "|b" * 100_000 + "}}",
    "one word": "a" * 500_000,
    "list signs": "*" * 300_000 + "\n" + "*a\n" * 50_000,
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_hostile_wikitext_is_read_within_five_seconds(name: str) -> None:
    begun = time.process_time()
    article = read_wikitext(CASES[name], title="T")
    assert time.process_time() - begun < 5
    assert all(0 <= block.start <= block.end <= len(article.text) for block in article.blocks)


@pytest.mark.parametrize(
    "name", ["open templates", "closed templates", "open tables", "open references", "bare ampersands"]
)
def test_twice_the_hostile_text_costs_about_twice_the_time(name: str) -> None:
    def cost(text: str) -> float:
        times = []
        for _ in range(3):
            begun = time.process_time()
            read_wikitext(text, title="T")
            times.append(time.process_time() - begun)
        return min(times)

    small, large = cost(CASES[name][: len(CASES[name]) // 5]), cost(CASES[name])
    assert large < 15 * small + 0.2


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("open templates", "without a partner"),
        ("closed templates", "nested more than 100 deep"),
        ("open tables", "tables have no end"),
        ("open references", "<ref> has no closing tag"),
        ("open comments", "comment has no end"),
    ],
)
def test_a_degraded_reading_is_named(name: str, told: str) -> None:
    notices = read_wikitext(CASES[name], title="T").notices
    assert any(told in notice for notice in notices)


def test_prose_around_broken_markup_is_kept() -> None:
    article = read_wikitext("Words before.\n\n{{a|" + "{{b|" * 500 + "\n\nWords after it all.", title="T")
    shown = [article.text[block.start : block.end] for block in article.blocks]
    assert shown[0] == "Words before."
    assert shown[-1] == "Words after it all."


def test_odd_characters_are_harmless() -> None:
    article = read_wikitext("A\x00B \ud800 \ufdd00\ufdd1 C\r\nD\rE", title="T")
    assert article.text == "A\ufffdB \ufffd \ufffd0\ufffd C D E"
