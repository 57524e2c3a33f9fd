"""Signals from the references themselves: whose they are, what works they are, how much rests on one of them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from analyzer.counting import number, percent
from analyzer.issues.evidence.patterns import holds
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import LIST, Signal, Why, cited, fact
from analyzer.lexicons import domains
from analyzer.records import Evidence

_SINCE_2000 = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
# Where a reference stops to tell when it was published, and where its authors end.
_READ = re.compile(r"\b(?:[Rr]etrieved|[Aa]rchived|[Aa]ccessed)\b|https?:")
_TITLE = re.compile(r"[(\"“]|\b(?:18|19|20)\d\d\b")
_AUTHOR = re.compile(
    r"([A-Z][\w'’-]{2,}), [A-Z]|(?:[A-Z]\. ?)+([A-Z][\w'’-]{2,})|^[A-Z][a-z]+ (?:[A-Z]\. )?([A-Z][\w'’-]{2,})(?=[,.( ])"
    r"|(?:^|, )([A-Z][\w'’-]{2,}) [A-Z]{1,2}\b"
)
_NAME = re.compile(r"[A-Z][\w-]{2,}")
_YEAR = re.compile(r"(?<![\d–-])(1[6-9]\d\d|20[0-4]\d)(?!\d)")
_OLD = 1960
# Journalists and offices write often without placing themselves.
_OTHERS = ("media", "government", "igo", "ngo", "reference")
Wanted = Callable[[Cited], bool]
Rows = Callable[[ArticleView], Sequence[Cited]]


def _of(wanted: Wanted) -> Rows:
    return lambda view: view.once(wanted, lambda: [row for row in view.references.cited if wanted(row)])


def _share(name: str, says: str, rows: Rows, why: Why, rule: str, *, head: str = "", few: int = 1) -> Signal:
    """Return the signal of a share of the references, as if ``few`` others stood beside them.

    With ``head`` evidence opens with how many there are.
    """

    def evidence(view: ArticleView) -> Sequence[Evidence]:
        found = rows(view)
        many = fact(f"{len(found)} of {number(len(view.references), 'reference')} {head}", f"references.{rule}")
        return [*([many] if head and found else []), *cited(found, why, f"references.{rule}")]

    formula = f"references {says} / (all references + {few})"
    return Signal(name, formula, lambda view: len(rows(view)) / (len(view.references) + few), evidence, LIST)


def _leading(name: str, says: str, wanted: Wanted, why: Why, rule: str = "") -> Signal:
    """Return the signal of the references that lead somewhere."""
    return _share(f"{name}-references", says, _of(wanted), why, rule or name, head=f"lead {says}")


def _that(name: str, says: str, wanted: Wanted, why: Why, *, few: int = 1) -> Signal:
    """Return the signal of the references that are something."""
    return _share(name, f"that {says}", _of(wanted), why, name, head=says, few=few)


def _says(phrases: str) -> Wanted:
    """True where a reference's words hold one of a set of ``issue_patterns.tsv``."""
    return lambda row: holds(row.reference.text, phrases)


def _rating(row: Cited) -> str:
    return "; ".join(row.notes) or "rated unreliable"


def _kind(row: Cited) -> str:
    return "the subject's own page" if row.own else "a press release"


def _is_weak(row: Cited) -> bool:
    return row.weak


def _weak(row: Cited) -> str:
    """Return why a source is weak, the list's own words first."""
    listed = row.unreliable or any(v.has(*domains.ANYBODYS) for v in row.verdicts)
    return _rating(row) if listed else "a personal page, a blog or a thread"


def _trade(row: Cited) -> str:
    return "a vendor's site" if row.known else "a trader's address of no known standing"


def _unknown(row: Cited) -> bool:
    """True for a site of which nothing is known, not even that it may be a trader's."""
    return bool(row.verdicts) and not (row.known or row.own or row.trade or row.weak)


