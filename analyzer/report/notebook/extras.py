"""Libraries that only frames and charts need: loaded when they are asked for, or named where they are missing."""

from importlib import import_module
from typing import Any

from analyzer.errors import UsageError


def needed(library: str, extra: str) -> Any:  # noqa: ANN401 - a module
    """Return a library; raises UsageError with the extra that holds it where it is not installed."""
    try:
        return import_module(library)
    except ImportError as error:
        raise UsageError(
            f"this needs {library}, which does not load here ({error}). Install npov-analyzer[{extra}]: "
            f"pip install 'npov-analyzer[{extra}]'"
        ) from error
