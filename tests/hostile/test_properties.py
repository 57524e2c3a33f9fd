"""What holds of every text, tried on thousands that hypothesis puts together; the parser reads some of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from analyzer.readers.html.reader import read_html
from analyzer.readers.plaintext.reader import read_plaintext
from analyzer.readers.wikitext.reader import read_wikitext

from . import strategies
from .loading import soundness, targets

bounded = settings(max_examples=200, deadline=None, derandomize=True, database=None)
few = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@bounded
@given(strategies.texts)
def test_a_plain_text_is_kept_character_for_character_and_what_is_found_lies_in_it(text: str) -> None:
    kept = targets.settled(text.encode("utf-8", "surrogatepass"))
    article = read_plaintext(kept, title="T")
    assert article.text == kept
    soundness.sound_article(article)


@bounded
@given(strategies.wikitext)
def test_wikitext_gives_a_sound_article_and_the_same_one_again(text: str) -> None:
    article = read_wikitext(text, title="T")
    soundness.sound_article(article)
    assert read_wikitext(text, title="T") == article


@bounded
@given(strategies.pages)
def test_a_page_gives_a_sound_article_and_the_same_one_again(text: str) -> None:
    article = read_html(text, title="T")
    soundness.sound_article(article)
    assert read_html(text, title="T") == article


@bounded
@given(strategies.banner_text)
def test_banners_lie_in_the_text_and_are_no_prose(text: str) -> None:
    kept = targets.settled(text.encode("utf-8", "surrogatepass"))
    targets.banners(kept.encode())
    article = read_plaintext(kept, title="T")
    for banner in article.banners:
        assert not any(block.start < banner.end and banner.start < block.end for block in article.blocks)


@bounded
@given(strategies.quotations)
def test_pairs_of_quotation_marks_are_in_order_and_nested(text: str) -> None:
    targets.quotations(text.encode("utf-8", "surrogatepass"))


@bounded
@given(strategies.markers)
def test_masks_and_offset_maps_are_each_other_s_inverse(text: str) -> None:
    targets.masked(text.encode("utf-8", "surrogatepass"))


@pytest.mark.pipeline
@few
@given(strategies.texts)
def test_a_report_covers_the_prose_and_is_the_same_again(text: str) -> None:
    targets.analysed(text.encode("utf-8", "surrogatepass"))


@pytest.mark.pipeline
@few
@given(strategies.quotations | strategies.markers)
def test_sentences_and_attributions_hold_among_marks(text: str) -> None:
    targets.analysed(text.encode("utf-8", "surrogatepass"))
