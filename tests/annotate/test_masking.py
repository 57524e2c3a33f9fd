"""What the parser sees, and the way back to the article."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from analyzer.annotate.masking import OffsetMap, mask
from analyzer.limits import MAX_PASSAGE
from analyzer.records import Article, Block, Citation


def article(text: str, *markers: str) -> Article:
    citations, at = [], 0
    for marker in markers:
        at = text.index(marker, at)
        citations.append(Citation(start=at, end=at + len(marker), label=marker[1:-1]))
        at += len(marker)
    blocks = (Block(start=0, end=len(text)),) if text else ()
    return Article(
        id="x", title="X", subject="", format="plaintext", text=text, citations=tuple(citations), blocks=blocks
    )


def texts(found: Article) -> list[str]:
    return [passage.text for passage in mask(found)[0]]


def test_a_marker_glued_to_a_full_stop_is_cut_out():
    assert texts(article('He left."[1] She stayed.[2]', "[1]", "[2]")) == ['He left." She stayed.']


def test_the_blank_before_a_marker_goes_with_it():
    assert texts(article("The bridge [3] fell [4].", "[3]", "[4]")) == ["The bridge fell."]


def test_wrapped_and_indented_lines_read_as_one_line():
    assert texts(article("The bridge\n   fell in\n1911.")) == ["The bridge fell in 1911."]


def test_link_words_that_a_text_browser_joined_are_words():
    assert texts(article("A stock of public_open_spaces remains.")) == ["A stock of public open spaces remains."]


def test_offsets_lead_back_to_the_article_over_cut_markers():
    source = article("Alpha.[1] Beta gamma.[2]", "[1]", "[2]")
    (passage,), _ = mask(source)
    offsets = OffsetMap()
    for at, to, length in passage.pieces:
        offsets.add(at, to, length)
    start = passage.text.index("Beta")
    extent = offsets.extent(start, start + len("Beta gamma."))
    assert source.text[extent.start : extent.end] == "Beta gamma."


def test_an_unbroken_run_is_left_out_and_named():
    passages, notices = mask(article("Before it. " + "(" * 10_000 + " After it."))
    assert [p.text.split() for p in passages] == [["Before", "it.", "After", "it."]]
    assert "1 runs of over" in notices[0]


def test_a_passage_of_book_length_is_cut_at_sentence_ends():
    found = texts(article("A short sentence stands here. " * 3000))
    assert len(found) > 1
    assert all(len(text) <= MAX_PASSAGE for text in found)
    assert all(text.rstrip().endswith(".") for text in found)


def test_two_megabytes_without_a_full_stop_take_seconds_at_most():
    start = time.process_time()
    found = texts(article("word " * 400_000))
    assert time.process_time() - start < 5
    assert sum(len(text.split()) for text in found) == 400_000


@given(st.text(alphabet="ab. \n[1]", max_size=200), st.lists(st.integers(0, 199), max_size=6))
def test_every_kept_character_leads_back_to_itself(text: str, starts: list[int]):
    starts = sorted({s for s in starts if s + 3 <= len(text)})
    marks = [s for i, s in enumerate(starts) if i == 0 or s - starts[i - 1] >= 3]
    found = Article(
        id="x",
        title="X",
        subject="",
        format="plaintext",
        text=text,
        citations=tuple(Citation(start=s, end=s + 3, label="1") for s in marks),
        blocks=(Block(start=0, end=len(text)),) if text else (),
    )
    for passage in mask(found)[0]:
        offsets = OffsetMap()
        for at, to, length in passage.pieces:
            offsets.add(at, to, length)
        for i, character in enumerate(passage.text):
            original = text[offsets.start(i)]
            assert character == (" " if original.isspace() else original)
