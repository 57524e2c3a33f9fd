"""The JSON Schema of a report; ``python -m analyzer.report.schema > docs/report.schema.json`` writes it."""

import sys
from inspect import cleandoc
from typing import Any

import msgspec

from analyzer.records import SCHEMA_VERSION, Report


def schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12) of what ``Report.to_json`` writes."""
    built: dict[str, Any] = msgspec.json.schema(Report)
    for record in built["$defs"].values():  # up to Python 3.12 a docstring keeps the indentation of its source
        record["description"] = cleandoc(record["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"npov-analyzer report, schema version {SCHEMA_VERSION}",
        **built,
    }


def schema_text() -> str:
    """Return the schema as the text of docs/report.schema.json."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode("utf-8") + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
