"""A page of a live wiki to an Article, through MediaWiki's REST and Action APIs; only on an explicit wish.

Follows the API etiquette (mw:API:Etiquette): one request at a time, ``maxlag``, an identifying User-Agent, and patience
where the server asks for it. Nothing here runs unless a caller names a wiki.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Self
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from msgspec import Struct, ValidationError, field, json
from msgspec.structs import replace

from analyzer.errors import UnreadableInput, UsageError
from analyzer.limits import MAX_BYTES, MAX_TITLE
from analyzer.readers.html.dom import split_host
from analyzer.readers.html.reader import read_html
from analyzer.readers.markup.builder import Known
from analyzer.readers.sniff import cleaned
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Article
from analyzer.vocabulary import VERSION

if TYPE_CHECKING:
    import httpx

Form = Literal["html", "wikitext"]
CONTACT_VARIABLE = "NPOV_CONTACT"
_EDIT_URI = re.compile(
    r'<link[^<>]{0,200}?\srel="EditURI"[^<>]{0,200}?\shref="([^"<>?]{1,500}api\.php)\?', re.IGNORECASE
)
_TRIES = 5
_REDIRECTS = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_MAXLAG = 5
_LONGEST_WAIT = 60.0
_DEADLINE = 300.0  # seconds that one answer may take, however steadily it trickles in
_SECONDS = re.compile(r"[0-9]{1,6}")


class _Slot(Struct, frozen=True):
    content: str = ""


class _Revision(Struct, frozen=True):
    revid: int
    slots: dict[str, _Slot] = {}
    timestamp: str | None = None


class _Page(Struct, frozen=True):
    title: str = ""
    pageid: int = 0
    revisions: list[_Revision] = []


class _Query(Struct, frozen=True):
    pages: list[_Page] = []
    redirects: list[dict[str, object]] = []


class _Parsed(Struct, frozen=True):
    text: str = ""


class _Told(Struct, frozen=True):
    info: str = "an unknown error"


class _Answer(Struct, frozen=True):
    """What the Action API answers, as far as it is asked for here."""

    query: _Query = field(default_factory=_Query)
    parse: _Parsed = field(default_factory=_Parsed)
    error: _Told | str | None = None


class _Response(NamedTuple):
    """A page of the web that came with status 200."""

    url: str
    kind: str
    data: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is: the wiki's ``api.php``, the title, and the revision where one is asked for."""

    api: str
    title: str
    revision: str | None = None


def address_of(url: str) -> Address:
    """Return what ``https://host/wiki/Title`` or ``/w/index.php?title=...`` points at; raises :class:`UsageError`."""
    try:
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=100).items()}
    except ValueError as error:
        raise _no_address(url) from error
    title, script = query.get("title", ""), "/w/"
    if not title and "/wiki/" in parts.path:
        title = unquote(parts.path.partition("/wiki/")[2])
    elif not title and "/index.php/" in parts.path:
        before, _, rest = parts.path.partition("/index.php/")
        title, script = unquote(rest), before + "/"
    elif parts.path.endswith("/index.php"):
        script = parts.path.removesuffix("index.php")
    if parts.scheme not in ("http", "https") or not parts.netloc or not (title or query.get("oldid")):
        raise _no_address(url)
    return Address(f"{parts.scheme}://{parts.netloc}{script}api.php", title.replace("_", " "), query.get("oldid"))


def _no_address(url: str) -> UsageError:
    return UsageError(
        f"Met the address {url[:200]!r}; expected a wiki page such as https://en.wikipedia.org/wiki/Title. "
        "For another wiki name its api.php: --wiki https://host/w/api.php 'Title'."
    )


