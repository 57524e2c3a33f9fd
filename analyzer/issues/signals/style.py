"""Signals from the article's own style: words to watch, address of the reader, tone, quotations."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from analyzer.counting import number, percent
from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.bias import biased, charged
from analyzer.issues.signals.puffery import PUFFED, probabilities
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, each, fact
from analyzer.records import Evidence, Extent, Mark, Section, Sentence
from analyzer.spans import covered

# From this score on a sentence is counted as hedged, vaguely attributed, biased or charged.
LIKELY = 0.7


def _sentences(
    name: str,
    kind: str,
    says: str,
    reason: str,
    *,
    full: float = 0.4,
    least: float = LIKELY,
    rate: Callable[[Sequence[str]], list[float]] | None = None,
    own: bool = True,
) -> Signal:
    """Return the signal of the share of sentences that a score of the whole sentence singles out; ``full`` makes 1.

    The score is what the accurate engine or cues made of a sentence's wording, else ``rate`` of its words. ``own``:
    only sentences in the article's own voice; quotations are left out in any case.
    """

    def scored(view: ArticleView) -> list[tuple[float, Sentence]]:
        among = [s for s in view.sentences if (s.voice == "article" or not own) and not covered(s.start, view.quoted)]
        unread = iter(rate([s.text for s in among if kind not in s.wording]) if rate else ())
        pairs = [(s.wording[kind] if kind in s.wording else next(unread, 0.0), s) for s in among]
        return sorted((pair for pair in pairs if pair[0] >= least), key=lambda pair: (-pair[0], pair[1].index))

    def surest(view: ArticleView) -> list[tuple[float, Sentence]]:
        pairs = view.whole.once(name, lambda: scored(view.whole))
        return pairs if view is view.whole else [pair for pair in pairs if view.within(pair[1].start)]

    rule = "wording.puffery" if kind == "puffery" else f"wording.{name}"
    return Signal(
        name,
        says,
        lambda view: view.share(len(surest(view))) / full,
        lambda view: [at(s, f"{reason} ({p:.2f})", rule) for p, s in surest(view)[:PER_SIGNAL]],
    )


def _marks(name: str, kind: str, full: float, label: str, many: str = "") -> Signal:
    return Signal(
        name,
        f"{many or label + 's'} in the article's own voice per 1,000 words (+200), {full:g} or more = 1",
        lambda view: view.rate(len(view.marks(kind))) / full,
        lambda view: _telling(view.marks(kind), label),
    )


def _telling(marks: Sequence[Mark], label: str) -> list[Evidence]:
    """Return evidence for marks without repeated words, phrases before single words, else in the article's order."""
    seen: dict[str, Mark] = {}
    for mark in marks:
        seen.setdefault(mark.text.lower(), mark)
    telling = sorted(seen.values(), key=lambda m: (-min(3, len(m.text.split())), m.start))[:PER_SIGNAL]
    return [at(m, f"{label}: “{m.text}”", f"words.{m.kind}") for m in telling]


def _phrases(
    name: str, full: float, says: str, reason: str, skip: Callable[[re.Match[str]], bool] = lambda match: False
) -> Signal:
    """Return the signal of the phrases of a list of ``issue_patterns.tsv``, named like it."""

    def hits(view: ArticleView) -> list[Evidence]:
        return [
            at(Extent(start=match.start(), end=match.end()), f"{reason}: “{match[0].strip()}”", f"wording.{name}")
            for match in view.find(name)
            if not skip(match)
        ]

    return Signal(
        name,
        f"{says} per 1,000 words (+200), {full:g} or more = 1",
        lambda view: view.rate(len(hits(view))) / full,
        lambda view: hits(view)[:PER_SIGNAL],
    )


def _in_a_name(match: re.Match[str]) -> bool:
    """True for "You" in the title of a song and "US": a capital where no sentence begins."""
    before = match.string[max(0, match.start() - 2) : match.start()].strip()
    return match[0][0].isupper() and bool(before) and before[-1] not in '.!?:“"('


# One quotation in a short article is no excess yet: shares are taken as if this many words stood beside it.
_QUOTABLE = 500


def _headings(name: str, says: str) -> Signal:
    """Return the signal of the headings that hold something of a set of ``issue_patterns.tsv``, named like it."""

    def found(view: ArticleView) -> list[Section]:
        return [section for section in view.body_sections if holds(section.title, name)]

    return Signal(
        name,
        f"headings about {says} / (all headings of the body + 3)",
        lambda view: len(found(view)) / (len(view.body_sections) + 3),
        lambda view: each(found(view), f"section about {says}", f"wording.{name}"),
    )


def _unsourced_views(view: ArticleView) -> list[Mark]:
    """Return the unsupported attributions in sentences that no footnote names the holders of."""
    sentences = ((mark, view.sentence_at(mark.start)) for mark in view.marks("weasel"))
    return [mark for mark, sentence in sentences if sentence is None or not sentence.citations]


