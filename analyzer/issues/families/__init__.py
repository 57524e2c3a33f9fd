"""The issues: ``<family>.toml`` beside this tells those of a family, one table an issue.

A table gives the fields of :class:`Weighed`; what it calls by name stands in :mod:`.conditions`.
"""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from analyzer.issues.families import conditions
from analyzer.issues.scorer import Weighed
from analyzer.vocabulary import FAMILIES

_CALLED = ("unless", "visible", "in_section")


def _family(name: str) -> Iterator[Weighed]:
    table: dict[str, dict[str, Any]] = tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))[name]
    for issue, fields in table.items():
        called = {field: getattr(conditions, fields[field]) for field in _CALLED if field in fields}
        needs = frozenset(fields.get("needs", ("text",)))
        yield Weighed(issue=f"{name}.{issue}", **fields | called | {"needs": needs})


SCORERS = tuple(scorer for family in FAMILIES for scorer in _family(family))