class Wiki:
    """One wiki, by its ``api.php``; use it as a context manager."""

    def __init__(
        self,
        api: str,
        *,
        contact: str | None = None,
        timeout: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """Take the address of ``api.php``; ``contact`` (or NPOV_CONTACT) goes into the User-Agent."""
        import httpx

        if not api.startswith(("http://", "https://")) or not api.endswith(".php") or not split_host(api):
            raise UsageError(f"Met {api[:200]!r} as a wiki; expected its api.php, as in https://host/w/api.php.")
        self.api = api
        self.rest = api.removesuffix("api.php") + "rest.php/v1"
        self._sleep = sleep
        said = contact or os.environ.get(CONTACT_VARIABLE) or "no contact set"
        agent = f"npov-analyzer/{VERSION} ({said}) python-httpx/{httpx.__version__}"
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=timeout,
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._client.close()

    def article(self, title: str, *, revision: str | None = None, form: Form = "html") -> Article:
        """Return a page as an article, redirects followed; ``revision`` pins one, also an old one.

        Raises :class:`UnreadableInput` where the wiki cannot be reached or has no such page.
        """
        page, redirected = self._page(title, revision)
        found = page.revisions[0]
        known: Known = {
            "title": page.title or title,
            "id": str(page.pageid or page.title or title)[:MAX_TITLE],
            "format": "mediawiki",
            "revision": str(found.revid),
            "timestamp": found.timestamp,
        }
        if form == "wikitext":
            article = read_wikitext(found.slots.get("main", _Slot()).content, **known)
        else:
            article = read_html(self._html(str(found.revid)), **known)
        if not redirected:
            return article
        return replace(article, notices=(*article.notices, f"redirected from {cleaned(title)!r}"))

    def api_named_by(self, url: str) -> str | None:
        """Return the ``api.php`` that a page of the wiki names in its head (``rel="EditURI"``), or None."""
        try:
            response = self._get(url, {}, missing_is_fine=True)
        except UnreadableInput:
            return None
        found = _EDIT_URI.search(response.text[:200_000]) if response is not None else None
        try:
            return urljoin(response.url, found[1]) if found and response is not None else None
        except ValueError:  # "http://[api.php"
            return None

    def _page(self, title: str, revision: str | None) -> tuple[_Page, bool]:
        """Return the page's row of the Action API with one revision, and whether another title points to it."""
        asked = {"revids": revision} if revision else {"titles": title, "redirects": "1"}
        wanted = {"prop": "info|revisions", "rvprop": "ids|timestamp|content", "rvslots": "main"}
        query = self._ask({"action": "query", **wanted, **asked}).query
        pages = [page for page in query.pages if page.revisions]
        if not pages:
            what = cleaned(f"revision {revision}" if revision else f"page {title!r}")
            raise UnreadableInput(f"Met no {what} at {self.api}; expected one that exists. Check the spelling.", "wiki")
        return pages[0], bool(query.redirects)

    def _html(self, revision: str) -> str:
        """Return a revision as HTML: Parsoid's from the REST API, else what the Action API's parser gives."""
        response = self._get(f"{self.rest}/revision/{quote(revision)}/html", {}, missing_is_fine=True)
        if response is not None and "html" in response.kind:
            return response.text
        parsed = self._ask({"action": "parse", "oldid": revision, "prop": "text", "disableeditsection": "1"})
        return f'<div class="mw-parser-output">{parsed.parse.text}</div>'

    def _ask(self, question: dict[str, str]) -> _Answer:
        response = self._get(self.api, {"format": "json", "formatversion": "2", "maxlag": str(_MAXLAG), **question})
        try:
            answer = json.decode(response.data if response is not None else b"{}", type=_Answer)
        except ValidationError as error:
            raise UnreadableInput(
                f"Met an answer of {self.api} that is no object of MediaWiki's Action API ({error}).",
                "wiki",
            ) from error
        except (ValueError, RecursionError) as error:
            raise UnreadableInput(
                f"Met an answer of {self.api} that is no JSON; expected MediaWiki's Action API. Check the address.",
                "wiki",
            ) from error
        if answer.error is not None:
            told = answer.error if isinstance(answer.error, str) else answer.error.info
            raise UnreadableInput(f"Met an error of {self.api}: {cleaned(told)}", "wiki")
        return answer

    def _get(self, url: str, question: dict[str, str], *, missing_is_fine: bool = False) -> _Response | None:
        """Return a response, after waiting where the server is busy; None where there is none and that is fine."""
        import httpx

        told = ""
        for attempt in range(_TRIES):
            wait = 2.0**attempt
            try:
                with self._client.stream("GET", url, params=question or None) as response:
                    # Databases that lag refuse work (mw:Manual:Maxlag parameter).
                    lagging = response.headers.get("mediawiki-api-error") == "maxlag"
                    if response.status_code not in _BUSY and not lagging:
                        if response.status_code == 200:
                            return _whole(response)
                        if missing_is_fine:
                            return None
                        met = f"Met status {response.status_code} at {url}; expected 200. Check the address."
                        raise UnreadableInput(met, "wiki")
                    told, asked = f"status {response.status_code}", response.headers.get("retry-after", "")
                    wait = float(asked) if _SECONDS.fullmatch(asked) else wait
            except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL, ValueError) as error:
                raise UnreadableInput(f"Met no page at {url[:200]} ({error}). Check the address.", "wiki") from error
            except httpx.HTTPError as error:
                told = f"{type(error).__name__}: {error}"
            if attempt + 1 < _TRIES:
                self._sleep(min(_LONGEST_WAIT, wait))
        raise UnreadableInput(
            f"Met no answer of {url} in {_TRIES} tries ({told}). Try later, or read a saved page.", "silent"
        )


def _whole(response: "httpx.Response") -> _Response:
    """Return all of a response; raises :class:`UnreadableInput` where there is no end to it."""
    data, until = bytearray(), time.monotonic() + _DEADLINE
    for piece in response.iter_bytes():
        data += piece
        if len(data) > MAX_BYTES:
            raise UnreadableInput(f"Met over {MAX_BYTES >> 20} MiB at {response.url}; expected a page.", "too large")
        if time.monotonic() > until:
            met = f"Met an answer of {response.url} that takes over {_DEADLINE:g} seconds; try later."
            raise UnreadableInput(met, "silent")
    text = bytes(data).decode(response.encoding or "utf-8", "replace")
    return _Response(str(response.url), response.headers.get("content-type", ""), bytes(data), text)


def read_url(url: str, *, revision: str | None = None, form: Form = "html", contact: str | None = None) -> Article:
    """Return the article at the address of a wiki page, fetched now."""
    address = address_of(url)
    pinned = revision or address.revision
    with Wiki(address.api, contact=contact) as wiki:
        try:
            return wiki.article(address.title, revision=pinned, form=form)
        except UnreadableInput as error:
            api = wiki.api_named_by(url) if error.code == "wiki" else None
            if api is None or api == address.api:
                raise
    return read_wiki(api, address.title, revision=pinned, form=form, contact=contact)


def read_wiki(
    api: str, title: str, *, revision: str | None = None, form: Form = "html", contact: str | None = None
) -> Article:
    """Return a page of the wiki behind ``api`` (its ``api.php``), fetched now."""
    with Wiki(api, contact=contact) as wiki:
        return wiki.article(title, revision=revision, form=form)
