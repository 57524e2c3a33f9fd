"""Articles on characters of myths and fiction: what characters say is no attribution, what is said of them is."""

import pytest

from analyzer import analyze

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
