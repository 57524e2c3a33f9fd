"""Text of an article made safe to show: nothing in it may steer a terminal, a page, a table or a reader's eye."""

import re
from html import escape as _html

# Characters that act instead of being seen: C0 and C1 controls, bidi marks, embeddings, overrides and isolates,
# zero-width and deprecated format characters, interlinear marks, tag characters, and lone surrogates (no encoding).
# Zero-width joiner and non-joiner stay: several scripts and emoji need them, and they steer nothing.
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_SPACE = re.compile(r"[ \t\n\r\v\f\x85\u2028\u2029]+")
# Signs that mark up anywhere in a line; a bare address, which becomes a link; what opens a block, at the start only.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]|~$])")
_ADDRESS = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?<=\w)(?=@\w)")
_BLOCK = re.compile(r"^(?:[#+\-=:!]|\d+(?=[.)]))")
_WEB = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]\S*)?", re.IGNORECASE)
_LONGEST_ADDRESS = 2000
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def visible(text: str, *, lines: bool = False) -> str:
    """Return the text on one line with every acting character shown: ESC as ``␛``, U+202E as ``<U+202E>``.

    With ``lines`` the line feeds stay.
    """

    def show(match: re.Match[str]) -> str:
        char = match.group()
        code = ord(char)
        if lines and char == "\n":
            return char
        if code < 0x20:
            return chr(0x2400 + code)
        return "␡" if code == 0x7F else f"<U+{code:04X}>"

    text = _LINE_END.sub("\n", text).replace("\t", " ") if lines else _SPACE.sub(" ", text)
    return _ACTING.sub(show, text)


def for_html(text: str, *, lines: bool = False) -> str:
    """Return the text for HTML element content or a double-quoted attribute."""
    return _html(visible(text, lines=lines), quote=True)


def for_markdown(text: str) -> str:
    """Return the text for a Markdown paragraph or table cell: no markup, no HTML, no link, no line break."""
    plain = _MARKDOWN.sub(r"\\\1", _html(visible(text).strip(), quote=False))
    return _BLOCK.sub(_unblock, _ADDRESS.sub(r"\\", plain))


def _unblock(match: re.Match[str]) -> str:
    r"""Return what would open a list, heading or rule, escaped: ``#`` -> ``\#``, ``1.`` -> ``1\.``."""
    found = match.group()
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def for_csv(text: str) -> str:
    """Return the text for a spreadsheet cell: one that a spreadsheet would compute gets an apostrophe in front."""
    shown = visible(text, lines=True)
    return f"'{shown}" if shown.lstrip(" \n").startswith(_FORMULA) else shown


def web_address(url: str) -> str | None:
    """Return the URL if a page may link to it (http or https, no spaces or acting characters), else None."""
    safe = _WEB.fullmatch(url) and not _ACTING.search(url) and len(url) <= _LONGEST_ADDRESS
    return url if safe else None