def _sales_evidence(view: ArticleView) -> list[Evidence]:
    found = Counter(match[0].lower() for match in view.find("sales-talk"))
    often = ", ".join(word for word, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:5])
    reason = f"{number(found.total(), 'word')} of business presentation in {view.words} ({often})"
    return [fact(reason, "wording.sales-talk")] if found else []


def _quotations(view: ArticleView) -> list[tuple[int, Extent]]:
    """Return the quotations with their words, longest first."""
    extents = [Extent(start=start, end=end) for start, end in sorted(view.quoted, key=lambda span: span[0] - span[1])]
    return [(view.words_in(extent), extent) for extent in extents]


def _quote_evidence(view: ArticleView) -> list[Evidence]:
    rows = _quotations(view)[:PER_SIGNAL]
    return [at(extent, f"quotation of {number(words, 'word')}", "quotation.long") for words, extent in rows]


SIGNALS = (
    _sentences(
        "hedged-sentences",
        "hedge",
        "share of own-voice sentences that are hedged by their cues (score >= 0.7); 0.4 = 1",
        "hedged",
    ),
    # "Some critics say" is attributed, to nobody in particular: such sentences count here whatever their voice.
    _sentences(
        "weasel-sentences",
        "weasel",
        "share of sentences outside quotations that lean on vague quantities and unnamed people (score >= 0.7); "
        "0.4 = 1",
        "vaguely attributed",
        own=False,
    ),
    _sentences(
        "biased-sentences",
        "biased",
        "share of own-voice sentences that a classifier expects an editor for neutrality to reword (score >= 0.7); "
        "0.4 = 1",
        "reads like biased wording",
        rate=biased,
    ),
    _sentences(
        "charged-sentences",
        "charged",
        "share of own-voice sentences that hold a strong word of blame (score >= 0.7); 0.6 = 1",
        "charged wording",
        full=0.6,
        rate=charged,
    ),
    _sentences(
        "puffed-sentences",
        "puffery",
        f"share of own-voice sentences that a classifier takes for puffery (p >= {PUFFED:g}); .3 = 1",
        "reads like puffery",
        full=0.3,
        least=PUFFED,
        rate=probabilities,
    ),
    _marks("peacock-words", "peacock", 12, "term of praise", "terms of praise"),
    _marks("promotional-words", "promotional", 12, "promotional phrase"),
    _marks("weasel-words", "weasel", 10, "unsupported attribution"),
    Signal(
        "unsourced-views",
        "unsupported attributions in sentences without a reference marker per 1,000 words (+200); 8 or more = 1",
        lambda view: view.rate(len(_unsourced_views(view))) / 8,
        lambda view: _telling(_unsourced_views(view), "unsupported attribution"),
    ),
    _marks("loaded-words", "loaded", 12, "loaded word"),
    _marks("editorial-words", "editorializing", 8, "editorial comment"),
    _marks("hedge-words", "hedge", 20, "hedge"),
    _phrases(
        "reader-address",
        10,
        "“you”, “we” and “our” outside quotations",
        "addresses the reader or speaks as the subject",
        _in_a_name,
    ),
    Signal(
        "sales-talk",
        "words of business presentation (award, client, solution ...) per 1,000 words (+200), 40 or more = 1",
        lambda view: view.rate(len(view.find("sales-talk"))) / 40,
        _sales_evidence,
    ),
    _phrases("resume-phrases", 12, "résumé phrases (serves on the board, holds a degree ...)", "reads like a résumé"),
    _phrases(
        "release-phrases",
        8,
        "news-release phrases (announced today, is pleased to ...)",
        "reads like a news release",
    ),
    _phrases("enthusiasm", 8, "exclamation marks and fans' adjectives", "enthusiastic tone"),
    _headings("sales-headings", "what the subject offers or has won"),
    Signal(
        "quoted-share",
        "characters inside quotations as a share of the prose x words / (words + 500); half or more = 1",
        lambda view: view.quoted_share * view.words / (view.words + _QUOTABLE) / 0.5,
        lambda view: [
            fact(f"{percent(view.quoted_share)} of the prose is quotation", "quotation.share"),
            *_quote_evidence(view),
        ],
    ),
    Signal(
        "long-quotations",
        "words in quotations of 25 words or more / (all words + 500); .2 or more = 1",
        lambda view: sum(words for words, _ in _quotations(view) if words >= 25) / (view.words + _QUOTABLE) / 0.2,
        _quote_evidence,
    ),
    Signal(
        "longest-quotation",
        "words of the longest quotation; 100 or more = 1",
        lambda view: max((words for words, _ in _quotations(view)), default=0) / 100,
        lambda view: _quote_evidence(view)[:1],
    ),
)
