"""A wiki on this machine that answers oddly: nulls, wrong types, endless bodies, loops."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = {
    "pageid": 7,
    "title": "Lake Sorrel",
    "revisions": [
        {"revid": 8, "timestamp": "2026-01-01T00:00:00Z", "slots": {"main": {"content": "The lake is deep."}}}
    ],
}
BODY = '<html><body><p id="a">The lake is deep. Critics called it cold.</p></body></html>'
Handler = BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


def send(handler: Handler, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
    """Send a whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def told(query: object, html: str | bytes = BODY) -> Answer:
    """Return an answer that gives this as the query's result and this as the page."""
    answer = query if isinstance(query, bytes) else json.dumps(query).encode()

    def give(handler: Handler) -> None:
        if "rest.php" in handler.path:
            send(handler, html if isinstance(html, bytes) else html.encode(), kind="text/html")
        else:
            send(handler, answer)

    return give


def pages(*rows: object, **more: object) -> dict[str, object]:
    """Return the answer to a query with these pages."""
    return {"query": {"pages": list(rows), **more}}


def changed(**values: object) -> dict[str, object]:
    """Return the good page with some values changed."""
    return pages({**PAGE, **values})


def revision(**values: object) -> dict[str, object]:
    """Return the good page with some values of its revision changed."""
    return changed(revisions=[{**PAGE["revisions"][0], **values}])  # type: ignore[index, dict-item]


def endless(status: int, unit: bytes = b"a" * 65536, **headers: str) -> Answer:
    """Return an answer whose body never ends."""

    def give(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for _ in range(1 << 16):  # 4 GB
            handler.wfile.write(unit)

    return give


def with_headers(status: int, **headers: str) -> Answer:
    """Return an answer of nothing but a status and headers."""
    return lambda handler: send(handler, b"{}", status, **headers)


def looping(handler: Handler) -> None:
    number = parse_qs(urlsplit(handler.path).query).get("hop", ["0"])[0]
    send(handler, b"", 302, Location=f"/w/api.php?hop={int(number) + 1}")


def without_page(parsed: object) -> Answer:
    """Return answers of a wiki whose REST has no page, and whose parser gives this."""

    def give(handler: Handler) -> None:
        if "rest.php" in handler.path:
            send(handler, b"{}", 404)
        else:
            send(handler, json.dumps({"parse": parsed} if "action=parse" in handler.path else pages(PAGE)).encode())

    return give


def broken_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"query"')


ANSWERS: dict[str, Answer] = {
    "as it should": told(pages(PAGE)),
    "pages that are null": told(pages(None)),
    "pages that are numbers": told(pages(7)),
    "pages that are texts": told(pages("a")),
    "pages that are lists": told(pages([])),
    "pages by number": told({"query": {"pages": {"7": PAGE}}}),
    "pages are null": told({"query": {"pages": None}}),
    "a query that is null": told({"query": None}),
    "a query that is a list": told({"query": []}),
    "no query": told({}),
    "a list": told([]),
    "a number": told(7),
    "null": told(None),
    "revisions that are null": told(changed(revisions=None)),
    "revisions that are texts": told(changed(revisions="ab")),
    "revisions of nulls": told(changed(revisions=[None])),
    "revisions without id": told(changed(revisions=[{"slots": {}}])),
    "a revision id of many digits": told(
        b'{"query": {"pages": [{"pageid": 7, "title": "A", "revisions": [{"revid": ' + b"9" * 5000 + b"}]}]}}"
    ),
    "a revision id that is a path": told(revision(revid="../../../etc/passwd")),
    "a time that is a list": told(revision(timestamp=[])),
    "no page id": told(pages({key: value for key, value in PAGE.items() if key != "pageid"})),
    "no title": told(pages({key: value for key, value in PAGE.items() if key != "title"})),
    "a title that is null": told(changed(title=None)),
    "a title that steers": told(changed(title="\x1b[2J<script>alert(1)</script>")),
    "a title of 1 MB": told(changed(title="a" * 1_000_000)),
    "a lone surrogate": told(changed(title="a\ud800")),
    "an error that is a text": told({"error": "no"}),
    "an error that is null": told({"error": None}),
    "an error that is a list": told({"error": [{"info": "x"}]}),
    "an error that steers": told({"error": {"info": "\x1b[2J" * 10_000}}),
    "an error whose text is null": told({"error": {"info": None}}),
    "redirects that are a number": told(pages(PAGE, redirects=7)),
    "nested JSON": told(b"[" * 100_000),
    "nested and closed JSON": told(b'{"query": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "no JSON": told(b"<html>Sorry</html>"),
    "nothing": told(b""),
    "no UTF-8": told(b'{"query": "\xff\xfe"}'),
    "UTF-16": told(json.dumps(pages(PAGE)).encode("utf-16")),
    "numbers of many digits": told(b'{"query": ' + b"9" * 5000 + b"}"),
    "a page of nothing": told(pages(PAGE), ""),
    "a page of NUL": told(pages(PAGE), "\x00" * 100),
    "a nested page": told(pages(PAGE), "<div>" * 20_000),
    "a page in no encoding": told(pages(PAGE), b"\xff\xfe\xfa" * 100),
    "a page with scripts": told(pages(PAGE), "<script>alert(1)</script><p onclick=alert(1)>The lake is deep.</p>"),
    "wait a while": with_headers(429, Retry_After="\u00b2"),
    "wait a negative while": with_headers(429, Retry_After="-1"),
    "wait for ever": lambda handler: send(handler, b"{}", 503, Retry_After="0"),
    "wait until a date": with_headers(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
    "an endless 503": endless(503, Retry_After="0"),
    "an endless page": endless(200),
    "an endless 404": endless(404),
    "a gzip bomb": lambda handler: send(handler, gzip.compress(bytes(256 << 20), 9), Content_Encoding="gzip"),
    "a wrong encoding": with_headers(200, Content_Encoding="gzip"),
    "redirects in a loop": looping,
    "a redirect to a file": with_headers(302, Location="file:///etc/passwd"),
    "a redirect to nothing": with_headers(302),
    "a redirect to another host": with_headers(302, Location="http://[::zz]/"),
    "status 204": lambda handler: send(handler, b"", 204),
    "status 999": with_headers(999),
    "broken off": broken_off,
    "headers without end": lambda handler: (
        [handler.wfile.write(b"HTTP/1.1 200 OK\r\n")]
        and [handler.wfile.write(b"A: " + b"b" * 60_000 + b"\r\n") for _ in range(500)]
        and None
    ),
    "no HTTP": lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n") and None,
    "hangs up": lambda handler: handler.connection.close(),
    "parse is null": without_page(None),
    "parse is a text": without_page("a"),
    "parsed text is null": without_page({"text": None}),
    "parsed text is an object": without_page({"text": {"*": BODY}}),
    "no parse": without_page({}),
}


def serve(name: str) -> int:
    """Start the wiki in a thread of this process; return its port."""

    class Odd(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            with suppress(OSError):
                ANSWERS[name](self)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.daemon_threads = True
    server.handle_error = lambda *where: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])
