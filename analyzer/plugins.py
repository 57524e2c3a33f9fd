"""What other packages add by entry points: loaded in a fixed order, and told in a sentence where it does not load."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def added(group: str, kind: str) -> "Iterator[tuple[EntryPoint, Any]]":
    """Yield the entry points of a group, each with what it gives; raises :class:`UsageError` where a ``kind`` fails."""
    from importlib.metadata import entry_points  # start-up stays short where nothing asks

    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        try:
            given = entry.load()
        except Exception as error:
            raise UsageError(
                f"the {kind} {entry.value!r} of another package does not load ({error}); repair or remove that package"
            ) from error
        yield entry, given
