"""Maintenance banners and inline tags in plain text: what they are, when they were set and where they stand.

A banner is its words at the opening of a sentence ("This article ..."), outside quotation marks and comments, and
something that sets it apart from prose: a date, the help link, a sentence that only banners go on with, or a line
of its own. Lists of categories, tables of contents and hatnotes fail these tests. Words are compared without spaces,
since some text copies glue link texts to their neighbours ("This articlecontainspromotional content").
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from analyzer.lexicons import load_patterns
from analyzer.readers.banners.table import MONTHS, BannerEntry, banner_entries, entry, month, tag_by_words, tag_words
from analyzer.records import Banner, InlineTag
from analyzer.vocabulary import BannerScope

_MONTHS = "|".join([*MONTHS, "sept", *(name[:3] for name in MONTHS)])
# Left out of the comparison: alternative texts of images, targets of Markdown links, HTML tags, and the apostrophe as
# it looks when UTF-8 was read as Latin-1 or cp1252. Every repetition is bounded, so the scan is linear.
_TOKEN = re.compile(
    r"!?\[[^\[\]]{0,120}\.(?:svg|png|gif|jpe?g)\]"
    r"|\]\([^()\s]{0,400}(?:\([^()\s]{0,80}\)[^()\s]{0,80})?\)"
    r"|</?[A-Za-z][^<>]{0,200}>"
    r"|&(?:nbsp|\#160|quot|\#39|\#x27|thinsp);"
    r"|\u00e2(?:\u0080[\u0090-\u009f]|\u20ac[\u2122\u02dc\u0153\u009d])"
    r"|(?P<kept>[^\W_]+|[.!?()])"
)
DATE = re.compile(rf"\((?:since|asof|from|tagged|in)?(?:\d{{1,2}})?({_MONTHS})(\d{{4}})\)")
PROPOSED = re.compile(rf"proposedsince({_MONTHS})(\d{{4}})\.?")
HELP = re.compile(r"\(?learn(?:howandwhentoremove(?:this|these)(?:template)?messages?|more)\)?")
ASIDE, _OPENING, _SPEAKS_OF_ITSELF = (
    re.compile("|".join(load_patterns("page_furniture", f"banner {kind}")))
    for kind in ("aside", "opening", "speaks of itself")
)
# How a banner goes on after its first sentence.
GOES_ON = re.compile(rf"(?:{'|'.join(load_patterns('page_furniture', 'banner goes on'))})[^.!?]{{0,400}}[.!?]\)?")
_PLACE = re.compile(
    r"leadsection|(?:this|these|the|following|of)\w{0,60}?(?:(section|introduction|lead|paragraph|table"
    r"|subsection|gallery|seealso)|(article|biograph|list|page|timeline|glossary|subject))"
)
_OF_SOMETHING = re.compile(r"this(?:section|article|page|list)of(?:the|a|an)(?!article|section|page|list|biograph)")
_TURNS = re.compile(r"but|said|says|although|however|while|wrote|argue|who(?!lly)")
_REACH = 260  # characters from the opening of a banner to the pattern that tells which it is
_LENGTH = 2200  # characters of the longest banner
# A banner ends before a blank line, a heading, a list item or a table rule.
_STOP = re.compile(
    r"\n[ \t|\r]*+(?=\n)|\n(?=[ \t]*+(?:={2,}|\*{1,6}[ \t]|•|[-#o][ \t]|#{2,6}[ \t]|(?:\|[ \t]*+)?-{3}))"
    r"|\n[^\n]{1,100}\[[ ]?edit[ ]?\]"
)
_BAR = re.compile(r"[ \t]*\|(?=[ \t]*(?:\n|$))")  # of a table, at the end of a line
_ADJACENT = frozenset(".!?)]|*=}")
_CLOSING = frozenset("\"”’'»")
_GLUE = (".svg", ".png", ".gif", ".jpg", "message", "messages", "more", "[hide]")
_OPEN_QUOTES = {"“": "”", "«": "»", "„": "“"}
_HELP_LINK = re.compile(
    r"\(?Learn[\s_]+how[\s_]+and[\s_]+when[\s_]+to[\s_]+remove[\s_]+th(?:is|ese)[\s_](?:template[\s_]+)?messages?\)?"
)
_BRACKETED = re.compile(r"\[([^\[\]]{2,60})\]")


@dataclass(frozen=True)
class NormalisedText:
    """A text's letters, digits and ``.!?()`` in lower case, and the place of each in the text."""

    text: str
    at: "array[int]"

    def index(self, offset: int) -> int:
        """Return the place of the first character at or after an offset of the original text."""
        return bisect_left(self.at, offset)

    def end(self, index: int) -> int:
        """Return the offset in the original text just past the character before ``index``."""
        return self.at[index - 1] + 1 if index else 0


