"""Signals from what kinds of works are cited: addresses of companies, books and journals, bare entries."""

import re
from collections import Counter
from collections.abc import Callable

from analyzer.counting import number
from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import LIST, Signal, cited, fact
from analyzer.records import Evidence

_SHORT = 6
_SINCE_2000 = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
# Where a reference stops to tell when it was published, and where its authors end.
_READ = re.compile(r"\b(?:[Rr]etrieved|[Aa]rchived|[Aa]ccessed)\b|https?:")
_TITLE = re.compile(r"[(\"“]|\b(?:18|19|20)\d\d\b")
_AUTHOR = re.compile(
    r"([A-Z][\w'’-]{2,}), [A-Z]|(?:[A-Z]\. ?)+([A-Z][\w'’-]{2,})|^[A-Z][a-z]+ (?:[A-Z]\. )?([A-Z][\w'’-]{2,})(?=[,.( ])"
)
# Journalists and offices write often without placing themselves.
_OTHERS = ("media", "government", "igo", "ngo", "reference")


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


def _is_document(row: Cited) -> bool:
    """True for a file that a body has put out itself, in no journal, book or newspaper."""
    published = row.independent and row.kind not in ("government", "igo", "ngo")
    return not published and any(".pdf" in url.lower() for url in row.reference.urls)


def _recent(row: Cited) -> bool:
    return _SINCE_2000.search(_READ.split(row.reference.text, maxsplit=1)[0]) is not None


def _authors(row: Cited) -> set[str]:
    opening = _TITLE.split(row.reference.text, maxsplit=1)[0][:200]
    return {name for match in _AUTHOR.finditer(opening) for name in match.groups() if name}


def _repeated(view: ArticleView) -> list[Cited]:
    """Return the works since 2000 one of whose authors wrote another of them."""
    works = [(rows[0], _authors(rows[0])) for _, rows in view.references.works if _recent(rows[0])]
    works = [(row, names) for row, names in works if row.kind not in _OTHERS]
    times = Counter(name for _, names in works for name in names)
    return [row for row, names in works if any(times[name] > 1 for name in names)]


def _top_site(view: ArticleView) -> tuple[str, int]:
    hosts = Counter(host for row in view.references.cited if (host := _host(row)))
    return hosts.most_common(1)[0] if hosts else ("", 0)


SIGNALS = (
    _share("web-references", "have an address", "has an address", lambda row: bool(_host(row))),
    _in_words("book-references", "are books", "a book", "reference-book"),
    _in_words("journal-references", "are articles in journals", "in a journal", "reference-academic"),
    _share(
        "rule-references",
        "are patents, standards, laws, manuals or documents (PDF) that no publisher vouches for",
        "a rule, a manual or a document of a body's own",
        lambda row: holds(row.reference.text, "reference-rule") or _is_document(row),
    ),
    _in_words("company-names", "name a company", "names a company", "reference-firm"),
    _share(
        "bare-references", f"have fewer than {_SHORT} words", "hardly says what it is", lambda row: _words(row) < _SHORT
    ),
    _share(
        "paper-references",
        "are papers since 2000: at conferences, in international journals, preprints or theses",
        "a recent paper, preprint or thesis",
        lambda row: _recent(row) and holds(row.reference.text, "reference-paper"),
    ),
    Signal(
        "repeated-authors",
        "works since 2000 by an author of two or more of them / (all references + 2); 15 % or more = 1",
        lambda view: len(_repeated(view)) / (len(view.references) + 2) / 0.15,
        lambda view: cited(_repeated(view), lambda _: "one of several works by an author", "references.authors"),
        LIST,
    ),
    Signal(
        "top-site",
        "references to the site cited most / (all references + 2)",
        lambda view: _top_site(view)[1] / (len(view.references) + 2),
        lambda view: [fact("{1} references lead to {0}".format(*_top_site(view)), "references.top-site")],
        LIST,
    ),
)
