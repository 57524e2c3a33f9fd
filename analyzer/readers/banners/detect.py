"""Maintenance banners and inline tags in plain text: what they are, when they were set and where they stand.

The same look-ups serve the markup readers (:func:`by_template`, :func:`tag_by_template`, :func:`issues_of`). In plain
text a banner is its wording at the opening of a sentence ("This article ..."), outside quotation marks and comments,
and something that sets it apart from prose: a date, the help link, a sentence that only banners go on with, or a line
of its own. Lists of categories, tables of contents and hatnotes fail these tests.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from analyzer.readers.banners.inline_tags import find_inline_tags
from analyzer.readers.banners.matching import ASIDE, DATE, GOES_ON, HELP, PROPOSED, Letters, Wording, month, places
from analyzer.readers.banners.openings import SPEAKS_OF_ITSELF, STOP, Opening, find_openings, open_quotation
from analyzer.readers.banners.table import (
    BannerEntry,
    TagEntry,
    banner_entries,
    by_template,
    entry,
    issues_of,
    tag_by_template,
    tag_entries,
    tag_entry,
)
from analyzer.records import Banner
from analyzer.vocabulary import BannerScope

__all__ = [
    "BannerEntry",
    "TagEntry",
    "banner_entries",
    "by_template",
    "deduplicate",
    "entry",
    "find_banners",
    "find_inline_tags",
    "issues_of",
    "month",
    "scan",
    "tag_by_template",
    "tag_entries",
    "tag_entry",
]

_PLACE = re.compile(
    r"leadsection|(?:this|these|the|following|of)\w{0,60}?(?:(section|introduction|lead|paragraph|table"
    r"|subsection|gallery|seealso)|(article|biograph|list|page|timeline|glossary|subject))"
)
_OF_SOMETHING = re.compile(r"this(?:section|article|page|list)of(?:the|a|an)(?!article|section|page|list|biograph)")
_TURNS = re.compile(r"but|said|says|although|however|while|wrote|argue|who(?!lly)")
_REACH = 260  # letters from the opening of a banner to the wording that tells which it is
_LENGTH = 2200  # letters of the longest banner


@dataclass(frozen=True)
class _Hit:
    opening: Opening
    wording: Wording
    index: int
    end: int


def find_banners(text: str) -> list[Banner]:
    """Return the maintenance banners in a plain text, in order, repeated renderings once; linear in its length.

    Extents are those of the original text. ``date`` is ``YYYY-MM`` or None; ``scope`` is "unknown" where the words do
    not say whether the article or a section is meant.
    """
    return deduplicate(scan(text))


def deduplicate(banners: list[Banner]) -> list[Banner]:
    """Return banners without repeated renderings: the same first sentence and date in the same place, kept once.

    Where no section is known, one on a section is repeated only if little more than banners stands between the two.
    """
    kept: list[Banner] = []
    seen: dict[tuple[str, ...], int] = {}
    for banner in banners:
        sentence = re.sub(r"[\W_]+", "", re.split(r"[.!?]", banner.text, maxsplit=1)[0]).lower()
        key = (banner.id, banner.date or "", banner.scope, banner.section or "", sentence)
        last = seen.get(key)
        seen[key] = banner.end
        far = banner.section is None and banner.scope != "article" and last is not None and banner.start - last > 400
        if last is None or far:
            kept.append(banner)
    return kept


def scan(text: str) -> list[Banner]:
    """Return every rendering of a banner in a text, repeated ones too, in order."""
    letters = Letters.of(text)
    hits = _hits(text, letters)
    found = []
    starts = [hit.opening.index for hit in hits]
    last_end = 0
    for i, hit in enumerate(hits):
        if hit.opening.start < last_end:
            continue
        following = starts[i + 1] if i + 1 < len(starts) else len(letters.text)
        read = _read(text, letters, hit, following, last_end)
        if read is not None:
            found.append(read)
            last_end = read.end
    return found


def _hits(text: str, letters: Letters) -> list[_Hit]:
    """Return the best wording for every opening that has one, in order."""
    near: dict[int, list[Wording]] = {}
    openings: list[Opening] | None = None
    indexes: list[int] = []
    for at, wording in places(letters):
        if openings is None:
            openings = find_openings(text, letters)
            indexes = [opening.index for opening in openings]
        i = bisect_right(indexes, at) - 1
        if i >= 0 and at - indexes[i] <= _REACH:
            rows = near.setdefault(i, [])
            if not rows or rows[-1] is not wording:
                rows.append(wording)
    hits = []
    for i in sorted(near):
        assert openings is not None
        after = openings[i + 1] if i + 1 < len(openings) else None
        hit = _best(text, letters, openings[i], near[i], after)
        if hit is not None:
            hits.append(hit)
    return hits


def _best(text: str, letters: Letters, opening: Opening, near: list[Wording], after: Opening | None) -> _Hit | None:
    """Return the wording that starts first after the opening, in the same sentence; the table's order breaks ties."""
    best: _Hit | None = None
    reach = opening.index + _REACH
    limit = min(after.index, reach) if after else reach
    stop = (
        limit if after and after.alone else reach + 160
    )  # a wording may run on into a second sentence, not a new line
    for wording in near:
        match = wording.pattern.search(letters.text, opening.index, stop)
        if match is None or match.start() >= limit:
            continue
        if best is None or (match.start(), wording.rank) < (best.index, best.wording.rank):
            best = _Hit(opening, wording, match.start(), match.end())
    if best is None or _sentence_end(text, letters, opening.index, best.index) is not None:
        return None
    if open_quotation(text[opening.start : letters.at[best.index]]):
        return None
    return best if SPEAKS_OF_ITSELF.search(letters.text, opening.index, best.end + 60) else None


