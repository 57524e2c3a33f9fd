"""What many reports come to: the articles in order of need, and what recurs across them.

Fed with rows, one dict a row, as the tables of a batch hold them (:mod:`analyzer.report.datasets`); memory does
not grow with the number of articles, apart from one count for each domain that is cited.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.records import Report
from analyzer.vocabulary import STANCES

Row = Mapping[str, Any]
# What the articles can be sorted by: column, title, and whether small values come first.
ORDERS: tuple[tuple[str, str, bool], ...] = (
    ("neutrality_score", "neutrality", True),
    ("spam_score", "free of spam", True),
    ("balance", "balance", True),
    ("issues_found", "issues", False),
    ("banners", "banners", False),
    ("words", "words", False),
)


@dataclass(frozen=True)
class Line:
    """An article in the overview: its values, and its place in each of ``ORDERS``; ``number`` counts as they came."""

    number: int
    title: str
    verdict: str
    values: Mapping[str, float | None]
    places: Mapping[str, int]


def ranked(rows: Mapping[int, Row]) -> list[Line]:
    """Return the rows by number as lines with their places in each order, those in most need by neutrality first."""
    places: dict[int, dict[str, int]] = {number: {} for number in rows}
    for name, _, small_first in ORDERS:
        sign = 1 if small_first else -1
        ordered = sorted(rows, key=lambda n: (rows[n][name] is None, sign * (rows[n][name] or 0), n))
        for place, number in enumerate(ordered):
            places[number][name] = place
    first = ORDERS[0][0]
    ids: dict[str, set[str]] = {}
    for row in rows.values():
        ids.setdefault(row["title"], set()).add(row["id"])
    return [
        Line(
            number=number,
            title=_name(row["title"], row["id"], alone=len(ids[row["title"]]) == 1),
            verdict=row["verdict"] or "",
            values={name: row[name] for name, *_ in ORDERS},
            places=places[number],
        )
        for number, row in sorted(rows.items(), key=lambda item: places[item[0]][first])
    ]


def _name(title: str, article_id: str, *, alone: bool) -> str:
    """Return what a line is called: the title, with the id where articles of other ids have the same."""
    if not title or title == article_id:
        return article_id
    return title if alone else f"{title} ({article_id})"


def row_of(report: Report) -> Row:
    """Return what the overview shows of one report."""
    summary = report.summary
    return {
        "id": report.article.id,
        "title": report.article.title,
        "verdict": summary.verdict,
        "neutrality_score": summary.neutrality_score,
        "spam_score": summary.spam_score,
        "balance": summary.balance,
        "issues_found": sum(issue.found for issue in report.issues),
        "banners": len(report.banners),
        "words": summary.words,
    }


@dataclass
class Survey:
    """The reports that were added, as numbers; ``most`` articles are kept for each way to sort them.

    ``account`` says in words what came of everything that was to be read, where that is known.
    """

    most: int = 100
    account: str = ""
    articles: int = 0
    words: int = 0
    sentences: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    stance_by_source: dict[str, Counter[str]] = field(default_factory=dict)
    banner_verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    stale: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    domain_types: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, list[tuple[float, int, Row]]] = field(default_factory=dict)

    def add(self, tables: Mapping[str, Iterable[Row]]) -> None:
        """Add rows by dataset: articles, sources, banners, issues, references and rejected."""
        for row in tables.get("articles", ()):
            self._add_article(row)
        for row in tables.get("sources", ()):
            counts = self.stance_by_source.setdefault(row["source_type"], Counter())
            counts.update({stance: row[stance] for stance in STANCES})
        for row in tables.get("banners", ()):
            if row["verdict"] is not None:
                self.banner_verdicts.setdefault(row["banner"], Counter())[row["verdict"]] += 1
                self.stale[row["banner"]] += bool(row["stale"])
        for row in tables.get("issues", ()):
            self.missing[row["issue"]] += row["verdict"] == "missing banner"
            self.found[row["issue"]] += row["found"]
        self._add_references(tables.get("references", ()))
        self.rejected.update(row["kind"] for row in tables.get("rejected", ()))

    def _add_article(self, row: Row) -> None:
        self.articles += 1
        self.words += row["words"]
        self.sentences += row["sentences"]
        for name, _, small_first in ORDERS:
            value = row[name]
            if value is None:
                continue
            # A heap gives up its smallest: what is wanted least.
            entry = (-value if small_first else value, -self.articles, row)
            heap = self._kept.setdefault(name, [])
            if len(heap) < self.most:
                heapq.heappush(heap, entry)
            else:
                heapq.heappushpop(heap, entry)

    def _add_references(self, rows: Iterable[Row]) -> None:
        cited: set[tuple[object, str]] = set()
        for row in rows:
            domain = row["domain"]
            if domain and (row["article"], domain) not in cited:  # how many articles cite it, not how often
                cited.add((row["article"], domain))
                self.domains[domain] += 1
                if row["source_type"]:
                    self.domain_types[domain] = row["source_type"]

    def lines(self) -> list[Line]:
        """Return the articles that come first in any order, those in most need by neutrality first."""
        return ranked({-number: row for heap in self._kept.values() for _, number, row in heap})

    def stances(self) -> list[tuple[str, Sequence[int]]]:
        """Return for each type of source the sentences of each stance, as in ``STANCES``, the most heard first."""
        rows = [(kind, [counts[stance] for stance in STANCES]) for kind, counts in self.stance_by_source.items()]
        return sorted(rows, key=lambda row: (-sum(row[1]), row[0]))

    def banners(self) -> list[tuple[str, int, int, int]]:
        """Return for each banner how often it stands, is supported, and is stale, the most frequent first."""
        rows = [
            (name, verdicts.total(), verdicts["supported"], self.stale[name])
            for name, verdicts in self.banner_verdicts.items()
        ]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def issues(self) -> list[tuple[str, int, int]]:
        """Return for each issue in how many articles it was found, and in how many without a banner."""
        rows = [(issue, count, self.missing[issue]) for issue, count in self.found.items() if count]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def cited(self, most: int = 30) -> list[tuple[str, int, str]]:
        """Return the domains that most articles cite, with how many and what type of source they are."""
        ordered = sorted(self.domains.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [(domain, count, self.domain_types.get(domain, "")) for domain, count in ordered]
