"""What is known of a web domain: who stands behind it and how editors rate it, from dated offline tables.

:func:`lookup` takes a URL or a bare domain. One domain may carry several verdicts (a newspaper and its blogs, one
magazine before and after a sale): those are returned that hold for the page, by its address and by what is said of it
(``domain_scopes.tsv``), and :attr:`DomainVerdict.ambiguous` tells where they disagree. Nothing is fetched: registered
domains come from the public-suffix snapshot inside tldextract. A table of the user's own
(columns ``domain``, ``verdict`` and, if wanted, ``type``, ``name``, ``qualifier``) goes before the packaged ones.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from analyzer.lexicons import load_table, read_table
from analyzer.lexicons.own import own_lines, refused

if TYPE_CHECKING:
    from tldextract import TLDExtract
    from tldextract.tldextract import ExtractResult

# Table -> the label a reader sees; the first table that knows a domain does not silence the others.
TABLES = {
    "domains_perennial": "Wikipedia's perennial sources, April 2026",
    "domains_wikiprojects": "WikiProject source lists, August 2026",
    "domains_predatory": "list of predatory publishing, January 2018",
    "domains_shorteners": "list of URL shorteners, September 2025",
    "domains_own": "the analyzer's own list, November 2026",
}
# Verdicts that speak against a source, those that speak for it, and those that leave it open.
AGAINST = frozenset({"unreliable", "deprecated", "blacklisted", "project_unreliable", "content_farm"})
IN_FAVOUR = frozenset({"reliable", "project_reliable"})
OPEN = frozenset({"no_consensus", "project_no_consensus"})
_RATED = {"unreliable": AGAINST, "reliable": IN_FAVOUR, "no consensus": OPEN}
RATINGS = {verdict: rating for rating, verdicts in _RATED.items() for verdict in verdicts}
# Sites on which anybody publishes: nobody vouches for a page because other pages there were found good.
ANYBODYS = frozenset({"self_published", "blog_host", "social_media", "user_generated", "upload_host", "press_release"})
PREDATORY = frozenset({"predatory_journal", "predatory_publisher", "hijacked_journal", "misleading_metric"})
_ARCHIVES = re.compile(
    r"^(?:https?:)?//(?:web\.archive\.org/(?:web/)?[\d*]{4,14}[a-z_]{0,4}/"
    r"|(?:wayback\.archive-it\.org/(?:\d+/)?|arquivo\.pt/wayback/|webarchive\.loc\.gov/(?:all/)?"
    r"|webarchive\.nationalarchives\.gov\.uk/)\d{4,14}[a-z_]{0,4}/"
    r"|archive\.(?:is|today|ph|fo|li|vn|md)/(?:\d[\d.-]{3,20}|o/[^/]{1,20})/"
    r"|(?:www\.)?webcitation\.org/query\?.{0,80}?url="
    r"|webcache\.googleusercontent\.com/search\?q=cache:(?:[^:]{0,40}:)?)",
    re.IGNORECASE,
)
_MAX_URL = 4000
_DOMAIN = re.compile(r"[^\s/:@]{1,253}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class DomainNote:
    """One verdict on a domain: ``table`` names the list and its date, ``qualifier`` the part it holds for."""

    verdict: str
    table: str
    name: str = ""
    qualifier: str = ""


@dataclass(frozen=True)
class DomainVerdict:
    """All that the tables say of one domain; ``type`` is the kind of body behind it, None where not known."""

    domain: str
    host: str
    type: str | None = None
    name: str = ""
    notes: tuple[DomainNote, ...] = ()

    @cached_property
    def verdicts(self) -> tuple[str, ...]:
        """The verdicts without repetition, in table order."""
        return tuple(dict.fromkeys(note.verdict for note in self.notes))

    @cached_property
    def rating(self) -> str | None:
        """``reliable``, ``no consensus`` or ``unreliable`` by the first list that rates the page, None without one."""
        for _, notes in groupby(self.notes, key=lambda note: note.table):
            found = {RATINGS[note.verdict] for note in notes if note.verdict in RATINGS}
            if found == {"reliable"} and ANYBODYS & set(self.verdicts):
                return None
            if found:
                return found.pop() if len(found) == 1 else "no consensus"
        return None

    @property
    def ambiguous(self) -> bool:
        """True where lists or parts of the site disagree, so that the domain alone does not decide."""
        found = {RATINGS[verdict] for verdict in self.verdicts if verdict in RATINGS}
        return "unreliable" in found and len(found) > 1

    @property
    def unreliable(self) -> bool:
        """True where it is rated so; a predatory listing counts where nobody vouches for it."""
        predatory = bool(PREDATORY & set(self.verdicts)) and self.rating != "reliable"
        return predatory or self.rating == "unreliable"

    @property
    def commercial(self) -> bool:
        """True for shops, booking sites, crowdfunding and affiliate networks."""
        return bool({"commerce", "affiliate"} & set(self.verdicts))

    def has(self, *verdicts: str) -> bool:
        """Return whether any of the verdicts was given."""
        return any(map(self.verdicts.__contains__, verdicts))

    def labels(self) -> tuple[str, ...]:
        """Return the verdicts as short labels for people: ``unreliable (politics)``."""
        return tuple(
            dict.fromkeys(
                n.verdict.replace("_", " ") + (f" ({n.qualifier})" if n.qualifier else "") for n in self.notes
            )
        )


_user_rows: ContextVar[dict[str, list[dict[str, str]]] | None] = ContextVar("user_rows", default=None)
_user_digest: ContextVar[str | None] = ContextVar("user_digest", default=None)


@contextmanager
def user_table(path: str | Path | None) -> Iterator[None]:
    """Put the rows of a user's file before the packaged tables for as long as the context lasts.

    Raises :class:`~analyzer.errors.UnreadableInput` where the file lacks a ``domain`` or ``verdict`` column, or a row
    one of the two.
    """
    if path is None:
        yield
        return
    rows, digest = _read_user_table(Path(path))
    tokens = _user_rows.set(rows), _user_digest.set(digest)
    try:
        yield
    finally:
        _user_rows.reset(tokens[0])
        _user_digest.reset(tokens[1])


def user_digest() -> str | None:
    """Return the digest of the user's table that is in force; None where there is none."""
    return _user_digest.get()


