"""A live wiki: a real MediaWiki on loopback where one runs (.ci/mediawiki.sh), and a server that misbehaves."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.collections.dump import read_dump
from analyzer.readers.mediawiki import Wiki, address_of, read_url, read_wiki
from analyzer.records import Article

from ..loopback import serving

API = os.environ.get("NPOV_TEST_WIKI", "http://127.0.0.1:8765/api.php")
FIXTURE = Path(__file__).parent / "fixtures" / "wiki.xml"
PAGES = ("Marlow Instruments", "Harwick", "Old Town (Harwick)", "Odd markup")


@pytest.fixture(scope="module")
def wiki() -> Iterator[Wiki]:
    try:
        with urllib.request.urlopen(f"{API}?action=query&meta=siteinfo&format=json", timeout=20) as answer:
            json.load(answer)
    except (OSError, ValueError):
        pytest.skip(f"no MediaWiki at {API}: run .ci/mediawiki.sh")
    with Wiki(API, contact="tests@example.org") as opened:
        yield opened


def prose(article: Article) -> list[tuple[str, str | None, str]]:
    """Return the prose blocks without markers, with their kind and speaker."""
    marks = sorted((m.start, m.end) for m in (*article.citations, *article.inline_tags))
    found = []
    for block in article.blocks:
        text, at = "", block.start
        for start, end in marks:
            if block.start <= start < block.end:
                text, at = text + article.text[at:start], end
        found.append((block.kind, block.source, " ".join((text + article.text[at : block.end]).split())))
    return found


@pytest.mark.integration
@pytest.mark.parametrize("title", PAGES)
def test_wikitext_and_html_of_a_real_page_give_the_same_article(wiki: Wiki, title: str) -> None:
    source, shown = wiki.article(title, form="wikitext"), wiki.article(title, form="html")
    assert prose(source) == prose(shown)
    for name in ("id", "issue", "date", "scope", "section", "template"):
        assert [getattr(b, name) for b in source.banners] == [getattr(b, name) for b in shown.banners], name
    assert [c.label for c in source.citations] == [c.label for c in shown.citations]
    assert [(t.id, t.date) for t in source.inline_tags] == [(t.id, t.date) for t in shown.inline_tags]
    assert [(s.title, s.level) for s in source.sections] == [(s.title, s.level) for s in shown.sections]
    assert {(link.url, link.place) for link in source.links} == {(link.url, link.place) for link in shown.links}
    assert {(r.label, r.urls, r.domain, r.uses) for r in source.references} == {
        (r.label, r.urls, r.domain, r.uses) for r in shown.references
    }
    assert source.revision == shown.revision
    assert source.timestamp == "2024-05-06T07:08:09Z"


@pytest.mark.integration
def test_the_old_parser_of_the_action_api_gives_the_same_as_parsoid(wiki: Wiki) -> None:
    rest = wiki.rest
    parsoid = wiki.article("Marlow Instruments")
    wiki.rest = rest + "/there/is/none"
    try:
        legacy = wiki.article("Marlow Instruments")
    finally:
        wiki.rest = rest
    assert prose(parsoid) == prose(legacy)
    assert [(b.id, b.date, b.scope) for b in parsoid.banners] == [(b.id, b.date, b.scope) for b in legacy.banners]
    assert [c.label for c in parsoid.citations] == [c.label for c in legacy.citations]


@pytest.mark.integration
def test_the_dump_that_was_imported_gives_the_same_prose_as_the_wiki(wiki: Wiki) -> None:
    for article in read_dump(FIXTURE):
        assert prose(article) == prose(wiki.article(article.title, form="html"))


@pytest.mark.integration
def test_a_skin_page_saved_from_the_wiki_gives_the_same_article(wiki: Wiki) -> None:
    from analyzer.readers.html.reader import read_html

    address = API.removesuffix("api.php") + "index.php?title=Marlow_Instruments"
    with urllib.request.urlopen(address, timeout=60) as answer:
        saved = read_html(answer.read().decode())
    shown = wiki.article("Marlow Instruments")
    assert saved.title == "Marlow Instruments"
    assert saved.revision == shown.revision
    assert prose(saved) == prose(shown)
    assert [(b.id, b.date) for b in saved.banners] == [(b.id, b.date) for b in shown.banners]


@pytest.mark.integration
def test_redirects_are_followed_and_told_and_revisions_pinned(wiki: Wiki) -> None:
    moved = wiki.article("Marlow Gauges", form="wikitext")
    assert moved.title == "Marlow Instruments"
    assert moved.notices == ("redirected from 'Marlow Gauges'",)
    pinned = read_wiki(API, "anything", revision=moved.revision)
    assert (pinned.title, pinned.revision) == ("Marlow Instruments", moved.revision)
    by_address = read_url(API.removesuffix("api.php") + "index.php?title=Harwick")
    assert by_address.title == "Harwick"


@pytest.mark.integration
def test_a_page_that_is_not_there_is_told(wiki: Wiki) -> None:
    with pytest.raises(UnreadableInput, match="no page 'No such page'"):
        wiki.article("No such page")
    with pytest.raises(UnreadableInput, match="no revision 999999"):
        wiki.article("", revision="999999")


@pytest.mark.parametrize(
    ("url", "api", "title", "revision"),
    [
        ("https://en.wikipedia.org/wiki/Old_Mill", "https://en.wikipedia.org/w/api.php", "Old Mill", None),
        ("https://en.wikipedia.org/wiki/M%C3%BChle?oldid=12#Top", "https://en.wikipedia.org/w/api.php", "Mühle", "12"),
        ("https://x.example/w/index.php?title=A&oldid=5", "https://x.example/w/api.php", "A", "5"),
        ("http://127.0.0.1:80/index.php/A_B", "http://127.0.0.1:80/api.php", "A B", None),
    ],
)
def test_the_address_of_a_page_names_wiki_title_and_revision(
    url: str, api: str, title: str, revision: str | None
) -> None:
    found = address_of(url)
    assert (found.api, found.title, found.revision) == (api, title, revision)


@pytest.mark.parametrize(
    "url", ["https://x.example/", "ftp://x.example/wiki/A", "en.wikipedia.org/wiki/A", "https:///wiki/A"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        address_of(url)


class Misbehaving:
    """A server that answers what a test put in its list, one after another, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("User-Agent", "")))
                status, headers, body = outer.answers.pop(0)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.handler = Handler
        self.api = ""  # once it is served


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    made = Misbehaving()
    with serving(made.handler) as host:
        made.api = f"{host}/api.php"
        yield made


