"""The words that reports use for the closed lists of :mod:`analyzer.vocabulary`, the same in every format."""

import re
from typing import Any

from analyzer.lexicons import load_table

FORMAT_NAMES, FACET_NAMES, VERDICT_NAMES, SOURCE_TYPES = (
    {row["label"]: row["words"] for row in load_table("report_labels") if row["kind"] == kind}
    for kind in ("format", "facet", "verdict", "source")
)
_SPELT = ("pov", "coi", "blp")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def issue_title(issue: str) -> str:
    """Return the issue in words, as its scorer says; without such a scorer by the name in its id."""
    from analyzer import issues  # only where a report is written: scorers are looked up among installed packages

    return issues.titles().get(issue) or plain_id(issue.rpartition(".")[2] or issue)


def plain_id(name: str) -> str:
    """Return an id in words: ``undisclosed-paid`` -> ``Undisclosed paid``."""
    words = " ".join(word.upper() if word in _SPELT else word for word in re.split("[-_ ]+", name)).strip()
    return words[:1].upper() + words[1:] if words else name


def source_type(name: str) -> str:
    """Return a type of source in words, for people who do not know the labels: ``igo`` -> ``international body``."""
    return SOURCE_TYPES.get(name, name)


def month(date: str | None) -> str:
    """Return ``2020-10`` as ``Oct 2020``; another date as it stands; nothing as ``no date``."""
    if not date:
        return "no date"
    year, _, number = date.partition("-")
    if number.isdecimal() and 1 <= int(number) <= 12:
        return f"{_MONTHS[int(number) - 1]} {year}"
    return date


def score(value: float | None) -> str:
    """Return a score with two decimals, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def decimals(value: float) -> str:
    """Return what a score must reach, with two decimals or as many as it needs: ``0.50``."""
    return f"{value:.2f}" if round(value, 2) == value else f"{value:g}"


def setting(value: Any) -> str:  # noqa: ANN401 - plain data of any shape
    """Return a setting in words: ``promotion.advert 0.70, balance 0.60``."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {setting(told)}" for name, told in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(setting, value))
    return decimals(value) if isinstance(value, float) else str(value)


def level(value: float) -> str:
    """Return whether an article's score is ``good``, ``fair`` or ``bad``."""
    return "good" if value >= 0.7 else "fair" if value >= 0.4 else "bad"


def signed(number: float) -> str:
    """Return a number with its sign and two decimals."""
    return f"{number:+.2f}".replace("-", "−")


def balance(value: float) -> str:
    """Return a balance with its sign, none where it is nothing."""
    return signed(value) if abs(value) >= 0.005 else "0.00"


def clip(text: str, length: int) -> str:
    """Return the text cut to at most ``length`` characters, at a word where one ends near, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 1)]
    space = cut.rfind(" ")
    return (cut[:space] if space > length * 0.6 else cut).rstrip() + "…"
