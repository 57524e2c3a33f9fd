"""Titles that nobody gives: what first sentences and file names come to."""

from __future__ import annotations

import pytest
import spacy

from analyzer.annotate import needs, store
from analyzer.annotate.encoder.context import title_of as title_of_doc
from analyzer.limits import MAX_TITLE
from analyzer.readers import read
from analyzer.titles import opening_name, stands_in, title_of

store.register()
SEED_LEAD = "Human rights in Kazakhstan are uniformly described as poor by independent observers."


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ("The Halden Bridge (built 1911) is a bridge.", "Halden Bridge"),
        ("Norvia, officially the Republic of Norvia, is a country.", "Norvia"),
        ("A differential equation is an equation.", "Differential equation"),
        ("In graph theory, a planar graph is a graph.", "Planar graph"),
        ("An engine or motor is a machine.", "Engine"),
        ("Truth or Dare Inc. is a maker of games.", "Truth or Dare Inc."),
        ('"Blue Lantern"[1] was a song.', "Blue Lantern"),
        ("J. R. Lund (born 1950) is a painter.", "J. R. Lund"),
        (SEED_LEAD, "Human rights in Kazakhstan"),
        ("In 2012, Norvia was elected.", ""),
        ("It was a mill.", ""),
        ("Critics are unanimous.", ""),
        ("The firm sells milk.", ""),
        ("Although the mill was old and the people who had come from afar were few, it is used.", ""),
        ("", ""),
    ],
)
def test_a_first_sentence_that_introduces_its_subject_names_it(lead: str, name: str) -> None:
    assert opening_name(lead) == name


@pytest.mark.parametrize("name", ["", "Article", "Export", "Draft", "Human rights", "Report on torture"])
def test_a_file_name_that_says_no_more_than_the_first_sentence_changes_nothing(name: str) -> None:
    prose = f"{SEED_LEAD} The article on export was a draft. Torture is told of in a Report."
    found = title_of(name=name, lead=SEED_LEAD, prose=prose)
    assert found == ("Human rights in Kazakhstan", "first sentence")
    assert "guessed from the first sentence" in found.notice()


def test_a_file_name_that_says_the_same_in_better_words_is_taken() -> None:
    lead = "Anna Maria Lund II is a painter from Norvia."
    assert title_of(name="Anna Lund", lead=lead, prose=lead) == ("Anna Lund", "file name")


def test_markup_and_headings_outrank_both_and_a_title_given_all() -> None:
    told = {"name": "Halden", "lead": "The Old Bridge at Halden is old.", "prose": "The Old Bridge at Halden is old."}
    assert title_of(bold="Old Bridge", **told) == ("Old Bridge", "markup")
    assert title_of(bold="Old Bridge", given="Bridge (Halden)", **told) == ("Bridge (Halden)", "given")
    assert title_of(given="Bridge (Halden)", **told).notice() == ""
    assert title_of(bold="Total", **told) == ("Old Bridge at Halden", "first sentence")


def test_a_title_has_the_same_length_wherever_it_comes_in() -> None:
    long = "Halden Bridge " * 200
    nlp, lengths = spacy.blank("en"), {len(read("It is old.", title=long).title)}
    for own, context, config in ((long, None, None), (None, {"title": long}, None), (None, None, long)):
        doc = nlp.make_doc("It is old.")
        if own:
            doc._.analyzer_title = own
        doc._context = context
        needs.settle(doc, config)
        lengths.add(len(title_of_doc(doc)))
    assert lengths == {MAX_TITLE}


def test_without_an_opening_a_file_name_counts_where_the_text_has_its_words() -> None:
    prose = "They met the painter Lund at a mill. The people of Norvia praised Lund for his trade."
    assert title_of(name="Lund", lead=prose, prose=prose) == ("Lund", "file name")
    assert title_of(name="Trade of norvia", lead=prose, prose=prose) == ("Trade of Norvia", "file name")
    assert not stands_in("Trade", prose) and not stands_in("Norvian trade", prose)
    nothing = title_of(name="Trade", lead=prose, prose=prose)
    assert nothing == ("", "none") and "give a title" in nothing.notice()
