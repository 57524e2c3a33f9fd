"""Signals from what kinds of works are cited: addresses of companies, books and journals, bare entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from analyzer.counting import number
from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import LIST, Signal, cited, fact
from analyzer.records import Evidence

_SHORT = 6


def _host(row: Cited) -> str:
    return row.reference.domain or ""


def _words(row: Cited) -> int:
    return len(row.reference.text.split())


def _share(name: str, says: str, why: str, wanted: Callable[[Cited], bool]) -> Signal:
    def rows(view: ArticleView) -> list[Cited]:
        return view.once(("references", name), lambda: [row for row in view.references.cited if wanted(row)])

    def evidence(view: ArticleView) -> list[Evidence]:
        found = rows(view)
        head = fact(f"{len(found)} of {number(len(view.references), 'reference')} {says}", f"references.{name}")
        return [head, *cited(found, lambda _: why, f"references.{name}")] if found else []

    formula = f"references that {says} / (all references + 1)"
    return Signal(name, formula, lambda view: len(rows(view)) / (len(view.references) + 1), evidence, LIST)


def _in_words(name: str, says: str, why: str, phrases: str) -> Signal:
    """Return the signal of the references whose words hold one of a set of ``issue_patterns.tsv``."""
    return _share(name, says, why, lambda row: holds(row.reference.text, phrases))


def _top_site(view: ArticleView) -> tuple[str, int]:
    hosts = Counter(host for row in view.references.cited if (host := _host(row)))
    return hosts.most_common(1)[0] if hosts else ("", 0)


SIGNALS = (
    _share("web-references", "have an address", "has an address", lambda row: bool(_host(row))),
    _in_words("book-references", "are books", "a book", "reference-book"),
    _in_words("journal-references", "are articles in journals", "in a journal", "reference-academic"),
    _in_words("rule-references", "are patents, standards, laws or manuals", "a rule or a manual", "reference-rule"),
    _in_words("company-names", "name a company", "names a company", "reference-firm"),
    _share(
        "bare-references", f"have fewer than {_SHORT} words", "hardly says what it is", lambda row: _words(row) < _SHORT
    ),
    Signal(
        "top-site",
        "references to the site cited most / (all references + 2)",
        lambda view: _top_site(view)[1] / (len(view.references) + 2),
        lambda view: [fact("{1} references lead to {0}".format(*_top_site(view)), "references.top-site")],
        LIST,
    ),
)
