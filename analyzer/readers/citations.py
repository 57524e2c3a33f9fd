"""References and links as records: addresses made harmless, registrable domains, one builder for all readers."""

import re
from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from analyzer.limits import MAX_URL
from analyzer.records import Citation, Link, Reference
from analyzer.vocabulary import LinkPlace

_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"\[\]{}|\\^`]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'’”*_"
_CONTROLS = re.compile("[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def find_urls(text: str) -> list[str]:
    """Return the web addresses in a text, without the punctuation of the sentence around them."""
    found = []
    for match in _URL.finditer(text):
        start, end = match.span()
        while end > start and (
            text[end - 1] in _TRAILING
            or (text[end - 1] == ")" and text.count("(", start, end) < text.count(")", start, end))
        ):
            end -= 1
        if end - start > 10:
            found.append(text[start:end])
    return found


def clean_url(url: str) -> str | None:
    """Return an address that is safe to show and to look up, or None for one that leads to no web page.

    ``javascript:``, ``data:`` and their kin are refused; control and direction marks are dropped, the length is capped;
    ``//host/path`` is read as https.
    """
    bare = _CONTROLS.sub("", url[: MAX_URL * 2]).strip()[:MAX_URL]
    if bare.startswith("//"):
        bare = "https:" + bare
    return bare if re.match(r"(?:https?|ftp)://[^/?#]", bare, re.IGNORECASE) else None


def domain_of(url: str) -> str | None:
    """Return the registrable domain of an address ("bbc.co.uk"), lower case, or None where it has none.

    Names in Punycode come back in their Unicode form. An IP address is its own domain. An archive's copy counts as the
    page it keeps.
    """
    from urllib.parse import urlsplit  # brings ipaddress along, which texts without links need not wait for

    from analyzer.lexicons.domains import extracted, original_url

    cleaned = clean_url(url)
    try:
        host = (urlsplit(original_url(cleaned)).hostname or "") if cleaned else ""
        host = host if len(host) <= 253 else ""
        host = host.rstrip(".").lower()
        if host.startswith("xn--") or ".xn--" in host:
            host = host.encode("ascii").decode("idna")
    except (ValueError, OverflowError):  # "http://[bad", or a name that is no Punycode
        return None
    if not host:
        return None
    found = extracted(host)
    return found.top_domain_under_public_suffix or found.ipv4 or found.ipv6 or (host if "." in host else None)


def link(url: str, place: LinkPlace, text: str = "") -> Link | None:
    """Return the record of an external link, or None where the address leads to no web page."""
    cleaned = clean_url(url)
    domain = domain_of(cleaned) if cleaned else None
    if cleaned is None or domain is None:
        return None
    return Link(url=cleaned, domain=domain, place=place, text=_CONTROLS.sub(" ", text[:500]).strip())


def links_in(text: str, place: LinkPlace, words: str = "") -> list[Link]:
    """Return the records of the addresses in a text that lead to a web page."""
    return [made for url in find_urls(text) if (made := link(url, place, words))]


def reference(label: str | None, text: str, urls: Iterable[str] = (), *, uses: int | None = None) -> Reference:
    """Return the record of one entry of a reference list; ``domain`` is that of its first address."""
    kept = tuple(dict.fromkeys(cleaned for cleaned in map(clean_url, urls) if cleaned))
    return Reference(
        label=label, text=text, urls=kept, domain=next(filter(None, map(domain_of, kept)), None), uses=uses
    )


def count_uses(references: Iterable[Reference], citations: Iterable[Citation]) -> tuple[Reference, ...]:
    """Return the references with ``uses`` set to the number of markers that carry their label."""
    counts = Counter(citation.label for citation in citations)
    return tuple(ref if ref.label is None else replace(ref, uses=counts[ref.label]) for ref in references)
