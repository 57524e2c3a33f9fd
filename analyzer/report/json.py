"""The report as JSON: the contract of docs/report.schema.json, on one line or indented."""

from typing import Any

import msgspec

from analyzer.messages import without_surrogates
from analyzer.records import Report


def one_line(report: Report) -> str:
    """Return the report as one line, for JSON Lines; the same bytes for the same report."""
    try:
        return report.to_json()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8: the replacement character keeps every offset where it was.
        return msgspec.json.encode(encodable(report.to_dict()), order="deterministic").decode("utf-8")


def pretty(report: Report) -> str:
    """Return the report indented by two spaces, with a final line feed."""
    return f"{msgspec.json.format(one_line(report), indent=2)}\n"


def encodable(value: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """Return plain data with every lone surrogate replaced."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {encodable(key): encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encodable(item) for item in value]
    return value
