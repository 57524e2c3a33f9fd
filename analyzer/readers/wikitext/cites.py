"""Citation templates to the text that they show, with their links as wikitext links.

The order of the parts follows Citation Style 1 (Help:Citation Style 1); what does not bear on who published the source
and where it can be read (volume, issue, identifiers other than the DOI) is left out.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote

from analyzer.lexicons.domains import original_url
from analyzer.readers.markup.placeholders import EQUALS, Placeholders, WorkMark, drop_marks

DOI = "https://doi.org/"
_WORK = tuple("website work newspaper journal magazine periodical encyclopedia encyclopaedia dictionary".split())
_PUBLISHER = ("publisher", "institution", "agency", "via", "network", "station")
_PEOPLE = tuple((f"last{i}", f"author{i}", f"surname{i}", f"first{i}", f"given{i}") for i in ("", *range(1, 7)))
_MARKUP = re.compile(r"'{2,}|<[^<>]*>|\[\[(?:[^\[\]|]*\|)?|\]\]")
_SAFE_URL = str.maketrans({"[": "%5B", "]": "%5D", " ": "%20", "|": "%7C", "<": "%3C", ">": "%3E", '"': "%22"})


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
