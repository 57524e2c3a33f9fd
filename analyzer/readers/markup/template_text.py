"""What templates inside a sentence show: dates, amounts, names of ships, foreign words.

Each function takes the name and the arguments of a template and returns what a reader sees, in short form where the
wiki computes more (``{{convert|5|km}}`` gives "5 km" and not the miles as well).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from analyzer.lexicons import load_table

Arguments = dict[str, str]
MONTHS = "January February March April May June July August September October November December".split()
_MONTH_NUMBER = {name[:3].lower(): i for i, name in enumerate(MONTHS, 1)}
_RANGE = re.compile(r"(?<=\d)-(?=\d)")
_IPA_SETTINGS = frozenset("lang pron us uk also uklang uslang local langx en fr de es it ca la ar audio small".split())
_DATE_WORDS = re.compile(r"\b(?:(\d{4})-(\d{1,2})|([A-Za-z]{3,9})[\s,_]+(?:\d{1,2}[\s,_]+)?(\d{4}))\b")
_MONEY = {
    "gbp": "£", "pound sterling": "£", "£": "£", "eur": "€", "€": "€", "inr": "₹", "₹": "₹", "jpy": "¥",
    "¥": "¥", "a$": "A$", "aud": "A$", "c$": "C$", "cad": "C$", "nz$": "NZ$", "hk$": "HK$", "s$": "S$",
    "php": "₱", "₱": "₱", "rub": "₽", "₽": "₽", "krw": "₩", "₩": "₩", "cny": "¥", "rmb": "¥", "chf": "CHF ",
    "sek": "SEK ", "nok": "NOK ", "dkk": "DKK ", "usd": "US$", "us$": "US$", "us dollar": "US$", "$": "$",
}  # fmt: skip


def month_of(text: str) -> str | None:
    """Return the ``YYYY-MM`` of a maintenance date ("May 2019", "2019-05", "5 May 2019"), or None."""
    m = _DATE_WORDS.search(text)
    if m is None:
        return None
    year, month = (m[1], int(m[2])) if m[1] else (m[4], _MONTH_NUMBER.get(m[3][:3].lower(), 0))
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def positional(arguments: Arguments) -> list[str]:
    """Return the arguments without a name that are not blank, in order."""
    return [value.strip() for key, value in arguments.items() if key.isdigit() and value.strip()]


def _date(name: str, arguments: Arguments) -> str:
    """Return a date as "5 May 2019" or, with ``mf=yes``, "May 5, 2019"; only the first of the dates given."""
    numbers = [value for value in positional(arguments) if value.isdigit()]
    if not numbers:
        return next(iter(positional(arguments)), "")
    year, rest = numbers[0], numbers[1:]
    if not rest or not 1 <= int(rest[0]) <= 12:
        return year
    month = MONTHS[int(rest[0]) - 1]
    if len(rest) < 2:
        return f"{month} {year}"
    if arguments.get("df", "")[:1] in ("y", "1"):
        return f"{rest[1]} {month} {year}"
    return f"{month} {rest[1]}, {year}"


def _as_of(name: str, arguments: Arguments) -> str:
    start = "as of" if arguments.get("lc") else "As of"
    if arguments.get("since"):
        start = "since" if arguments.get("lc") else "Since"
    return arguments.get("alt") or f"{start} {_date(name, {'df': 'y'} | arguments)}"


def _convert(name: str, arguments: Arguments) -> str:
    """Return the amount and unit as given: ``{{convert|5|to|7|km}}`` is "5 to 7 km"."""
    words = positional(arguments)
    if not words:
        return ""
    shown = [words[0]]
    rest = iter(words[1:])
    for word in rest:
        if word in ("to", "-", "–", "and", "or", "by", "x", "to(-)", "+/-", "±"):
            following = next(rest, "")
            joint = {"-": "–", "–": "–", "x": " × ", "by": " by ", "to(-)": "–"}.get(word, f" {word} ")
            shown[-1] += joint + following
        else:
            return f"{_RANGE.sub('–', shown[0])} {word}"
    return shown[0]


def _circa(name: str, arguments: Arguments) -> str:
    return " – ".join(f"c. {value}" for value in positional(arguments)) or "c."


def _floruit(name: str, arguments: Arguments) -> str:
    return "fl. " + "–".join(positional(arguments))


def _nihongo(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    return f"{words[0]} ({', '.join(words[1:])})" if len(words) > 1 else "".join(words)


def _nested(name: str, arguments: Arguments) -> str:
    """Return a Harvard citation in running text: "Smith & Jones 2010, p. 5"."""
    words = positional(arguments)
    page = arguments.get("p") or arguments.get("pp") or ""
    shown = " & ".join(words[:-1]) + f" {words[-1]}" if len(words) > 1 else "".join(words)
    if name in ("harvtxt", "harvcoltxt", "harvard citation text") and len(words) > 1:
        shown = f"{' & '.join(words[:-1])} ({words[-1]})"
    return shown + (f", p. {page.strip()}" if page else "")


def _sic(name: str, arguments: Arguments) -> str:
    shown = "".join(positional(arguments))
    return shown if arguments.get("hide") else f"{shown} [sic]".strip()


def _money(name: str, arguments: Arguments) -> str:
    return _MONEY.get(name, "$") + next(iter(positional(arguments)), "")


def _fraction(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    if len(words) == 3:
        return f"{words[0]} {words[1]}/{words[2]}"
    return "/".join(words) if len(words) > 1 else "1/" + "".join(words)


def _number(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    if not words:
        return ""
    shown = "".join(words) if name in ("gaps", "pgaps") else words[0]
    whole, dot, part = shown.partition(".")
    if whole.lstrip("-−").isdigit() and whole.isascii() and len(whole) < 40:
        shown = f"{int(whole.replace('−', '-')):,}{dot}{part}"
    exponent = f"×10^{arguments['e']}" if arguments.get("e") else ""
    unit = arguments.get("u") or arguments.get("ul") or ""
    return f"{shown}{exponent} {unit}".strip()


def _spell(name: str, arguments: Arguments) -> str:
    return "".join(positional(arguments))


def _ship(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    if name in ("ship", "ship2"):
        return " ".join(words[:2])
    return " ".join([name.upper(), *words[:1]])


def _flag(name: str, arguments: Arguments) -> str:
    return arguments.get("name") or next(iter(positional(arguments)), "")


def _marriage(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    return f"{words[0]} (m. {'–'.join(words[1:3])})" if len(words) > 1 else "".join(words)


def _reign(name: str, arguments: Arguments) -> str:
    sign = {"reign": "r.", "r.": "r.", "born": "b.", "b.": "b.", "died": "d.", "d.": "d."}[name]
    return f"{sign} {'–'.join(positional(arguments))}"


def _literal(name: str, arguments: Arguments) -> str:
    return f"lit. '{next(iter(positional(arguments)), '')}'"


def _url(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    if not words:
        return ""
    url = words[0] if "://" in words[0] else f"http://{words[0]}"
    return f"[{url} {words[1] if len(words) > 1 else words[0]}]"


def _official(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    url = arguments.get("url") or (words[0] if words else "")
    if not url.strip():
        return "Official website"
    return f"[{url.strip() if '://' in url else 'http://' + url.strip()} {arguments.get('name') or 'Official website'}]"


def _webarchive(name: str, arguments: Arguments) -> str:
    url = arguments.get("url", "").strip() or next(iter(positional(arguments)), "")
    return f"[{url} {arguments.get('title') or 'Archived'}]" if "://" in url else "Archived"


def _ipa(name: str, arguments: Arguments) -> str:
    """Return the sounds between slashes; words such as "lang" or "audio" are settings."""
    words = [word for word in positional(arguments) if word not in _IPA_SETTINGS]
    return f"/{''.join(words)}/" if words else ""


def _respell(name: str, arguments: Arguments) -> str:
    return "-".join(word for word in positional(arguments) if word not in ("'", "_"))


def _page(name: str, arguments: Arguments) -> str:
    return ""  # ":23" belongs to the marker before it, not to the prose


def _inflation(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    return words[1] if len(words) > 1 else ""


def _identifier(name: str, arguments: Arguments) -> str:
    return " ".join([name.upper(), *positional(arguments)[:1]])


def _two(name: str, arguments: Arguments) -> str:
    return " ".join(positional(arguments)[:2])


def _three(name: str, arguments: Arguments) -> str:
    return " ".join(positional(arguments)[:3])


def _power(name: str, arguments: Arguments) -> str:
    return "×10^" + "".join(positional(arguments)[:1])


def _chinese(name: str, arguments: Arguments) -> str:
    """Return the characters and the sounds of ``{{zh|t=...|p=...}}``."""
    signs = next((arguments[key] for key in ("c", "t", "s", "v") if arguments.get(key)), "")
    sounds = next((arguments[key] for key in ("p", "w", "j") if arguments.get(key)), "")
    shown = (f"Chinese: {signs}" if signs else "", f"pinyin: {sounds}" if sounds else "")
    return "; ".join(part for part in shown if part)


def _langx(name: str, arguments: Arguments) -> str:
    words = positional(arguments)
    if len(words) < 2:
        return ""
    rule = rules().get(f"lang-{words[0].lower()}", "prefix:")
    return rule.removeprefix("prefix:") + words[1]


FUNCTIONS: dict[str, Callable[[str, Arguments], str]] = {
    "two": _two, "three": _three, "power": _power, "chinese": _chinese,
    "as_of": _as_of, "circa": _circa, "convert": _convert, "date": _date, "flag": _flag,
    "floruit": _floruit, "fraction": _fraction, "height": _convert, "inflation": _inflation, "ipa": _ipa,
    "respell": _respell, "isbn": _identifier, "langx": _langx, "literal": _literal, "marriage": _marriage,
    "money": _money, "nested": _nested, "nihongo": _nihongo, "number": _number, "official": _official,
    "reign": _reign, "rp": _page, "ship": _ship, "sic": _sic, "spell": _spell, "url": _url,
    "webarchive": _webarchive,
}  # fmt: skip


def rules() -> dict[str, str]:
    """Return the rule of each template whose text belongs to the prose, by its name in lower case."""
    if not _RULES:
        rows = load_table("wikitext_templates")
        _RULES.update({row["name"]: row["rule"].replace("\\n", "\n") for row in rows})
    return _RULES


_RULES: dict[str, str] = {}
