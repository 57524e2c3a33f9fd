"""What an issue scorer is, and the one used for the issues here: a weighted sum of signals with its evidence.

A score is the logistic function of a weighted sum of named signals, all between 0 and 1::

    score = 1 / (1 + exp(-(bias + weight_1 x signal_1 + ... + weight_n x signal_n)))

The fitted weights are in ``models/judge/weights.json``; an issue that is not there keeps its scorer's own. They are
listed in docs/scores.md with each signal's formula. A banner takes no part in a score: it fills ``claimed_by`` and
decides the verdict only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, islice, zip_longest
from math import inf, log
from typing import Any, Literal, NamedTuple, NotRequired, Protocol, TypedDict, runtime_checkable

from msgspec.structs import replace

from analyzer import modelstore
from analyzer.counting import number
from analyzer.issues.evidence.view import SMOOTHING, ArticleView, view_of
from analyzer.issues.signals import SIGNALS
from analyzer.issues.signals.signal import TEXT, Signal, fact
from analyzer.linear import logistic
from analyzer.records import Annotated, Evidence
from analyzer.vocabulary import THRESHOLD, Facet

# What a score counts without any of the signals that it requires.
CAP = 0.4
MODEL = "judge"
_MAX_EVIDENCE = 12
_LOOKED_AT = 60
# A sum so far below that of the threshold is a score below it, whatever is rounded.
_ROUNDING = 0.001
# A signal below this is no evidence that a reader would accept, though it counts in the sum.
_SLIGHT = 0.1
# What a facet is called, and which input would show it; the first one that is missing gives the advice.
_WHAT_TO_GIVE: dict[Facet, tuple[str, str]] = {
    "links": ("link targets", "give wikitext, HTML or a dump page: plain text carries no addresses"),
    "references": ("the list of references", "copy the list along, or give wikitext, HTML or a dump page"),
    "citations": ("reference markers in the text", "keep the [1] marks when copying, or give wikitext or HTML"),
    "sections": ("section headings", "keep the headings when copying, or give wikitext or HTML"),
    "inline-tags": ("inline tags", "give wikitext or HTML"),
    "banners": ("maintenance banners", "give wikitext or HTML"),
    "text": ("English prose", "give an article in English"),
}


@dataclass(frozen=True)
class Finding:
    """A score from 0 (clean) to 1, or None with ``why_null``; evidence strongest first."""

    score: float | None
    evidence: tuple[Evidence, ...] = ()
    why_null: str | None = None


@runtime_checkable
class Scorer(Protocol):
    """Judges one issue; other packages add theirs under the entry-point group ``npov_analyzer.scorers``.

    A scorer may also have ``title`` (what reports call the issue; else the words of its id), ``banners`` (the ids in
    the table of banners that claim the issue), ``banner_family`` (whose banners do where the table lacks their id) and
    ``score_section`` (see :meth:`Weighed.score_section`; without it the issue is one of whole articles).
    """

    @property
    def issue(self) -> str:
        """The id, ``family.issue``."""

    @property
    def family(self) -> str:
        """The family, the first part of the id."""

    @property
    def needs(self) -> frozenset[Facet]:
        """What the input must be able to show."""

    @property
    def policy(self) -> str:
        """The guideline behind it."""

    @property
    def summary(self) -> str:
        """One line on what is checked."""

    def score(self, annotated: Annotated) -> Finding:
        """Return the finding on an article."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A scorer that weighs signals; ``unless`` returns why an article cannot be judged, None where it can.

    ``weights`` and ``bias`` are what a fit starts from, and what counts where nothing is fitted. Where any group
    of ``requires`` shows no signal (0.1 or more) the score counts :data:`CAP` of itself: success is no advertisement.
    Signals of ``context`` count, yet are no evidence of the issue by themselves: none is told of them. ``visible``
    gives evidence that can be shown even where the issue cannot be judged. ``sections`` tells which sections are
    judged: every one ("named": what is found in one is missing a banner even where the article as a whole is clean),
    only those that a banner stands over, or none; by ``in_section`` where the weights fit articles only. From
    ``threshold`` on the issue counts as found. ``blind_spots`` tells people what is not seen.
    """

    issue: str
    title: str
    policy: str
    summary: str
    weights: Mapping[str, float]
    blind_spots: str = ""
    bias: float = -3.5
    banners: Sequence[str] = ()
    banner_family: str = ""
    needs: frozenset[Facet] = frozenset({"text"})
    minimum_words: int = 60
    requires: Sequence[Sequence[str]] = ()
    context: Sequence[str] = ()
    unless: Callable[[ArticleView], str | None] | None = None
    visible: Callable[[ArticleView], list[Evidence]] | None = None
    sections: Literal["named", "every", "claimed", "none"] = "every"
    in_section: Callable[[ArticleView, bool], Finding] | None = None
    threshold: float = THRESHOLD

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.issue.split(".", maxsplit=1)[0]

    @property
    def signals(self) -> dict[str, Signal]:
        """The signals that may take part, by name."""
        return {name: SIGNALS[name] for name in self.weights}

    def formula(self) -> "Formula":
        """Return the weights in use: the fitted ones, else the scorer's own."""
        row = _fitted().get(self.issue, {"bias": self.bias, "weights": self.weights})
        return Formula(row["bias"], row["weights"], row.get("calibrated_on", ""))

    @cached_property
    def _sum(self) -> tuple[float, list[tuple[Signal, float]]]:
        """What a score adds up: the bias, and the signals that weigh anything."""
        bias, weights, _ = self.formula()
        return bias, [(SIGNALS[name], weight) for name in self.weights if (weight := weights.get(name, 0.0))]

    def score(self, annotated: Annotated) -> Finding:
        """Return the weighed signals as a score, with the evidence that raised it, then what lowered it."""
        view = view_of(annotated)
        reason = self._not_assessable(view)
        if reason:
            return Finding(None, tuple(self.visible(view) if self.visible else ()), reason)
        return self._weighed(view)

    def score_section(self, view: ArticleView, *, claimed: bool) -> Finding | None:
        """Return the finding on a section, ``claimed`` where a banner stands over it; None if it is not judged.

        Nor is what no banner claims and is short or cannot reach the threshold: nothing is told of it.
        """
        if self.sections == "none":
            return None
        if not claimed and (self.sections == "claimed" or view.words < self.minimum_words):
            return None
        reason = self._not_shown(view) if self.in_section else self._not_assessable(view)
        if reason:
            return Finding(None, tuple(self.visible(view) if self.visible and claimed else ()), reason)
        if self.in_section:
            return self.in_section(view, claimed)
        return self._weighed(view) if claimed or self._may_be_found(view) else None

    def _may_be_found(self, view: ArticleView) -> bool:
        """Return whether a score can reach the threshold: asked of the weightiest signals first, so soon answered.

        What a signal lacks of 1 is lacking from the most that the sum can be; what lowers a score is not looked at.
        """
        if self.lacks(view):
            return False
        most, terms = self._most
        for signal, weight in terms:
            most -= weight * (1 - _drawn(signal, view, weight))
            if most < self._out_of_reach:
                return False
        return True

    @cached_property
    def _most(self) -> tuple[float, list[tuple[Signal, float]]]:
        """The most that a sum can be, and the signals that raise it, weightiest first."""
        bias, terms = self._sum
        raising = sorted((term for term in terms if term[1] > 0), key=lambda term: -term[1])
        return bias + sum(weight for _, weight in raising), raising

    @cached_property
    def _out_of_reach(self) -> float:
        """A sum that makes a score below the threshold."""
        if not 0 < self.threshold < 1:
            return inf if self.threshold >= 1 else -inf
        return log(self.threshold / (1 - self.threshold)) - _ROUNDING

    def _weighed(self, view: ArticleView) -> Finding:
        total, terms = self._sum
        parts: list[Contribution] = []
        for signal, weight in terms:
            value = _drawn(signal, view, weight)
            total += weight * value
            if signal.name not in self.context:
                parts.append(Contribution(weight, value, signal))
        score = round(logistic(total) * (CAP if self.lacks(view) else 1), 4)
        return Finding(score, _evidence(view, parts, found=score >= self.threshold))

    def _not_shown(self, view: ArticleView) -> str | None:
        if self.needs <= view.facets:
            return None
        missing = [told for facet, told in _WHAT_TO_GIVE.items() if facet in self.needs - view.facets]
        return f"this input does not show {' or '.join(name for name, _ in missing)} ({missing[0][1]})"

    def lacks(self, view: ArticleView) -> bool:
        """Return whether a group of what it requires is missing, so that the score counts only :data:`CAP`."""
        return not all(
            any(signal.measure(view if here else view.whole) >= _SLIGHT for signal in group)
            for group, here in self._required
        )

    @cached_property
    def _required(self) -> list[tuple[list[Signal], bool]]:
        """The groups it requires, and whether in a section itself: signs in references and links hold for every one."""
        groups = [[SIGNALS[name] for name in group] for group in self.requires]
        return [(group, any(signal.needs <= TEXT for signal in group)) for group in groups]

    def assessable(self, view: ArticleView) -> bool:
        """Return whether the article can be judged for this issue at all."""
        return self._not_assessable(view) is None

    def _not_assessable(self, view: ArticleView) -> str | None:
        if missing := self._not_shown(view):
            return missing
        if view.words < self.minimum_words:
            return f"{number(view.words, 'word')} of prose; at least {self.minimum_words} are needed to judge"
        return self.unless(view) if self.unless else None


