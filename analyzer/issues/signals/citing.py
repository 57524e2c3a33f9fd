"""Signals from reference markers: how much of the text is cited, and where it is not."""

from __future__ import annotations

import re

from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, fact, number, percent
from analyzer.records import Evidence, Section, Sentence
from analyzer.vocabulary import Facet

_DIGIT = re.compile(r"\d")
MARKERS: frozenset[Facet] = frozenset({"text", "citations"})
LIST: frozenset[Facet] = frozenset({"text", "references"})


def _cited_share(view: ArticleView) -> float:
    return view.share(sum(bool(s.citations) for s in view.sentences))


def _uncited_paragraphs(view: ArticleView) -> float:
    return len(view.uncited_paragraphs) / len(view.paragraphs) if view.paragraphs else 0.0


def _uncited_evidence(view: ArticleView) -> list[Evidence]:
    rows = view.uncited_paragraphs
    head = fact(
        f"{len(rows)} of {number(len(view.paragraphs), 'paragraph')} carry no reference marker", "sourcing.uncited"
    )
    return [head, *(at(row, "paragraph without a reference", "sourcing.uncited") for row in rows[:PER_SIGNAL])]


def _no_markers(view: ArticleView) -> float:
    return float(not view.article.citations and not any(s.citations for s in view.sentences))


def _no_references(view: ArticleView) -> float:
    if view.article.citations:
        return 0.0
    return float(not view.article.references and not view.references.links("reference"))


def _list_without_markers(view: ArticleView) -> float:
    """Return 1 for a reference list that no marker points to, less the more markers there are."""
    references = len(view.article.references)
    if not references:
        return 0.0
    markers = len(view.article.citations)
    return max(0.0, 1 - view.rate(markers) / 4)


def _few_references(view: ArticleView) -> float:
    return max(0.0, 1 - view.rate(len(view.article.references)) / 10)


def _sparse_markers(view: ArticleView) -> float:
    return max(0.0, 1 - view.rate(len(view.article.citations)) / 10)


def _claims(view: ArticleView) -> list[Sentence]:
    """Return the sentences that state figures or what others say."""
    return view.once("claims", lambda: [s for s in view.sentences if s.voice == "attributed" or _DIGIT.search(s.text)])


def _unsourced_numbers(view: ArticleView) -> list[Evidence]:
    rows = [sentence for sentence in _claims(view) if not sentence.citations]
    return [
        at(s, "a figure or a reported view without a reference", "sourcing.unsourced-claim") for s in rows[:PER_SIGNAL]
    ]


def _unsourced_share(view: ArticleView) -> float:
    claims = _claims(view)
    return sum(not s.citations for s in claims) / (len(claims) + 2)


def _uncited_sections(view: ArticleView) -> float:
    """Return the share of sections of 40 words or more that hold no marker."""
    long = [s for s in view.body_sections if sum(len(x.text.split()) for x in view.sentences_in(s)) >= 40]
    bare = [s for s in long if not any(x.citations for x in view.sentences_in(s))]
    return len(bare) / (len(long) + 1)


def _uncited_sections_evidence(view: ArticleView) -> list[Evidence]:
    bare = [
        s
        for s in view.body_sections
        if (rows := view.sentences_in(s)) and len(rows) > 2 and not any(x.citations for x in rows)
    ]
    return [at(s, f"section “{s.title}” has no reference", "sourcing.uncited-section") for s in bare[:PER_SIGNAL]]


def _section_words(view: ArticleView, *, cited_ones: bool) -> list[tuple[int, Section]]:
    """Return the body's sections by words of prose, longest first; with markers, or without any."""
    found = []
    for section in view.body_sections:
        rows = view.sentences_in(section)
        if rows and any(row.citations for row in rows) == cited_ones:
            found.append((sum(len(row.text.split()) for row in rows), section))
    return sorted(found, key=lambda pair: (-pair[0], pair[1].start))


def _longest_uncited(view: ArticleView) -> float:
    rows = _section_words(view, cited_ones=False)
    return float(rows[0][0]) if rows else 0.0


def _longest_uncited_evidence(view: ArticleView) -> list[Evidence]:
    rows = _section_words(view, cited_ones=False)[:PER_SIGNAL]
    return [
        at(s, f"{words} words under “{s.title}” without a reference", "sourcing.uncited-section") for words, s in rows
    ]


def _uncited_words(view: ArticleView) -> int:
    text = view.article.text
    return sum(len(text[block.start : block.end].split()) for block in view.uncited_paragraphs)


def _general(view: ArticleView) -> int:
    """Return the entries of the reference list that no marker points to."""
    used = {citation.label for citation in view.article.citations}
    return sum(reference.label is None or reference.label not in used for reference in view.article.references)


def _formulas(view: ArticleView) -> float:
    text = view.article.text
    return view.rate(text.count("{math}") + sum(text.count(sign) for sign in "=≤≥±∑∫√∂∞≈"))


def _list_and_markers(view: ArticleView) -> str:
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
    Signal(
        "longest-uncited-section",
        "words of the longest section without a marker; 400 or more = 1",
        lambda view: _longest_uncited(view) / 400,
        _longest_uncited_evidence,
        MARKERS | {"sections"},
    ),
    Signal(
        "uncited-words",
        "words in paragraphs without a marker; 1,500 or more = 1",
        lambda view: _uncited_words(view) / 1500,
        _uncited_evidence,
        MARKERS,
    ),
    Signal(
        "general-references",
        "works listed that no marker points to; 6 or more = 1",
        lambda view: _general(view) / 6,
        lambda view: [fact(f"{number(_general(view), 'listed work')} without a marker", "sourcing.general")],
        MARKERS | {"references"},
    ),
    Signal(
        "formulas",
        "formulas and mathematical signs per 1,000 words (+200), 20 or more = 1: derivations need fewer references",
        lambda view: _formulas(view) / 20,
        lambda view: [fact("much of the text derives formulas, which needs fewer references", "sourcing.formulas")],
    ),
)
