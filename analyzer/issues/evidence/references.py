"""References and links of an article, classified: whose they are, what kind of page, and what editors say of it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from analyzer.issues.evidence import ownership
from analyzer.issues.evidence.patterns import holds, words_of
from analyzer.lexicons import domains
from analyzer.records import Article, Link, Reference

_WORDS = re.compile(r"[a-z0-9]+")
_URL = re.compile(r"https?://\S+")
# Where what tells a work ends: page numbers, dates.
_PLACE = re.compile(r"\bpp?\. ?\d|\b(?:chapter|pages?|retrieved|accessed|archived)\b")
_BYLINE = re.compile(r"([A-Z][\w-]{4,}), [A-Z][a-z.]")
_SCHOLARLY = re.compile(r"\b(?:doi|isbn|issn|pmid|jstor|university press|journal of|proceedings)\b|\bvol\.? ?\d", re.I)
# Sites that are looked for under other guises: those that sell most or are cited most.
_MOST_BRANDS = 12
_LONGEST_TEXT = 1000
INDEPENDENT = frozenset({"media", "academic", "igo", "ngo", "government", "book"})


@dataclass(frozen=True)
class Cited:
    """One reference, classified. ``brand`` is the name in its domain, "" without a link.

    ``trade`` marks a vendor's site, or one of which nothing is known but that it has a trader's ending (".com").
    """

    at: int
    reference: Reference
    verdicts: tuple[domains.DomainVerdict, ...] = ()
    own: bool = False
    release: bool = False
    self_published: bool = False
    unreliable: bool = False
    user_generated: bool = False
    commercial: bool = False
    tracked: bool = False
    shortened: bool = False
    independent: bool = False
    trade: bool = False
    work: str = ""
    brand: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def affiliated(self) -> bool:
        """True for the subject's own pages and for press releases."""
        return self.own or self.release

    @property
    def weak(self) -> bool:
        """True where anybody could have published it, and for sources that are rated unreliable."""
        return self.unreliable or self.user_generated or self.self_published

    @cached_property
    def known(self) -> bool:
        """True where something is known of the site: who stands behind it, or how it is rated."""
        return any(v.type or v.notes for v in self.verdicts)

    @cached_property
    def name(self) -> str:
        """What to call the reference in a sentence: its domain, or the start of its text."""
        if self.verdicts and self.verdicts[0].host:
            return self.verdicts[0].host
        text = " ".join(self.reference.text.split())
        return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"

    @cached_property
    def kind(self) -> str | None:
        """What kind of source it is, None where that is not known."""
        known = next((v.type for v in self.verdicts if v.type), None)
        if self.own:
            return "subject"
        if self.release:
            return "press release"
        if self.self_published or self.user_generated:
            return "self-published"
        if known or self.commercial:
            return known or "company"
        return None if self.verdicts else _kind_in_words(self.reference)

    @property
    def rating(self) -> tuple[str, ...]:
        """What the lists say of its domains; that they disagree is said as well."""
        return (*self.notes, "lists disagree") if any(v.ambiguous for v in self.verdicts) else self.notes


