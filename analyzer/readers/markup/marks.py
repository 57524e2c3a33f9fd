"""What a placeholder stands for: a reference marker, an inline tag, a banner, links, the names in a citation."""

from dataclasses import dataclass

from analyzer.readers.banners.table import BannerEntry
from analyzer.vocabulary import BannerScope


@dataclass(slots=True)
class CitationMark:
    """A reference marker with what stands in its brackets."""

    label: str


@dataclass(slots=True)
class TagMark:
    """An inline maintenance tag, with the words in brackets that a reader sees."""

    id: str
    date: str | None
    shown: str


@dataclass(slots=True)
class BannerMark:
    """A maintenance banner where it stands; ``shown`` is text that belongs to the page (HTML), or empty (wikitext)."""

    entry: BannerEntry
    date: str | None
    scope: BannerScope
    text: str
    shown: str = ""


@dataclass(slots=True)
class LinkMark:
    """External links in matter that is left out of the prose; ``place`` is None where the section decides."""

    links: list[tuple[str, str]]
    place: str | None = None


@dataclass(slots=True)
class WorkMark:
    """What a citation template says of its source, beside the text that it shows."""

    work: str
    publisher: str


Mark = CitationMark | TagMark | BannerMark | LinkMark | WorkMark