def _unvouched(row: Cited) -> bool:
    return bool(row.verdicts) and not (row.known or row.own or row.independent)


def _party(row: Cited) -> bool:
    """True for who speaks of what it makes, sells or rules."""
    return row.trade or row.affiliated or row.kind in ("government", "igo", "standards", "company")


def _uses(view: ArticleView) -> list[int]:
    """Return how often each work is cited."""
    return [sum(max(1, c.reference.uses or 1) for c in rows) for _, rows in view.references.works]


def _repeated(view: ArticleView) -> float:
    """Return how far one work is cited again and again: a single citation rests on nothing yet."""
    uses = _uses(view)
    return (max(uses) - 1) / (sum(uses) + 1) if uses else 0.0


def _top_work(view: ArticleView) -> float:
    uses = _uses(view)
    return max(uses) / sum(uses) if uses else 0.0


def _top_work_evidence(view: ArticleView) -> list[Evidence]:
    if not view.references.works:
        return []
    _, rows = view.references.works[0]
    return [
        fact(f"{percent(_top_work(view))} of the citations go to one work", "sourcing.one-work"),
        *cited(rows, "the work cited most", "sourcing.one-work"),
    ]


def _is_document(row: Cited) -> bool:
    """True for a file that a body has put out itself, in no journal, book or newspaper."""
    published = row.independent and row.kind not in ("government", "igo", "ngo")
    return not published and any(".pdf" in url.lower() for url in row.reference.urls)


def _recent(row: Cited) -> bool:
    return _SINCE_2000.search(_READ.split(row.reference.text, maxsplit=1)[0]) is not None


def _authors(row: Cited) -> set[str]:
    opening = _TITLE.split(row.reference.text, maxsplit=1)[0][:200]
    return {name for match in _AUTHOR.finditer(opening) for name in match.groups() if name}


def _by_one_author(view: ArticleView) -> list[Cited]:
    """Return the works since 2000 one of whose authors wrote another of them."""
    works = [(rows[0], _authors(rows[0])) for _, rows in view.references.works if _recent(rows[0])]
    works = [(row, names) for row, names in works if row.kind not in _OTHERS]
    times = Counter(name for _, names in works for name in names)
    return [row for row, names in works if any(times[name] > 1 for name in names)]


def _by_whom_the_text_names(view: ArticleView) -> list[Cited]:
    """Return the works by an author whom the text names: his part in the matter is told by his own report."""

    def named() -> list[Cited]:
        text = " ".join(sentence.text for sentence in view.whole.sentences)
        names = set(_NAME.findall(re.sub(r"['’]s?\b", "", text)))
        return [row for row in view.references.cited if not names.isdisjoint(_authors(row))]

    return view.once("works by whom the text names", named)


def _old(row: Cited) -> bool:
    found = _YEAR.search(_READ.split(row.reference.text, maxsplit=1)[0])
    return found is not None and int(found[1]) < _OLD


def _in_journal(row: Cited) -> bool:
    return _says("reference-academic")(row)


def _top_site(view: ArticleView) -> tuple[str, int]:
    hosts = Counter(host for row in view.references.cited if (host := row.reference.domain))
    return hosts.most_common(1)[0] if hosts else ("", 0)


