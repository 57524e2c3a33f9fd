"""What other packages add by entry points: loaded in a fixed order; what does not load costs itself and is told of."""

import os
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from analyzer.errors import AnalyzerWarning, UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")


def added(group: str, kind: str, accepted: "Callable[[EntryPoint, Any], T]") -> Iterator[T]:
    """Yield what ``accepted`` makes of each entry point of a group and of what it gives.

    One that does not load, or that ``accepted`` refuses with :class:`UsageError`, is passed over with a warning that
    names it. With NPOV_DEBUG set it raises instead.
    """
    from importlib.metadata import entry_points  # start-up stays short where nothing asks

    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        try:
            given = accepted(entry, entry.load())
        except (Exception, SystemExit) as error:  # whatever another package does while it is imported
            if os.environ.get("NPOV_DEBUG"):
                raise
            why = str(error) if isinstance(error, UsageError) else f"it does not load ({told(error)})"
            notice(
                f"the {kind} {entry.value!r} of {_package(entry)} is left out: {why}. Repair or remove that package."
            )
            continue
        yield given


def told(error: BaseException) -> str:
    """Return an exception in one line."""
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))


def notice(message: str) -> None:
    """Warn of something that another package lacks; each message is shown once."""
    warnings.warn(message, AnalyzerWarning, stacklevel=2)


def _package(entry: "EntryPoint") -> str:
    """Return name and version of the package that an entry point is from."""
    dist = getattr(entry, "dist", None)
    return f"the package {dist.name} {dist.version}" if dist is not None else "another package"