class ReferenceView:
    """The references and links of an article; ``known``: its references, where they have been classified before."""

    def __init__(self, article: Article, known: Iterable[Cited] | None = None) -> None:
        self.article = article
        self._known = known

    @cached_property
    def owner(self) -> ownership.Owner:
        """The article's subject, as it may own pages."""
        return ownership.Owner.of(self.article)

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        """Every reference, classified."""
        if self._known is not None:
            return tuple(self._known)
        return tuple(self._classify(at, ref) for at, ref in enumerate(self.article.references))

    def __len__(self) -> int:
        return len(self.cited)

    def _classify(self, at: int, ref: Reference) -> Cited:
        urls = tuple(dict.fromkeys(domains.unwrap(url) for url in (*ref.urls, *_URL.findall(ref.text)[:4])))[:6]
        words = _URL.sub(" ", ref.text)
        seen = tuple(v for url in urls if (v := domains.lookup(url, words)).host and v.type != "archive")
        main = [v for v in seen if v.host not in ("doi.org", "worldcat.org")] or list(seen)
        own = any(self.owner.owns(v) for v in main) or self.owner.published(ref) or self.owner.wrote(ref.text)
        release = any(v.has("press_release") for v in main) or holds(
            f"{ref.text} {' '.join(urls)}", "reference-release"
        )
        # A paper that its authors also put elsewhere is the journal's: the best address speaks for the work.
        known = any(v.type in INDEPENDENT or v.rating == "reliable" for v in seen) or bool(_SCHOLARLY.search(ref.text))
        vouched = any(v.type in INDEPENDENT and not v.unreliable for v in seen)
        # A shop's page of a book is no source, and a paper in a repository may be published: neither is held against.
        unreliable = not vouched and any(v.unreliable and not (v.commercial or v.type == "repository") for v in main)
        self_published = any(v.has("self_published", "blog_host", "social_media") for v in main) or (
            not known and holds(words, "reference-self-published")
        )
        self_published = self_published or holds(words, "reference-imprint")
        personal = all(v.type in (None, "academic") for v in main) and not _SCHOLARLY.search(ref.text)
        personal = personal and any(_personal(url) for url in urls)
        if main and not (known or any(v.type or v.notes for v in main)):
            personal = personal or any(_home_made(url) for url in urls) or _is_its_authors(main[0], ref.text)
        user_generated = any(v.has("user_generated") for v in main)
        weak = self_published or personal or user_generated or unreliable
        tracked = any(_tracked(url) for url in urls)
        commercial = not own and self._commercial(main, urls, tracked)
        return Cited(
            at=at,
            reference=ref,
            verdicts=tuple(main),
            own=own,
            release=release,
            self_published=self_published or personal,
            unreliable=unreliable,
            user_generated=user_generated,
            commercial=commercial,
            tracked=tracked,
            shortened=any(v.has("shortener") for v in main),
            independent=known and not (own or release or self_published or unreliable or commercial),
            trade=bool(main) and all(map(_trade, main)) and not (own or weak),
            work=_work(ref, words, main),
            brand=main[0].domain.split(".")[0] if main else "",
            notes=tuple(dict.fromkeys(label for v in main for label in v.labels())),
        )

    @staticmethod
    def _commercial(main: list[domains.DomainVerdict], urls: tuple[str, ...], tracked: bool) -> bool:
        """True for a shop, a price list, a tracked link, or a host and path that sell; never for a known body."""
        if any(v.commercial for v in main):
            return True
        if not main or any(v.type or v.rating == "reliable" for v in main):
            return False
        selling = any(holds(v.host, "shop-host") for v in main)
        return tracked or (selling and any(holds(domains.split(url)[1], "shop-path") for url in urls))

    @cached_property
    def brands(self) -> list[tuple[str, list[Cited]]]:
        """Commercial or unknown brands with the references that point to them or name them, most cited first."""
        known: Counter[str] = Counter()
        selling: Counter[str] = Counter()
        for cited in self.cited:
            if cited.brand and not cited.own and (cited.trade or not cited.known):
                known[cited.brand] += 1
                selling[cited.brand] += cited.commercial or cited.tracked
        likely = sorted(known, key=lambda brand: (-selling[brand], -known[brand], brand))[:_MOST_BRANDS]
        texts = [_compact(cited) for cited in self.cited] if likely else []
        found = []
        for brand in likely:
            named = len(brand) > 7 and not _names(self.article.text, brand)
            members = [
                c for c, text in zip(self.cited, texts, strict=True) if c.brand == brand or (named and brand in text)
            ]
            if len(members) >= 2:
                found.append((brand, members))
        return sorted(found, key=lambda item: (-len(item[1]), item[0]))

    @cached_property
    def interested(self) -> list[Cited]:
        """References to unknown sites that the article cites for what they say of themselves (About us, Our work)."""
        telling = {c.brand for c in self.cited if c.brand and self._describes_itself(c)}
        counts = Counter(c.brand for c in self.cited)
        return [c for c in self.cited if c.brand in telling and counts[c.brand] >= 2 and not c.own]

    @staticmethod
    def _describes_itself(cited: Cited) -> bool:
        if cited.own or cited.independent or cited.known:
            return False
        paths = (domains.split(url)[1] for url in cited.reference.urls)
        return any(holds(path, "self-path") for path in paths) or holds(cited.reference.text, "self-title")

    @cached_property
    def works(self) -> list[tuple[str, list[Cited]]]:
        """Distinct works with their references, most cited first."""
        by: dict[str, list[Cited]] = {}
        for cited in self.cited:
            by.setdefault(cited.work, []).append(cited)
        return sorted(by.items(), key=lambda item: (-self._uses(item[1]), item[0]))

    @staticmethod
    def _uses(cited: list[Cited]) -> int:
        return sum(max(1, c.reference.uses or 1) for c in cited)

    def links(self, *places: str) -> list[Link]:
        """Return the links at these places."""
        return [link for link in self.article.links if link.place in places]

    @cached_property
    def promotional_links(self) -> list[Link]:
        """Links anywhere that sell, track, shorten or are blacklisted, the subject's own site apart."""
        return [link for link in self.article.links if self._promotional(link)]

    @cached_property
    def unvouched_links(self) -> list[Link]:
        """Links outside references to vendors and to sites of which nothing is known, the subject's own site apart."""
        return [link for link in self.links("body", "external") if self._unvouched(link)]

    def _unvouched(self, link: Link) -> bool:
        verdict = domains.lookup(link.url or link.domain, link.text)
        unknown = bool(verdict.host) and not (verdict.type or verdict.notes)
        return (unknown or _trade(verdict)) and not self.owner.owns(verdict)

    def _promotional(self, link: Link) -> bool:
        verdict = domains.lookup(link.url or link.domain)
        promotes = (
            verdict.commercial
            or verdict.has("shortener", "blacklisted")
            or _tracked(link.url)
            or self._commercial([verdict], (link.url,), False)
        )
        return promotes and not self.owner.owns(verdict)


