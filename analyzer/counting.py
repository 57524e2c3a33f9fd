"""Numbers as evidence and reports write them."""

_WORDS = tuple("no one two three four five six seven eight nine ten".split())


def number(count: int, one: str) -> str:
    """Return ``1 sentence``, ``1,200 sentences``."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def in_words(count: int, one: str = "") -> str:
    """Return ``two sections``, ``11 sections``: numbers up to ten as words, alone where there is no noun."""
    if not 0 <= count < len(_WORDS):
        return number(count, one) if one else f"{count:,}"
    return f"{_WORDS[count]} {one}{'s' if count != 1 else ''}" if one else _WORDS[count]


def percent(share: float) -> str:
    """Return a share of 0..1 as ``31 %``; a trace as ``<1 %``, so that what is there never reads as nothing."""
    if 0 < share < 0.005:
        return "<1 %"
    return f"{share * 100:.0f} %"
