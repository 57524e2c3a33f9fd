"""What templates inside a sentence show: dates, amounts, names of ships, foreign words.

``lexicons/wikitext_templates.tsv`` gives each template its rule. A rule of the kind ``fn`` names one of the functions
below, which take the template's name, its arguments without a name, and all of them, and return what a reader sees, in
short form where the wiki computes more (``{{convert|5|km}}`` gives "5 km" and not the miles as well).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from analyzer.lexicons import load_table
from analyzer.readers.banners.table import MONTHS
from analyzer.readers.markup.placeholders import QUOTE_CLOSE, QUOTE_OPEN

Arguments = dict[str, str]
_RANGE = re.compile(r"(?<=\d)-(?=\d)")
_IPA_SETTINGS = frozenset("lang pron us uk also uklang uslang local langx en fr de es it ca la ar audio small".split())
_JOINTS = {"-": "–", "–": "–", "x": " × ", "to(-)": "–"}
_JOINTS |= {word: f" {word} " for word in ("to", "and", "or", "by", "+/-", "±")}
_SPEAKERS = ("author", "sign", "by", "speaker", "2", "source", "3", "title")


def arguments_of(parts: list[str]) -> Arguments:
    """Return a template's arguments: named ones by their name, others by "1", "2" ...; the last of a name wins."""
    found: Arguments = {}
    position = 0
    for part in parts[1:]:
        name, sign, value = part.partition("=")
        if sign and "<" not in name:
            found[name.strip()] = value.strip()
        else:
            position += 1
            found[str(position)] = part
    return found


def positional(arguments: Arguments) -> list[str]:
    """Return the arguments without a name that are not blank, in order."""
    return [value.strip() for key, value in arguments.items() if key.isdigit() and value.strip()]


def quotation(text: str, source: str) -> str:
    """Return flat text that the block reader takes for a quotation of a source."""
    return f"\n{QUOTE_OPEN}{source}\n{text}\n{QUOTE_CLOSE}\n"