def _drawn(signal: Signal, view: ArticleView, weight: float) -> float:
    """Return a signal's value; a section's is averaged with the article's, as if 200 words like it stood beside it.

    A few sentences say little by themselves: two that blame are most of a short section, and no fault of it yet. The
    average counts only where it speaks for the section: what stands elsewhere is not held against it.
    """
    value = signal.measure(view)
    if view is view.whole or (not value and weight > 0):
        return value
    mean = round((view.words * value + SMOOTHING * signal.measure(view.whole)) / (view.words + SMOOTHING), 4)
    return mean if weight * mean < weight * value else value


class Formula(NamedTuple):
    """What a score adds up, and on which labelled articles that was fitted, "" where it was set by hand."""

    bias: float
    weights: Mapping[str, float]
    calibrated_on: str = ""


class FittedRow(TypedDict):
    """What the judge's weights say of one issue."""

    bias: float
    weights: dict[str, float]
    calibrated_on: NotRequired[str]


@cache
def _fitted() -> dict[str, Any]:
    table: dict[str, Any] = modelstore.load(MODEL).json("weights.json", dict[str, FittedRow])
    return table


class Contribution(NamedTuple):
    """What one signal puts into a score."""

    weight: float
    value: float
    signal: Signal


def _evidence(view: ArticleView, parts: list[Contribution], *, found: bool) -> tuple[Evidence, ...]:
    """Return the evidence for the outcome first: what raised the score if found, else what is absent."""
    raising = sorted((p for p in parts if p.weight > 0 and p.value), key=lambda p: (-p.weight * p.value, p.signal.name))
    shown = [p.signal.told(view) for p in raising if p.value >= _SLIGHT or p is raising[0]]
    pieces = _spread(_in_turns(shown))
    against = _against(view, parts)
    if found:
        return tuple([*pieces, *against])
    return tuple([*_missing(view, parts), *against, *pieces])


