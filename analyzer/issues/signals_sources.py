"""Signals from references and reference markers: how much is cited, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.issues.references import Cited
from analyzer.issues.signal import PER_SIGNAL, Signal, at, cited, fact, number, percent
from analyzer.issues.view import View
from analyzer.records import Evidence
from analyzer.vocabulary import Facet

MARKERS: frozenset[Facet] = frozenset({"text", "citations"})
LIST: frozenset[Facet] = frozenset({"text", "references"})


def _refs(view: View, wanted: Callable[[Cited], bool]) -> list[Cited]:
    return [row for row in view.references.cited if wanted(row)]


def _share_signal(
    name: str, says: str, wanted: Callable[[Cited], bool], why: Callable[[Cited], str], rule: str, damp: int = 1
) -> Signal:
    def value(view: View) -> float:
        return len(_refs(view, wanted)) / (len(view.references) + damp)

    def evidence(view: View) -> Sequence[Evidence]:
        rows = _refs(view, wanted)
        if not rows:
            return []
        head = fact(f"{len(rows)} of {number(len(view.references), 'reference')}: {says}", rule)
        return [head, *cited(rows, why, rule)]

    return Signal(name, f"references {says} / (all references + {damp})", value, evidence, LIST)


def _rating(row: Cited) -> str:
    return "; ".join(row.notes) or "rated unreliable"


def _kind(row: Cited) -> str:
    return "the subject's own page" if row.own else "a press release"


def _cited_share(view: View) -> float:
    return view.share(sum(bool(s.citations) for s in view.sentences))


def _uncited_paragraphs(view: View) -> float:
    return len(view.uncited_paragraphs) / len(view.paragraphs) if view.paragraphs else 0.0


def _uncited_evidence(view: View) -> list[Evidence]:
    rows = view.uncited_paragraphs
    head = fact(
        f"{len(rows)} of {number(len(view.paragraphs), 'paragraph')} carry no reference marker", "sourcing.uncited"
    )
    return [head, *(at(row, "paragraph without a reference", "sourcing.uncited") for row in rows[:PER_SIGNAL])]


def _no_markers(view: View) -> float:
    return float(not view.article.citations and not any(s.citations for s in view.sentences))


def _no_references(view: View) -> float:
    if view.article.citations:
        return 0.0
    return float(not view.article.references and not view.references.links("reference"))


def _list_without_markers(view: View) -> float:
    """Return 1 for a reference list that no marker points to, less the more markers there are."""
    references = len(view.article.references)
    if not references:
        return 0.0
    markers = len(view.article.citations)
    return max(0.0, 1 - view.rate(markers) / 4)


def _top_work(view: View) -> float:
    references = view.references
    if not len(references):
        return 0.0
    uses = [sum(max(1, c.reference.uses or 1) for c in rows) for _, rows in references.works]
    return max(uses) / sum(uses)


def _top_work_evidence(view: View) -> list[Evidence]:
    if not view.references.works:
        return []
    _, rows = view.references.works[0]
    return [
        fact(f"{percent(_top_work(view))} of the citations go to one work", "sourcing.one-work"),
        *cited(rows, lambda _: "the work cited most", "sourcing.one-work"),
    ]


def _few_works(view: View) -> float:
    works = len(view.references.works)
    return 1 / works if works else 0.0


def _few_references(view: View) -> float:
    return max(0.0, 1 - view.rate(len(view.article.references)) / 10)


def _sparse_markers(view: View) -> float:
    return max(0.0, 1 - view.rate(len(view.article.citations)) / 10)


def _unsourced_numbers(view: View) -> list[Evidence]:
    """Return sentences without a marker that state figures or what others say."""
    rows = [
        s for s in view.sentences if not s.citations and (any(c.isdigit() for c in s.text) or s.voice == "attributed")
    ]
    return [
        at(s, "a figure or a reported view without a reference", "sourcing.unsourced-claim") for s in rows[:PER_SIGNAL]
    ]


def _unsourced_share(view: View) -> float:
    claims = [s for s in view.sentences if any(c.isdigit() for c in s.text) or s.voice == "attributed"]
    return sum(not s.citations for s in claims) / (len(claims) + 2)


def _uncited_sections(view: View) -> float:
    """Return the share of sections of 40 words or more that hold no marker."""
    long = [s for s in view.body_sections if sum(len(x.text.split()) for x in view.sentences_in(s)) >= 40]
    bare = [s for s in long if not any(x.citations for x in view.sentences_in(s))]
    return len(bare) / (len(long) + 1)


def _uncited_sections_evidence(view: View) -> list[Evidence]:
    bare = [
        s
        for s in view.body_sections
        if (rows := view.sentences_in(s)) and len(rows) > 2 and not any(x.citations for x in rows)
    ]
    return [at(s, f"section “{s.title}” has no reference", "sourcing.uncited-section") for s in bare[:PER_SIGNAL]]


def _bare(row: Cited) -> bool:
    text = row.reference.text.strip()
    return text.startswith("http") and " " not in text


def _list_and_markers(view: View) -> str:
    references, markers = len(view.article.references), len(view.article.citations)
    return f"a list of {number(references, 'reference')}, but {number(markers, 'marker')} in the text"


SIGNALS = (
    Signal(
        "no-references",
        "1 where the article has no reference at all, else 0",
        _no_references,
        lambda view: [fact("there is no reference at all", "sourcing.none")],
        frozenset({"text", "references"}),
    ),
    Signal(
        "no-markers",
        "1 where no reference marker stands in the text, else 0",
        _no_markers,
        lambda view: [fact("no reference marker stands in the text", "sourcing.no-markers")],
        MARKERS,
    ),
    Signal(
        "uncited-paragraphs",
        "share of the paragraphs of 20 words or more without a reference marker",
        _uncited_paragraphs,
        _uncited_evidence,
        MARKERS,
    ),
    Signal(
        "uncited-sections",
        "sections of 40 words or more without a marker / (such sections + 1)",
        _uncited_sections,
        _uncited_sections_evidence,
        MARKERS | {"sections"},
    ),
    Signal(
        "uncited-sentences",
        "share of the sentences without a reference marker",
        lambda view: 1 - _cited_share(view),
        lambda view: [
            fact(f"{percent(1 - _cited_share(view))} of the sentences carry no reference marker", "sourcing.uncited")
        ],
        MARKERS,
    ),
    Signal(
        "unsourced-claims",
        "sentences with figures or reported views but no marker / (such sentences + 2)",
        _unsourced_share,
        _unsourced_numbers,
        MARKERS,
    ),
    Signal(
        "sparse-markers",
        "1 - markers per 1,000 words (+200) / 10",
        _sparse_markers,
        lambda view: [
            fact(
                f"{number(len(view.article.citations), 'reference marker')} for {number(view.words, 'word')}",
                "sourcing.sparse",
            )
        ],
        MARKERS,
    ),
    Signal(
        "few-references",
        "1 - references per 1,000 words (+200) / 10",
        _few_references,
        lambda view: [
            fact(
                f"{number(len(view.article.references), 'reference')} for {number(view.words, 'word')}", "sourcing.few"
            )
        ],
        LIST,
    ),
    Signal(
        "list-without-markers",
        "0 without a reference list, else 1 - markers per 1,000 words (+200) / 4",
        _list_without_markers,
        lambda view: [
            fact(
                _list_and_markers(view),
                "sourcing.list-only",
            )
        ],
        MARKERS | {"references"},
    ),
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
        "bare-references",
        "references that are nothing but an address / (all references + 1)",
        lambda view: len(_refs(view, _bare)) / (len(view.references) + 1),
        lambda view: cited(_refs(view, _bare), lambda r: "nothing but an address", "references.bare"),
        LIST,
    ),
)
