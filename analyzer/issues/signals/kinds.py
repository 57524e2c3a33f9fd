"""Signals from what kinds of works are cited: addresses of companies, books and journals, bare entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from analyzer.counting import number
from analyzer.issues.evidence.references import Cited
from analyzer.issues.evidence.view import ArticleView
from analyzer.issues.signals.signal import LIST, Signal, cited, fact
from analyzer.records import Evidence

_COMPANY = re.compile(r"\.(?:com|net|biz|info|co|tv|io)$|\.com?\.")
_PUBLIC = re.compile(r"\.(?:edu|gov|mil|int)$|\.ac\.|\.gov\.|\.edu\.")
_BOOK = re.compile(r"\bISBN|\bpp?\. ?\d|\bPress\b|\b[Ee]dition\b|\bed\.|Springer|Wiley|Elsevier|Oxford|Cambridge|Routledge")
_JOURNAL = re.compile(r"\bdoi\b|[Jj]ournal|\bJ\.|\d+ ?\(\d+\)|arXiv|PMID|JSTOR|Proceedings|Transactions")
_RULE = re.compile(
    r"\b(?:[Pp]atents?|RFC|ISO|IEC|IEEE Std|ANSI|ASTM|DIN|EN \d|BS \d|IAS|IFRS|Standards?|Specifications?|Acts?|Regulations?"
    r"|Directive|Statutes?|Codes?|Report|Manual|[Dd]ocumentation|User Guide|White ?[Pp]aper|Datasheet|Data [Ss]heet)\b"
)
_PERSONAL = re.compile(
    r"/~|//(?:people|users?|home|members|blogs?|forums?)\.|/(?:people|users?|staff|faculty|homepages?|blogs?|forums?|lectures?"
    r"|courses?|classes|teaching|notes|slides)/|blog|forum|wordpress|youtube|geocities|tripod|lecture",
    re.I,
)
_FIRM = re.compile(r"\b(?:Co|Inc|Ltd|Corp|LLC|GmbH|plc|S\.A)\b|\b(?:Company|Corporation|Limited|Technologies|Systems|Solutions|Consulting)\b")
_SHORT = 6


def of_company(domain: str | None) -> bool:
    """Return whether an address is of the kind that companies have."""
    return bool(domain and _COMPANY.search(domain))


def _host(row: Cited) -> str:
    return row.reference.domain or ""


def _addresses(row: Cited) -> str:
    return " ".join(row.reference.urls)


def _unknown(row: Cited) -> bool:
    return bool(row.verdicts) and not row.independent and not any(v.type or v.notes for v in row.verdicts)


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


def _top_site(view: ArticleView) -> tuple[str, int]:
    hosts = Counter(host for row in view.references.cited if (host := _host(row)))
    return hosts.most_common(1)[0] if hosts else ("", 0)


SIGNALS = (
    _share("company-addresses", "lead to .com addresses and the like", "a company's address", lambda r: of_company(_host(r))),
    _share(
        "public-addresses",
        "lead to addresses of universities and governments",
        "an address of a university or government",
        lambda r: bool(_PUBLIC.search(_host(r))),
    ),
    _share("web-references", "have an address", "has an address", lambda r: bool(_host(r))),
    _share("book-references", "are books", "a book", lambda r: bool(_BOOK.search(r.reference.text))),
    _share("journal-references", "are articles in journals", "in a journal", lambda r: bool(_JOURNAL.search(r.reference.text))),
    _share("bare-references", f"have fewer than {_SHORT} words", "hardly says what it is", lambda r: _words(r) < _SHORT),
    _share("rule-references", "are patents, standards, laws or manuals", "a rule or a manual", lambda r: bool(_RULE.search(r.reference.text))),
    _share("personal-pages", "lead to personal pages, lectures, blogs or forums", "a personal page or a lecture", lambda r: bool(_PERSONAL.search(_addresses(r)))),
    _share("unknown-sites", "lead to sites of which nothing is known", "nothing is known of the site", _unknown),
    _share("company-names", "name a company", "names a company", lambda r: bool(_FIRM.search(r.reference.text))),
    Signal(
        "top-site",
        "references to the site cited most / (all references + 2)",
        lambda view: _top_site(view)[1] / (len(view.references) + 2),
        lambda view: [fact("{1} references lead to {0}".format(*_top_site(view)), "references.top-site")],
        LIST,
    ),
)
