"""Plots: who speaks in them is a character of the work."""

from functools import cache

import pytest

from analyzer import analyze

ARTICLE = """'''The Long Quay''' is a {sort} by Jens Aaby. It was praised.

== {section} ==
The harbour master tells her that the quay will not hold. Rosa says that he is wrong.

== Reception ==
Jens Aaby said that he had never seen a quay.
"""


@cache
def speakers(sort: str, section: str) -> list[str]:
    report = analyze(ARTICLE.format(sort=sort, section=section), title="The Long Quay", format="wikitext")
    return [attribution.source.text or "" for attribution in report.attributions]


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("sort", "section", "heard"),
    [
        ("2009 novel", "Plot summary", False),
        ("2009 novel", "Plot", False),
        ("2009 film", "Synopsis", False),
        ("2009 novel", "History", True),
        ("2009 documentary film", "Synopsis", True),  # of real people
        ("company led", "Plot", True),  # no work
    ],
)
def test_who_speaks_in_a_plot_is_no_source(sort: str, section: str, heard: bool) -> None:
    found = speakers(sort, section)
    assert ("Rosa" in found) is heard
    assert "Jens Aaby" in found


@pytest.mark.pipeline
def test_an_excerpt_that_is_a_plot_alone_is_read_as_any_text() -> None:
    text = "== Plot ==\nRosa says that he is wrong. The film shows it."
    assert analyze(text, title="The Long Quay", format="wikitext").attributions
