"""Signals from the article's own wording: words to watch, address of the reader, tone, quotations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.issues.evidence.patterns import pattern
from analyzer.issues.evidence.view import ArticleView, covered
from analyzer.issues.signals.bias import biased, charged
from analyzer.issues.signals.puffery import PUFFED, probabilities
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, fact, number, percent
from analyzer.records import Evidence, Mark, Sentence

# From this score on a sentence is counted as hedged, vaguely attributed, biased or charged.
LIKELY = 0.7


def _marks_signal(name: str, kinds: tuple[str, ...], cap: float, label: str, many: str) -> Signal:
    def value(view: ArticleView) -> float:
        return view.rate(len(view.marks(*kinds))) / cap

    def evidence(view: ArticleView) -> Sequence[Evidence]:
        return [at(m, f"{label}: “{m.text}”", f"words.{m.kind}") for m in telling(view.marks(*kinds))]

    return Signal(
        name, f"{many} in the article's own voice per 1,000 words (+200), {cap:g} or more = 1", value, evidence
    )


def telling(marks: list[Mark]) -> list[Mark]:
    """Return marks without repeated words, phrases before single words, in the article's order otherwise."""
    seen: dict[str, Mark] = {}
    for mark in marks:
        seen.setdefault(mark.text.lower(), mark)
    return sorted(seen.values(), key=lambda m: (-min(3, len(m.text.split())), m.start))[:PER_SIGNAL]


def _pattern_signal(
    name: str, cap: float, says: str, reason: str, skip: Callable[[re.Match[str]], bool] | None = None
) -> Signal:
    def hits(view: ArticleView) -> list[Evidence]:
        return [
            Evidence(
                reason=f"{reason}: “{match[0].strip()}”",
                rule=f"wording.{name}",
                start=match.start(),
                end=match.end(),
            )
            for match in view.find(name)
            if not (skip and skip(match))
        ]

    def value(view: ArticleView) -> float:
        return view.rate(len(hits(view))) / cap

    return Signal(
        name, f"{says} per 1,000 words (+200), {cap:g} or more = 1", value, lambda view: hits(view)[:PER_SIGNAL]
    )


def _in_a_name(match: re.Match[str]) -> bool:
    """True for "You" in the title of a song and "US": a capital where no sentence begins."""
    before = match.string[max(0, match.start() - 2) : match.start()].strip()
    return match[0][0].isupper() and bool(before) and before[-1] not in '.!?:“"('


def _sales_headings(view: ArticleView) -> list[Evidence]:
    return [
        at(s, f"section about what the subject offers or has won: “{s.title}”", "wording.sales-headings")
        for s in view.body_sections
        if pattern("sales-headings").search(s.title)
    ]


def _sales(view: ArticleView) -> list[str]:
    """Return the words of business presentation in the prose, quotations apart."""
    return [match[0].lower() for match in view.find("sales-talk")]


def _sales_evidence(view: ArticleView) -> list[Evidence]:
    found = Counter(_sales(view))
    often = ", ".join(word for word, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:5])
    reason = f"{number(found.total(), 'word')} of business presentation in {view.words} ({often})"
    return [fact(reason, "wording.sales-talk")] if found else []


def _quote_evidence(view: ArticleView) -> list[Evidence]:
    spans = sorted(view.quoted, key=lambda span: span[0] - span[1])[:PER_SIGNAL]
    text = view.article.text
    return [
        Evidence(reason=f"quotation of {number(len(text[a:b].split()), 'word')}", rule="quotation.long", start=a, end=b)
        for a, b in spans
    ]


def _long_quotes(view: ArticleView) -> float:
    text = view.article.text
    return float(sum(len(text[a:b].split()) >= 25 for a, b in view.quoted))


def _puffed_sentences(view: ArticleView) -> list[tuple[float, Sentence]]:
    return view.once("puffed", lambda: _surest(_judged(_own(view), "puffery", probabilities), PUFFED))


def _own(view: ArticleView) -> list[Sentence]:
    """Return the sentences in the article's own voice, quotations apart."""
    return [s for s in view.sentences if s.voice == "article" and not covered(s.start, view.quoted)]


def _surest(pairs: Iterable[tuple[float, Sentence]], least: float) -> list[tuple[float, Sentence]]:
    found = [pair for pair in pairs if pair[0] >= least]
    return sorted(found, key=lambda pair: (-pair[0], pair[1].index))


def _judged(
    among: Sequence[Sentence], kind: str, judge: Callable[[Sequence[str]], list[float]]
) -> Iterator[tuple[float, Sentence]]:
    """Yield the sentences with what the accurate engine made of their wording, else with the score of their words."""
    unread = iter(judge([s.text for s in among if kind not in s.wording]))
    for sentence in among:
        yield sentence.wording[kind] if kind in sentence.wording else next(unread), sentence


def _by_text(
    name: str, kind: str, judge: Callable[[Sequence[str]], list[float]]
) -> Callable[[ArticleView], list[tuple[float, Sentence]]]:
    def scored(view: ArticleView) -> list[tuple[float, Sentence]]:
        return _surest(_judged(_own(view), kind, judge), LIKELY)

    return lambda view: view.once(name, lambda: scored(view))


