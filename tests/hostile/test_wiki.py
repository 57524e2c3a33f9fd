"""A wiki that answers oddly: each answer is told in a sentence with its reason, within seconds, and is never a bug."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from analyzer.batch.items import WikiItem
from analyzer.batch.work import read_item
from analyzer.errors import UnreadableInput, UsageError
from analyzer.limits import MAX_TITLE
from analyzer.readers import mediawiki
from analyzer.readers.mediawiki import Wiki, address_of, read_url
from analyzer.records import Rejection

from ..loopback import serving

DIGITS = "9" * 5000
Answer = Callable[[BaseHTTPRequestHandler], None]


class OddWiki:
    """A server on this machine that gives the same answer to every question, and counts them."""

    def __init__(self) -> None:
        self.answer: Answer = lambda handler: None
        self.asked = 0
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                try:
                    outer.answer(self)
                except OSError:  # who asked has gone
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        self.handler = Handler
        self.host = self.api = ""  # once it is served


@pytest.fixture
def odd() -> Iterator[OddWiki]:
    made = OddWiki()
    with serving(made.handler) as host:
        made.host, made.api = host, f"{host}/api.php"
        try:
            yield made
        finally:
            made.closing.set()


def said(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    data = body.encode() if isinstance(body, str) else body

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def pages(found: object) -> str:
    return json.dumps({"query": {"pages": found}})


PAGE = {"title": "Mill", "pageid": 3, "revisions": [{"revid": 5, "slots": {"main": {"content": "A mill."}}}]}
ODD = {
    "nothing": "",
    "no JSON": "<html>a login page</html>",
    "null": "null",
    "a number": "5",
    "a text": '"oops"',
    "a list": "[]",
    "an empty object": "{}",
    "an error that is text": '{"error": "no such action"}',
    "an error that is a number": '{"error": 5}',
    "an error that is a list": '{"error": [1]}',
    "an error of another shape": '{"error": {"code": 5, "info": null}}',
    "a query that is null": '{"query": null}',
    "a query that is text": '{"query": "x"}',
    "pages that are null": pages(None),
    "pages that are a number": pages(5),
    "pages that are text": pages("Mill"),
    "pages of the old form": pages({"3": PAGE}),
    "a page that is null": pages([None]),
    "a page that is a number": pages([5]),
    "revisions that are null": pages([{"title": "Mill", "revisions": None}]),
    "a revision that is null": pages([{"title": "Mill", "revisions": [None]}]),
    "a revision without a number": pages([{"title": "Mill", "revisions": [{"slots": {}}]}]),
    "a revision of another kind of number": pages([{"title": "Mill", "revisions": [{"revid": "x"}]}]),
    "slots that are text": pages([{**PAGE, "revisions": [{"revid": 5, "slots": "main"}]}]),
    "content that is a number": pages([{**PAGE, "revisions": [{"revid": 5, "slots": {"main": {"content": 5}}}]}]),
    "a number without end": pages("X").replace('"X"', f'[{{"pageid": {DIGITS}, "revisions": []}}]'),
    "lists without end": "[" * 200_000,
    "objects without end": '{"query": ' + '{"a": ' * 100_000,
    "nesting where nobody looks": '{"other": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "bytes that are no text": b"\xff\xfe\x00\xd8{}",
    "a lone surrogate": '{"error": {"info": "\\ud800"}}',
}


@pytest.mark.parametrize("form", ["wikitext", "html"])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_told_as_that_of_a_wiki(odd: OddWiki, name: str, form: str) -> None:
    odd.answer = said(ODD[name])
    begun = time.monotonic()
    with Wiki(odd.api, sleep=lambda seconds: None) as wiki, pytest.raises(UnreadableInput) as caught:
        wiki.article("Mill", form=form)  # type: ignore[arg-type]
    assert caught.value.code == "wiki" and len(str(caught.value)) < 1000
    assert time.monotonic() - begun < 20


def test_an_odd_answer_costs_that_page_alone_in_a_batch(odd: OddWiki) -> None:
    odd.answer = said(pages([None]))
    got = read_item(WikiItem(input="w", name="Mill", page="Mill", api=odd.api))
    assert isinstance(got, Rejection) and (got.kind, got.code) == ("unreadable", "wiki")


def test_an_odd_page_is_read_all_the_same(odd: OddWiki) -> None:
    odd.answer = said(pages([{**PAGE, "title": "", "pageid": 0, "extra": [[[]]]}]))
    with Wiki(odd.api) as wiki:
        article = wiki.article("A" * 10_000, form="wikitext")
    assert article.text == "A mill." and len(article.title) == MAX_TITLE and len(article.id) == MAX_TITLE


@pytest.mark.parametrize("asked", ["²", "-5", "1e9", "inf", "nan", "Fri, 31 Dec 1999 23:59:59 GMT", "9" * 400, ""])
def test_a_wish_for_patience_that_is_no_number_of_seconds_is_not_followed(odd: OddWiki, asked: str) -> None:
    odd.answer = said("", 503, Retry_After=asked.encode().decode("latin-1"))
    waited: list[float] = []
    with Wiki(odd.api, sleep=waited.append) as wiki, pytest.raises(UnreadableInput, match="5 tries") as caught:
        wiki.article("Mill")
    assert waited == [1.0, 2.0, 4.0, 8.0] and caught.value.code == "silent"


def test_the_body_of_a_busy_wiki_is_not_waited_for(odd: OddWiki) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(503)
        handler.end_headers()
        while not odd.closing.wait(0.01):
            handler.wfile.write(b"x" * 1000)

    odd.answer = endless
    begun = time.monotonic()
    with Wiki(odd.api, sleep=lambda seconds: None) as wiki, pytest.raises(UnreadableInput, match="status 503"):
        wiki.article("Mill")
    assert time.monotonic() - begun < 20


def test_an_answer_without_end_is_given_up(odd: OddWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not odd.closing.wait(0.0005):
            handler.wfile.write(b'{"a": "' + b"x" * 100_000)

    odd.answer = endless
    monkeypatch.setattr(mediawiki, "MAX_BYTES", 1 << 20)
    with Wiki(odd.api) as wiki, pytest.raises(UnreadableInput, match="over 1 MiB") as caught:
        wiki.article("Mill")
    assert caught.value.code == "too large"


def test_an_answer_that_trickles_is_given_up(odd: OddWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not odd.closing.wait(0.05):
            handler.wfile.write(b"x")

    odd.answer = trickle
    monkeypatch.setattr(mediawiki, "_DEADLINE", 1.0)
    with Wiki(odd.api) as wiki, pytest.raises(UnreadableInput, match="over 1 seconds") as caught:
        wiki.article("Mill")
    assert caught.value.code == "silent"


def test_an_answer_that_is_a_bomb_is_given_up(odd: OddWiki, monkeypatch: pytest.MonkeyPatch) -> None:
    odd.answer = said(gzip.compress(b"a" * (8 << 20)), Content_Encoding="gzip")
    monkeypatch.setattr(mediawiki, "MAX_BYTES", 1 << 20)
    with Wiki(odd.api) as wiki, pytest.raises(UnreadableInput, match="over 1 MiB"):
        wiki.article("Mill")


def test_an_answer_that_is_not_what_it_says_is_packed_as_is_told(odd: OddWiki) -> None:
    odd.answer = said(b"no gzip", Content_Encoding="gzip")
    with Wiki(odd.api, sleep=lambda seconds: None) as wiki, pytest.raises(UnreadableInput):
        wiki.article("Mill")


def test_redirects_in_a_circle_are_followed_a_few_times_and_not_tried_again(odd: OddWiki) -> None:
    odd.answer = said("", 302, Location="/api.php?again")
    with Wiki(odd.api) as wiki, pytest.raises(UnreadableInput) as caught:
        wiki.article("Mill")
    assert caught.value.code == "wiki" and odd.asked <= 8


@pytest.mark.parametrize(
    "place", ["http://[", "ftp://x.example/api.php", "file:///etc/hostname", "http://" + "a" * 9000]
)
def test_a_redirect_to_no_page_of_the_web_is_told(odd: OddWiki, place: str) -> None:
    odd.answer = said("", 302, Location=place)
    with Wiki(odd.api, sleep=lambda seconds: None) as wiki, pytest.raises(UnreadableInput):
        wiki.article("Mill")


def test_a_page_that_names_its_scripts_oddly_is_told(odd: OddWiki) -> None:
    line = '<link rel="EditURI" href="http://[api.php?action=rsd"/>'
    odd.answer = said("<html><head>" + line + '<link rel="EditURI"' * 5000 + "</head></html>")
    begun = time.process_time()
    with pytest.raises(UnreadableInput):
        read_url(f"{odd.host}/wiki/Mill")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "address", ["http://[", "http://[::1", "http://[x]/wiki/A", "https://]/wiki/A", "http://" + "&" * 5000]
)
def test_an_address_that_is_none_is_refused_and_no_bug(address: str) -> None:
    with pytest.raises(UsageError, match="expected a wiki page") as caught:
        address_of(address)
    assert len(str(caught.value)) < 600
    got = read_item(WikiItem(input=address, name=address, page=address))
    assert isinstance(got, Rejection) and (got.kind, got.code) == ("unreadable", "address")


@pytest.mark.parametrize("api", ["http://[/api.php", "http://\u2100.example/api.php"])
def test_a_wiki_whose_address_is_none_is_told_at_once(api: str) -> None:
    waited: list[float] = []
    with pytest.raises((UnreadableInput, UsageError)), Wiki(api, sleep=waited.append) as wiki:
        wiki.article("Mill")
    assert not waited
