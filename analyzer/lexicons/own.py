"""Tables of the user's own: text files that are named on the command line, read with care for what they may be."""

import re
import stat
from pathlib import Path

from analyzer.errors import UnreadableInput

MAX_BYTES = 16 << 20
MAX_CELL = 500  # characters
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def own_lines(path: str | Path, what: str) -> list[str]:
    """Return the lines of a UTF-8 file; ``what`` is what messages call it.

    Raises :class:`UnreadableInput` where it is none (as :func:`own_bytes`), and names the line that is no text.
    """
    data = own_bytes(path, what)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise refused(path, number, f"{what} cannot be read (no UTF-8); save it as UTF-8 text") from error
    if (found := _CONTROL.search(text)) is not None:
        raise refused(path, text.count("\n", 0, found.start()) + 1, f"met the control character {found[0]!r}")
    lines = text.split("\n")
    if long := next((number for number, line in enumerate(lines, 1) if len(line) > 8 * MAX_CELL), None):
        raise refused(path, long, f"met a line of {len(lines[long - 1]):,} characters")
    return lines


def own_bytes(path: str | Path, what: str) -> bytes:
    """Return what a file holds; raises :class:`UnreadableInput` where it is no regular one of at most 16 MB."""
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise refused(path, None, f"{what} is no regular file; expected UTF-8 text")
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise refused(path, None, f"{what} cannot be read ({told}); expected UTF-8 text") from error
    if len(data) > MAX_BYTES:
        raise refused(path, None, f"{what} is over {MAX_BYTES >> 20} MB")
    return data


def refused(path: str | Path, number: int | None, told: str) -> UnreadableInput:
    """Return the error on a table of the user's own, or on one line of it."""
    where = str(path) if number is None else f"{path}:{number}"
    return UnreadableInput(f"{where}: {told}.", "own table")