def digest_of(path: str | Path) -> str:
    """Return the digest of a table of the user's own; raises :class:`UnreadableInput` where it cannot be read."""
    return _digest("\n".join(own_lines(path, "table")))


def _read_user_table(path: Path) -> tuple[dict[str, list[dict[str, str]]], str]:
    """Return the rows of a user's file by domain, and its digest."""
    held = list(own_lines(path, "sources file"))
    lines = enumerate(held, 1)
    cut = [(number, line.split("\t")) for number, line in lines if line.strip() and not line.startswith("#")]
    header = [cell.strip().lower() for cell in cut[0][1]] if cut else []
    if not {"domain", "verdict"} <= set(header):
        told = f"its first line is {header or 'missing'}, expected tab-separated columns with at least"
        raise refused(path, cut[0][0] if cut else None, f"{told} 'domain' and 'verdict'")
    rows: dict[str, list[dict[str, str]]] = {}
    for number, cells in cut[1:]:
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        domain = row.get("domain", "").lower().removeprefix("www.")
        if len(cells) > len(header) or not row.get("verdict") or not _DOMAIN.fullmatch(domain):
            met = "\t".join(cells)[:60]
            raise refused(path, number, f"expected {len(header)} cells, a domain and a verdict among them; met {met!r}")
        rows.setdefault(domain, []).append(row)
    return rows, _digest("\n".join(held))


def _digest(text: str) -> str:
    return f"sha256:{sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True)
