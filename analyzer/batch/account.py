"""The account of a batch: what came in is what came out, was rejected, or was skipped, and why, in words."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from analyzer import counting

if TYPE_CHECKING:
    from analyzer.batch.plan import Shard

REASONS = {
    "unreadable": "cannot be read",
    "failed": "the analysis failed",
    "died": "the process ended on it",
    "hung": "took too long",
}
_SKIPPED = {
    "redirect": "redirects",
    "disambiguation": "disambiguation pages",
    "screened out": "articles that screening found little in",
    "not asked for": "pages that were not asked for",
}
# The namespaces that every wiki has, and those of the larger ones (mw:Help:Namespaces).
_NAMESPACES = {
    "1": "talk pages", "2": "user pages", "3": "user talk pages", "4": "project pages", "5": "project talk pages",
    "6": "files", "8": "interface messages", "10": "templates", "12": "help pages", "14": "categories",
    "100": "portals", "118": "drafts", "828": "modules",
}  # fmt: skip


class Account(Struct, frozen=True, kw_only=True, rename={"all": "in", "reported": "out"}):
    """Articles in = out + rejected + skipped, by reason; ``damaged`` are inputs that broke off or could not be read."""

    all: int = 0
    reported: int = 0
    words: int = 0
    rejected: dict[str, int] = {}
    skipped: dict[str, int] = {}
    damaged: list[str] = []

    @classmethod
    def of(cls, shard: "Shard") -> Self:
        """Return the account of a shard."""
        rejected: Counter[str] = Counter()
        skipped = Counter({_in_words(reason): count for reason, count in shard.passed.items()})
        reported = words = 0
        for result in shard.results.values():
            for row in result.told:
                if row.rejected is not None:
                    rejected[REASONS[row.rejected.kind]] += 1
                elif row.passed is not None:
                    skipped[_in_words(row.passed.reason)] += 1
                else:
                    reported += 1
                    words += row.words
        return cls(
            all=shard.articles + shard.passed.total(),
            reported=reported,
            words=words,
            rejected=dict(sorted(rejected.items())),
            skipped=dict(sorted(skipped.items())),
            damaged=list(shard.damaged),
        )

    @classmethod
    def total(cls, accounts: "Iterable[Account]") -> "Account":
        """Return several accounts as one."""
        rejected: Counter[str] = Counter()
        skipped: Counter[str] = Counter()
        seen = reported = words = 0
        damaged: list[str] = []
        for account in accounts:
            seen, reported, words = seen + account.all, reported + account.reported, words + account.words
            rejected.update(account.rejected)
            skipped.update(account.skipped)
            damaged += account.damaged
        told = {"rejected": dict(sorted(rejected.items())), "skipped": dict(sorted(skipped.items()))}
        return cls(all=seen, reported=reported, words=words, damaged=damaged, **told)

    @property
    def is_exact(self) -> bool:
        """Whether every article is accounted for."""
        return self.all == self.reported + sum(self.rejected.values()) + sum(self.skipped.values())

    def __str__(self) -> str:
        parts = [f"{counting.number(self.all, 'page')} in: {counting.number(self.reported, 'report')}"]
        for what, reasons in (("rejected", self.rejected), ("skipped", self.skipped)):
            told = ", ".join(f"{reason} {count:,}" for reason, count in reasons.items())
            parts.append(f"{sum(reasons.values()):,} {what}" + (f" ({told})" if told else ""))
        return ", ".join(parts)


def _in_words(reason: str) -> str:
    """Return why a page was skipped in words that a reader understands."""
    kind, _, number = reason.partition(" ")
    if kind == "namespace":
        return f"{_NAMESPACES.get(number, 'pages')} (namespace {number})"
    return _SKIPPED.get(reason, reason)