def normalised(text: str) -> NormalisedText:
    """Return a text in the form in which banners are compared; linear in its length."""
    parts: list[str] = []
    at = array("l")
    for match in _TOKEN.finditer(text):
        token = match["kept"]
        if token is None:
            continue
        lowered = token.lower()
        if len(lowered) != len(token):  # "İ" has two characters in lower case
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in token)
        parts.append(lowered)
        at.extend(range(match.start(), match.end()))
    return NormalisedText("".join(parts), at)


@dataclass(frozen=True, eq=False)
class BannerPattern:
    """One pattern of a banner: ``needle`` is a part that every match holds, found first because that is fast."""

    rank: int
    entry: BannerEntry
    needle: str
    source: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The compiled pattern; most texts hold the needles of few."""
        return re.compile(self.source)


@cache
def banner_patterns() -> tuple[BannerPattern, ...]:
    """Return every pattern of the table, in its order of preference."""
    found = []
    for rank, listed in enumerate(banner_entries()):
        for pattern in listed.patterns if listed.scope != "html-comment" else ():
            bare = pattern.replace(" ", "").replace("~", r"[^.!?]{0,140}?")
            found.append(BannerPattern(rank, listed, _needle(bare), bare))
    return tuple(found)


def places(normal: NormalisedText) -> Iterator[tuple[int, BannerPattern]]:
    """Yield where the needle of a pattern stands, for every pattern that occurs at all."""
    for pattern in banner_patterns():
        at = normal.text.find(pattern.needle)
        while at >= 0:
            yield at, pattern
            at = normal.text.find(pattern.needle, at + len(pattern.needle))


def _needle(pattern: str) -> str:
    """Return the longest run of plain letters that every match of a pattern holds."""
    runs, run, depth, at = [], "", 0, 0
    while at < len(pattern):
        char = pattern[at]
        if depth == 0 and char.isalnum():
            run += char
        else:
            if char in "?*{":
                run = run[:-1]
            depth += (char in "([{") - (char in ")]}")
            at += char == "\\"
            runs.append(run)
            run = ""
        at += 1
    longest = max([*runs, run], key=len)
    if len(longest) < 6:
        raise ValueError(f"banner pattern {pattern!r} has no plain run of 6 letters; split its alternatives")
    return longest


@dataclass(frozen=True)
class Opening:
    """The place where a banner may open; ``alone`` is true at the start of a line or behind a heading."""

    start: int  # in the text
    index: int  # in the normalised text
    alone: bool  # first on its line, or after a heading or another banner


@dataclass(frozen=True)
class _Hit:
    opening: Opening
    pattern: BannerPattern
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
    normal = normalised(text)
    hits = _hits(text, normal)
    found = []
    starts = [hit.opening.index for hit in hits]
    last_end = 0
    for i, hit in enumerate(hits):
        if hit.opening.start < last_end:
            continue
        following = starts[i + 1] if i + 1 < len(starts) else len(normal.text)
        read = _read(text, normal, hit, following, last_end)
        if read is not None:
            found.append(read)
            last_end = read.end
    return found


def _hits(text: str, normal: NormalisedText) -> list[_Hit]:
    """Return the best pattern for every opening that has one, in order."""
    met = list(places(normal))
    openings = find_openings(text, normal) if met else []
    indexes = [opening.index for opening in openings]
    near: dict[int, dict[BannerPattern, None]] = {}
    for at, pattern in met:
        i = bisect_right(indexes, at) - 1
        if i >= 0 and at - indexes[i] <= _REACH:
            near.setdefault(i, {})[pattern] = None
    best = (_best(text, normal, openings[i], near[i], next(iter(openings[i + 1 : i + 2]), None)) for i in sorted(near))
    return [hit for hit in best if hit is not None]


def _best(
    text: str, normal: NormalisedText, opening: Opening, near: Iterable[BannerPattern], after: Opening | None
) -> _Hit | None:
    """Return the pattern that starts first after the opening, in the same sentence; the table's order breaks ties."""
    best: _Hit | None = None
    reach = opening.index + _REACH
    limit = min(after.index, reach) if after else reach
    # A pattern may run on into a second sentence, not a new line.
    stop = limit if after and after.alone else reach + 160
    for pattern in near:
        match = pattern.expression.search(normal.text, opening.index, stop)
        if match is None or match.start() >= limit:
            continue
        if best is None or (match.start(), pattern.rank) < (best.index, best.pattern.rank):
            best = _Hit(opening, pattern, match.start(), match.end())
    if best is None or _sentence_end(text, normal, opening.index, best.index) is not None:
        return None
    if open_quotation(text[opening.start : normal.at[best.index]]):
        return None
    return best if _SPEAKS_OF_ITSELF.search(normal.text, opening.index, best.end + 60) else None


