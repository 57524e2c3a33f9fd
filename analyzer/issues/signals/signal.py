"""Signals: named measurements between 0 and 1, each with its formula in words and the evidence behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.records import Evidence, Extent, Link
from analyzer.vocabulary import Facet

# No more pieces of evidence of one kind than a reader wants.
PER_SIGNAL = 6


@dataclass(frozen=True)
class Signal:
    """One measurement: ``says`` is the formula in words; ``needs`` what the input must show for it."""

    name: str
    says: str
    value: Callable[[ArticleView], float]
    evidence: Callable[[ArticleView], Sequence[Evidence]]
    needs: frozenset[Facet] = frozenset({"text"})

    def measure(self, view: ArticleView) -> float:
        """Return the value, 0 to 1; 0 where the input cannot show it."""
        return view.once(("signal", self.name), lambda: self._measured(view))

    def _measured(self, view: ArticleView) -> float:
        if not self.needs <= view.facets:
            return 0.0
        return round(min(1.0, max(0.0, self.value(view))), 4)

    def told(self, view: ArticleView) -> list[Evidence]:
        """Return the evidence, made once an article."""
        return view.once(("told", self.name), lambda: list(self.evidence(view)))


def at(extent: Extent, reason: str, rule: str) -> Evidence:
    """Return evidence that stands at an extent of the article."""
    return Evidence(reason=reason, rule=rule, start=extent.start, end=extent.end)


def fact(reason: str, rule: str) -> Evidence:
    """Return evidence that holds for the article as a whole."""
    return Evidence(reason=reason, rule=rule)


def cited(rows: Iterable[Cited], why: Callable[[Cited], str], rule: str) -> list[Evidence]:
    """Return evidence for references: by label where they have one, else by their place in the list."""
    found = []
    for row in rows:
        label = row.reference.label or str(row.at + 1)
        found.append(Evidence(reason=f"{row.name}: {why(row)}", rule=rule, citation=label))
        if len(found) == PER_SIGNAL:
            break
    return found


def linked(links: Iterable[Link], why: str, rule: str) -> list[Evidence]:
    """Return evidence for links, which have no extent of their own."""
    return [
        fact(f"{link.url[:120]} ({link.place}): {why}", rule) for link, _ in zip(links, range(PER_SIGNAL), strict=False)
    ]


def number(count: int, one: str, many: str | None = None) -> str:
    """Return "1 sentence", "3 sentences"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """Return a share as whole percent."""
    return f"{round(100 * share)} %"