def _names(text: str, word: str) -> bool:
    """Return whether a word stands in a text."""
    return word in text and bool(re.search(rf"\b{re.escape(word)}\b", text))


def _kind_in_words(ref: Reference) -> str | None:
    """Return what kind of source a reference without an address says that it is."""
    text = f"{ref.text[:_LONGEST_TEXT]} {ref.work or ''} {ref.publisher or ''}"
    for kind in ("academic", "book", "media"):
        if holds(text, f"reference-{kind}"):
            return kind
    return None


def _personal(url: str) -> bool:
    """True for a home page or a thread: a person's corner of a site that others are responsible for."""
    host, path = domains.split(url)
    return any(holds(part, kind) for kind in ("personal-page", "forum-page", "blog-page") for part in (host, path))


def _home_made(url: str) -> bool:
    """True where the address of a site that nobody vouches for is like a blog's or an amateur's."""
    host, path = domains.split(url)
    dated = holds(path, "blog-permalink") and holds(host, "trade-ending") and not holds(host, "news-host")
    return dated or holds(domains.registered(host), "home-made-host")


def _is_its_authors(verdict: domains.DomainVerdict, text: str) -> bool:
    """True for a site that is called little more than its author, who opens the reference: "Surname, First"."""
    label, byline = verdict.domain.split(".")[0].replace("-", ""), _BYLINE.match(text)
    if not byline or not holds(verdict.domain, "trade-ending"):
        return False
    surname = ownership.plain(byline[1])
    # What is called as it signs is an organisation: "IndexMundi, ...".
    return surname in label and len(surname) < len(label) <= len(surname) + 8


def _trade(verdict: domains.DomainVerdict) -> bool:
    unknown = not (verdict.type or verdict.notes)
    return verdict.type == "company" or (unknown and holds(verdict.domain, "trade-ending"))


def _tracked(url: str) -> bool:
    """True where the address carries parameters that credit a campaign or partner; an ambiguous one needs a value."""
    keys = [key for key in domains.query_keys(url) if holds(key, "tracking")]
    sure = [key for key in keys if key not in words_of("ambiguous tracking")]
    return bool(sure) or any(re.search(rf"[?&]{re.escape(key)}=(?:wiki|wp|en?wiki)", url, re.I) for key in keys)


def _compact(cited: Cited) -> str:
    """Return the reference's text and hosts, letters and digits only, to find a brand under another guise."""
    text = f"{cited.reference.text[:_LONGEST_TEXT]} {' '.join(v.host for v in cited.verdicts)}"
    return "".join(_WORDS.findall(ownership.plain(text)))


def _work(ref: Reference, text: str, main: list[domains.DomainVerdict]) -> str:
    """Return a key under which references to one work meet: the text before page numbers and dates, or the domain."""
    key = _WORDS.findall(ownership.plain(_PLACE.split(text.lower(), maxsplit=1)[0]))
    if words := [word for word in key if not word.isdigit()][:8]:
        return " ".join(words)
    return main[0].domain if main else " ".join(key) or f"reference {ref.label}"
