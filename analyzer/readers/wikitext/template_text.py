"""What templates show: dates, amounts, foreign words in a sentence, and citations with their links as wikitext links.

``lexicons/wikitext_templates.tsv`` gives each template its rule. A rule of the kind ``fn`` names one of the functions
below, which take the template's name, its arguments without a name, and all of them, and return what a reader sees, in
short form where the wiki computes more. The parts of a citation are in the order of Help:Citation Style 1; what does
not bear on who published the source and where it can be read is left out, but for the DOI.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import quote

from analyzer.lexicons import load_table
from analyzer.lexicons.domains import original_url
from analyzer.readers.markup.marks import WorkMark
from analyzer.readers.markup.placeholders import EQUALS, QUOTE_CLOSE, QUOTE_OPEN, Placeholders, drop_marks
from analyzer.readers.wikitext.amounts import Arguments, amount, date, density, height, number, place

_PLACE = re.compile(r"\$(\d)")
_IPA_SETTINGS = frozenset("lang pron us uk also uklang uslang local langx en fr de es it ca la ar audio small".split())
_NOTES = {"flat": "♭", "b": "♭", "sharp": "♯", "#": "♯", "natural": "♮", "n": "♮"}
DOI = "https://doi.org/"
_WORK = tuple("website work newspaper journal magazine periodical encyclopedia encyclopaedia dictionary".split())
_PUBLISHER = ("publisher", "institution", "agency", "via", "network", "station")
_PEOPLE = tuple((f"last{i}", f"author{i}", f"surname{i}", f"first{i}", f"given{i}") for i in ("", *range(1, 7)))
_MARKUP = re.compile(r"'{2,}|<[^<>]*>|\[\[(?:[^\[\]|]*\|)?|\]\]")
_SAFE_URL = str.maketrans({"[": "%5B", "]": "%5D", " ": "%20", "|": "%7C", "<": "%3C", ">": "%3E", '"': "%22"})
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


def _as_of(name: str, words: list[str], arguments: Arguments) -> str:
    start = "since" if arguments.get("since") else "as of"
    start = start if arguments.get("lc") else start.capitalize()
    return arguments.get("alt") or f"{start} {date(name, words, {'df': 'y'} | arguments)}"


def _nested(name: str, words: list[str], arguments: Arguments) -> str:
    """Return a Harvard citation in running text: "Smith & Jones 2010, p. 5"."""
    page = arguments.get("p") or arguments.get("pp") or ""
    shown = "".join(words)
    if len(words) > 1:
        textual = name in ("harvtxt", "harvcoltxt", "harvard citation text")
        shown = " & ".join(words[:-1]) + (f" ({words[-1]})" if textual else f" {words[-1]}")
    return shown + (f", p. {page.strip()}" if page else "")


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


def _ordinal(figure: str) -> str:
    ending = "th" if figure[-2:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(figure[-1:], "th")
    return f"{figure}{ending}" if figure.isdigit() else figure


_FUNCTIONS: dict[str, Callable[[str, list[str], Arguments], str]] = {
    "as_of": _as_of,
    "chinese": _chinese,
    "circa": lambda name, words, named: " – ".join(f"c. {word}" for word in words) or "c.",
    "convert": amount,
    "date": date,
    "density": density,
    "flag": lambda name, words, named: named.get("name") or "".join(words[:1]),
    "fraction": _fraction,
    "height": height,
    "ipa": _ipa,
    "langx": _langx,
    "junction": lambda name, words, named: ", ".join("-".join(words[at : at + 2]) for at in range(0, len(words), 2)),
    "marriage": lambda name, words, named: _noted(words, f"m. {'–'.join(words[1:3])}"),
    "music": lambda name, words, named: _NOTES.get("".join(words[:1]), "/".join(words[1:])),
    "nested": _nested,
    "nihongo": lambda name, words, named: _noted(words, ", ".join(words[1:])),
    "number": number,
    "official": _official,
    "ordinal": lambda name, words, named: _ordinal("".join(words[:1])),
    "place": place,
    "respell": lambda name, words, named: "-".join(word for word in words if word not in ("'", "_")),
    "sic": lambda name, words, named: " ".join(filter(None, ["".join(words), "" if named.get("hide") else "[sic]"])),
    "url": lambda name, words, named: f"[{_address(words[0])} {words[:2][-1]}]" if words else "",
    "webarchive": _webarchive,
}


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
        "as": lambda named: _PLACE.sub(lambda m: named.get(m[1], "").strip(), rest) if positional(named) else "",
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


def first_of(arguments: dict[str, str], names: Iterable[str]) -> str:
    """Return the first argument of some names that is not blank."""
    get = arguments.get
    for name in names:
        if (value := get(name)) and (value := value.strip()):
            return value
    return ""


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", drop_marks(text)).split())


def _people(arguments: dict[str, str]) -> str:
    """Return the authors (or editors) as "Last, First; Last, First"."""
    found = []
    get = arguments.get
    for last_name, author, surname, first_name, given in _PEOPLE:
        if last := get(last_name) or get(author) or get(surname):
            first = get(first_name) or get(given)
            found.append(f"{last}, {first}" if first else last)
    if not found:
        found = [first_of(arguments, ("vauthors", "authors", "editor", "editor-last", "editor1-last", "people"))]
    return "; ".join(name for name in found if name)


def _linked(url: str, shown: str) -> str:
    """Return a wikitext link; without a usable address just what is shown."""
    url = url.strip()
    url = "https:" + url if url.startswith("//") else url
    if not url or "://" not in url[:12]:
        return shown
    inner = shown.replace("[[", "").replace("]]", "").replace("[", "(").replace("]", ")").replace("\n", " ")
    return f"[{url.translate(_SAFE_URL)} {inner or url}]"


def citation(placeholders: Placeholders, name: str, arguments: dict[str, str]) -> str:
    """Return the citation as a reader sees it, with a placeholder for the names of work and publisher."""
    get = arguments.get
    work, publisher = first_of(arguments, _WORK), first_of(arguments, _PUBLISHER)
    people, date = _people(arguments), first_of(arguments, ("date", "year"))
    title = first_of(arguments, ("title", "trans-title", "trans_title", "script-title"))
    chapter = first_of(arguments, ("chapter", "contribution", "entry", "article", "section"))
    url = first_of(arguments, ("url", "chapter-url", "chapterurl", "contribution-url", "conference-url"))
    archive = first_of(arguments, ("archive-url", "archiveurl"))
    doi = get("doi", "").strip()
    if not url:
        url = original_url(archive) if archive else ""
    books = name.startswith(("cite book", "cite encyclopedia")) or chapter
    shown = f"''{title}''" if books else f'"{title}"'
    pieces = [f"{people} ({date})" if people and date else people or ""]
    if chapter:
        pieces += [_linked(url, f'"{chapter}"'), shown if title else ""]
    elif title:
        pieces.append(_linked(url, shown))
    elif url:
        pieces.append(_linked(url, ""))
    pieces += [f"''{work}''" if work else "", publisher if publisher != work else ""]
    pieces += [
        "" if people else date,
        first_of(arguments, ("quote",)),
        f"doi:{_linked(DOI + quote(doi, safe=''), doi)}" if doi else "",
    ]
    if archive:
        pieces.append(f"{_linked(archive, 'Archived')} from the original")
    if accessed := first_of(arguments, ("access-date", "accessdate")):
        pieces.append(f"Retrieved {accessed}")
    mark = placeholders.put(WorkMark(_plain(work), _plain(publisher))) if work or publisher else ""
    return mark + ". ".join(piece.strip().rstrip(".") for piece in pieces if piece.strip()) + "."


def short_note(arguments: dict[str, str]) -> tuple[str, str]:
    """Return the name and the text of a shortened footnote such as ``{{sfn|Smith|2010|p=3}}``."""
    names = [value.strip() for key, value in arguments.items() if key.isdigit() and value.strip()]
    page = first_of(arguments, ("p", "page", "pp", "pages", "loc"))
    authors, year = (names[:-1], names[-1]) if len(names) > 1 else (names, "")
    text = " & ".join(authors) + (f" {year}" if year else "")
    if page:
        text += (", pp. " if {"pp", "pages"} & set(arguments) else ", p. ") + page
    return "FOOTNOTE" + "".join(names) + page.replace(EQUALS, ""), text + "."
