"""Hostile plain text: bounded time, no error. A quadratic reader needs minutes where a linear one needs a second."""

from __future__ import annotations

import time

import pytest

from analyzer.readers import read
from analyzer.readers.plaintext.reader import read_plaintext

BANNER = "This article does not cite any sources."
CASES = {
    "square brackets": "[" * 100_000,
    "round brackets": "(" * 100_000,
    "one token": "a" * 1_000_000,
    "one mark": "." * 300_000,
    "digit and dot chain": "1." * 150_000,
    "blanks": " " * 500_000 + "a b.",
    "empty lines": "\n" * 300_000 + "a b c.",
    "short lines": "a\r\n" * 60_000,
    "one long line of sentences": "The foundry opened in 1911.[1] It closed.[citation needed] " * 8_000,
    "no sentence end": "the foundry opened and " * 20_000,
    "banners on one line": (BANNER + " ") * 8_000,
    "banners on lines": (BANNER + " (May 2017)\n") * 8_000,
    "openings": "This article " * 30_000,
    "openings on lines": "This article\n" * 30_000,
    "wordings without an opening": "in return for undisclosed payments " * 10_000,
    "help links": "(Learn how and when to remove this template message)\n" * 6_000,
    "dates": "(May 2017)" * 30_000,
    "open comments": "<!--" * 80_000 + BANNER,
    "open tags": "<a" * 100_000,
    "open images": "![a" * 100_000,
    "open link targets": "](" * 100_000,
    "quotation marks": '"' * 300_000 + BANNER,
    "headings": "== a ==\n" * 30_000,
    "heading marks": "=" * 300_000,
    "stars": "** " * 100_000,
    "edit marks": "a[edit]\n" * 30_000,
    "bars": "| a " * 80_000,
    "tabs": "\t" * 300_000,
    "contents": "Contents\n" + "1 History\n" * 30_000,
    "references": "References\n" + "^ a b c\n" * 30_000,
    "letters that lead back": "References\n1. ^ " + "a b " * 60_000,
    "style sheets": "References\n" + "1. ^ .mw-parser-output \n" * 10_000,
    "addresses": "http://a." * 40_000,
    "address with brackets": "http://a.example/" + ")" * 100_000,
    "markers": "[1]" * 60_000,
    "see hatnotes": "For x, see " * 30_000,
    "capital with a dot": "İ" * 100_000 + BANNER,
    "combining marks": "e\u0301" * 100_000,
    "zero width": "\u200b" * 200_000 + BANNER,
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_text_is_read_in_bounded_time(name: str) -> None:
    text = CASES[name]
    began = time.process_time()
    article = read_plaintext(text, name="x.txt")
    assert time.process_time() - began < 6
    assert article.text == text
    assert all(0 <= block.start < block.end <= len(text) for block in article.blocks)


def test_two_megabytes_of_prose_are_read_in_seconds() -> None:
    sentence = "The old foundry closed in 1911 and it reopened later.[1] It is said to be haunted.[citation needed]\n"
    text = sentence * (2_000_000 // len(sentence))
    began = time.process_time()
    article = read(text, title="Foundry")
    assert time.process_time() - began < 20
    assert len(article.blocks) == text.count("\n")