def _date(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a date as "5 May 2019" or, with ``mf=yes``, "May 5, 2019"; only the first of the dates given."""
    numbers = [value for value in words if value.isdigit()]
    if not numbers:
        return "".join(words[:1])
    year, rest = numbers[0], numbers[1:]
    if not rest or not 1 <= int(rest[0]) <= 12:
        return year
    month = MONTHS[int(rest[0]) - 1].title()
    if len(rest) < 2:
        return f"{month} {year}"
    return f"{rest[1]} {month} {year}" if arguments.get("df", "")[:1] in ("y", "1") else f"{month} {rest[1]}, {year}"


def _as_of(name: str, words: list[str], arguments: Arguments) -> str:
    start = "since" if arguments.get("since") else "as of"
    start = start if arguments.get("lc") else start.capitalize()
    return arguments.get("alt") or f"{start} {_date(name, words, {'df': 'y'} | arguments)}"


def _convert(name: str, words: list[str], arguments: Arguments) -> str:
    """Return the amount and unit as given: ``{{convert|5|to|7|km}}`` is "5 to 7 km"."""
    shown = "".join(words[:1])
    rest = iter(words[1:])
    for word in rest:
        if word not in _JOINTS:
            return f"{_RANGE.sub('–', shown)} {word}"
        shown += _JOINTS[word] + next(rest, "")
    return shown


def _nested(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a Harvard citation in running text: "Smith & Jones 2010, p. 5"."""
    page = arguments.get("p") or arguments.get("pp") or ""
    shown = "".join(words)
    if len(words) > 1:
        textual = name in ("harvtxt", "harvcoltxt", "harvard citation text")
        shown = " & ".join(words[:-1]) + (f" ({words[-1]})" if textual else f" {words[-1]}")
    return shown + (f", p. {page.strip()}" if page else "")


def _number(name: str, words: list[str], arguments: Arguments) -> str:
    if not words:
        return ""
    shown = "".join(words) if name in ("gaps", "pgaps") else words[0]
    whole, dot, part = shown.partition(".")
    if whole.lstrip("-−").isdigit() and whole.isascii() and len(whole) < 40:
        shown = f"{int(whole.replace('−', '-')):,}{dot}{part}"
    exponent = f"×10^{arguments['e']}" if arguments.get("e") else ""
    unit = arguments.get("u") or arguments.get("ul") or ""
    return f"{shown}{exponent} {unit}".strip()


def _official(name: str, words: list[str], arguments: Arguments) -> str:
    url = (arguments.get("url") or "".join(words[:1])).strip()
    return f"[{_address(url)} {arguments.get('name') or 'Official website'}]" if url else "Official website"


def _address(url: str) -> str:
    return url if "://" in url else f"http://{url}"


def _chinese(name: str, words: list[str], arguments: Arguments) -> str:
    """Return the characters and the sounds of ``{{zh|t=...|p=...}}``."""
    signs = next((arguments[key] for key in ("c", "t", "s", "v") if arguments.get(key)), "")
    sounds = next((arguments[key] for key in ("p", "w", "j") if arguments.get(key)), "")
    shown = (f"Chinese: {signs}" if signs else "", f"pinyin: {sounds}" if sounds else "")
    return "; ".join(part for part in shown if part)


def _langx(name: str, words: list[str], arguments: Arguments) -> str:
    if len(words) < 2:
        return ""
    return rules().get(f"lang-{words[0].lower()}", "prefix:").removeprefix("prefix:") + words[1]


def _quote(name: str, words: list[str], arguments: Arguments) -> str:
    """Return the quotation of a quotation template with its speaker."""
    text = next((arguments[key] for key in ("text", "quote", "quotetext", "1") if arguments.get(key)), "")
    named = (arguments.get(key, "") for key in _SPEAKERS)
    speaker = next((value.strip() for value in named if value.strip()), "")
    # {{cquote|text|20px|20px|author|source}}
    if not speaker or "px" in speaker[-3:]:
        speaker = (arguments.get("4") or "").strip()
    return quotation(text, speaker.replace("\n", " "))


def _webarchive(name: str, words: list[str], arguments: Arguments) -> str:
    url = arguments.get("url", "").strip() or "".join(words[:1])
    return f"[{url} {arguments.get('title') or 'Archived'}]" if "://" in url else "Archived"


def _ipa(name: str, words: list[str], arguments: Arguments) -> str:
    """Return the sounds between slashes; words such as "lang" or "audio" are settings."""
    sounds = "".join(word for word in words if word not in _IPA_SETTINGS)
    return f"/{sounds}/" if sounds else ""


def _fraction(name: str, words: list[str], arguments: Arguments) -> str:
    if len(words) == 3:
        return f"{words[0]} {words[1]}/{words[2]}"
    return "/".join(words) if len(words) > 1 else "1/" + "".join(words)


def _noted(words: list[str], note: str) -> str:
    """Return the first word with a note on it in brackets; alone where there is no more than one."""
    return f"{words[0]} ({note})" if len(words) > 1 else "".join(words)


_FUNCTIONS: dict[str, Callable[[str, list[str], Arguments], str]] = {
    "as_of": _as_of,
    "chinese": _chinese,
    "circa": lambda name, words, named: " – ".join(f"c. {word}" for word in words) or "c.",
    "convert": _convert,
    "date": _date,
    "flag": lambda name, words, named: named.get("name") or "".join(words[:1]),
    "fraction": _fraction,
    "height": _convert,
    "inflation": lambda name, words, named: "".join(words[1:2]),
    "ipa": _ipa,
    "langx": _langx,
    "literal": lambda name, words, named: f"lit. '{''.join(words[:1])}'",
    "marriage": lambda name, words, named: _noted(words, f"m. {'–'.join(words[1:3])}"),
    "named": lambda name, words, named: " ".join([name.upper(), *words[:1]]),
    "nested": _nested,
    "nihongo": lambda name, words, named: _noted(words, ", ".join(words[1:])),
    "number": _number,
    "official": _official,
    "respell": lambda name, words, named: "-".join(word for word in words if word not in ("'", "_")),
    "sic": lambda name, words, named: " ".join(filter(None, ["".join(words), "" if named.get("hide") else "[sic]"])),
    "url": lambda name, words, named: f"[{_address(words[0])} {words[:2][-1]}]" if words else "",
    "webarchive": _webarchive,
}


def number(words: list[str]) -> str:
    """Return a number with commas between its thousands."""
    return _number("formatnum", words, {})


@cache
def rules() -> dict[str, str]:
    """Return the rule of each template whose text belongs to the prose, by its name in lower case."""
    return {row["name"]: row["rule"].replace("\\n", "\n") for row in load_table("wikitext_templates")}


def text_of(key: str) -> Callable[[Arguments], str] | None:
    """Return what turns the arguments of a template into the words that it shows; None for one that shows none."""
    kind, _, rest = rules().get(key, "prefix:" if key.startswith(("lang-", "lang ")) else "drop").partition(":")
    shapes: dict[str, Callable[[Arguments], str]] = {
        "text": lambda arguments: rest,
        "arg": lambda arguments: arguments.get(rest) or arguments.get("text") or arguments.get("1") or "",
        "join": lambda arguments: rest.join(positional(arguments)),
        "last": lambda arguments: "".join(positional(arguments)[-1:]),
        "block": lambda arguments: f"\n{arguments.get(rest, '')}\n",
        "prefix": lambda arguments: rest + arguments.get("1", ""),
        "first": lambda arguments: rest + "".join(positional(arguments)[:1]),
        "range": lambda arguments: rest + "–".join(positional(arguments)),
        "words": lambda arguments: " ".join(positional(arguments)[: int(rest)]),
    }
    if kind in ("fn", "quote"):
        function = _quote if kind == "quote" else _FUNCTIONS[rest]
        return lambda arguments: function(key, positional(arguments), arguments)
    return shapes.get(kind)
