"""Amounts, heights, places and dates as a reader sees them: ``{{convert|5|km}}`` is "5 kilometres".

The wiki computes a second amount in another unit, which is left out here.
"""

import re

from analyzer.lexicons import load_table
from analyzer.readers.banners.table import MONTHS

Arguments = dict[str, str]
_RANGE = re.compile(r"(?<=\d)-(?=\d)")
_JOINTS = {"-": "–", "–": "–", "x": " × ", "by": " by ", "to(-)": "–", "*": " × ", ",": ", "}
_JOINTS |= {word: f" {word} " for word in ("to", "and", "or", "+/-", "±", "to about", "or about")}
_THOUSANDS = {"e3": "thousand", "e6": "million", "e9": "billion", "e12": "trillion"}
_POWER = re.compile(r"e\d{1,2}(?=[^\d])")
_UNITS = {row["code"]: row for row in load_table("units")}
_FIGURES = re.compile(r"[0-9]{1,9}")
_NUMERAL = re.compile(r"[-−+]?[\d.,/+⁄]+$")


def date(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a date as "5 May 2019" or, with ``mf=yes``, "May 5, 2019"; only the first of the dates given."""
    numbers = [value for value in words if _FIGURES.fullmatch(value)]
    if not numbers:
        return "".join(words[:1])
    year, rest = numbers[0], numbers[1:]
    if not rest or not 1 <= int(rest[0]) <= 12:
        return year
    month = MONTHS[int(rest[0]) - 1].title()
    if len(rest) < 2:
        return f"{month} {year}"
    day = int(rest[1])
    return f"{day} {month} {year}" if arguments.get("df", "")[:1] in ("y", "1") else f"{month} {day}, {year}"


def number(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a number with commas between its thousands, its exponent and its unit."""
    if not words:
        return ""
    shown = "".join(words) if name in ("gaps", "pgaps") else words[0]
    whole, dot, part = shown.partition(".")
    if whole.lstrip("-−").isdigit() and whole.isascii() and len(whole) < 40:
        shown = f"{int(whole.replace('−', '-')):,}{dot}{part}"
    exponent = f"×10^{arguments['e']}" if arguments.get("e") else ""
    unit = arguments.get("u") or arguments.get("ul") or ""
    return f"{shown}{exponent} {unit}".strip()


def amount(name: str, words: list[str], arguments: Arguments) -> str:
    """Return the amount and unit as given: ``{{convert|5|to|7|km}}`` is "5 to 7 kilometres"."""
    short = name == "cvt" or arguments.get("abbr", "").strip() in ("on", "in", "unit")
    joined = (arguments.get("adj") or arguments.get("sing") or "").strip() in ("on", "mid", "pre") and not short
    found: list[str] = []
    figure = ""
    rest = iter(words)
    for word in rest:
        if word in _JOINTS and figure:
            figure += _JOINTS[word] + _figure(next(rest, ""))
        elif not figure and _NUMERAL.match(_RANGE.sub("–", word).replace("–", "")):
            figure = _figure(word)
        elif not figure:
            break  # the units to convert to
        else:
            found.append(_measured(figure, word.strip(), arguments, short=short, joined=joined))
            figure = ""
            if word.strip() not in ("ft", "foot", "feet", "lb", "st", "mi", "yd"):
                break
    return " ".join(found) or figure or " ".join(words[:2])


def _figure(word: str) -> str:
    return number("", [_RANGE.sub("–", word.strip()).replace("+", " ").strip()], {})


def _measured(figure: str, code: str, arguments: Arguments, *, short: bool, joined: bool) -> str:
    """Return a figure with the name or symbol of its unit, as MediaWiki would; an unknown unit shows its code."""
    power = _POWER.match(code)
    known = _UNITS.get(code) or _UNITS.get(code[power.end() :] if power else "")
    scale = f" {_THOUSANDS.get(power[0], power[0])}" if power else ""
    if known is None:
        return f"{figure}{scale} {code[power.end() :] if power else code}"
    if joined:
        return f"{figure}{scale} {known['one']}".replace(" ", "-")
    unit = known["symbol"] if short else known["one"] if figure == "1" and not power else known["many"]
    if arguments.get("sp", "").strip() == "us":
        unit = unit.replace("metre", "meter").replace("litre", "liter")
    return f"{figure}{scale} {unit}"


def height(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a height or weight given by names: ``{{height|ft=6|in=2}}`` is "6 ft 2 in"."""
    shown = [f"{value} {unit}" for unit in _HEIGHT if (value := arguments.get(unit, "").strip())]
    return " ".join(shown) or amount(name, words, {"abbr": "on"} | arguments)


_HEIGHT = ("m", "cm", "ft", "in", "kg", "st", "lb", "oz")


def density(name: str, words: list[str], arguments: Arguments) -> str:
    """Return how many live on each unit of land: ``{{pop density|60|3|km2}}`` is 20 "per square kilometre"."""
    people, land, unit = (value.replace(",", "")[:40] for value in [*words, "", "", ""][:3])
    try:
        each = float(people) / float(land)
    except (ValueError, ZeroDivisionError):
        return ""
    places = arguments.get("prec", "0").strip()
    figure = f"{each:,.{int(places) if _FIGURES.fullmatch(places) and len(places) == 1 else 0}f}"
    return _measured(figure, f"/{unit}", arguments, short=arguments.get("abbr", "") == "on", joined=False)


def place(name: str, words: list[str], arguments: Arguments) -> str:
    """Return coordinates as "13°19′N 169°9′W"; nothing where they stand beside the title only."""
    shown = arguments.get("display", "inline").lower()
    if not shown.startswith("i"):
        return ""
    found, figures = [], list[str]()
    for word in words:
        if word in ("N", "S", "E", "W") and figures:
            found.append("".join(figure + sign for figure, sign in zip(figures, "°′″", strict=False)) + word)
            figures = []
        elif re.fullmatch(r"[-−]?\d+(?:\.\d+)?", word):
            figures.append(word)
        else:
            break
    if not found and len(figures) == 2:
        found = [
            f"{figure.lstrip('-−')}°{pair[figure[0] in '-−']}"
            for figure, pair in zip(figures, ("NS", "EW"), strict=True)
        ]
    return " ".join(found)
