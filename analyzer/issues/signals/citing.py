"""Signals from reference markers: how much of the text is cited, and where it is not."""

import re
from collections.abc import Callable

from analyzer.counting import number, percent
from analyzer.issues.evidence.view import SMOOTHING, ArticleView
from analyzer.issues.signals.signal import LIST, MARKERS, PER_SIGNAL, TEXT, Signal, at, each, fact, share_of_sentences
from analyzer.issues.signals.tone import Tone
from analyzer.records import Block, Evidence, Section, Sentence
from analyzer.vocabulary import Facet

_DIGIT = re.compile(r"\d")


def _told(
    name: str,
    says: str,
    value: Callable[[ArticleView], float],
    reason: Callable[[ArticleView], str],
    rule: str,
    needs: frozenset[Facet] = MARKERS,
) -> Signal:
    """Return a signal whose evidence is one fact on the article."""
    return Signal(name, says, value, lambda view: [fact(reason(view), f"sourcing.{rule}")], needs)


def _uncited_share(view: ArticleView) -> float:
    return 1 - view.share(sum(bool(s.citations) for s in view.sentences))


def _uncited_evidence(view: ArticleView) -> list[Evidence]:
    rows = view.uncited_paragraphs
    head = fact(
        f"{len(rows)} of {number(len(view.paragraphs), 'paragraph')} carry no reference marker", "sourcing.uncited"
    )
    return [head, *each(rows, "paragraph without a reference", "sourcing.uncited")]


def _no_references(view: ArticleView) -> float:
    article = view.article
    return float(not (article.citations or article.references or view.references.links("reference")))


def _claims(view: ArticleView) -> list[Sentence]:
    """Return the sentences that state figures or what others say."""
    return view.once("claims", lambda: [s for s in view.sentences if s.voice == "attributed" or _DIGIT.search(s.text)])


def _unsourced(view: ArticleView) -> list[Sentence]:
    return [sentence for sentence in _claims(view) if not sentence.citations]


def _sections(view: ArticleView) -> list[tuple[int, int, bool, Section]]:
    """Return for each section of the body its words, its sentences, and whether it has a marker."""
    return view.once("sections", lambda: [_section(view, section) for section in view.body_sections])


def _section(view: ArticleView, section: Section) -> tuple[int, int, bool, Section]:
    rows = view.sentences_in(section)
    first = rows[0].index - view.sentences[0].index if rows else 0
    words = sum(view.lengths[first : first + len(rows)])
    return words, len(rows), any(row.citations for row in rows), section


def _uncited_sections(view: ArticleView) -> float:
    """Return the share of the words of sections of 40 words or more that stand in sections without a marker."""
    rows = [(words, has) for words, _, has, _ in _sections(view) if words >= 40]
    return sum(words for words, has in rows if not has) / (sum(words for words, _ in rows) + 40)


def _uncited_sections_evidence(view: ArticleView) -> list[Evidence]:
    bare = [section for _, sentences, marked, section in _sections(view) if sentences > 2 and not marked]
    return [at(s, f"section “{s.title}” has no reference", "sourcing.uncited-section") for s in bare[:PER_SIGNAL]]


def _longest_uncited(view: ArticleView) -> list[tuple[int, Section]]:
    """Return the sections without a marker with their words, longest first."""
    rows = [(words, section) for words, sentences, marked, section in _sections(view) if sentences and not marked]
    return sorted(rows, key=lambda row: (-row[0], row[1].start))


def _longest_run(view: ArticleView) -> list[Block]:
    """Return the longest run of paragraphs, in words, none of which holds a marker."""
    bare = {block.start for block in view.uncited_paragraphs}
    best = slice(0, 0)
    since = most = words = 0
    for place, block in enumerate(view.paragraphs, 1):
        if block.start not in bare:
            since, words = place, 0
            continue
        words += view.words_in(block)
        if words > most:
            best, most = slice(since, place), words
    return view.paragraphs[best]


def _judged(view: ArticleView) -> list[Sentence]:
    """Return the sentences that judge or generalise but have no marker."""
    return [s for s in Tone.of(view).judging() if not s.citations]


def _general(view: ArticleView) -> int:
    """Return the entries of the reference list that no marker points to."""
    used = {citation.label for citation in view.article.citations}
    return sum(reference.label is None or reference.label not in used for reference in view.article.references)


def _formulas(view: ArticleView) -> float:
    text = view.article.text[view.extent.start : view.extent.end]
    return view.rate(text.count("{math}") + sum(text.count(sign) for sign in "=≤≥±∑∫√∂∞≈"))