SIGNALS = (
    Signal("top-work", "share of the citations that go to the most cited work", _top_work, _top_work_evidence, LIST),
    Signal(
        "repeated-work",
        "citations that go to the most cited work, the first not counted / (all citations + 1)",
        _repeated,
        _top_work_evidence,
        LIST,
    ),
    _leading("own", "to the subject's own pages", lambda r: r.own, _kind),
    _leading("affiliated", "to the subject's own pages or press releases", lambda r: r.affiliated, _kind),
    _leading("release", "to press releases", lambda r: r.release, "a press release"),
    _leading(
        "self-published",
        "to self-published pages, blogs and social media",
        lambda r: r.self_published,
        lambda r: "; ".join(r.notes) or "self-published",
    ),
    _leading("user-generated", "to user-generated sites", lambda r: r.user_generated, _rating),
    _leading("unreliable", "to sources that editors rate unreliable", lambda r: r.unreliable, _rating),
    _leading(
        "dependent",
        "to sources that are not known to be independent",
        lambda r: not r.independent,
        "not known to be independent",
        "not-independent",
    ),
    Signal(
        "weak-references",
        "references to sources rated unreliable, user-generated sites and personal pages / (all references + 1); "
        "three tenths or more = 1",
        lambda view: len(_of(_is_weak)(view)) / (len(view.references) + 1) / 0.3,
        lambda view: cited(_of(_is_weak)(view), _weak, "references.weak"),
        LIST,
    ),
    _leading("trade", "to vendors and to .com sites of no known standing", lambda r: r.trade, _trade),
    _leading("unknown", "to other sites of no known standing", _unknown, "of no known standing"),
    Signal(
        "unvouched-references",
        "references to sites of no known standing, traders' or not / (all references + 10); a tenth or more = 1",
        lambda view: len(_of(_unvouched)(view)) / (len(view.references) + 10) / 0.1,
        lambda view: cited(_of(_unvouched)(view), "of no known standing", "references.unvouched"),
        LIST,
    ),
    _leading(
        "party",
        "to authorities, standards bodies, vendors and the subject's own pages",
        _party,
        lambda r: f"{r.kind or 'a trader'}: speaks of what it makes, sells or rules",
    ),
    _share(
        "interested-references",
        "to unknown sites that are cited for what they say of themselves",
        lambda view: view.references.interested,
        "a site cited for what it says of itself",
        "interested",
    ),
    _share(
        "independent-references",
        "known to be independent",
        _of(lambda r: r.independent),
        "an independent work",
        "independent",
    ),
    _that("web-references", "have an address", lambda r: bool(r.reference.domain), "has an address"),
    _that("book-references", "are books", _says("reference-book"), "a book"),
    _that("journal-references", "are articles in journals", _says("reference-academic"), "in a journal"),
    _that(
        "rule-references",
        "are patents, standards, laws, manuals or documents (PDF) that no publisher vouches for",
        lambda r: _says("reference-rule")(r) or _is_document(r),
        "a rule, a manual or a document of a body's own",
    ),
    _that(
        "paper-references",
        "are papers since 2000: at conferences, in international journals, preprints or theses",
        lambda r: _recent(r) and _says("reference-paper")(r),
        "a recent paper, preprint or thesis",
    ),
    Signal(
        "repeated-authors",
        "works since 2000 by an author of two or more of them / (all references + 2); 15 % or more = 1",
        lambda view: len(_by_one_author(view)) / (len(view.references) + 2) / 0.15,
        lambda view: cited(_by_one_author(view), "one of several works by an author", "references.authors"),
        LIST,
    ),
    _share(
        "named-references",
        "by an author whom the text names",
        _by_whom_the_text_names,
        "by somebody whom the text names",
        "named",
        head="are by somebody whom the text names",
    ),
    _that("old-references", f"are of before {_OLD}", _old, "an old work"),
    _that(
        "recent-papers",
        "are papers in journals since 2000, no reviews",
        lambda r: _recent(r) and _in_journal(r) and not _says("reference-review")(r),
        "a recent paper",
        few=10,
    ),
    _that(
        "page-references",
        "lead to pages of no journal and no book",
        lambda r: bool(r.reference.urls) and not (_in_journal(r) or _says("reference-book")(r)),
        "a page of no journal and no book",
        few=10,
    ),
    Signal(
        "top-site",
        "references to the site cited most / (all references + 2)",
        lambda view: _top_site(view)[1] / (len(view.references) + 2),
        lambda view: [fact("{1} references lead to {0}".format(*_top_site(view)), "references.top-site")],
        LIST,
    ),
)