def answer(text: str) -> bytes:
    revision = {"revid": 5, "timestamp": "2024-05-06T07:08:09Z", "slots": {"main": {"content": text}}}
    return json.dumps({"query": {"pages": [{"pageid": 3, "title": "Mill", "revisions": [revision]}]}}).encode()


def test_a_busy_or_lagging_wiki_is_waited_for_as_long_as_it_asks(server: Misbehaving) -> None:
    server.answers = [
        (503, {"Retry-After": "7"}, b""),
        (429, {}, b""),
        (200, {"MediaWiki-API-Error": "maxlag", "Retry-After": "5"}, b"{}"),
        (200, {"Content-Type": "application/json"}, answer("A '''mill'''.")),
    ]
    waited: list[float] = []
    with Wiki(server.api, contact="me@example.org", sleep=waited.append) as wiki:
        article = wiki.article("Mill", form="wikitext")
    assert article.text == "A mill."
    assert waited == [7.0, 2.0, 5.0]
    assert all("maxlag=5" in path for path, _ in server.asked)
    assert all(agent.startswith("npov-analyzer/") and "(me@example.org)" in agent for _, agent in server.asked)


def test_a_wiki_with_its_scripts_elsewhere_is_found_by_what_its_page_names(server: Misbehaving) -> None:
    head = b'<html><head><link rel="EditURI" type="application/rsd+xml" href="/deep/api.php?action=rsd"/></head></html>'
    server.answers = [(404, {}, b""), (200, {}, head), (200, {}, answer("A mill."))]
    article = read_url(server.api.replace("/api.php", "/wiki/Mill"), form="wikitext")
    assert article.text == "A mill."
    assert [path.partition("?")[0] for path, _ in server.asked] == ["/w/api.php", "/wiki/Mill", "/deep/api.php"]


def test_a_wiki_that_stays_busy_is_given_up_with_a_reason(server: Misbehaving) -> None:
    server.answers = [(503, {"Retry-After": "9999"}, b"")] * 9
    waited: list[float] = []
    with Wiki(server.api, sleep=waited.append) as wiki, pytest.raises(UnreadableInput, match="5 tries"):
        wiki.article("Mill")
    assert waited == [60.0] * 4


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"", "status 404"),
        (200, b"<html>a login page</html>", "no JSON"),
        (200, b'{"error": {"info": "no such action"}}', "no such action"),
        (200, b"[]", "no object"),
    ],
)
def test_answers_that_are_no_wikis_are_told(server: Misbehaving, status: int, body: bytes, told: str) -> None:
    server.answers = [(status, {}, body)]
    with Wiki(server.api) as wiki, pytest.raises(UnreadableInput, match=told):
        wiki.article("Mill")


def test_a_wiki_that_cannot_be_reached_is_told() -> None:
    with (
        Wiki("http://127.0.0.1:9/api.php", sleep=lambda seconds: None) as wiki,
        pytest.raises(UnreadableInput, match="no answer"),
    ):
        wiki.article("Mill")
    with pytest.raises(UsageError, match=r"api\.php"):
        Wiki("https://host.example/wiki/")
