"""References and links as records: addresses made harmless, registrable domains, one builder for all readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from analyzer.records import Citation, Link, Reference
from analyzer.vocabulary import LinkPlace

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_URL = 2000  # a longer address is cut: 100 kB of data in a link is nobody's source
_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"\[\]{}|\\^`]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'’”*_"
_CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ARCHIVES = re.compile(
    r"^https?://(?:web\.archive\.org/(?:web/)?[\d*]{4,14}[a-z_]{0,4}/|archive\.(?:is|today|ph|fo|li|vn|md)/(?:\d{4,14}|o/[^/]{1,20})/"
    r"|(?:www\.)?webcitation\.org/query\?.{0,80}?url=|webcache\.googleusercontent\.com/search\?q=cache:(?:[^:]{0,40}:)?)",
    re.IGNORECASE,
)


def find_urls(text: str) -> list[tuple[int, int]]:
    """Return the extents of the web addresses in a text, without the punctuation of the sentence around them."""
    found = []
    for match in _URL.finditer(text):
        start, end = match.span()
        while end > start and (text[end - 1] in _TRAILING or _stray_bracket(text, start, end)):
            end -= 1
        if end - start > 10:
            found.append((start, end))
    return found


def clean_url(url: str) -> str | None:
    """Return an address that is safe to show and to look up, or None for one that leads to no web page.

    ``javascript:``, ``data:`` and their kin are refused; control and direction marks are dropped, the length is capped;
    ``//host/path`` is read as https.
    """
    bare = _CONTROLS.sub("", url[: MAX_URL * 2]).strip()[:MAX_URL]
    if bare.startswith("//"):
        bare = "https:" + bare
    if not re.match(r"(?:https?|ftp)://[^/?#]", bare, re.IGNORECASE):
        return None
    return bare


def domain_of(url: str) -> str | None:
    """Return the registrable domain of an address ("bbc.co.uk"), lower case, or None where it has none.

    Names in Punycode come back in their Unicode form. The list of public suffixes is the one packaged with tldextract;
    nothing is fetched. An IP address is its own domain. An archive's copy counts as the page it keeps.
    """
    cleaned = clean_url(url)
    return _domain(_original(cleaned)) if cleaned else None


def link(url: str, place: LinkPlace, text: str = "") -> Link | None:
    """Return the record of an external link, or None where the address leads to no web page."""
    cleaned = clean_url(url)
    domain = domain_of(cleaned) if cleaned else None
    if cleaned is None or domain is None:
        return None
    return Link(url=cleaned, domain=domain, place=place, text=_CONTROLS.sub(" ", text[:500]).strip())


def reference(label: str | None, text: str, urls: Iterable[str] = (), *, uses: int | None = None) -> Reference:
    """Return the record of one entry of a reference list; ``domain`` is that of its first address."""
    kept = [cleaned for cleaned in map(clean_url, urls) if cleaned]
    kept = list(dict.fromkeys(kept))
    domains = (domain_of(url) for url in kept)
    return Reference(
        label=label,
        text=text,
        urls=tuple(kept),
        domain=next((domain for domain in domains if domain), None),
        uses=uses,
    )


def count_uses(references: Iterable[Reference], citations: Iterable[Citation]) -> tuple[Reference, ...]:
    """Return the references with ``uses`` set to the number of markers that carry their label."""
    import msgspec

    counts: dict[str, int] = {}
    for citation in citations:
        counts[citation.label] = counts.get(citation.label, 0) + 1
    return tuple(
        ref if ref.label is None else msgspec.structs.replace(ref, uses=counts.get(ref.label, 0)) for ref in references
    )


def _stray_bracket(text: str, start: int, end: int) -> bool:
    return text[end - 1] == ")" and text.count("(", start, end) < text.count(")", start, end)


def _original(url: str) -> str:
    """Return the address that an archive copy keeps, or the address itself."""
    match = _ARCHIVES.match(url)
    if match is None:
        return url
    rest = url[match.end() :].replace("%3A", ":").replace("%2F", "/").replace("%3a", ":").replace("%2f", "/")
    if not rest or "." not in rest:
        return url
    return rest if "://" in rest[:12] else "http://" + rest


@cache
def _extractor() -> TLDExtract:
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def _registrable(host: str) -> str | None:
    found = _extractor()(host)
    if found.top_domain_under_public_suffix:
        return found.top_domain_under_public_suffix
    if found.ipv4 or found.ipv6:
        return found.ipv4 or found.ipv6
    return host if "." in host else None


def _domain(url: str) -> str | None:
    from urllib.parse import urlsplit  # brings ipaddress along, which texts without links need not wait for

    try:
        host = urlsplit(url).hostname
    except ValueError:  # "http://[bad"
        return None
    if not host or len(host) > 253:
        return None
    host = host.rstrip(".").lower()
    if host.startswith("xn--") or ".xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except (UnicodeError, ValueError):
            return None
    return _registrable(host)
