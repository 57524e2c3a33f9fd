"""Signals from stance and attribution: who praises and blames, and who is heard."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.issues.evidence.source_balance import UNNAMED, source_shares
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import PER_SIGNAL, Signal, at, fact, number, percent
from analyzer.records import Attribution, Evidence, Sentence


def _sentences(rows: Sequence[Sentence], reason: str, rule: str) -> list[Evidence]:
    return [at(row, reason, rule) for row in rows[:PER_SIGNAL]]


def _units(view: ArticleView, units: Sequence[Attribution], reason: str, rule: str) -> list[Evidence]:
    found = []
    for unit in units[:PER_SIGNAL]:
        sentence = view.sentences[unit.sentence]
        who = unit.source.name or unit.source.text
        found.append(at(sentence, f"{reason}: {who}" if who else reason, rule))
    return found


def _count(view: ArticleView, stance: str, *, own: bool = False) -> int:
    return len(view.stance(stance, own=own))


def _lean(view: ArticleView, more: str, less: str) -> float:
    """Return (more - less) / (more + less + 3): how far one side outweighs the other, damped for few sentences."""
    a, b = _count(view, more), _count(view, less)
    return max(0.0, (a - b) / (a + b + 3))


def _lean_evidence(view: ArticleView, more: str, less: str) -> list[Evidence]:
    a, b = _count(view, more), _count(view, less)
    verb = {"endorsement": "favour", "critique": "count against"}
    reason = f"{number(a, 'sentence')} {verb[more]} the subject, {b} {verb[less]} it"
    return [fact(reason, f"balance.{more}"), *_sentences(view.stance(more), f"{more}", f"stance.{more}")]


def _own_share(stance: str, cap: float) -> Signal:
    word = {"endorsement": "praise", "critique": "blame"}[stance]

    def evidence(view: ArticleView) -> list[Evidence]:
        rows = view.stance(stance, own=True)
        return _sentences(rows, f"{word} in the article's own voice", f"stance.own-{stance}")

    return Signal(
        f"own-{word}",
        f"sentences of {stance} in the article's own voice as a share of all; {cap:g} or more = 1",
        lambda view: view.share(_count(view, stance, own=True)) / cap,
        evidence,
    )


def _subject_share(view: ArticleView) -> float:
    return len(view.by("subject")) / (len(view.attributions) + 2)


def _unnamed_share(view: ArticleView) -> float:
    return len(view.by("unnamed")) / (len(view.attributions) + 2)


def _named_shares(view: ArticleView) -> list[tuple[str, float]]:
    shares = view.once("source shares", lambda: source_shares(view.annotated))
    return [(name, share) for name, share in shares if name != UNNAMED]


def _top_source(view: ArticleView) -> float:
    shares = _named_shares(view)
    return shares[0][1] if shares and len(view.attributions) >= 4 else 0.0


def _top_evidence(view: ArticleView) -> list[Evidence]:
    shares = _named_shares(view)
    return [
        fact(f"{percent(share)} of the attributed words are {name}'s", "balance.top-source")
        for name, share in shares[:2]
    ]


def _independent_missing(view: ArticleView) -> float:
    subject = len(view.by("subject"))
    others = len(view.attributions) - subject - len(view.by("unnamed"))
    return subject / (subject + others + 1)


def _critique_section(view: ArticleView) -> float:
    """Return the largest share of the critique that one section holds, where the article has three sections or more."""
    sections = view.body_sections
    critique = _count(view, "critique")
    if len(sections) < 3 or critique < 3:
        return 0.0
    return max(sum(s.stance == "critique" for s in view.sentences_in(section)) for section in sections) / critique


def _critique_section_evidence(view: ArticleView) -> list[Evidence]:
    best = max(
        view.body_sections,
        key=lambda section: sum(s.stance == "critique" for s in view.sentences_in(section)),
        default=None,
    )
    return (
        [at(best, f"most of the critique stands in the section “{best.title}”", "balance.critique-section")]
        if best
        else []
    )


def _pure_praise(view: ArticleView) -> float:
    """Return the share of endorsement, where critique is (nearly) absent."""
    praise, blame = _count(view, "endorsement"), _count(view, "critique") + _count(view, "mixed")
    return view.share(praise) * max(0.0, 1 - blame / 2)


def _pure_blame(view: ArticleView) -> float:
    blame, praise = _count(view, "critique"), _count(view, "endorsement") + _count(view, "mixed")
    return view.share(blame) * max(0.0, 1 - praise / 2)


def _present(view: ArticleView, stance: str, side: str) -> list[Evidence]:
    rows = [*view.stance(stance), *view.stance("mixed")]
    count = f"{len(rows)} of {number(len(view.sentences), 'sentence')} count {side}"
    return [fact(count, f"stance.{stance}"), *_sentences(rows, f"counts {side}", f"stance.{stance}")]


SIGNALS = (
    _own_share("endorsement", 0.4),
    _own_share("critique", 0.4),
    Signal(
        "lean-praise",
        "(endorsement - critique) / (endorsement + critique + 3) in sentences, 0 where critique leads",
        lambda view: _lean(view, "endorsement", "critique"),
        lambda view: _lean_evidence(view, "endorsement", "critique"),
    ),
    Signal(
        "lean-blame",
        "(critique - endorsement) / (critique + endorsement + 3) in sentences, 0 where endorsement leads",
        lambda view: _lean(view, "critique", "endorsement"),
        lambda view: _lean_evidence(view, "critique", "endorsement"),
    ),
    Signal(
        "only-praise",
        "share of sentences that endorse, times 1 - (critical and mixed sentences) / 2; .4 or more = 1",
        lambda view: _pure_praise(view) / 0.4,
        lambda view: _lean_evidence(view, "endorsement", "critique"),
    ),
    Signal(
        "only-blame",
        "share of sentences that criticise, times 1 - (endorsing and mixed sentences) / 2; .4 or more = 1",
        lambda view: _pure_blame(view) / 0.4,
        lambda view: _lean_evidence(view, "critique", "endorsement"),
    ),
    Signal(
        "critique-present",
        "critical and mixed sentences as a share of all; .2 or more = 1",
        lambda view: view.share(_count(view, "critique") + _count(view, "mixed")) / 0.2,
        lambda view: _present(view, "critique", "against the subject"),
    ),
    Signal(
        "subject-voice",
        "attributions to the subject itself / (all attributions + 2)",
        _subject_share,
        lambda view: _units(view, view.by("subject"), "the subject speaks", "source.subject"),
    ),
    Signal(
        "no-independent-voice",
        "attributions to the subject / (those to it and to named others + 1)",
        _independent_missing,
        lambda view: _units(view, view.by("subject"), "only the subject is heard here", "source.subject"),
    ),
    Signal(
        "unnamed-voices",
        "attributions to nobody in particular / (all attributions + 2)",
        _unnamed_share,
        lambda view: _units(view, view.by("unnamed"), "nobody in particular is said to hold this", "source.unnamed"),
    ),
    Signal(
        "unnamed-rate",
        "attributions to nobody in particular per 1,000 words (+200); 8 or more = 1",
        lambda view: view.rate(len(view.by("unnamed"))) / 8,
        lambda view: _units(view, view.by("unnamed"), "nobody in particular is said to hold this", "source.unnamed"),
    ),
    Signal(
        "top-source",
        "the most heard named source's share of the attributed words, with 4 attributions or more",
        _top_source,
        _top_evidence,
    ),
    Signal(
        "critique-section",
        "largest share of the critical sentences in one section (3 sections and 3 such sentences or more)",
        _critique_section,
        _critique_section_evidence,
        frozenset({"text", "sections"}),
    ),
)
