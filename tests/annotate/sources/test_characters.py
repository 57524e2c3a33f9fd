"""Articles on characters of myths and fiction: what characters say is no attribution, what is said of them is."""

import pytest

from analyzer import analyze
from analyzer.annotate.sources.characters import cast_of

MYTH = """'''Norvo''' was a hero of the sea in Greek mythology. He was fast.

{said}
"""


def speakers(said: str) -> list[str]:
    report = analyze(MYTH.format(said=said), title="Norvo", format="wikitext")
    return [attribution.source.text or "" for attribution in report.attributions]


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Norvo said that the sea was his.", False),
        ("Zeus declared that the sea was his.", False),
        ("He told them that the sea was his.", False),
        ("Homer said that the sea was his.", True),
        ("Homer sailed. He said that the sea was his.", True),
        ("Statius wrote that the sea was his.", True),
        ("According to Statius, the sea was his.", True),
        ("Some scholars say that the sea was his.", True),
        ("Jane Harrison argued that the sea was his.", True),
    ],
)
def test_in_an_article_on_a_character_only_others_are_sources(said: str, heard: bool) -> None:
    assert bool(speakers(said)) is heard


@pytest.mark.pipeline
def test_a_quotation_goes_with_the_character_whom_it_continues() -> None:
    said = 'Homer said: "It is his. It is deep." Zeus said: "It is mine. It is deep."'
    report = analyze(MYTH.format(said=said), title="Norvo", format="wikitext")
    assert {attribution.source.name for attribution in report.attributions} == {"Homer"}


SERIES = """'''The Long Quay''' is a 1993 {sort}. It stars Jens Aaby as Rosa Holm/The Diver
and Ann Lee as Inspector Vik.

== Season one ==
{said}
"""


def heard(said: str, sort: str = "television series") -> set[str]:
    report = analyze(SERIES.format(sort=sort, said=said), title="The Long Quay", format="wikitext")
    return {attribution.source.name or "" for attribution in report.attributions}


@pytest.mark.pipeline
@pytest.mark.parametrize("said", ["Rosa says that the quay will not hold.", "Vik said that she was wrong."])
def test_who_is_played_in_a_series_is_no_source_of_the_article_on_it(said):
    assert heard(said) == set()
    assert heard(said, "documentary series") != set()


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Aaby said that the quay was cold.", "Jens Aaby"),
        ("Anders Vik of The Courier wrote that it was dull.", "Anders Vik"),
        ("The Courier wrote that Rosa was dull.", "The Courier"),
    ],
)
def test_who_plays_and_who_judges_is_heard(said, name):
    assert heard(said) == {name}


def test_the_cast_is_who_somebody_plays():
    text = "Tony Jay as Nigel Stone (7 episodes)\nIt serves as Home. He came as King. Lane Davies as the Tempus"
    assert cast_of(text) == {"nigel stone", "nigel", "stone", "tempus"}
