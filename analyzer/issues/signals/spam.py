"""Signals of spam: references and links that serve to place a site."""

from __future__ import annotations

from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, cited, fact, linked, number
from analyzer.records import Evidence
from analyzer.vocabulary import Facet

LINKS: frozenset[Facet] = frozenset({"text", "links"})
REFERENCED: frozenset[Facet] = LINKS | {"references"}


def _brand(view: ArticleView) -> tuple[str, list[Cited]]:
    """Return the site that most references place, and those references: one that sells before one that does not."""
    ranked = sorted(
        view.references.brands, key=lambda item: (-sum(c.commercial or c.tracked for c in item[1]), -len(item[1]))
    )
    return ranked[0] if ranked else ("", [])


def _brand_share(view: ArticleView) -> float:
    _, rows = _brand(view)
    return len(rows) / (len(view.references) + 2)


def _brand_evidence(view: ArticleView) -> list[Evidence]:
    name, rows = _brand(view)
    if not rows:
        return []
    hosts = sorted({v.host for row in rows for v in row.verdicts})
    guises = f", under {number(len(hosts), 'host')} ({', '.join(hosts[:4])})" if len(hosts) > 1 else ""
    head = fact(
        f"{len(rows)} of {number(len(view.references), 'reference')} lead to one site, {name}{guises}", "spam.one-site"
    )
    return [head, *cited(rows, lambda _: f"leads to {name}", "spam.one-site")]


def _guises(view: ArticleView) -> float:
    """Return how many hosts the most placed site appears under, beyond the first."""
    _, rows = _brand(view)
    return len({v.host for row in rows for v in row.verdicts}) - 1.0 if rows else 0.0


def _deep(view: ArticleView) -> float:
    """Return how many different pages of the most placed site are cited."""
    _, rows = _brand(view)
    return float(len({url for row in rows for url in row.reference.urls}))


def _commercial(view: ArticleView) -> list[Cited]:
    return [row for row in view.references.cited if row.commercial]


def _tracked(view: ArticleView) -> list[Cited]:
    return [row for row in view.references.cited if row.tracked or row.shortened]


def _stacked(view: ArticleView) -> list[Evidence]:
    """Return the places where four or more markers stand together."""
    markers = sorted(view.article.citations, key=lambda c: c.start)
    found: list[Evidence] = []
    run = markers[:1]
    for marker in [*markers[1:], None]:
        if marker is not None and run and marker.start - run[-1].end <= 1:
            run.append(marker)
            continue
        if len(run) >= 4:
            found.append(
                Evidence(
                    reason=f"{len(run)} references on one claim",
                    rule="spam.stacked",
                    start=run[0].start,
                    end=run[-1].end,
                )
            )
        run = [marker] if marker is not None else []
    return found


def _external(view: ArticleView) -> int:
    return len(view.references.links("external"))


def _odd_external(view: ArticleView) -> float:
    """Return the external links beyond the subject's own site."""
    owner = view.references.owner
    from analyzer.lexicons.domains import lookup

    return float(sum(not owner.owns(lookup(link.url or link.domain)) for link in view.references.links("external")))


SIGNALS = (
    Signal(
        "one-site",
        "references that lead to the most placed unknown site, by link or by name / (all references + 2)",
        _brand_share,
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "guises",
        "hosts of that site beyond the first; 2 or more = 1",
        lambda view: _guises(view) / 2,
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "deep-links",
        "different pages of that site; 6 or more = 1, the first not counted",
        lambda view: (_deep(view) - 1) / 5,
        _brand_evidence,
        REFERENCED,
    ),
    Signal(
        "commercial-references",
        "references to shops, price lists and other pages that sell / (all references + 1)",
        lambda view: len(_commercial(view)) / (len(view.references) + 1),
        lambda view: cited(_commercial(view), lambda r: "a page that sells", "spam.commercial"),
        REFERENCED,
    ),
    Signal(
        "tracked-references",
        "references with tracking parameters or shortened addresses; 3 or more = 1",
        lambda view: len(_tracked(view)) / 3,
        lambda view: cited(
            _tracked(view), lambda r: "carries a tracking or partner code, or hides its target", "spam.tracking"
        ),
        REFERENCED,
    ),
    Signal(
        "stacked-references",
        "places with four or more markers in a row; 3 or more = 1",
        lambda view: len(_stacked(view)) / 3,
        lambda view: _stacked(view)[:PER_SIGNAL],
        frozenset({"text", "citations"}),
    ),
    Signal(
        "body-links",
        "external links in running text; 3 or more = 1",
        lambda view: len(view.references.links("body")) / 3,
        lambda view: linked(view.references.links("body"), "an external link in running text", "spam.body-link"),
        LINKS,
    ),
    Signal(
        "external-list",
        "external links beyond the first 3, the subject's own site not counted; 10 more = 1",
        lambda view: (_odd_external(view) - 3) / 10,
        lambda view: [
            fact(f"{number(_external(view), 'link')} under External links", "spam.link-list"),
            *linked(view.references.links("external"), "an entry of a long link list", "spam.link-list"),
        ],
        LINKS,
    ),
    Signal(
        "selling-links",
        "links that sell, track, shorten or are on the spam list, references included; 4 or more = 1",
        lambda view: len(view.references.promotional_links) / 4,
        lambda view: linked(
            view.references.promotional_links, "sells, tracks or hides its target", "spam.selling-link"
        ),
        LINKS,
    ),
    Signal(
        "selling-external",
        "share of the links outside references that sell, track or shorten",
        lambda view: _share_selling(view),
        lambda view: linked(
            [k for k in view.references.promotional_links if k.place != "reference"],
            "sells, tracks or hides its target",
            "spam.selling-link",
        ),
        LINKS,
    ),
)


def _share_selling(view: ArticleView) -> float:
    outside = view.references.links("body", "external")
    selling = [link for link in view.references.promotional_links if link.place != "reference"]
    return len(selling) / (len(outside) + 1)