class _Scope:
    """What a row holds for: words of the address or reference that must or must not be there, years of publication."""

    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    since: int
    until: int

    def holds(self, said: str) -> bool:
        if self.since or self.until:
            years = _YEAR.findall(said)  # the first is that of publication: a reference is read after it is published
            if not years or not self.since <= int(min(years)) <= (self.until or 9999):
                return False
        return bool(self.when is None or self.when.search(said)) and not (self.unless and self.unless.search(said))


class _Row(NamedTuple):
    note: DomainNote
    scopes: tuple[_Scope, ...]

    @property
    def narrow(self) -> bool:
        """True for a row that holds only where something is named."""
        return any(scope.when for scope in self.scopes)


@cache
def _scopes() -> dict[tuple[str, str], _Scope]:
    """Return the scopes by (qualifier, "") and by (domain, verdict)."""
    return {
        (row["qualifier"] or row["domain"], row["verdict"]): _Scope(
            re.compile(row["when"], re.I) if row["when"] else None,
            re.compile(row["unless"], re.I) if row["unless"] else None,
            int(row["since"] or 0),
            int(row["until"] or 0),
        )
        for row in load_table("domain_scopes")
    }


def load() -> None:
    """Load the tables, as the first page that is looked up would."""
    _index()
    _bodies()


@cache
def _index() -> dict[str, tuple[_Row, ...]]:
    found: dict[str, list[_Row]] = {}
    scopes = _scopes()
    for table, label in TABLES.items():
        for row in read_table(table):
            # Parts without a scope are other names of the site ("WSJ") and say nothing of what the row holds for.
            parts = [part for part in row["qualifier"].strip("()").split(") (") if (part, "") in scopes]
            keys = [(part, "") for part in parts] + [(row["domain"], row["verdict"])]
            part = re.sub(r"(?<=\d)(?=present|[A-Z])", "–", ", ".join(parts))
            note = DomainNote(row["verdict"], label, row["name"], part)
            found.setdefault(row["domain"], []).append(_Row(note, tuple(scopes[key] for key in keys if key in scopes)))
    return {domain: tuple(rows) for domain, rows in found.items()}


def _holding(rows: tuple[_Row, ...], said: str) -> tuple[DomainNote, ...]:
    """Return the notes that hold for a page: where a list rates its part of the site, not what it says of the rest.

    Where the first list rates a site by topic or period and no row of it holds, weaker lists are not asked either.
    """
    holding = [row for row in rows if all(scope.holds(said) for scope in row.scopes)]
    narrow = {row.note.table for row in holding if row.narrow}
    kept = [row.note for row in holding if row.narrow or row.note.table not in narrow]
    first = rows[0].note.table
    if first not in {note.table for note in kept} and not all(row.narrow for row in rows if row.note.table == first):
        kept = [note for note in kept if note.verdict not in RATINGS]
    return tuple(kept)


@cache
def _bodies() -> dict[str, tuple[str, str]]:
    own = {row["domain"]: (row["type"], "") for row in read_table("domain_bodies_own")}
    return own | {row["domain"]: (row["type"], row["name"]) for row in read_table("domain_bodies")}


@cache
def _type_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    groups = groupby(load_table("domain_types"), key=itemgetter("type"))
    return tuple((re.compile("|".join(row["pattern"] for row in rows)), kind) for kind, rows in groups)


@lru_cache(maxsize=8192)
def extracted(host: str) -> "ExtractResult":
    """Return a host taken apart by the public-suffix list that is packaged with tldextract; nothing is fetched."""
    try:
        return _extractor()(host)
    except OverflowError:  # a label in Punycode that stands for no letters: no ending of it is known
        return _extractor()("")


@cache
def _extractor() -> "TLDExtract":
    from tldextract import TLDExtract  # slow to start

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def original_url(url: str) -> str:
    """Return the address that an archive's copy was made of (``web.archive.org/web/2020/http://...``), else itself."""
    match = _ARCHIVES.match(url[:_MAX_URL])
    rest = url[match.end() :] if match else ""
    if "." not in rest:
        return url
    for code, sign in (("%3A", ":"), ("%3a", ":"), ("%2F", "/"), ("%2f", "/")):
        rest = rest.replace(code, sign)
    return rest if "//" in rest[:12] else "http://" + rest