def _few(view: ArticleView, rows: tuple[object, ...], enough: int) -> float:
    """Return how far there are fewer per 1,000 words than would be enough."""
    return max(0.0, 1 - view.rate(len(rows)) / enough)


SIGNALS = (
    _told(
        "no-references",
        "1 where the article has no reference at all, else 0",
        _no_references,
        lambda view: "there is no reference at all",
        "none",
        LIST,
    ),
    _told(
        "no-markers",
        "1 where no reference marker stands in the text, else 0",
        lambda view: float(not view.article.citations and not any(s.citations for s in view.sentences)),
        lambda view: "no reference marker stands in the text",
        "no-markers",
    ),
    Signal(
        "uncited-paragraphs",
        "share of the paragraphs of 20 words or more without a reference marker",
        lambda view: len(view.uncited_paragraphs) / len(view.paragraphs) if view.paragraphs else 0.0,
        _uncited_evidence,
        MARKERS,
    ),
    Signal(
        "uncited-sections",
        "words in sections of 40 words or more without a marker / (words in such sections + 40)",
        _uncited_sections,
        _uncited_sections_evidence,
        MARKERS | {"sections"},
    ),
    _told(
        "uncited-sentences",
        "share of the sentences without a reference marker",
        _uncited_share,
        lambda view: f"{percent(_uncited_share(view))} of the sentences carry no reference marker",
        "uncited",
    ),
    Signal(
        "unsourced-claims",
        "sentences with figures or reported views but no marker / (such sentences + 2)",
        lambda view: len(_unsourced(view)) / (len(_claims(view)) + 2),
        lambda view: each(
            _unsourced(view), "a figure or a reported view without a reference", "sourcing.unsourced-claim"
        ),
        MARKERS,
    ),
    _told(
        "sparse-markers",
        "1 - markers per 1,000 words (+200) / 10",
        lambda view: _few(view, view.article.citations, 10),
        lambda view: f"{number(len(view.article.citations), 'reference marker')} for {number(view.words, 'word')}",
        "sparse",
    ),
    _told(
        "few-references",
        "1 - references per 1,000 words (+200) / 10",
        lambda view: _few(view, view.article.references, 10),
        lambda view: f"{number(len(view.article.references), 'reference')} for {number(view.words, 'word')}",
        "few",
        LIST,
    ),
    _told(
        "list-without-markers",
        "0 without a reference list, else 1 - markers per 1,000 words (+200) / 4",
        lambda view: _few(view, view.article.citations, 4) if view.article.references else 0.0,
        lambda view: (
            f"a list of {number(len(view.article.references), 'reference')}, but "
            f"{number(len(view.article.citations), 'marker')} in the text"
        ),
        "list-only",
        MARKERS | LIST,
    ),
    Signal(
        "longest-uncited-section",
        "words of the longest section without a marker / (all words + 200)",
        lambda view: sum(words for words, _ in _longest_uncited(view)[:1]) / (view.words + SMOOTHING),
        lambda view: [
            at(s, f"{words} words under “{s.title}” without a reference", "sourcing.uncited-section")
            for words, s in _longest_uncited(view)[:PER_SIGNAL]
        ],
        MARKERS | {"sections"},
    ),
    Signal(
        "longest-uncited-run",
        "words of the longest run of paragraphs without a marker / (words of all paragraphs + 200)",
        lambda view: view.total_words(_longest_run(view)) / (view.total_words(view.paragraphs) + SMOOTHING),
        lambda view: each(_longest_run(view), "one of a run of paragraphs without a reference", "sourcing.uncited"),
        MARKERS,
    ),
    Signal(
        "uncited-words",
        "words in paragraphs without a marker / (words of all paragraphs + 40)",
        lambda view: view.total_words(view.uncited_paragraphs) / (view.total_words(view.paragraphs) + 40),
        _uncited_evidence,
        MARKERS,
    ),
    share_of_sentences(
        "uncited-judgements",
        "sentences that judge or generalise (words of approval, importance, trouble, vague quantity) but have no "
        "marker as a share of all",
        _judged,
        "a judgement without a reference",
        "sourcing.unsourced-claim",
        needs=MARKERS,
    ),
    _told(
        "general-references",
        "works listed that no marker points to / (all works listed + 1)",
        lambda view: _general(view) / (len(view.article.references) + 1),
        lambda view: f"{_general(view)} of {number(len(view.article.references), 'listed work')} without a marker",
        "general",
        MARKERS | LIST,
    ),
    _told(
        "formulas",
        "formulas and mathematical signs per 1,000 words (+200), 20 or more = 1: derivations need fewer references",
        lambda view: _formulas(view) / 20,
        lambda view: "much of the text derives formulas, which needs fewer references",
        "formulas",
        TEXT,
    ),
)
