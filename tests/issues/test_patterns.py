"""The one-pass search finds what the sets' own patterns find."""

from __future__ import annotations

import re
from functools import partial

import pytest

from analyzer.issues.evidence.patterns import IN_PROSE, holds, pattern, scan

TEXT = (
    "You can visit us, and our team holds a degree in law; US firms won an award! She serves on the board of the club, "
    "is a fellow of it and has served well. The company announced growth. It is available in May, rolled out today. "
    "An iconic, unforgettable evening!! Solutions for sustainable communities; recognised and recognized. "
    "About Verranto: x"
)


@pytest.mark.parametrize("name", IN_PROSE)
def test_scan_finds_what_the_pattern_finds(name: str) -> None:
    alone = {match.span() for match in re.finditer(pattern(name).pattern, TEXT, re.I)}
    together = {match.span() for found, match in scan(TEXT, 0, len(TEXT)) if found == name}
    assert alone == together and alone


def test_headings_of_offers_are_told_by_whole_words() -> None:
    search = partial(holds, name="sales-headings")
    assert all(search(title) for title in ("Awards and recognition", "Our mission", "Products", "Why us"))
    others = ("Television", "Ourense", "Philanthropy", "Professional awards", "Dot product rule", "Production")
    assert not any(search(title) for title in others)


def test_the_country_is_no_address_of_the_reader() -> None:
    assert [m[0] for _, m in scan("It opened (US, 1994) and helps us.", 0, 34)] == ["us"]