def unwrap(url: str) -> str:
    """Return the address behind an archive's copy, and behind a copy of a copy."""
    for _ in range(3):
        copy, url = url, original_url(url)
        if url == copy:
            break
    return url


@lru_cache(maxsize=8192)
def split(url_or_domain: str) -> tuple[str, str]:
    """Return host (lower case, no ``www.`` or port) and path of a URL or bare domain; blanks where it has none."""
    text = unwrap(url_or_domain.strip()[:_MAX_URL])
    if text.startswith("//"):
        text = "http:" + text
    try:
        parts = urlsplit(text if "://" in text else "http://" + text)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return host.rstrip(".").removeprefix("www."), parts.path


def registered(host: str) -> str:
    """Return the registered domain of a host: ``news.bbc.co.uk`` -> ``bbc.co.uk``."""
    found = extracted(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(host.split(".")[-2:])  # reserved and private endings such as ".example"


def query_keys(url: str) -> tuple[str, ...]:
    """Return the names of the query parameters of a URL, lower-cased."""
    if "?" not in url:
        return ()
    try:
        return tuple(key.lower() for key, _ in parse_qsl(urlsplit(url[:_MAX_URL]).query, keep_blank_values=True))
    except ValueError:
        return ()


def lookup(domain_or_url: str, said: str = "") -> DomainVerdict:
    """Return what the tables say of a domain or of the page behind a URL (archive copies are looked through).

    ``said`` is what is known of the page otherwise (a reference's text): it may name the topic or year that a row is
    about.
    """
    host, path = split(domain_or_url)
    if not host:
        return DomainVerdict("", "")
    domain, keys, kind, name = _located(host, path)
    mine = _user_rows.get() or {}
    for key in keys:
        if key in mine:
            return _from_user(domain, host, mine[key], kind)
    index = _index()
    rows = next((index[key] for key in keys if key in index), ())
    notes = _holding(rows, f"{host}{path} {said}") if rows else ()
    return DomainVerdict(domain, host, kind, name or next((n.name for n in notes if n.name), ""), notes)


@lru_cache(maxsize=8192)
def _located(host: str, path: str) -> tuple[str, tuple[str, ...], str | None, str]:
    """Return the registered domain of a page, the keys under which tables may have it, and the body behind it."""
    domain = registered(host)
    keys = tuple(_keys(host, domain, path))
    return domain, keys, *body(keys, host)


def _from_user(domain: str, host: str, rows: list[dict[str, str]], kind: str | None) -> DomainVerdict:
    notes = tuple(
        DomainNote(r["verdict"], "the sources file given", r.get("name", ""), r.get("qualifier", "")) for r in rows
    )
    kind = next((r["type"] for r in rows if r.get("type")), None) or kind
    return DomainVerdict(domain, host, kind, notes[0].name, notes)


def body(keys: tuple[str, ...], host: str) -> tuple[str | None, str]:
    """Return type and name of the body behind a page, by its keys, most exact first; (None, "") where not known."""
    known = _bodies()
    for key in keys:
        if key in known:
            return known[key]
    for pattern, kind in _type_patterns():
        if pattern.search(host):
            return kind, ""
    return None, ""


def _keys(host: str, domain: str, path: str) -> Iterator[str]:
    """Yield the keys to try, most exact first: host with the start of its path, host, parent hosts."""
    labels = host.split(".")[-8:]
    steps = [step for step in path.split("/")[:4] if step]
    for at in range(len(labels) - 1):
        parent = ".".join(labels[at:])
        for depth in range(min(2, len(steps)), 0, -1):
            yield parent + "/" + "/".join(steps[:depth])
        yield parent
        if parent == domain:
            return
