"""Addresses, domains, references and links: right for the usual, harmless for the rest."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.readers.citations import clean_url, count_uses, domain_of, find_urls, link, reference
from analyzer.records import Citation


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.example.co.uk/a/b?c=d#e", "example.co.uk"),
        ("http://EXAMPLE.org.", "example.org"),
        ("//news.example.com/x", "example.com"),
        ("https://user:word@mail.example.net:8080/", "example.net"),
        ("http://192.0.2.7/a", "192.0.2.7"),
        ("ftp://files.example.org/x", "example.org"),
        ("http://xn--bcher-kva.example.com/", "example.com"),
        ("http://xn--bcher-kva.de/", "bücher.de"),
        ("https://web.archive.org/web/20190101000000/http://www.paper.example.com/x", "example.com"),
        ("https://archive.today/2019.01.01-000000/x", "archive.today"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://example.org/%0aalert(1)", None),
        ("data:text/html;base64," + "A" * 100_000, None),
        ("mailto:a@example.org", None),
        ("http://[bad", None),
        ("http:///path", None),
        ("http://" + "a" * 300 + ".com/", None),
        ("", None),
    ],
)
def test_domains_are_registrable_ones_and_odd_schemes_have_none(url: str, domain: str | None) -> None:
    assert domain_of(url) == domain


def test_no_network_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    assert domain_of("https://shop.example.com.au/x1") == "example.com.au"


def test_control_and_direction_marks_are_dropped_from_addresses() -> None:
    assert clean_url("https://example.org/\u202egnp.\x07a") == "https://example.org/gnp.a"
    assert len(clean_url("https://example.org/" + "a" * 9000) or "") == 2000


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.org/a.", ["https://example.org/a"]),
        ("(see http://example.org/x_(y)), and more", ["http://example.org/x_(y)"]),
        ("“http://example.org/q?a=1&b=2”;", ["http://example.org/q?a=1&b=2"]),
        ("[https://example.org/a label]", ["https://example.org/a"]),
        ("no address here: example.org", []),
    ],
)
def test_addresses_in_text_end_before_the_sentences_marks(text: str, urls: list[str]) -> None:
    assert find_urls(text) == urls


def test_a_link_to_no_web_page_is_none() -> None:
    assert link("javascript:alert(1)", "body") is None
    made = link("https://a.example.org/x", "external", "words\x1b[31m")
    assert made is not None and (made.domain, made.place, made.text) == ("example.org", "external", "words [31m")


def test_a_reference_keeps_its_addresses_once_and_counts_its_uses() -> None:
    made = reference("1", "Lind 2001", ["https://a.example.org/x", "javascript:x", "https://a.example.org/x"])
    assert (made.urls, made.domain, made.reliability) == (("https://a.example.org/x",), "example.org", ())
    markers = [Citation(start=i, end=i + 1, label=label) for i, label in enumerate(["1", "2", "1"])]
    assert [r.uses for r in count_uses([made, reference(None, "x")], markers)] == [2, None]


@given(st.text(max_size=200) | st.text(max_size=60).map("http://".__add__))
@settings(max_examples=200, deadline=None)
def test_any_string_is_taken_for_an_address_without_an_error(url: str) -> None:
    if domain_of(url) is not None:
        assert clean_url(url)
    for found in find_urls(url):
        assert found and found in url
