"""Which sections hold prose, and which are apparatus: references, external links, see also."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

SectionKind = Literal["prose", "reference", "external", "apparatus"]

_REFERENCE = frozenset(
    """references reference notes note footnotes footnote citations sources source bibliography literature
    works_cited notes_and_references references_and_notes general_references references_and_sources
    sources_and_references primary_sources secondary_sources notes_and_sources cited_sources cited_works
    notes_and_citations citations_and_notes references_cited cited_references inline_citations specific general
    citations_and_references print_sources online_sources explanatory_notes general_sources sources_cited
    footnotes_and_references additional_references literature_cited endnotes reference_notes""".split()
)
_EXTERNAL = frozenset("external_links external_link links weblinks web_links external_sources".split())
_APPARATUS = frozenset(
    """see_also further_reading related_pages related_topics related_articles further_information gallery
    further_reading_and_references additional_reading suggested_reading navigation additional_resources
    further_references
    external_media image_gallery""".split()
)
_PLAIN = re.compile(r"[^a-z ]+")


@lru_cache(maxsize=4096)
def own_kind(title: str) -> SectionKind:
    """Return what a section's own title says of it, its parents left aside."""
    key = "_".join(_PLAIN.sub(" ", title.lower().replace("&", " and ")).split())
    if key in _REFERENCE:
        return "reference"
    if key in _EXTERNAL or key.endswith("_and_external_links") or key.startswith("external_links_and_"):
        return "external"
    return "apparatus" if key in _APPARATUS else "prose"


class Outline:
    """Follows the headings of a page and tells the kind of the present section; subsections inherit apparatus."""

    def __init__(self) -> None:
        """Start in the lead, which is prose."""
        self._open: list[tuple[int, SectionKind]] = []
        self.kind: SectionKind = "prose"
        self.title: str | None = None

    def enter(self, level: int, title: str) -> None:
        """Take the next heading."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        parent = self._open[-1][1] if self._open else "prose"
        self.kind = own_kind(title) if parent == "prose" else parent
        self._open.append((level, self.kind))
        self.title = title
