"""Quotations that run on: over sentences, behind the sentence that names their speaker, as blocks and lists."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.attribution.running import run_on
from analyzer.annotate.tokens import quoted_tokens

SAID = "Lund wrote :"
STATED = "Lund praised it ."
MORE = "It will rain again ."


def article(*sentences: str, quoted: tuple[int, ...] = ()) -> Doc:
    """A Doc of sentences whose words stand between blanks; those of these numbers lie in one quotation."""
    words = [sentence.split() for sentence in sentences]
    flat = [word for part in words for word in part]
    kinds = ["PUNCT" if word in (".", ":", ",", '"') else "PROPN" if word.istitle() else "NOUN" for word in flat]
    doc = Doc(
        spacy.blank("en").vocab,
        words=flat,
        pos=kinds,
        lemmas=[word.lower() for word in flat],
        sent_starts=[k == 0 for part in words for k in range(len(part))],
    )
    sents = list(doc.sents)
    if quoted:
        at = {"start": sents[quoted[0]].start_char, "end": sents[quoted[-1]].end_char}
        store.put(doc, "quotations", [at | {"kind": "quotation"}])
    return doc


def passages(doc: Doc, *kinds: str, **given: Any) -> list[dict]:
    """Each sentence a passage of its own."""
    own = [{"start": sent.start_char, "end": sent.end_char} for sent in doc.sents]
    plain = {"source": None, "follows": True} | given
    return [row | {"kind": kind} | plain for row, kind in zip(own, kinds, strict=True)]


def attribution(doc: Doc, sentence: int = 0, mode: str = "indirect", source: int = 0, cue: int = 1) -> dict:
    """A row of the sentence whose source and cue are these words of it."""
    sent = list(doc.sents)[sentence]
    words = {"source_start": sent[source].idx, "source_end": sent[source].idx + 4, "cue_start": sent[cue].idx}
    row = {
        "sentence": sentence,
        "name": sent[source].text,
        "type": "unnamed",
        "mode": mode,
        "carried": False,
        "confidence": 0.8,
    }
    return row | words | {"content": [[sent[-1].idx, sent.end_char]]}


def carried(doc: Doc, rows: list[dict], blocks: list[dict]) -> list[tuple[int, str, str]]:
    """Sentence, name and mode of the rows that go on with others."""
    found = run_on(quoted_tokens(doc), rows, blocks)
    return [(row["sentence"], row["name"], row["mode"]) for row in found if row["carried"]]


@pytest.mark.parametrize("kind", ["quotation", "paragraph"])
def test_what_is_set_off_behind_a_colon_is_said_by_who_stands_before_it(kind: str) -> None:
    doc = article(SAID, MORE)
    assert carried(doc, [attribution(doc)], passages(doc, "paragraph", kind)) == [(1, "Lund", "direct")]


@pytest.mark.parametrize("ending", [":", "as follows .", ":: 10", "::§ 4.11"])
def test_a_page_behind_the_colon_does_not_hide_that_something_follows(ending: str) -> None:
    doc = article(f"Lund wrote {ending}".replace("follows .", "follows."), MORE)
    assert carried(doc, [attribution(doc)], passages(doc, "paragraph", "paragraph")) == [(1, "Lund", "direct")]


@pytest.mark.parametrize("ending", ["it in 1850 , 1962", "the rain .:6"])
def test_a_year_or_a_page_by_itself_introduces_nothing(ending: str) -> None:
    doc = article(f"Lund wrote {ending}", MORE)
    assert carried(doc, [attribution(doc)], passages(doc, "paragraph", "paragraph")) == []


@pytest.mark.parametrize("kind", ["quotation", "paragraph", "list"])
def test_who_is_quoted_also_says_what_somebody_else_is_reported_to_say_there(kind: str) -> None:
    doc = article(SAID, "Moreau praised it .", MORE)
    blocks = passages(doc, "paragraph", kind, kind)
    found = carried(doc, [attribution(doc), attribution(doc, sentence=1)], blocks)
    assert (1, "Lund") in [row[:2] for row in found]


def test_markup_that_names_the_speaker_holds_where_somebody_else_is_reported() -> None:
    doc = article("Moreau praised it .")
    assert [row[:2] for row in carried(doc, [attribution(doc)], passages(doc, "quotation", source="Ada Lund"))] == [
        (0, "Ada Lund")
    ]


@pytest.mark.parametrize(
    ("who", "may"), [("He", True), ("Lund", True), ("report", True), ("equation", False), ("N", False)]
)
def test_only_somebody_or_a_text_introduces_what_is_set_off(who: str, may: bool) -> None:
    doc = article(f"{who} states :", MORE)
    row = attribution(doc) | {"source_end": len(who)}
    assert bool(carried(doc, [row], passages(doc, "paragraph", "list"))) is may


def test_all_items_of_a_list_behind_a_colon_are_reported() -> None:
    doc = article(SAID, MORE, MORE, MORE)
    blocks = passages(doc, "paragraph", "list", "list", "paragraph")
    assert carried(doc, [attribution(doc)], blocks) == [(1, "Lund", "indirect"), (2, "Lund", "indirect")]


def test_a_block_quotation_needs_no_colon_and_a_paragraph_does() -> None:
    doc = article(STATED, MORE)
    row = attribution(doc)
    assert carried(doc, [row], passages(doc, "paragraph", "quotation")) == [(1, "Lund", "direct")]
    assert carried(doc, [row], passages(doc, "paragraph", "paragraph")) == []


@pytest.mark.parametrize(
    ("leading", "kind", "life", "heard"),
    [
        ("On truth in the Doubts :", "quotation", ("Ada Lund", "Lund"), True),
        ("On Lund and truth :", "quotation", ("Ada Lund", "Lund"), True),
        ("On truth in the Doubts .", "quotation", ("Ada Lund", "Lund"), False),
        ("On truth in the Doubts :", "paragraph", ("Ada Lund", "Lund"), False),
        ("Moreau and Jens Aaby on truth :", "quotation", ("Ada Lund", "Lund"), False),  # his words, maybe
        ("On truth in the Doubts :", "quotation", (), False),  # no life
    ],
)
def test_what_a_life_sets_off_and_nobody_says_is_its_subjects(
    leading: str, kind: str, life: tuple, heard: bool
) -> None:
    doc = article(leading, MORE)
    found = run_on(quoted_tokens(doc), [], passages(doc, "paragraph", kind), life=life)
    assert [(row["sentence"], row["name"], row["carried"]) for row in found] == (
        [(1, "Ada Lund", True)] if heard else []
    )


def test_what_stands_behind_something_else_is_not_introduced() -> None:
    doc = article(SAID, MORE)
    assert carried(doc, [attribution(doc)], passages(doc, "paragraph", "paragraph", follows=False)) == []


def test_a_clause_that_goes_on_below_a_formula_is_no_quotation() -> None:
    doc = article(SAID, "where it will rain .")
    assert carried(doc, [attribution(doc)], passages(doc, "paragraph", "paragraph")) == []


def test_whole_sentences_in_marks_are_said_by_who_was_named_before_them() -> None:
    doc = article(STATED, f'" {MORE}', f'{MORE} "', MORE, quoted=(1, 2))
    assert carried(doc, [attribution(doc)], []) == [(1, "Lund", "direct"), (2, "Lund", "direct")]


def test_a_word_by_itself_does_not_end_a_quotation() -> None:
    doc = article(STATED, f'" {MORE}', "Yes .", f'{MORE} "', quoted=(1, 2, 3))
    assert [row[0] for row in carried(doc, [attribution(doc)], [])] == [1, 2, 3]


def test_a_quotation_left_open_is_said_by_the_one_whose_cue_stands_before_its_mark() -> None:
    doc = article('Lund praised it , Moreau said : " Rain', 'falls again now . "')
    mark = doc.text.index('"')
    store.put(doc, "quotations", [{"start": mark, "end": len(doc.text), "kind": "quotation"}])
    rows = [attribution(doc, mode="mixed"), attribution(doc, mode="mixed", source=4, cue=5)]
    assert carried(doc, rows, []) == [(1, "Moreau", "direct")]


def test_a_quotation_whose_speaker_is_named_at_its_end_is_not_of_who_spoke_before_it() -> None:
    doc = article(STATED, f'" {MORE}', 'It falls , " Moreau said .', MORE)
    marks = [k for k, letter in enumerate(doc.text) if letter == '"']
    store.put(doc, "quotations", [{"start": marks[0], "end": marks[1] + 1, "kind": "quotation"}])
    later = attribution(doc, sentence=2, mode="direct", source=4, cue=5)
    assert carried(doc, [attribution(doc, mode="mixed"), later], []) == [(1, "Moreau", "direct")]
    assert carried(doc, [attribution(doc, mode="mixed")], [])[0] == (1, "Lund", "direct")


def test_a_row_that_goes_on_is_less_sure_than_the_one_it_goes_on_from() -> None:
    doc = article(SAID, MORE)
    head, row = run_on(quoted_tokens(doc), [attribution(doc)], passages(doc, "paragraph", "quotation"))
    assert row["continues"] == 0 and row["confidence"] < head["confidence"]


def test_who_introduces_what_is_set_off_surely_speaks() -> None:
    doc = article(SAID, MORE)
    head, _ = run_on(quoted_tokens(doc), [attribution(doc) | {"confidence": 0.4}], passages(doc, "paragraph", "list"))
    (alone,) = run_on(quoted_tokens(doc), [attribution(doc) | {"confidence": 0.4}], [])
    assert head["confidence"] > 0.5 and alone["confidence"] == 0.4
