"""Signals of spam: references and links that serve to place a site."""

from collections.abc import Callable, Sequence

from analyzer.counting import number
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import (
    LINKS,
    LIST,
    MARKERS,
    PER_SIGNAL,
    Signal,
    at,
    cited,
    fact,
    linked,
)
from analyzer.lexicons.domains import lookup
from analyzer.records import Evidence, Extent, Link

REFERENCED = LINKS | LIST
# Words added to the text's own for the rates of links, so that two links below a short text are no list.
_SMOOTHING = 600


def _rate(view: ArticleView, found: Sequence[object]) -> float:
    """Return what was found per 1,000 words, smoothed."""
    return 1000 * len(found) / (view.words + _SMOOTHING)


def _share(view: ArticleView, count: int) -> float:
    return count / (len(view.references) + 2)


def _brand(view: ArticleView) -> tuple[str, list[Cited]]:
    """Return the site that most references place, and those references: one that sells before one that does not."""
    ranked = sorted(
        view.references.brands, key=lambda item: (-sum(c.commercial or c.tracked for c in item[1]), -len(item[1]))
    )
    return ranked[0] if ranked else ("", [])


def _hosts(view: ArticleView) -> list[str]:
    """Return the hosts under which the most placed site appears."""
    return sorted({verdict.host for row in _brand(view)[1] for verdict in row.verdicts})


def _pages(view: ArticleView) -> set[str]:
    """Return the different pages of the most placed site."""
    return {url for row in _brand(view)[1] for url in row.reference.urls}


def _brand_evidence(view: ArticleView) -> list[Evidence]:
    name, rows = _brand(view)
    if not rows:
        return []
    hosts = _hosts(view)
    guises = f", under {number(len(hosts), 'host')} ({', '.join(hosts[:4])})" if len(hosts) > 1 else ""
    head = fact(
        f"{len(rows)} of {number(len(view.references), 'reference')} lead to one site, {name}{guises}", "spam.one-site"
    )
    return [head, *cited(rows, f"leads to {name}", "spam.one-site")]


def _commercial(view: ArticleView) -> list[Cited]:
    return [row for row in view.references.cited if row.commercial]


def _tracked(view: ArticleView) -> list[Cited]:
    return [row for row in view.references.cited if row.tracked or row.shortened]


def _stacked(view: ArticleView) -> list[Evidence]:
    """Return the places where four or more markers stand together."""
    runs: list[list[Extent]] = []
    for marker in sorted(view.article.citations, key=lambda c: c.start):
        if runs and marker.start - runs[-1][-1].end <= 1:
            runs[-1].append(marker)
        else:
            runs.append([marker])
    return [
        at(Extent(start=run[0].start, end=run[-1].end), f"{len(run)} references on one claim", "spam.stacked")
        for run in runs
        if len(run) >= 4
    ]


def _foreign(view: ArticleView) -> list[Link]:
    """Return the external links beyond the subject's own site."""
    owner = view.references.owner
    return [link for link in view.references.links("external") if not owner.owns(lookup(link.url or link.domain))]


def _vouched(view: ArticleView) -> list[Link]:
    """Return the foreign links that the signal of links to unknown sites does not tell."""
    told = set(view.references.unvouched_links)
    return [link for link in _foreign(view) if link not in told]


def _links(
    name: str, says: str, full: float, found: Callable[[ArticleView], Sequence[Link]], why: str, rule: str
) -> Signal:
    """Return the signal of a rate of links, 1 for ``full`` or more per 1,000 words, with them as evidence."""
    return Signal(
        name,
        f"{says} per 1,000 words; {full} or more = 1",
        lambda view: _rate(view, found(view)) / full,
        lambda view: linked(found(view), why, f"spam.{rule}"),
        LINKS,
    )


SIGNALS = (
    Signal(
        "one-site",
        "references that lead to the most placed unknown site, by link or by name / (all references + 2)",
        lambda view: _share(view, len(_brand(view)[1])),
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "guises",
        "hosts of that site beyond the first, 2 or more = 1; in full where a fifth of the references lead to it",
        lambda view: min(1.0, (len(_hosts(view)) - 1) / 2) * min(1.0, 5 * _share(view, len(_brand(view)[1]))),
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "deep-links",
        "different pages of that site, the first not counted / (all references + 2)",
        lambda view: _share(view, len(_pages(view)) - 1),
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "commercial-references",
        "references to shops, price lists and other pages that sell / (all references + 1)",
        lambda view: len(_commercial(view)) / (len(view.references) + 1),
        lambda view: cited(_commercial(view), "a page that sells", "spam.commercial"),
        REFERENCED,
    ),
    Signal(
        "tracked-references",
        "references with tracking parameters or shortened addresses / (all references + 2); a third or more = 1",
        lambda view: 3 * _share(view, len(_tracked(view))),
        lambda view: cited(_tracked(view), "carries a tracking or partner code, or hides its target", "spam.tracking"),
        REFERENCED,
    ),
    Signal(
        "stacked-references",
        "places with four or more markers in a row per 1,000 words; 2 or more = 1",
        lambda view: _rate(view, _stacked(view)) / 2,
        lambda view: _stacked(view)[:PER_SIGNAL],
        MARKERS,
    ),
    _links(
        "body-links",
        "external links in running text",
        3,
        lambda view: view.references.links("body"),
        "an external link in running text",
        "body-link",
    ),
    Signal(
        "link-rate",
        "external links outside references per 1,000 words, the subject's own site not counted; 10 or more = 1",
        lambda view: _rate(view, [*view.references.links("body"), *_foreign(view)]) / 10,
        lambda view: [
            fact(f"{number(len(view.references.links('external')), 'link')} under External links", "spam.link-list"),
            *linked(_vouched(view), "an entry of a long link list", "spam.link-list"),
        ],
        LINKS,
    ),
    _links(
        "unvouched-links",
        "links outside references to vendors and sites of no known standing",
        5,
        lambda view: view.references.unvouched_links,
        "nothing vouches for the site",
        "unvouched-link",
    ),
    _links(
        "selling-links",
        "links that sell, track, shorten or are on the spam list, references included,",
        4,
        lambda view: view.references.promotional_links,
        "sells, tracks or hides its target",
        "selling-link",
    ),
)
