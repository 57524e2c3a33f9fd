"""A page's HTML before it is parsed: what would cost the parser more than its length is taken out.

The parser's time grows with the number of open elements at each tag (20,000 nested blocks take half a second, 200,000
minutes), and every formatting element that is left open (``<b>``, with all its attributes) is repeated by it in each
block that follows. So formatting becomes ``<span>``, which never is, a tag of great length has no more than
:data:`MAX_ATTRIBUTES` attributes, and no large page is deeper than :data:`MAX_DEPTH`. Whether one might be is told by
samples of it, as the parser reads them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from analyzer.limits import MAX_ATTRIBUTES, MAX_DEPTH


def _any_case(*names: str) -> str:
    """Return an expression for some names; to ignore the case of the whole page takes twice the time."""
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in names)


# A link that is left open is repeated, too; one that is long enough to matter is let go.
_FORMATTING = re.compile(
    rf"<(?:(/?)(?:[bBiIuU]|{_any_case('big', 'code', 'em', 'font', 'nobr', 'tt')}"
    rf"|[sS](?:{_any_case('mall')}|[tT][rR](?:{_any_case('ong', 'ike')}))?)(?=[ \t\n/>])|[aA](?=[ \t\n][^>]{{1000}}))"
)
_ATTRIBUTES = re.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"']*+))?+)"
    rf"{{0,{MAX_ATTRIBUTES}}}"
)
_WHOLE = re.compile(r"<[a-zA-Z](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>?")
_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]*)")
_TAG = re.compile(r"<(/?)([a-zA-Z][^ \t\n/>]*)[^<>]*(>?)")
_UNSEEN = re.compile(
    r"<!--(?:-?>|.*?--!?>|.*)|<(script|style|svg|template|textarea|noscript)(?=[ \t\n/>]).*?(?:</\1(?=[ \t\n/>])|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# Elements without content, and those that the next of their kind ends: neither nest.
_FLAT = frozenset(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr "
    "p li dt dd tr td th thead tbody tfoot colgroup option optgroup rb rt rp rtc html head body".split()
)
_GROUP = 512  # tags between two looks at how many are open
_LONG = 1 << 12  # characters of a tag that may have too many attributes
_LARGE = 1 << 16  # characters of a page that may be too deep
_SAMPLES, _SAMPLE = 8, 2048  # characters
_DEEP = 32  # elements that are open at the end of a sample and were not at its start


def tamed(html: str) -> tuple[str, int]:
    """Return a page that costs the parser no more than its length, and how many tags were taken out as too deep."""
    html = _FORMATTING.sub(r"<\1span", _trimmed(html))
    if len(html) <= _LARGE or not any(map(_is_deep, _samples(html))):
        return html, 0
    return (html, 0) if _is_shallow(html) else _flattened(html)


def _trimmed(html: str) -> str:
    """Return a page whose longest tags have their first attributes alone: the parser compares each with all others.

    A tag of twice :data:`_LONG` characters holds a stretch of that length in which no tag begins or ends.
    """
    parts, done = [], 0
    for at in range(0, len(html) - _LONG, _LONG):
        if at < done or (html.find("<", at, at + _LONG) >= 0 and html.find(">", at, at + _LONG) >= 0):
            continue
        start = html.rfind("<", done, at + 1)
        tag = _WHOLE.match(html, start) if start >= 0 else None
        kept = _ATTRIBUTES.match(html, start) if tag is not None and len(tag[0]) > _LONG else None
        if tag is not None and kept is not None:
            parts += [html[done:start], kept[0], ">"]
            done = tag.end()
    return "".join([*parts, html[done:]]) if done else html


def _samples(html: str) -> Iterator[str]:
    """Yield pieces from all over a page, not at places that are the same in every page."""
    step = len(html) // _SAMPLES
    for number in range(_SAMPLES):
        at = number * step + len(html) * (2 * number + 1) * 40503 % max(1, step - _SAMPLE)
        yield html[at : at + _SAMPLE]


def _is_deep(sample: str) -> bool:
    """Tell whether many elements are open where a piece of a page ends."""
    node, depth = LexborHTMLParser(sample).body, 0
    while node is not None and depth <= _DEEP:
        node, depth = node.last_child, depth + 1
    return depth > _DEEP


def _is_shallow(html: str) -> bool:
    """Tell whether no place of a page is deep, by tags alone; one that is not closed stays open for good."""
    names = _NAME.findall(html)
    if len(names) <= MAX_DEPTH:
        return True
    still_open: Counter[str] = Counter()
    for at in range(0, len(names), _GROUP):
        for name, count in Counter(names[at : at + _GROUP]).items():
            if name[0] == "/":
                name, count = name[1:].lower(), -count
            else:
                name = name.lower()
            if name not in _FLAT:
                still_open[name] = max(0, still_open[name] + count)
        if still_open.total() > MAX_DEPTH - _GROUP:
            return False
    return True


def _flattened(html: str) -> tuple[str, int]:
    """Return a page without the tags that are nested too deeply, and how many these are; the others are well nested."""
    around: list[str] = []
    counts: Counter[str] = Counter()
    removed = 0

    def kept(m: re.Match[str]) -> str:
        nonlocal removed
        name = m[2].lower()
        if name in _FLAT:
            return m[0]
        if m[1]:
            return _ends(name)
        if len(around) >= MAX_DEPTH or not m[3]:
            removed += 1
            return " "
        around.append(name)
        counts[name] += 1
        return m[0]

    def _ends(name: str) -> str:
        """Return the ends of an element and of all that is open in it; of one that is not open none."""
        ends = ""
        while counts[name]:
            last = around.pop()
            counts[last] -= 1
            ends += f"</{last}>"
            if last == name:
                break
        return ends or " "

    return _TAG.sub(kept, _UNSEEN.sub("", html)), removed
