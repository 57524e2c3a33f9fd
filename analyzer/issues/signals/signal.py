"""Signals: named measurements between 0 and 1, each with its formula in words and the evidence behind it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.records import Evidence, Extent, Link, Sentence
from analyzer.vocabulary import Facet

# Why a piece of evidence is one: for all of its kind, or by reference.
Why = str | Callable[[Cited], str]
# No more pieces of evidence of one kind than a reader wants.
PER_SIGNAL = 6
# What the input must show for signals of the text, of reference markers, of the list of references, of link targets.
TEXT: frozenset[Facet] = frozenset({"text"})
MARKERS: frozenset[Facet] = frozenset({"text", "citations"})
LIST: frozenset[Facet] = frozenset({"text", "references"})
LINKS: frozenset[Facet] = frozenset({"text", "links"})


@dataclass(frozen=True)
class Signal:
    """One measurement: ``says`` is the formula in words; ``needs`` what the input must show for it."""

    name: str
    says: str
    value: Callable[[ArticleView], float]
    evidence: Callable[[ArticleView], Sequence[Evidence]]
    needs: frozenset[Facet] = TEXT

    def measure(self, view: ArticleView) -> float:
        """Return the value, 0 to 1; 0 where the input cannot show it."""
        try:
            return view.measured[self.name]
        except KeyError:
            return view.measured.setdefault(self.name, self._measured(view))

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


def each(rows: Iterable[Extent], reason: str, rule: str) -> list[Evidence]:
    """Return evidence at the first extents, all for the same reason."""
    return [at(row, reason, rule) for row in islice(rows, PER_SIGNAL)]


def share_of_sentences(
    name: str,
    says: str,
    rows: Callable[[ArticleView], list[Sentence]],
    reason: str,
    rule: str,
    *,
    full: float = 1.0,
    needs: frozenset[Facet] = TEXT,
) -> Signal:
    """Return the signal of how many of all sentences are among ``rows``; ``full`` makes 1. They are its evidence."""
    return Signal(
        name, says, lambda view: view.share(len(rows(view))) / full, lambda view: each(rows(view), reason, rule), needs
    )


def fact(reason: str, rule: str) -> Evidence:
    """Return evidence that holds for the article as a whole."""
    return Evidence(reason=reason, rule=rule)


def cited(rows: Iterable[Cited], why: Why, rule: str) -> list[Evidence]:
    """Return evidence for references: by label where they have one, else by their place in the list."""
    return [
        Evidence(
            reason=f"{row.name}: {why if isinstance(why, str) else why(row)}",
            rule=rule,
            citation=row.reference.label or str(row.at + 1),
        )
        for row in islice(rows, PER_SIGNAL)
    ]


def linked(links: Iterable[Link], why: str, rule: str) -> list[Evidence]:
    """Return evidence for links, which have no extent of their own."""
    return [fact(f"{link.url[:120]} ({link.place}): {why}", rule) for link in islice(links, PER_SIGNAL)]
