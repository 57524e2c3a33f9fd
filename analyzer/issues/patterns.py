"""The phrase lists of ``issue_patterns.tsv`` as one compiled pattern a set."""

from __future__ import annotations

import re
from functools import cache

from analyzer.lexicons import load_table

_BORDERS = {"": "{}", "word": r"\b(?:{})\b", "path": r"(?:^|[/._-])(?:{})(?:[/._?=-]|$)", "whole": r"^(?:{})$"}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return the pattern of a set; case is ignored. Raises KeyError where the table has no such set."""
    borders: dict[str, list[str]] = {}
    for row in load_table("issue_patterns"):
        if row["set"] == name:
            borders.setdefault(row["border"], []).append(row["pattern"])
    if not borders:
        raise KeyError(name)
    return re.compile("|".join(_BORDERS[b].format("|".join(found)) for b, found in borders.items()), re.I)
