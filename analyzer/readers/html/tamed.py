"""A page's HTML before it is parsed: what would cost the parser more than its length is taken out.

The parser's time grows with the number of open elements at each tag (20,000 nested blocks take half a second, 200,000
minutes), and every formatting element that is left open (``<b>``, with all its attributes) is repeated by it in each
block that follows. So formatting becomes ``<span>``, which never is, and no large page is deeper than
:data:`MAX_DEPTH`. Whether one might be is told by samples of it, as the parser reads them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from analyzer.limits import MAX_DEPTH

# Cases are spelt out: to ignore them takes twice the time. A link is repeated, too; a long one is let go.
_FORMATTING = re.compile(
    r"<(/?)(?:[bBiIuUsS]|em|EM|small|SMALL|strong|STRONG|big|BIG|code|CODE|font|FONT|nobr|NOBR|strike|STRIKE|tt|TT)"
    r"(?=[ \t\n/>])|<[aA](?=[ \t\n][^>]{1000})"
)
_MIXED = re.compile(r"<(/?)(?:em|small|strong|big|code|font|nobr|strike|tt)(?=[ \t\n/>])", re.IGNORECASE)
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
_SAMPLES, _SAMPLE = 16, 4096  # characters
_DEEP = 64  # elements that are open at the end of a sample and were not at its start


def tamed(html: str) -> tuple[str, int]:
    """Return a page that costs the parser no more than its length, and how many tags were taken out as too deep."""
    html = _FORMATTING.sub(r"<\1span", html)
    if len(html) <= _SAMPLES * _SAMPLE or not any(map(_is_deep, _samples(html))):
        return html, 0
    html = _MIXED.sub(r"<\1span", html)
    return (html, 0) if _is_shallow(html) else _flattened(html)


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
