"""Quotations that name their speaker beside them: signed behind, or named at the head of the line."""

from __future__ import annotations

import pytest

from analyzer import analyze
from analyzer.train.core.passages import as_article, pipeline_set

pytestmark = pytest.mark.pipeline

BEFORE = "Rain is water that falls from clouds. It is measured in millimetres.\n\n"
SAID = "The rain is the oldest of all clocks. It strikes where nobody listens, and it strikes for all of us."
QUOTED = f'"{SAID}"'

Found = list[tuple[int, str | None, str | None, bool]]


def sources(text: str, *, title: str = "Rain", format: str = "plaintext") -> Found:
    """Sentence, name, own words and whether it is carried, of each attribution."""
    report = analyze(text, title=title, format=format)
    return [(row.sentence, row.source.name, row.source.text, row.carried) for row in report.attributions]


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ("— Ada Moreau", "Ada Moreau"),
        ("— Ada Moreau, Letters on the Weather (1927)", "Ada Moreau"),
        ("— Sir Ada Moreau (1927)", "Sir Ada Moreau"),
        ("—The Weather Council of Aarhus, 12 May 1990", "The Weather Council of Aarhus"),
        ("– Moreau et al. (2004)", "Moreau et al."),
    ],
)
def test_who_signs_a_paragraph_says_all_of_it(signature: str, words: str) -> None:
    first, last = sources(f"{BEFORE}{SAID}{signature}\n\nSnow is frozen rain.")
    assert (first[0], first[2], first[3]) == (2, None, True)
    assert (last[0], last[2], last[3]) == (3, words, False)
    assert first[1] == last[1]


def test_a_hyphen_signs_behind_closing_marks_alone() -> None:
    assert [row[2] for row in sources(f"{BEFORE}{QUOTED} - Ada Moreau")] == [None, None]
    assert sources(f"{BEFORE}{SAID} - Ada Moreau") == []


@pytest.mark.parametrize(
    "ending",
    [
        "— and it never stops",
        " It was measured in Aarhus—Ada Moreau did it.",
        " The line from Aarhus–Odense, 40 km",
        "— [12]",
        "— A, 1927",
    ],
)
def test_a_dash_that_no_name_follows_signs_nothing(ending: str) -> None:
    assert sources(f"{BEFORE}{SAID}{ending}") == []


def test_each_quoted_item_of_a_list_has_its_own_speaker() -> None:
    other = '"It is water that has been lifted and let go again, day after day, over the sea."'
    text = f"{BEFORE}Some definitions:\n\n* {QUOTED} - Ada Moreau\n* {other}\n* {other} — Hugh Lund, Notes (1927)"
    assert [row[:2] for row in sources(text, format="wikitext")] == [
        (3, "Ada Moreau"),
        (4, "Ada Moreau"),
        (7, "Hugh Lund"),
    ]


def test_an_item_of_a_list_without_marks_is_signed_by_no_dash() -> None:
    text = f"{BEFORE}Some stages of it:\n\n* {SAID} — Aarhus\n* It was cold at night, and it fell for hours. — Odense"
    assert sources(text, format="wikitext") == []


def test_a_signature_that_is_a_paragraph_of_its_own_signs_the_one_before_it() -> None:
    signature = "— Ada Moreau, Letters on the Weather (1927)"
    for behind, format in ((signature, "plaintext"), (f" {signature}", "wikitext"), (signature, "wikitext")):
        found = sources(f"{BEFORE}{SAID}\n\n{behind.strip()}\n\nSnow is frozen rain.", format=format)
        assert found == [(2, "Ada Moreau", None, True), (3, "Ada Moreau", None, True)], format


def test_a_signature_behind_several_paragraphs_of_a_block_quotation_signs_all() -> None:
    quote = f"<blockquote>{SAID}\n\nNobody winds it.\n\n— Ada Moreau</blockquote>"
    found = sources(f"{BEFORE}{quote}\n\nSnow is frozen rain.", format="wikitext")
    assert [row[:2] for row in found] == [(2, "Ada Moreau"), (3, "Ada Moreau"), (4, "Ada Moreau")]


def test_who_is_introduced_before_a_quotation_says_it_whatever_stands_behind_it() -> None:
    found = sources(f"{BEFORE}In 1927 Ada Moreau wrote:\n\n{SAID}— Letters, book 5, translated by Hugh Lund")
    assert {row[1] for row in found} == {"Ada Moreau"} and [row[0] for row in found] == [2, 3, 4]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Ada Moreau: ", "Ada Moreau"),
        ("Weather Council (2011): ", "Weather Council"),
        ("Moreau and Lund 2009: ", "Moreau and Lund"),
        ("Department for Rain, Snow and Ice, UK 2013: ", "Department for Rain, Snow and Ice, UK"),
    ],
)
def test_a_name_at_the_head_of_a_line_says_the_quotation_behind_it(head: str, words: str) -> None:
    first, second = sources(f"{BEFORE}{head}{QUOTED}\n\nSnow is frozen rain.")
    assert (first[0], first[2], first[3]) == (2, words, False)
    assert (second[0], second[3]) == (3, True)


@pytest.mark.parametrize("head", ["Definition: ", "The old rule: ", "Moreau wrote this of it in 1927; compare: "])
def test_what_is_no_name_at_the_head_of_a_line_says_nothing(head: str) -> None:
    assert all(row[2] is None or "Moreau" in row[2] for row in sources(f"{BEFORE}{head}{QUOTED}"))


def test_a_name_ends_with_its_paragraph() -> None:
    found = sources(f"{BEFORE}{SAID}— Ada Moreau\n\nAccording to Hugh Lund, snow is frozen rain.")
    assert {row[1] for row in found} == {"Ada Moreau", "Hugh Lund"}


def test_the_subject_signs_as_the_subject() -> None:
    text = f"Ada Moreau (1890–1960) was a Danish poet. She lived in Aarhus.\n\n{SAID}— Moreau, Letters (1927)"
    report = analyze(text, title="Ada Moreau")
    assert {row.source.type for row in report.attributions} == {"subject"}


def test_a_template_that_names_the_subject_as_the_speaker_means_the_subject() -> None:
    text = f"'''Ada Moreau''' (1890–1960) was a Danish poet. She lived in Aarhus.\n\n{{{{quote|{SAID}|Moreau}}}}"
    report = analyze(text, title="Ada Moreau", format="wikitext")
    assert {(row.source.name, row.source.type) for row in report.attributions} == {("Ada Moreau", "subject")}


@pytest.mark.parametrize("credit", ["Image: Ada Moreau", "Image: Ada Moreau.", "Photo: Weather Council / Ada Moreau."])
def test_who_is_credited_for_a_picture_is_the_source_of_its_caption_in_discourse_alone(credit: str) -> None:
    text = f"The first gauge of the town was built in Aarhus in 1850. {credit}"
    plain, discourse = (pipeline_set("fast", "analyzer_attribution", {"scheme": s}) for s in ("wikipedia", "discourse"))
    assert next(plain.annotate([as_article(text)])).attributions == ()
    (row,) = next(discourse.annotate([as_article(text)])).attributions
    assert "Ada Moreau" in row.source.text and row.cue.text in ("Image", "Photo")
    assert [text[part.start : part.end] for part in row.content] == [text[: text.index(credit) - 1]]
