"""Closed lists: every label that may appear in a report, in one place.

Stance, source type and mode follow the project's annotation guidelines (see docs/labels.md). Issues are no closed list:
each is its scorer's (``analyzer.issues``).
"""

from typing import Literal, get_args

VERSION = "0.2.0"

Stance = Literal["critique", "endorsement", "mixed", "neutral"]
SourceType = Literal["subject", "government", "igo", "ngo", "media", "academic", "company", "person", "unnamed"]
Mode = Literal["direct", "indirect", "mixed"]
Voice = Literal["article", "attributed"]
MarkKind = Literal["peacock", "weasel", "loaded", "hedge", "editorializing", "promotional"]
Engine = Literal["fast", "accurate", "large"]
# Where an article's title is from: its caller or catalogue, its own markup or heading, or a guess (the next two).
TitleOrigin = Literal["given", "markup", "heading", "first sentence", "file name", "none"]
InputFormat = Literal["plaintext", "wikitext", "html", "dump", "enterprise", "mediawiki"]
# How an input may be read: as one of these, or as a table of articles in one of them.
InputForm = Literal["plaintext", "wikitext", "html", "dump", "enterprise", "table"]
BannerScope = Literal["article", "section", "unknown"]
LinkPlace = Literal["reference", "external", "body", "infobox"]
BlockKind = Literal["paragraph", "list", "quotation"]
# Why an article got no report: it cannot be read; the analysis raised; the process died on it; it took too long.
RejectionKind = Literal["unreadable", "failed", "died", "hung"]
# Why an input, or one article of it, cannot be read: the code, and when that is.
REFUSALS: dict[str, str] = {
    "missing": "there is no such file, or it may not be read, is a directory or a device, or has an impossible name",
    "empty": "nothing, or blanks alone",
    "no text": "a page or row without text",
    "deleted": "a revision whose text was deleted",
    "binary": "no text: a picture, a program, an archive, a table where an article is expected",
    "no article": "text or data that hold no article of a known form, or a form that needs a library that is missing",
    "damaged": "its compression, encoding or markup breaks off before anything can be read",
    "too large": "over a limit of size, length or number",
    "bomb": "it unpacks to far more than any article or dump does",
    "entities": "XML that declares entities, which no dump does",
    "silent": "a pipe that nobody feeds, or a wiki that does not answer in time",
    "wiki": "a wiki that has no such page, refuses, or does not answer as MediaWiki does",
    "address": "an address that names no page of a wiki",
    "own table": "a table of the user's own that cannot be read as one; the message names the line",
}
Verdict = Literal["supported", "not supported", "missing banner", "not raised", "not assessable"]

# What an input can show at all. A scorer whose facets are missing answers "not assessable" instead of zero.
Facet = Literal[
    "text",  # prose
    "sections",  # headings
    "banners",  # maintenance banners
    "citations",  # reference markers in the text ("[1]", <ref>)
    "inline-tags",  # "[citation needed]" and its kin
    "references",  # the list of references, as text
    "links",  # link targets (URLs), with their place
]

Family = Literal["paid", "promotion", "balance", "language", "quotation", "sourcing", "spam"]

STANCES: tuple[Stance, ...] = get_args(Stance)
ENGINES: tuple[Engine, ...] = get_args(Engine)
DEFAULT_ENGINE: Engine = "accurate"  # the best of the main wheel; the large one's weights are a wheel of their own
THRESHOLD = 0.5  # at and above this score an issue is there, unless the user says otherwise
LIKELY_ATTRIBUTION = 0.5  # attributions less probable than this are shown to those alone who ask for them
SOURCE_TYPES: tuple[SourceType, ...] = get_args(SourceType)
MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
FACETS: tuple[Facet, ...] = get_args(Facet)
FAMILIES: tuple[Family, ...] = get_args(Family)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

# Issues that speak of spam; every other issue bears on neutrality or verifiability.
SPAM_FAMILIES: frozenset[str] = frozenset({"spam"})