def _sentence_end(text: str, normal: NormalisedText, start: int, end: int) -> int | None:
    """Return the index just past the first full stop that ends a sentence in a stretch, or None."""
    for i in range(start, min(end, len(normal.text))):
        if normal.text[i] not in ".!?":
            continue
        rest = text[normal.at[i] + 1 : normal.at[i] + 12].lstrip("\"”’')]")
        bare = rest.lstrip(" \t\n_|*\u00a0")
        if not bare or (bare is not rest and not bare[0].islower()) or bare[0] in "([" or bare[0].isupper():
            return i + 1
    return None


def _read(text: str, normal: NormalisedText, hit: _Hit, following: int, last_end: int) -> Banner | None:
    """Return the banner that opens at a hit, or None where nothing sets it apart from prose."""
    limit = min(following, _structure(text, normal, hit.end), hit.end + _LENGTH)
    end, date, sure = _dated(normal, hit.end, limit)
    if not sure:
        sentence = _sentence_end(text, normal, hit.end, min(limit, hit.end + 500))
        end = sentence if sentence is not None else limit
        while match := GOES_ON.match(normal.text, end, min(limit, end + 420)):
            end, sure = match.end(), True
    start = hit.opening.start
    stop = normal.end(end)
    glued = hit.opening.alone or text[last_end:start].strip(" \t\n|-*_") == ""
    if not sure and not (glued and _is_bare(normal, hit, end) and _line_over(text, stop, normal, following)):
        return None
    scope = _scope(normal, hit)
    found = hit.pattern.entry
    if scope == "section" and found.section_form:
        found = entry(found.section_form) or found
    stop = _close(text, stop)
    told = {"id": found.id, "issue": found.family, "template": found.template}
    return Banner(start=start, end=stop, date=date, scope=scope, text=text[start:stop], **told)


def _is_bare(normal: NormalisedText, hit: _Hit, end: int) -> bool:
    """Tell whether a sentence is a banner's and no more, as one without a date and a help link must be."""
    if end - hit.end > 120 or _OF_SOMETHING.match(normal.text, hit.opening.index):
        return False
    return end - hit.end <= 45 or not _TURNS.search(normal.text, hit.end, end)


def _dated(normal: NormalisedText, start: int, limit: int) -> tuple[int, str | None, bool]:
    """Return the end of a banner that closes with a date or a help link, its date, and whether it has one of them."""
    date = DATE.search(normal.text, start, limit) or PROPOSED.search(normal.text, start, limit)
    link = HELP.search(normal.text, start, limit)
    if link and date and link.end() < date.start():
        date = None  # a date in the prose that follows; the one right behind the link is met below
    first = date or link
    if first is None:
        return start, None, False
    end, stamp = first.end(), month(*date.groups()) if date else None
    for _ in range(24):
        again = HELP.match(normal.text, end) or ASIDE.match(normal.text, end) or DATE.match(normal.text, end)
        if again is None:
            break
        if again.re is DATE:
            stamp = stamp or month(*again.groups())
        end = again.end()
    return end, stamp, True


def _structure(text: str, normal: NormalisedText, start: int) -> int:
    """Return the index before which a banner must end; a date may stand past a line of residue."""
    at = normal.end(start)
    for _ in range(4):
        stop = _STOP.search(text, at, at + 4000)
        if stop is None:
            return normal.index(at + 4000)
        index = normal.index(stop.start())
        if not (
            DATE.match(normal.text, index)
            or HELP.match(normal.text, index)
            or normal.text.startswith(("findsources", "pleasehelp"), index)
        ):
            return index
        at = max(stop.end(), normal.at[index])
    return normal.index(at)


def _line_over(text: str, stop: int, normal: NormalisedText, following: int) -> bool:
    """Tell whether nothing but table residue, or another banner, follows on the line."""
    rest = text[stop : stop + 200].split("\n", 1)[0]
    if not rest.strip(' \t|-*_)]\r"”'):
        return True
    return following < len(normal.at) and normal.index(stop) == following


def _close(text: str, stop: int) -> int:
    """Return the end of a banner with the closing marks and the table bar that belong to it."""
    while stop < len(text) and text[stop] in '.)]*_"”':
        stop += 1
    rest = _BAR.match(text, stop)
    return rest.end() if rest else stop


