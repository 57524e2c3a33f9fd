"""The report as HTML: a page with the article's text beside its findings.

No outside resource, and no script but the page's own, which the page's policy names by its hash; everything that the
article chose is escaped. All of it can be read without that script, which filters and sorts. What is shown stands in
``templates/``; here is what the templates are given.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from analyzer import counting
from analyzer.records import Evidence, Report
from analyzer.report import labels
from analyzer.report.escape import for_html, web_address
from analyzer.report.html.text import pieces, tip
from analyzer.report.overview import Overview, brief
from analyzer.report.pictures import SIGNS, Heard, along, stance_of
from analyzer.report.pictures import STANCES as SIDES
from analyzer.report.speakers import Speakers
from analyzer.report.survey import ORDERS, Line, ranked, row_of
from analyzer.vocabulary import STANCES, THRESHOLD

_T = TypeVar("_T")
_LONG = 60  # sentences: the findings of a longer article stay in sight beside its text
_FILTERS = (
    brief, counting.number, counting.percent, labels.balance, labels.clip, labels.decimals, labels.issue_title,
    labels.level, labels.plain_id, labels.score, labels.source_type,
)  # fmt: skip


def render_page(report: Report) -> str:
    """Return a whole page on one article: findings, and the text with every sentence marked."""
    return render_pages([report])


def render_pages(reports: Iterable[Report]) -> str:
    """Return one page on several articles: an index with their scores, then one after the other."""
    listed = list(reports)
    return "".join(stream_pages(listed, len(listed)))


def stream_pages(reports: Iterable[Report], count: int) -> Iterator[str]:
    """Yield the page on ``count`` articles piece by piece; the reports are gone through twice, one at a time."""
    title, index = counting.number(count, "article"), list[Line]()
    if count == 1:
        title = next(iter(reports)).article.title or "Article"
    else:
        index = ranked({number: row_of(report) for number, report in enumerate(reports)})
    page = templates().get_template("page.html.jinja")
    yield from page.generate(overviews=map(Overview, reports), title=title, index=index)


@cache
def templates() -> Environment:
    """Return the templates; whatever a template shows passes through :func:`for_html`."""
    made = Environment(  # without line breaks and indents: white space in HTML is seen
        loader=FunctionLoader(lambda name: "".join(map(str.strip, _template(name).splitlines()))),
        autoescape=True,
        finalize=_escaped,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    made.filters |= {function.__name__: function for function in _FILTERS}
    made.filters |= {
        "at_most": at_most,
        "lines": lambda text: Markup(for_html(text, lines=True)),
        "lines_of_attribute": lambda text: Markup(for_html(text, lines=True).replace("\n", "&#10;")),
    }
    made.tests["web_address"] = web_address
    script = "\n" + _template("page.js")
    made.globals |= {
        "LONG": _LONG,
        "ORDERS": ORDERS,
        "SIDES": SIDES,  # the stances and "unsure", as they are drawn
        "SIGNS": SIGNS,
        "STANCES": STANCES,
        "THRESHOLD": THRESHOLD,
        "VERDICT_NAMES": labels.VERDICT_NAMES,
        "in_sentences": in_sentences,
        "lanes": lanes,
        "letters": letters,
        "pieces": pieces,
        "script": Markup(script),
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "speakers_of": Speakers,
        "stance_of": stance_of,
        "stacked": stacked,
        "style": lambda name: Markup("\n" + _template(name)),
        "tip": tip,
        "told": told,
    }
    return made


def _template(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text("utf-8")


def _escaped(value: object) -> Markup:
    """Return what a template shows, escaped unless a template or this module made it."""
    return value if isinstance(value, Markup) else Markup(for_html(str(value)))


def at_most(items: Sequence[_T], count: int) -> Sequence[_T]:
    """Return the first so many, and one more where only that is left: "1 more" takes the room that it needs."""
    return items if len(items) <= count + 1 else items[:count]


def letters(overview: Overview) -> dict[int, str]:
    """Return the letter of each issue that was found or claimed, by its number in the report."""
    return {overview.report.issues.index(issue): letter(number) for number, issue in enumerate(overview.found)}


def letter(number: int) -> str:
    """Return the letter by which the text points back to an issue: A to Z, then AA."""
    return (letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def in_sentences(evidence: Iterable[tuple[int, Evidence]]) -> list[tuple[int, int]]:
    """Return the sentences in which evidence stands, in order, each with the place of its first piece."""
    found: dict[int, int] = {}
    for place, item in evidence:
        if item.sentence is not None and item.start is not None:
            found.setdefault(item.sentence, place)
    return sorted(found.items())


def stacked(rows: Sequence[Heard], length: float) -> list[tuple[str, float, float]]:
    """Return stance, start and width of the parts of a bar of this length, by the words of each stance."""
    total, done = sum(row.words for row in rows) or 1, 0
    parts = []
    for row in rows:
        parts.append((row.stance, round(length * done / total, 2), round(length * row.words / total, 2)))
        done += row.words
    return parts


def told(counts: Mapping[str, int]) -> str:
    """Return how many sentences are of each stance, in words, those that are there."""
    rows = [f"{SIGNS[name]}\N{NO-BREAK SPACE}{name} {counts[name]}" for name in SIDES if counts.get(name)]
    return ", ".join(rows) or "none"


def lanes(report: Report) -> list[tuple[str, str, list[tuple[int, str]]]]:
    """Return the article's own voice and what is reported: title, counts in words, and each sentence with its stance.

    The sentences are those of :func:`analyzer.report.pictures.along`.
    """
    found: dict[str, list[tuple[int, str]]] = {"article": [], "attributed": []}
    for row in along(report):
        found[row.voice].append((row.sentence, "unsure" if row.unsure else row.stance))
    titles = {"article": "own voice", "attributed": "reported"}
    return [(titles[voice], told(Counter(name for _, name in rows)), rows) for voice, rows in found.items()]
