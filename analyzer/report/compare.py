"""Two reports on versions of one article: which scores, sentences, sources and banners changed."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from analyzer.records import Article, Report, Sentence, SourceRow
from analyzer.titles import Title

_CLOSE = 0.6  # sentences at least this alike are one sentence, reworded
_MAX_PAIRS = 20_000  # above this many comparisons of replaced sentences, they count as taken out and put in
_LONG = 4000
_SHOWN = 0.005  # a smaller difference of scores is rounding


class ScoreChange(Struct, frozen=True, kw_only=True):
    """One issue's score and verdict before and after; ``change`` is None where either is not assessable."""

    issue: str
    before: float | None
    after: float | None
    change: float | None
    verdict_before: str
    verdict_after: str


class SentenceChange(Struct, frozen=True, kw_only=True):
    """One sentence that came, went, was reworded, or is read otherwise (stance or voice).

    ``before`` and ``after`` index the sentences of the two reports; a stance that is unsure counts for no side.
    """

    kind: str  # added | removed | reworded | reread
    before: int | None
    after: int | None
    text_before: str | None
    text_after: str | None
    stance_before: str | None
    stance_after: str | None
    unsure_before: bool = False
    unsure_after: bool = False


class SourceChange(Struct, frozen=True, kw_only=True):
    """One source whose share of the article changed: its sentences before and after."""

    name: str
    type: str
    before: int
    after: int


