"""docs/report.md: the records of a report, field by field; ``python -m analyzer.report.record_docs`` writes it."""

import ast
import inspect
import sys
import tokenize
from collections.abc import Iterator
from io import StringIO
from typing import Any

import msgspec

from analyzer import records
from analyzer.records import SCHEMA_VERSION, Report

_HEAD = """<!-- Made by `python -m analyzer.report.record_docs > docs/report.md`; edit analyzer/records.py instead. -->
# The report

What `npov check --format json` writes, `report.to_json()` gives, and `analyzer.Report.from_json` reads: schema version
{version}. As JSON Schema: [report.schema.json](report.schema.json). In Python the same names are attributes.

- Every `start` and `end` counts characters (code points) of `article.text`, the end not included. There is no other
  coordinate system.
- Numbers that point (`sentence`, `attributions`, `marks`, `claimed_by`) are indices into the list of that name, from 0.
- `null` means *not known* or *not assessable*, never nought.
- The same input gives the same bytes. Fields may be added; none is renamed or dropped without a new version.

```python
import analyzer

report = analyzer.analyze("article.txt")
text = report.to_json()
assert analyzer.Report.from_json(text) == report
for item in report.attributions:
    said = [report.article.text[part.start : part.end] for part in item.content]
    print(item.source.name, item.mode, said)
```
"""


def text() -> str:
    """Return the whole page: the report first, then each record where it is first met."""
    parts = [_HEAD.format(version=SCHEMA_VERSION)]
    parts += [_record(record) for record in _met(Report)]
    return "\n".join(parts)


def _met(record: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """Return a record and those that its fields hold, each once, in the order in which a reader meets them."""
    found: dict[type[msgspec.Struct], Any] = {record: None}
    for field in msgspec.structs.fields(record):
        for kind in _structs(field.type):
            found |= dict.fromkeys(_met(kind))
    return list(found)


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:  # noqa: ANN401 - a type of any kind
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for part in getattr(hint, "__args__", ()):
        yield from _structs(part)


def _record(record: type[msgspec.Struct]) -> str:
    said = " ".join((inspect.getdoc(record) or "").split()).replace("``", "`")
    comments = _comments(record)
    rows = [
        f"| `{field.name}` | {_told(field.type)} | {comments.get(field.name, '')} |"
        for field in msgspec.structs.fields(record)
    ]
    return "\n".join([f"## {record.__name__}\n", said, "", "| field | | |", "|---|---|---|", *rows]) + "\n"


def _told(hint: Any) -> str:  # noqa: ANN401 - a type of any kind
    """Return a type in words; a record is linked, a closed list spelt out."""
    parts: tuple[Any, ...] = getattr(hint, "__args__", ())
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if all(isinstance(part, str) for part in parts) and parts:
        return ", ".join(f"`{part}`" for part in parts)
    if getattr(hint, "__origin__", None) is tuple:
        return f"list of {_told(parts[0])}"
    if getattr(hint, "__origin__", None) is dict:
        return f"{_told(parts[1])} by name"
    if parts:
        return " or ".join(_told(part) for part in parts)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
    return (names | {Any: "a value", msgspec.UnsetType: "left out"})[hint]


def _comments(record: type[msgspec.Struct]) -> dict[str, str]:
    """Return what stands behind a field in the source, by its name; inherited fields have theirs from their record."""
    found: dict[str, str] = {}
    for kind in reversed(record.__mro__):
        if kind.__module__ != records.__name__:
            continue
        source = inspect.getsource(kind)
        spoken = {
            token.start[0]: token.string.lstrip("# ")
            for token in tokenize.generate_tokens(StringIO(source).readline)
            if token.type == tokenize.COMMENT
        }
        for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]  # a class has a body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.lineno in spoken:
                found[node.target.id] = spoken[node.lineno].replace("|", "\\|")
    return found


if __name__ == "__main__":
    sys.stdout.write(text())
