"""Screening: cheap, deterministic, and never in the way of an article with banners."""

from __future__ import annotations

import analyzer
from analyzer.batch.items import ArticleItem
from analyzer.batch.screen import need_of
from analyzer.batch.work import Screen

PLAIN = "Lake Sorrel is a lake in Norvia.[1] It is 12 m deep.[2] A road runs along its shore.[3]\n\n" * 6
SELLING = "Acme is a world-class, award-winning and visionary leader. Its legendary team is second to none. " * 12
ADVERT = "This article contains content that is written like an advertisement. (March 2021)\n\n"


def read(text: str):
    return analyzer.read(text, title="Acme")


def test_an_article_that_sells_needs_more_than_one_that_tells():
    assert need_of(read(SELLING)).need > need_of(read(PLAIN)).need + 0.1


def test_an_article_with_a_banner_passes_whatever_its_need():
    need = need_of(read(ADVERT + PLAIN))
    assert need.banners == 1 and need.passes(1.0)
    assert not need_of(read(PLAIN)).passes(1.0)


def test_the_same_article_has_the_same_need_and_nothing_is_not_in_need():
    assert need_of(read(SELLING)) == need_of(read(SELLING))
    assert need_of(read("a")).need <= 0.5


def test_a_letter_that_grows_in_lower_case_shifts_no_word():
    assert need_of(read("İstanbul is legendary. " + SELLING)).need > 0


def test_a_screened_article_is_counted_as_passed_over_by_name():
    item = ArticleItem(input="t", name="Acme", article=read(PLAIN))
    passed = Screen(1.0, 0, None).passed(item.article, 0, item)
    assert passed.reason == "screened out" and passed.name == "Acme"
    assert Screen(0.0, 0, None).passed(item.article, 0, item) is item.article
