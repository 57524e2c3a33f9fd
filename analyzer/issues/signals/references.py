"""Signals from the references themselves: whose they are, and how much rests on one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import Signal, cited, fact, number, percent
from analyzer.records import Evidence
from analyzer.vocabulary import Facet

LIST: frozenset[Facet] = frozenset({"text", "references"})


def _refs(view: ArticleView, wanted: Callable[[Cited], bool]) -> list[Cited]:
    return [row for row in view.references.cited if wanted(row)]


def _share_signal(
    name: str, says: str, wanted: Callable[[Cited], bool], why: Callable[[Cited], str], rule: str, damp: int = 1
) -> Signal:
    def value(view: ArticleView) -> float:
        return len(_refs(view, wanted)) / (len(view.references) + damp)

    def evidence(view: ArticleView) -> Sequence[Evidence]:
        rows = _refs(view, wanted)
        if not rows:
            return []
        head = fact(f"{len(rows)} of {number(len(view.references), 'reference')} lead {says}", rule)
        return [head, *cited(rows, why, rule)]

    return Signal(name, f"references {says} / (all references + {damp})", value, evidence, LIST)


def _rating(row: Cited) -> str:
    return "; ".join(row.notes) or "rated unreliable"


def _kind(row: Cited) -> str:
    return "the subject's own page" if row.own else "a press release"


def _unknown(row: Cited) -> bool:
    """True where nothing is known of a source: what is known to its discredit is told by other signals."""
    return not (row.independent or row.unreliable or row.self_published or row.user_generated or row.affiliated)


def _top_work(view: ArticleView) -> float:
    references = view.references
    if not len(references):
        return 0.0
    uses = [sum(max(1, c.reference.uses or 1) for c in rows) for _, rows in references.works]
    return max(uses) / sum(uses)


def _top_work_evidence(view: ArticleView) -> list[Evidence]:
    if not view.references.works:
        return []
    _, rows = view.references.works[0]
    return [
        fact(f"{percent(_top_work(view))} of the citations go to one work", "sourcing.one-work"),
        *cited(rows, lambda _: "the work cited most", "sourcing.one-work"),
    ]


def _few_works(view: ArticleView) -> float:
    works = len(view.references.works)
    return 1 / works if works else 0.0


SIGNALS = (
    Signal("top-work", "share of the citations that go to the most cited work", _top_work, _top_work_evidence, LIST),
    Signal(
        "few-works",
        "1 / distinct works cited",
        _few_works,
        lambda view: [fact(f"{number(len(view.references.works), 'distinct work')} cited", "sourcing.few-works")],
        LIST,
    ),
    _share_signal("own-references", "to the subject's own pages", lambda r: r.own, _kind, "references.own"),
    _share_signal(
        "affiliated-references",
        "to the subject's own pages or press releases",
        lambda r: r.affiliated,
        _kind,
        "references.affiliated",
    ),
    _share_signal(
        "release-references",
        "to press releases",
        lambda r: r.release,
        lambda r: "a press release",
        "references.release",
    ),
    _share_signal(
        "self-published-references",
        "to self-published pages, blogs and social media",
        lambda r: r.self_published,
        lambda r: "; ".join(r.notes) or "self-published",
        "references.self-published",
    ),
    _share_signal(
        "user-generated-references",
        "to user-generated sites",
        lambda r: r.user_generated,
        _rating,
        "references.user-generated",
    ),
    _share_signal(
        "unreliable-references",
        "to sources that editors rate unreliable",
        lambda r: r.unreliable,
        _rating,
        "references.unreliable",
    ),
    _share_signal(
        "dependent-references",
        "to sources that are not known to be independent",
        lambda r: not r.independent,
        lambda r: "not known to be independent",
        "references.not-independent",
    ),
    Signal(
        "any-self-published",
        "references to self-published pages, blogs and social media; 3 or more = 1",
        lambda view: len(_refs(view, lambda r: r.self_published)) / 3,
        lambda view: cited(
            _refs(view, lambda r: r.self_published),
            lambda r: "; ".join(r.notes) or "self-published",
            "references.self-published",
        ),
        LIST,
    ),
    Signal(
        "any-unreliable",
        "references to sources rated unreliable; 3 or more = 1",
        lambda view: len(_refs(view, lambda r: r.unreliable)) / 3,
        lambda view: cited(_refs(view, lambda r: r.unreliable), _rating, "references.unreliable"),
        LIST,
    ),
    Signal(
        "interested-references",
        "references to unknown sites that are cited for what they say of themselves / (all references + 1)",
        lambda view: len(view.references.interested) / (len(view.references) + 1),
        lambda view: cited(
            view.references.interested, lambda r: "a site cited for what it says of itself", "references.interested"
        ),
        LIST,
    ),
    Signal(
        "independent-references",
        "references known to be independent / (all references + 1)",
        lambda view: len(_refs(view, lambda r: r.independent)) / (len(view.references) + 1),
        lambda view: cited(
            _refs(view, lambda r: r.independent), lambda r: "an independent work", "references.independent"
        ),
        LIST,
    ),
    Signal(
        "unknown-references",
        "references not known to be independent; 20 or more = 1",
        lambda view: len(_refs(view, lambda r: not r.independent)) / 20,
        lambda view: cited(_refs(view, _unknown), lambda r: "not known to be independent", "references.unknown"),
        LIST,
    ),
)
