"""Names and messages as they can be told: in any encoding, and of bounded length whoever chose what stands in them."""

import re

MOST = 2000  # characters of a message: room for paths and a sentence; a file's name alone may have 120,000
_LONE = re.compile("[\ud800-\udfff]")


def shortened(text: str, most: int = MOST) -> str:
    """Return a text of at most ``most`` characters, of a longer one its beginning and its end, without lone surrogates.

    No encoding has these; a file's name that is no UTF-8 has one for each such byte.
    """
    if len(text) > most:
        half = (most - 30) // 2
        text = f"{text[:half]} [{len(text) - 2 * half:,} characters] {text[-half:]}"
    return without_surrogates(text)


def without_surrogates(text: str) -> str:
    """Return a text with U+FFFD for each lone surrogate."""
    return _LONE.sub("\ufffd", text)
