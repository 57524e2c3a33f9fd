"""Plots: who speaks in them is a character of the work, and nothing in them judges it."""

from functools import cache

import pytest

from analyzer import analyze
from analyzer.annotate.stance.component import RETOLD

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


DREADFUL = "The quay is a dreadful failure, badly built and a disgrace to the town."
TOLD = """'''The Long Quay''' is a 2009 {sort}. It came out in May.

{above}{heading}
{sentence}
"""


def stance(sort: str, section: str, above: str = "", sentence: str = DREADFUL) -> tuple[str, list[str]]:
    heading = section if section.startswith("=") else f"== {section} =="
    text = TOLD.format(sort=sort, heading=heading, above=above, sentence=sentence)
    last = analyze(text, title="The Long Quay", format="wikitext").sentences[-1]
    return last.stance, list(last.reasons)


@pytest.mark.pipeline
@pytest.mark.parametrize("section", ["Plot", "Plot summary", "Characters", "Cast and characters"])
def test_what_a_work_tells_judges_nothing_and_says_why(section: str) -> None:
    assert stance("novel", section) == ("neutral", [RETOLD])


@pytest.mark.pipeline
@pytest.mark.parametrize(("above", "told"), [("== Plot ==\n=== First act ===\nNight falls.\n\n", True), ("", False)])
def test_what_stands_below_a_plots_heading_is_of_it(above: str, told: bool) -> None:
    assert (stance("novel", "=== Second act ===", above)[1] == [RETOLD]) is told


@pytest.mark.pipeline
@pytest.mark.parametrize(("sort", "section"), [("novel", "Reception"), ("documentary film", "Synopsis")])
def test_other_sections_and_true_stories_are_judged(sort: str, section: str) -> None:
    assert stance(sort, section)[1] != [RETOLD]


@pytest.mark.pipeline
def test_a_critic_among_the_characters_is_heard() -> None:
    sentence = "The critic Ann Lee said that The Long Quay was a dreadful failure."
    assert stance("novel", "Characters", sentence=sentence)[1] != [RETOLD]
    assert stance("novel", "Plot", sentence=sentence)[1] == [RETOLD]


@pytest.mark.pipeline
def test_an_excerpt_that_is_a_plot_alone_is_read_as_any_text() -> None:
    text = "== Plot ==\nRosa says that he is wrong. The film shows it."
    assert analyze(text, title="The Long Quay", format="wikitext").attributions