def _by_cues(name: str, kind: str) -> Callable[[ArticleView], list[tuple[float, Sentence]]]:
    def scored(view: ArticleView) -> list[tuple[float, Sentence]]:
        # "Some critics say" is attributed, to nobody in particular: such sentences count here whatever their voice.
        among = _own(view) if kind == "hedge" else [s for s in view.sentences if not covered(s.start, view.quoted)]
        return _surest(((s.wording.get(kind, 0.0), s) for s in among), LIKELY)

    return lambda view: view.once(name, lambda: scored(view))


def _sentences_signal(
    name: str,
    cap: float,
    says: str,
    reason: str,
    scored: Callable[[ArticleView], list[tuple[float, Sentence]]],
    whose: str = "own-voice sentences",
) -> Signal:
    """Return the signal of the share of sentences that a score of the whole sentence singles out."""
    return Signal(
        name,
        f"share of {whose} that {says} (score >= {LIKELY:g}); {cap:g} = 1",
        lambda view: view.share(len(scored(view))) / cap,
        lambda view: [at(s, f"{reason} ({p:.2f})", f"wording.{name}") for p, s in scored(view)[:PER_SIGNAL]],
    )


SIGNALS = (
    _sentences_signal(
        "hedged-sentences", 0.4, "are hedged by their cues", "hedged", _by_cues("hedged-sentences", "hedge")
    ),
    _sentences_signal(
        "weasel-sentences",
        0.4,
        "lean on vague quantities and unnamed people",
        "vaguely attributed",
        _by_cues("weasel-sentences", "weasel"),
        "sentences outside quotations",
    ),
    _sentences_signal(
        "biased-sentences",
        0.4,
        "a classifier expects an editor for neutrality to reword",
        "reads like biased wording",
        _by_text("biased-sentences", "biased", biased),
    ),
    _sentences_signal(
        "charged-sentences",
        0.6,
        "hold a strong word of blame",
        "charged wording",
        _by_text("charged-sentences", "charged", charged),
    ),
    Signal(
        "puffed-sentences",
        f"share of own-voice sentences that a classifier takes for puffery (p >= {PUFFED:g}); .3 = 1",
        lambda view: view.share(len(_puffed_sentences(view))) / 0.3,
        lambda view: [
            at(s, f"reads like puffery ({p:.2f})", "wording.puffery") for p, s in _puffed_sentences(view)[:PER_SIGNAL]
        ],
    ),
    _marks_signal("peacock-words", ("peacock",), 12, "term of praise", "terms of praise"),
    _marks_signal("promotional-words", ("promotional",), 12, "promotional phrase", "promotional phrases"),
    _marks_signal("weasel-words", ("weasel",), 10, "unsupported attribution", "unsupported attributions"),
    Signal(
        "weasel-count",
        "unsupported attributions in all; 6 or more = 1",
        lambda view: len(view.marks("weasel")) / 6,
        lambda view: [
            at(m, f"unsupported attribution: “{m.text}”", "words.weasel") for m in telling(view.marks("weasel"))
        ],
    ),
    _marks_signal("loaded-words", ("loaded",), 12, "loaded word", "loaded words"),
    _marks_signal("editorial-words", ("editorializing",), 8, "editorial comment", "editorial comments"),
    _marks_signal("hedge-words", ("hedge",), 20, "hedge", "hedges"),
    _pattern_signal(
        "reader-address",
        10,
        "“you”, “we” and “our” outside quotations",
        "addresses the reader or speaks as the subject",
        _in_a_name,
    ),
    Signal(
        "sales-talk",
        "words of business presentation (award, client, solution ...) per 1,000 words (+200), 40 or more = 1",
        lambda view: view.rate(len(_sales(view))) / 40,
        _sales_evidence,
    ),
    _pattern_signal(
        "resume-phrases", 12, "résumé phrases (serves on the board, holds a degree ...)", "reads like a résumé"
    ),
    _pattern_signal(
        "release-phrases",
        8,
        "news-release phrases (announced today, is pleased to ...)",
        "reads like a news release",
    ),
    _pattern_signal("enthusiasm", 8, "exclamation marks and fans' adjectives", "enthusiastic tone"),
    Signal(
        "sales-headings",
        "headings about offers, awards, clients, mission; 3 or more = 1",
        lambda view: len(_sales_headings(view)) / 3,
        lambda view: _sales_headings(view)[:PER_SIGNAL],
    ),
    Signal(
        "quoted-share",
        "characters inside quotations as a share of the prose; half or more = 1",
        lambda view: view.quoted_share / 0.5,
        lambda view: [
            fact(f"{percent(view.quoted_share)} of the prose is quotation", "quotation.share"),
            *_quote_evidence(view),
        ],
    ),
    Signal(
        "long-quotations",
        "quotations of 25 words or more; 5 or more = 1",
        lambda view: _long_quotes(view) / 5,
        _quote_evidence,
    ),
)
