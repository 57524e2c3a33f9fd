"""Flat text to plain text: links, apostrophes, HTML tags and entities resolved; placeholders stay where they are."""

import html
import re

from analyzer.limits import MAX_DIGITS
from analyzer.readers.markup.placeholders import EQUALS, NEWLINE, Placeholders

Links = list[tuple[str, str]]
_STOP = r"\s\[\]<>\"{}|\ufdd0-\ufddf"
_BARE = rf"(?<![\w/:])https?://[^{_STOP}]++"
_LINK = re.compile(rf"\[((?:https?:|ftp:)?//[^{_STOP}]++)[ \t\ufdd7]*+([^\]\n]*+)\]|{_BARE}")
_ADDRESS = re.compile(_BARE)
_NUMBERED = re.compile(rf"&#([0-9]{{{MAX_DIGITS + 1},}}+);?")
_HIDDEN = re.compile(
    r"<(span|div|small)\b(?=[^<>]*>)(?>[^<>]*display\s*+:\s*+none[^<>]*>)[^<]*+</\1\s*>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|data|dd|del|dfn|div|dl|dt|em|font|h[1-6]|hr|i|"
    r"includeonly|ins|kbd|li|mark|noinclude|nowiki|ol|onlyinclude|p|poem|pre|q|rb|ref|references|rp|rt|rtc|ruby|s|samp|section|"
    r"small|span|strike|strong|sub|sup|table|tbody|td|th|thead|time|tr|tt|u|ul|var|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
# What a template that shows a sound or a pronunciation leaves behind when it is left out: "Toronto (, )".
_EMPTY_BRACKETS = re.compile(
    r"(?:^| )\([ ,;:]*+((?:\ufdd0\d++\ufdd1)*+)[ ,;:]*+\)"
)  # with markers alone, too; f() has its own
_EMPTY_START = re.compile(r"\([ ]*[,;][ ]*")
_EMPTY_PARTS = re.compile(r" ?([,;])(?<![,;][,;])(?<![,;] [,;])(?: ?[,;])+(?= |$)")  # "particularly , , , "
# Soft hyphen, zero-width space and joiner, byte order mark, direction marks: no reader sees them, and they split words.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BLOCK_SIGNS = re.compile("[\ufdd2-\ufddf]")
_SWITCH = re.compile(r"__[A-Z]{3,24}__")
_APOSTROPHES = re.compile(r"'{2,}")
_TRAILING = ".,;:!?"
_SIMPLE_FORMULA = re.compile(r"[A-Za-z0-9 +=.,()-]{1,24}")
_DISPLAY_STYLE = re.compile(r"^\{\\(?:display|text)style\s*+(.*?)\}$", re.DOTALL)


def plain(text: str, links: Links | None = None) -> str:
    """Return what a reader sees of one line of flat text; external links are added to ``links`` in order."""
    if "//" in text:
        text = _without_links(text, links)
    if "''" in text:
        text = _without_quotes(text)
    if "<" in text:
        text = _TAG.sub("", _HIDDEN.sub("", text))
    if "&" in text:
        text = unescape(text)
    if "__" in text:
        text = _SWITCH.sub("", text)
    if EQUALS in text:
        text = text.replace(EQUALS, "=")
    return tidy(text.replace(NEWLINE, " "))


def tidy(text: str) -> str:
    """Return text with single blanks and without brackets that hold nothing."""
    if not text.isascii():
        text = _BLOCK_SIGNS.sub(" ", text)  # the end of a block that nothing opened
        text = _INVISIBLE.sub("", text)
    text = _EMPTY_PARTS.sub(r"\1", " ".join(text.split()))
    return _EMPTY_START.sub("(", _EMPTY_BRACKETS.sub(r"\1", text)) if "(" in text else text


def unescape(text: str) -> str:
    """Return text with its entities resolved; a number beyond the last character, however long, is U+FFFD."""

    def shortened(m: re.Match[str]) -> str:
        digits = m[1].lstrip("0")
        return f"&#{digits or 0};" if len(digits) <= MAX_DIGITS else "\ufffd"

    return html.unescape(_NUMBERED.sub(shortened, text) if "&#" in text else text)


def _without_links(text: str, links: Links | None) -> str:
    """Return the text with external links as their words; a link without words shows nothing.

    A bracket that no other closes on its line opens no link: behind the last one of a line none is looked for.
    """

    def shown(m: re.Match[str]) -> str:
        if m.lastindex:
            if links is not None:
                links.append((unescape(m[1].replace(EQUALS, "=")), plain(m[2])))
            return m[2]
        url = m[0].rstrip(_TRAILING + (")" if "(" not in m[0] else "") + "'")
        if links is not None:
            links.append((unescape(url.replace(EQUALS, "=")), ""))
        return m[0]

    opened, closed = text.rfind("["), text.rfind("]")
    if opened < 0:
        return _ADDRESS.sub(shown, text)
    if opened < closed and "\n" not in text:
        return _LINK.sub(shown, text)
    found = []
    for line in text.split("\n"):
        end = line.rfind("]") + 1
        found.append(_LINK.sub(shown, line[:end]) + _ADDRESS.sub(shown, line[end:]))
    return "\n".join(found)


def _without_quotes(text: str) -> str:
    """Return the text without the apostrophes that mean italic and bold, by MediaWiki's rule for each line.

    Four apostrophes are one and bold, more than five are the surplus and bold italic; where both kinds come out odd,
    one bold was an apostrophe and italic, preferably after a one-letter word (``l'''amour''``).
    """
    runs = [m.group() for m in _APOSTROPHES.finditer(text)]
    kept = [{2: 0, 3: 0, 4: 1, 5: 0}.get(len(run), max(0, len(run) - 5)) for run in runs]
    bold = [i for i, run in enumerate(runs) if len(run) in (3, 4)]
    italics = sum(len(run) in (2,) or len(run) >= 5 for run in runs)
    bolds = len(bold) + sum(len(run) >= 5 for run in runs)
    if bolds % 2 and italics % 2 and bold:
        kept[_apostrophe(text, bold)] += 1
    numbers = iter(kept)
    return _APOSTROPHES.sub(lambda m: "'" * next(numbers), text)


def _apostrophe(text: str, bold: list[int]) -> int:
    """Return which bold mark holds a real apostrophe: after a one-letter word, else a word, else any."""
    starts = [m.start() for m in _APOSTROPHES.finditer(text)]
    after_word = [i for i in bold if starts[i] and text[starts[i] - 1] != " "]
    single = [i for i in after_word if starts[i] == 1 or text[starts[i] - 2] == " "]
    return (single or after_word or bold)[0]


def formula(placeholders: Placeholders, tex: str) -> str:
    """Return a formula as it stands where it is plain, else the word "formula", which keeps the sentence whole."""
    shown = " ".join(_DISPLAY_STYLE.sub(r"\1", tex.strip()).split())
    if _SIMPLE_FORMULA.fullmatch(shown):
        return shown
    placeholders.note("{n} formulas are shown as the word 'formula'")
    return "formula"