def _in_turns(columns: list[list[Evidence]]) -> Iterator[Evidence]:
    """Yield the first piece of each column, then the second ones, without repetition."""
    met = set()
    for piece in chain.from_iterable(zip_longest(*columns)):
        if piece and (key := (piece.reason, piece.start, piece.citation)) not in met:
            met.add(key)
            yield piece


def _spread(pieces: Iterable[Evidence]) -> list[Evidence]:
    """Return the first pieces, those that stand where an earlier one does put last."""
    first: list[Evidence] = []
    again: list[Evidence] = []
    taken: list[tuple[int, int]] = []
    for piece in islice(pieces, _LOOKED_AT):
        if piece.start is None or piece.end is None:
            first.append(piece)
        elif any(piece.start < end and start < piece.end for start, end in taken):
            again.append(piece)
        else:
            first.append(piece)
            taken.append((piece.start, piece.end))
        if len(first) == _MAX_EVIDENCE:
            break
    return [*first, *again][:_MAX_EVIDENCE]


def _against(view: ArticleView, parts: list[Contribution]) -> list[Evidence]:
    """Return one piece of each signal that lowers the score, the weightiest first."""
    lowering = sorted((p for p in parts if p.weight * p.value < 0), key=lambda p: (p.weight * p.value, p.signal.name))
    return [
        replace(row, reason=f"speaks against it: {row.reason}")
        for part in lowering
        if part.value >= _SLIGHT
        for row in part.signal.told(view)[:1]
    ]


def _missing(view: ArticleView, parts: list[Contribution]) -> list[Evidence]:
    """Return as one fact which signals were looked for and are (nearly) absent."""
    names = [
        p.signal.name.replace("-", " ")
        for p in parts
        if p.weight > 0 and p.value < _SLIGHT and p.signal.needs <= view.facets
    ]
    scope = number(len(view.sentences), "sentence")
    return [fact(f"looked for in {scope} and hardly or not found: {', '.join(names)}", "absent")] if names else []
