"""A page of a live wiki to an Article, through MediaWiki's REST and Action APIs; only on an explicit wish.

Follows the API etiquette (mw:API:Etiquette): one request at a time, ``maxlag``, an identifying User-Agent, and patience
where the server asks for it. Nothing here runs unless a caller names a wiki.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

from msgspec.structs import replace

from analyzer.errors import UnreadableInput, UsageError
from analyzer.readers.html.reader import read_html
from analyzer.readers.markup.builder import Known
from analyzer.readers.wikitext.reader import read_wikitext
from analyzer.records import Article
from analyzer.vocabulary import VERSION

if TYPE_CHECKING:
    import httpx

Form = Literal["html", "wikitext"]
CONTACT_VARIABLE = "NPOV_CONTACT"
MAX_BYTES = 64 << 20
_EDIT_URI = re.compile(r'<link[^<>]*rel="EditURI"[^<>]*href="([^"<>?]{1,500}api\.php)\?', re.IGNORECASE)
_TRIES = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_MAXLAG = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is: the wiki's ``api.php``, the title, and the revision where one is asked for."""

    api: str
    title: str
    revision: str | None = None


def address_of(url: str) -> Address:
    """Return what ``https://host/wiki/Title`` or ``/w/index.php?title=...`` points at; raises :class:`UsageError`."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    title, script = query.get("title", ""), "/w/"
    if not title and "/wiki/" in parts.path:
        title = unquote(parts.path.partition("/wiki/")[2])
    elif not title and "/index.php/" in parts.path:
        before, _, rest = parts.path.partition("/index.php/")
        title, script = unquote(rest), before + "/"
    elif parts.path.endswith("/index.php"):
        script = parts.path.removesuffix("index.php")
    if parts.scheme not in ("http", "https") or not parts.netloc or not (title or query.get("oldid")):
        raise UsageError(
            f"Met the address {url!r}; expected a wiki page such as https://en.wikipedia.org/wiki/Title. "
            "For another wiki name its api.php: --wiki https://host/w/api.php 'Title'."
        )
    return Address(f"{parts.scheme}://{parts.netloc}{script}api.php", title.replace("_", " "), query.get("oldid"))


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

        if not api.startswith(("http://", "https://")) or not api.endswith(".php"):
            raise UsageError(f"Met {api!r} as a wiki; expected its api.php, as in https://host/w/api.php.")
        self.api = api
        self.rest = api.removesuffix("api.php") + "rest.php/v1"
        self._sleep = sleep
        said = contact or os.environ.get(CONTACT_VARIABLE) or "no contact set"
        agent = f"npov-analyzer/{VERSION} ({said}) python-httpx/{httpx.__version__}"
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=timeout,
            follow_redirects=True,
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
        page = self._page(title, revision)
        found = page["revisions"][0]
        name, number = str(page["title"]), str(found["revid"])
        known: Known = {
            "title": name,
            "id": str(page["pageid"]),
            "format": "mediawiki",
            "revision": number,
            "timestamp": found.get("timestamp"),
        }
        if form == "wikitext":
            article = read_wikitext(str(found["slots"]["main"].get("content", "")), **known)
        else:
            article = read_html(self._html(number), **known)
        if not page.get("redirected"):
            return article
        return replace(article, notices=(*article.notices, f"redirected from {title!r}"))

    def api_named_by(self, url: str) -> str | None:
        """Return the ``api.php`` that a page of the wiki names in its head (``rel="EditURI"``), or None."""
        try:
            response = self._get(url, {}, missing_is_fine=True)
        except UnreadableInput:
            return None
        found = _EDIT_URI.search(response.text[:200_000]) if response is not None else None
        return str(response.url.join(found[1])) if found and response is not None else None

    def _page(self, title: str, revision: str | None) -> dict[str, Any]:
        """Return the page's row of the Action API with one revision."""
        asked = {"revids": revision} if revision else {"titles": title, "redirects": "1"}
        wanted = {"prop": "info|revisions", "rvprop": "ids|timestamp|content", "rvslots": "main"}
        query = self._ask({"action": "query", **wanted, **asked}).get("query", {})
        pages = [page for page in query.get("pages", ()) if page.get("revisions")]
        if not pages:
            what = f"revision {revision}" if revision else f"page {title!r}"
            raise UnreadableInput(f"Met no {what} at {self.api}; expected one that exists. Check the spelling.")
        return {**pages[0], "redirected": bool(query.get("redirects"))}

    def _html(self, revision: str) -> str:
        """Return a revision as HTML: Parsoid's from the REST API, else what the Action API's parser gives."""
        response = self._get(f"{self.rest}/revision/{quote(revision)}/html", {}, missing_is_fine=True)
        if response is not None and "html" in response.headers.get("content-type", ""):
            return str(response.text)
        parsed = self._ask({"action": "parse", "oldid": revision, "prop": "text", "disableeditsection": "1"})
        return f'<div class="mw-parser-output">{parsed["parse"]["text"]}</div>'

    def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        response = self._get(self.api, {"format": "json", "formatversion": "2", "maxlag": str(_MAXLAG), **question})
        try:
            answer = response.json() if response is not None else {}
        except ValueError as error:
            raise UnreadableInput(
                f"Met an answer of {self.api} that is no JSON; expected MediaWiki's Action API. Check the address."
            ) from error
        if not isinstance(answer, dict) or "error" in answer:
            told = answer.get("error", {}).get("info", "an unknown error") if isinstance(answer, dict) else "no object"
            raise UnreadableInput(f"Met an error of {self.api}: {told}")
        return answer

    def _get(self, url: str, question: dict[str, str], *, missing_is_fine: bool = False) -> "httpx.Response | None":
        """Return a response, after waiting where the server is busy; None where there is none and that is fine."""
        import httpx

        told = ""
        for attempt in range(_TRIES):
            try:
                response = self._client.get(url, params=question or None)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                told, wait = f"{type(error).__name__}: {error}", 2.0**attempt
            else:
                # Databases that lag refuse work (mw:Manual:Maxlag parameter).
                lagging = response.headers.get("mediawiki-api-error") == "maxlag"
                if response.status_code not in _BUSY and not lagging:
                    if response.status_code == 200 and len(response.content) <= MAX_BYTES:
                        return response
                    if missing_is_fine:
                        return None
                    told = f"Met status {response.status_code} at {url}; expected 200. Check the address."
                    raise UnreadableInput(told)
                asked = response.headers.get("retry-after", "")
                told, wait = f"status {response.status_code}", float(asked) if asked.isdigit() else 2.0**attempt
            if attempt + 1 < _TRIES:
                self._sleep(min(60.0, wait))
        raise UnreadableInput(f"Met no answer of {url} in {_TRIES} tries ({told}). Try later, or read a saved page.")


def read_url(url: str, *, revision: str | None = None, form: Form = "html", contact: str | None = None) -> Article:
    """Return the article at the address of a wiki page, fetched now."""
    address = address_of(url)
    pinned = revision or address.revision
    with Wiki(address.api, contact=contact) as wiki:
        try:
            return wiki.article(address.title, revision=pinned, form=form)
        except UnreadableInput:
            api = wiki.api_named_by(url)
            if api is None or api == address.api:
                raise
    return read_wiki(api, address.title, revision=pinned, form=form, contact=contact)


def read_wiki(
    api: str, title: str, *, revision: str | None = None, form: Form = "html", contact: str | None = None
) -> Article:
    """Return a page of the wiki behind ``api`` (its ``api.php``), fetched now."""
    with Wiki(api, contact=contact) as wiki:
        return wiki.article(title, revision=revision, form=form)