def _sentence_end(text: str, letters: Letters, start: int, end: int) -> int | None:
    """Return the index just past the first full stop that ends a sentence in a stretch of the letters, or None."""
    for i in range(start, min(end, len(letters.text))):
        if letters.text[i] not in ".!?":
            continue
        rest = text[letters.at[i] + 1 : letters.at[i] + 12].lstrip("\"”’')]")
        bare = rest.lstrip(" \t\n_|*\u00a0")
        if not bare or (bare is not rest and not bare[0].islower()) or bare[0] in "([" or bare[0].isupper():
            return i + 1
    return None


def _read(text: str, letters: Letters, hit: _Hit, following: int, last_end: int) -> Banner | None:
    """Return the banner that opens at a hit, or None where nothing sets it apart from prose."""
    limit = min(following, _structure(text, letters, hit.end), hit.end + _LENGTH)
    end, date, sure = _dated(letters, hit.end, limit)
    if not sure:
        sentence = _sentence_end(text, letters, hit.end, min(limit, hit.end + 500))
        end = sentence if sentence is not None else limit
        while match := GOES_ON.match(letters.text, end, min(limit, end + 420)):
            end, sure = match.end(), True
    start = hit.opening.start
    stop = letters.end(end)
    glued = hit.opening.alone or text[last_end:start].strip(" \t\n|-*_") == ""
    if not sure and not (glued and _is_bare(letters, hit, end) and _line_over(text, stop, letters, following)):
        return None
    scope = _scope(letters, hit)
    found = hit.wording.entry
    if scope == "section" and found.section_form:
        found = entry(found.section_form) or found
    stop = _close(text, stop)
    return Banner(
        start=start,
        end=stop,
        id=found.id,
        issue=found.family,
        date=date,
        scope=scope,
        text=text[start:stop],
        template=found.template,
    )


def _is_bare(letters: Letters, hit: _Hit, end: int) -> bool:
    """Tell whether a sentence is a banner's and no more, as one without a date and a help link must be."""
    if end - hit.end > 120 or _OF_SOMETHING.match(letters.text, hit.opening.index):
        return False
    return end - hit.end <= 45 or not _TURNS.search(letters.text, hit.end, end)


def _dated(letters: Letters, start: int, limit: int) -> tuple[int, str | None, bool]:
    """Return the end of a banner that closes with a date or a help link, its date, and whether it has one of them."""
    date = DATE.search(letters.text, start, limit) or PROPOSED.search(letters.text, start, limit)
    link = HELP.search(letters.text, start, limit)
    if link and date and link.end() < date.start():
        date = None  # a date in the prose that follows; the one right behind the link is met below
    first = date or link
    if first is None:
        return start, None, False
    end, stamp = first.end(), month(*date.groups()) if date else None
    for _ in range(24):
        again = HELP.match(letters.text, end) or ASIDE.match(letters.text, end) or DATE.match(letters.text, end)
        if again is None:
            break
        if again.re is DATE:
            stamp = stamp or month(*again.groups())
        end = again.end()
    return end, stamp, True


def _structure(text: str, letters: Letters, start: int) -> int:
    """Return the index in the letters before which a banner must end; a date may stand past a line of residue."""
    at = letters.end(start)
    for _ in range(4):
        stop = STOP.search(text, at, at + 4000)
        if stop is None:
            return letters.index(at + 4000)
        index = letters.index(stop.start())
        if not (
            DATE.match(letters.text, index)
            or HELP.match(letters.text, index)
            or letters.text.startswith(("findsources", "pleasehelp"), index)
        ):
            return index
        at = max(stop.end(), letters.at[index])
    return letters.index(at)


def _line_over(text: str, stop: int, letters: Letters, following: int) -> bool:
    """Tell whether nothing but table residue, or another banner, follows on the line."""
    rest = text[stop : stop + 200].split("\n", 1)[0]
    if not rest.strip(' \t|-*_)]\r"”'):
        return True
    return following < len(letters.at) and letters.index(stop) == following


def _close(text: str, stop: int) -> int:
    """Return the end of a banner with the closing marks and the table bar that belong to it."""
    while stop < len(text) and text[stop] in '.)]*_"”':
        stop += 1
    rest = re.compile(r"[ \t]*\|(?=[ \t]*(?:\n|$))").match(text, stop)
    return rest.end() if rest else stop


def _scope(letters: Letters, hit: _Hit) -> BannerScope:
    """Return what the opening words speak of; the table decides where they do not say."""
    scope = hit.wording.entry.scope
    if scope in ("section", "lead"):
        return "section"
    found = _PLACE.search(letters.text, hit.opening.index, hit.end + 60)
    if found is None or letters.text.startswith(("orsection", "orarticle"), found.end()):
        return "unknown"
    return "article" if found.group(2) else "section"