class Comparison(Struct, frozen=True, kw_only=True):
    """What changed from one report to another; empty lists where nothing did. ``verdicts`` are the two sentences."""

    before: str
    after: str
    scores: tuple[ScoreChange, ...]
    sentences: tuple[SentenceChange, ...]
    sources: tuple[SourceChange, ...]
    banners_added: tuple[str, ...]
    banners_removed: tuple[str, ...]
    verdicts: tuple[str, str]
    summary: dict[str, tuple[float | None, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts and lists."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built

    def to_json(self) -> str:
        """Return the comparison as one line of JSON."""
        return msgspec.json.encode(self, order="deterministic").decode("utf-8")


def of_one_title(sides: Sequence[Report | Article]) -> list[Report | Article]:
    """Return two versions with one title for both, the surest of the two: stance is toward what a title names.

    That of a report stands as it is; else, of titles that are as sure, the later version's is taken.
    """
    reports = [side.article for side in sides if isinstance(side, Report)]
    articles = [side for side in sides if isinstance(side, Article)]
    titles = [Title(each.title, each.title_origin) for each in (*reports, *reversed(articles)) if each.title]
    if not titles:
        return list(sides)
    best = titles[0] if reports else min(titles, key=Title.rank)
    told = {"title": best.words, "title_origin": best.origin}
    return [
        side if isinstance(side, Report) else replace(side, **told, notices=best.noticed(side.notices))
        for side in sides
    ]


def compare(before: Report, after: Report) -> Comparison:
    """Return what changed between two reports; unchanged scores, sentences and sources are left out."""
    banners_before = [_banner(banner.id, banner.section) for banner in before.banners]
    banners_after = [_banner(banner.id, banner.section) for banner in after.banners]
    return Comparison(
        before=_name(before),
        after=_name(after),
        scores=_scores(before, after),
        sentences=tuple(_sentences(before.sentences, after.sentences)),
        sources=_sources(before.sources, after.sources),
        banners_added=tuple(_minus(banners_after, banners_before)),
        banners_removed=tuple(_minus(banners_before, banners_after)),
        verdicts=(before.summary.verdict, after.summary.verdict),
        summary=_summary(before, after),
    )


def _name(report: Report) -> str:
    header = report.article
    return f"{header.title or header.id} ({header.revision})" if header.revision else header.title or header.id


def _banner(banner_id: str, section: str | None) -> str:
    return f"{banner_id} in {section}" if section else banner_id


def _minus(some: list[str], others: list[str]) -> list[str]:
    """Return what is in one list and not in the other, counted: two of a kind less one leave one."""
    left = list(others)
    kept = []
    for item in some:
        if item in left:
            left.remove(item)
        else:
            kept.append(item)
    return kept


def _scores(before: Report, after: Report) -> tuple[ScoreChange, ...]:
    """Return the issues whose score or verdict changed, largest change first."""
    old = {score.issue: score for score in before.issues}
    new = {score.issue: score for score in after.issues}
    changes = []
    for issue in dict.fromkeys((*old, *new)):
        (a, verdict_a), (b, verdict_b) = (
            (row.score, row.verdict) if row else (None, "not assessable") for row in (old.get(issue), new.get(issue))
        )
        change = b - a if a is not None and b is not None else None
        same = a is b is None if change is None else abs(change) < _SHOWN
        if not same or verdict_a != verdict_b:
            changes.append(
                ScoreChange(
                    issue=issue, before=a, after=b, change=change, verdict_before=verdict_a, verdict_after=verdict_b
                )
            )
    return tuple(sorted(changes, key=lambda row: (-abs(row.change or 0.0), row.issue)))


def _sentences(old: tuple[Sentence, ...], new: tuple[Sentence, ...]) -> list[SentenceChange]:
    """Return the sentences that changed, in the order of the later report."""
    # Sentences that repeat very often are not matched in long articles: the search would be quadratic in them.
    often = len(old) + len(new) > _LONG
    matcher = SequenceMatcher(None, [s.text for s in old], [s.text for s in new], autojunk=often)
    changes: list[SentenceChange] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(old[a1:a2], new[b1:b2], strict=True)
            changes += [_change("reread", a, b) for a, b in pairs if (a.stance, a.voice) != (b.stance, b.voice)]
        else:
            changes += _replaced(old[a1:a2], new[b1:b2])
    return changes


def _replaced(old: tuple[Sentence, ...], new: tuple[Sentence, ...]) -> list[SentenceChange]:
    """Return the changes of a stretch that was replaced; alike sentences are paired in order."""
    changes = []
    at = 0
    comparable = len(old) * len(new) <= _MAX_PAIRS
    for later in new:
        partner = None
        if comparable:
            partner = next((i for i in range(at, len(old)) if _alike(old[i].text, later.text)), None)
        if partner is None:
            changes.append(_change("added", None, later))
            continue
        changes += [_change("removed", gone, None) for gone in old[at:partner]]
        changes.append(_change("reworded", old[partner], later))
        at = partner + 1
    return changes + [_change("removed", gone, None) for gone in old[at:]]


def _alike(a: str, b: str) -> bool:
    words = SequenceMatcher(None, a.split()[:200], b.split()[:200], autojunk=False)
    return words.real_quick_ratio() >= _CLOSE and words.quick_ratio() >= _CLOSE and words.ratio() >= _CLOSE


def _change(kind: str, a: Sentence | None, b: Sentence | None) -> SentenceChange:
    return SentenceChange(
        kind=kind,
        before=a.index if a else None,
        after=b.index if b else None,
        text_before=a.text if a else None,
        text_after=b.text if b else None,
        stance_before=a.stance if a else None,
        stance_after=b.stance if b else None,
        unsure_before=bool(a and a.unsure),
        unsure_after=bool(b and b.unsure),
    )


def _sources(old: tuple[SourceRow, ...], new: tuple[SourceRow, ...]) -> tuple[SourceChange, ...]:
    """Return the sources whose number of sentences changed, largest change first."""
    before = {(row.name, row.type): row.sentences for row in old}
    after = {(row.name, row.type): row.sentences for row in new}
    changes = [
        SourceChange(name=name, type=kind, before=before.get((name, kind), 0), after=after.get((name, kind), 0))
        for name, kind in dict.fromkeys((*before, *after))
    ]
    kept = [row for row in changes if row.before != row.after]
    return tuple(sorted(kept, key=lambda row: (-abs(row.after - row.before), row.name)))


def _summary(before: Report, after: Report) -> dict[str, tuple[float | None, float | None]]:
    """Return the figures of the summary that changed, as before and after."""
    figures = [name for name in before.summary.__struct_fields__ if name not in ("verdict", "readability")]
    pairs = {name: (getattr(before.summary, name), getattr(after.summary, name)) for name in figures}
    return {name: (a, b) for name, (a, b) in pairs.items() if a != b}
