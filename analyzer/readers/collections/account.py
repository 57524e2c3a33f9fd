"""The account of a stream of pages: what came in, what was handed on, and why the rest was not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Pages in = handed on + skipped + rejected, at any moment and exactly.

    ``skipped`` are pages that are no articles (by reason: "redirect", "disambiguation", "namespace 1"); ``rejected``
    are articles that could not be read. ``damage`` says why the stream ended before its end, if it did.
    """

    pages: int = 0
    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    damage: str | None = None

    def skip(self, reason: str) -> None:
        """Count a page that is no article."""
        self.pages += 1
        self.skipped[reason] += 1

    def reject(self, reason: str) -> None:
        """Count an article that cannot be read."""
        self.pages += 1
        self.rejected[reason] += 1

    def accept(self) -> None:
        """Count an article that is handed on."""
        self.pages += 1
        self.read += 1

    def balanced(self) -> bool:
        """Tell whether every page is accounted for."""
        return self.pages == self.read + self.skipped.total() + self.rejected.total()

    def to_dict(self) -> dict[str, object]:
        """Return the account as plain data, reasons in alphabetic order."""
        return {
            "pages": self.pages,
            "read": self.read,
            "skipped": dict(sorted(self.skipped.items())),
            "rejected": dict(sorted(self.rejected.items())),
            "damage": self.damage,
        }

    def __str__(self) -> str:
        """Return the account as one line for people."""
        parts = [f"{self.pages} pages in: {self.read} read"]
        for what, reasons in (("skipped", self.skipped), ("rejected", self.rejected)):
            told = ", ".join(f"{reason} {n}" for reason, n in sorted(reasons.items()))
            parts.append(f"{reasons.total()} {what}" + (f" ({told})" if told else ""))
        return ", ".join(parts) + (f"; {self.damage}" if self.damage else "")