def _scope(normal: NormalisedText, hit: _Hit) -> BannerScope:
    """Return what the opening words speak of; the table decides where they do not say."""
    scope = hit.pattern.entry.scope
    if scope in ("section", "lead"):
        return "section"
    found = _PLACE.search(normal.text, hit.opening.index, hit.end + 60)
    if found is None or normal.text.startswith(("orsection", "orarticle"), found.end()):
        return "unknown"
    return "article" if found.group(2) else "section"


def find_openings(text: str, normal: NormalisedText) -> list[Opening]:
    """Return where a banner's sentence may open: a fitting capital word at a boundary, not quoted, not in a comment."""
    comments = _comments(text)
    starts = [start for start, _ in comments]
    found = []
    for match in _OPENING.finditer(text):
        at = match.start()
        boundary = boundary_at(text, at)
        i = bisect_right(starts, at) - 1
        if boundary is None or (i >= 0 and at < comments[i][1]):
            continue
        found.append(Opening(at, bisect_left(normal.at, at), boundary))
    return found


def _comments(text: str) -> list[tuple[int, int]]:
    """Return the extents of HTML comments; one that is never closed hides nothing."""
    found = []
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at)
        if end < 0:
            break
        found.append((at, end + 3))
        at = text.find("<!--", end)
    return found


def boundary_at(text: str, at: int) -> bool | None:
    """Return None where no sentence can open at ``at``, else whether a line (or a heading before it) does."""
    i = at
    while i and text[i - 1] in " \t_|\u00a0*":
        i -= 1
    if i == 0 or text[i - 1] in "\n\r\u2028\ufeff":
        return text[i:at].count("*") != 1  # an item of a list is a banner only with a date
    before = text[max(0, i - 10) : i].lower()
    previous = text[i - 1]
    if before.endswith(_GLUE):
        return True
    if previous in "=]|" or text[i:at].strip(" \t_\u00a0"):
        return None if _quoted(text, at) else True
    second = text[i - 2] if i >= 2 else ""
    fits = (
        previous in _ADJACENT
        or (previous == ">" and second != "" and (second.isalpha() or second in "\"'/"))
        or (i < at and previous in _CLOSING and second != "" and second in ".!?")
    )
    return False if fits and not _quoted(text, at) else None


def _quoted(text: str, at: int) -> bool:
    """Tell whether a quotation that opened on this line is still open at ``at``."""
    low = max(0, at - 600)
    start = max(text.rfind("\n", low, at) + 1, low)
    return open_quotation(text[start:at])


def open_quotation(words: str) -> bool:
    """Tell whether a quotation that opens in some words is not closed in them."""
    if words.count('"') % 2:
        return True
    return any(words.rfind(left) > words.rfind(right) for left, right in _OPEN_QUOTES.items())


def find_notices(text: str, found: list[Banner]) -> list[tuple[int, int]]:
    """Return the extents of maintenance notices that no entry of the table explains: they end in the help link."""
    extents: list[tuple[int, int]] = []
    ends = [banner.end for banner in found]
    for match in _HELP_LINK.finditer(text):
        i = bisect_left(ends, match.end())
        if i < len(found) and found[i].start <= match.start():
            continue
        start = _notice_start(text, match.start(), extents[-1][1] if extents else 0)
        if start is not None:
            extents.append((start, match.end()))
    return extents


def _notice_start(text: str, at: int, floor: int) -> int | None:
    """Return where the notice that a help link at ``at`` closes begins: a line that opens as banners do."""
    low = max(floor, at - 1500)
    for stop in _STOP.finditer(text, low, at):
        low = max(low, stop.end())
    for match in _OPENING.finditer(text, low, at):
        at = match.start()
        if boundary_at(text, at) and _SPEAKS_OF_ITSELF.search(normalised(text[at : at + 300]).text):
            return at
    return None


def find_inline_tags(text: str) -> list[InlineTag]:
    """Return the inline tags in a plain text ("[citation needed]"), in order; linear in its length.

    Single words that also occur as an editor's insertion (``his [opinion] of``) count only where they are glued to the
    word before, as a raised tag is.
    """
    found = []
    for match in _BRACKETED.finditer(text):
        tag_id, words = tag_by_words(match[1]), tag_words(match[1])
        raised = match.start() > 0 and not text[match.start() - 1].isspace()
        if tag_id and (raised or " " in words or "-" in words or words.endswith("?")):
            found.append(InlineTag(id=tag_id, start=match.start(), end=match.end()))
    return found
